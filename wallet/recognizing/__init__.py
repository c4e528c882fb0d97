"""What a pasted or dropped text is, found out by looking: nothing is asked, opened or fetched.

Pure and bounded: the text came from outside, and may be made to take long. What looks like a
secret is told before anything else, so that nobody shows it, keeps it or sends it on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from did.errors import DIDError
from did.identifier import DIDURL
from wallet.messages import say
from wallet.recognizing.files import paths_in
from wallet.recognizing.links import read_link
from wallet.recognizing.recognized import Recognized, What
from wallet.recognizing.secret_like import secret_in
from wallet.verify.kinds import WRITTEN, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LONGEST", "Recognized", "What", "recognize"]

LONGEST: Final = 1 << 20
"""In bytes of UTF-8: the longest document that is read."""


def recognize(text: str) -> Recognized:
    """What a text is; it may be anything, and it is never an error."""
    if len(text) > LONGEST or len(text.encode(errors="replace")) > LONGEST:
        return Recognized(What.UNREADABLE, reason=say("it is longer than a mebibyte"))
    plain = text.strip().removeprefix("\ufeff").strip()
    return next((found for look in _LOOKS if (found := look(plain)) is not None), _WORDS)


_WORDS: Final = Recognized(What.WORDS)


def _nothing(text: str) -> Recognized | None:
    return None if text else Recognized(What.NOTHING)


def _secret(text: str) -> Recognized | None:
    kind = secret_in(text)
    return None if kind is None else Recognized(kind)


def _document(text: str) -> Recognized | None:
    data = text.encode(errors="replace")
    if text[:1] not in {"{", "["} and not any(is_(data) for is_ in WRITTEN):
        return None
    # Deferred: it loads what reads credentials, and most that is typed is none.
    from wallet.recognizing.documents import read_document  # noqa: PLC0415

    return read_document(text)


def _did(text: str) -> Recognized | None:
    if not text.startswith("did:"):
        return None
    try:
        url = DIDURL.parse(text)
    except DIDError:
        return None
    return Recognized(What.DID, did=str(url.did), facts=((say("DID"), str(url.did)),))


def _other(text: str) -> Recognized | None:
    """What is known, and read nowhere here."""
    kind = kind_of(text[:_LOOKED_AT].encode(errors="replace"))
    if kind is None:
        return None
    reason = say("it looks like {kind}, which cannot be read here", kind=kind)
    return Recognized(What.UNREADABLE, reason=reason)


_LOOKED_AT: Final = 65_536


def _files(text: str) -> Recognized | None:
    paths = paths_in(text)
    if not paths:
        return None
    facts = tuple((say("File"), path) for path in paths)
    return Recognized(What.FILE, paths=paths, facts=facts)


_LOOKS: Final[tuple[Callable[[str], Recognized | None], ...]] = (
    _nothing,
    _secret,
    _document,
    _did,
    read_link,
    _files,
    _other,
)
"""In this order: a secret is one wherever it stands."""
