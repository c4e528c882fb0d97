"""What is to be verified: files, folders and standard input, as a lazy stream of documents.

A file holds one document, or a document a line: JSON Lines, each line a JSON object or a compact
JWT. It is taken as lines where its first line that is not blank is a whole one of either, and
another line that is not blank follows. Of a folder, the plain files in it and in its folders are
taken, by name; what is hidden (a name with a dot in front), a symbolic link or a device is left.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from did.values import dataclass, field
from wallet.errors import BadInput
from wallet.files import LARGEST, at_home

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

STANDARD_INPUT: Final = "-"

# RFC 7515, section 7.1, with the disclosures of RFC 9901, section 4; compiled if it is needed.
_TOKEN: Final = rb"eyJ[\w-]*\.[\w-]*\.[\w-]*(~\S*)?"


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to verify. `line` is counted from 1; None where the file is all one document."""

    name: str
    line: int | None
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A thing that was asked about and cannot be read, and why: a sentence that names it."""

    name: str
    line: int | None
    reason: str


Input: TypeAlias = Document | Unreadable


def label(name: str, line: int | None) -> str:
    """How a person and a log call an input: `batch.jsonl:12`."""
    return name if line is None else f"{name}:{line}"


def inputs(names: Iterable[str]) -> Iterator[Input]:
    """Everything that the names stand for, in their order; each is read when its turn comes."""
    for name in names:
        if name == STANDARD_INPUT:
            yield from read(name, sys.stdin.buffer)
        else:
            yield from _found(name)


def is_folder(name: str) -> bool:
    """Whether a name stands for a folder, of which many files may be meant."""
    try:
        return name != STANDARD_INPUT and at_home(Path(name)).is_dir()
    except (BadInput, OSError, ValueError):
        return False


def read(name: str, file: BinaryIO) -> Iterator[Input]:
    """The documents in a stream, no more than one of which is held at a time."""
    try:
        yield from _read(name, file)
    except OSError as error:
        yield Unreadable(name, None, f"{name!r} cannot be read: {error.strerror}")


def _read(name: str, file: BinaryIO) -> Iterator[Input]:
    """Raises OSError."""
    head, line = _up_to_text(file)
    if not line.endswith(b"\n") or not _may_stand_alone(line):
        yield _whole(name, file, head + line)
        return
    between, second = _next(file)
    if not second or not _stands_alone(line):
        # Which blanks they were says nothing.
        blanks = b"\n" * min(between, LARGEST)
        yield _whole(name, file, b"".join((head, line, blanks, second)))
        return
    number = head.count(b"\n") + 1
    yield Document(name, number, line.strip())
    while second:
        number += between + 1
        if len(second) > LARGEST:
            yield _too_large(name, number)
            _skip_line(file, second)
        else:
            yield Document(name, number, second.strip())
        between, second = _next(file)


def _up_to_text(file: BinaryIO) -> tuple[bytes, bytes]:
    """The blank lines at the beginning and the line that follows, together of a bounded size."""
    head = bytearray()
    while line := file.readline(LARGEST + 2 - len(head)):
        if line.strip() or len(head) + len(line) > LARGEST:
            break
        head += line
    return bytes(head), line


def _next(file: BinaryIO) -> tuple[int, bytes]:
    """The next line that is not blank, or nothing at the end; how many blank ones came before."""
    blank = 0
    while line := file.readline(LARGEST + 2):
        if line.strip():
            return blank, line
        blank += line.endswith(b"\n")
    return blank, b""


def _skip_line(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(LARGEST)


def _whole(name: str, file: BinaryIO, begun: bytes) -> Input:
    """All that is left of a stream as one document."""
    data = begun + file.read(max(0, LARGEST + 1 - len(begun)))
    return _too_large(name, None) if len(data) > LARGEST else Document(name, None, data)


def _too_large(name: str, line: int | None) -> Unreadable:
    return Unreadable(name, line, f"{label(name, line)!r} is larger than a mebibyte")


def _may_stand_alone(line: bytes) -> bool:
    bare = line.strip()
    return bare[:1] + bare[-1:] == b"{}" or re.fullmatch(_TOKEN, bare, re.ASCII) is not None


def _stands_alone(line: bytes) -> bool:
    bare = line.strip()
    if not bare.startswith(b"{"):
        return True
    try:
        json.loads(bare)
    except (ValueError, RecursionError):
        return False
    return True


def _found(name: str) -> Iterator[Input]:
    """The documents of one file, or of a folder."""
    try:
        path = at_home(Path(name))
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            yield from _inside(name, path)
        elif stat.S_ISREG(mode):
            with path.open("rb") as file:
                yield from read(name, file)
        else:
            yield _absent(name)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in it
        yield _absent(name)
    except BadInput as error:
        yield Unreadable(name, None, str(error))
    except OSError as error:
        yield Unreadable(name, None, f"{name!r} cannot be read: {error.strerror}")


def _absent(name: str) -> Unreadable:
    return Unreadable(name, None, f"there is no file {name!r}")


def _inside(name: str, folder: Path) -> Iterator[Input]:
    """What is in a folder. Raises OSError where it cannot be listed."""
    with os.scandir(folder) as entries:
        found = sorted(
            (entry.name, entry.is_dir(follow_symlinks=False))
            for entry in entries
            if not entry.name.startswith(".")
            and (entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False))
        )
    for child, is_dir in found:
        below = os.path.join(name, child)  # noqa: PTH118 - as it was typed: `./` is kept
        try:
            if is_dir:
                yield from _inside(below, folder / child)
            else:
                yield from _plain_file(below, folder / child)
        except OSError as error:
            yield Unreadable(below, None, f"{below!r} cannot be read: {error.strerror}")


def _plain_file(name: str, path: Path) -> Iterator[Input]:
    # What the folder was asked may no longer be so: no link is followed, and no pipe waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        yield from read(name, file)
