"""An entry: what was asked, by whom, and what became of it; chained to the one before, and signed.

An entry is a JSON object. `previous` is the SHA-256 of the entry before it, signature included;
`signature` is Ed25519 (RFC 8032) over everything else. Both are taken over RFC 8785's form.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from did.base_encodings import NotEncoded, decode_base64url, encode_base64url
from did.strict_json import MAX_INTEGER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from did.keys import Signer, VerifyingKey

GENESIS: Final = "0" * 64
"""What stands as the hash before the first entry."""
CARRIED: Final = "carried"
"""The member of an entry that states which entries without a chain came before it."""
READ: Final = "read"
"""What stands as `by` in an entry of what only reads, to which nobody has to agree."""
_ENTRY: Final = b"holdfast journal entry 1\n"
_PLAIN: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


class Outcome(StrEnum):
    """What became of what was asked."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Asker(StrEnum):
    """Who asked for it."""

    PERSON = "person"  # at a terminal, or in the terminal UI
    SCRIPT = "script"  # on the command line, with no terminal behind it
    AGENT = "agent"  # planned by the model out of a sentence
    HTTP = "http"  # another program, by `holdfast serve`
    MCP = "mcp"  # another program, by the Model Context Protocol


def chained(
    facts: Mapping[str, Any], *, number: int, previous: str, signer: Signer
) -> dict[str, Any]:
    """An entry of these facts, at its place in the chain, signed."""
    entry = {"number": number, "previous": previous, **facts}
    return {**entry, "signature": signature_of(_ENTRY, entry, signer)}


def is_signed(entry: Any, key: VerifyingKey) -> bool:
    """Whether it is an object that the key signed as an entry; never raises."""
    return has_signature(_ENTRY, entry, key)


def hash_of(entry: Any) -> str | None:
    """The hash that the next entry names, in hexadecimal; None for what is no JSON of ours."""
    data = canonical(entry)
    return None if data is None else hashlib.sha256(data).hexdigest()


def is_read(entry: Any) -> bool:
    """Whether it is an entry of something that only reads."""
    return isinstance(entry, dict) and entry.get("by") == READ


def number_of(entry: Any) -> int | None:
    """The number an entry claims to have."""
    number = entry.get("number") if isinstance(entry, dict) else None
    return number if type(number) is int else None


def carried_by(entry: Any) -> tuple[int, str] | None:
    """How many entries without a chain an entry carries over, and their digest."""
    stated = entry.get(CARRIED) if isinstance(entry, dict) else None
    match stated:
        case {"count": int(count), "digest": str(digest)} if count > 0:
            return count, digest
        case _:
            return None


def digest_of(entries: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over entries without a chain, each in RFC 8785's form on a line, in hexadecimal."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(canonical(entry) or b"?")  # what nobody could have written is like nothing
        digest.update(b"\n")
    return digest.hexdigest()


def canonical(value: Any) -> bytes | None:
    """RFC 8785's form of a JSON value; None where it has none."""
    try:
        if isinstance(value, dict) and _is_plain(value):
            return _PLAIN(value).encode()
        return bytes(rfc8785.dumps(value))
    except (ValueError, RecursionError):
        return None


def _is_plain(value: dict[str, Any]) -> bool:
    """Whether Python's own writer, four times as fast, writes an object as RFC 8785 does.

    It does where names sort alike by code point and by UTF-16, and no number is a fraction.
    """
    return "".join(value).isascii() and all(
        member is None
        or type(member) is str
        or (type(member) is int and -MAX_INTEGER <= member <= MAX_INTEGER)
        for member in value.values()
    )


def signature_of(domain: bytes, value: Mapping[str, Any], signer: Signer) -> str:
    """The signature over an object, in base64url; `domain` keeps apart what is signed for what."""
    return encode_base64url(signer.sign(domain + rfc8785.dumps(dict(value))))


def has_signature(domain: bytes, value: Any, key: VerifyingKey) -> bool:
    """Whether the object's member `signature` is the key's over all its other members."""
    if not isinstance(value, dict) or not isinstance(encoded := value.get("signature"), str):
        return False
    data = canonical({name: member for name, member in value.items() if name != "signature"})
    try:
        # One text alone is read for a signature: another would change the hash of the entry.
        signature = decode_base64url(encoded)
    except NotEncoded:
        return False
    return data is not None and key.verify(signature, domain + data)
