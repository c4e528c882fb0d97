"""How well a draft fits what the encoder makes of a prompt.

The encoder says, as logarithms of probabilities: which action is first, how many there are, which
are among them, which arguments are said and which of them the wallet does not know, and what each
word and each entry is for. A draft says the same of the prompt (`agent.reading.Claimed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from agent.reading import MOST_STEPS, ROLES
from agent.shorthand import ACTIONS, ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from agent.reading import Claimed

# What is read off the first token, in order.
PARTS: Final = {
    "first": len(ACTIONS) + 1,  # the last: none
    "steps": MOST_STEPS + 1,
    "actions": len(ACTIONS),
    "given": len(ARGUMENTS),
    "unknown": len(ARGUMENTS),
}
_OF_MESSAGE: Final = sum(PARTS.values())
HEADS: Final = _OF_MESSAGE + len(ROLES)
"""Numbers that are read off each token."""
_ROLE: Final = {role: at for at, role in enumerate(ROLES)}


def role_of(role: str) -> int:
    """A role's place among them."""
    return _ROLE[role]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the encoder makes of a prompt: logarithms of probabilities.

    Attributes:
        first: of each action as the first step, and of none at all.
        steps: of each number of steps.
        actions, given, unknown: a row for yes and one for no.
        words, entries: a row of roles for each.
        handles: of the entries.
    """

    first: np.ndarray
    steps: np.ndarray
    actions: np.ndarray
    given: np.ndarray
    unknown: np.ndarray
    words: np.ndarray
    entries: np.ndarray
    handles: tuple[str, ...]

    @classmethod
    def of(cls, outputs: np.ndarray, *, words: int, entries: tuple[str, ...]) -> Self:
        """From the heads' outputs: a row for the message, one for each word, one for each entry."""
        ends = np.cumsum([*PARTS.values()])
        first, steps, actions, given, unknown, _ = np.split(outputs[0], ends)
        roles = _shares(outputs[1:, _OF_MESSAGE:])
        return cls(
            first=_shares(first),
            steps=_shares(steps),
            actions=_yes_and_no(actions),
            given=_yes_and_no(given),
            unknown=_yes_and_no(unknown),
            words=roles[:words],
            entries=roles[words:],
            handles=entries,
        )

    def of_draft(self, claimed: Claimed) -> np.ndarray:
        """How likely the encoder finds what a draft says: a number for each part of it."""
        first = ACTIONS.index(claimed.actions[0]) if claimed.actions else len(ACTIONS)
        roles = [_ROLE[role] for role in claimed.words[: len(self.words)]]
        of_entries = [_ROLE[claimed.entries.get(handle, ROLES[0])] for handle in self.handles]
        return np.array(
            [
                self.first[first],
                self.steps[min(len(claimed.actions), MOST_STEPS)],
                _agreed(self.actions, ACTIONS, claimed.actions),
                _agreed(self.given, ARGUMENTS, claimed.given),
                _agreed(self.unknown, ARGUMENTS, claimed.unknown),
                self.words[np.arange(len(roles)), roles].sum(),
                self.entries[np.arange(len(of_entries)), of_entries].sum(),
            ]
        )


def _shares(outputs: np.ndarray) -> np.ndarray:
    """Logarithms of shares of one, along the last axis."""
    shifted = outputs - outputs.max(axis=-1, keepdims=True)
    shares: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shares


def _yes_and_no(outputs: np.ndarray) -> np.ndarray:
    """Logarithms of the probabilities of yes, and of no."""
    return np.stack([-np.logaddexp(0, -outputs), -np.logaddexp(0, outputs)])


def _agreed(answers: np.ndarray, names: Sequence[str], said: Collection[str]) -> float:
    rows = [0 if name in said else 1 for name in names]
    return float(answers[rows, np.arange(len(names))].sum())
