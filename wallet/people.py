"""Whom a person knows and whom they trust, as a screen lists it: every contact, every issuer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallet.entries import contacts, names
from wallet.lookalikes import skeleton
from wallet.marking import marked_name
from wallet.memory import further_names
from wallet.trust import Trusted, trusted, trusted_roots

if TYPE_CHECKING:
    from wallet.entries import Contact
    from wallet.marking import Marked
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Known:
    """A contact, and what else the wallet knows of them.

    Attributes:
        contact: their name and their DID.
        marked: the name as it may be shown, with what is doubtful about it.
        also: what else the person calls them.
        trust: for what they are trusted as an issuer, where they are.
    """

    contact: Contact
    marked: Marked
    also: tuple[str, ...] = ()
    trust: tuple[Trusted, ...] = ()

    def says(self, words: str) -> bool:
        """Whether all words stand in what they are called, or in their DID."""
        said = " ".join((self.contact.name, *self.also, str(self.contact.did))).casefold()
        return all(word in said for word in words.casefold().split())


@dataclass(frozen=True, slots=True)
class Issuer:
    """One who is trusted: the entry, and what the person calls them; that may be empty.

    A root's entry has its fingerprint in the place of a DID; actions know it by that.
    """

    entry: Trusted
    name: str

    def says(self, words: str) -> bool:
        """Whether all words stand in the name, the DID, or the types."""
        said = " ".join((self.name, self.entry.issuer, *self.entry.types)).casefold()
        return all(word in said for word in words.casefold().split())


def people(wallet: Wallet) -> tuple[Known, ...]:
    """All contacts, by name."""
    known = contacts(wallet.vault)
    trust, further = trusted(wallet.home), further_names(wallet.vault)
    by_look: dict[str, list[str]] = {}
    for one in known:
        for look in {skeleton(one.name), skeleton(one.name)[::-1]}:
            by_look.setdefault(look, []).append(one.name)
    return tuple(
        Known(
            one,
            marked_name(one.name, by_look[skeleton(one.name)]),
            further.get(one.id, ()),
            tuple(entry for entry in trust if entry.issuer == str(one.did)),
        )
        for one in sorted(known, key=lambda contact: contact.name.casefold())
    )


def issuers(wallet: Wallet) -> tuple[Issuer, ...]:
    """All who are trusted, in the order of the file, and roots by their fingerprints behind them.

    Raises:
        BadInput: the file cannot be read.
    """
    called = names(wallet.vault)
    roots = (
        Issuer(Trusted(one.fingerprint, one.types, one.name), one.name or one.subject)
        for one in trusted_roots(wallet.home)
    )
    entries = trusted(wallet.home)
    return (*(Issuer(one, one.name or called.get(one.issuer, "")) for one in entries), *roots)
