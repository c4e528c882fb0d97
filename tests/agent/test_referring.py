from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from agent.conversation import Asked, Conversation, Event, NeedsConsent, Planned
from agent.model import ScriptedModel
from agent.plan import Ask, Steps
from agent.referring import Spoken
from agent.state import CredentialEntry, DIDEntry, State
from wallet.actions import ACTIONS
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


DEGREE = CredentialEntry("cred-1", "Degree", name="my degree")
VISA = CredentialEntry("cred-2", "Visa", name="工作签证")
HOLDING = State(
    now=datetime(2026, 11, 26, tzinfo=UTC),
    credentials=(DEGREE, VISA),
    dids=(DIDEntry("did:key:z1", "work"),),
)


def meant(message: str, last: str = "cred-1") -> object:
    """The credential that is shown where the model knows none."""
    ask = Ask("show_credential", MappingProxyType({}), ("credential",))
    spoken = Spoken([last, "did:key:z1", *{"cred-1", "cred-2"} - {last}])
    filled = spoken.filled(ask, message, HOLDING, ACTIONS)
    return filled.steps[0].arguments["credential"] if isinstance(filled, Steps) else None


@pytest.mark.parametrize(
    "message",
    [
        "show it", "show that", "show me that one again", "show that credential", "show this to me",
        "what does that certificate say", "show that degree", "show that old degree",
        "is that still valid",
        "看看它", "看看那个", "看看刚才的凭证", "看看那份證書", "那個給我看看",
    ],
)  # fmt: skip
def test_a_word_that_points_may_have_the_kind_or_the_name_beside_it(message: str) -> None:
    assert meant(message) == "cred-1"


@pytest.mark.parametrize(
    "message",
    [
        "show that contact", "show this DID", "show that person", "show that product",
        "show the card that Bob lost", "show that ticket", "show the same contact",
        "show my papers",
        "看看那个联系人", "看看那个DID", "看看那個身份", "看看刚才的产品", "看看那张会员卡",
    ],
)  # fmt: skip
def test_it_is_nothing_of_the_kind_or_the_name_that_is_beside_it(message: str) -> None:
    assert meant(message) is None


@pytest.mark.parametrize("message", ["show that visa", "看看那個簽證", "看看那份工作签证"])
def test_of_two_the_one_with_that_name_is_meant(message: str) -> None:
    assert meant(message) == "cred-2"


def test_of_two_words_that_point_one_may_mean_it() -> None:
    assert meant("show it to that contact") == "cred-1"
