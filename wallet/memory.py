"""What the wallet remembers about its person because they said so: kept sealed, shown, forgotten.

Other names of entries, the DID that is meant for a purpose, the language to be answered in, and
the claims that are shown of a type of credential where nothing else is said.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

import rfc8785

from wallet.entries import dids
from wallet.errors import BadInput, NoSuchEntry
from wallet.vault.errors import IntegrityError, RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.entries import OwnDID
    from wallet.vault.record import Record
    from wallet.vault.vault import Vault

LONGEST: Final = 80
"""Of a name or a purpose, in characters."""
MOST: Final = 200
"""How many things are remembered."""


class About(StrEnum):
    """What sort of thing is remembered."""

    ALIAS = "alias"  # another name of an entry
    DID = "did"  # the DID for a purpose
    LANGUAGE = "language"  # the one to be answered in
    SHOW = "show"  # the claims that are shown of a type


ISSUING: Final = "issuing"
ASKING: Final = "asking"
"""Purposes that the wallet itself goes by: to issue as, and to ask others as."""


@dataclass(frozen=True, slots=True)
class Memory:
    """One thing that is remembered.

    Attributes:
        about: of which sort.
        key: the name, the purpose or the type; empty for a language.
        values: the entry's id, the language, or names of claims.
    """

    about: About
    key: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raises `BadInput` where it is too long, or nothing that can be read."""
        for text in (self.key, *self.values):
            if not text.isprintable():
                raise BadInput("what is remembered is plain text", hint="leave out special signs")
        needed = self.about is not About.LANGUAGE
        if needed and not 0 < len(self.key.strip()) <= LONGEST:
            raise BadInput(f"a name or a purpose has 1 to {LONGEST} characters")
        if not self.values or not all(self.values):
            raise BadInput("there is nothing to remember", hint="holdfast memory set --help")

    @property
    def id(self) -> str:
        """`mem-` and eight hex digits of the SHA-256 of the sort and the key without case."""
        named = rfc8785.dumps([self.about.value, self.key.casefold()])
        return f"mem-{hashlib.sha256(named).hexdigest()[:8]}"

    @classmethod
    def of(cls, record: Record) -> Self:
        """The thing that a vault record holds. Raises `IntegrityError` where it is none."""
        try:
            body = record.body
            values = tuple(map(str, body["values"]))
            return cls(About(body["about"]), str(body["key"]), values)
        except (KeyError, TypeError, ValueError, BadInput):
            raise IntegrityError("the record of a memory", "cannot be read") from None

    def body(self) -> dict[str, Any]:
        """The thing as a record's body."""
        return {"about": self.about.value, "key": self.key, "values": list(self.values)}


def memories(vault: Vault) -> tuple[Memory, ...]:
    """All of them, the oldest first. Raises `IntegrityError`."""
    return tuple(map(Memory.of, vault.all(Kind.MEMORY)))


def memory(vault: Vault, id_: str) -> Memory:
    """The one with that id. Raises `NoSuchEntry`."""
    for kept in memories(vault):
        if kept.id == id_:
            return kept
    raise NoSuchEntry(f"nothing is remembered as {id_!r:.100}", hint="see: holdfast memory list")


def remember(vault: Vault, kept: Memory) -> None:
    """Remember a thing, in place of the one of its sort and key.

    Raises:
        BadInput: too much is remembered already.
    """
    with vault.transaction():
        if vault.count(Kind.MEMORY) >= MOST and all(one.id != kept.id for one in memories(vault)):
            raise BadInput(f"no more than {MOST} things are remembered", hint="forget some first")
        vault.put(Kind.MEMORY, kept.body(), id=kept.id)


def forget(vault: Vault, kept: Memory) -> None:
    """Forget a thing. Raises `NoSuchEntry` where somebody did so meanwhile."""
    try:
        vault.delete(Kind.MEMORY, kept.id)
    except RecordNotFound as error:
        raise NoSuchEntry(f"{kept.id} is forgotten already") from error


def further_names(vault: Vault) -> dict[str, tuple[str, ...]]:
    """By the id of an entry, what else it is called: its aliases, and what a DID is for."""
    found: dict[str, tuple[str, ...]] = {}
    for kept in memories(vault):
        if kept.about in {About.ALIAS, About.DID}:
            found[kept.values[0]] = (*found.get(kept.values[0], ()), kept.key)
    return found


def did_for(vault: Vault, purpose: str) -> OwnDID | None:
    """The DID that is meant for a purpose, where one was said and is still the wallet's."""
    for kept in memories(vault):
        if kept.about is About.DID and kept.key.casefold() == purpose.casefold():
            own = (one for one in dids(vault) if one.id == kept.values[0] and not one.deactivated)
            return next(own, None)
    return None


def language(vault: Vault) -> str | None:
    """The language to be answered in, where one was said."""
    found = (kept.values[0] for kept in memories(vault) if kept.about is About.LANGUAGE)
    return next(found, None)


def shown_of(vault: Vault, types: tuple[str, ...]) -> tuple[str, ...]:
    """The claims that are shown of a credential of these types where nothing else is said."""
    folded = {name.casefold() for name in types}
    for kept in memories(vault):
        if kept.about is About.SHOW and kept.key.casefold() in folded:
            return kept.values
    return ()
