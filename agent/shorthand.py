"""A draft's own words as single characters, which the model reads and writes as single tokens.

An action, an argument's name, a handle, `?` and `none` are one private-use character each; a
person's text cannot hold one (`agent.words.mask`). `spelt` writes them out again:
`present_credential credential=C1 verifier=P2`. What has no character is written as it is.
"""

from __future__ import annotations

import re
from typing import Final

HANDLES: Final = 8  # of a kind
LETTERS: Final = "DCPG"
# The order is the model's: a word is only ever added at the end of its list.
_ACTIONS: Final = (
    "create_did", "list_dids", "show_did", "publish_did", "rotate_key", "add_service",
    "deactivate_did", "issue_credential", "list_credentials", "show_credential",
    "verify_credential", "present_credential", "request_presentation", "revoke_credential",
    "import_credential", "delete_credential", "anchor_credential", "add_contact", "list_contacts",
    "send_payment", "show_balance", "set_reminder", "list_reminders", "search", "show_history",
    "trace_product", "record_event", "back_up", "lock", "help",
)  # fmt: skip
_ARGUMENTS: Final = (
    "method", "name", "did", "endpoint", "type", "subject", "claims", "expires", "filter",
    "credential", "verifier", "holder", "source", "to", "amount", "currency", "about", "when",
    "query", "product", "event", "place", "path", "topic",
)  # fmt: skip
_PLAIN: Final = ("none", "?", "$1", "$2", "$3")
_FIRST: Final = 0xE100  # of the actions; arguments, plain words and handles have a block each
_BLOCK: Final = 0x80


def _block(place: int, words: tuple[str, ...]) -> dict[str, str]:
    return {word: chr(_FIRST + place * _BLOCK + at) for at, word in enumerate(words)}


_OF_ACTION: Final = _block(0, _ACTIONS)
_OF_ARGUMENT: Final = _block(1, _ARGUMENTS)
_OF_WORD: Final = _block(2, _PLAIN) | _block(
    3, tuple(f"{letter}{number}" for letter in LETTERS for number in range(1, HANDLES + 1))
)
MARKS: Final = (*_OF_ACTION.values(), *_OF_ARGUMENT.values(), *_OF_WORD.values())
NONE_MARK: Final = _OF_WORD["none"]
UNKNOWN_MARK: Final = _OF_WORD["?"]
HANDLE_MARKS: Final = tuple(mark for word, mark in _OF_WORD.items() if word[0] in LETTERS)
ACTION_MARKS: Final = _OF_ACTION
_SPELT: Final = str.maketrans(
    {mark: f"; {name}" for name, mark in _OF_ACTION.items()}
    | {mark: f" {name}=" for name, mark in _OF_ARGUMENT.items()}
    | {mark: word for word, mark in _OF_WORD.items()}
)
_FIRST_STEP: Final = re.compile(r"(^|> ); ", re.MULTILINE)


def action(name: str) -> str:
    """How a step begins."""
    return _OF_ACTION.get(name, f"; {name}")


def argument(name: str) -> str:
    """How an argument begins."""
    return _OF_ARGUMENT.get(name, f" {name}=")


def word(text: str) -> str:
    """A handle, an earlier step's result, `?` or `none`."""
    return _OF_WORD.get(text, text)


def spelt(text: str) -> str:
    """The text with every mark written out."""
    return _FIRST_STEP.sub(r"\1", text.translate(_SPELT))
