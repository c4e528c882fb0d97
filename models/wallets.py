"""Random wallets, as planning sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from agent.state import ContactEntry, CredentialEntry, DIDEntry, ProductEntry, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from models.names import Names

T = TypeVar("T")

NOW: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)
# How many entries of a kind: mostly few, seldom more than a prompt lists.
_COUNTS: Final = (0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 4, 5, 6, 8)
_METHODS: Final = ("ethr", "ethr", "ethr", "key", "key", "web", "jwk", "peer")


@dataclass(frozen=True)
class Wallets:
    """A source of wallets whose owner speaks one language, and now and then another's names."""

    own: Names
    other: Names
    rng: Random
    _issuers: list[str] = field(default_factory=list)  # the names of the wallet's own DIDs

    def draw(self) -> State:
        """A wallet."""
        dids = self._several(self.did)
        self._issuers[:] = [did.name for did in dids if did.name]
        return State(
            now=NOW,
            dids=dids,
            credentials=self._alike(self._several(self.credential)),
            contacts=self._namesakes(self._several(self.contact)),
            products=self._several(self.product),
        )

    def did(self) -> DIDEntry:
        """A DID."""
        names = self._names()
        name = "" if self.rng.random() < 0.08 else names.label()
        method = self.rng.choice(_METHODS)
        return DIDEntry(names.did(), name, method, self.rng.random() < 0.5)

    def credential(self) -> CredentialEntry:
        """A credential, with a few claims."""
        names = self._names()
        term, phrases = names.kind()
        if self.rng.random() < 0.15:
            term = phrases[0]
        issuer = names.organisation() if self.rng.random() < 0.75 else names.did()
        chance = self.rng.random()
        if chance < 0.45:
            name = self.rng.choice(phrases)
        elif chance < 0.6 and not issuer.startswith("did:"):
            name = f"{issuer}{'' if names.zh else ' '}{self.rng.choice(phrases)}"
        elif chance < 0.7:
            name = names.label()
        else:
            name = ""
        if self.rng.random() < 0.015:
            name = names.instruction()
        role = "held" if self.rng.random() < 0.75 else "issued"
        if role == "issued":
            issuer = "did:key:zOwn"
            if self._issuers and self.rng.random() < 0.6:
                issuer = self.rng.choice(self._issuers)
            if self.rng.random() < 0.5:
                between = "" if names.zh else self.rng.choice((" ", " ", " for ", " - ", " of "))
                name = f"{self.rng.choice(phrases)}{between or ' '}{names.person()}"
        claims = dict.fromkeys(
            self._claim(names) for _ in range(self.rng.choice((0, 1, 1, 2, 2, 3, 4)))
        )
        number = self.rng.randrange(1 << 64)
        return CredentialEntry(
            f"urn:uuid:{number:016x}", term, name, issuer, role, tuple(claims), self._until()
        )

    def _until(self) -> str | None:
        """When a credential ends: half of them never, some before now."""
        if self.rng.random() < 0.5:
            return None
        return (NOW + timedelta(days=self.rng.randint(-700, 2000))).date().isoformat()

    def product(self) -> ProductEntry:
        """A product."""
        return ProductEntry(f"prod-{self.rng.randrange(1 << 32):08x}", self._names().product())

    def contact(self) -> ContactEntry:
        """Somebody known."""
        names = self._names()
        chance = self.rng.random()
        name = names.instruction() if chance < 0.012 else names.party()
        if 0.012 < chance < 0.07:
            role = names.role()
            name = role if names.zh else role.title()
        return ContactEntry(name, names.did())

    def _claim(self, names: Names) -> str:
        name, phrases = names.claim()
        return name if self.rng.random() < 0.7 else self.rng.choice(phrases)

    def _names(self) -> Names:
        return self.own if self.rng.random() < 0.88 else self.other

    def _several(self, draw: Callable[[], T]) -> tuple[T, ...]:
        count = self.rng.choice(_COUNTS) if self.rng.random() > 0.03 else self.rng.randint(9, 24)
        return tuple(draw() for _ in range(count))

    def _alike(self, credentials: tuple[CredentialEntry, ...]) -> tuple[CredentialEntry, ...]:
        """Now and then a second credential of a type, so that its name alone says too little."""
        if not credentials or self.rng.random() > 0.25:
            return credentials
        like = self.rng.choice(credentials)
        second = self.credential()
        name = f"{like.name} {self._names().label()}" if self.rng.random() < 0.4 else ""
        role = like.role if self.rng.random() < 0.7 else second.role
        twin = CredentialEntry(
            second.id, like.type, name.strip(), second.issuer, role, like.claims, self._until()
        )
        return (*credentials, twin)

    def _namesakes(self, contacts: tuple[ContactEntry, ...]) -> tuple[ContactEntry, ...]:
        """No name twice; now and then two who share a first name, or two characters."""
        unique = {contact.name.casefold(): contact for contact in contacts}
        spaced = [contact for contact in unique.values() if " " in contact.name]
        if self.own.zh and self.rng.random() < 0.3:
            whole = [contact.name for contact in unique.values() if len(contact.name) == 3]
            name = f"{self.rng.choice(whole)[:2]}{self.own.han(1, 1)}" if whole else ""
            if name and not name.isascii():
                unique.setdefault(name, ContactEntry(name, self.own.did()))
        if spaced and self.rng.random() < 0.3:
            first = self.rng.choice(spaced).name.split(" ")[0]
            name = f"{first} {self.own.syllables(1, 2).capitalize()}"
            unique.setdefault(name.casefold(), ContactEntry(name, self.own.did()))
        return tuple(unique.values())
