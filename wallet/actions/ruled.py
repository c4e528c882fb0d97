"""Holding a proposal against the rules that the person set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wallet.entries import contacts
from wallet.messages import say
from wallet.rules.deed import Known
from wallet.rules.enforcing import refusal, to_type
from wallet.rules.errors import RefusedByRule
from wallet.rules.store import earlier, kept_rules

if TYPE_CHECKING:
    from wallet.actions.proposal import Proposal
    from wallet.wallet import Wallet


def ruled(wallet: Wallet, proposal: Proposal, *, can_type: bool = True) -> Proposal:
    """The proposal as the rules allow it: with what has to be typed, and a warning that says so.

    `can_type` is whether who asks for consent can have something typed.

    Raises:
        RefusedByRule: a rule forbids it, or asks for what cannot be typed.
    """
    deed = proposal.deed
    if deed is None:
        return proposal
    rules = tuple(kept.rule for kept in kept_rules(wallet.vault))
    if not rules:
        return proposal
    known = Known(
        frozenset(str(contact.did) for contact in contacts(wallet.vault)), earlier(wallet.vault)
    )
    if (why := refusal(rules, deed, known)) is not None:
        raise RefusedByRule(why)
    if (amount := to_type(rules, deed)) is None:
        return proposal
    if not can_type:
        raise RefusedByRule(
            say(
                "by a rule of yours {amount} has to be typed, which nobody can be asked for here",
                amount=amount,
            )
        )
    warning = say("by a rule of yours this needs its highest cost to be typed")
    statement = replace(proposal.statement, warnings=(*proposal.statement.warnings, warning))
    return replace(proposal, statement=statement, to_type=amount)
