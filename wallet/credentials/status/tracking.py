"""Bitstring Status List 1.0, section 6: the address of a list must not tell who is looked up.

A list is fetched by those who are shown a credential, so whoever serves it learns of each showing
what its address says. An address that holds the credential's index, or names its holder, undoes
what a shared list is for.

An index is recognized as a part of the path or as a value of the query. Lists are numbered too,
and one's number may by chance be the index: below `_TELLING` an equal number counts only where the
query calls it an index. An address with a secret number in it cannot be told from an honest one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from wallet.credentials.status.errors import StatusUnverified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Above the numbers of lists and of years. Nine in ten indices of the shortest list are.
_TELLING: Final = 10_000
_INDEX_NAMES: Final = ("index", "idx")

_SHORTEST_NAME: Final = 8
_SHORTEST_TAIL: Final = 16
"""Shorter ends of identifiers are words as often as not."""


def check_untracked(url: str, index: int, names: Iterable[str]) -> None:
    """Refuse the address of a list that holds the index looked up, or one of `names`.

    Raises:
        StatusUnverified: it does.
    """
    parts = urlsplit(url)
    if parts.scheme == "data":
        return
    path = [unquote(segment) for segment in parts.path.split("/")]
    query = parse_qsl(parts.query, keep_blank_values=True)
    told = [*(("", segment) for segment in path), *query]
    if any(_is_index(name, value, index) for name, value in told):
        raise _Tracked("holds the credential's own index")
    text = "\n".join(f"{name}\n{value}" for name, value in told)
    if any(name in text for name in names):
        raise _Tracked("names the credential or its holder")


def names_of(document: Mapping[str, Any]) -> frozenset[str]:
    """What the credential and its subjects are called, other than the issuer's own name."""
    subjects = document.get("credentialSubject")
    parties = [document, *(subjects if isinstance(subjects, list) else [subjects])]
    found = [party.get("id") for party in parties if isinstance(party, Mapping)]
    found += [document.get("sub"), document.get("jti")]
    issuer = document.get("issuer", document.get("iss"))
    own = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return frozenset(
        name
        for identifier in found
        if isinstance(identifier, str) and identifier != own
        for name in _telling(identifier)
    )


def _telling(identifier: str) -> Iterator[str]:
    """The identifier, and its end where that alone would tell as much: a UUID, a key."""
    if len(identifier) >= _SHORTEST_NAME:
        yield identifier
    tail = identifier.replace("/", ":").rpartition(":")[2]
    if len(tail) >= _SHORTEST_TAIL and any(character.isdigit() for character in tail):
        yield tail


def _is_index(name: str, value: str, index: int) -> bool:
    if value.lstrip("0") != (str(index) if index else ""):
        return False
    named = any(word in name.casefold() for word in _INDEX_NAMES)
    return bool(value) and (named or index >= _TELLING)


class _Tracked(StatusUnverified):
    """The address of the list betrays the credential it is looked up for."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the address of the status list {reason}",
            hint="whoever serves the list would learn each time this credential is shown",
        )
