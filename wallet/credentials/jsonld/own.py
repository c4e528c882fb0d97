"""VC Data Model 2.0, section 4.3: a context that stands in the document itself.

What a proof of an `-rdfc-` suite covers are IRIs, not the names that stand for them. Whoever could
write a context of their own could write another name over each value: `salary` over what was signed
as `givenName`. So a name is taken from such a context only where it is the end of its IRI, which is
signed: then there is one name for it, and nobody else can choose it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.form import is_absolute_iri
from wallet.credentials.json_path import Trail, write_path

MAX_OWN_TERMS: Final = 256
"""The most names that a context in a document may define, with what its names bring along."""
MAX_OWN_TEXT: Final = 1 << 14
"""The most characters in these names and their IRIs: what contexts come to is kept for a while."""
MAX_WITHIN: Final = 8
"""Contexts within contexts."""

_DELIMITERS: Final = re.compile(r"[#/:]")
_SAID: Final = frozenset({"@id", "@protected", "@context"})
_ALIASES: Final = {"id": "@id", "type": "@type"}
"""What the data model itself calls these; within a type, it has to be said again."""


def own_context(context: object, trail: Trail) -> Mapping[str, Any]:
    """A context that stands in a document, under `@context` at `trail`, where it may.

    Raises:
        InvalidCredential: it is none, says more than what names stand for, or a name is not the end
            of its IRI.
        TooComplex: it defines too many, or too long ones.
    """
    place = write_path((*trail, "@context"))
    # As a file of a context has it. Tools that go by JSON-LD 1.0 write it so, and read it alike.
    if isinstance(context, Mapping) and context.keys() == {"@context"}:
        context = context["@context"]
    if not isinstance(context, Mapping):
        raise InvalidCredential(place, "must name contexts by URL, or hold them as objects")
    told: list[str] = []
    _check(context, place, 0, told)
    if len(told) > MAX_OWN_TERMS:
        raise TooComplex(f"a context in the document defines more than {MAX_OWN_TERMS} names")
    if sum(map(len, told)) > MAX_OWN_TEXT:
        raise TooComplex(f"a context in the document is longer than {MAX_OWN_TEXT} characters")
    return context


def names_one_thing(name: str) -> bool:
    """Whether a name behind a vocabulary of the document's own is the end of the IRI it makes."""
    return not _DELIMITERS.search(name)


def _check(context: object, place: str, depth: int, told: list[str]) -> None:
    """Put what it tells of each name into `told`. Raises `InvalidCredential`."""
    if not isinstance(context, Mapping) or depth > MAX_WITHIN:
        raise InvalidCredential(place, "holds a context that is none, or nested too deep")
    for name, definition in context.items():
        if not _may_be(name, definition):
            raise InvalidCredential(
                place,
                f"must name contexts by URL, or define a name as the end of its IRI: {name!r:.80}"
                " could give another name to what is signed",
            )
        if isinstance(definition, Mapping) and "@context" in definition:
            _check(definition["@context"], place, depth + 1, told)
        iri = definition.get("@id") if isinstance(definition, Mapping) else definition
        told.append(f"{name} {iri}")


def _may_be(name: str, definition: Any) -> bool:
    if name == "@protected":
        return isinstance(definition, bool)
    if name == "@vocab":
        return _is_in_full(definition) and bool(_DELIMITERS.fullmatch(definition[-1:]))
    if name.startswith("@"):
        return False
    if isinstance(definition, Mapping) and definition.keys() <= _SAID:
        definition = definition.get("@id")
    if name in _ALIASES:
        return bool(definition == _ALIASES[name])
    return bool(name) and _is_in_full(definition) and _DELIMITERS.split(definition)[-1] == name


def _is_in_full(iri: Any) -> bool:
    """Whether what ends it stays so, were what begins it a prefix (JSON-LD 1.1 API, 5.2)."""
    if not isinstance(iri, str) or not is_absolute_iri(iri):
        return False
    return bool(_DELIMITERS.search(iri.partition(":")[2]))
