"""Whether the planner's grammar could write a draft: the same rules, read the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent.draft import Draft, Handle, Names, Pairs, Span, Spans, Unknown, Value, Word
from agent.shorthand import LETTERS
from agent.words import DID_MARKS, PLACE_MARKS, Units
from wallet.actions import PLANNED
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from agent.prompt import Prompt
    from wallet.actions.registry import Parameter

_ENTRIES: Final = frozenset({Kind.DID, Kind.CREDENTIAL, Kind.CONTACT, Kind.PRODUCT})


def writable(draft: Draft, prompt: Prompt) -> bool:
    """Every handle is listed, and every text is a run of whole words of a turn."""
    return all(
        _is_writable(value, PLANNED[step.action].parameter(name), prompt)
        for step in draft.steps
        for name, value in step.arguments
    )


def _is_writable(value: Value, parameter: Parameter, prompt: Prompt) -> bool:
    match value:
        case Handle(name):
            listed = {handle for letter in LETTERS for handle in prompt.shortlist.handles(letter)}
            listed -= prompt.shortlist.undecided(prompt.message.text)
            return name.startswith("$") or name in listed
        case Word() | Unknown():
            return True
        case Names(names):
            return bool(names)
        case Span(text) if parameter.kind in _ENTRIES:
            marks = PLACE_MARKS if parameter.kind is Kind.CREDENTIAL else DID_MARKS
            return parameter.literal and text in marks and text in prompt.message.literals
        case Span(text):
            return is_run(text, prompt)
        case Spans(texts):
            return bool(texts) and all(is_run(text, prompt) for text in texts)
        case Pairs(pairs):
            return bool(pairs) and all(is_run(text, prompt) for pair in pairs for text in pair)


def is_run(text: str, prompt: Prompt) -> bool:
    """Whether a text is whole words of one turn, with what stands between them."""
    wanted = Units.of(text)
    if not wanted.words or text.strip(" ") != text:
        return False
    return any(_stands_in(wanted, text, line.text) for line in (prompt.message, *prompt.earlier))


def _stands_in(wanted: Units, text: str, line: str) -> bool:
    units = Units.of(line)
    count = len(wanted.words)
    gaps = (*wanted.gaps, "")
    if text != "".join(word + gap for word, gap in zip(wanted.words, gaps, strict=True)):
        return False
    return any(
        units.words[at : at + count] == wanted.words
        and units.gaps[at : at + count - 1] == wanted.gaps
        for at in range(len(units.words) - count + 1)
    )
