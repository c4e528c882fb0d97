"""JSON-LD 1.1, section 4.1.11: whether contexts say of a protected name what may not be said of it.

Asked where a proof covers the text and not what its names mean, and so no context is ever read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.credentials.errors import CredentialError, InvalidCredential
from wallet.credentials.jsonld.context import NO_CONTEXT, Meanings
from wallet.credentials.jsonld.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wallet.credentials.jsonld.library import Contexts


def check_protected(contexts: Sequence[object], types: Iterable[str], known: Contexts) -> None:
    """Return where no context of a document redefines or forgets what another one protects.

    `types` are those of the document, which may bring more of them. What is said in a way that is
    not understood here is passed over: it changes no text.

    Raises:
        InvalidCredential: one does.
    """
    library = Library(known)  # for this document alone: nothing of it is kept
    meanings = Meanings(library)
    try:
        active = within = meanings.upon(NO_CONTEXT, library.taken_apart(list(contexts)))
        for name in sorted(types):
            for scoped in active.terms[name].scoped if name in active.terms else ():
                local = library.taken_apart(scoped)
                within = meanings.upon(within, local, propagate=False)
    except InvalidCredential:
        raise
    except CredentialError:
        return
