"""What trying a password on an encrypted PEM may cost: RFC 8018, appendix A, and RFC 7914.

The file itself says how much work a try is, and whoever wrote it may have said: a year.
"""

from __future__ import annotations

from binascii import a2b_base64
from typing import Final

from cryptography import x509  # noqa: TC002 - the fields below are read by it at run time
from cryptography.hazmat import asn1

from wallet.errors import BadInput

_PBES2: Final = "1.2.840.113549.1.5.13"
_PBKDF2: Final = "1.2.840.113549.1.5.12"
_SCRYPT: Final = "1.3.6.1.4.1.11591.4.11"
_MOST_ROUNDS: Final = 10_000_000  # some seconds; a careful program writes one million
_MOST_MEMORY: Final = 256 << 20  # bytes
_MOST_PARALLEL: Final = 16
_HINT: Final = "openssl pkcs8 -topk8 -in FILE -out NEW writes it anew"


@asn1.sequence
class _Identifier:
    algorithm: x509.ObjectIdentifier
    parameters: asn1.TLV


@asn1.sequence
class _EncryptedKey:
    algorithm: _Identifier
    data: bytes


@asn1.sequence
class _Pbes2:
    derivation: _Identifier
    scheme: _Identifier


@asn1.sequence
class _Pbkdf2:
    salt: bytes
    rounds: int
    key_length: int | None
    function: _Identifier | None


@asn1.sequence
class _Scrypt:
    salt: bytes
    cost: int
    block_size: int
    parallel: int
    key_length: int | None


def refuse_costly(block: str) -> None:
    """Refuse a block "ENCRYPTED PRIVATE KEY" that says nothing usual of its cost, or too much.

    Raises:
        BadInput: it is encrypted in another way than with PBES2, or a try would take too long.
    """
    try:
        _, _, content, *_ = block.split("-----")
        cost = _cost(_derivation(a2b_base64("".join(content.split()), strict_mode=True)))
    except ValueError:
        raise BadInput("the PEM is encrypted in a way that is not read here", hint=_HINT) from None
    if cost > 1:
        raise BadInput("a try of the PEM's password would take too long", hint=_HINT)


def _derivation(der: bytes) -> _Identifier:
    outer = asn1.decode_der(_EncryptedKey, der).algorithm
    if outer.algorithm.dotted_string != _PBES2:
        raise ValueError
    inner: _Pbes2 = outer.parameters.parse(_Pbes2)
    return inner.derivation


def _cost(derivation: _Identifier) -> float:
    """As a part of the most that is done; 1 is all of it."""
    name = derivation.algorithm.dotted_string
    if name == _PBKDF2:
        stretched: _Pbkdf2 = derivation.parameters.parse(_Pbkdf2)
        return stretched.rounds / _MOST_ROUNDS
    if name == _SCRYPT:
        filled: _Scrypt = derivation.parameters.parse(_Scrypt)
        memory = 128 * filled.cost * filled.block_size
        return max(memory / _MOST_MEMORY, filled.parallel / _MOST_PARALLEL)
    raise ValueError
