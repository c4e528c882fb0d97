"""What a person wants verified, told by a text: a document, a file, a folder, a picture."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from did.values import dataclass, field
from wallet.actions.incoming import PICTURES, incoming
from wallet.cli.verify.inputs import Document, Unreadable, inputs, is_folder, label
from wallet.errors import BadInput
from wallet.messages import Message, say
from wallet.recognizing import Recognized, What, recognize

if TYPE_CHECKING:
    from wallet.cli.verify.inputs import Input

_NOT_VERIFIED: Final = frozenset(
    {What.RECOVERY_PHRASE, What.PRIVATE_KEY, What.OFFER, What.ASKED, What.LINK, What.DID}
)


@dataclass(frozen=True, slots=True)
class One:
    """A document, and what to call it."""

    data: bytes = field(repr=False)
    source: Message | str


@dataclass(frozen=True, slots=True)
class Many:
    """Files and folders, to be answered in a line each."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Words, by which a credential of the wallet may be meant."""

    words: str


@dataclass(frozen=True, slots=True)
class Other:
    """What there is nothing to verify of."""

    what: Recognized


def wanted(text: str) -> One | Many | Named | Other:
    """What is to be verified. Raises `BadInput` where it is a file that cannot be read."""
    found = recognize(text)
    if found.kind in _NOT_VERIFIED:
        return Other(found)
    if found.kind is What.WORDS:
        plain = text.strip()
        there = "\n" not in plain and (is_folder(plain) or _is_file(plain))
        return _files((plain,)) if there else Named(plain)
    if found.kind is What.FILE:
        return _files(found.paths)
    return One(text.strip().encode(errors="replace"), say("what you pasted"))


def one_of(called: str) -> One:
    """An input of many by its label, read once more. Raises `BadInput` where it is gone."""
    for name in (called, called.rpartition(":")[0]):
        for found in inputs([name] if name else []):
            if label(found.name, found.line) == called and isinstance(found, Document):
                return One(found.data, called)
    raise BadInput(f"{called!r} cannot be read any more")


def _files(paths: tuple[str, ...]) -> One | Many:
    if len(paths) != 1 or is_folder(paths[0]):
        return Many(paths)
    if Path(paths[0]).suffix.lower() in PICTURES:
        came = incoming(paths[0])
        return One(came.text.encode(errors="replace"), paths[0])
    first = list(islice(inputs(paths), 2))
    return Many(paths) if len(first) > 1 else _document(first[0])


def _document(found: Input) -> One:
    if isinstance(found, Unreadable):
        raise BadInput(found.reason)
    assert isinstance(found, Document)  # noqa: S101 - it is one or the other
    return One(found.data, found.name)


def _is_file(name: str) -> bool:
    first = next(iter(inputs([name])), None)
    return isinstance(first, Document)
