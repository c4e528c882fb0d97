"""The wallet as the planner may see it: names, never values.

The shape is the contract's `wallet` object: lists of entries, and the time. No claim value, key
or passphrase has a place to stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from wallet.entries import contacts, credentials, dids, names
from wallet.products.product import products

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class DIDEntry:
    """A DID of the wallet."""

    id: str
    name: str = ""
    method: str = ""
    published: bool = False


@dataclass(frozen=True, slots=True)
class CredentialEntry:
    """A credential of the wallet; `claims` are names only."""

    id: str
    type: str
    name: str = ""
    issuer: str = ""
    role: str = "held"
    claims: tuple[str, ...] = ()
    valid_until: str | None = None


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """Somebody the person knows; the name is the id."""

    name: str
    did: str = ""

    @property
    def id(self) -> str:
        """A contact is called by its name."""
        return self.name


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """A product whose events the wallet signs."""

    id: str
    name: str = ""


Entry = DIDEntry | CredentialEntry | ContactEntry | ProductEntry


@dataclass(frozen=True, slots=True)
class State:
    """What the wallet holds, oldest entry first, and the time it is there."""

    now: datetime
    dids: tuple[DIDEntry, ...] = ()
    credentials: tuple[CredentialEntry, ...] = ()
    contacts: tuple[ContactEntry, ...] = ()
    products: tuple[ProductEntry, ...] = ()

    @classmethod
    def from_json(cls, wallet: Mapping[str, Any]) -> Self:
        """The contract's `wallet` object, read.

        Raises:
            KeyError, TypeError, ValueError: the object is not of the contract's shape.
        """
        return cls(
            now=datetime.fromisoformat(wallet["now"]),
            dids=tuple(DIDEntry(**entry) for entry in wallet.get("dids", ())),
            credentials=tuple(
                CredentialEntry(**{**entry, "claims": tuple(entry.get("claims", ()))})
                for entry in wallet.get("credentials", ())
            ),
            contacts=tuple(ContactEntry(**entry) for entry in wallet.get("contacts", ())),
            products=tuple(ProductEntry(**entry) for entry in wallet.get("products", ())),
        )


def state_of(wallet: Wallet) -> State:
    """What the planner may know of a wallet."""
    known = names(wallet.vault)
    return State(
        now=wallet.clock(),
        dids=tuple(
            DIDEntry(own.id, own.name, own.did.method, own.published is not None)
            for own in dids(wallet.vault)
        ),
        credentials=tuple(
            CredentialEntry(
                id=stored.id,
                type=stored.type,
                name=stored.name,
                issuer=known.get(stored.credential.issuer, stored.credential.issuer),
                role=stored.role,
                claims=stored.credential.claims,
                valid_until=until.isoformat() if (until := stored.credential.valid_until) else None,
            )
            for stored in credentials(wallet.vault)
        ),
        contacts=tuple(ContactEntry(c.name, str(c.did)) for c in contacts(wallet.vault)),
        products=tuple(ProductEntry(each.id, each.name) for each in products(wallet.vault)),
    )
