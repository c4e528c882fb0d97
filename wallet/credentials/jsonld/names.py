"""JSON-LD 1.1 API, section 5.2: names that must mean an IRI, in a single way of writing it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wallet.credentials.errors import UndefinedTerm, UnsupportedFormat
from wallet.credentials.form import is_absolute_iri
from wallet.credentials.json_path import Trail, write_path
from wallet.credentials.jsonld.own import names_one_thing
from wallet.credentials.jsonld.refusals import refuse

if TYPE_CHECKING:
    from wallet.credentials.jsonld.context import ActiveContext

# What a name may not hold if it is to be the last part of an IRI (RFC 3987, ifragment).
_NO_IRI: Final = re.compile(r"[\x00-\x20<>\"{}|\\^`#%\x7f-\x9f]")


def check_iri(value: object, active: ActiveContext, trail: Trail) -> None:
    """Check that an identifier is written in full.

    Raises:
        InvalidCredential: it is relative, shortened by a prefix, or none.
    """
    if not isinstance(value, str) or not is_absolute_iri(value):
        refuse(trail, "must be an absolute IRI")
    if value.partition(":")[0] in active.terms:
        refuse(trail, "must be an IRI written in full, not by a prefix")


def check_name(name: object, active: ActiveContext, trail: Trail, *, vocabulary: bool) -> None:
    """Check a name that must mean an IRI: a member, a type, or a value from a vocabulary.

    Raises:
        UndefinedTerm: it means nothing here, or without `vocabulary` only what a catch-all says.
        UnsupportedFormat: its definition is not understood.
        InvalidCredential: it is no name.
    """
    if not isinstance(name, str):
        refuse(trail, "must be a name")
    term = active.terms.get(name)
    if term is not None and term.refused is not None:
        raise UnsupportedFormat(
            f"a context defines {name!r} in a way that is not understood: {term.refused[0]}"
        )
    if ":" in name:
        check_iri(name, active, trail)
    elif not active.defines(name):
        raise _undefined(name, trail, "not defined by any context, so no proof would cover it")
    elif term is None:
        if not vocabulary:
            raise _undefined(name, trail, "defined by a catch-all alone, as any slip would be")
        if _NO_IRI.search(name):
            refuse(trail, f"holds a character that no IRI may hold: {name!r}")
        if active.is_own_vocabulary and not names_one_thing(name):
            refuse(
                trail, f"could be a longer name for what is signed under the end of it: {name!r}"
            )


def _undefined(name: str, trail: Trail, reason: str) -> UndefinedTerm:
    itself = "is" if trail[-1] == name else f"holds {name!r}, which is"
    return UndefinedTerm(write_path(trail), f"{itself} {reason}")
