from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent.candidates import is_slip
from agent.prompt import compose
from agent.shorthand import spelt
from agent.state import ContactEntry, CredentialEntry, DIDEntry, ProductEntry, State

STATE = State(
    now=datetime(2026, 11, 25, 9, tzinfo=UTC),
    dids=(DIDEntry("d1", "harbour"), DIDEntry("d2", "harbour old")),
    credentials=(
        CredentialEntry("c1", "Ticket", "Ticket Oslo", role="issued"),
        CredentialEntry("c2", "Ticket", "Ticket Bergen", role="issued"),
        CredentialEntry("c3", "Degree", "学位证书", "北京大学"),
    ),
    contacts=(ContactEntry("林梅"), ContactEntry("Port Authority"), ContactEntry("Sam Doe")),
    products=(ProductEntry("p1", "Kettle 7"),),
)
# Newest first: D1 harbour old, D2 harbour; C1 学位证书, C2 Bergen, C3 Oslo, or where the message
# names a ticket, C1 Bergen, C2 Oslo.


def read(message: str) -> str:
    return spelt(compose(STATE, (), message).text.split("\n")[-2]).removeprefix("<")


@pytest.mark.parametrize(
    ("message", "linked"),
    [
        ("publish harbour", " publishD2 harbour"),
        ("publish harbour old", " publishD1 harbour old"),
        ("publish harbour and harbour old", " publishD2 harbour andD1 harbour old"),
        ("cancel my ticket", " cancel myC1C2 ticket"),
        ("cancel my ticket to Oslo", " cancel myC2 ticket toC2 Oslo"),
        ("cancel the Bergen tickt", " cancel theC2 Bergen tickt"),
        ("把学位证给林梅看", "把C1学位证给P1林梅看"),
        ("show it to portauthority", " show it toP1 portauthority"),
        ("where is the kettle", " where is theG1 kettle"),
        ("hello there", " hello there"),
    ],
)
def test_a_handle_stands_before_the_words_that_name_its_entry(message: str, linked: str) -> None:
    assert read(message) == linked


def test_what_the_model_quotes_is_free_of_handles() -> None:
    prompt = compose(STATE, (), "make a Kettle 7 label")
    assert prompt.message.text == " make a Kettle 7 label"


@pytest.mark.parametrize(
    ("message", "linked"),
    [
        ("show Charles' licence to Bob", " showC1P2 Charles' licence toP1 Bob"),
        ("show Charles’ licence to Bob", " showC1P2 Charles' licence toP1 Bob"),
        ("show Charles's licence to Bob", " showC1P2 Charles's licence toP1 Bob"),
        ("ask for Bob's ticket", " ask forP1 Bob's ticket"),
        ("ask for Bob’s ticket", " ask forP1 Bob's ticket"),
    ],
)
def test_a_possessive_names_its_owner(message: str, linked: str) -> None:
    state = State(
        now=STATE.now,
        credentials=(
            CredentialEntry("c1", "Degree", "degree"),
            CredentialEntry("c2", "DriverLicence", "Charles's licence"),
        ),
        contacts=(ContactEntry("Charles"), ContactEntry("Bob")),
    )
    prompt = compose(state, (), message)
    assert spelt(prompt.text.split("\n")[-2]).removeprefix("<") == linked


@pytest.mark.parametrize(
    ("message", "linked"),
    [
        ("note on bay 9: swept", " note onG3 bay 9: swept"),
        ("note on bay: swept", " note onG1G2G3 bay: swept"),
        ("a bay was swept", " aG1G2G3 bay was swept"),
        ("trace bay a for me", " traceG1 bay a for me"),
        ("what is on the gym card", " what is on theC2 gym card"),
        ("the 4 lot deed", " the 4C1C2 lot deed"),
        ("the lot 4 deed", " theC2 lot 4 deed"),
    ],
)
def test_a_letter_or_a_number_tells_names_apart_beside_the_word_it_belongs_to(
    message: str, linked: str
) -> None:
    state = State(
        now=STATE.now,
        credentials=(
            CredentialEntry("c3", "Deed", "deed lot 4", "Registry"),
            CredentialEntry("c4", "GymCard", "gym card", "Iron House"),
            CredentialEntry("c2", "GuestCard", "gym card guest", "Irons"),
            CredentialEntry("c1", "Deed", "deed lot 40", "Land"),
        ),
        products=(
            ProductEntry("p1", "Bay 9"),
            ProductEntry("p2", "Bay 6"),
            ProductEntry("p3", "Bay A"),
        ),
    )
    prompt = compose(state, (), message)
    assert spelt(prompt.text.split("\n")[-2]).removeprefix("<") == linked


def test_what_else_is_said_tells_which_of_two_is_plainly_named() -> None:
    state = State(
        now=STATE.now,
        credentials=(
            CredentialEntry("c1", "TeacherPass", "teacher pass for Colin", role="issued"),
            CredentialEntry("c2", "TeacherPass", "teacher pass for Mara", role="issued"),
        ),
    )
    message = "Colin quit yesterday, revoke his teacher pass"
    shortlist = compose(state, (), message).shortlist
    colins = shortlist.handle(state.credentials[0])
    assert shortlist.plain(message) == {colins}
    assert not shortlist.plain("revoke the teacher pass")


@pytest.mark.parametrize(
    ("message", "is_plain"),
    [
        ("issue a card to Njoroge, number 218", True),
        ("give njoroge a card", True),
        ("njoroge needs my card", True),
        ("pay Njoroge Kamau", False),
        ("pay Peter Njoroge", False),
        ("pay njoroge kamau", False),
        ("pay the njoroge", False),
    ],
)
def test_a_part_of_a_name_that_stands_alone_names_its_contact(
    message: str, *, is_plain: bool
) -> None:
    state = State(now=STATE.now, contacts=(ContactEntry("Njoroge Maina"), ContactEntry("Bo")))
    shortlist = compose(state, (), message).shortlist
    assert (shortlist.handle(state.contacts[0]) in shortlist.plain(message)) is is_plain


def test_of_two_of_one_name_the_role_tells_which_is_plain() -> None:
    state = State(
        now=STATE.now,
        credentials=(
            CredentialEntry("c1", "Card", "volunteer card", role="held"),
            CredentialEntry("c2", "Card", "volunteer card", role="issued"),
        ),
    )
    message = "revoke the volunteer card"
    shortlist = compose(state, (), message).shortlist
    assert not shortlist.plain(message)
    assert shortlist.plain(message, "issued") == {shortlist.handle(state.credentials[1])}


def test_four_letters_are_a_slip_of_others_only_in_another_order() -> None:
    assert not is_slip("rind", "ring")
    assert is_slip("acme", "amce")


def test_who_issued_it_is_no_name_of_it_where_somebody_of_that_name_is_meant() -> None:
    state = State(
        now=STATE.now,
        credentials=(CredentialEntry("c1", "PickupCard", "pickup card", "Sunflower School"),),
        contacts=(ContactEntry("Sunflower School"),),
    )
    for message, handles in (
        ("show it to Sunflower School", {"P1"}),
        ("show the one from Sunflower School", {"C1", "P1"}),
    ):
        assert compose(state, (), message).shortlist.linked_handles(message) == handles


def test_of_two_longer_names_the_shorter_is_not_the_one_that_is_meant() -> None:
    state = State(
        now=STATE.now,
        contacts=(ContactEntry("张医生（骨科）"), ContactEntry("张医生（口腔科）")),
    )
    message = "给张医生看"
    shortlist = compose(state, (), message).shortlist
    assert shortlist.undecided(message) == {"P1", "P2"}


def test_where_many_are_named_in_one_word_those_stand_there_that_more_words_name() -> None:
    state = State(
        now=STATE.now,
        dids=(DIDEntry("did:web:a", "Agariya Salt Collective", "web"),),
        credentials=(CredentialEntry("c1", "Lease", "salt pan lease"),),
        contacts=(ContactEntry("Patdi Salt Traders"),),
        products=(ProductEntry("g1", "Salt heap 4"), ProductEntry("g2", "Salt heap 14")),
    )
    message = "publish the DID of our salt collective"
    assert compose(state, (), message).shortlist.linked_handles(message) == {"D1"}


def test_a_code_in_a_name_is_known_when_it_is_one_word() -> None:
    credentials = tuple(CredentialEntry(f"c{n}", "Bill", f"Bill QX-{n}") for n in (310, 301))
    prompt = compose(State(now=STATE.now, credentials=credentials), (), "revoke QX-310")
    assert spelt(prompt.text.split("\n")[-2]) == "< revokeC2 QX-310"


def test_words_of_a_name_tell_no_two_apart() -> None:
    credentials = tuple(
        CredentialEntry(f"c{n}", "FirstAid", f"First aid certificate {who}")
        for n, who in enumerate(("Ada", "Bea"))
    )
    shortlist = compose(State(now=STATE.now, credentials=credentials), (), "first aid").shortlist
    assert shortlist.tied("show my first aid certificate", None) == {"C1", "C2"}
    assert shortlist.tied("show the first of my first aid certificates", None) == frozenset()
    assert shortlist.tied("show the first aid paper we gave out", None) == {"C1", "C2"}


CLOSE = State(
    now=STATE.now,
    credentials=(
        CredentialEntry("c1", "Card", "Student card"),
        CredentialEntry("c2", "Notes", "Release notes 2.5"),
        CredentialEntry("c3", "Notes", "Release notes 2.4"),
        CredentialEntry("c4", "Jab", "Hepatitis B record"),
        CredentialEntry("c5", "Lease", "Lease 6 Mill Lane"),
    ),
    contacts=(
        ContactEntry("Student Harbour Office"),
        ContactEntry("Prof. Ada Lind"),
        ContactEntry("Mill Lane Trust"),
        ContactEntry("Cian"),
    ),
    products=(ProductEntry("p1", "Lot VX-16"), ProductEntry("p2", "Lot VX-19")),
)


@pytest.mark.parametrize(
    ("message", "named", "not_named"),
    [
        ("ask the Student Harbour Office", {"Student Harbour Office"}, {"Student card"}),
        ("send the proof over", set(), {"Prof. Ada Lind"}),
        ("anchor notes 2.5", {"Release notes 2.5"}, {"Release notes 2.4"}),
        ("is the hep B one good?", {"Hepatitis B record"}, set()),
        ("is the hep one good?", set(), {"Hepatitis B record"}),
        ("revoke the lease for 6 Mill Lane", {"Lease 6 Mill Lane"}, {"Mill Lane Trust"}),
        ("pay Kian", {"Cian"}, set()),
        ("and the same for VX-16", {"Lot VX-16"}, {"Lot VX-19"}),
    ],
)
def test_short_forms_name_an_entry_and_words_of_another_name_do_not(
    message: str, named: set[str], not_named: set[str]
) -> None:
    prompt = compose(CLOSE, (), message)
    handles = prompt.shortlist.linked_handles(prompt.message.text)
    found = {prompt.shortlist.entry(handle).name for handle in handles}
    assert named <= found
    assert not_named.isdisjoint(found)
