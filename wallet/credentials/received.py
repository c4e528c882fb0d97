"""A credential as it was received: JSON with a proof in it, a JWT, or an envelope around one.

An mdoc or a credential signed in CBOR, which is received as such, or as its base64, is kept in
base64url.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.form import CERTIFICATE
from wallet.credentials.json_path import ROOT
from wallet.credentials.model import Credential
from wallet.credentials.strict_json import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_JSON = b"{"
_PARTED = b"~"  # RFC 9901, section 4: between the parts of an SD-JWT
_COSE = b"0oR"  # RFC 9052, section 2: the base64url of its tag, and of an array of four
_TOKEN = b"ey"  # RFC 7515, section 7.1: the base64url of a JSON object


def read_credential(data: bytes) -> Credential:
    """The credential that the bytes are, whose `raw` are the bytes of its JSON or of its JWT.

    Raises:
        InvalidJSON, InvalidCBOR: they are not strict, nor is what is in the JWT.
        InvalidCredential: they are no credential.
        UnsupportedFormat: it is secured in a way that is not read here.
    """
    text = data.strip()
    if not text.startswith(_JSON):
        return _opened(text) if text.startswith(_TOKEN) else _inside(data)
    value = read_json(data)
    kind = value.get("type") if isinstance(value, dict) else None
    if "EnvelopedVerifiableCredential" in (kind if isinstance(kind, list) else [kind]):
        # Deferred: most credentials have no envelope.
        from wallet.credentials.formats.jose import read_envelope  # noqa: PLC0415

        return _inside(read_envelope(value, ROOT))
    return Credential.read(value, raw=data)


def as_json(credential: Credential) -> Mapping[str, Any] | str:
    """The credential as a JSON value: its object, or the text of its JWT."""
    if credential.raw.strip().startswith(_JSON):
        return credential.document
    return credential.raw.decode("ascii")


def member_of(credential: Credential) -> Mapping[str, Any] | str:
    """The credential as it stands in a presentation: itself, or in an envelope.

    One in the form of VCDM 1.1, which has no envelopes, is its JWT (section 6.3.1 there).

    Raises:
        UnsupportedFormat: it is an mdoc.
    """
    if credential.raw.strip().startswith(_JSON):
        return credential.document
    if is_mdoc(credential):
        raise UnsupportedFormat("an mdoc is presented in a session of its own, and not here")
    if is_cose(credential):
        # Deferred: as above.
        from wallet.credentials.formats.vc_cose import enveloped_cose  # noqa: PLC0415

        return enveloped_cose(credential.raw)
    # Deferred: as above.
    from wallet.credentials.formats.jose import enveloped  # noqa: PLC0415

    token = credential.raw.decode("ascii")
    return token if is_older_token(credential) else enveloped(credential.raw)


def is_older_token(credential: Credential) -> bool:
    """Whether it is a JWT in the form of VCDM 1.1, which no presentation of VCDM 2.0 holds."""
    if credential.raw.strip().startswith(_JSON) or _PARTED in credential.raw:
        return False
    if not credential.raw.strip().startswith(_TOKEN):
        return False
    # Deferred: as above.
    from wallet.credentials.formats.jose import open_token  # noqa: PLC0415

    return open_token(credential.raw).pointer != ""


def certified_name(credential: Credential) -> str | None:
    """What its signer's certificate calls the issuer; None where an issuer has another name.

    A JSON document may say of its issuer what it likes.
    """
    if credential.raw.strip().startswith(_JSON) or not credential.issuer.startswith(CERTIFICATE):
        return None
    name = credential.document["issuer"].get("name")
    return name if isinstance(name, str) else None


def is_mdoc(credential: Credential) -> bool:
    """Whether it is an mdoc, in base64url."""
    return not credential.raw.strip().startswith((_JSON, _TOKEN, _COSE))


def is_cose(credential: Credential) -> bool:
    """Whether it is signed in CBOR, in base64url."""
    return credential.raw.startswith(_COSE)


def _inside(data: bytes) -> Credential:
    """What comes as CBOR or in an envelope."""
    # Deferred: most credentials are JSON or tokens.
    from wallet.credentials.formats.cose.written import cose_in  # noqa: PLC0415

    return _mdoc_or_token(data) if (cbor := cose_in(data)) is None else _signed_cbor(cbor)


def _signed_cbor(cbor: bytes) -> Credential:
    # Deferred: as above.
    from wallet.credentials.formats.cose.written import kept  # noqa: PLC0415
    from wallet.credentials.formats.vc_cose import open_cose  # noqa: PLC0415

    opened = open_cose(cbor)
    if opened.kind != "credential":
        raise InvalidCredential(ROOT, "is a presentation, and no credential")
    return Credential.read(opened.document, raw=kept(cbor))


def _mdoc_or_token(data: bytes) -> Credential:
    # Deferred: most credentials are JSON or tokens.
    from wallet.credentials.formats.mdoc.written import cbor_in  # noqa: PLC0415

    if cbor_in(data) is None:
        return _opened(data.strip())
    # Deferred: as above.
    from wallet.credentials.formats.mdoc import open_mdoc, written  # noqa: PLC0415

    opened = open_mdoc(data)
    if len(opened) != 1 or opened[0].proof.presented:
        raise InvalidCredential(ROOT, "is a response of somebody's device, and no credential")
    return Credential.read(opened[0].document, raw=written(data))


def _opened(token: bytes) -> Credential:
    if _PARTED in token:
        # Deferred: as above.
        from wallet.credentials.formats.sd_jwt import is_presented, open_sd_jwt  # noqa: PLC0415

        if is_presented(token):
            raise InvalidCredential(ROOT, "is a presentation, and no credential")
        return Credential.read(open_sd_jwt(token).document, raw=token)
    # Deferred: as above.
    from wallet.credentials.formats.jose import open_token  # noqa: PLC0415

    opened = open_token(token)
    if opened.kind != "credential":
        raise InvalidCredential(ROOT, "is a presentation, and no credential")
    return Credential.read(opened.document, raw=token)
