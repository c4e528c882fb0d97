"""Names and values of claims, as the words of a message put them together.

The model chooses which words are a claim's name and which its value, and mixes them up where
several stand in a row: they are set right by what stands beside what.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent.claim_words import chinese_names, is_claim, is_claims_last_word
from agent.widening import only_place, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_COMMA: Final = re.compile(r"(?:, |[，；;] ?)(?=\D)")
_CLAIM: Final = re.compile(r"(?P<name>[^\W\d][^:：]*?)(?: is |[:：] ?| )(?P<value>\S+)")
# A claim as lists have it: up to four words, a colon, and a value to the next mark or claim.
# "Dr. Osei" is one name.
_STOP: Final = (
    r"(?<!\bdr)(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\ber)(?<!\bst)(?<!\bmag)(?<!\bing)(?<!\brev)"
    r"(?<!\bprof)(?<!\bcapt)(?<!\bsgt)(?<!\bno)\."
)
_LED: Final = r"(?:oh|and|also|plus|with|the|an?|his|her|their|its)\b"
_COLONED: Final = re.compile(
    r"(?:^|[,;(:.] |\b(?:and|with|plus|showing|saying|stating|of|has) )"
    rf"(?:{_LED},? )*(?P<claim>(?P<name>(?!{_LED})[^\W\d_][\w'’\-]*"
    r"(?: (?!and\b|with\b)[^\W\d_][\w'’\-]*){0,3}): "
    r"(?P<value>[^\s,;:!?](?:[^,;:!?]|(?<=\d)[,:](?=\d))*?))"
    rf"(?=,(?!\d)|[;!?)]|{_STOP}(?:\s|$)|$"
    r"| and (?:[^\W\d_][\w'’\-]* ){0,3}[^\W\d_][\w'’\-]*: )",
    re.IGNORECASE,
)
_NO_NAME: Final = frozenset(
    ["issue", "give", "make", "write", "please", "claims", "details", "following", "these", "for",
     "to", "i", "we", "it", "is", "are", "sign", "create", "put", "add", "remind", "record"]
)  # fmt: skip
_PART_ZH: Final = re.compile(
    r"(?:^|[,，:：、;；])"
    r"(?P<part>[\u3400-\u9fff][^,，。;；、!！?？\s]{1,8} ?[^,，。;；、!！?？\s]{1,16})"
    r"(?=[,，。;；、!！]|$)"
)
# "股份类别写基本股", "球衣号码 23": a name that need not be known.
_WRITTEN_ZH: Final = re.compile(
    r"(?P<name>[\u3400-\u9fff]{2,6}?)(?:[写填寫]成?| (?=[\w.\-]+$))(?P<value>.+)"
)
_LONGEST_ZH: Final = 12  # characters of a value
_ISSUES_ZH: Final = re.compile(r"[发发發开開颁頒办辦]|出具|[写填]")
_IS_ZH: Final = re.compile(r"^(?:[是为填写寫為]|[:：])")
_OF_END_ZH: Final = re.compile(r"有效|到期|截止|为止|過期|过期")
_NO_VALUE_ZH: Final = re.compile(
    r"[吧吗呢啊了]$|[给發发出示看要不]|上链|就[行够好]|即可|提醒|记得|都|也"
)
_MARKS: Final = re.compile(r"(?<!\d)[,.]|[,.](?!\d)|[:：，；;。!?！？]|\band\b")
_NAME_BEFORE: Final = re.compile(
    r" ?(?:with |his |her |their |the )?(?P<name>[^\W\d_](?:[\w\-]| (?!is\b)){0,24}?)"
    r"(?P<is> is|=|写|寫|填|是|为|為)? ?"
)
# Plain words between a claim's name and its value, which belong to one of the two.
_GOES_ON: Final = re.compile(
    r"(?!(?:of|at|in|on|to|for|as|by|no|is|was|be|should|a|an|the|than|up|from|with|until|till|set"
    r"|equals?|marked|given|being|reading|saying|stating|listed)\b)"
    r"[^\W\d_][\w\-]*(?: [^\W\d_][\w\-]*)?",
    re.IGNORECASE,
)
_SHOULD_BE: Final = (
    r"(?: should(?: be| read)?| is| must be| to be|[:：=]) (?P<value>[^,.;]+?)(?=[,.;]|$)"
)
_IN_LIST: Final = r"(?:[,;:]|\band|\bwith)"  # what stands before a claim
_PLAIN_NAME: Final = r"[^\W\d_][\w\-]*(?: [^\W\d_][\w\-]*)?"
_SO_LONG: Final = re.compile(r"[\w.]+ (?:years?|yrs?|months?|weeks?|days?|hours?)\b", re.IGNORECASE)
# Words that say when a credential ends, and not what it says.
_OF_END: Final = frozenset(
    ["a", "about", "after", "an", "another", "around", "at", "be", "before", "by", "cutoff",
     "deadline", "due", "end", "ended", "ending", "ends", "exp", "expiration", "expire",
     "expires", "expiring", "expiry", "finishes", "finishing", "for", "from", "good", "have",
     "in", "is", "it", "just", "lapses", "last", "lasting", "lasts", "make", "me", "next", "of",
     "on", "only", "over", "period", "remind", "renewal", "running", "runs", "said", "says",
     "set", "should", "term", "the", "then", "this", "through", "thru", "til", "till", "to",
     "until", "up", "valid", "validity"]
)  # fmt: skip
_ONE_WORD: Final = re.compile(r" (?P<word>[a-z]+)(?=[,.;!?]|$| (?:and|only|please|is|are)\b)")
_NAMED_SO: Final = re.compile(
    r"(?:\b(?:the|his|her|their|and|with|just|only)|,) (?!the\b|with\b|his\b|her\b|their\b|and\b"
    r"|just\b|only\b|same\b|new\b|last\b|exact\b|full\b|actual\b)(?P<word>[a-z]+) $"
)
_IS_ALL: Final = re.compile(
    r"(?:['’]s| is| are|['’]re) (?:all|enough|the only|what|plenty)\b.*$| (?:alone|only|included)$"
    r"|^(?:with|including|plus|both|just|only) (?=.)",
    re.IGNORECASE,
)
_OF_ITS_END: Final = frozenset(["valid", "until", "expires", "expiring"])
_ENDED: Final = re.compile(rf"(?:[;!?]|{_STOP})(?: |$)", re.IGNORECASE)
_THEN: Final = frozenset(["随后", "然后", "接着", "之后", "最后", "隨後", "然後", "最後"])
_ARTICLE: Final = re.compile(r"^(?:the|an?|my|your|his|her|their|its|our) (?=.)", re.IGNORECASE)


def parted(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Claims one by one: "3B, deposit 900" of a flat is two, and "bay 14" of a bay is 14."""
    for name, value in pairs:
        first, *more = _COMMA.split(value)
        claims = [match for piece in more if (match := _CLAIM.fullmatch(piece))]
        own = first if len(claims) == len(more) else value  # "Smith, John" is one
        again = re.match(rf"(?:(?:with|and|the) )*{re.escape(name)} (?=.)", own, re.IGNORECASE)
        yield name, own[again.end() :].strip() if again else own
        if own is first:
            yield from ((claim["name"], claim["value"]) for claim in claims)


Claim = tuple[str, str]


def written_out(
    pairs: Iterable[Claim], line: str, sort: str = ""
) -> tuple[list[Claim], list[Claim]]:
    """Claims that the line says with a colon, "number of keys: 3", and those it does not.

    Such a claim takes the place of all that the model made of its words; `sort` is what sort of
    credential says them, which is no part of any.
    """
    spans = [
        match
        for match in _COLONED.finditer(line)
        if _NO_NAME.isdisjoint(match["name"].casefold().split())
        and not (sort and (match["name"] in sort or sort in match["claim"]))
    ]
    told: dict[int, Claim] = {}
    rest: list[Claim] = []
    for name, value in pairs:
        here = [span for span in spans if name in span["claim"] and value in span["claim"]]
        if len(here) == 1:
            told[here[0].start()] = here[0]["name"], here[0]["value"]
        else:
            rest.append((name, value))
    return [*told.values()], rest


def written_out_zh(pairs: Sequence[Claim], line: str) -> list[Claim]:
    """Claims, those by what a Chinese list says: each part begins with a name that claims have.

    课程太极拳,成绩良好 is two. Such a claim takes the place of what the model made of its words.
    """
    told: list[tuple[str, Claim]] = []
    deed = _ISSUES_ZH.search(line)
    for match in _PART_ZH.finditer(line, deed.start() if deed else 0):
        part = match["part"]
        plain = _WRITTEN_ZH.fullmatch(part)
        name = plain["name"] if plain else next(filter(part.startswith, chinese_names()), "")
        value = _IS_ZH.sub("", part.removeprefix(name)).strip(' “”"「」')
        is_value = 0 < len(value) <= _LONGEST_ZH and not _NO_VALUE_ZH.search(value)
        if name and is_value and not _OF_END_ZH.search(part):
            told.append((part, (name, value)))
    kept = [
        (name, value)
        for name, value in pairs
        if not any(name in part or value in part for part, _ in told)
    ]
    return [*(claim for _, claim in told), *kept] if pairs else []


def named_once(pairs: Sequence[Claim], line: str) -> Iterator[Claim]:
    """Claims, where one has another's name: "owner Olga", of a chip, is the owner's."""
    names = [name for name, _ in pairs]
    for name, value in pairs:
        own, _, rest = value.partition(" ")
        is_doubled = names.count(name) > 1 and rest and f"{name} {value}" not in line
        yield (own, rest) if is_doubled and f"{own} {rest}" in line else (name, value)


def restated(pairs: Iterable[tuple[str, str]], line: str) -> Iterator[tuple[str, str]]:
    """Claims as the line says them, where the model mixed up which words are whose.

    A value has the name that stands right before it between two marks, and a name the value that
    stands right behind it; a name that is told to be something else has that value.
    """
    parts = _MARKS.split(line)
    said = [*pairs]
    for name, value in said:
        first, _, rest = value.partition(" ")
        told = re.search(rf"\b{re.escape(name)}{_SHOULD_BE}", line, re.IGNORECASE)
        part = _part_of(value, parts)
        before = _named_before(value, part)
        behind = re.compile(rf"[\w ]*?\b{re.escape(name)} (?P<value>\S+) ?")
        own = next(filter(None, map(behind.fullmatch, parts)), None)
        is_others = any(other in value and other != value for _, other in said)
        if whole := _whole(name, value, line, parts):
            yield whole
        elif rest and (name == value or _is_apart(name, value, parts)):
            yield first, rest
        elif is_others and own:
            yield name, own["value"]
        elif told and value not in line:
            yield name, told["value"]
        elif before and _is_cut_short(name, before["name"]):
            yield before["name"], value
        elif before and name not in part and line.count(value) == 1:
            if own:
                yield name, own["value"]
            yield before["name"], value
        else:
            yield name, value


def _part_of(value: str, parts: Iterable[str]) -> str:
    """What stands between two marks and ends in a value."""
    return next((part for part in parts if part.rstrip().endswith(value)), "")


def _named_before(value: str, part: str) -> re.Match[str] | None:
    """The name that stands right before a value, and nothing else between the marks."""
    *_, alone = re.split(r"\bwith\b", part)
    return _NAME_BEFORE.fullmatch(alone.rstrip().removesuffix(value))


def _whole(name: str, value: str, line: str, parts: Sequence[str]) -> tuple[str, str] | None:
    """A claim from end to end, where the model cut its name or its value short.

    Of "payment record spotless" and "position site engineer" the word in the middle is the name's
    if names of claims end in it, and else the value's.
    """
    if in_name := _value_in_name(name, value, parts):
        return in_name
    if name == value:
        alone = (re.split(r"\bwith\b", part)[-1].strip() for part in parts)
        after = (part.removeprefix(f"{name} ") for part in alone if part.startswith(f"{name} "))
        return next(((name, rest) for rest in after if _GOES_ON.match(rest)), None)
    part = _part_of(value, parts)
    if part and re.search(rf"\b{re.escape(name)} ?[:=] ?{re.escape(part.strip())}", line):
        return name, part.strip()
    before = _named_before(value, part)
    _, is_begun, middle = before["name"].partition(f"{name} ") if before else ("", "", "")
    if before is None or not is_begun or not before["name"].startswith(name):
        return None
    if not _GOES_ON.fullmatch(middle):
        return None
    if before["is"] or is_claims_last_word(middle):
        return before["name"], value
    return name, f"{middle} {value}"


def _value_in_name(name: str, value: str, parts: Iterable[str]) -> tuple[str, str] | None:
    """A claim whose name has all that stands between two marks, its value another sentence."""
    own, _, said = name.partition(" ")
    is_whole = any(part.strip() == name for part in parts)
    is_apart = not any(name in part and value in part for part in parts)
    return (own, said) if said and is_whole and is_apart else None


def _is_apart(name: str, value: str, parts: Iterable[str]) -> bool:
    """Whether a value is a claim of its own, "class 4B", and the name stands in other words."""
    first, _, rest = value.partition(" ")
    return (
        is_claim(first)
        and any(map(str.isdigit, rest))
        and not any(name in part and value in part for part in parts)
    )


def _is_cut_short(name: str, whole: str) -> bool:
    """Whether one or two characters were cut off a Chinese name's beginning."""
    return whole.endswith(name) and 0 < len(whole) - len(name) < 3 and name[:1] > "\u2e7f"


def tidied(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Claims without an article before the name, and without the next sentence after the value."""
    for name, value in pairs:
        if name in _THEN or not _OF_ITS_END.isdisjoint(name.casefold().split()):
            continue
        yield without_article(name), _ENDED.split(value, maxsplit=1)[0] or value


def without_article(text: str) -> str:
    """A phrase without the article or possessive before it."""
    return _ARTICLE.sub("", text) or text


def whole_claim(text: str, line: str) -> str:
    """A claim that is asked for, from end to end: "accreditation" of a number, "date" of a test."""
    if not text.isascii():
        return text
    after = [match for _, end in places(text, line) if (match := _ONE_WORD.match(line, end))]
    if len(after) == 1 and is_claims_last_word(after[0]["word"]) and not is_claims_last_word(text):
        text += after[0][0]
    at = only_place(text, line)
    before = None if at is None else _NAMED_SO.search(line[:at])
    if before and " " not in text and is_claims_last_word(text):
        text = f"{before['word']} {text}"
    return text


def to_its_end(text: str) -> str:
    """A claim that is asked for, without the words that say it is all: "the limit's all I need"."""
    return _IS_ALL.sub("", text) or text


def _claim_of_time_zh(words: str, line: str) -> tuple[str, str] | None:
    """A claim whose value is a time in a Chinese list: 领养日期 2026-10-18."""
    name = r"(?:^|[,，:：、;；])(?P<name>[\u3400-\u9fff]{2,4}(?:日期|时间))"
    own = re.search(rf"{name} ?[是为写填]?{re.escape(words)}", line)
    return (own["name"], words) if own and not _OF_END_ZH.search(own["name"]) else None


def claim_of_time(words: str, line: str, *, is_time: bool) -> tuple[str, str] | None:
    """A claim whose value is a time, where its name stands before it: "tenure 3 years".

    A date is one only behind a name that claims are known by; `is_time` is whether it is a time.
    """
    if claim := _claim_of_time_zh(words, line):
        return claim
    alone = rf"{re.escape(words)}(?!\w)"
    name, _, value = words.partition(" ")
    if value and is_claim(name) and re.search(rf"{_IN_LIST} {alone}", line):
        return name, value
    own = re.search(rf"{_IN_LIST} (?P<name>{_PLAIN_NAME}) {alone}", line)
    if own is None or not _OF_END.isdisjoint(own["name"].casefold().split()):
        return None
    if is_time and not _SO_LONG.match(words) and not _is_dates(own["name"]):
        return None
    return own["name"], words


def _is_dates(name: str) -> bool:
    """Whether a claim of that name may have a date for its value."""
    return is_claim(name) or name.casefold().endswith("date")
