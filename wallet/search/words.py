"""What of a credential can be searched for: its names, types, issuer and the names of its claims.

Never what it says of anybody: an index of values would be a second copy of every credential.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wallet.credentials.errors import CredentialError
from wallet.credentials.received import read_credential

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.credentials.model import Credential

_MAX_WORDS: Final = 8
_MAX_NAMES: Final = 200
_MAX_DEPTH: Final = 4
_MAX_SIZE: Final = 4096
_SILENT: Final = frozenset({"id", "type", "@id", "@type", "@context", "VerifiableCredential"})


class Described(NamedTuple):
    """Two texts to look for words in, in the form that `normal` gives."""

    own: str
    """What tells it from others: its id, and what it is called."""
    about: str
    """What it has in common with others: types, issuer, names of claims."""


def normal(text: str) -> str:
    """A text as it is compared: NFKC, and without upper and lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, the longest first, which is likely the rarest; the first few count."""
    words = dict.fromkeys(normal(query).split()[:_MAX_WORDS])
    return tuple(sorted(words, key=len, reverse=True))


def described(body: Mapping[str, Any]) -> Described:
    """What can be searched for of a stored credential. One that cannot be read has a name still."""
    own = [body["id"], body["name"], body["role"]]
    try:
        credential = read_credential(body["raw"].encode())
    except CredentialError:
        return Described(_joined(own), "")
    own += _texts(credential.document.get("name"))
    return Described(_joined(own), _joined(list(_about(credential))))


def _about(credential: Credential) -> Iterator[str]:
    yield from (name for name in credential.types if name not in _SILENT)
    yield credential.issuer
    issuer = credential.document.get("issuer")
    if isinstance(issuer, Mapping):
        yield from _texts(issuer.get("name"))
    names: dict[str, None] = {}
    _claim_names(credential.document.get("credentialSubject"), names, 0)
    yield from sorted(names)  # so that those of one issuer and type are alike


def _claim_names(value: object, names: dict[str, None], depth: int) -> None:
    if depth > _MAX_DEPTH or len(names) > _MAX_NAMES:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in _SILENT:
                names[name] = None
            _claim_names(inner, names, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value[:_MAX_NAMES]:
            _claim_names(item, names, depth + 1)


def _texts(value: object) -> list[str]:
    """A name is a text, or one with its language, or several (VC Data Model 2.0, section 11.1)."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return _texts(value.get("@value"))
    if isinstance(value, list | tuple):
        return [
            text
            for item in value[:_MAX_NAMES]
            if isinstance(item, str | Mapping)
            for text in _texts(item)
        ]
    return []


def _joined(texts: list[str]) -> str:
    # A space is in no word, so that no word is found across two texts.
    return normal(" ".join(texts)[:_MAX_SIZE])
