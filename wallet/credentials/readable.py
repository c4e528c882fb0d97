"""What a credential says, as a person reads it: claim by claim, with what is nested laid open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.credentials.model import Credential

MOST: Final = 200
"""Claims of one credential that are read out."""
_DEEPEST: Final = 6
_SILENT: Final = frozenset({"@context", "@type", "@id"})
_WORD: Final = re.compile(r"[A-Za-z][a-z0-9]*(?:[A-Z][a-z0-9]*)*", re.ASCII)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a credential says.

    Attributes:
        subject: about which of its subjects, counted from 1.
        path: what it is called, from the outside in: `("address", "postal code")`.
        value: what it says of that.
    """

    subject: int
    path: tuple[str, ...]
    value: Message | str = field(repr=False)

    @property
    def name(self) -> str:
        """The path in one line."""
        return " › ".join(self.path)


def claims_said(credential: Credential) -> tuple[Said, ...]:
    """Everything that it says of its subjects, in the order in which it stands there."""
    value = credential.document.get("credentialSubject")
    subjects = value if isinstance(value, list | tuple) else [value]
    said = (
        Said(number, path, leaf)
        for number, subject in enumerate(subjects, start=1)
        if isinstance(subject, Mapping)
        for path, leaf in _leaves(subject, ())
        if path != ("id",)
    )
    return tuple(one for one, _ in zip(said, range(MOST), strict=False))


def in_words(name: str) -> str:
    """The name of a claim as words: `memberNumber` is "member number"; others stay as they are."""
    if not _WORD.fullmatch(name):
        return name
    return " ".join(
        word if word.isupper() else word[:1].lower() + word[1:] for word in _HUMP.split(name)
    )


def _leaves(
    value: object, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Message | str]]:
    if isinstance(value, Mapping):
        if isinstance(text := value.get("@value"), str):
            yield path, text
        elif len(path) >= _DEEPEST:
            yield path, say("… more, in the JSON")
        else:
            for name, inner in value.items():
                if name not in _SILENT:
                    yield from _leaves(inner, (*path, in_words(name)))
    elif isinstance(value, list | tuple):
        yield from _items(value, path)
    else:
        yield path, _plain(value)


def _items(
    values: list[object] | tuple[object, ...], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Message | str]]:
    """A list of texts is one value; of what has names, each is laid open by itself."""
    if not any(isinstance(one, Mapping | list | tuple) for one in values):
        yield path, ", ".join(str(_plain(one)) for one in values)
    elif len(path) >= _DEEPEST:
        yield path, say("… more, in the JSON")
    else:
        for number, one in enumerate(values, start=1):
            yield from _leaves(one, (*path, str(number)))


def _plain(value: object) -> Message | str:
    if value is True:
        return say("yes")
    if value is False:
        return say("no")
    return "" if value is None else str(value)
