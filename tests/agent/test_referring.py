from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent.conversation import Asked, Conversation, Event, NeedsConsent, Planned
from agent.model import ScriptedModel
from agent.plan import Ask, Steps
from wallet.actions.consent import Answer, By
from wallet.entries import contacts, credentials, dids

if TYPE_CHECKING:
    from wallet.wallet import Wallet

YES = Answer(yes=True, by=By.DIALOG)
ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def say(talk: Conversation, message: str) -> list[Event]:
    """A turn to whose questions the answer is yes."""
    stream, events = talk.say(message), list[Event]()
    answer: Answer | None = None
    while True:
        try:
            events.append(stream.send(answer))
        except StopIteration:
            return events
        answer = YES if isinstance(events[-1], NeedsConsent) else None


def planned(events: list[Event]) -> dict[str, object]:
    """The arguments of the one step that was understood."""
    assert isinstance(events[0], Planned)
    assert isinstance(events[0].plan, Steps)
    (step,) = events[0].plan.steps
    return dict(step.arguments)


@pytest.fixture
def talk(wallet: Wallet) -> Conversation:
    """After two DIDs were made, and a contact."""
    lines = [
        'create_did name="work"',
        'create_did name="shop"',
        'add_contact name="Acme" did="\ue000"',
    ]
    after = ["publish_did did=?", "show_did did=?", "revoke_credential credential=?"]
    conversation = Conversation(wallet, ScriptedModel(iter([*lines, *after])))
    for message in ("make work", "make shop", f"Acme is {ACME}"):
        say(conversation, message)
    return conversation


@pytest.mark.parametrize("message", ["publish it", "publish that one", "发布它", "把那个发布了"])
def test_it_is_the_entry_that_was_made_last(
    talk: Conversation, wallet: Wallet, message: str
) -> None:
    events = say(talk, message)
    shop = next(own for own in dids(wallet.vault) if own.name == "shop")
    assert planned(events) == {"did": shop.id}
    assert any(isinstance(event, NeedsConsent) for event in events)


def test_it_goes_on_to_mean_what_was_used_last(talk: Conversation, wallet: Wallet) -> None:
    say(talk, "publish it")
    shop = next(own for own in dids(wallet.vault) if own.name == "shop")
    assert planned(say(talk, "show it")) == {"did": shop.id}


def test_a_message_without_such_a_word_is_asked_about(talk: Conversation) -> None:
    events = say(talk, "publish a DID")
    assert isinstance(events[-1], Asked)


def test_it_is_nothing_of_another_kind(talk: Conversation, wallet: Wallet) -> None:
    for message in ("publish it", "show it"):
        say(talk, message)
    events = say(talk, "revoke it")
    assert isinstance(events[0], Planned)
    assert isinstance(events[0].plan, Ask)
    assert credentials(wallet.vault) == ()
    assert len(contacts(wallet.vault)) == 1


def test_it_is_nobody(wallet: Wallet) -> None:
    lines = ['add_contact name="Acme" did="\ue000"', 'add_contact name="Bob" did="\ue000"']
    pay = 'send_payment amount="1" to=?'
    conversation = Conversation(wallet, ScriptedModel(iter([*lines, pay])))
    for message in (f"Acme is {ACME}", "Bob is did:web:bob.example"):
        say(conversation, message)
    events = say(conversation, "send 1 of it to this one")
    assert isinstance(events[-1], Asked)
    assert events[-1].ask.missing == ("to",)
