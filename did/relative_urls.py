"""A document with its relative DID URLs made absolute: the option `expandRelativeUrls`.

DID Resolution 1.0, section 4.4, step 7; DID Core 1.1, section 3.2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from did.document import Document, Relationship
from did.errors import InvalidDIDURL
from did.identifier import DIDURL


def expanded(document: Document) -> Document:
    """`document`, whose methods, relationships, services and extensions name things absolutely.

    An extension's entries are the objects in a list of the document's; their `id` is made absolute
    where it is a relative reference that can be.
    """
    raw = dict(document.raw)
    for name, value in document.raw.items():
        if isinstance(value, tuple) and name != "@context":
            raw[name] = tuple(
                _expanded(entry, document, reference=name in set(Relationship)) for entry in value
            )
    return document if raw == document.raw else Document.parse(raw)


def _expanded(entry: Any, document: Document, *, reference: bool) -> Any:
    if isinstance(entry, str) and reference:
        return _absolute(entry, document)
    if isinstance(entry, Mapping) and isinstance(id_ := entry.get("id"), str):
        return {**entry, "id": _absolute(id_, document)}
    return entry


def _absolute(reference: str, document: Document) -> str:
    """A URI of another scheme is not relative, and stays what it is."""
    try:
        return str(DIDURL.absolute(reference, document.did))
    except InvalidDIDURL:
        return reference
