"""A product of the wallet: its name, its log, and where its log was anchored."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from wallet.journal.entry import hash_of
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.vault.record import Record
    from wallet.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class AnchoredHead:
    """A head of the log that was sent to a chain.

    Attributes:
        head: what was anchored.
        file: the file that its receipt is written to.
        receipt: the receipt, as soon as it is known; it is kept here, too, where backups have it.
    """

    head: Mapping[str, Any]
    file: str
    receipt: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A product, and what happened to it.

    Attributes:
        name: what the person calls it.
        signer: the DID that signs its events.
        events: its log, the oldest first; there is at least the first.
        anchors: heads of it that were anchored, the oldest first.
    """

    name: str
    signer: str
    events: tuple[Mapping[str, Any], ...] = field(repr=False)
    anchors: tuple[AnchoredHead, ...] = ()

    @property
    def id(self) -> str:
        """`prod-` and eight hex digits of the first event's hash."""
        return product_id(self.events[0])

    @property
    def label(self) -> str:
        """The name."""
        return self.name

    @classmethod
    def of(cls, record: Record) -> Self:
        """The product that a vault record holds. Raises `IntegrityError` where it is none."""
        match dict(record.body):
            case {
                "name": str(name),
                "signer": str(signer),
                "events": [_, *_] as events,
                "anchors": list(anchors),
            }:
                heads = tuple(
                    AnchoredHead(one["head"], one["file"], one["receipt"]) for one in anchors
                )
                return cls(name, signer, tuple(events), heads)
            case _:
                raise IntegrityError("the record of a product", "cannot be read")

    def body(self) -> dict[str, Any]:
        """The product as a record's body."""
        return {
            "name": self.name,
            "signer": self.signer,
            "events": [dict(event) for event in self.events],
            "anchors": [
                {
                    "head": dict(one.head),
                    "file": one.file,
                    "receipt": None if one.receipt is None else dict(one.receipt),
                }
                for one in self.anchors
            ],
        }

    def with_event(self, event: Mapping[str, Any]) -> Self:
        """With one more event."""
        return replace(self, events=(*self.events, event))


def product_id(first: Any) -> str:
    """What a product is called by, whose log begins with that event."""
    return f"prod-{(hash_of(first) or '')[:8]}"


def products(vault: Vault) -> tuple[Product, ...]:
    """The wallet's products, the oldest first. Raises `IntegrityError`."""
    return tuple(map(Product.of, vault.all(Kind.PRODUCT)))


def keep(vault: Vault, product: Product) -> None:
    """Keep a product, in place of the one with its id."""
    vault.put(Kind.PRODUCT, product.body(), id=product.id)
