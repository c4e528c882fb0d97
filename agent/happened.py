"""What happened to a product and where, as a message says it, and of which deeds a log is wanted.

The model sometimes has the place in the event, or the product, or takes a story for what is to be
recorded; "record a test at the quay for the crate" says plainly which is which.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent.candidates import folded
from agent.phrases import ENDS
from agent.widening import only_place

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
_NO_EVENT: Final = ENDS | {
    "anything", "entry", "event", "events", "line", "note", "reminder", "something", "step",
    "thing",
}  # fmt: skip
_IT: Final = frozenset(["it", "this", "that", "them"])
_IS_TOLD: Final = re.compile(
    r"^(?:record|log|register|enter|note(?: down)?|put down) (?=.)", re.IGNORECASE
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
    return _TIE.sub("", event), _to_its_noun(place, line)


def _to_its_noun(place: str, line: str) -> str:
    """A place with the noun behind its name: "Marlow" of the Marlow depot."""
    at = only_place(place, line)
    if at is None:
        return place
    noun = _PLACES.match(line, at + len(place))
    if noun is None and not _SITE_END_ZH.search(place):
        noun = _SITE_ZH.match(line, at + len(place))
    return place + noun[0] if noun else place


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
