"""From bytes to the parts that have to be judged, each with its proofs, or to why not.

A presentation and every credential in it are parts of their own: none is valid because another
one is. What cannot be read becomes a finding, never an exception.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from wallet.credentials.errors import CredentialError, UnsupportedFormat
from wallet.credentials.model import Credential, Presentation
from wallet.credentials.strict_json import MAX_BYTES, read_json
from wallet.verify.report import Check, Facts, failed, undecided

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.credentials.formats import Format, Proof

MAX_PROOFS: Final = 32
"""How many proofs, all parts together, are worth a person's waiting."""

# RFC 7515 section 7.1 and RFC 9901 section 4: a JOSE header is base64url of JSON, `{"…`.
_COMPACT: Final = re.compile(rb"\s*eyJ[\w-]*\.[\w-]*\.[\w-]*(~\S*)?\s*", re.ASCII)
_UNSECURED: Final = "it has no proof: anyone could have written it"
_ENVELOPES: Final = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})


@dataclass(frozen=True, slots=True)
class Part:
    """One document with at least one proof: what one run of the checks judges.

    `presentation` is the one that a credential stands in, if any.
    """

    subject: str
    document: Credential | Presentation
    format: Format
    proofs: tuple[Proof, ...]
    presentation: Presentation | None = None

    @property
    def party(self) -> str | None:
        """Who must have made the proofs: a credential's issuer, a presentation's holder."""
        if isinstance(self.document, Presentation):
            return self.document.holder
        return self.document.issuer

    @property
    def facts(self) -> Facts:
        """What the document says of itself."""
        document = self.document
        if isinstance(document, Presentation):
            return Facts(self.subject, document.id, document.types, holder=document.holder)
        return Facts(
            self.subject,
            document.id,
            document.types,
            issuer=document.issuer,
            subjects=document.subjects,
            claims=document.claims,
            valid_from=document.valid_from,
            valid_until=document.valid_until,
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A part that cannot be judged, and the finding that says why."""

    finding: Check


Detected: TypeAlias = tuple[Part | Refusal, ...]


def detect(data: bytes, formats: Mapping[str, Format]) -> Detected:
    """The parts of the input, the outermost first; at least one, or a refusal."""
    try:
        parts = _read(data, formats)
    except UnsupportedFormat as error:
        return (_undecided("document", "it is in a form that cannot be read: {reason}", error),)
    except CredentialError as error:
        return (_failed("document", "it is no credential or presentation: {reason}", error),)
    if sum(len(part.proofs) for part in parts if isinstance(part, Part)) > MAX_PROOFS:
        message = "it holds more than {limit} proofs, too many to check"
        return (Refusal(undecided("form", "document", message, limit=str(MAX_PROOFS))),)
    return parts


def _read(data: bytes, formats: Mapping[str, Format]) -> Detected:
    """Raises CredentialError."""
    finding = _look_at_bytes(data)
    if finding is not None:
        return (Refusal(finding),)
    types = _types(read_json(data))
    if {"VerifiableCredential", "VerifiablePresentation"} <= types:
        message = "it calls itself a credential and a presentation at once"
        return (Refusal(failed("form", "document", message)),)
    if types & _ENVELOPES:
        message = "it is an envelope, and enveloped credentials cannot be checked yet"
        return (Refusal(undecided("form", "document", message)),)
    if "VerifiablePresentation" in types:
        return _presentation_parts(Presentation.parse(data), formats)
    return (_part("credential", Credential.parse(data), formats),)


def _look_at_bytes(data: bytes) -> Check | None:
    """What can be said against the bytes before they are parsed."""
    if not data.strip():
        return failed("form", "document", "there is nothing to read")
    if len(data) > MAX_BYTES:
        message = "it is {size} bytes long, and at most {limit} are read"
        return failed("form", "document", message, size=str(len(data)), limit=str(MAX_BYTES))
    if _COMPACT.fullmatch(data):
        message = "it is a JWT, and credentials secured as a JWT cannot be checked yet"
        return undecided("form", "document", message)
    return None


def _presentation_parts(presentation: Presentation, formats: Mapping[str, Format]) -> Detected:
    credentials = (
        _part(f"credential {number}", credential, formats, presentation)
        for number, credential in enumerate(presentation.credentials, start=1)
    )
    return (_part("presentation", presentation, formats), *credentials)


def _part(
    subject: str,
    document: Credential | Presentation,
    formats: Mapping[str, Format],
    presentation: Presentation | None = None,
) -> Part | Refusal:
    if "proof" not in document.document:
        return Refusal(failed("form", subject, _UNSECURED))
    format_ = next((one for one in formats.values() if one.recognizes(document.document)), None)
    if format_ is None:
        message = "it is secured in a way that this wallet does not know"
        return Refusal(undecided("form", subject, message))
    try:
        proofs = format_.proofs(document.document)
    except CredentialError as error:
        return _failed(subject, "its proof is not well formed: {reason}", error)
    if not proofs:
        return Refusal(failed("form", subject, _UNSECURED))
    return Part(subject, document, format_, proofs, presentation)


def _types(document: Any) -> frozenset[str]:
    value = document.get("type") if isinstance(document, dict) else None
    names: Sequence[object] = value if isinstance(value, list) else [value]
    return frozenset(name for name in names if isinstance(name, str))


def _failed(subject: str, message: str, error: CredentialError) -> Refusal:
    return Refusal(failed("form", subject, message, reason=str(error)))


def _undecided(subject: str, message: str, error: CredentialError) -> Refusal:
    return Refusal(undecided("form", subject, message, reason=str(error)))
