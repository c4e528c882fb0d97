"""JWE in JSON (RFC 7516, section 7.2.1) as Universal Wallet 2020 is locked: ECDH-ES+A256KW, XC20P.

RFC 8037 for X25519, RFC 7518, sections 4.6 and 4.4, and draft-irtf-cfrg-xchacha.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from did.base_encodings import NotEncoded, decode_base64url, encode_base64url
from did.confidential import SecretBytes
from did.errors import DIDError
from did.keys.x25519 import X25519PrivateKey, X25519PublicKey
from wallet.backup.errors import DamagedBackup, WrongKey

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALG: Final = "ECDH-ES+A256KW"
_PROTECTED: Final = encode_base64url(b'{"enc":"XC20P"}')
_KEY: Final = 32
_NONCE: Final = 24
_TAG: Final = 16


def lock(plain: bytes, recipient: X25519PublicKey, kid: str) -> dict[str, Any]:
    """`plain` for the key that `kid` names."""
    ephemeral = X25519PrivateKey(secrets.token_bytes(_KEY))
    share, key = ephemeral.public_key.raw, SecretBytes(secrets.token_bytes(_KEY))
    wrapping = _derived(ephemeral.exchange(recipient), share, kid.encode())
    nonce = secrets.token_bytes(_NONCE)
    sealed = crypto_aead_xchacha20poly1305_ietf_encrypt(plain, _PROTECTED.encode(), nonce, key)
    header = {
        "kid": kid,
        "alg": _ALG,
        "epk": {"kty": "OKP", "crv": "X25519", "x": encode_base64url(share)},
        "apu": encode_base64url(share),
        "apv": encode_base64url(kid.encode()),
    }
    wrapped = encode_base64url(aes_key_wrap(wrapping, key))
    return {
        "protected": _PROTECTED,
        "recipients": [{"header": header, "encrypted_key": wrapped}],
        "iv": encode_base64url(nonce),
        "ciphertext": encode_base64url(sealed[:-_TAG]),
        "tag": encode_base64url(sealed[-_TAG:]),
    }


def unlock(jwe: Mapping[str, Any], private: X25519PrivateKey) -> bytes:
    """What was locked for that key.

    Raises:
        DamagedBackup: it is no such JWE.
        WrongKey: it is for another key, or was changed.
    """
    try:
        protected = jwe["protected"]
        known = json.loads(decode_base64url(protected)) == {"enc": "XC20P"}
        nonce, sealed = decode_base64url(jwe["iv"]), decode_base64url(jwe["ciphertext"])
        sealed += decode_base64url(jwe["tag"])
        if len(nonce) != _NONCE or len(sealed) < _TAG:
            known = False
        candidates = [_recipient(one) for one in jwe["recipients"][:16]]
    except (KeyError, TypeError, ValueError, RecursionError, NotEncoded) as error:
        raise DamagedBackup("the locked wallet is malformed") from error
    if not known:
        raise DamagedBackup("the wallet is locked in a way that is not known here")
    for share, kid, wrapped in candidates:
        try:
            shared = SecretBytes(private.exchange(X25519PublicKey(share)))
            key = SecretBytes(aes_key_unwrap(_derived(shared, *kid), wrapped))
            return crypto_aead_xchacha20poly1305_ietf_decrypt(
                sealed, protected.encode(), nonce, key
            )
        except (InvalidUnwrap, CryptoError, DIDError, ValueError):
            continue
    raise WrongKey("the password does not open the locked wallet")


def _recipient(value: Any) -> tuple[bytes, tuple[bytes, bytes], bytes]:
    header = value["header"]
    if header["alg"] != _ALG or header["epk"]["crv"] != "X25519":
        raise ValueError
    share = decode_base64url(header["epk"]["x"])
    parties = decode_base64url(header.get("apu", "")), decode_base64url(header.get("apv", ""))
    return share, parties, decode_base64url(value["encrypted_key"])


def _derived(shared: bytes, apu: bytes, apv: bytes) -> SecretBytes:
    """The Concat KDF of RFC 7518, section 4.6.2, for one key of 256 bits."""
    parts = b"".join(len(part).to_bytes(4, "big") + part for part in (_ALG.encode(), apu, apv))
    agreed = SecretBytes(b"\0\0\0\1" + shared + parts + (256).to_bytes(4, "big"))
    return SecretBytes(hashlib.sha256(agreed).digest())
