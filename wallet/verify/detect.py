"""From bytes to the parts that have to be judged, each with its proofs, or to why not.

A presentation and every credential in it are parts of their own: none is valid because another
one is. What cannot be read becomes a finding, never an exception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from did.values import dataclass, field
from wallet.credentials.errors import CredentialError, InvalidCredential, UnsupportedFormat
from wallet.credentials.form import CERTIFICATE, read_object
from wallet.credentials.formats.proof import MDOC, read_proofs
from wallet.credentials.json_path import ROOT, steps
from wallet.credentials.model import Credential, Presentation
from wallet.credentials.strict_json import MAX_BYTES, read_json, write_json
from wallet.verify.kinds import is_cose, is_mdoc, is_sd_jwt, is_token, kind_of
from wallet.verify.place import DOCUMENT, Place
from wallet.verify.report import Check, Facts, failed, undecided

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wallet.credentials.formats import Format, Proof
    from wallet.credentials.formats.jose import Opened
    from wallet.credentials.formats.vc_cose import OpenedCose

MAX_PROOFS: Final = 32
"""How many proofs, all parts together, are worth a person's waiting."""

MAX_WORK: Final = 8 << 20
"""Proofs times bytes: each proof is over the whole document."""

_ENVELOPED: Final = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})
_MEMBER: Final = "verifiableCredential"


@dataclass(frozen=True, slots=True)
class Part:
    """One document with at least one proof: what one run of the checks judges.

    `formats` are those that its proofs may be of. `presentation` is the one that a credential
    stands in, if any. `enveloped` says that the proof is around the document, as a JWT's is.
    """

    place: Place
    document: Credential | Presentation
    proofs: tuple[Proof, ...]
    formats: Mapping[str, Format]
    presentation: Presentation | None = None
    enveloped: bool = False
    # What every check asks anew, by the identity of a proof of the part.
    _places: dict[int, Place] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def subject(self) -> str:
        """The part's name, as findings call it."""
        return self.place.subject

    @property
    def party(self) -> str | None:
        """Who must have made the proofs: a credential's issuer, a presentation's holder."""
        if isinstance(self.document, Presentation):
            return self.document.holder
        return self.document.issuer

    @property
    def is_mdoc(self) -> bool:
        """Whether it is one of the documents of ISO/IEC 18013-5."""
        return self.enveloped and self.proofs[0].type == MDOC

    @property
    def is_certified(self) -> bool:
        """Whether it is signed by whom a certificate names, and not by whom a DID does."""
        return self.enveloped and self.proofs[0].verification_method.startswith(CERTIFICATE)

    def format_of(self, proof: Proof) -> Format | None:
        """The format that secures with such a proof, or None where nothing here does."""
        return next((one for one in self.formats.values() if one.secures(proof)), None)

    def place_of(self, proof: Proof) -> Place:
        """Where a proof of the part stands; that of an envelope has no place inside it."""
        if self.enveloped:
            return self.place
        place = self._places.get(id(proof))
        if place is None:
            is_one = not isinstance(self.document.document["proof"], list)
            steps = ("proof",) if is_one else ("proof", self.proofs.index(proof))
            place = self._places[id(proof)] = self.place.at(*steps)
        return place

    @property
    def facts(self) -> Facts:
        """What the document says of itself."""
        document = self.document
        secured = tuple(proof.cryptosuite or proof.type for proof in self.proofs)
        if isinstance(document, Presentation):
            return Facts(self.subject, document.id, document.types, secured, holder=document.holder)
        return Facts(
            self.subject,
            document.id,
            document.types,
            secured,
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
    finding = _look_at_bytes(data)
    if finding is not None:
        return (Refusal(finding),)
    try:
        if is_token(data):
            parts = tuple(_opened(data.strip(), DOCUMENT, formats))
        elif is_sd_jwt(data):
            parts = tuple(_disclosed(data.strip(), Place("credential"), formats))
        elif is_mdoc(data):
            parts = tuple(_mdocs(data))
        elif is_cose(data):
            parts = tuple(_opened(data, DOCUMENT, formats))
        else:
            parts = tuple(_read(read_json(data), data, formats))
    except CredentialError as error:
        return (_refusal(DOCUMENT, error),)
    proofs = sum(len(part.proofs) for part in parts if isinstance(part, Part))
    if proofs > MAX_PROOFS or proofs * len(data) > MAX_WORK:
        message = "it holds {count} proofs, too many to check in a document of its length"
        limit = str(proofs)
        return (Refusal(undecided("proof", DOCUMENT, "too-many", message, count=limit)),)
    return parts


def _look_at_bytes(data: bytes) -> Check | None:
    """What can be said against the bytes before they are parsed."""
    if not data.strip():
        return failed("syntax", DOCUMENT, "empty", "there is nothing to read")
    if len(data) > MAX_BYTES:
        message = "it is {size} bytes long, and at most {limit} are read"
        size, limit = str(len(data)), str(MAX_BYTES)
        return failed("syntax", DOCUMENT, "too-large", message, size=size, limit=limit)
    if (kind := kind_of(data)) is not None:
        message = "it looks like {kind}, which cannot be verified here"
        return undecided("syntax", DOCUMENT, "unsupported-format", message, kind=kind)
    return None


def _read(value: object, raw: bytes, formats: Mapping[str, Format]) -> Iterator[Part | Refusal]:
    """The parts of a JSON document. Raises CredentialError."""
    types = _types(value)
    if {"VerifiableCredential", "VerifiablePresentation"} <= types:
        message = "it calls itself a credential and a presentation at once"
        yield Refusal(failed("model", DOCUMENT, "both", message))
    elif types & _ENVELOPED:
        # Deferred: a document that carries its proof has no envelope.
        from wallet.credentials.formats.jose import (  # noqa: PLC0415
            envelope_kind,
            read_envelope,
        )

        enveloped = read_object(value)
        token = read_envelope(enveloped, ROOT)
        yield from _opened(token, DOCUMENT, formats, kind=envelope_kind(enveloped, ROOT))
    elif "VerifiablePresentation" in types:
        presentation = Presentation.read(value, raw=raw)
        yield _embedded(Place("presentation"), presentation, formats)
        yield from _members(presentation, Place("presentation"), formats)
    else:
        yield _embedded(Place("credential"), Credential.read(value, raw=raw), formats)


def _opened(
    token: bytes,
    place: Place,
    formats: Mapping[str, Format],
    presentation: Presentation | None = None,
    kind: str | None = None,
) -> Iterator[Part | Refusal]:
    """The parts of a document inside a JWT or COSE, which is of that `kind` if it says so.

    Raises CredentialError.
    """
    if is_sd_jwt(token):
        yield from _disclosed(token, place, formats, presentation, kind)
        return
    opened = _open(token)
    if kind is not None and kind != opened.kind:
        raise InvalidCredential(ROOT, f"is the envelope of a {kind}, and holds a {opened.kind}")
    if opened.kind == "presentation":
        if presentation is not None:
            raise UnsupportedFormat("it is a presentation inside a presentation")
        held = Presentation.read(opened.document, raw=token)
        place = Place("presentation", opened.pointer)
        yield Part(place, held, (opened.proof,), formats, enveloped=True)
        yield from _members(held, place, formats)
        return
    credential = Credential.read(opened.document, raw=token)
    if presentation is None:
        place = Place("credential", opened.pointer)
    yield Part(place, credential, (opened.proof,), formats, presentation, enveloped=True)
    if "proof" in credential.document:
        message = "it carries a proof inside its envelope, which is not looked at"
        yield Refusal(undecided("proof", place, "inner", message))


def _open(token: bytes) -> Opened | OpenedCose:
    """Raises CredentialError."""
    # Deferred: a document that carries its proof has no envelope.
    if is_cose(token):
        from wallet.credentials.formats.vc_cose import open_cose  # noqa: PLC0415

        return open_cose(token)
    from wallet.credentials.formats.jose import open_token  # noqa: PLC0415

    return open_token(token)


def _disclosed(
    token: bytes,
    place: Place,
    formats: Mapping[str, Format],
    presentation: Presentation | None = None,
    kind: str | None = None,
) -> Iterator[Part | Refusal]:
    """A credential of which a part is shown, and who shows it, if somebody does.

    Or a presentation that its holder hid a part of. Raises CredentialError.
    """
    # Deferred: as above.
    from wallet.credentials.formats.sd_jwt import is_presented, open_sd_jwt  # noqa: PLC0415

    found = "presentation" if is_presented(token) else "credential"
    if kind not in {None, found}:
        raise InvalidCredential(ROOT, f"is the envelope of a {kind}, and holds none")
    if found == "presentation":
        yield from _presented(token, formats, presentation)
        return
    opened = open_sd_jwt(token)
    credential = Credential.read(opened.document, raw=token)
    if opened.presentation is None or opened.binding is None:
        yield Part(place, credential, (opened.proof,), formats, presentation, enveloped=True)
        return
    if presentation is not None:
        raise UnsupportedFormat("it is a presentation inside a presentation")
    held = Presentation.read(opened.presentation, raw=token)
    yield Part(Place("presentation"), held, (opened.binding,), formats, enveloped=True)
    inner = Place("credential 1")
    yield Part(inner, credential, (opened.proof,), formats, held, enveloped=True)


def _presented(
    token: bytes, formats: Mapping[str, Format], presentation: Presentation | None
) -> Iterator[Part | Refusal]:
    """A presentation of which a part is hidden, and its credentials. Raises CredentialError."""
    # Deferred: as above.
    from wallet.credentials.formats.sd_jwt import open_presented  # noqa: PLC0415

    if presentation is not None:
        raise UnsupportedFormat("it is a presentation inside a presentation")
    opened, place = open_presented(token), Place("presentation")
    held = Presentation.read(opened.document, raw=token)
    yield Part(place, held, (opened.proof,), formats, enveloped=True)
    yield from _members(held, place, formats)


def _mdocs(data: bytes) -> Iterator[Part]:
    """What an issuer signed by itself, or each document of a response. Raises CredentialError."""
    # Deferred: as above.
    from wallet.credentials.formats.mdoc import open_mdoc  # noqa: PLC0415

    opened = open_mdoc(data)
    for number, one in enumerate(opened, start=1):
        subject = "credential" if len(opened) == 1 else f"credential {number}"
        credential = Credential.read(one.document, raw=data)
        yield Part(Place(subject, one.pointer), credential, (one.proof,), {}, enveloped=True)


def _members(
    presentation: Presentation, outer: Place, formats: Mapping[str, Format]
) -> Iterator[Part | Refusal]:
    """The credentials that a presentation holds out, each a part or why it is none."""
    is_list = isinstance(presentation.document.get(_MEMBER), list)
    for number, (path, member) in enumerate(presentation.members, start=1):
        within = outer.at(_MEMBER, number - 1) if is_list else outer.at(_MEMBER)
        place = Place(f"credential {number}", within.pointer)
        try:
            yield from tuple(_member(member, path, place, formats, presentation))
        except CredentialError as error:
            yield _refusal(place, error)


def _member(
    member: Mapping[str, Any] | str,
    path: str,
    place: Place,
    formats: Mapping[str, Format],
    presentation: Presentation,
) -> Iterator[Part | Refusal]:
    """Raises CredentialError."""
    if isinstance(member, str):
        yield from _opened(member.encode(), place, formats, presentation)
    elif _types(member) & _ENVELOPED:
        # Deferred: as above.
        from wallet.credentials.formats.jose import (  # noqa: PLC0415
            envelope_kind,
            read_envelope,
        )

        yield from _opened(
            read_envelope(member, path),
            place,
            formats,
            presentation,
            kind=envelope_kind(member, path),
        )
    else:
        credential = Credential.read(member, raw=write_json(member))
        yield _embedded(place, credential, formats, presentation)


def _embedded(
    place: Place,
    document: Credential | Presentation,
    formats: Mapping[str, Format],
    presentation: Presentation | None = None,
) -> Part | Refusal:
    """The part that a document with proofs of its own is."""
    proofs = read_proofs(document.document)
    if not proofs:
        message = "it has no proof: anyone could have written it"
        return Refusal(failed("proof", place, "unsecured", message))
    return Part(place, document, proofs, formats, presentation)


def _types(document: Any) -> frozenset[str]:
    value = document.get("type") if isinstance(document, dict) else None
    names: Sequence[object] = value if isinstance(value, list) else [value]
    return frozenset(name for name in names if isinstance(name, str))


def _refusal(place: Place, error: CredentialError) -> Refusal:
    """Why a part cannot be judged: it is malformed, or in a form that is not read here."""
    if isinstance(error, UnsupportedFormat):
        message = "it is in a form that cannot be read: {reason}"
        return Refusal(undecided("syntax", place, "unsupported-format", message, reason=str(error)))
    message = "it is no credential or presentation: {reason}"
    if isinstance(error, InvalidCredential):
        place = place.at(*steps(error.path))
        return Refusal(failed("model", place, "malformed", message, reason=str(error)))
    return Refusal(failed("syntax", place, "not-strict", message, reason=str(error)))
