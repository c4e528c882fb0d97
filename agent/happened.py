"""What happened to a product and where, as a message says it, and of which deeds a log is wanted.

The model sometimes has the place in the event, or the product, or takes a story for what is to be
recorded; "record a test at the quay for the crate" says plainly which is which.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent.candidates import folded
from agent.others_words import passages
from agent.phrases import ENDS
from agent.widening import only_place
from agent.words import UNIT, read

if TYPE_CHECKING:
    from collections.abc import Callable

_AT: Final = re.compile(r"(?P<event>.+?) at (?:the )?(?P<place>[^\d,.][^,.]*)", re.IGNORECASE)
_RECORDED: Final = re.compile(
    r"\b(?:record|log|register|enter|note|note down|put down) (?:an? |the )?[\"']?"
    r"(?P<event>[^\W\d_][\w\-]*(?: [^\W\d_][\w\-]*){0,3}?)"
    r"(?: (?:at|in) (?:the )?(?P<place>[^\W\d_][\w'’\-]*(?: [^\W_][\w'’\-]*){0,3}?))?"
    r"[\"']? (?:for|on|against|of) (?P<product>[^,.;!?]+)",
    re.IGNORECASE,
)
# "record the crate's arrival at Marlow", "record a new lid, in Marlow": no word ties the two.
_NAMED: Final = re.compile(
    r"\b(?:record|log|register|enter|note) (?:[\w '’]{1,40}['’]s|an?) "
    r"(?P<event>(?!event\b|thing\b|something\b)[a-z][\w\-]*"
    r"(?: (?!at\b|in\b|on\b|for\b)[a-z][\w\-]*){0,2})"
    r"(?=[,.;!?]|$| at | in )",
    re.IGNORECASE,
)
_SITES_ZH: Final = r"(?:[仓库厂港店站场岸馆所区园]|码头|超市|公司|中心|市场|口岸)"
_SITE_ZH: Final = re.compile(
    r"(?<=[\u3400-\u9fff])[\u3400-\u9fff]{0,3}?(?:站点|敬老院|[厂坊院仓库港室馆店]|码头|超市|中心|市场)"
)
_SITE_END_ZH: Final = re.compile(rf"{_SITES_ZH}$")
_IN_ZH: Final = re.compile(
    rf"在(?P<place>[\u3400-\u9fff]{{1,8}}?{_SITES_ZH})(?!{_SITES_ZH})"
    r"(?P<event>[\u3400-\u9fff]{2,8})"
)
_OF_WHAT: Final = re.compile(r" (?:for|on|against|of) ")
_IS_ASKED: Final = re.compile(
    r"(?:please |kindly |(?:can|could|would) you )?(?:record|log|register|enter|note)\b",
    re.IGNORECASE,
)
_NO_EVENT: Final = ENDS | {
    "anything", "entry", "event", "events", "line", "note", "reminder", "something", "step",
    "thing",
}  # fmt: skip
_IT: Final = frozenset(["it", "this", "that", "them"])
_IS_TOLD: Final = re.compile(
    r"^(?:(?:record|log|register|enter|note)(?: down)?|(?:(?:put|mark|write|jot) )?down)"
    r" (?:an? |the )?(?=.)|^(?:(?:add|record|log|register|enter) )?(?:an? |the )?event (?=.)",
    re.IGNORECASE,
)
# What only ties an event to what it happened to: "has had its", "was".
_TIE: Final = re.compile(
    r"^(?:(?:has|have|just|now) )*"
    r"(?:had (?:its|their|his|her|an?|the)|(?:was|were|been)(?: just)?) (?=.)",
    re.IGNORECASE,
)
_PLACES: Final = re.compile(
    r"(?: cold)? (?:airport|barn|bay|border|bridge|cellar|cent(?:er|re)|clinic|crossing|depot"
    r"|docks?|factory|farm|gate|godown|hall|harbou?r|hospital|hub|jetty|lab(?:oratory)?|landing|market"
    r"|mill|office|pier|plant|port|quay|room|shed|shop|station|stores?|terminal|warehouse"
    r"|wharf|workshop|yard)\b"
    r"|(?:超市|仓库|倉庫|码头|碼頭|中心|公司|市场|市場|医院|醫院|学校|學校|车间|車間|门店|口岸|机场|工厂)"
)
# The place said to be one, and the event set apart from the message's other words.
_PLACE_SAID: Final = re.compile(
    r"(?:^|[,.;:] ?|[–-] |\band )(?:the )?(?:place|location)(?: being| is| was| of|:| =|,)?"
    r" (?:the )?"
    r"(?P<en>[^\W_][^,.;!?]*?)(?=[,.;!?]|$| and\b| then\b)"
    r"|地[点點](?:就?是|为|為|写|寫|填|在|[:,])? ?(?P<zh>[^,.;!?]{2,20}?)(?=[,.;!?]|吧|$)",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(
    r"\"(?P<double>[^\"]+)\"|(?<!\w)'(?P<single>(?:[^']|(?<=\w)'(?=\w))+)'(?!\w)"
)
_WRITTEN_ZH: Final = re.compile(
    r"(?:[记記][上下录錄一条條笔筆]{0,3}:|事件[是为為:]? ?)"
    r"(?P<event>(?:[^,.;!?]|(?<=\d)\.(?=\d)){2,20}?)(?=[,;!?]|\.(?!\d)|$)"
)
_IN_CLAUSE_ZH: Final = re.compile(
    r"(?:^|(?<=[,.;!?]))在(?P<place>[^,.;!?]{1,15}[^,.;!?的了])(?=[,.;!?]|$)"
)
# What stands behind an event and is none of it: what ties it to its product, or that it is told.
_TAIL: Final = re.compile(
    r"(?: (?:of|against|on|onto|for|in|into|at|to|aboard|the|a|an|there|here|it|its|went|goes|go"
    r"|logged|noted|entered|recorded|registered|took|should|appear)"
    r"|(?<!ed)(?<!en) (?:over|down))+$",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[.!?;](?= )")
_TOLD_OF: Final = re.compile(
    r"\b(?:history|log|record) (?:of|for) (?:all )?(?:the |my |our )?"
    r"(?P<of>[a-z]+)(?=[,.;!?]|$| please| pls| and\b)"
    r"|\b(?:history|log),? (?P<only>[a-z]+) only\b",
    re.IGNORECASE,
)
_DEEDS: Final = frozenset(
    ["payments", "presentations", "transfers", "revocations", "issuances", "imports", "backups",
     "deletions", "verifications", "rotations", "publications"]
)  # fmt: skip


def set_right(
    event: str, place: str, product: str, line: str, is_time: Callable[[str], object]
) -> tuple[str, str]:
    """An event and its place, either empty where it is not known, by what the line says of both.

    `product` is the name of what it happened to, `line` the message as it was typed.
    """
    if not event and (named := _NAMED.search(line)):
        event = named["event"]
    if (said := _recorded(line)) and (not event or _is_misread(event, product, line, said)):
        event, place = said["event"], (said["place"] or place).strip("\"'")
    event = _IS_TOLD.sub("", event)
    if place and event.endswith(f" in {place}"):
        event = event.removesuffix(f" in {place}")
    if not place and (parts := _IN_ZH.fullmatch(event)):
        event, place = parts["event"], parts["place"]
    if place and event and event in product:  # 带鱼 of 带鱼在冷库入库
        after = re.search(
            rf"在{re.escape(place)}(?P<event>[\u3400-\u9fff]{{2,6}})(?=[,，。;；!！]|$)", line
        )
        event = after["event"] if after else event
    parts = _AT.fullmatch(event)
    is_own = parts is not None and (place in event or parts["place"][:1].isupper())
    if parts and is_own and not is_time(parts["place"]):
        event, place = parts["event"], parts["place"]
    return _without_tail(_TIE.sub("", event), product), _to_its_noun(place, line)


def _without_tail(event: str, product: str) -> str:
    """An event without the product behind it, "ICP assay of drum 14", and what ties the two."""
    units = [*UNIT.finditer(event)]
    own = set(folded(product).words)
    end = len(units)
    while (
        end > 1 and own.issuperset(folded(units[end - 1][0]).words) and units[end - 1][0].isascii()
    ):
        end -= 1
    shorter = event[: units[end - 1].end()] if units else event
    return _TAIL.sub("", shorter)


def set_apart(event: str, place: str, product: str, line: str) -> tuple[str, str]:
    """The event in quotation marks or behind a colon, and the place that is called one.

    For a line that tells of one event.
    """
    plain = read(line)
    at = _PLACE_SAID.search(plain)
    if at and (span := at.span("en" if at["en"] else "zh")):
        place = line[slice(*span)].strip(" \"'")
    elif (own := _IN_CLAUSE_ZH.search(plain)) and place and own["place"].startswith(place):
        place = line[slice(*own.span("place"))] if event not in own["place"] else place
    quoted = [
        (match["double"] or match["single"], match)
        for match in _QUOTED.finditer(plain)
        if (match["double"] or match["single"]).casefold() not in f"{product} {place}".casefold()
        and not (place and place in line[match.start() : match.end()])
    ]
    if len(quoted) == 1 and not any(passages(plain)):
        words, match = quoted[0]
        event = line[match.start() + 1 : match.start() + 1 + len(words)]
    elif (written := _WRITTEN_ZH.search(plain)) and event not in written["event"]:
        told = line[slice(*written.span("event"))]
        event = event if folded(told) == folded(product) or told in product else told
    return event, place


def _to_its_noun(place: str, line: str) -> str:
    """A place with the noun behind its name: "Marlow" of the Marlow depot."""
    at = only_place(place, line)
    if at is None:
        return place
    noun = _PLACES.match(line, at + len(place))
    if noun is None and not _SITE_END_ZH.search(place):
        noun = _SITE_ZH.match(line, at + len(place))
    return place + noun[0] if noun else place


def told_plainly(line: str) -> tuple[str, str] | None:
    """What happened and to what, where a line says no more than to record that."""
    said = _recorded(line) if _IS_ASKED.match(line) else None
    return None if said is None else (said["event"], said["product"])


def _recorded(line: str) -> re.Match[str] | None:
    """Where a line says plainly what is to be recorded, if it does so once."""
    found = [
        match
        for match in _RECORDED.finditer(line)
        if _NO_EVENT.isdisjoint(match["event"].casefold().split())
        and ENDS.isdisjoint((match["place"] or "").casefold().split())
    ]
    return found[0] if len(found) == 1 else None


def _is_misread(event: str, product: str, line: str, said: re.Match[str]) -> bool:
    """Whether an event has its product in it, or stands in another sentence than is said."""
    name = set(folded(product).words)
    if not _IT.intersection(said["product"].casefold().split()[:1]) and name.isdisjoint(
        folded(said["product"]).words
    ):
        return False
    if event.startswith(f"{said['event']} ") and not line.startswith(event, said.start("event")):
        return True  # "delivery receipt", which is something else that is asked for
    if folded(event).words and name.issuperset(folded(event).words):
        return True
    has_product = bool(_OF_WHAT.search(event)) and not name.isdisjoint(folded(event).words)
    sentences = _SENTENCE.split(line)
    return has_product or not any(said[0] in one and event in one for one in sentences)


def deeds_told(line: str) -> str | None:
    """What sort of deeds a history is wanted of: "the history of payments"."""
    said = {match["of"] or match["only"] for match in _TOLD_OF.finditer(line)}
    found = [word for word in said if word.casefold() in _DEEDS]
    return found[0] if len(found) == 1 else None
