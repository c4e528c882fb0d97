"""Names that share a word with an entry's and are somebody else's, and somebody else's things.

"Verlag Sonnenwind" is not the contact Verlag Nordlicht, and "Theo's swimming badge" not his birth
certificate: the wallet holds neither, and which is meant is asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent.candidates import IDLE, folded, is_slip, labels
from agent.words import Units

if TYPE_CHECKING:
    from collections.abc import Collection

    from agent.state import ContactEntry, CredentialEntry

# Words before or after a name that are no part of it, though they have a capital.
_BESIDE: Final = frozenset(
    ["mr", "mrs", "ms", "mx", "miss", "dr", "prof", "professor", "sir", "uncle", "aunt", "auntie",
     "aunty", "cousin", "brother", "sister", "grandma", "grandpa", "granny", "nan", "mum", "mom",
     "dad", "old", "little", "big", "young", "the", "a", "i", "i'm", "i'd", "i'll", "i've", "my",
     "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january",
     "february", "march", "april", "may", "june", "july", "august", "september", "october",
     "november", "december", "ltd", "inc", "gmbh", "co", "corp", "llc", "ag", "plc", "limited",
     "company", "group", "team", "people", "eth", "ether", "did", "id", "please", "thanks", "no",
     "yes", "not", "and", "or", "for", "from", "to", "at", "in", "of",
     "certificate", "card", "pass", "badge", "licence", "license", "permit", "letter", "ticket",
     "diploma", "degree", "passport", "receipt", "voucher", "membership", "policy", "wallet"]
)  # fmt: skip
# Whose a credential is, by its name: "Swimming badge Mila", "Swimming badge - Mila".
_OF_SOMEBODY: Final = re.compile(
    r"(?<=[a-z])(?: - | – | \(| for | of | )(?P<whose>[A-Z][a-z]+)\)?$"
)
_PARTICLES: Final = frozenset(
    ["de", "da", "di", "do", "dos", "du", "del", "della", "der", "den", "des", "la", "le", "van",
     "von", "zu", "ter", "ten", "al", "el", "bin", "ibn", "bint", "af", "av", "y", "e"]
)  # fmt: skip
# Of 离职申请 the credential 离职证明 is none: an application is no paper that the wallet holds.
_IS_PROCESS_ZH: Final = re.compile(
    r"[\u3400-\u9fff]{2}(?:申请|申請|手续|手續|流程|审批|審批|预约|報名|报名)"
)
_ANY_PAPER_ZH: Final = re.compile(r"[证證书書卡单單函照票]|凭据|记录|报告|小结|协议|合同|收据|许可")
_THING: Final = re.compile(
    r"\b(?P<whose>[^\W\d_][\w\-]*)['’]s (?P<sort>(?:[a-z][\w\-]* ){1,2})"
    r"(?P<noun>certificate|card|pass|badge|licen[cs]e|permit|letter|ticket|award|diploma|degree"
    r"|passport|receipt|voucher|membership)\b"
)


def is_strangers(text: str, contact: ContactEntry, elsewhere: Collection[int]) -> bool:
    """Whether a message names somebody who shares but a word of the name with a contact.

    `elsewhere` are the places of words that name other entries.
    """
    units = Units.of(text)
    if sum(word[0].isupper() for word in units.words) * 2 > len(units.words):
        return False  # all words have capitals, or nearly
    own = Units.of(contact.name).words
    places = [
        (at, place)
        for at, word in enumerate(units.words)
        for place, each in enumerate(own)
        if _is(each, word)
    ]
    differing = {at for at, place in places if _differs(units, own, at, place, elsewhere)}
    return bool(differing) and all(at in differing for at, _ in places)


def _differs(
    units: Units, own: tuple[str, ...], at: int, place: int, elsewhere: Collection[int]
) -> bool:
    """Whether the word beside one that is of the name is another than the name has there."""
    for step in (1, -1):
        said_at, own_at = _beside(units.words, at, step), _beside(own, place, step)
        if said_at is None or own_at is None or said_at in elsewhere:
            continue
        said, mine = units.words[said_at], own[own_at]
        gaps = units.gaps[min(at, said_at) : max(at, said_at)]
        if {*gaps} != {" "} or not (_is_name(said) and _is_name(mine)):
            continue
        # "Kate" may be short for Katherine, but nothing is for Berg.
        is_short = step < 0 and said[0].casefold() == mine[0].casefold()
        if not is_short and not any(_is(each, said) for each in own):
            return True
    return False


def _beside(words: tuple[str, ...], at: int, step: int) -> int | None:
    """The place of the next word, or the one before, that is no "de" or "van"."""
    at += step
    while 0 <= at < len(words) and words[at] in _PARTICLES:
        at += step
    return at if 0 <= at < len(words) else None


def _is_name(word: str) -> bool:
    is_capital = (word[0].isupper() and word[1:2].islower() and word.isascii()) or word.istitle()
    return is_capital and not {word.casefold(), *folded(word).words[:1]} & (_BESIDE | IDLE)


def _is(word: str, said: str) -> bool:
    """Whether a word that was said is one of a name, perhaps misspelt."""
    mine, theirs = folded(word).squeezed, folded(said).squeezed
    if len(mine) > 1 and (mine == theirs or is_slip(mine, theirs)):
        return True
    is_as_long = len(mine) == len(theirs) > len("Bob")
    return is_as_long and sum(map(str.__ne__, mine, theirs)) == 1


def is_anothers(typed: str, credential: CredentialEntry, known: Collection[str]) -> bool:
    """Whether a message is about a thing of somebody's that is another than a credential.

    That is so where the credential has but the name of whose it is, or is of somebody else: `known`
    are words of the names that the wallet's other entries have.
    """
    if _IS_PROCESS_ZH.search(typed) and not _ANY_PAPER_ZH.search(typed):
        return True
    own = {word for label in labels(credential) for word in folded(label).words}
    own.update(folded(credential.issuer).words)
    of = _OF_SOMEBODY.search(credential.name)
    things = list(_THING.finditer(typed))
    return (
        bool(things)
        and all(
            _is_other(thing, own)
            or (of is not None and _is_of_another(thing, of["whose"], own, known))
            for thing in things
        )
        and not _is_said(typed, own, things)
    )


def _is_other(thing: re.Match[str], own: Collection[str]) -> bool:
    """Whether of "Theo's swimming badge" nothing but Theo is a credential's."""
    nouns = (*folded(thing["sort"]).words, *folded(thing["noun"]).words)
    is_alike = any(word == each or is_slip(each, word) for word in nouns for each in own)
    return set(folded(thing["whose"]).words) <= set(own) and not is_alike


def _is_of_another(
    thing: re.Match[str], whose: str, own: Collection[str], known: Collection[str]
) -> bool:
    """Whether of "Theo's swimming badge" all but Theo is a credential's, which is Mila's."""
    (said, *_) = folded(thing["whose"]).words or ("",)
    (mine, *_) = folded(whose).words or ("",)
    return (
        said in known
        and mine in known
        and not any(said == one or is_slip(one, said) for one in own)
    )


def _is_said(typed: str, own: Collection[str], things: list[re.Match[str]]) -> bool:
    """Whether a word of the credential's stands anywhere but in those."""
    rest = typed
    for thing in things:
        rest = rest.replace(thing[0], " ")
    return any(word in own and word not in IDLE for word in folded(rest).words)
