"""What a keeper is asked about BBS: to sign many messages, and to show by the holder's secret.

A signature stands as `{"key": ..., "value": ..., "header": ..., "messages": [...]}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.bbs.errors import BbsError, NoProof, TooManyMessages
from did.bbs.parties import Signature
from did.errors import InvalidKey
from did.keys.bls12381 import Bls12381G2PublicKey
from wallet.vault.keeper.wire import BrokenWire, packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wallet.vault.keys import Keys
    from wallet.vault.sealed_key import KeyRef

_ERRORS: Final = {"no proof": NoProof, "too many": TooManyMessages}


def answer_bbs(
    keys: Keys, question: Mapping[str, Any], read_key: Callable[[object], KeyRef]
) -> dict[str, Any]:
    """The answer to `bbs`, `commit`, `holds` and `prove`.

    Raises:
        BrokenWire: it is no question of this wire.
    """
    try:
        match question:
            case {"ask": "bbs", "key": key, "header": header, "messages": messages}:
                commitment = question.get("commitment")
                given = None if commitment is None else _public(commitment)
                signed = keys.sign_messages(read_key(key), _public(header), _many(messages), given)
                return {"signature": packed(signed)}
            case {"ask": "commit", "issuer": str(issuer)}:
                return {"commitment": packed(keys.commit(issuer))}
            case {"ask": "holds", "issuer": str(issuer), "signature": signature}:
                return {"holds": keys.holds(issuer, _read(signature))}
            case {"ask": "prove", "issuer": str(issuer), "signature": signature}:
                return _prove(keys, issuer, _read(signature), question)
            case _:
                raise BrokenWire
    except BbsError as error:
        kind = "too many" if isinstance(error, TooManyMessages) else "no proof"
        return {"error": kind, "text": str(error)}


def written(signature: Signature) -> dict[str, Any]:
    """A signature as it stands in a question."""
    return {
        "key": packed(signature.key.raw),
        "value": packed(signature.value),
        "header": packed(signature.header),
        "messages": [packed(message) for message in signature.messages],
    }


def raise_refused(answer: Mapping[str, Any]) -> None:
    """Raises what was wrong with a signature."""
    match answer:
        case {"error": str(kind), "text": str(text)} if kind in _ERRORS:
            raise _ERRORS[kind](text)
        case _:
            return


def _prove(
    keys: Keys, issuer: str, signature: Signature, question: Mapping[str, Any]
) -> dict[str, Any]:
    header, places = _public(question.get("header")), question.get("places")
    if not isinstance(places, list):
        raise BrokenWire
    before = -1
    for place in places:
        if type(place) is not int or not before < place < len(signature.messages):
            raise BrokenWire
        before = place
    return {"proof": packed(keys.prove(issuer, signature, header, places))}


def _read(value: object) -> Signature:
    match value:
        case {"key": key, "value": signature, "header": header, "messages": messages}:
            try:
                public_key = Bls12381G2PublicKey(_public(key))
            except InvalidKey as error:
                raise BrokenWire from error
            return Signature(
                public_key, _public(signature), _public(header), tuple(_many(messages))
            )
        case _:
            raise BrokenWire


def _public(text: object) -> bytes:
    return bytes(unpacked(text))


def _many(texts: object) -> Sequence[bytes]:
    if not isinstance(texts, list):
        raise BrokenWire
    return [_public(text) for text in texts]
