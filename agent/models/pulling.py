"""Fetching a model: onto a part file that a later try goes on with, checked, and then named.

NAME.gguf          whole, and checked
NAME.gguf.part     what has come of it so far
NAME.gguf.about    from where, and by which tag the server knows it
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self
from urllib.parse import unquote, urlsplit

from agent.errors import NoModel
from agent.models.gguf import MAGIC, Header
from wallet.errors import BadInput
from wallet.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from did.download import Body, Download

LARGEST: Final = 256 << 30  # bytes
_SPARE: Final = 256 << 20  # bytes that stay free
_CHUNK: Final = 1 << 20
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,150}\.gguf")
_OF_SEVERAL: Final = re.compile(r"-\d{5}-of-\d{5}\.gguf")
_AT_HUB: Final = re.compile(
    r"([A-Za-z0-9][\w.-]{0,95})/([A-Za-z0-9][\w.-]{0,95})(?:@([\w.-]{1,100}))?:(.+)", re.ASCII
)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model is to be had, and what it is called here."""

    url: str
    name: str

    @classmethod
    def parse(cls, text: str, hub: str | None) -> Self:
        """An address, or `owner/name:file.gguf` (`owner/name@revision:file.gguf`) at a hub.

        Raises:
            BadInput: it is neither, names no GGUF file, or no hub is set.
        """
        if "://" in text:
            return cls(text, _named(unquote(urlsplit(text).path).rpartition("/")[2]))
        if (at_hub := _AT_HUB.fullmatch(text)) is None:
            raise BadInput(
                f"{text!r:.200} is no model to fetch",
                hint="an address, https://…/file.gguf, or owner/name:file.gguf at your hub",
            )
        if hub is None:
            raise BadInput(
                "no hub is set",
                hint='write hub = "https://…" into config.toml, or give the whole address',
            )
        owner, name, revision, file = at_hub.groups()
        url = f"{hub.rstrip('/')}/{owner}/{name}/resolve/{revision or 'main'}/{file}"
        return cls(url, _named(file.rpartition("/")[2]))


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is here now.

    Attributes:
        sha256: its digest, in hexadecimal.
        checked: whether somebody had said what the digest should be.
    """

    path: Path
    sha256: str
    checked: bool


def digest_of(text: str) -> str:
    """A SHA-256 as a person gives it. Raises `BadInput`."""
    digest = text.strip().lower().removeprefix("sha256:")
    if not _SHA256.fullmatch(digest):
        raise BadInput("a SHA-256 is 64 hexadecimal digits")
    return digest


def pull(
    source: Source,
    folder: Path,
    download: Download,
    *,
    progress: Callable[[int, int], None],
    sha256: str | None = None,
    largest: int = LARGEST,
) -> Pulled:
    """Fetch a model into `folder`; what has come stays there if it is interrupted.

    Raises:
        BadInput: it is here already, is too large, or the disk is too full.
        NoModel: what came is no model, or not the one of that digest; it is thrown away.
        DIDError: the server cannot be asked, or does not send all of it.
    """
    path = folder / source.name
    if path.exists():
        raise BadInput(f"{str(path)!r} is here already", hint="remove it to fetch it again")
    _make(folder)
    part = _Part(path, source.url)
    with part.alone() as file:
        stated = part.fetch(file, download, progress, largest)
        expected = sha256 or stated
        digest = _digest(file)
        if expected is not None and digest != expected:
            part.discard()
            raise NoModel(
                f"what came has another SHA-256, {digest}", hint=f"it should be {expected}"
            )
        try:
            Header.read(part.file)
        except NoModel:
            part.discard()
            raise
        part.finish()
    return Pulled(path, digest, expected is not None)


class _Part:
    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url
        self.file = path.with_name(path.name + ".part")
        self._about = path.with_name(path.name + ".about")

    @contextmanager
    def alone(self) -> Iterator[BinaryIO]:
        """The part file, while no other process writes it. Raises `BadInput`."""
        try:
            descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise BadInput(f"{str(self.file)!r} cannot be written: {error.strerror}") from error
        with os.fdopen(descriptor, "r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BadInput(f"another process fetches {self._path.name!r} now") from error
            yield file

    def fetch(
        self,
        file: BinaryIO,
        download: Download,
        progress: Callable[[int, int], None],
        largest: int,
    ) -> str | None:
        """Fetch what is missing; the digest that a server states, if one does."""
        about = self._known()
        tag, total = about.get("tag"), about.get("total")
        here = file.seek(0, os.SEEK_END) if tag else 0
        if here and here == total:
            return _stated(about)
        with download.opened(self._url, start=here, tag=tag) as body:
            if body.start and (body.tag, body.total) != (tag, total):
                self.discard()
                raise BadInput("the file there is another one now", hint="run it again")
            self._begin(file, body, largest)
            stated = body.sha256 or (_stated(about) if body.start else None)
            self._keep({"tag": body.tag, "total": body.total, "sha256": stated})
            self._write(file, body, progress)
        return stated

    def discard(self) -> None:
        self.file.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)

    def finish(self) -> None:
        """Give it its name."""
        self.file.rename(self._path)
        self._about.unlink(missing_ok=True)

    def _begin(self, file: BinaryIO, body: Body, largest: int) -> None:
        if body.total > largest:
            raise BadInput(
                f"the model is of {body.total} bytes, and {largest} is the limit",
                hint="--max-size, in GiB",
            )
        free = shutil.disk_usage(self.file.parent).free
        if body.total - body.start > free - _SPARE:
            raise BadInput(
                f"the model needs {body.total - body.start} bytes more, and {free} are free"
            )
        file.truncate(body.start)
        file.seek(body.start)

    def _write(self, file: BinaryIO, body: Body, progress: Callable[[int, int], None]) -> None:
        at = body.start
        try:
            for piece in body.pieces:
                if at == 0 and not piece.startswith(MAGIC[: len(piece)]):
                    self.discard()
                    raise NoModel("what is there is no GGUF file", hint="check the address")
                file.write(piece)
                at += len(piece)
                progress(at, body.total)
        except OSError as error:
            raise BadInput(f"{str(self.file)!r} cannot be written: {error.strerror}") from error
        finally:
            file.flush()
        os.fsync(file.fileno())

    def _known(self) -> dict[str, Any]:
        """What was written down of an earlier try at the same address."""
        try:
            about = json.loads(self._about.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        same = isinstance(about, dict) and about.get("url") == self._url
        return about if same and isinstance(about.get("tag"), str) else {}

    def _keep(self, about: dict[str, Any]) -> None:
        replace_file(self._about, json.dumps({"url": self._url, **about}).encode())


def _stated(about: dict[str, Any]) -> str | None:
    said = about.get("sha256")
    return said if isinstance(said, str) else None


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadInput(f"{name!r:.200} is no name of a GGUF file", hint="it ends in .gguf")
    if _OF_SEVERAL.search(name):
        raise BadInput("a model in several files is not fetched", hint="take one that is whole")
    return name


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{str(folder)!r} cannot be made: {error.strerror}") from error


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_CHUNK):
        digest.update(piece)
    return digest.hexdigest()
