"""Files that a person names: read with a limit, written whole or not at all, never over another."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.confidential import SecretBytes
from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from did.identifier import DID

LARGEST: Final = 1 << 20  # bytes; a credential of a mebibyte is not one that people meet


def read_file(name: str, *, limit: int = LARGEST) -> bytes:
    """The bytes of a file of at most `limit` of them, a mebibyte where nothing else is said.

    Raises:
        BadInput: it is not there, is not a plain file, cannot be read or is too large.
    """
    return bytes(read_secret(name, limit=limit))


def read_secret(name: str, *, limit: int = LARGEST) -> SecretBytes:
    """As `read_file`, of a file that may hold a secret."""
    path = at_home(Path(name))
    try:
        if not path.is_file():
            raise BadInput(f"there is no file {name!r}")
        with path.open("rb") as file:
            data = SecretBytes(file.read(limit + 1))
    except OSError as error:
        raise BadInput(f"{name!r} cannot be read: {error.strerror}") from error
    if len(data) > limit:
        size = "a mebibyte" if limit == LARGEST else f"{limit >> 20} mebibytes"
        raise BadInput(f"{name!r} is larger than {size}")
    return data


def at_home(path: Path) -> Path:
    """`path`, with the folder in place of a leading `~` or `~somebody`.

    Raises:
        BadInput: there is no such person.
    """
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise BadInput(f"{str(path)!r} cannot be found: it names nobody's folder") from error


def free_path(path: Path) -> Path:
    """`path`, or else the first of `path-2`, `path-3`, … that no file has."""
    number = 2
    free = path
    while free.exists():
        free = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return free


def write_new(path: Path, data: bytes) -> Path:
    """Write a new file, readable by its owner alone: whole, or not at all; its path.

    Raises:
        BadInput: a file of that name exists, or it cannot be written.
    """
    return _written(path, data, _link)


def write_stream(path: Path, pieces: Iterable[bytes]) -> tuple[Path, int]:
    """Write a new file of many pieces, whole or not at all; its path, and how many there were.

    Raises:
        BadInput: a file of that name exists, or it cannot be written.
    """
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for count, piece in enumerate(pieces, 1):  # noqa: B007 - told to the caller
            yield piece

    return _written(path, counted(), _link), count


def write_public(path: Path, data: bytes, *, did: DID, earlier: bytes | None = None) -> Path:
    """Write a file that is meant for everybody, over an earlier one of the same DID alone.

    `earlier` is such a one that does not say so itself.

    Raises:
        BadInput: another file of that name exists, or it cannot be written.
    """
    refuse_other(path, did, earlier=earlier)
    return _written(path, data, _publish)


def write_over(path: Path, data: bytes, same: Callable[[bytes], bool]) -> Path:
    """Write a file that is meant for everybody, over an earlier one that is the `same` alone.

    Raises:
        BadInput: another file of that name exists, or it cannot be written.
    """
    path = at_home(path)
    if path.exists() and not same(read_file(str(path))):
        raise BadInput(f"{str(path)!r} exists already", hint="choose another name")
    return _written(path, data, _publish)


def refuse_other(path: Path, did: DID, *, earlier: bytes | None = None) -> None:
    """Refuse a file that is there already, unless it is `earlier`, or a document or log of the DID.

    Raises:
        BadInput: naming it.
    """
    path = at_home(path)
    if not path.exists():
        return
    present = read_file(str(path))
    if present != earlier and _subject(present) != str(did):
        raise BadInput(
            f"{str(path)!r} exists already, and is not about {did}", hint="choose another name"
        )


def _subject(data: bytes) -> Any:
    """Which DID a file is about: a DID document, or a did:webvh log by its last entry."""
    last = data.rstrip().rpartition(b"\n")[2]
    for text in (data, last):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            state = value.get("state", value)
            return state.get("id") if isinstance(state, dict) else None
    return None


def replace_file(path: Path, data: bytes) -> None:
    """Write a file of the wallet's own in place of an earlier one, for its owner alone.

    Raises:
        BadInput: it cannot be written; the earlier one is as it was.
    """
    _written(path, data, _replace)


def _written(path: Path, data: bytes | Iterable[bytes], name: Callable[[str, Path], None]) -> Path:
    # Deferred: who only reads needs none of it.
    import tempfile  # noqa: PLC0415

    path = at_home(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".holdfast-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines([data] if isinstance(data, bytes) else data)
                file.flush()
                os.fsync(file.fileno())
            name(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"{str(path)!r} cannot be written: {error.strerror}") from error
    return path


def _replace(temporary: str, path: Path) -> None:
    Path(temporary).replace(path)


def _publish(temporary: str, path: Path) -> None:
    """Give the file its name, in place of an earlier one, and let everybody read it."""
    Path(temporary).chmod(0o644)
    _replace(temporary, path)


def _link(temporary: str, path: Path) -> None:
    """Give the file its name; unlike a rename, a link never replaces another file."""
    try:
        os.link(temporary, path)
    except FileExistsError as error:
        raise BadInput(f"{str(path)!r} exists already", hint="choose another name") from error


def state_of(database: Path) -> tuple[int, ...]:
    """What tells whether somebody wrote to a file of SQLite's, or is about to."""
    try:
        status = database.stat()
    except OSError:
        return ()
    alone = not database.with_name(f"{database.name}-wal").exists()
    return status.st_ino, status.st_size, status.st_mtime_ns, alone
