"""A draft: what the model writes, before it is a plan.

One line, for instance `present_credential credential=C1 verifier=P2 claims=[gpa]`, or
`add_contact name="林梅" did="<mark>"; list_contacts`, or `none`. Entries are handles of the
prompt's list; text is quoted, character for character, out of the message. What the person did
not say is left out, and an entry they named that the list does not have, or has twice, is `?`:
what is then missing is worked out by rule, never by the model. The model itself reads and writes
the line in shorthand (`agent.shorthand`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from agent import shorthand
from agent.words import spaced

NONE: Final = "none"
MAX_STEPS: Final = 4
_NAMING: Final = frozenset({*shorthand.LETTERS, "$"})
_LISTS: Final = shorthand.NAMES_MARK + shorthand.TEXTS_MARK


@dataclass(frozen=True, slots=True)
class Handle:
    """An entry of the prompt's list, such as C1, or an earlier step's result, such as $1."""

    name: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """An entry that the person named and the list does not have, or has more than once."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the message."""

    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """One of a parameter's choices."""

    text: str


@dataclass(frozen=True, slots=True)
class Names:
    """Claim names of a credential."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spans:
    """Several pieces of the message."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Claims: name and value, both words of the message."""

    pairs: tuple[tuple[str, str], ...]


Value = Handle | Unknown | Span | Word | Names | Spans | Pairs


@dataclass(frozen=True, slots=True)
class DraftStep:
    """One action and what the person said for it, in the parameters' declared order."""

    action: str
    arguments: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """Steps in order; none at all is a request that the wallet does not serve."""

    steps: tuple[DraftStep, ...] = ()

    def write(self) -> str:
        """The line, written out."""
        return "; ".join(map(_write_step, self.steps)) or NONE

    def write_short(self) -> str:
        """The line in shorthand, as the model is to write it."""
        return "".join(map(_shorten_step, self.steps)) or shorthand.NONE_MARK

    @classmethod
    def read(cls, line: str) -> Draft:
        """The line, in shorthand or written out, read back.

        Raises:
            ValueError: the line is not of this form (a grammar never lets that happen).
        """
        line = line.strip()
        if line in {NONE, shorthand.NONE_MARK}:
            return cls()
        if shorthand.is_short(line):
            return cls(tuple(map(_lengthened, shorthand.steps(line))))
        reader = _Reader(line)
        steps = [reader.step()]
        while reader.accept("; "):
            steps.append(reader.step())
        reader.end()
        return cls(tuple(steps))


def _write_step(step: DraftStep) -> str:
    return " ".join((step.action, *(f"{name}={_write(value)}" for name, value in step.arguments)))


def _write(value: Value) -> str:
    match value:
        case Handle(name):
            return name
        case Unknown():
            return "?"
        case Span(text):
            return f'"{text}"'
        case Word(text):
            return text
        case Names(names):
            return f"[{','.join(names)}]"
        case Spans(texts):
            return "[" + ",".join(f'"{text}"' for text in texts) + "]"
        case Pairs(pairs):
            return "{" + ",".join(f'"{name}"="{text}"' for name, text in pairs) + "}"


def _shorten_step(step: DraftStep) -> str:
    arguments = (shorthand.argument(name) + _shorten(value) for name, value in step.arguments)
    return shorthand.action(step.action) + "".join(arguments)


def _shorten(value: Value) -> str:
    match value:
        case Handle(name):
            return shorthand.word(name)
        case Unknown():
            return shorthand.UNKNOWN_MARK
        case Span(text):
            return spaced(text)
        case Word(text):
            return text
        case Names(names):
            return shorthand.NAMES_MARK + shorthand.NEXT_MARK.join(map(spaced, names))
        case Spans(texts):
            return shorthand.TEXTS_MARK + shorthand.NEXT_MARK.join(map(spaced, texts))
        case Pairs(pairs):
            return shorthand.NEXT_MARK.join(
                f"{spaced(name)}{shorthand.IS_MARK}{spaced(text)}" for name, text in pairs
            )


def _lengthened(step: tuple[str, list[tuple[str, str]]]) -> DraftStep:
    action, arguments = step
    return DraftStep(action, tuple((name, _value(text)) for name, text in arguments))


def _value(text: str) -> Value:
    """The value of an argument, as it stands in shorthand."""
    word = shorthand.word_of(text)
    if word == "?":
        return Unknown()
    if word is not None and word[0] in _NAMING:
        return Handle(word)
    items = tuple(item.strip(" ") for item in text.lstrip(_LISTS).split(shorthand.NEXT_MARK))
    if not all(items):
        raise ValueError(f"expected a value: {text!r}")
    if text[0] == shorthand.NAMES_MARK:
        return Names(items)
    if text[0] == shorthand.TEXTS_MARK:
        return Spans(items)
    if shorthand.IS_MARK in text:
        pairs = (item.partition(shorthand.IS_MARK) for item in items)
        return Pairs(tuple((name.strip(" "), text.strip(" ")) for name, _, text in pairs))
    # A choice stands without a space, and a person's words with one where they take one.
    return Word(text) if text[0].isascii() and text[0] != " " else Span(items[0])


class _Reader:
    """A cursor over one line."""

    _NAME: Final = re.compile(r"[a-z_]+")
    _HANDLE: Final = re.compile(r"[DCPG]\d+|\$\d")
    _QUOTED: Final = re.compile(r'"([^"]*)"')
    _WORD: Final = re.compile(r"[A-Za-z0-9_\-]+")
    _CLAIM: Final = re.compile(r"[^,\]]+")

    def __init__(self, line: str) -> None:
        self._line = line
        self._at = 0

    def accept(self, literal: str) -> bool:
        if self._line.startswith(literal, self._at):
            self._at += len(literal)
            return True
        return False

    def end(self) -> None:
        if self._at != len(self._line):
            raise ValueError(f"unexpected text at {self._at}: {self._line!r}")

    def step(self) -> DraftStep:
        action = self._take(self._NAME)
        arguments: list[tuple[str, Value]] = []
        while self.accept(" "):
            name = self._take(self._NAME)
            self._expect("=")
            arguments.append((name, self._value()))
        return DraftStep(action, tuple(arguments))

    def _value(self) -> Value:
        if self._line.startswith('"', self._at):
            return Span(self._quoted())
        if self.accept("?"):
            return Unknown()
        if self.accept("{"):
            return self._pairs()
        if self.accept("["):
            return self._list()
        if self._HANDLE.match(self._line, self._at):
            return Handle(self._take(self._HANDLE))
        return Word(self._take(self._WORD))

    def _pairs(self) -> Pairs:
        pairs: list[tuple[str, str]] = []
        while True:
            name = self._quoted()
            self._expect("=")
            pairs.append((name, self._quoted()))
            if self.accept("}"):
                return Pairs(tuple(pairs))
            self._expect(",")

    def _list(self) -> Names | Spans:
        quoted = self._line.startswith('"', self._at)
        items: list[str] = []
        while True:
            items.append(self._quoted() if quoted else self._take(self._CLAIM))
            if self.accept("]"):
                return Spans(tuple(items)) if quoted else Names(tuple(items))
            self._expect(",")

    def _quoted(self) -> str:
        return self._match(self._QUOTED)[1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        return self._match(pattern)[0]

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._line, self._at)
        if match is None:
            raise ValueError(f"unexpected text at {self._at}: {self._line!r}")
        self._at = match.end()
        return match

    def _expect(self, literal: str) -> None:
        if not self.accept(literal):
            raise ValueError(f"expected {literal!r} at {self._at}: {self._line!r}")
