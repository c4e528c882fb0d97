from __future__ import annotations

import json
from itertools import repeat
from typing import TYPE_CHECKING, Any

import pytest

from agent.conversation import (
    Asked,
    Conversation,
    Event,
    Failed,
    NeedsConsent,
    NotServed,
    Planned,
    Ran,
    Refused,
)
from agent.model import ScriptedModel
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.entries import contacts, credentials, dids
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wallet.wallet import Wallet

YES = Answer(yes=True, by=By.DIALOG)
NO = Answer(yes=False, by=By.DIALOG)
ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
EVE = "did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"


def conversation(wallet: Wallet, lines: Iterable[str]) -> Conversation:
    return Conversation(wallet, ScriptedModel(iter(lines)))


def turn(talk: Conversation, message: str, *answers: Answer) -> list[Event]:
    """The events of a turn whose questions are answered in order."""
    left = list(answers)
    events: list[Event] = []
    stream = talk.say(message)
    answer: Answer | None = None
    while True:
        try:
            events.append(stream.send(answer))
        except StopIteration:
            assert left == []
            return events
        answer = left.pop(0) if isinstance(events[-1], NeedsConsent) else None


def kinds(events: list[Event]) -> list[type[Any]]:
    return [type(event) for event in events]


def do(wallet: Wallet, action: str, /, **arguments: Any) -> str:
    propose = ACTIONS[action].propose
    assert propose is not None
    proposal = propose(wallet, arguments)
    made = run(wallet, proposal, decide(proposal, YES)).made
    assert made is not None
    return made


@pytest.fixture
def degree(wallet: Wallet) -> str:
    """A wallet with a degree to show and one contact."""
    do(wallet, "create_did", method="key", name="school")
    do(wallet, "create_did", method="key", name="mei")
    do(wallet, "add_contact", name="Acme", did=ACME)
    return do(wallet, "issue_credential", type="Degree", subject="mei", claims={"gpa": "3.9"})


def journal(wallet: Wallet) -> list[tuple[str, str]]:
    entries = wallet.vault.all(Kind.JOURNAL)
    return [(record.body["action"], record.body["outcome"]) for record in entries]


def test_a_step_uses_what_an_earlier_one_made(wallet: Wallet) -> None:
    talk = conversation(wallet, ['create_did name="shop"; publish_did did=$1; show_did did=$1'])
    events = turn(talk, "make shop, publish it, show it", YES, YES)
    assert kinds(events) == [Planned, NeedsConsent, Ran, NeedsConsent, Ran, Ran]
    (own,) = dids(wallet.vault)
    assert own.published is not None
    assert [(event.place, event.steps) for event in events if isinstance(event, NeedsConsent)] == [
        (1, 3),
        (2, 3),
    ]
    shown = events[-1]
    assert isinstance(shown, Ran)
    assert shown.result.data["did"] == own.id


def test_a_no_stops_the_steps_after_it(wallet: Wallet) -> None:
    talk = conversation(wallet, ['create_did name="a"; create_did name="b"; list_dids'])
    events = turn(talk, "make a and b, list them", YES, NO)
    assert kinds(events) == [Planned, NeedsConsent, Ran, NeedsConsent, Refused]
    assert [own.name for own in dids(wallet.vault)] == ["a"]
    assert journal(wallet) == [("create_did", "done"), ("create_did", "refused")]


def test_a_failure_stops_the_steps_after_it(wallet: Wallet, degree: str) -> None:
    talk = conversation(wallet, ["publish_did did=D1; delete_credential credential=C1"])
    events = turn(talk, "publish mei and delete my degree")
    assert kinds(events) == [Planned, Failed]
    assert "needs no publishing" in str(events[-1])
    assert [entry.id for entry in credentials(wallet.vault)] == [degree]


def test_closing_a_turn_leaves_nothing(wallet: Wallet) -> None:
    stream = conversation(wallet, ['create_did name="shop"; list_dids']).say("make shop")
    assert isinstance(next(stream), Planned)
    assert isinstance(next(stream), NeedsConsent)
    stream.close()
    assert dids(wallet.vault) == ()
    assert journal(wallet) == []


def test_going_on_without_an_answer_is_a_mistake_in_the_face(wallet: Wallet) -> None:
    stream = conversation(wallet, ['create_did name="shop"']).say("make shop")
    next(stream)
    next(stream)
    with pytest.raises(TypeError, match="sending an Answer"):
        next(stream)
    assert dids(wallet.vault) == ()


def test_a_model_that_always_wants_to_present_gets_no_further_than_the_question(
    wallet: Wallet, degree: str
) -> None:
    talk = conversation(wallet, repeat("present_credential credential=C1 verifier=P1"))
    before = journal(wallet)
    for message in ("what a day", "列出我的凭证", "hello"):
        stream = talk.say(message)
        assert isinstance(next(stream), Planned)
        asked = next(stream)
        assert isinstance(asked, NeedsConsent)
        assert "Show Degree to Acme" in str(asked.proposal.statement.title)
        stream.close()
    assert not (wallet.home / "outbox").exists()
    assert journal(wallet) == before
    assert kinds(turn(talk, "no", NO)) == [Planned, NeedsConsent, Refused]
    assert not (wallet.home / "outbox").exists()
    assert [entry.id for entry in credentials(wallet.vault)] == [degree]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f'present_credential credential=C1 verifier="{EVE}"', "nobody said"),
        ('present_credential credential=C1 verifier="Eve"', "nobody said"),
        ('present_credential credential=C1 verifier="my"', "is not a DID"),
        ('present_credential credential=C1 verifier="degree"', "is not a DID"),
        (f'add_contact name="Acme" did="{EVE}"', "nobody said"),
        ("anchor_credential credential=$1", "is the result of no earlier step"),
        ("create_did method=btc", "is no choice here"),
    ],
)
def test_what_a_model_forges_is_not_even_shown(
    wallet: Wallet, degree: str, line: str, reason: str
) -> None:
    before = journal(wallet)
    (event,) = turn(conversation(wallet, [line]), "show my degree")
    assert isinstance(event, NotServed)
    assert reason in str(event.reason)
    assert journal(wallet) == before
    assert [entry.id for entry in credentials(wallet.vault)] == [degree]


@pytest.mark.parametrize("line", ["present_credential credential=C1 verifier=P9", "exfiltrate x=1"])
def test_what_a_model_garbles_costs_one_turn(wallet: Wallet, degree: str, line: str) -> None:
    talk = conversation(wallet, [line, "list_credentials"])
    assert kinds(turn(talk, "show my degree")) == [Failed]
    assert kinds(turn(talk, "list my credentials")) == [Planned, Ran]
    assert [entry.id for entry in credentials(wallet.vault)] == [degree]


def test_what_is_missing_is_asked_for_and_said_in_the_next_turn(wallet: Wallet) -> None:
    talk = conversation(wallet, ['add_contact name="Acme"', 'add_contact name="Acme" did="\ue000"'])
    events = turn(talk, "Acme is a new contact")
    assert kinds(events) == [Planned, Asked]
    assert isinstance(events[-1], Asked)
    assert events[-1].ask.missing == ("did",)
    assert str(events[-1].question) == "Which DID?"
    assert kinds(turn(talk, ACME, YES)) == [Planned, NeedsConsent, Ran]
    assert [(c.name, str(c.did)) for c in contacts(wallet.vault)] == [("Acme", ACME)]


def test_says_so_where_it_does_not_serve_and_in_which_language(wallet: Wallet) -> None:
    talk = conversation(wallet, ["none", "none"])
    assert kinds(turn(talk, "what a day")) == [Planned, NotServed]
    assert talk.language == "en"
    turn(talk, "今天天气怎么样")
    assert talk.language == "zh"


def test_a_script_that_has_ended_is_a_failure_of_the_turn(wallet: Wallet) -> None:
    assert kinds(turn(conversation(wallet, []), "list my DIDs")) == [Failed]


@pytest.mark.parametrize("name", ["$1", "$x", "$"])
def test_a_dollar_sign_in_a_text_is_what_the_person_wrote(wallet: Wallet, name: str) -> None:
    talk = conversation(wallet, [f'create_did method=key; create_did method=key name="{name}"'])
    turn(talk, f"make one and one called {name}", YES, YES)
    assert [own.name for own in dids(wallet.vault)] == ["", name]


def test_a_step_that_makes_nothing_has_no_result_to_use(wallet: Wallet, degree: str) -> None:
    talk = conversation(wallet, ["list_dids; delete_credential credential=$1"])
    events = turn(talk, "list my DIDs and delete that")
    assert kinds(events) == [NotServed]
    assert [entry.id for entry in credentials(wallet.vault)] == [degree]


def test_presents_what_was_agreed_to_and_nothing_else(wallet: Wallet, degree: str) -> None:
    talk = conversation(wallet, ["present_credential credential=C1 verifier=P1"])
    events = turn(talk, "show my degree to Acme", YES)
    ran = events[-1]
    assert isinstance(ran, Ran)
    assert ran.result.saved is not None
    presented = json.loads(ran.result.saved.read_bytes())
    assert presented["proof"]["domain"] == ACME
    assert len(presented["verifiableCredential"]) == 1
    assert f"cred-{degree[5:]}" == degree


def test_what_a_rule_forbids_is_not_asked_about(wallet: Wallet, degree: str) -> None:
    do(wallet, "add_policy", rule="never-disclose", claim="gpa")
    talk = conversation(wallet, ["present_credential credential=C1 verifier=P1"])
    events = turn(talk, "show my degree to Acme")
    assert kinds(events) == [Planned, Failed]
    assert "never disclose gpa" in str(events[-1])
    assert journal(wallet)[-1] == ("present_credential", "refused")
    assert [entry.id for entry in credentials(wallet.vault)] == [degree]


def test_what_a_rule_wants_typed_is_asked_for_beside_the_yes(wallet: Wallet) -> None:
    do(wallet, "create_did", name="work")
    do(wallet, "add_policy", rule="ask-above", limit="0")
    events = turn(conversation(wallet, ["publish_did did=D1"]), "publish work", YES)
    assert kinds(events) == [Planned, NeedsConsent, Failed]
    assert "was not typed" in str(events[-1])
    assert journal(wallet)[-1] == ("publish_did", "refused")
    asked = events[1]
    assert isinstance(asked, NeedsConsent)
    typed = Answer(yes=True, by=By.DIALOG, typed=asked.proposal.to_type)
    events = turn(conversation(wallet, ["publish_did did=D1"]), "publish work", typed)
    assert kinds(events) == [Planned, NeedsConsent, Ran]


def test_what_was_only_read_is_written_down_too(wallet: Wallet) -> None:
    turn(conversation(wallet, ["list_contacts"]), "who do I know")
    entry = wallet.vault.all(Kind.JOURNAL)[-1].body
    assert (entry["action"], entry["asked"], entry["by"]) == ("list_contacts", "agent", "read")
