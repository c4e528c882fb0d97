"""The draft that the planner's model and the encoder agree on best."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import numpy as np

from agent import shorthand
from agent.draft import Draft
from agent.reading import Claimed, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.llama_drafts import Drafts, Line
    from agent.llama_reader import Reader
    from agent.opinion import Opinion

MOST_LINES: Final = 8
_LIKELY: Final = math.log(0.1)  # a first action that the encoder finds so likely is tried
_MOST_FIRST: Final = 2
# What each part of the opinion counts (`Opinion.of_draft`) beside the planner's model, and what it
# counts that a line would be taken without it; models/README.md says how they were chosen. How many
# steps there are is said by which.
OF_PLANNER: Final = 0.4
OF_OPINION: Final = np.array([0.08, 0.0, 0.22, 0.03, 0.2, 0.15, 0.08])
OF_DEFAULT: Final = 1.1
# Another deed than the default's is taken only where the encoder finds nothing at all less likely
# than this, and a deed in place of none only where the two together find it less likely than that,
# and the planner's model does not find it likelier than not.
_NOTHING: Final = math.log(0.1)
_NOTHING_BY_BOTH: Final = math.log(0.003)
_HALF: Final = math.log(0.5)
_NO_PAYMENT: Final = math.log(0.2)  # and a payment only where the planner's model does so alone
_FIRST_MARKS: Final = (*map(shorthand.action, shorthand.ACTIONS), shorthand.NONE_MARK)
_PAYS: Final = shorthand.action("send_payment")
# Money that came to the person is no payment of theirs, and either model may take it for one.
_CAME_IN: Final = re.compile(
    r"\b(?:sent|paid|gave|transferred|wired|lent|owes?|owed|pays|sends|tipped)"
    r"(?: back)? (?:me|us)\b"
)


def agreed(
    reader: Reader,
    prompt: str,
    drafts: Drafts,
    default: str,
    token_of: Callable[[str], int | None],
) -> str:
    """The best line by both; `default` where the encoder does not know the language.

    `token_of` gives the planner's token of a mark.
    """
    reading = Reading.of(prompt)
    if not reading.is_english():
        return default
    opinion = reader.opinion(reading)
    tokens = (token_of(mark) for mark in _first_marks(opinion))
    lines = {line.text: line for line in drafts.likely(MOST_LINES, filter(None, tokens))}
    if default not in lines:
        lines[default] = drafts.line(default)
    none = token_of(shorthand.NONE_MARK)
    nothing = 0.0 if none is None else float(drafts.after(())[none])
    weighed = {
        text: _weight(line, opinion, reading, default)
        for text, line in lines.items()
        if text == default or _may_stand(text, default, opinion, reading, nothing)
    }
    return max(weighed, key=weighed.__getitem__)


def does_something(line: str, reading: Reading) -> bool:
    """Whether a draft has a deed, and nothing of it is to be asked for.

    After an earlier turn, which may have said the rest, what is not said may be known.
    """
    if shorthand.UNKNOWN_MARK in line or not any(mark in line for mark in shorthand.DEED_MARKS):
        return False
    return bool(reading.before) or not _lacks_something(line, reading)


def _lacks_something(line: str, reading: Reading) -> bool:
    """Whether a step says nothing of what it needs, and no entry is the only one of its kind."""
    alone = {
        letter
        for letter in shorthand.LETTERS
        if sum(handle.startswith(letter) for handle, _ in reading.entries) == 1
    }
    try:
        steps = shorthand.steps(line)
    except ValueError:
        return False
    return any(
        name not in dict(said) and letter not in alone
        for action, said in steps
        for name, letter in shorthand.NEEDED.get(action, {}).items()
    )


def _may_stand(text: str, default: str, opinion: Opinion, reading: Reading, nothing: float) -> bool:
    """Whether a line may be taken in place of the default: it does nothing, or it is no talk.

    `nothing` is how likely the planner's model finds it that nothing is asked for.
    """
    if not does_something(text, reading):
        return True
    if does_something(default, reading):
        return bool(opinion.first[-1] <= _NOTHING)
    if _PAYS in text and (nothing > _NO_PAYMENT or _CAME_IN.search(reading.message)):
        return False
    by_both = nothing + float(opinion.first[-1])
    return nothing <= _HALF and opinion.first[-1] <= _NOTHING and by_both <= _NOTHING_BY_BOTH


def _first_marks(opinion: Opinion) -> Iterator[str]:
    """Marks of the actions, or of none, that the encoder finds likely as the first."""
    for at in np.argsort(-opinion.first)[:_MOST_FIRST]:
        if opinion.first[at] >= _LIKELY:
            yield _FIRST_MARKS[at]


def _weight(line: Line, opinion: Opinion, reading: Reading, default: str) -> float:
    try:
        claimed = Claimed.by(Draft.read(line.text), reading)
    except ValueError:
        return -math.inf
    of_opinion = float(OF_OPINION @ opinion.of_draft(claimed))
    return OF_PLANNER * line.weight + of_opinion + OF_DEFAULT * (line.text == default)
