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
"""The most names that a context in a document may define."""

_DELIMITERS: Final = re.compile(r"[#/:]")
# With an authority, it is not taken for a name behind a prefix (JSON-LD 1.1 API, section 5.2).
_IN_FULL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SAID: Final = frozenset({"@id", "@protected"})


def check_own_context(context: object, trail: Trail) -> Mapping[str, Any]:
    """A context that stands in a document, under `@context` at `trail`, where it may.

    Raises:
        InvalidCredential: it is none, says more than what names stand for, or a name is not the end
            of its IRI.
        TooComplex: it defines too many.
    """
    place = write_path((*trail, "@context"))
    if not isinstance(context, Mapping):
        raise InvalidCredential(place, "must name contexts by URL, or hold them as objects")
    if len(context) > MAX_OWN_TERMS:
        raise TooComplex(
            f"a context in the document defines {len(context)} names, and at most {MAX_OWN_TERMS}"
            " may be"
        )
    for name, definition in context.items():
        if name == "@protected" and isinstance(definition, bool):
            continue
        if name.startswith("@") or not _is_end_of(_iri(definition), name):
            raise InvalidCredential(
                place,
                f"must name contexts by URL, or define a name as the end of its IRI: {name!r:.80}"
                " could give another name to what is signed",
            )
    return context


def _iri(definition: Any) -> object:
    """What a definition says that a name means, where it says nothing more."""
    if isinstance(definition, Mapping) and definition.keys() <= _SAID:
        return definition.get("@id")
    return definition


def _is_end_of(iri: object, name: str) -> bool:
    if not isinstance(iri, str) or not _IN_FULL.match(iri) or not is_absolute_iri(iri):
        return False
    return bool(name) and _DELIMITERS.split(iri)[-1] == name
