"""VCDM 2.0, sections 4.13.1 and 4.13.2: a token inside a JSON-LD document, as a `data:` URL.

Nothing secures an envelope, so it says nothing but what is in it.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.errors import quoted
from wallet.credentials.errors import InvalidCredential, UnsupportedFormat
from wallet.credentials.form import CREDENTIALS_V2
from wallet.credentials.formats.cose.written import cose_in, decoded
from wallet.credentials.formats.jose.kinds import TYPES, Kind
from wallet.credentials.formats.jose.opening import open_token
from wallet.credentials.json_path import child

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVELOPES: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "EnvelopedVerifiableCredential": "credential",
        "EnvelopedVerifiablePresentation": "presentation",
    }
)
_MEDIA_TYPES: Final[Mapping[Kind, str]] = MappingProxyType(
    {"credential": "application/vc+jwt", "presentation": "application/vp+jwt"}
)
_MEMBERS: Final = frozenset({"@context", "id", "type"})
# RFC 2397. A token has no character that would have to stand percent-encoded.
_DATA: Final = re.compile(r"data:([a-z0-9.+/-]{0,127})((?:;[^,]{0,127})?),(.*)", re.DOTALL)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+")
_PARTED: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_.~-]+")
_COSE: Final[Mapping[str, Kind]] = MappingProxyType(
    {"vc+cose": "credential", "vp+cose": "presentation"}
)
_SD_JWTS: Final[Mapping[str, Kind]] = MappingProxyType(
    {"vc+sd-jwt": "credential", "dc+sd-jwt": "credential", "vp+sd-jwt": "presentation"}
)


def enveloped(token: bytes, *, presentation: bool = False) -> dict[str, Any]:
    """The envelope of a token of VCDM 2.0, a credential's or a presentation's.

    Raises:
        InvalidCredential: the token is of the other kind.
        UnsupportedFormat: it is in the older form, which has no envelope.
        InvalidJSON: as `open_token`, whose other errors are raised too.
    """
    opened = open_token(token)
    kind: Kind = "presentation" if presentation else "credential"
    if opened.pointer:
        raise UnsupportedFormat("a token in the form of VCDM 1.1 has no envelope")
    if opened.kind != kind:
        raise InvalidCredential("token", f"holds a {opened.kind}, and no {kind}")
    return {
        "@context": [CREDENTIALS_V2],
        "id": f"data:{_MEDIA_TYPES[kind]},{token.decode('ascii')}",
        "type": next(name for name, of in ENVELOPES.items() if of == kind),
    }


def read_envelope(document: Mapping[str, Any], path: str) -> bytes:
    """The token, or the CBOR of COSE, in the envelope that stands at `path`; it is not opened.

    A token does not know its envelope: whoever opens it must ask that `Opened.kind` is the one
    that `envelope_kind` tells.

    Raises:
        InvalidCredential: it is no envelope, says more than one does, or holds no token.
        UnsupportedFormat: it holds something of another media type.
    """
    kind = envelope_kind(document, path)
    contexts = document.get("@context")
    if contexts != CREDENTIALS_V2 and not (
        isinstance(contexts, list) and contexts[:1] == [CREDENTIALS_V2]
    ):
        raise InvalidCredential(child(path, "@context"), "must be that of VCDM 2.0")
    for name in document.keys() - _MEMBERS:
        raise InvalidCredential(
            child(path, name), "stands in an envelope, where nothing secures it"
        )
    path, value = child(path, "id"), document.get("id")
    found = _DATA.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise InvalidCredential(path, "must be a data: URL")
    media_type, parameters, data = found.groups()
    typ = media_type.removeprefix("application/")
    if _SD_JWTS.get(typ) == kind and not parameters and _PARTED.fullmatch(data):
        return data.encode("ascii")
    if typ in _COSE:
        return _signed_cbor(data, parameters, path, is_right=_COSE[typ] == kind)
    if typ not in TYPES:
        raise UnsupportedFormat(f"{path} is of the media type {quoted(media_type)}, not of a JWT")
    if TYPES[typ] != kind:
        raise InvalidCredential(path, f"is of the media type of another than a {kind}")
    if parameters or not _TOKEN.fullmatch(data):
        raise InvalidCredential(path, "must hold the token as it is")
    return data.encode("ascii")


def _signed_cbor(data: str, parameters: str, path: str, *, is_right: bool) -> bytes:
    """RFC 2397: what is no text stands in base64."""
    if not is_right:
        raise InvalidCredential(path, "is of the media type of another than it says")
    found = decoded(data.encode()) if parameters == ";base64" else None
    if found is None or cose_in(found) is None:
        raise InvalidCredential(path, "must hold a tagged COSE_Sign1 in base64")
    return found


def envelope_kind(document: Mapping[str, Any], path: str) -> Kind:
    """What an envelope says that it holds. Raises `InvalidCredential` where it is none."""
    value = document.get("type")
    name = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(name, str) or name not in ENVELOPES:
        raise InvalidCredential(child(path, "type"), f"must be one of {', '.join(ENVELOPES)}")
    return ENVELOPES[name]
