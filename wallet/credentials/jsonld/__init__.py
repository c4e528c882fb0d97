"""JSON-LD in safe mode, canonicalized: RDF Dataset Canonicalization (RDFC-1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.credentials.contexts import SHIPPED
from wallet.credentials.jsonld.canonical import HashAlgorithm, canonical_form
from wallet.credentials.jsonld.library import Contexts
from wallet.credentials.jsonld.reading import statements_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Contexts", "HashAlgorithm", "canonicalize"]


def canonicalize(
    document: Mapping[str, Any],
    *,
    contexts: Contexts = SHIPPED,
    vocabulary: bool = True,
    algorithm: HashAlgorithm = HashAlgorithm.SHA_256,
) -> bytes:
    """The canonical N-Quads of a JSON-LD document, UTF-8, of which nothing is lost.

    `contexts` must not change while they are in use. Without `vocabulary`, a name that only a
    catch-all (`@vocab`) defines, as it does any typing mistake, is not defined. `algorithm` is the
    hash of RDFC-1.0, which a suite may choose by its key.

    Raises:
        UndefinedTerm: a member or a type means nothing where it stands.
        UnknownContext: a context is not among `contexts`.
        InvalidCredential: something else would not be covered, or could be read in two ways.
        UnsupportedFormat: a context uses what cannot be judged.
        TooComplex: the document is too large, or its graph could take unreasonably long.
    """
    statements = statements_of(document, contexts, vocabulary=vocabulary)
    return canonical_form(statements, algorithm=algorithm)
