"""The wallet as the planner may see it: names, never values.

The shape is the contract's `wallet` object: lists of entries, and the time. No claim value, key
or passphrase has a place to stand here. Beside it, `also` is what else the person calls an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from wallet.actions.registry import Kind
from wallet.entries import contacts, known_dids, names
from wallet.memory import further_names
from wallet.products.product import products
from wallet.vault.record import Kind as Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.search.label import Label
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class DIDEntry:
    """A DID of the wallet."""

    id: str
    name: str = ""
    method: str = ""
    published: bool = False
    also: tuple[str, ...] = ()


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
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """Somebody the person knows; the name is the id."""

    name: str
    did: str = ""
    also: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """A contact is called by its name."""
        return self.name


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """A product whose events the wallet signs."""

    id: str
    name: str = ""
    also: tuple[str, ...] = ()


Entry = DIDEntry | CredentialEntry | ContactEntry | ProductEntry


@dataclass(frozen=True, slots=True)
class State:
    """What the wallet holds, oldest entry first, and the time it is there."""

    now: datetime
    dids: tuple[DIDEntry, ...] = ()
    credentials: tuple[CredentialEntry, ...] = ()
    contacts: tuple[ContactEntry, ...] = ()
    products: tuple[ProductEntry, ...] = ()

    def entries(self, kind: Kind, *, role: str | None = None) -> tuple[Entry, ...]:
        """Those of a kind of parameter, none for one that takes no entry; credentials of a role."""
        match kind:
            case Kind.DID:
                return self.dids
            case Kind.CREDENTIAL:
                return tuple(one for one in self.credentials if role in {None, one.role})
            case Kind.CONTACT:
                return self.contacts
            case Kind.PRODUCT:
                return self.products
            case _:
                return ()

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


COMPLETE: Final = 1_000
"""Up to so many credentials the planner sees all of them; of more, those that may be meant."""
_NEAREST: Final = 200
_NEWEST: Final = 50


def state_of(wallet: Wallet, said: str = "") -> State:
    """What the planner may know of a wallet, where that was said.

    Of very many credentials it sees the newest of each role, and those that share the rarest words
    with what was said: no prompt lists more than a few.
    """
    known, also = names(wallet.vault), further_names(wallet.vault)
    return State(
        now=wallet.clock(),
        dids=tuple(
            DIDEntry(
                own.id,
                own.name,
                own.did.method,
                own.published is not None,
                also.get(own.id, ()),
            )
            for own in known_dids(wallet.vault)
        ),
        credentials=tuple(
            CredentialEntry(
                id=label.id,
                type=label.type,
                name=label.name,
                issuer=known.get(label.issuer, label.issuer),
                role=label.role,
                claims=label.claims,
                valid_until=label.valid_until,
                also=also.get(label.id, ()),
            )
            for label in _credentials(wallet, said, known)
        ),
        contacts=tuple(
            ContactEntry(one.name, str(one.did), also.get(one.name, ()))
            for one in contacts(wallet.vault)
        ),
        products=tuple(
            ProductEntry(one.id, one.name, also.get(one.id, ())) for one in products(wallet.vault)
        ),
    )


def _credentials(wallet: Wallet, said: str, known: Mapping[str, str]) -> tuple[Label, ...]:
    """The oldest first."""
    index = wallet.index
    if wallet.vault.count(Sort.CREDENTIAL) <= COMPLETE:
        return index.find(limit=None).labels[::-1]
    return index.nearest(said, known=known, limit=_NEAREST, newest=_NEWEST)[::-1]
