from __future__ import annotations

from typing import TYPE_CHECKING

from did.identifier import DID
from wallet.entries import Contact
from wallet.memory import About, Memory, remember
from wallet.people import issuers, people
from wallet.trust import Trusted, add
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.wallet import Wallet

ACME = DID.parse("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
OTHER = DID.parse("did:web:other.example")


def knows(wallet: Wallet, name: str, did: DID) -> None:
    one = Contact(name, did)
    wallet.vault.put(Kind.CONTACT, one.body(), id=one.id)


def test_people_are_sorted_by_name_with_their_other_names_and_what_they_are_trusted_for(
    wallet: Wallet,
) -> None:
    knows(wallet, "zoe", OTHER)
    knows(wallet, "Acme", ACME)
    remember(wallet.vault, Memory(About.ALIAS, "the firm", ("Acme",)))
    add(wallet.home, Trusted(str(ACME), ("Degree",)))

    acme, zoe = people(wallet)

    assert (acme.contact.name, acme.also, zoe.trust) == ("Acme", ("the firm",), ())
    assert [entry.types for entry in acme.trust] == [("Degree",)]
    assert (acme.says("FIRM"), acme.says("z6Mkha acme"), zoe.says("acme")) == (True, True, False)


def test_names_that_could_be_taken_for_one_another_are_marked_on_both_sides(
    wallet: Wallet,
) -> None:
    knows(wallet, "Acme", ACME)
    knows(wallet, "Аcme", OTHER)
    knows(wallet, "Bob", OTHER)
    marked = {one.contact.name: bool(one.marked.warnings) for one in people(wallet)}
    assert marked == {"Acme": True, "Аcme": True, "Bob": False}


def test_issuers_are_called_as_in_the_file_or_as_the_contact_is(wallet: Wallet) -> None:
    knows(wallet, "Acme", ACME)
    add(wallet.home, Trusted(str(ACME)))
    add(wallet.home, Trusted(str(OTHER), ("Degree",), "the university"))
    first, second = issuers(wallet)
    assert (first.name, second.name) == ("Acme", "the university")
    assert (first.says("acme"), second.says("degree university"), first.says("degree")) == (
        True,
        True,
        False,
    )
