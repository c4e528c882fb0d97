"""Which of the entries that the agent named an answer chooses by its place: "the second", 第二个.

And which one "the other" is, where the turn before was about one of two that it named as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent.candidates import folded, is_named, labels
from agent.numerals import plain_digits
from agent.state import ContactEntry, CredentialEntry
from agent.words import UNIT, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.prompt import Prompt
    from agent.state import Entry

_FIRST: Final = ("first", "1st", "former", "top")
_PLACES: Final = {
    **dict.fromkeys(_FIRST, 0),
    **{word: place for place, words in enumerate(("second 2nd", "third 3rd", "fourth 4th"), start=1)
       for word in words.split()},
    **dict.fromkeys(("last", "latter", "bottom"), -1),
}  # fmt: skip
_PLACE: Final = re.compile(
    r"(?:(?:no|yes|ok(?:ay)?|erm?|um+|hmm),? )?(?:it's |i mean(?:t)? |take |make it )?(?:the )?"
    rf"(?P<word>{'|'.join(_PLACES)})(?: (?:1|of (?:them|those|the 2)))?"
    r"(?:,? (?:please|pls|thanks|then))?"
    r"|(?:number |no\.? |option |#)?(?P<number>[1-4])",
    re.IGNORECASE,
)
_PLACE_ZH: Final = re.compile(
    r"(?:就|要|选|是|用)?(?:第 ?(?P<number>[1-4])|(?P<former>前)|(?P<last>后|最后1?))"
    r"(?:[个個张份条款位只项]|者)(?:吧|就行|就好|好了|谢谢)?"
)
_OTHER: Final = re.compile(
    r"\bthe other(?: one| (?P<named>[\w'’\-]+(?: [\w'’\-]+){0,2}?))?"
    r"(?:,? (?:please|pls|thanks|if you (?:would|can|could|please)))?$"
    r"|^not that one(?:,? the other(?: one)?)?$"
    r"|另[外一]*那?[個个張张份条件本](?![a-z])",
    re.IGNORECASE,
)

_ONE_THING: Final = re.compile(
    r"(?<!number )(?<!no )(?<!no\. )(?<!ty )(?<![-\w])ones?\b(?! hundred)", re.IGNORECASE
)
_DENIED: Final = re.compile(
    r"(?:\bnot\b(?! (?:only|just)\b)|\binstead of\b|\brather than\b|不是|唔[係系])[^,.;!?]*"
    r"|[^,.;!?]*[没沒冇][^,.;!?]*",
    re.IGNORECASE,
)


def named_here(prompt: Prompt) -> list[Entry]:
    """The entries that the message names, but those of which it says that they are not meant."""
    text = prompt.message.text
    denied = [match.span() for match in _DENIED.finditer(text)]
    starts = [unit.start() for unit in UNIT.finditer(text)]
    handles = [
        handle
        for at, linked in sorted(prompt.shortlist.linked_at(text).items())
        if not any(begin <= starts[at] < end for begin, end in denied)
        for handle in linked
    ]
    return [prompt.shortlist.entry(handle) for handle in dict.fromkeys(handles)]


def belonging(people: Sequence[Entry], fitting: Sequence[Entry]) -> list[Entry]:
    """Entries that have the name of one of these people in theirs: 学位证-惠子涵."""
    names = [folded(each.name) for each in people if isinstance(each, ContactEntry)]
    return [
        entry
        for entry in fitting
        if any(
            (name.words and {*name.words} <= {*own.words}) or (name.han and name.han in own.han)
            for own in map(folded, labels(entry))
            for name in names
        )
    ]


def place_of(answer: str, count: int) -> int | None:
    """The place, from 0 on, that an answer which is nothing else names among so many."""
    plain = plain_digits(read(" ".join(answer.split()))).strip(" .!,")
    if match := _PLACE.fullmatch(plain):
        word = (match["word"] or "").casefold()
        place = _PLACES[word] if word else int(match["number"]) - 1
    elif match := _PLACE_ZH.fullmatch(plain):
        place = int(match["number"]) - 1 if match["number"] else -1 if match["last"] else 0
    else:
        return None
    place += count if place < 0 else 0
    return place if 0 <= place < count else None


def number_said(answer: str) -> str:
    """An answer with its numbers in digits, but "one", which stands for a thing."""
    return plain_digits(_ONE_THING.sub("", answer))


def other(answer: str, before: str, chosen: Entry, fitting: Sequence[Entry]) -> Entry | None:
    """The one entry beside the chosen that the turn before names as well, if that is asked for.

    Of "the other Anjali", those alone that have that name.
    """
    match = _OTHER.search(read(" ".join(answer.split())).strip(" .!,?"))
    if match is None:
        return None
    alike = [entry for entry in fitting if is_named(entry, match["named"] or before)]
    rest = [entry for entry in alike if entry.id != chosen.id]
    if len(rest) == 1 and len(alike) == 2:
        return rest[0]
    # The turn before named one alone, "the 2024 report", and there may be but one other report.
    of_kind = [entry for entry in fitting if not match["named"] and _is_of_kind(entry, chosen)]
    return of_kind[0] if len(of_kind) == 1 else None


def _is_of_kind(entry: Entry, chosen: Entry) -> bool:
    """Whether an entry is another credential of the same type."""
    return (
        isinstance(entry, CredentialEntry)
        and isinstance(chosen, CredentialEntry)
        and entry.type == chosen.type
        and entry.id != chosen.id
    )
