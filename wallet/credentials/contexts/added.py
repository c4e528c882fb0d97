"""Contexts that a person adds: a folder of their own, its manifest in the form of the shipped one.

A context decides what a signed name means, so each is taken as it was when it was added: its digest
is kept, and a file that has changed since is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - a field of a value
from typing import Any, Final
from urllib.parse import urlsplit

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import CredentialError, InvalidCredential, UnknownContext
from wallet.credentials.form import is_absolute_iri
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.strict_json import read_json
from wallet.errors import BadInput
from wallet.files import LARGEST, replace_file

MAX_ADDED: Final = 256
LONGEST_URL: Final = 2048

_MANIFEST: Final = "manifest.json"
_COMMENT: Final = "JSON-LD contexts that were added to this wallet. A file is named by its SHA-256."


class ChangedContext(UnknownContext):
    """The file of an added context is gone, or is not the one that was added."""

    def __init__(self, url: str, path: Path) -> None:
        CredentialError.__init__(
            self,
            f"{str(path)!r} is not the context that was added as {url!r}",
            hint="add it once more, or remove it",
        )
        self.url = url


@dataclass(frozen=True, slots=True)
class Added:
    """A context that was added, under its address; `replaced` where an earlier one gave way."""

    url: str
    sha256: str
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class AddedContexts:
    """The contexts that a person added, in the folder `contexts/` of the wallet's home."""

    folder: Path

    def add(self, data: bytes, url: str) -> Added:
        """Add a context, or replace one that was added; `data` is its file, of at most 1 MiB.

        Raises:
            InvalidJSON: it is not strict JSON.
            InvalidCredential: it holds no `@context`.
            BadInput: the address is none, or that of a shipped context; or nothing can be written.
        """
        _check_url(url)
        _context_in(data)
        entries = self._entries()
        digest = hashlib.sha256(data).hexdigest()
        earlier = entries.get(url)
        if earlier is None and len(entries) >= MAX_ADDED:
            raise BadInput(f"{MAX_ADDED} contexts are added already, and no more can be")
        replace_file(self._file(digest), data)
        self._write({**entries, url: digest})
        if earlier is not None:
            self._forget(earlier)
        return Added(url, digest, replaced=earlier is not None)

    def remove(self, url: str) -> None:
        """Remove a context that was added.

        Raises:
            BadInput: none was added under this address.
        """
        entries = self._entries()
        if url not in entries:
            raise BadInput(f"no context was added as {url!r}")
        self._write({address: digest for address, digest in entries.items() if address != url})
        self._forget(entries[url])

    def listed(self) -> tuple[Added, ...]:
        """What was added, sorted by address.

        Raises:
            BadInput: the manifest cannot be read.
        """
        return tuple(Added(url, digest) for url, digest in sorted(self._entries().items()))

    def read(self, added: Added) -> Any:
        """What stands under `@context` in the file of an added context.

        Raises:
            ChangedContext: the file is not the one that was added.
        """
        path = self._file(added.sha256)
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise ChangedContext(added.url, path) from error
        if hashlib.sha256(data).hexdigest() != added.sha256:
            raise ChangedContext(added.url, path)
        return _context_in(data)

    def _file(self, digest: str) -> Path:
        return self.folder / f"{digest}.jsonld"

    def _entries(self) -> dict[str, str]:
        """The digest of each, by address."""
        path = self.folder / _MANIFEST
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise BadInput(f"{str(path)!r} cannot be read: {error.strerror}") from error
        try:
            entries = read_json(data)["contexts"]
            return {str(entry["address"]): _digest(entry["sha256"]) for entry in entries}
        except (CredentialError, KeyError, TypeError, ValueError) as error:
            raise BadInput(f"{str(path)!r} is no list of added contexts") from error

    def _write(self, entries: Mapping[str, str]) -> None:
        listed = [
            {"address": url, "file": self._file(digest).name, "sha256": digest}
            for url, digest in sorted(entries.items())
        ]
        manifest = {"comment": _COMMENT, "contexts": listed}
        text = json.dumps(manifest, indent=2, ensure_ascii=False)
        replace_file(self.folder / _MANIFEST, f"{text}\n".encode())

    def _forget(self, digest: str) -> None:
        """Delete a file that no entry names any more; one left behind does no harm."""
        if digest in self._entries().values():
            return
        try:
            self._file(digest).unlink(missing_ok=True)
        except OSError as error:
            raise BadInput(f"an old context cannot be deleted: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class _Combined(Mapping[str, Any]):
    added: AddedContexts
    entries: Mapping[str, Added]
    _read: dict[str, Any] = field(default_factory=dict, repr=False)

    def __getitem__(self, address: str) -> Any:
        if address in SHIPPED:
            return SHIPPED[address]
        if address not in self._read:
            self._read[address] = self.added.read(self.entries[address])
        return self._read[address]

    def __contains__(self, address: object) -> bool:
        """Whether a context of that address is known, be its file what it may."""
        return address in SHIPPED or address in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter((*SHIPPED, *(url for url in self.entries if url not in SHIPPED)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def combined(added: AddedContexts) -> Mapping[str, Any]:
    """The shipped contexts, and those that are added at this moment; each is read when asked for.

    To ask for one whose file has changed raises `ChangedContext`. Keep the mapping, and use it for
    all documents: what its contexts mean is worked out once for each mapping.

    Raises:
        BadInput: the manifest cannot be read.
    """
    entries = {one.url: one for one in added.listed()}
    return _Combined(added, entries) if entries else SHIPPED


def _context_in(data: bytes) -> Any:
    document = read_json(data)
    if not isinstance(document, dict) or "@context" not in document:
        raise InvalidCredential(ROOT, "must be an object that holds @context")
    if not isinstance(document["@context"], dict | list):
        raise InvalidCredential(child(ROOT, "@context"), "must be an object or a list")
    return document["@context"]


def _check_url(url: str) -> None:
    if len(url) > LONGEST_URL or not is_absolute_iri(url):
        raise BadInput(f"{url[:LONGEST_URL]!r} is not the address of a context")
    if url in SHIPPED:
        raise BadInput(
            f"the context {url!r} comes with the wallet", hint="what it says cannot be changed"
        )
    if url.partition(":")[0].lower() not in {"http", "https"}:
        return
    try:
        parts = urlsplit(url)
        is_address = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise BadInput(f"{url!r} is no address of the web")


def _digest(value: object) -> str:
    """A digest that may be part of a file's name."""
    if not isinstance(value, str) or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise ValueError("no SHA-256")
    return value
