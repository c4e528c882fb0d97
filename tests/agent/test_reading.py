from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from agent.draft import Draft, DraftStep, Handle, Pairs, Span, Unknown
from agent.prompt import Turn, compose
from agent.reading import CLAIM_NAME, CLAIM_VALUE, CONTEXT, END, NOTHING, START, Claimed, Reading
from agent.state import ContactEntry, CredentialEntry, DIDEntry, State

if TYPE_CHECKING:
    from collections.abc import Sequence

MEI = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
DEGREE = CredentialEntry("cred-1", "UniversityDegree", issuer="Wyke College", claims=("gpa",))
STATE = State(
    now=datetime(2026, 11, 25, 9, tzinfo=UTC),
    dids=(DIDEntry(MEI, "work", "key"),),
    credentials=(DEGREE,),
    contacts=(ContactEntry("Acme", MEI), ContactEntry("Tidewater", MEI)),
)


def reading(message: str, *history: Turn) -> Reading:
    return Reading.of(compose(STATE, history, message).text)


def letters(text: str) -> Sequence[int]:
    return [100 + ord(letter) for letter in text]


def test_takes_a_message_apart() -> None:
    read = reading("Show my degree to Acme, please!")
    assert [word.text for word in read.words] == ["show", "my", "degree", "to", "Acme", "please"]
    assert [word.handles for word in read.words] == [(), (), ("C1",), (), ("P1",), ()]
    assert read.words[-1].gap == ","
    assert read.rest == "!"
    assert read.message[read.words[4].start : read.words[4].end] == "Acme"
    assert (read.before, read.told) == ("", "")


def test_lists_entries_without_their_claims() -> None:
    entries = dict(reading("show my degree to Acme").entries)
    assert entries["P1"].strip(" =") == "Acme"
    assert "Wyke College" in entries["C1"]
    assert "gpa" not in entries["C1"]


def test_knows_the_turn_before_and_what_was_asked() -> None:
    draft = Draft((DraftStep("present_credential", (("credential", Handle("C1")),)),))
    turn = Turn("show my degree", draft, ("verifier",), {"C1": DEGREE})
    read = reading("to Acme", turn)
    assert read.before.strip() == "show my degree"
    assert read.told == "present credential ? verifier"


def test_a_turn_that_was_nothing_is_told_as_none() -> None:
    assert reading("show my degree", Turn("hello", Draft())).told == "none"


@pytest.mark.parametrize(
    ("message", "is_english"),
    [("show my degree", True), ("出示我的学位", False), ("show my 学位 to Acme", False)],
)
def test_knows_its_language(message: str, *, is_english: bool) -> None:
    assert reading(message).is_english() is is_english


def test_tokens_know_where_words_and_entries_stand() -> None:
    read = reading("show my degree to Acme")
    encoded = read.encoded(letters)
    assert encoded.tokens[0] == START
    assert len(encoded.words) == len(read.words)
    first = [chr(encoded.tokens[at] - 100) for at in encoded.words]
    assert first == ["s", "m", "d", "t", "A"]
    handle = encoded.tokens[encoded.words[4] - 1]  # before the words that name the entry
    assert encoded.tokens[encoded.entries["P1"]] == handle
    assert END in encoded.tokens


def test_a_literal_is_one_token() -> None:
    encoded = reading(f"who is {MEI}?").encoded(letters)
    assert len(encoded.words) == 3
    assert encoded.tokens[encoded.words[2]] < 100


def test_nothing_is_longer_than_the_encoder_reads() -> None:
    encoded = reading("word " * 199).encoded(letters)
    assert len(encoded.tokens) <= CONTEXT
    assert all(at < len(encoded.tokens) for at in (*encoded.words, *encoded.entries.values()))


def test_says_what_a_draft_claims() -> None:
    read = reading("issue a swim badge to Acme with level 3")
    arguments = (
        ("type", Span("swim badge")),
        ("subject", Handle("P1")),
        ("claims", Pairs((("level", "3"),))),
    )
    claimed = Claimed.by(Draft((DraftStep("issue_credential", arguments),)), read)
    assert claimed.actions == ("issue_credential",)
    assert claimed.given == {"type", "subject", "claims"}
    assert claimed.entries == {"P1": "subject"}
    assert dict(zip((word.text for word in read.words), claimed.words, strict=True)) == {
        "issue": NOTHING, "a": NOTHING, "swim": "type", "badge": "type", "to": NOTHING,
        "Acme": NOTHING, "with": NOTHING, "level": CLAIM_NAME, "3": CLAIM_VALUE,
    }  # fmt: skip


def test_what_is_unknown_is_given_as_well() -> None:
    step = DraftStep("revoke_credential", (("credential", Unknown()),))
    claimed = Claimed.by(Draft((step,)), reading("revoke the plumbing licence"))
    assert claimed.given == claimed.unknown == {"credential"}
    assert not claimed.entries


def test_words_that_stand_twice_have_a_role_each() -> None:
    read = reading("send 1 ether and remind me in 1 hour about ether")
    step = DraftStep("set_reminder", (("about", Span("ether")), ("when", Span("1 hour"))))
    roles = Claimed.by(Draft((step,)), read).words
    assert roles.count("about") == 1
    assert roles.count("when") == 2


def test_a_step_of_before_is_no_entry() -> None:
    steps = (
        DraftStep("create_did", ()),
        DraftStep("publish_did", (("did", Handle("$1")),)),
    )
    claimed = Claimed.by(Draft(steps), reading("make a DID and publish it"))
    assert claimed.actions == ("create_did", "publish_did")
    assert not claimed.entries
