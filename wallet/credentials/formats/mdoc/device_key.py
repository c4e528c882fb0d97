"""RFC 9052, section 7: the holder's key, as the DID that is made of nothing but it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.base_encodings import encode_base64url
from did.encoding import from_jwk
from did.errors import DIDError
from did.methods.jwk import jwk_did
from wallet.credentials.errors import InvalidCredential

if TYPE_CHECKING:
    from collections.abc import Mapping

_KTY, _CRV, _X, _Y = 1, -1, -2, -3
_CURVES: Final = MappingProxyType(
    {
        (2, 1): ("EC", "P-256"),
        (2, 2): ("EC", "P-384"),
        (2, 3): ("EC", "P-521"),
        (1, 6): ("OKP", "Ed25519"),
    }
)


def device_did(key: Mapping[Any, Any]) -> str | None:
    """The `did:jwk` of a `COSE_Key`; None where it is of a kind that no DID is made of here.

    Raises:
        InvalidCredential: it is no key.
    """
    kind, curve = key.get(_KTY), key.get(_CRV)
    if not isinstance(kind, int) or not isinstance(curve, int):
        raise InvalidCredential("$.issuerAuth.payload.deviceKeyInfo", "holds no key")
    found = _CURVES.get((kind, curve))
    x, y = key.get(_X), key.get(_Y)
    if found is None or isinstance(y, bool):
        return None
    if not isinstance(x, bytes) or (found[0] == "EC") != isinstance(y, bytes):
        raise InvalidCredential("$.issuerAuth.payload.deviceKeyInfo", "holds no whole key")
    jwk = {"kty": found[0], "crv": found[1], "x": encode_base64url(x)}
    try:
        return str(jwk_did(from_jwk(jwk | ({"y": encode_base64url(y)} if y else {}))))
    except DIDError as error:
        raise InvalidCredential(
            "$.issuerAuth.payload.deviceKeyInfo", f"holds no key: {error}"
        ) from error
