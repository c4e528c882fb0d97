from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agent.candidates import labels
from agent.conversation import Conversation, NeedsConsent
from agent.model import ScriptedModel
from agent.prompt import compose
from agent.state import state_of
from wallet.actions import ACTIONS

if TYPE_CHECKING:
    from wallet.wallet import Wallet

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


@pytest.fixture
def remembering(wallet: Wallet) -> Wallet:
    def do(action: str, **arguments: Any) -> None:
        propose = ACTIONS[action].propose
        assert propose is not None
        propose(wallet, arguments).perform()

    do("create_did", method="key", name="mei")
    do("issue_credential", type="Degree", subject="mei", issuer="mei", claims={"gpa": "3.9"})
    for name in ("Globex", "Acme", "Initech"):
        do("add_contact", name=name, did=ACME if name == "Acme" else f"did:web:{name}.example")
    do("set_memory", about="alias", words=["the clinic", "Acme"])
    do("set_memory", about="did", words=["college", "mei"])
    return wallet


def test_a_message_that_uses_another_name_means_that_entry(remembering: Wallet) -> None:
    state = state_of(remembering)
    assert labels(state.contacts[1]) == ("Acme", "the clinic")
    assert labels(state.dids[0]) == ("mei", "college")
    shortlist = compose(state, (), "show my degree to the clinic").shortlist
    assert [candidate.entry.name for candidate in shortlist.contacts] == ["Acme"]
    assert shortlist.contacts[0].match == "="


def test_no_prompt_says_what_is_remembered(remembering: Wallet) -> None:
    prompt = compose(state_of(remembering), (), "who are my contacts").text
    assert "clinic" not in prompt
    assert "college" not in prompt


def test_the_deed_is_shown_by_its_own_name(remembering: Wallet) -> None:
    line = "present_credential credential=C1 verifier=P1"
    events = Conversation(remembering, ScriptedModel(iter([line]))).say("degree to the clinic")
    asked = next(event for event in events if isinstance(event, NeedsConsent))
    assert str(asked.proposal.statement.title) == "Show Degree to Acme"


def test_answers_in_the_language_that_was_said(remembering: Wallet) -> None:
    propose = ACTIONS["set_memory"].propose
    assert propose is not None
    propose(remembering, {"about": "language", "words": ["zh"]}).perform()
    talk = Conversation(remembering, ScriptedModel(iter(["none"])))
    list(talk.say("what a day"))
    assert talk.language == "zh"
