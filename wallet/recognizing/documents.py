"""What a pasted document is: JSON or a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import CredentialError
from wallet.credentials.form import read_object
from wallet.credentials.formats.jose import open_token, read_envelope
from wallet.credentials.formats.sd_jwt import is_presented, open_presented, open_sd_jwt
from wallet.credentials.json_path import ROOT
from wallet.credentials.model import Credential, Presentation
from wallet.credentials.strict_json import read_json, write_json
from wallet.errors import BadInput
from wallet.exchange.request_file import TYPE as REQUEST_TYPE
from wallet.exchange.request_file import PresentationRequest
from wallet.messages import say
from wallet.recognizing.openid import asked_by, is_asked, is_offer, offered_by
from wallet.recognizing.recognized import Recognized, What
from wallet.verify.kinds import is_cose, is_mdoc, is_sd_jwt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.formats.vc_cose import OpenedCose

_ENVELOPED: Final = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})


def read_document(text: str) -> Recognized:
    """What JSON or a token is; what would be a credential and is malformed is unreadable."""
    data = text.encode(errors="replace")
    try:
        if text[:1] not in {"{", "["}:
            return _token(data)
        value = read_json(data)
        return _object(value, data) if isinstance(value, dict) else Recognized(What.JSON)
    except (CredentialError, BadInput) as error:
        return Recognized(What.UNREADABLE, reason=say("it cannot be read: {why}", why=error))


def _token(data: bytes) -> Recognized:
    if is_mdoc(data):
        return _mdoc(data)
    if is_sd_jwt(data):
        if is_presented(data):
            return _presentation(Presentation.read(open_presented(data).document, raw=data))
        parted = open_sd_jwt(data)
        if parted.presentation is not None:
            return _presentation(Presentation.read(parted.presentation, raw=data))
        return _credential(Credential.read(parted.document, raw=data))
    opened = _cose(data) if is_cose(data) else open_token(data)
    if opened.kind == "presentation":
        return _presentation(Presentation.read(opened.document, raw=data))
    return _credential(Credential.read(opened.document, raw=data))


def _cose(data: bytes) -> OpenedCose:
    # Deferred: few documents are signed in CBOR.
    from wallet.credentials.formats.vc_cose import open_cose  # noqa: PLC0415

    return open_cose(data)


def _mdoc(data: bytes) -> Recognized:
    """An mdoc that an issuer hands over, or what somebody's device answered with."""
    # Deferred: few documents are mdocs.
    from wallet.credentials.formats.mdoc import open_mdoc  # noqa: PLC0415

    opened = open_mdoc(data)
    first = Credential.read(opened[0].document, raw=data)
    if len(opened) == 1 and not opened[0].proof.presented:
        return _credential(first)
    facts = tuple((say("Type"), one.proof.issued.security.doctype) for one in opened)
    return Recognized(What.PRESENTATION, facts=facts)


def _object(value: dict[str, Any], data: bytes) -> Recognized:
    types = _types(value)
    if types & _ENVELOPED:
        return _token(read_envelope(read_object(value), ROOT))
    if "VerifiablePresentation" in types:
        return _presentation(Presentation.read(value, raw=data))
    if "VerifiableCredential" in types:
        return _credential(Credential.read(value, raw=data))
    if REQUEST_TYPE in types:
        return _request(PresentationRequest.parse(write_json(value)))
    if is_offer(value):
        return offered_by(value)
    if is_asked(value):
        return asked_by(value)
    if _is_did_document(value):
        did = str(value["id"])
        return Recognized(What.DID_DOCUMENT, did=did, facts=((say("DID"), did),))
    return Recognized(What.JSON)


def _is_did_document(value: Mapping[str, Any]) -> bool:
    """DID Core, section 5.1: only the id has to be there."""
    members = {"verificationMethod", "authentication", "assertionMethod", "service", "controller"}
    return str(value.get("id", "")).startswith("did:") and not members.isdisjoint(value)


def _credential(credential: Credential) -> Recognized:
    until = credential.valid_until
    return Recognized(
        What.CREDENTIAL,
        facts=(
            (say("Type"), credential.special_type),
            (say("Issuer"), credential.issuer),
            (say("Subject"), ", ".join(credential.subjects)),
            *(((say("Expires"), until.isoformat()),) if until else ()),
        ),
    )


def _presentation(presentation: Presentation) -> Recognized:
    held = len(presentation.members)
    return Recognized(
        What.PRESENTATION,
        facts=(
            (say("Holder"), presentation.holder or ""),
            (say("Credentials"), str(held)),
        ),
    )


def _request(request: PresentationRequest) -> Recognized:
    return Recognized(
        What.REQUEST,
        did=str(request.verifier),
        facts=(
            (say("Verifier"), str(request.verifier)),
            (say("Type"), request.credential_type),
            (say("Claims"), ", ".join(request.claims)),
            (say("Purpose"), request.purpose),
            (say("Until"), request.expires.isoformat()),
        ),
    )


def _types(value: Mapping[str, Any]) -> frozenset[str]:
    types = value.get("type")
    listed = types if isinstance(types, list) else [types]
    return frozenset(name for name in listed if isinstance(name, str))
