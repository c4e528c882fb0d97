"""Keys in PEM, both ways: SubjectPublicKeyInfo (RFC 5280, 5480, 8410) and PKCS#8 (RFC 5958).

OpenSSL reads and writes the DER, and nothing else: every key is made of the bytes in it by its own
algorithm, which is stricter. Loading this module loads OpenSSL.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from did.confidential import SecretBytes
from did.errors import InvalidKey, UnsupportedKey, quoted
from did.keys import ALGORITHMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

    from did.keys import PrivateKey, PublicKey

MAX_LENGTH: Final = 8192
"""The longest text read, in characters: enough to tell an RSA key of 4096 bits, and no more."""

_CURVES: Final[Mapping[str, ec.EllipticCurve]] = MappingProxyType(
    {
        "secp256k1": ec.SECP256K1(),
        "P-256": ec.SECP256R1(),
        "P-384": ec.SECP384R1(),
        "P-521": ec.SECP521R1(),
    }
)
_NAMES: Final = MappingProxyType({curve.name: name for name, curve in _CURVES.items()})
_BLOCK: Final = re.compile(
    r"\s*-----BEGIN ([A-Z0-9 ]+)-----\s[A-Za-z0-9+/=\s]*-----END \1-----\s*", re.ASCII
)
_PUBLIC: Final = "PUBLIC KEY"
_PRIVATE: Final = "PRIVATE KEY"
_ENCRYPTED: Final = "ENCRYPTED PRIVATE KEY"


def encode_pem(key: PublicKey) -> str:
    """`key` as a block "PUBLIC KEY". Raises `UnsupportedKey` where its kind has no such form."""
    carrier: PublicKeyTypes
    if key.algorithm == "Ed25519":
        carrier = ed25519.Ed25519PublicKey.from_public_bytes(key.raw)
    elif key.algorithm == "X25519":
        carrier = x25519.X25519PublicKey.from_public_bytes(key.raw)
    else:
        curve = _curve(key.algorithm)
        carrier = ec.EllipticCurvePublicKey.from_encoded_point(curve, key.raw)
    return carrier.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def decode_pem(text: str) -> PublicKey:
    """The public key that `text`, one block "PUBLIC KEY" and nothing else, is.

    Raises:
        InvalidKey: no such block, no key in it, one written in another way than `encode_pem` does,
            or a private key.
        UnsupportedKey: there is no algorithm for its kind.
    """
    if _label(text) in {_PRIVATE, _ENCRYPTED}:
        raise InvalidKey("the PEM holds a private key", hint="whoever has seen it can sign with it")
    _expect(text, _PUBLIC)
    try:
        loaded = load_pem_public_key(text.encode())
    except UnsupportedAlgorithm as error:
        raise _unsupported() from error
    except ValueError as error:
        raise InvalidKey("the PEM holds no public key") from error
    key = _public_key(loaded)
    if "".join(encode_pem(key).split()) != "".join(text.split()):
        # Such as a curve by its parameters, which RFC 5480, section 2.1.1 forbids.
        raise InvalidKey("the PEM is not written the one way that there is for its key")
    return key


def unsafe_encode_private_pem(key: PrivateKey) -> str:
    """`key` as a block "PRIVATE KEY", which whoever reads it can use: nothing encrypts it.

    Raises:
        UnsupportedKey: its kind has no such form.
    """
    carrier: PrivateKeyTypes
    if key.algorithm == "Ed25519":
        carrier = ed25519.Ed25519PrivateKey.from_private_bytes(key.expose_secret())
    elif key.algorithm == "X25519":
        carrier = x25519.X25519PrivateKey.from_private_bytes(key.expose_secret())
    else:
        curve = _curve(key.algorithm)
        carrier = ec.derive_private_key(int.from_bytes(key.expose_secret()), curve)
    return carrier.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def decode_private_pem(text: str, *, password: bytes | None = None) -> PrivateKey:
    """The private key that `text`, one block of PKCS#8 and nothing else, is.

    `password` opens a block "ENCRYPTED PRIVATE KEY", and is not looked at for another.

    Raises:
        InvalidKey: no such block, no key in it, or the password does not open it.
        UnsupportedKey: there is no algorithm for its kind.
    """
    encrypted = _label(text) == _ENCRYPTED
    if encrypted and not password:
        raise InvalidKey("the PEM is encrypted", hint="give the password that opens it")
    _expect(text, _ENCRYPTED if encrypted else _PRIVATE)
    # `from None`: nothing that has seen a secret is shown.
    try:
        loaded = load_pem_private_key(text.encode(), password if encrypted else None)
    except UnsupportedAlgorithm:
        raise _unsupported() from None
    except ValueError:
        wrong = " that this password opens" if encrypted else ""
        raise InvalidKey(f"the PEM holds no private key{wrong}") from None
    return _private_key(loaded)


def _label(text: str) -> str | None:
    """What the one block of `text` says that it is; None where there is not one block alone."""
    if len(text) > MAX_LENGTH:
        raise InvalidKey(f"the PEM is longer than {MAX_LENGTH} characters")
    block = _BLOCK.fullmatch(text)
    return block[1] if block else None


def _expect(text: str, label: str) -> None:
    if (found := _label(text)) is None:
        raise InvalidKey("the text is not one block of PEM", hint=f"-----BEGIN {label}-----")
    if found != label:
        raise InvalidKey(f"the PEM is a {quoted(found)}, not a {label!r}")


def _curve(algorithm: str) -> ec.EllipticCurve:
    if (curve := _CURVES.get(algorithm)) is None:
        raise UnsupportedKey(f"keys of {algorithm} have no form in PEM")
    return curve


def _public_key(loaded: PublicKeyTypes) -> PublicKey:
    match loaded:
        case ed25519.Ed25519PublicKey():
            return ALGORITHMS["Ed25519"].public_key(loaded.public_bytes_raw())
        case x25519.X25519PublicKey():
            return ALGORITHMS["X25519"].public_key(loaded.public_bytes_raw())
        case ec.EllipticCurvePublicKey() if name := _NAMES.get(loaded.curve.name):
            raw = loaded.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
            return ALGORITHMS[name].public_key(raw)
        case _:
            raise _unsupported()


def _private_key(loaded: PrivateKeyTypes) -> PrivateKey:
    match loaded:
        case ed25519.Ed25519PrivateKey():
            return ALGORITHMS["Ed25519"].private_key(SecretBytes(loaded.private_bytes_raw()))
        case x25519.X25519PrivateKey():
            return ALGORITHMS["X25519"].private_key(SecretBytes(loaded.private_bytes_raw()))
        case ec.EllipticCurvePrivateKey() if name := _NAMES.get(loaded.curve.name):
            algorithm = ALGORITHMS[name]
            # No local name for the number: some crash screens show locals.
            secret = SecretBytes(
                loaded.private_numbers().private_value.to_bytes(algorithm.secret_size)
            )
            return algorithm.private_key(secret)
        case _:
            raise _unsupported()


def _unsupported() -> UnsupportedKey:
    known = ", ".join(("Ed25519", "X25519", *_CURVES))
    return UnsupportedKey("the PEM holds a key of another kind", hint=f"supported: {known}")
