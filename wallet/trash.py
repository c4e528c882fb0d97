"""The trash: deleted credentials, kept sealed for a week, so that a deletion can be taken back.

Nothing but this module looks there: what is deleted is in no list, no search and no export. A
backup has it, as it has every record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from wallet.entries import find
from wallet.errors import BadInput, NoSuchEntry
from wallet.search.label import label_of
from wallet.vault.errors import IntegrityError, RecordNotFound
from wallet.vault.record import Kind, Record

if TYPE_CHECKING:
    from wallet.search.label import Label
    from wallet.vault.vault import Vault

KEPT: Final = timedelta(days=7)
"""How long a deleted credential can be brought back."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A deleted credential.

    Attributes:
        record: the credential's own, as it stood.
        at: when it was deleted.
    """

    record: Record
    at: datetime

    @property
    def id(self) -> str:
        """The id that it had, and gets again."""
        return self.record.id

    @property
    def name(self) -> str:
        """What the person called it; may be empty."""
        return str(self.record.body["name"])

    @property
    def label(self) -> str:
        """The name, or else the type."""
        return self.about.shown

    @property
    def about(self) -> Label:
        """What a list shows of it."""
        return label_of(self.record.body)

    @property
    def raw(self) -> bytes:
        """The credential as it was received."""
        return str(self.record.body["raw"]).encode()

    @property
    def until(self) -> datetime:
        """When it is removed for good."""
        return self.at + KEPT

    @classmethod
    def of(cls, record: Record) -> Self:
        """The deleted credential that a vault record holds. Raises `IntegrityError`."""
        try:
            body = record.body
            created = datetime.fromisoformat(body["created"])
            old = Record(Kind.CREDENTIAL, record.id, body["version"], created, 0, body["body"])
            found = cls(old, datetime.fromisoformat(body["at"]))
            whole = found.raw and old.body["id"] == record.id and found.at.tzinfo and created.tzinfo
        except (KeyError, TypeError, ValueError):
            whole = None
        if not whole:
            raise IntegrityError("the record of a deleted credential", "cannot be read")
        return found


def discard(vault: Vault, id_: str, at: datetime) -> None:
    """Move a credential to the trash. Raises `RecordNotFound`."""
    with vault.transaction():
        record = vault.get(Kind.CREDENTIAL, id_)
        body = {
            "at": at.isoformat(timespec="seconds"),
            "created": record.created.isoformat(),
            "version": record.version,
            "body": record.body,
        }
        vault.put(Kind.TRASH, body, id=id_)
        vault.delete(Kind.CREDENTIAL, id_)


def deleted(vault: Vault, now: datetime) -> tuple[Deleted, ...]:
    """What can be brought back, in the order in which it was deleted."""
    kept = map(Deleted.of, vault.all(Kind.TRASH))
    return tuple(one for one in kept if not _is_over(vault, one, now))


def deleted_one(vault: Vault, reference: str, now: datetime) -> Deleted:
    """The one with that id or name. Raises `NoSuchEntry`, `Ambiguous`."""
    return find(deleted(vault, now), reference, noun="deleted credential")


def bring_back(vault: Vault, one: Deleted) -> None:
    """Make a deleted credential one of the wallet's again, under its id and name, with its tags.

    Raises:
        NoSuchEntry: it was brought back or removed meanwhile.
        BadInput: another credential has its id.
    """
    with vault.transaction():
        remove(vault, one)
        if not vault.restore(one.record):
            raise BadInput(f"another credential has the id {one.id}", hint="holdfast show it")


def remove(vault: Vault, one: Deleted) -> None:
    """Remove a deleted credential for good. Raises `NoSuchEntry` where somebody did meanwhile."""
    try:
        vault.delete(Kind.TRASH, one.id)
    except RecordNotFound:
        raise NoSuchEntry(f"{one.id} is in the trash no longer") from None


def purge(vault: Vault, now: datetime) -> int:
    """Remove for good whatever has been in the trash for its time; how many that were."""
    kept = map(Deleted.of, vault.all(Kind.TRASH))
    over = [one for one in kept if _is_over(vault, one, now)]
    if over:
        with vault.transaction():
            for one in over:
                remove(vault, one)
    return len(over)


def _is_over(vault: Vault, one: Deleted, now: datetime) -> bool:
    """Whether its time is up, or the same credential came into the wallet again."""
    if one.until <= now:
        return True
    try:
        return bool(vault.get(Kind.CREDENTIAL, one.id).body["raw"] == one.record.body["raw"])
    except RecordNotFound:
        return False
