"""Data Integrity 1.0, section 2.1: what a proof says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import JSONObject, is_absolute_iri, read_set
from wallet.credentials.json_path import child
from wallet.credentials.timestamps import read_timestamp

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

MDOC: Final = "mdoc"
"""The type of a proof that is checked by a certificate, and not by the document of a DID."""

COSE: Final = "COSE"
"""The type of a proof that is a signature in CBOR around the document."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The options of one proof, well formed; what they are worth is for others to judge.

    `verification_method` is an absolute DID URL or other URL. Times are in UTC. `domains` has one
    element where the proof gives a string. `raw` is the proof as it stands in the document.
    """

    type: str
    cryptosuite: str | None
    verification_method: str
    purpose: str
    created: datetime | None
    expires: datetime | None
    challenge: str | None
    domains: tuple[str, ...]
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, raw: JSONObject, path: str) -> Self:
        """Read a proof that stands at `path`.

        Raises:
            InvalidCredential: a member is missing or has another form than the standard's.
        """
        method = _text(raw, "verificationMethod", path)
        if not is_absolute_iri(method):
            raise InvalidCredential(child(path, "verificationMethod"), "must be an absolute URL")
        return cls(
            type=_text(raw, "type", path),
            cryptosuite=_optional_text(raw, "cryptosuite", path),
            verification_method=method,
            purpose=_text(raw, "proofPurpose", path),
            created=_time(raw, "created", path),
            expires=_time(raw, "expires", path),
            challenge=_optional_text(raw, "challenge", path),
            domains=_domains(raw, path),
            raw=raw,
        )


def read_proofs(document: JSONObject) -> tuple[Proof, ...]:
    """The proofs of a document, one or a set of them; none where it has no `proof`.

    Raises:
        InvalidCredential: `proof` is there, but holds no proof or a malformed one.
    """
    return tuple(Proof.of(raw, path) for path, raw in read_set(document, "proof"))


def has_proof_of(document: JSONObject, types: Collection[str]) -> bool:
    """Whether a proof of the document, well formed or not, is of one of these types."""
    proofs = document.get("proof")
    claimed = [
        proof.get("type")
        for proof in (proofs if isinstance(proofs, list) else [proofs])
        if isinstance(proof, dict)
    ]
    return any(isinstance(type_, str) and type_ in types for type_ in claimed)


def _text(raw: JSONObject, name: str, path: str) -> str:
    if name not in raw:
        raise InvalidCredential(child(path, name), "is missing")
    value = raw[name]
    if not isinstance(value, str) or not value:
        raise InvalidCredential(child(path, name), "must be text")
    return value


def _optional_text(raw: JSONObject, name: str, path: str) -> str | None:
    return _text(raw, name, path) if name in raw else None


def _time(raw: JSONObject, name: str, path: str) -> datetime | None:
    return read_timestamp(raw[name], path=child(path, name)) if name in raw else None


def _domains(raw: JSONObject, path: str) -> tuple[str, ...]:
    value = raw.get("domain")
    if not isinstance(value, list):
        domain = _optional_text(raw, "domain", path)
        return () if domain is None else (domain,)
    if not value or not all(isinstance(domain, str) and domain for domain in value):
        raise InvalidCredential(child(path, "domain"), "must be text, or a list of texts")
    return tuple(value)
