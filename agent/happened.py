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
    r"\b(?:record|log|register|enter|note|note down|put down) (?:an? |the )?"
    r"(?P<event>[^\W\d_][\w\-]*(?: [^\W\d_][\w\-]*){0,3}?)"
    r"(?: (?:at|in) (?:the )?(?P<place>[^\W\d_][\w'’\-]*(?: [^\W_][\w'’\-]*){0,3}?))?"
    r" (?:for|on|against|of) (?P<product>[^,.;!?]+)",
    re.IGNORECASE,
)
_NO_EVENT: Final = ENDS | {"event", "events", "entry", "note", "step", "line", "reminder"}
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
)
_SENTENCE: Final = re.compile(r"[.!?](?= )")
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
    if (said := _recorded(line)) and (not event or _is_misread(event, product, line, said)):
        event, place = said["event"], said["place"] or place
    parts = _AT.fullmatch(event)
    if parts and place in event and not is_time(parts["place"]):
        event, place = parts["event"], parts["place"]
    return _TIE.sub("", event), _to_its_noun(place, line)


def _to_its_noun(place: str, line: str) -> str:
    """A place with the noun behind its name: "Marlow" of the Marlow depot."""
    at = only_place(place, line)
    if at is None:
        return place
    noun = _PLACES.match(line, at + len(place))
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
    if name.isdisjoint(folded(said["product"]).words):
        return False
    has_product = " for " in event and not name.isdisjoint(folded(event).words)
    sentences = _SENTENCE.split(line)
    return has_product or not any(said[0] in one and event in one for one in sentences)


def deeds_told(line: str) -> str | None:
    """What sort of deeds a history is wanted of: "the history of payments"."""
    said = {match["of"] or match["only"] for match in _TOLD_OF.finditer(line)}
    found = [word for word in said if word.casefold() in _DEEDS]
    return found[0] if len(found) == 1 else None
