"""VCDM 2.0, sections 4.13.1 and 4.13.2: what is signed in CBOR inside a JSON-LD document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import CREDENTIALS_V2
from wallet.credentials.formats.cose.written import cose_in, padded
from wallet.credentials.formats.vc_cose.opening import open_cose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.formats.jose.kinds import Kind

_SAID: Final[Mapping[Kind, tuple[str, str]]] = {
    "credential": ("application/vc+cose", "EnvelopedVerifiableCredential"),
    "presentation": ("application/vp+cose", "EnvelopedVerifiablePresentation"),
}


def enveloped_cose(data: bytes, *, presentation: bool = False) -> dict[str, Any]:
    """The envelope of a credential or a presentation.

    Raises:
        InvalidCredential: it is the other of the two; and as `open_cose`.
    """
    opened, kind = open_cose(data), "presentation" if presentation else "credential"
    if opened.kind != kind:
        raise InvalidCredential("token", f"holds a {opened.kind}, and no {kind}")
    media_type, type_ = _SAID[opened.kind]
    return {
        "@context": [CREDENTIALS_V2],
        "id": f"data:{media_type};base64,{padded(cose_in(data) or b'')}",
        "type": type_,
    }
