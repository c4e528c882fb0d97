"""Signatures, each in the one form that it is written in; all else never reaches didkit.

didkit cuts off what stands after a signature, takes four spellings of its last byte, and panics at
one that is too short.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import coincurve
from coincurve.utils import GROUP_ORDER_INT

from did.base_encodings import NotEncoded, decode_base64url
from did.keys.secp256k1 import Secp256k1PublicKey
from wallet.credentials.errors import InvalidJSON, ProofInvalid
from wallet.credentials.formats.proof_end import check_end_named
from wallet.credentials.strict_json import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.credentials.formats.legacy.kinds import Kind

_SIGNATURES: Final = frozenset({"jws", "proofValue"})
_DETACHED_JWS: Final = re.compile(r"([A-Za-z0-9_-]{1,256})\.\.([A-Za-z0-9_-]{86})")
_CRITICAL: Final = frozenset({"alg", "b64", "crit"})
_HEX: Final = re.compile(r"0x([0-9a-f]{64})([0-9a-f]{64})(1b|1c)")


def check_form(kind: Kind, algorithm: str, proof: Mapping[str, Any]) -> None:
    """That the proof has one signature, in the form that a key of that algorithm makes.

    Raises:
        ProofInvalid: it has another form, or another beside it, which no signature would cover; or
            an end under another name than `expires`.
    """
    check_end_named(proof)
    if others := (_SIGNATURES - {kind.signature}) & proof.keys():
        raise ProofInvalid(f"the proof has a {min(others)} that its signature does not cover")
    if kind.signature == "jws":
        _check_jws(proof.get("jws"), kind.algorithms[algorithm])
    else:
        _numbers(proof.get("proofValue"))


def recover(value: object, digest: bytes) -> Secp256k1PublicKey:
    """The key that made the signature `value`, 0x and 65 bytes, over a hash of 32 bytes.

    Raises:
        ProofInvalid: it is no signature, or nobody's.
    """
    r, s, parity = _numbers(value)
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes((parity,))
    try:
        key = coincurve.PublicKey.from_signature_and_message(signature, digest, hasher=None)
    except Exception as error:  # the library raises bare Exception for what recovers to no point
        raise ProofInvalid("proofValue is nobody's signature") from error
    return Secp256k1PublicKey(key.format())


def _numbers(value: object) -> tuple[int, int, int]:
    """r, s and the parity of a signature as Ethereum's wallets write it: s low, v 27 or 28."""
    found = _HEX.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ProofInvalid("proofValue must be 0x and 65 bytes in lower case, the last 1b or 1c")
    r, s = int(found[1], 16), int(found[2], 16)
    if not 0 < r < GROUP_ORDER_INT or not 0 < s <= GROUP_ORDER_INT // 2:
        raise ProofInvalid("proofValue must be a signature with a low s (EIP-2)")
    return r, s, int(found[3], 16) - 27


def _check_jws(jws: object, algorithm: str) -> None:
    """RFC 7797: a detached JWS of an unencoded payload."""
    found = _DETACHED_JWS.fullmatch(jws) if isinstance(jws, str) else None
    if found is None:
        raise ProofInvalid("jws must be a detached JWS with a signature of 64 bytes")
    try:
        decode_base64url(found[2])
        header = read_json(decode_base64url(found[1]))
    except NotEncoded as error:
        raise ProofInvalid(f"a part of jws {error}") from error
    except InvalidJSON as error:
        raise ProofInvalid("the header of jws is no JSON") from error
    match header:
        case {"alg": str(alg), "b64": False, "crit": ["b64"]} if header.keys() == _CRITICAL:
            if alg != algorithm:
                raise ProofInvalid(f"the alg of jws is not {algorithm}, the key's own")
        case _:
            raise ProofInvalid("the header of jws must hold alg, b64: false and crit, no more")
