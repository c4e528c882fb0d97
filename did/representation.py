"""In which media type a document is given: `accept`, as a resolver is asked with it.

DID Resolution 1.0, sections 4.1 and 5.1; RFC 9110, section 12.5.1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from did.errors import RepresentationNotSupported, UnsupportedOption, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from did.document import Document

DID_DOCUMENT: Final = "application/did"
"""The one media type of DID Core 1.1, section 6."""
DID_JSON: Final = "application/did+json"
DID_JSON_LD: Final = "application/did+ld+json"
"""The media types of DID Core 1.0, sections 6.2 and 6.3."""
URI_LIST: Final = "text/uri-list"
"""RFC 2483, section 5: addresses, one a line."""

DOCUMENT_TYPES: Final = (DID_DOCUMENT, DID_JSON, DID_JSON_LD)

MAX_ACCEPT: Final = 1024
"""The longest `accept` read, in characters."""

_TOKEN: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # noqa: S105  # RFC 9110's word for a word
# Compiled when they are first needed: hardly anybody asks for a media type.
_RANGE: Final = (
    rf"[ \t,]*({_TOKEN}/{_TOKEN})"
    rf"((?:[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|\"(?:[^\"\\]|\\.)*\"))*)[ \t]*(?:,|$)"
)
_PARAMETER: Final = rf"({_TOKEN})=({_TOKEN}|\"(?:[^\"\\]|\\.)*\")"
_WEIGHT: Final = r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?"


def types_of(document: Document) -> tuple[str, ...]:
    """The media types that `document` can be given in: it is JSON-LD only with a context."""
    return DOCUMENT_TYPES if "@context" in document.raw else (DID_DOCUMENT, DID_JSON)


def chosen(accept: str | None, offered: Sequence[str]) -> str:
    """The one of `offered` that `accept` likes best, or the first where all are alike.

    Raises:
        UnsupportedOption: `accept` is not the value of an Accept header.
        RepresentationNotSupported: it takes none of them.
    """
    if accept is None:
        return offered[0]
    weights = _weights(accept)
    best = max(offered, key=lambda media_type: _weight(media_type, weights))
    if _weight(best, weights) == 0:
        raise RepresentationNotSupported(
            f"{quoted(accept)} is nothing that this can be given in",
            hint=f"to be had: {', '.join(offered)}",
        )
    return best


def _weights(accept: str) -> dict[str, float]:
    """What `accept` says of each media range, which is 0 where it does not want it."""
    weights: dict[str, float] = {}
    end = 0
    while end < len(accept) or not weights:
        found = re.compile(_RANGE).match(accept, end) if len(accept) <= MAX_ACCEPT else None
        if found is None:
            raise UnsupportedOption(
                f"the option 'accept' is no list of media types: {accept!r:.80}"
            )
        end = found.end()
        parameters = dict(_lower(re.findall(_PARAMETER, found[2])))
        weight = parameters.pop("q", "1")
        if not re.fullmatch(_WEIGHT, weight):
            raise UnsupportedOption(f"the option 'accept' weighs something with {weight!r:.80}")
        # What is offered has no parameters, and so is not what a range with some asks for.
        if not parameters:
            weights[found[1].lower()] = float(weight)
        else:
            weights.setdefault("", 0)
    return weights


def _lower(parameters: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return ((name.lower(), value) for name, value in parameters)


def _weight(media_type: str, weights: dict[str, float]) -> float:
    """The most precise range decides: the type itself, all of its kind, all."""
    kind = media_type.partition("/")[0]
    for media_range in (media_type, f"{kind}/*", "*/*"):
        if media_range in weights:
            return weights[media_range]
    return 0
