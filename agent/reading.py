"""What a second model reads of a prompt, and what it would say of a draft.

The planner's model was taught on this project's words alone. An encoder that has read much English
is asked, too: which actions are asked for, which arguments are said, of which words, of which
entries. It writes nothing. Of the drafts that the planner's model thinks likely, the one that both
find best is taken (`agent.llama_drafts`); it can tell, but not invent.

It reads the message word by word, each handle before the words that name its entry; the turn
before; what was planned then, in words; and the entries. All of it stands in the planner's prompt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Self

from agent import shorthand
from agent.draft import Draft, Handle, Pairs, Span, Spans, Unknown
from agent.words import DID_MARKS, PLACE_MARKS, UNIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

NOTHING: Final = ""
CLAIM_NAME: Final = "claim_name"
CLAIM_VALUE: Final = "claim_value"
ROLES: Final = (NOTHING, *shorthand.ARGUMENTS, CLAIM_NAME, CLAIM_VALUE)
"""What a word or an entry is for: nothing, an argument, a claim's name or its value."""
MOST_STEPS: Final = 4

# The encoder's own tokens: four of any BERT's, then one for each handle, a DID and a place.
START, END = 2, 3
_FIRST: Final = 4
_OWN: Final = {handle: _FIRST + at for at, handle in enumerate(shorthand.HANDLE_NAMES)}
_LITERALS: Final = {
    **dict.fromkeys(DID_MARKS, _FIRST + len(_OWN)),
    **dict.fromkeys(PLACE_MARKS, _FIRST + len(_OWN) + 1),
}
CONTEXT: Final = 288  # tokens
_LONGEST_MESSAGE: Final = 200
_LONGEST_BEFORE: Final = 50
_LONGEST_TOLD: Final = 16
_LONGEST_ENTRY: Final = 16
_DESCRIBED: Final = 70  # characters of an entry
_SPARE: Final = 20

_HANDLES: Final = re.compile(f"[{''.join(shorthand.HANDLE_MARKS)}]")
_ASKED: Final = re.compile(
    f"{shorthand.UNKNOWN_MARK}(?P<missing>[{''.join(shorthand.ARGUMENT_MARKS)}]+)"
    f"[{''.join(shorthand.HANDLE_MARKS)}]*$"
)
_HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the message.

    Attributes:
        gap: what stands between it and the one before, without spaces.
        handles: of the entries that it begins to name.
        start, end: where it stands.
    """

    gap: str
    handles: tuple[str, ...]
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """Tokens, and the places among them of the message's words and of the entries' handles."""

    tokens: tuple[int, ...]
    words: tuple[int, ...]
    entries: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt, taken apart.

    Attributes:
        message: what was said last, as the planner's model reads it, without handles.
        words: its words.
        rest: what stands behind the last.
        before: what was said before it, if anything was.
        told: what that was understood as, in words.
        entries: handles and what the prompt says of their entries, claims left out.
    """

    message: str
    words: tuple[Word, ...]
    rest: str
    before: str
    told: str
    entries: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, prompt: str) -> Self:
        """Read a prompt as `agent.prompt.compose` writes it."""
        lines = prompt.split("\n")
        said = [line[1:] for line in lines if line.startswith("<")]
        told = [line[1:] for line in lines if line.startswith(">")]
        listed = [line for line in lines if _HANDLES.match(line)]
        words, rest = _words(said[-1])
        return cls(
            message=_HANDLES.sub("", said[-1]),
            words=words,
            rest=rest,
            before=said[-2] if len(said) > 1 else "",
            told=_told(told[-2]) if len(told) > 1 else "",
            entries=tuple(map(_entry, listed)),
        )

    def is_english(self) -> bool:
        """Whether the encoder knows the language: it has read no Chinese."""
        return not _HAN.search(self.message)

    def encoded(self, tokens_of: Callable[[str], Sequence[int]]) -> Encoded:
        """As tokens; `tokens_of` cuts a text, without a token of its own before or after."""

        def cut(text: str) -> Sequence[int]:
            return (_LITERALS[text],) if text in _LITERALS else tokens_of(text)

        def parts(text: str) -> Iterator[int]:
            for part in text.split():
                yield from cut(part)

        tokens = [START]
        words: list[int] = []
        for word in self.words:
            tokens += cut(word.gap) if word.gap else ()
            tokens += (_OWN[handle] for handle in word.handles)
            if len(tokens) < _LONGEST_MESSAGE:
                words.append(len(tokens))
            tokens += cut(word.text)
        tokens = tokens[:_LONGEST_MESSAGE]
        tokens += cut(self.rest)[:2] if self.rest else ()
        tokens.append(END)
        if self.before or self.told:
            tokens += [*islice(parts(self.before), _LONGEST_BEFORE), END]
            tokens += [*islice(parts(self.told), _LONGEST_TOLD), END]
        entries: dict[str, int] = {}
        for handle, described in self.entries:
            if len(tokens) > CONTEXT - _SPARE:
                break
            entries[handle] = len(tokens)
            tokens += [_OWN[handle], *islice(parts(described), _LONGEST_ENTRY)]
        return Encoded(tuple(tokens[:CONTEXT]), tuple(words), entries)


def _words(linked: str) -> tuple[tuple[Word, ...], str]:
    """The words of a message that has handles in it, and what stands behind the last."""
    plain = _HANDLES.sub("", linked)
    marks = _handles_at(linked)
    found: list[Word] = []
    end = 0
    for match in UNIT.finditer(plain):
        start, gap = match.start(), plain[end : match.start()]
        handles = {handle for at in range(end, start + 1) for handle in marks.get(at, ())}
        found.append(Word(gap.strip(), tuple(sorted(handles)), match[0], start, match.end()))
        end = match.end()
    return tuple(found), plain[end:].strip()


def _handles_at(linked: str) -> dict[int, list[str]]:
    """Handles, by where they stand in the text without them."""
    found: dict[int, list[str]] = {}
    for passed, match in enumerate(_HANDLES.finditer(linked)):
        handle = shorthand.word_of(match[0])
        found.setdefault(match.start() - passed, []).append(handle or "")
    return found


def _told(line: str) -> str:
    """A draft of before in words: `present credential ? verifier`."""
    asked = _ASKED.search(line)
    names = [shorthand.action_of(mark) for mark in line]
    told = " ".join(name.replace("_", " ") for name in names if name) or "none"
    missing = [shorthand.argument_of(mark) for mark in asked["missing"]] if asked else []
    return " ".join((told, "?", *filter(None, missing))) if missing else told


def _entry(line: str) -> tuple[str, str]:
    handle = shorthand.word_of(line[0]) or ""
    described = line[1:].partition(":")[0] if handle.startswith("C") else line[1:]
    return handle, described[:_DESCRIBED]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a draft says of a message, in the encoder's terms.

    Attributes:
        actions: in their order.
        given: arguments that were said.
        unknown: those of them that name nothing the wallet has.
        words: the role of each word.
        entries: handle -> its role, of those that have one.
    """

    actions: tuple[str, ...]
    given: frozenset[str]
    unknown: frozenset[str]
    words: tuple[str, ...]
    entries: Mapping[str, str]

    @classmethod
    def by(cls, draft: Draft, reading: Reading) -> Self:
        """What `draft` says of `reading`."""
        values = [pair for step in draft.steps for pair in step.arguments]
        return cls(
            actions=tuple(step.action for step in draft.steps),
            given=frozenset(name for name, _ in values),
            unknown=frozenset(name for name, value in values if isinstance(value, Unknown)),
            words=_roles(draft, reading),
            entries={
                value.name: name
                for name, value in values
                if isinstance(value, Handle) and not value.name.startswith("$")
            },
        )


def _roles(draft: Draft, reading: Reading) -> tuple[str, ...]:
    """Each word's role; words that stand more than once are taken where they have none yet."""
    roles = [NOTHING] * len(reading.words)
    for role, text in _quoted(draft):
        runs = [*_runs(text.strip(), reading)]
        free = [run for run in runs if not any(roles[at] for at in run)]
        for at in (free or runs or [[]])[0]:
            roles[at] = role
    return tuple(roles)


def _runs(text: str, reading: Reading) -> Iterator[list[int]]:
    """Places of the words of a text, wherever it stands in the message."""
    start = reading.message.find(text) if text else -1
    while start >= 0:
        end = start + len(text)
        run = [
            at for at, word in enumerate(reading.words) if start <= word.start and word.end <= end
        ]
        if run:
            yield run
        start = reading.message.find(text, start + 1)


def _quoted(draft: Draft) -> Iterator[tuple[str, str]]:
    """Roles and the words of the message that have them."""
    for step in draft.steps:
        for name, value in step.arguments:
            match value:
                case Span(text):
                    yield name, text
                case Spans(texts):
                    for text in texts:
                        yield name, text
                case Pairs(pairs):
                    for claim, text in pairs:
                        yield CLAIM_NAME, claim
                        yield CLAIM_VALUE, text
                case _:
                    pass
