"""JSON-LD 1.1, section 9.8 to 9.11: maps, which are objects whose names are data.

The key of a map by language, identifier, type or property becomes part of a statement. That of a
plain index does not: no proof would cover it, and it is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.credentials.jsonld.literals import is_language
from wallet.credentials.jsonld.names import check_iri
from wallet.credentials.jsonld.refusals import check_set, refuse
from wallet.credentials.jsonld.terms import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.credentials.json_path import Trail
    from wallet.credentials.jsonld.context import ActiveContext
    from wallet.credentials.jsonld.guard import Walk
    from wallet.credentials.jsonld.terms import Term


def read_map(
    walk: Walk, value: dict[str, Any], term: Term, active: ActiveContext, trail: Trail
) -> dict[str, Any]:
    """5.1.2 Expansion, steps 13.7 and 13.8: the map for an engine, its statements counted.

    Raises:
        CredentialError: a part of it would be lost, or means nothing.
    """
    if not value:
        refuse(trail, "is an empty map, which no proof would cover")
    read_entry: Callable[[Walk, str, Any, Term, ActiveContext, Trail], Any]
    match term.container[-1]:
        case "@language":
            read_entry = _in_language
        case "@id":
            read_entry = _by_id
        case "@type":
            read_entry = _by_type
        case _ if term.index is not None:
            read_entry = _by_index
        case _:
            refuse(trail, "is a map by an index, which no proof would cover")
    copy: dict[str, Any] = {}
    for name, entry in value.items():
        place = (*trail, name)
        elements = entry if isinstance(entry, list) else [entry]
        check_set(elements, place)
        copy[name] = [read_entry(walk, name, element, term, active, place) for element in elements]
    return copy


def _in_language(
    walk: Walk, name: str, value: object, _term: Term, active: ActiveContext, trail: Trail
) -> object:
    if active.keyword(name) != "@none" and not is_language(name):
        refuse(trail, "must be the language tag of a text")
    if not isinstance(value, str):
        refuse(trail, "must be text")
    walk.reading.statements += 1
    return value


def _by_id(
    walk: Walk, name: str, value: object, term: Term, active: ActiveContext, trail: Trail
) -> dict[str, Any]:
    below = active.previous or active
    if active.keyword(name) != "@none":
        check_iri(name, below, trail)
    if "@graph" in term.container:
        copy: dict[str, Any] = walk.value(value, term, active, trail)
        return copy
    walk.check_told_outside(name, trail)
    return _in_map(walk, value, below, term, trail, nameless=active.keyword(name) != "@none")


def _by_type(
    walk: Walk, name: str, value: object, term: Term, active: ActiveContext, trail: Trail
) -> object:
    below = active.previous or active
    if below.keyword(name) != "@none":
        walk.reading.statements += 1
        walk.check_name(name, below, trail)
        if name in below.terms and below.terms[name].scoped:
            below = walk.scoped(below, below.terms[name])
    if isinstance(value, str):
        walk.reading.statements += 1
        if term.coercion not in {"@id", "@vocab"}:
            refuse(trail, "must be an object that stands for a thing")
        if term.coercion == "@vocab":
            walk.check_name(value, below, trail)
        else:
            check_iri(value, below, trail)
        return value
    return _in_map(walk, value, below, term, trail)


def _by_index(
    walk: Walk, name: str, value: object, term: Term, active: ActiveContext, trail: Trail
) -> dict[str, Any]:
    """A map by the value of a property, which is as good as said in each object."""
    index = str(term.index)
    if active.keyword(name) != "@none":
        walk.check_name(index, active, trail)
        walk.value(name, active.terms.get(index, PLAIN), active, trail)
    inner = _in_map(walk, value, active, term, trail)
    if index in inner:
        refuse((*trail, index), "is given twice, here and by the map")
    return inner


def _in_map(
    walk: Walk,
    value: object,
    active: ActiveContext,
    term: Term,
    trail: Trail,
    *,
    nameless: bool = False,
) -> dict[str, Any]:
    if not isinstance(value, dict) or {"@value", "@list"} & value.keys():
        refuse(trail, "must be an object that stands for a thing")
    walk.reading.statements += 1
    return walk.node(value, active, trail, term, from_map=True, nameless=nameless)
