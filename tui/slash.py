"""Lines that begin with a slash: a room, an action by the words of its verb, or one of the face's.

What follows a verb is read as the command line reads it, by the same parameters, and done through
the same doors: a deed is shown and asked about. A line that begins with a path is no command.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from tui.fitting import fitting
from tui.rooms import ROOMS
from wallet.actions import ACTIONS
from wallet.actions.registry import Kind
from wallet.cli.arguments import add_parameters, arguments_of
from wallet.cli.options import Parser
from wallet.errors import BadInput
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wallet.actions.registry import Action, Parameter

SLASHES: Final = "/／、"
"""What begins a command; a Chinese keyboard gives the latter two for the same key."""
_HELP: Final = frozenset({"--help", "-h"})
_ENTRIES: Final = frozenset({Kind.DID, Kind.CREDENTIAL, Kind.CONTACT, Kind.PRODUCT})
_LISTS: Final = frozenset({Kind.CLAIMS, Kind.NAMES, Kind.TEXTS, Kind.DOCUMENTS})
_MOST: Final = 20
_COMMAND: Final = re.compile(r"\bholdfast ([a-z-]+(?: [a-z-]+)?)")


class Own(StrEnum):
    """What the conversation itself does."""

    COPY = "copy"
    EDIT = "edit"
    UNDO = "undo"
    CLEAR = "clear"
    KEYS = "keys"
    QUIT = "quit"


OWN: Final[Mapping[Own, Message]] = MappingProxyType(
    {
        Own.COPY: say("Copy the last answer"),
        Own.EDIT: say("Write a message in your editor"),
        Own.UNDO: say("Take back what was done last"),
        Own.CLEAR: say("Empty the conversation"),
        Own.KEYS: say("Show the keys that work here"),
        Own.QUIT: say("Quit"),
    }
)
_VERBS: Final[Mapping[tuple[str, ...], Action]] = MappingProxyType(
    {action.verb: action for action in ACTIONS.values()}
)


@dataclass(frozen=True, slots=True)
class Going:
    """To another room."""

    room: str


@dataclass(frozen=True, slots=True)
class Doing:
    """An action with its arguments."""

    action: Action
    arguments: Mapping[str, Any] = field(repr=False)  # claims may stand in them


@dataclass(frozen=True, slots=True)
class Explaining:
    """How an action is typed."""

    action: Action


Command: TypeAlias = Going | Doing | Explaining | Own


@dataclass(frozen=True, slots=True)
class Offer:
    """A completion: what is put in place of the last word, and what it means."""

    word: str
    means: Message | str
    place: int = 0
    """How many characters before the cursor it takes the place of."""


class _Parser(Parser):
    """A parser that raises where it would end the program."""

    def error(self, message: str) -> NoReturn:
        """What was typed cannot be read."""
        raise BadInput(message, hint=f"{self.prog} --help")


def as_typed_here(words: str) -> str:
    """A sentence in which a command of the terminal is one of the conversation's."""
    return _COMMAND.sub(lambda found: f"/{found[1]}" if _is_verb(found[1]) else found[0], words)


def _is_verb(words: str) -> bool:
    return tuple(words.split()) in _VERBS or tuple(words.split()[:1]) in _VERBS


def is_command(line: str) -> bool:
    """Whether a line is meant as a command: no path, and no slash alone."""
    plain = line.strip()
    if plain[:1] not in SLASHES or "\n" in plain or not plain[1:2].strip():
        return False
    return "/" not in plain[1:].split(maxsplit=1)[0]


def parse(line: str, language: str) -> Command:
    """What a command means.

    Raises:
        BadInput: there is no such command, or what follows it cannot be read.
    """
    try:
        words = shlex.split(line.strip()[1:])
    except ValueError:
        raise BadInput("a quotation mark is not closed", hint="close it, or leave it out") from None
    if len(words) == 1:
        (word,) = words
        if word.casefold() in {*Own, "exit", "q"}:
            return Own.QUIT if word.casefold() in {"exit", "q"} else Own(word.casefold())
        if (room := _room(word, language)) is not None:
            return Going(room)
    verb = next((tuple(words[:n]) for n in (2, 1) if tuple(words[:n]) in _VERBS), None)
    if verb is None:
        raise BadInput(f"there is no /{' '.join(words[:2])}", hint=_nearest(words))
    action = _VERBS[verb]
    given = words[len(verb) :]
    return Explaining(action) if _HELP & set(given) else Doing(action, _arguments(action, given))


def _arguments(action: Action, given: Sequence[str]) -> dict[str, Any]:
    parser = _Parser(prog=f"/{' '.join(action.verb)}", add_help=False, allow_abbrev=False)
    add_parameters(parser, action)
    parsed = parser.parse_args(given)
    if getattr(parsed, "yes", False):
        raise BadInput("nothing is agreed to beforehand here", hint="leave --yes out")
    arguments = arguments_of(action, parsed)
    action.check(arguments)
    return arguments


def offers(before: str, language: str) -> list[Offer]:
    """Completions of a command that was typed so far; nothing where the line is none."""
    if before[:1] not in SLASHES or not before or "\n" in before:
        return []
    typed = before[1:]
    words = typed.split(" ")
    verb = next((tuple(words[:n]) for n in (2, 1) if tuple(words[:n]) in _VERBS), None)
    if verb is None or len(words) == len(verb):
        named = _named(typed, language)
        if verb is None or len(named) > 1:
            return [Offer(f"/{name} ", means, len(before)) for name, means in named][:_MOST]
        return []
    return _of_action(_VERBS[verb], words[len(verb) :])


def takes_entry(before: str) -> str | None:
    """The last word of a command where an entry of the wallet may stand; None elsewhere."""
    if before[:1] not in SLASHES or not before:
        return None
    words = before[1:].split(" ")
    verb = next((tuple(words[:n]) for n in (2, 1) if tuple(words[:n]) in _VERBS), None)
    if verb is None or len(words) <= len(verb):
        return None
    parameter = _meant(_VERBS[verb], words[len(verb) :])
    return words[-1] if parameter is not None and parameter.kind in _ENTRIES else None


@cache
def names(language: str) -> tuple[tuple[str, Message], ...]:
    """Each command's words, and what it does."""
    return tuple(_names(language))


def _names(language: str) -> Iterator[tuple[str, Message]]:
    for door in ROOMS:
        yield door.name, say("Go to: {room}", room=door.title)
    for own, means in OWN.items():
        yield own.value, means
    for action in ACTIONS.values():
        yield " ".join(action.verb), say(action.help)
    for door in ROOMS:
        if (title := text(door.title, language)).casefold() != door.name:
            yield title, say("Go to: {room}", room=door.title)


def _named(typed: str, language: str) -> list[tuple[str, Message]]:
    """The commands that begin as what was typed, and then those that its letters fit."""
    wanted = typed.casefold()
    listed = names(language)
    begins = [one for one in listed if one[0].casefold().startswith(wanted)]
    if not wanted.strip() or len(begins) >= _MOST:
        return begins
    others = [one for one in listed if not one[0].casefold().startswith(wanted)]
    return [*begins, *fitting(wanted, others, lambda one: one[0])]


def _of_action(action: Action, words: Sequence[str]) -> list[Offer]:
    last = words[-1]
    meant = _meant(action, words)
    if meant is not None and meant.kind is Kind.CHOICE:
        choices = (*meant.choices, *meant.unplanned)
        return [
            Offer(f"{choice} ", say(meant.help), len(last))
            for choice in choices
            if choice.startswith(last)
        ]
    if not last.startswith("-"):
        return []
    return [
        Offer(f"{parameter.flag} ", say(parameter.help), len(last))
        for parameter in action.parameters
        if parameter.flag is not None
        and parameter.flag.startswith(last)
        and parameter.flag not in words[:-1]
    ]


def _meant(action: Action, words: Sequence[str]) -> Parameter | None:
    """The parameter whose value the last word is, or would be."""
    flags = {parameter.flag: parameter for parameter in action.parameters if parameter.flag}
    before = words[-2] if len(words) > 1 else ""
    if before in flags and flags[before].kind is not Kind.FLAG:
        return flags[before]
    if words[-1].startswith("-"):
        return None
    positional = [parameter for parameter in action.parameters if parameter.flag is None]
    filled = 0
    for at, word in enumerate(words[:-1]):
        flag = flags.get(words[at - 1]) if at else None
        is_value = flag is not None and flag.kind is not Kind.FLAG
        filled += bool(word) and word not in flags and not is_value
    if filled < len(positional):
        return positional[filled]
    return positional[-1] if positional and positional[-1].kind in _LISTS else None


def _room(word: str, language: str) -> str | None:
    wanted = word.casefold()
    found = (
        door.name
        for door in ROOMS
        if wanted in {door.name, text(door.title, language).casefold(), str(door.title).casefold()}
    )
    return next(found, None)


def _nearest(words: Sequence[str]) -> str:
    near = [name for name, _ in _named(" ".join(words[:2]), "en")]
    if not near and words:
        near = [name for name, _ in _named(words[0], "en")]
    return f"perhaps: /{near[0]}" if near else "see: /help"
