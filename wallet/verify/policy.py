"""What a verifier asks for beyond what the standards do: whom to trust, and how strictly.

Rules are values and combine: `AnyOf((TrustedIssuers({university}), TrustedIssuers({registrar},
types={"ResidenceCredential"})))`. They look at a credential alone and read nothing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from wallet.errors import BadInput

if TYPE_CHECKING:
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


@dataclass(frozen=True, slots=True)
class Policy:
    """How strictly to judge.

    Attributes:
        trust: whose credentials count; None where nobody was named, and trust is not judged.
        require_challenge: refuse a presentation that was not made for this very request.
        require_domain: refuse a presentation that was not made for this verifier.
        require_holder: refuse a credential about somebody else than who presents it.
        skew: how far another machine's clock may be ahead.
        presentation_age: refuse a presentation made longer ago.
        key_at_signing: accept a key that was listed when the proof says it was made, and is no
            longer. Whoever got hold of such a key can say any time they like.
    """

    trust: Rule | None = None
    require_challenge: bool = False
    require_domain: bool = False
    require_holder: bool = False
    skew: timedelta = timedelta(minutes=5)
    presentation_age: timedelta | None = None
    key_at_signing: bool = False

    @classmethod
    def from_toml(cls, data: bytes) -> Self:
        """Read a policy from TOML, in UTF-8.

        `require` is a list of "challenge", "domain" and "holder"; `accept` one of "key-at-signing";
        every table `[[trust]]` has
        `issuers` and, optionally, `types`, both lists of text. Without `[[trust]]`, trust is
        not judged.

        Raises:
            BadPolicy: the bytes are no such policy. What is not understood is never ignored.
        """
        try:
            table = tomllib.loads(data.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise BadPolicy(f"the policy is not TOML: {error}") from error
        _refuse_others(table, {"require", "accept", "trust"}, "the policy")
        accepted = _texts(table, "accept", "the policy")
        _refuse_others(dict.fromkeys(accepted), {"key-at-signing"}, "'accept'")
        required = _texts(table, "require", "the policy")
        _refuse_others(dict.fromkeys(required), {"challenge", "domain", "holder"}, "'require'")
        return cls(
            trust=_trust(table["trust"]) if "trust" in table else None,
            require_challenge="challenge" in required,
            require_domain="domain" in required,
            require_holder="holder" in required,
            key_at_signing="key-at-signing" in accepted,
        )


DEFAULT: Final = Policy()


def _trust(tables: object) -> Rule:
    if not isinstance(tables, list):
        raise BadPolicy("'trust' must be written as [[trust]]")
    return AnyOf(tuple(_trusted_issuers(table) for table in tables))


def _trusted_issuers(table: object) -> TrustedIssuers:
    if not isinstance(table, dict):
        raise BadPolicy("'trust' must be written as [[trust]]")
    _refuse_others(table, {"issuers", "types"}, "[[trust]]")
    issuers = _texts(table, "issuers", "[[trust]]")
    types = _texts(table, "types", "[[trust]]")
    if not issuers:
        raise BadPolicy("a [[trust]] names no issuers")
    if "types" in table and not types:
        raise BadPolicy("a [[trust]] with an empty list of types trusts nobody for anything")
    return TrustedIssuers(issuers, types)


def _texts(table: dict[str, Any], name: str, place: str) -> frozenset[str]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise BadPolicy(f"{name!r} of {place} must be a list of texts")
    return frozenset(value)


def _refuse_others(table: dict[str, Any], known: set[str], place: str) -> None:
    others = sorted(table.keys() - known)
    if others:
        raise BadPolicy(
            f"{place} holds {others[0]!r}, which is not understood",
            hint=f"understood: {', '.join(sorted(known))}",
        )
