"""did:peer of numalgo 4: a whole document in the long form of the DID, its hash in the short one.

The Peer DID Method Specification, "Method 4: Short Form and Long Form".
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from multiformats import multibase, multicodec, multihash

from did.document import Document, Relationship
from did.encoding import decode_base58btc, encode_base58btc
from did.errors import InvalidDID, InvalidDocument, InvalidKey, quoted
from did.frozen import freeze, thaw
from did.identifier import DID
from did.strict_json import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BASE58: Final = re.compile(r"z[1-9A-HJ-NP-Za-km-z]+")
_SHA2_256: Final = b"\x12\x20"
"""The prefix of a multihash: SHA-256, of 32 bytes."""


def peer4_did(document: Mapping[str, Any]) -> DID:
    """The long form of the DID of `document`, which has no `id` and relative identifiers only.

    Raises:
        InvalidDocument: it is no such document.
        InvalidDID: it is too long for a DID.
    """
    plain = thaw(freeze(document))
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    encoded = encode_base58btc(multicodec.wrap("json", text.encode()))
    did = DID("peer", f"4{_hash(encoded)}:{encoded}")
    Document.parse(_contextualized(plain, did, short_form(did)))
    return did


def short_form(did: DID) -> DID:
    """The short form of a DID of numalgo 4: the one to use once the peer has seen the long one."""
    return DID("peer", did.method_specific_id.partition(":")[0])


def document(did: DID, *, long_form: DID) -> dict[str, Any]:
    """The document of `did`, which is `long_form` or its short form; it names the other one.

    Raises:
        InvalidDID: `long_form` is none.
        InvalidDocument: the document in it is none.
    """
    other = short_form(long_form) if did == long_form else long_form
    return _contextualized(input_document(long_form), did, other)


def input_document(long_form: DID) -> dict[str, Any]:
    """The document in a long form, without what only a document that has a DID can say.

    Raises:
        InvalidDID: the hash is not that of the document, or there is none in it.
    """
    hash_, _, encoded = long_form.method_specific_id[1:].partition(":")
    if not _BASE58.fullmatch(encoded):
        raise InvalidDID(f"{quoted(str(long_form))} has no document in base58")
    if hash_ != _hash(encoded):
        raise InvalidDID(
            f"the hash in {quoted(str(long_form))} is not that of the document in it",
            hint="it was changed or cut on its way; ask the peer for it again",
        )
    try:
        codec, data = multicodec.unwrap(bytes(multibase.decode(encoded)))
        if codec.name != "json":
            raise InvalidDID(f"the document is in {quoted(codec.name)}, not in JSON")
        return read_object(data)
    except (InvalidDocument, KeyError, ValueError) as error:
        raise InvalidDID(f"{quoted(str(long_form))} holds no JSON: {error}") from error


def check_short(did: DID) -> None:
    """Raises `InvalidDID` where `did` is not a short form: SHA-256 as a multihash in base58."""
    try:
        digest = decode_base58btc(did.method_specific_id[1:])
    except InvalidKey as error:
        raise _no_hash(did) from error
    if len(digest) != 34 or not digest.startswith(_SHA2_256):
        raise _no_hash(did)


def _no_hash(did: DID) -> InvalidDID:
    return InvalidDID(
        f"{quoted(str(did))} is not a did:peer of numalgo 4",
        hint="the digit is followed by a hash, which begins with 'zQm'",
    )


def _hash(encoded: str) -> str:
    return encode_base58btc(multihash.digest(encoded.encode("ascii"), "sha2-256"))


def _contextualized(document: dict[str, Any], did: DID, other: DID) -> dict[str, Any]:
    """The document of `did`, also known as `other`. Raises `InvalidDocument`."""
    if "id" in document:
        raise InvalidDocument("the document in a did:peer says an 'id', which it cannot know")
    known = document.get("alsoKnownAs", [])
    if not isinstance(known, list):
        raise InvalidDocument("'alsoKnownAs' is not a list")
    for entry in _entries(document):
        if not str(entry.get("id", "#")).startswith("#"):
            raise InvalidDocument(
                f"the identifier {quoted(str(entry['id']))} in a did:peer is not relative"
            )
    made = {**document, "id": str(did), "alsoKnownAs": [*known, str(other)]}
    for name in ("verificationMethod", *Relationship):
        if name in document:
            made[name] = [_controlled(entry, did) for entry in _list(document, name)]
    return made


def _entries(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The verification methods and services: all that has an identifier of this document's."""
    for name in ("verificationMethod", *Relationship, "service"):
        yield from (entry for entry in _list(document, name) if isinstance(entry, dict))


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    if not isinstance(value := document.get(name, []), list):
        raise InvalidDocument(f"{name!r} is not a list")
    return value


def _controlled(entry: Any, did: DID) -> Any:
    """A method without a controller is controlled by the DID."""
    return {"controller": str(did), **entry} if isinstance(entry, dict) else entry
