"""The corpus's template syntax: `[optional]`, `(one|another)` and `{slot}`, nested freely.

A template is read once into a tree; a sample of it is a row of pieces, literal text and slots.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_TOKEN: Final = re.compile(r"\{([a-z]+[1-4]?)\}|([\[\]()|])|([^\[\](){}|]+)")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value, such as `{name}`; `{name2}` belongs to the second step."""

    name: str


@dataclass(frozen=True, slots=True)
class Optional:
    """A part that may be absent."""

    body: Sequence


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several parts."""

    bodies: tuple[Sequence, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after another."""

    parts: tuple[str | Slot | Optional | Choice, ...]


class MalformedTemplate(ValueError):
    """A template's brackets do not match, or a slot is not named."""


def parse(template: str) -> Sequence:
    """Read a template.

    Raises:
        MalformedTemplate: brackets are unbalanced or a character stands where none may.
    """
    tokens = _tokens(template)
    bodies, closing = _bodies(tokens)
    if closing:
        raise MalformedTemplate(f"unbalanced {closing!r}: {template!r}")
    return bodies[0] if len(bodies) == 1 else Sequence((Choice(tuple(bodies)),))


def _tokens(template: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(template):
        match = _TOKEN.match(template, at)
        if match is None:
            raise MalformedTemplate(f"stray {template[at]!r}: {template!r}")
        yield match
        at = match.end()


def _bodies(tokens: Iterator[re.Match[str]]) -> tuple[list[Sequence], str]:
    """Alternatives up to a closing bracket or the end, and which of the two it was."""
    bodies: list[Sequence] = []
    parts: list[str | Slot | Optional | Choice] = []
    for token in tokens:
        slot, mark, text = token.groups()
        if slot:
            parts.append(Slot(slot))
        elif text:
            parts.append(text)
        elif mark == "|":
            bodies.append(Sequence(tuple(parts)))
            parts = []
        elif mark in "[(":
            inner, closing = _bodies(tokens)
            if closing != {"[": "]", "(": ")"}[mark]:
                raise MalformedTemplate(f"{mark!r} is not closed")
            choice = inner[0] if len(inner) == 1 else Sequence((Choice(tuple(inner)),))
            parts.append(Optional(choice) if mark == "[" else Choice(tuple(inner)))
        else:
            return [*bodies, Sequence(tuple(parts))], mark
    return [*bodies, Sequence(tuple(parts))], ""


def sample(tree: Sequence, rng: Random) -> list[str | Slot]:
    """One way of saying it: literal pieces and slots, left to right."""
    pieces: list[str | Slot] = []
    for part in tree.parts:
        match part:
            case str() | Slot():
                pieces.append(part)
            case Optional(body):
                if rng.random() < 0.5:
                    pieces += sample(body, rng)
            case Choice(bodies):
                pieces += sample(rng.choice(bodies), rng)
    return pieces


def slots(tree: Sequence) -> frozenset[str]:
    """All slots that a template may show."""
    found: set[str] = set()
    for part in tree.parts:
        match part:
            case Slot(name):
                found.add(name)
            case Optional(body):
                found |= slots(body)
            case Choice(bodies):
                found.update(*map(slots, bodies))
            case str():
                pass
    return frozenset(found)


def texts(tree: Sequence) -> Iterator[str]:
    """All literal text of a template."""
    for part in tree.parts:
        match part:
            case str():
                yield part
            case Optional(body):
                yield from texts(body)
            case Choice(bodies):
                for body in bodies:
                    yield from texts(body)
            case Slot():
                pass
