"""Securing a document with one of the wallet's keys, in the way that a person chose.

`prepare` works a document out to the bytes that are signed; nothing is signed before `finish`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.document import Relationship
from wallet.actions.registry import Kind, Parameter
from wallet.credentials.formats import jose, legacy
from wallet.credentials.formats.data_integrity import (
    TOKENS_ALONE,
    attach,
    default_suite,
    proposal,
)
from wallet.credentials.strict_json import write_json
from wallet.errors import BadInput
from wallet.registrars.registrar import BBS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from wallet.credentials.jsonld import Contexts
    from wallet.entries import OwnDID
    from wallet.registrars.registrar import SigningKey
    from wallet.wallet import Wallet

FORMATS: Final = ("di", "vcdm1", "jwt", "jwt-vc", "sd-jwt", "cose")
"""Data Integrity and JWT of VCDM 2.0, proofs and JWT of VCDM 1.1, SD-JWT VC, and COSE."""
SELECTIVE: Final = frozenset({"sd-jwt"})
"""Those whose holder can leave claims out of what is shown."""

BBS_SUITE: Final = "bbs-2023"
BY_PARTS: Final = frozenset({"ecdsa-sd-2023", BBS_SUITE})
"""The suites of Data Integrity whose holder can, too: by a base proof, for the holder alone."""

OWN_ENGINE: Final = "Ed25519Signature2020"

_SUITES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "di": (
            *("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019"),
            *sorted(BY_PARTS, reverse=True),
        ),
        "vcdm1": (
            OWN_ENGINE,
            "Ed25519Signature2018",
            "JsonWebSignature2020",
            "EthereumEip712Signature2021",
        ),
        "jwt": (),
        "jwt-vc": (),
        "sd-jwt": (),
        "cose": (),
    }
)
SUITES: Final = tuple(name for names in _SUITES.values() for name in names)
"""What `--suite` may be."""

FORMAT: Final = Parameter(
    "format",
    Kind.CHOICE,
    "how it is secured: Data Integrity, VCDM 1.1, a JWT of either version, SD-JWT, or COSE",
    choices=FORMATS,
    flag="--format",
    planned=False,
)
SUITE: Final = Parameter(
    "suite",
    Kind.CHOICE,
    "the cryptosuite or type of proof, where its format has several",
    choices=SUITES,
    flag="--suite",
    planned=False,
)

_STYLES: Final[Mapping[str, tuple[jose.Style, jose.Style]]] = MappingProxyType(
    {"jwt": ("vc+jwt", "vp+jwt"), "jwt-vc": ("jwt-vc", "jwt-vp")}
)


_STANDARDS: Final = {"di": "Data Integrity", "vcdm1": "VC Data Model 1.1,"}


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A way of securing: a word of `FORMATS`, and the suite where the format has several."""

    format: str
    suite: str | None = None

    @property
    def is_older(self) -> bool:
        """Whether it is for documents of VCDM 1.1."""
        return self.format in {"vcdm1", "jwt-vc"}

    @property
    def by_parts(self) -> bool:
        """Whether each statement is signed by itself, so that a part of a credential holds."""
        return self.suite in BY_PARTS

    @property
    def by_didkit(self) -> bool:
        """Whether didkit makes the proof, and so gets the private key in a child process."""
        return self.format == "vcdm1" and self.suite != OWN_ENGINE


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document worked out to the last byte, and not yet signed.

    Attributes:
        binding: the bytes that are signed, or that are given to didkit to sign.
        described: how it is secured, in a line for a person.
        finish: signs; the document as it is handed on, JSON, a JWT, or base64url.
    """

    binding: bytes = field(repr=False)
    described: str
    finish: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """What a presentation is made for: the verifier's challenge, and who they are."""

    challenge: str
    domain: str


@dataclass(frozen=True, slots=True)
class Link:
    """What a proof is called, and the proofs of the document that it signs, too (a proof chain)."""

    id: str
    after: tuple[str, ...] = ()


def mechanism(format_: str | None, suite: str | None, algorithm: str) -> Mechanism:
    """What a person chose, made whole by what fits a key of `algorithm`.

    Raises:
        BadInput: there is no such way, or the two do not go together.
    """
    if format_ is None:
        holding = [name for name, suites in _SUITES.items() if suite in suites]
        format_ = holding[0] if holding else "jwt" if algorithm in TOKENS_ALONE else "di"
    if format_ not in _SUITES:
        raise BadInput(f"there is no format {format_!r}", hint=f"one of: {', '.join(FORMATS)}")
    if suite is not None and suite not in _SUITES[format_]:
        known = ", ".join(_SUITES[format_]) or "it has none to choose from"
        raise BadInput(f"{suite!r} is no suite of the format {format_!r}", hint=known)
    if suite is None and format_ == "di" and algorithm == BBS:
        suite = BBS_SUITE
    if suite is None and format_ == "vcdm1":
        suite = OWN_ENGINE if algorithm == "Ed25519" else "JsonWebSignature2020"
    return Mechanism(format_, suite)


def prepare(  # noqa: PLR0913 - what is secured, by whom, and how
    wallet: Wallet,
    own: OwnDID,
    document: Mapping[str, Any],
    way: Mechanism,
    *,
    key: SigningKey,
    now: datetime,
    contexts: Contexts,
    request: Request | None = None,
    link: Link | None = None,
) -> Prepared:
    """The document secured by `own`: a credential or, where there is a `request`, a presentation.

    A `link` is for proofs of Data Integrity, which join those that the document has already.

    Raises:
        UnsupportedFormat: the key, or the DID's method, makes no such proof.
        InvalidCredential, UnknownContext, TooComplex: not all of it would be covered.
    """
    if way.format in SELECTIVE or way.by_parts:
        word, option = (way.suite, "--suite") if way.by_parts else (way.format, "--format")
        raise BadInput(
            f"{word!r} is how a credential is issued, and not how a file is signed",
            hint=f"holdfast issue {option} {word}",
        )
    if way.by_didkit:
        return _by_didkit(wallet, own, document, way, now, request)
    relationship = Relationship.ASSERTION_METHOD if request is None else Relationship.AUTHENTICATION
    challenge, domain = (None, None) if request is None else (request.challenge, request.domain)
    if way.format in _STYLES:
        style = _STYLES[way.format][0 if request is None else 1]
        token = jose.proposal(
            document,
            signer=key.signer,
            verification_method=key.verification_method,
            purpose=relationship.value,
            issued=now,
            style=style,
            challenge=challenge,
            domain=domain,
        )
        return Prepared(
            token.signing_bytes,
            f"JWT {style} {token.alg}, {key.verification_method}",
            lambda: jose.attach(token, key.signer.sign(token.signing_bytes)),
        )
    if way.format == "cose":
        return _in_cbor(document, key, relationship.value, now, request)
    proposed = proposal(
        document,
        signer=key.signer,
        verification_method=key.verification_method,
        purpose=relationship.value,
        created=now,
        suite=way.suite or default_suite(key.signer.public_key),
        contexts=contexts,
        challenge=challenge,
        domain=domain,
        proof_id=None if link is None else link.id,
        previous_proof=None if link is None or not link.after else link.after,
    )
    return Prepared(
        proposed.signing_bytes,
        f"{_STANDARDS[way.format]} {proposed.suite}, {key.verification_method}",
        lambda: write_json(attach(proposed, key.signer.sign(proposed.signing_bytes))),
    )


def _in_cbor(
    document: Mapping[str, Any],
    key: SigningKey,
    purpose: str,
    now: datetime,
    request: Request | None,
) -> Prepared:
    # Deferred: few documents are signed in CBOR.
    from wallet.credentials.formats import vc_cose  # noqa: PLC0415
    from wallet.credentials.formats.cose.written import kept  # noqa: PLC0415

    proposed = vc_cose.proposal(
        document,
        signer=key.signer,
        verification_method=key.verification_method,
        purpose=purpose,
        issued=now,
        challenge=None if request is None else request.challenge,
        domain=None if request is None else request.domain,
    )
    return Prepared(
        proposed.signing_bytes,
        f"COSE {proposed.media_type} {proposed.algorithm.name}, {key.verification_method}",
        lambda: kept(vc_cose.attach(proposed, key.signer.sign(proposed.signing_bytes))),
    )


def _by_didkit(
    wallet: Wallet,
    own: OwnDID,
    document: Mapping[str, Any],
    way: Mechanism,
    now: datetime,
    request: Request | None,
) -> Prepared:
    assert way.suite is not None  # noqa: S101 - `mechanism` gives this format one
    suite = way.suite
    legacy.check_signer(own.id, suite)

    def finish() -> bytes:
        with wallet.registrars[own.did.method].unsafe_jwk(own) as jwk:
            if request is None:
                return write_json(legacy.issue(document, jwk, proof_type=suite))
            return write_json(
                legacy.present(
                    document,
                    jwk,
                    proof_type=suite,
                    challenge=request.challenge,
                    domain=request.domain,
                    created=now,
                )
            )

    asked = None if request is None else [request.challenge, request.domain]
    binding = write_json([suite, document, asked])
    return Prepared(binding, f"VC Data Model 1.1, {suite}", finish)
