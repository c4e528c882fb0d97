"""Parts as lines and back: the archive inside a backup, without its encryption.

A reader goes through all of it; what it gives out counts for nothing before the end has come.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Never

from did.confidential import SecretBytes, SecretText
from wallet.backup.errors import DamagedBackup, NotABackup
from wallet.backup.limits import LIMITS
from wallet.backup.parts import (
    FORMAT,
    MAX_LINE,
    ORDER,
    VERSION,
    ChainLine,
    Context,
    End,
    ImportedKey,
    Manifest,
    Part,
    Phrase,
    SettingsFile,
    name_of,
    read_part,
)
from wallet.vault.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KEY_SIZE: Final = 16
_SECRET: Final = frozenset({"words", "extra_word", "d"})
"""The members that hold a recovery phrase, or a private key as a JWK has it."""


def write_lines(parts: Iterable[Part]) -> Iterator[bytes]:
    """The lines of the parts, and the end that counts and digests them."""
    digest, counts = hashlib.sha256(), Counter[str]()
    for part in parts:
        line = _line(_hushed(_json(part)))
        digest.update(line)
        counts[name_of(part)] += 1
        yield line
    yield _line(_json(End(dict(sorted(counts.items())), digest.hexdigest())))


def read_lines(pieces: Iterable[bytes]) -> Iterator[Part]:
    """The parts in pieces of bytes that are cut anywhere; the last one given out is the `End`.

    Raises:
        NotABackup, NewerBackup, DamagedBackup: they are none, or the counts or digest differ.
    """
    digest, counts, seen = hashlib.sha256(), Counter[str](), set[bytes]()
    place = -1
    for number, line in enumerate(_split(pieces), 1):
        if place == ORDER[End]:
            raise DamagedBackup("the backup goes on after its end")
        part = read_part(_value(line, number))
        if (at := ORDER[type(part)]) < place or (place < 0 and at):
            raise DamagedBackup(f"line {number} of the backup stands in the wrong place")
        if at > ORDER[Phrase] and not counts["phrase"]:
            raise DamagedBackup("the backup has no recovery phrase")
        place = at
        if isinstance(part, End):
            _check_end(part, counts, digest.hexdigest())
        else:
            _refuse_twice(part, seen)
            digest.update(line)
            counts[name_of(part)] += 1
        yield part
    if place != ORDER[End]:
        raise DamagedBackup("the backup is cut off: it has no end")


def _check_end(end: End, counts: Counter[str], digest: str) -> None:
    if dict(end.counts) != dict(counts):
        raise DamagedBackup("the backup does not hold as many parts as it says")
    if end.sha256 != digest:
        raise DamagedBackup("the backup's digest is another than it says")


def _refuse_twice(part: Part, seen: set[bytes]) -> None:
    match part:
        case Manifest() | Phrase():
            name = name_of(part)
        case SettingsFile():
            name = f"file {part.name}"
        case Context():
            name = f"context {part.address}"
        case ImportedKey():
            name = f"key {part.name}"
        case Record():
            name = f"{part.kind} {part.id}"
        case ChainLine() | End():
            return
    # Short hashes, so that those of a hundred thousand records are a few megabytes.
    key = hashlib.blake2b(name.encode(), digest_size=_KEY_SIZE).digest()
    if key in seen:
        raise DamagedBackup(f"the backup has two parts {name!r:.200}")
    seen.add(key)


def _split(pieces: Iterable[bytes]) -> Iterator[SecretBytes]:
    held: list[SecretBytes] = []  # a line of it is the recovery phrase
    size = 0
    for piece in map(SecretBytes, pieces):
        start = 0
        while (end := piece.find(b"\n", start)) >= 0:
            yield SecretBytes(b"".join((*held, piece[start : end + 1])))
            held, size, start = [], 0, end + 1
        held.append(piece[start:])
        size += len(held[-1])
        if size > MAX_LINE:
            raise DamagedBackup(f"a line of the backup is longer than {MAX_LINE >> 20} mebibytes")
    if size:
        raise DamagedBackup("the backup is cut off in the middle of a line")


def _value(line: SecretBytes, number: int) -> Any:
    try:
        return _hushed(
            json.loads(line.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
        )
    except (ValueError, RecursionError):
        # `from None`: the error holds the line, which may be the phrase's.
        if number == 1:
            raise NotABackup("what is in the file is no backup of a wallet") from None
        raise DamagedBackup(f"line {number} of the backup is no strict JSON") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _refuse_constant(_: str) -> Never:
    raise ValueError


def _hushed(value: Any) -> Any:
    """The value of a line, what is secret in it as text that says nothing of itself."""
    match value:
        case {"part": "phrase"}:
            holder = value
        case {"part": "key", "jwk": dict() as jwk}:
            holder = jwk
        case _:
            return value
    for name in _SECRET:
        if name in holder and isinstance(holder[name], str):
            holder[name] = SecretText(holder[name])
    return value


def _line(value: dict[str, Any]) -> SecretBytes:
    text = SecretText(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
    return text.encode()


def _json(part: Part) -> dict[str, Any]:
    match part:
        case Manifest():
            return {
                "part": "manifest",
                "format": FORMAT,
                "version": VERSION,
                "created": part.created.isoformat(),
                "program": part.program,
                "note": str(LIMITS),
            }
        case Phrase():
            phrase = part.phrase
            extra_word = phrase.expose_extra_word()
            return {
                "part": "phrase",
                "language": phrase.language.value,
                "words": phrase.expose_secret(),
                **({"extra_word": extra_word} if extra_word else {}),
            }
        case ImportedKey():
            created = part.created.isoformat()
            return {"part": "key", "created": created, "jwk": json.loads(part.jwk)}
        case SettingsFile():
            return {"part": "file", "name": part.name, "text": part.text}
        case Context():
            return {"part": "context", "address": part.address, "text": part.text}
        case ChainLine():
            return {"part": "chain", "text": part.text}
        case Record():
            return {
                "part": "record",
                "kind": part.kind.value,
                "id": part.id,
                "version": part.version,
                "created": part.created.isoformat(),
                "body": part.body,
            }
        case End():
            return {"part": "end", "counts": dict(part.counts), "sha256": part.sha256}
