from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agent.conversation import Conversation, Event, Failed, NeedsConsent, Planned, Ran
from agent.model import ScriptedModel
from tests.agent.attacks.case import NAMES
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.payees import payments

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.wallet import Wallet

SAID = "pay Acme 0.6"


def do(wallet: Wallet, action: str, /, **arguments: Any) -> None:
    propose = ACTIONS[action].propose
    assert propose is not None
    proposal = propose(wallet, arguments)
    run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.DIALOG)))


def answers(wallet: Wallet, line: str, answer: Callable[[NeedsConsent], Answer]) -> list[Event]:
    """The events of a turn in which the model wrote that line."""
    stream = Conversation(wallet, ScriptedModel(iter([line]))).say(SAID)
    events = [next(stream)]
    while True:
        last = events[-1]
        try:
            events.append(stream.send(answer(last) if isinstance(last, NeedsConsent) else None))
        except StopIteration:
            return events


def says_yes(_asked: NeedsConsent) -> Answer:
    return Answer(yes=True, by=By.DIALOG)


def types_it_too(asked: NeedsConsent) -> Answer:
    return Answer(yes=True, by=By.DIALOG, typed=asked.proposal.to_type)


@pytest.fixture
def purse(wallet: Wallet) -> Wallet:
    do(wallet, "create_did", name="purse", method="ethr")
    do(wallet, "add_contact", name="Acme", did=NAMES["$ACME"])
    return wallet


PAYS = 'send_payment to=P1 amount="0.6"'


def test_a_yes_without_the_amount_typed_pays_nobody_for_the_first_time(purse: Wallet) -> None:
    events = answers(purse, PAYS, says_yes)
    assert [type(event) for event in events] == [Planned, NeedsConsent, Failed]
    assert "0.6 ETH" in str(events[-1])
    assert payments(purse.vault) == ()


def test_who_was_paid_once_is_paid_on_a_yes_and_a_new_account_of_theirs_is_not(
    purse: Wallet,
) -> None:
    assert isinstance(answers(purse, PAYS, types_it_too)[-1], Ran)
    assert isinstance(answers(purse, PAYS, says_yes)[-1], Ran)
    do(purse, "add_contact", name="Acme", did=NAMES["$EVE_PAID"])
    events = answers(purse, PAYS, says_yes)
    assert [type(event) for event in events] == [Planned, NeedsConsent, Failed]
    asked = events[1]
    assert isinstance(asked, NeedsConsent)
    warnings = " ".join(map(str, asked.proposal.statement.warnings))
    assert "nothing was ever paid to this account" in warnings
    assert "Acme was paid at another account before" in warnings
    assert {one.to for one in payments(purse.vault)} == {NAMES["$ACME"].rpartition(":")[2]}


def test_no_more_is_paid_in_a_day_than_the_person_allowed(purse: Wallet) -> None:
    do(purse, "add_policy", rule="pay-at-most", limit="1")
    ends = [type(answers(purse, PAYS, types_it_too)[-1]) for _ in range(3)]
    assert ends == [Ran, Failed, Failed]
    assert [one.wei for one in payments(purse.vault)] == [6 * 10**17]


def test_where_only_contacts_are_paid_a_typed_account_is_not(purse: Wallet) -> None:
    do(purse, "add_policy", rule="pay-only-contacts")
    stream = Conversation(purse, ScriptedModel(iter(['send_payment to="\ue000" amount="2"']))).say(
        f"pay 2 to {NAMES['$EVE_ACCOUNT']}"
    )
    assert [type(event) for event in stream] == [Planned, Failed]
    assert payments(purse.vault) == ()


def test_a_payment_by_an_account_typed_out_asks_about_that_account(purse: Wallet) -> None:
    stream = Conversation(purse, ScriptedModel(iter(['send_payment to="\ue000" amount="2"']))).say(
        f"pay 2 to {NAMES['$EVE_ACCOUNT']}"
    )
    next(stream)
    asked = next(stream)
    assert isinstance(asked, NeedsConsent)
    assert NAMES["$EVE_ACCOUNT"] in [value for _, value in asked.proposal.statement.facts]
    assert asked.proposal.to_type == "2 ETH"
    stream.close()
