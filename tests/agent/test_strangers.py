from __future__ import annotations

import pytest

from agent.state import ContactEntry, CredentialEntry
from agent.strangers import is_anothers, is_strangers


@pytest.mark.parametrize(
    ("message", "contact"),
    [
        (" ask Atelier Morgenrot for the deed", "Atelier Abendstern"),
        (" pay Olga Brandt 3 ether", "Olga Petrova"),
        (" show Nils Berg my card", "Ingrid Berg"),
        (" pay Olga Brandt 3 ether", "Olga van den Berg"),
        (" pay Olga de Brandt 3 ether", "Olga van den Berg"),
    ],
)
def test_a_name_of_which_only_a_word_is_the_contacts_is_somebody_elses(
    message: str, contact: str
) -> None:
    assert is_strangers(message, ContactEntry(contact), frozenset())


@pytest.mark.parametrize(
    ("message", "contact"),
    [
        (" ask Atelier Abendstren for the deed", "Atelier Abendstern"),
        (" ask Atelier for the deed", "Atelier Abendstern"),
        (" pay Olga on Monday", "Olga Petrova"),
        (" pay Olga Berg on Monday", "Olga van den Berg"),
        (" pay Olga Monday", "Olga Petrova"),
        (" pay Aunt Olga", "Olga Petrova"),
        (" show Kate Berg my card", "Katherine Berg"),
        (" show Olga, Petrova I mean, my card", "Olga Petrova"),
        (" pay Olga ETH 3", "Olga Petrova"),
        (" Show Olga My Green Card Please", "Olga Petrova"),
    ],
)
def test_a_name_in_part_or_misspelt_is_the_contacts(message: str, contact: str) -> None:
    assert not is_strangers(message, ContactEntry(contact), frozenset())


def test_words_that_name_something_else_are_no_part_of_a_name() -> None:
    message = " send Olga Northmere proof of my studies"
    assert is_strangers(message, ContactEntry("Olga Petrova"), frozenset())
    assert not is_strangers(message, ContactEntry("Olga Petrova"), frozenset({2}))


@pytest.mark.parametrize(
    ("message", "name", "expected"),
    [
        ("delete Ivo's sailing badge", "Birth certificate Ivo", True),
        ("delete Ivo's sailing badge", "Sailing badge Ivo", False),
        ("delete Ivo's sailing badge", "Sailing badge Lena", True),
        ("delete Ivo's sailing badge", "Sailing badge Gold", False),
        ("delete Ivo's sailing badge", "Sailing badge", False),
        ("delete Ivo's birth cert", "Birth certificate Ivo", False),
        ("Ivo's sailing badge is lost, delete the birth certificate", "Birth certificate Ivo",
         False),
        ("delete Marlow's sailing badge", "Sailing badge Lena", False),
        ("delete my sailing badge", "Sailing badge Lena", False),
    ],
)  # fmt: skip
def test_a_thing_of_somebodys_is_no_other_thing_and_nobody_elses(
    message: str, name: str, *, expected: bool
) -> None:
    credential = CredentialEntry("cred-1", "Paper", name, "Town of Marlow")
    assert is_anothers(message, credential, frozenset({"ivo", "lena"})) is expected
