"""What a verifier asks for beyond what the standards do: whom to trust, and how strictly.

Rules are values and combine: `AnyOf((TrustedIssuers({university}), TrustedIssuers({registrar},
types={"ResidenceCredential"})))`. They look at a credential alone and read nothing.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential
from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from wallet.credentials.model import Credential


class BadPolicy(BadInput):
    """The text of a policy says something that would be dangerous to guess at."""


class Rule(Protocol):
    """Says whether a credential that holds is also trusted."""

    def accepts(self, credential: Credential, /) -> bool:
        """Whether to trust the credential's issuer for what it says."""
        ...


@dataclass(frozen=True, slots=True)
class TrustedIssuers:
    """Trusts these issuers, for credentials of these types or, where none are named, for all."""

    issuers: frozenset[str]
    types: frozenset[str] = frozenset()

    def accepts(self, credential: Credential, /) -> bool:
        """Whether the issuer is one of them, and a type of the credential one of theirs."""
        if credential.issuer not in self.issuers:
            return False
        return not self.types or not self.types.isdisjoint(credential.types)


@dataclass(frozen=True, slots=True)
class Root:
    """A certificate under which others name trusted issuers, of documents of `types` or of all.

    `certificate` is in DER. What it may vouch for is judged when it is needed.
    """

    certificate: bytes = field(repr=False)
    types: frozenset[str] = frozenset()

    def is_for(self, types: Collection[str]) -> bool:
        """Whether a document of these types is one that it is trusted for."""
        return not self.types or not self.types.isdisjoint(types)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Trusts what every one of its rules trusts; without rules, nothing."""

    rules: tuple[Rule, ...]

    def accepts(self, credential: Credential, /) -> bool:
        """Whether there are rules, and all of them accept."""
        return bool(self.rules) and all(rule.accepts(credential) for rule in self.rules)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Trusts what one of its rules trusts; without rules, nothing."""

    rules: tuple[Rule, ...]

    def accepts(self, credential: Credential, /) -> bool:
        """Whether some rule accepts."""
        return any(rule.accepts(credential) for rule in self.rules)


class Excused(StrEnum):
    """What a policy may put up with not knowing."""

    STATUS = "status"
    SCHEMA = "schema"
    DIGEST = "digest"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Policy:
    """How strictly to judge.

    Attributes:
        trust: whose credentials count; None where nobody was named, and trust is not judged.
        roots: the certificates under which issuers are trusted whom other certificates name; where
            there are none, nobody's mdoc is, and no credential whose issuer is named so.
        types: refuse a credential that is of none of these; empty for any.
        suites: refuse what is secured otherwise: cryptosuites, types of proof, `alg`s of JOSE;
            empty for any.
        require_challenge: refuse a presentation that was not made for this very request.
        require_domain: refuse a presentation that was not made for this verifier.
        require_holder: refuse a credential about somebody else than who presents it.
        require_status: refuse a credential whose issuer keeps no status of it.
        excuse: what need not be known; it is then warned about.
        vocabulary: accept names that no standard defines, which the context of undefined terms
            lets anybody use.
        skew: how far another machine's clock may be ahead.
        max_age: refuse a credential whose validity began longer ago.
        presentation_age: refuse a presentation made longer ago.
        key_at_signing: accept a key that was listed when the proof says it was made, and is no
            longer. Whoever got hold of such a key can say any time they like.
        offline: ask nobody.
        bundle_signers: the DIDs whose evidence bundles are believed.
        blocks: the hashes of the blocks that evidence of a chain may rest on, `0x…`.
    """

    trust: Rule | None = None
    roots: tuple[Root, ...] = ()
    types: frozenset[str] = frozenset()
    suites: frozenset[str] = frozenset()
    require_challenge: bool = False
    require_domain: bool = False
    require_holder: bool = False
    require_status: bool = False
    excuse: frozenset[Excused] = frozenset()
    vocabulary: bool = True
    skew: timedelta = timedelta(minutes=5)
    max_age: timedelta | None = None
    presentation_age: timedelta | None = None
    key_at_signing: bool = False
    offline: bool = False
    bundle_signers: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()

    @classmethod
    def from_toml(cls, data: bytes) -> Self:
        """Read a policy from TOML, in UTF-8, as `docs/verify.md` describes it.

        Raises:
            BadPolicy: the bytes are no such policy. What is not understood is never ignored.
        """
        table = read_toml(data, "the policy")
        _refuse_others(table, _KEYS, "the policy")
        required = _choices(table, "require", {"challenge", "domain", "holder", "status"})
        accepted = _choices(table, "accept", {"key-at-signing"})
        bundle = _table(table, "bundle", {"signers", "blocks"})
        return cls(
            trust=trust_of(table["trust"]) if "trust" in table else None,
            roots=roots_of(table.get("x509", [])),
            types=_some(table, "types"),
            suites=_some(table, "suites"),
            require_challenge="challenge" in required,
            require_domain="domain" in required,
            require_holder="holder" in required,
            require_status="status" in required,
            excuse=frozenset(map(Excused, _choices(table, "excuse", set(Excused)))),
            vocabulary=_flag(table, "own-terms", default=True),
            max_age=_duration(table, "max-age"),
            presentation_age=_duration(table, "presentation-age"),
            key_at_signing="key-at-signing" in accepted,
            offline=_flag(table, "offline", default=False),
            bundle_signers=_texts(bundle, "signers", "[bundle]"),
            blocks=_blocks(bundle),
        )


DEFAULT: Final = Policy()


_KEYS: Final = frozenset(
    {
        "accept",
        "bundle",
        "excuse",
        "max-age",
        "offline",
        "own-terms",
        "presentation-age",
        "require",
        "suites",
        "trust",
        "types",
        "x509",
    }
)
_DURATION: Final = r"([1-9][0-9]{0,5})([smhd])"
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_BLOCK: Final = r"0x[0-9a-f]{64}"


def read_toml(data: bytes, what: str) -> dict[str, Any]:
    """A table from TOML in UTF-8; `what` it is begins the complaint.

    Raises:
        BadPolicy: the bytes are no TOML.
    """
    import tomllib  # noqa: PLC0415 - deferred: most have no such file

    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadPolicy(f"{what} is not TOML: {error}") from error


def trust_of(tables: object) -> Rule:
    """The rule that `[[trust]]` tables are: whoever one of them trusts.

    Raises:
        BadPolicy: one of them says something else.
    """
    if not isinstance(tables, list):
        raise BadPolicy("'trust' must be written as [[trust]]")
    return AnyOf(tuple(_trusted_issuers(table) for table in tables))


def _trusted_issuers(table: object) -> TrustedIssuers:
    if not isinstance(table, dict):
        raise BadPolicy("'trust' must be written as [[trust]]")
    _refuse_others(table, {"issuers", "name", "types"}, "[[trust]]")
    issuers = _texts(table, "issuers", "[[trust]]")
    types = _texts(table, "types", "[[trust]]")
    if not issuers:
        raise BadPolicy("a [[trust]] names no issuers")
    if "types" in table and not types:
        raise BadPolicy("a [[trust]] with an empty list of types trusts nobody for anything")
    return TrustedIssuers(issuers, types)


def roots_of(tables: object) -> tuple[Root, ...]:
    """The roots that `[[x509]]` tables are.

    Raises:
        BadPolicy: one of them is none.
    """
    if not isinstance(tables, list):
        raise BadPolicy("'x509' must be written as [[x509]]")
    return tuple(map(_root, tables))


def _root(table: object) -> Root:
    if not isinstance(table, dict):
        raise BadPolicy("'x509' must be written as [[x509]]")
    _refuse_others(table, {"certificate", "name", "types"}, "[[x509]]")
    types = _texts(table, "types", "[[x509]]")
    if "types" in table and not types:
        raise BadPolicy("a [[x509]] with an empty list of types trusts nobody for anything")
    name, pem = table.get("name", ""), table.get("certificate")
    if not isinstance(name, str) or not isinstance(pem, str):
        raise BadPolicy("the certificate and the name of a [[x509]] must be texts")
    # Deferred: most trust no certificate.
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    from wallet.credentials.certificates import check_root, read_certificate  # noqa: PLC0415

    try:
        certificate = read_certificate(pem.encode())
        check_root(certificate)
    except InvalidCredential as error:
        raise BadPolicy(f"the certificate of a [[x509]] cannot be used: {error}") from error
    return Root(certificate.public_bytes(Encoding.DER), types)


def _texts(table: dict[str, Any], name: str, place: str) -> frozenset[str]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise BadPolicy(f"{name!r} of {place} must be a list of texts")
    return frozenset(value)


def _some(table: dict[str, Any], name: str) -> frozenset[str]:
    """A list of texts that, where it is given, is not empty: an empty one would allow nothing."""
    texts = _texts(table, name, "the policy")
    if name in table and not texts:
        raise BadPolicy(f"{name!r} of the policy is empty, and would accept nothing")
    return texts


def _choices(table: dict[str, Any], name: str, known: Collection[str]) -> frozenset[str]:
    chosen = _texts(table, name, "the policy")
    _refuse_others(dict.fromkeys(chosen), known, repr(name))
    return chosen


def _table(table: dict[str, Any], name: str, known: Collection[str]) -> dict[str, Any]:
    value = table.get(name, {})
    if not isinstance(value, dict):
        raise BadPolicy(f"{name!r} must be written as [{name}]")
    _refuse_others(value, known, f"[{name}]")
    return value


def _flag(table: dict[str, Any], name: str, *, default: bool) -> bool:
    value = table.get(name, default)
    if not isinstance(value, bool):
        raise BadPolicy(f"{name!r} of the policy must be true or false")
    return value


def _duration(table: dict[str, Any], name: str) -> timedelta | None:
    if name not in table:
        return None
    value = table[name]
    found = re.fullmatch(_DURATION, value) if isinstance(value, str) else None
    if found is None:
        raise BadPolicy(
            f"{name!r} of the policy is no length of time",
            hint='write it as "30d", "12h", "10m" or "90s"',
        )
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _blocks(bundle: dict[str, Any]) -> frozenset[str]:
    blocks = frozenset(text.lower() for text in _texts(bundle, "blocks", "[bundle]"))
    for block in blocks:
        if not re.fullmatch(_BLOCK, block):
            raise BadPolicy(f"{block!r} of [bundle] is no block hash", hint="0x and 64 hex digits")
    return blocks


def _refuse_others(table: Mapping[str, Any], known: Collection[str], place: str) -> None:
    others = sorted(table.keys() - set(known))
    if others:
        raise BadPolicy(
            f"{place} holds {others[0]!r}, which is not understood",
            hint=f"understood: {', '.join(sorted(known))}",
        )
