"""JSON-LD in safe mode, canonicalized: RDF Dataset Canonicalization (RDFC-1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.json_path import ROOT
from wallet.credentials.jsonld.canonical import canonical_form, read_statements
from wallet.credentials.jsonld.guard import Contexts, count_statements

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Contexts", "canonicalize"]


def canonicalize(document: Mapping[str, Any], *, contexts: Contexts = SHIPPED) -> bytes:
    """The canonical N-Quads of a JSON-LD document, UTF-8, of which nothing is lost.

    Raises:
        UndefinedTerm: a member or a type means nothing where it stands.
        UnknownContext: a context is not among `contexts`.
        InvalidCredential: something else would not be covered, or could be read in two ways.
        UnsupportedFormat: a context uses what cannot be judged.
        TooComplex: the graph could take unreasonably long.
    """
    expected = count_statements(document, contexts)
    statements = read_statements(document, contexts)
    # Two processors that share no code must agree on how much the document says.
    if len(statements) != expected:
        raise InvalidCredential(ROOT, "would not be covered by a proof in full")
    return canonical_form(statements)
