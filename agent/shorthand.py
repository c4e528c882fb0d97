"""A draft's own words as single characters, which the model reads and writes as single tokens.

An action, an argument's name, a handle, `?`, `none` and what parts a list are one private-use
character each; a person's text cannot hold one (`agent.words.mask`).
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HANDLES: Final = 8  # of a kind
LETTERS: Final = "DCPG"
# The order is the model's: a word is only ever added at the end of its list.
ACTIONS: Final = (
    "create_did", "list_dids", "show_did", "publish_did", "rotate_key", "add_service",
    "deactivate_did", "issue_credential", "list_credentials", "show_credential",
    "verify_credential", "present_credential", "request_presentation", "revoke_credential",
    "import_credential", "delete_credential", "anchor_credential", "add_contact", "list_contacts",
    "send_payment", "show_balance", "set_reminder", "list_reminders", "search", "show_history",
    "trace_product", "record_event", "back_up", "lock", "help",
)  # fmt: skip
# Those that need consent; the registry, which says it, is slow to load where a model runs.
DEEDS: Final = (
    "create_did", "publish_did", "rotate_key", "add_service", "deactivate_did", "issue_credential",
    "present_credential", "request_presentation", "import_credential", "delete_credential",
    "revoke_credential", "back_up", "anchor_credential", "send_payment", "add_contact",
    "record_event", "set_reminder",
)  # fmt: skip
# What these cannot do without: words, or an entry of the wallet, by its letter. A credential is
# left out: of those of a role, "issued", the wallet may hold but one, which is then meant.
NEEDED: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({
    "publish_did": {"did": "D"},
    "rotate_key": {"did": "D"},
    "add_service": {"did": "D", "endpoint": ""},
    "deactivate_did": {"did": "D"},
    "issue_credential": {"type": "", "subject": "P"},
    "present_credential": {"verifier": "P"},
    "request_presentation": {"holder": "P", "type": ""},
    "import_credential": {"source": ""},
    "add_contact": {"name": "", "did": ""},
    "send_payment": {"to": "P", "amount": ""},
    "set_reminder": {"about": "", "when": ""},
    "record_event": {"product": "G", "event": ""},
})  # fmt: skip
ARGUMENTS: Final = (
    "method", "name", "did", "endpoint", "type", "subject", "claims", "expires", "filter",
    "credential", "verifier", "holder", "source", "to", "amount", "currency", "about", "when",
    "query", "product", "event", "place", "path", "topic",
)  # fmt: skip
HANDLE_NAMES: Final = tuple(
    f"{letter}{number}" for letter in LETTERS for number in range(1, HANDLES + 1)
)
_PLAIN: Final = ("none", "?", "$1", "$2", "$3", "names", "texts", ",", "=")
_FIRST: Final = 0xE100  # of the actions; arguments, plain words and handles have a block each
_BLOCK: Final = 0x80


def _block(place: int, words: tuple[str, ...]) -> dict[str, str]:
    return {word: chr(_FIRST + place * _BLOCK + at) for at, word in enumerate(words)}


_OF_ACTION: Final = _block(0, ACTIONS)
_OF_ARGUMENT: Final = _block(1, ARGUMENTS)
_OF_WORD: Final = _block(2, _PLAIN) | _block(3, HANDLE_NAMES)
MARKS: Final = (*_OF_ACTION.values(), *_OF_ARGUMENT.values(), *_OF_WORD.values())
NONE_MARK: Final = _OF_WORD["none"]
UNKNOWN_MARK: Final = _OF_WORD["?"]
NAMES_MARK: Final = _OF_WORD["names"]  # begins a list of claim names
TEXTS_MARK: Final = _OF_WORD["texts"]  # begins a list of texts
NEXT_MARK: Final = _OF_WORD[","]
IS_MARK: Final = _OF_WORD["="]
DEED_MARKS: Final = tuple(map(_OF_ACTION.__getitem__, DEEDS))
ARGUMENT_MARKS: Final = tuple(_OF_ARGUMENT.values())
HANDLE_MARKS: Final = tuple(mark for word, mark in _OF_WORD.items() if word[0] in LETTERS)
_ACTION_OF: Final = {mark: name for name, mark in _OF_ACTION.items()}
_ARGUMENT_OF: Final = {mark: name for name, mark in _OF_ARGUMENT.items()}
_WORD_OF: Final = {mark: word for word, mark in _OF_WORD.items()}
_ARGUMENT: Final = re.compile(f"([{''.join(_ARGUMENT_OF)}])")
_STEP: Final = re.compile(f"([{''.join(_ACTION_OF)}])")


def knows(name: str) -> bool:
    """Whether an action has a mark: the model was taught no other."""
    return name in _OF_ACTION


def action(name: str) -> str:
    """An action's mark.

    Raises:
        KeyError: the action has none.
    """
    return _OF_ACTION[name]


def argument(name: str) -> str:
    """An argument's mark.

    Raises:
        KeyError: the argument has none.
    """
    return _OF_ARGUMENT[name]


def word(text: str) -> str:
    """The mark of a handle, an earlier step's result, `?` or `none`; other text stays."""
    return _OF_WORD.get(text, text)


def word_of(mark: str) -> str | None:
    """What a mark of `word` stands for."""
    return _WORD_OF.get(mark)


def action_of(mark: str) -> str | None:
    """The action that a mark stands for."""
    return _ACTION_OF.get(mark)


def argument_of(mark: str) -> str | None:
    """The argument that a mark stands for."""
    return _ARGUMENT_OF.get(mark)


def is_short(line: str) -> bool:
    """Whether a line is in shorthand."""
    return line[:1] == NONE_MARK or line[:1] in _ACTION_OF


def steps(line: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The steps of a line: actions with their arguments, the values as they stand.

    Raises:
        ValueError: the line does not begin with a step.
    """
    start, *rest = _STEP.split(line)
    if start or not rest:
        raise ValueError(f"unexpected text at 0: {line!r}")
    found = []
    for mark, body in zip(rest[::2], rest[1::2], strict=True):
        none, *pairs = _ARGUMENT.split(body)
        if none:
            raise ValueError(f"unexpected text after {_ACTION_OF[mark]}: {line!r}")
        values = [(_ARGUMENT_OF[m], v) for m, v in zip(pairs[::2], pairs[1::2], strict=True)]
        found.append((_ACTION_OF[mark], values))
    return found


def spelt(text: str) -> str:
    """A prompt with its marks written out, for people and tests."""
    text = _STEP.sub(lambda match: f"; {_ACTION_OF[match[0]]}", text)
    text = _ARGUMENT.sub(lambda match: f" {_ARGUMENT_OF[match[0]]}=", text)
    text = "".join(_WORD_OF.get(character, character) for character in text)
    return text.replace(">; ", ">")
