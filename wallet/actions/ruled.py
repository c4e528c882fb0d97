"""Holding a proposal against the rules that the person set."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from wallet.entries import contacts
from wallet.messages import say
from wallet.rules.deed import Known, Spending
from wallet.rules.enforcing import refusal, to_type
from wallet.rules.errors import RefusedByRule
from wallet.rules.store import earlier, kept_rules

if TYPE_CHECKING:
    from wallet.actions.proposal import Proposal
    from wallet.rules.deed import Deed, Payment
    from wallet.wallet import Wallet

_DAY: Final = timedelta(hours=24)


def ruled(wallet: Wallet, proposal: Proposal, *, can_type: bool = True) -> Proposal:
    """The proposal as the rules allow it: with what has to be typed, and a warning that says so.

    `can_type` is whether who asks for consent can have something typed.

    Raises:
        RefusedByRule: a rule forbids it, or asks for what cannot be typed.
    """
    amount = held_to_rules(wallet, proposal.deed) if proposal.deed else None
    if not can_type and (amount or proposal.to_type):
        raise _untypable(amount, proposal.to_type)
    if amount is None:
        return proposal
    warning = say("by a rule of yours this needs its highest cost to be typed")
    statement = replace(proposal.statement, warnings=(*proposal.statement.warnings, warning))
    return replace(proposal, statement=statement, to_type=amount)


def held_to_rules(wallet: Wallet, deed: Deed) -> str | None:
    """What a rule wants typed beside the yes. Raises `RefusedByRule` where one forbids the deed."""
    rules = tuple(kept.rule for kept in kept_rules(wallet.vault))
    if not rules:
        return None
    known = Known(
        frozenset(str(contact.did) for contact in contacts(wallet.vault)), earlier(wallet.vault)
    )
    if isinstance(deed, Spending) and deed.payment is not None:
        known = _knowing_payments(wallet, known, deed.payment)
    if (why := refusal(rules, deed, known)) is not None:
        raise RefusedByRule(why)
    return to_type(rules, deed)


def _knowing_payments(wallet: Wallet, known: Known, payment: Payment) -> Known:
    """With whom the person knows by an account, and what they paid in the last 24 hours."""
    # Deferred: for payments.
    from wallet.payees import accounts, payments, under_way  # noqa: PLC0415

    since = wallet.clock() - _DAY
    done = sum(
        one.wei
        for one in payments(wallet.vault)
        if one.chain_id == payment.chain_id and datetime.fromisoformat(one.at) > since
    )
    sent = under_way(wallet.sending.outbox.store.all(), payment.chain_id)
    listed = frozenset(account for _, account in accounts(wallet.vault))
    return replace(known, accounts=listed, paid=done + sent)


def _untypable(by_rule: str | None, by_itself: str | None) -> RefusedByRule:
    if by_rule is not None:
        return RefusedByRule(
            say(
                "by a rule of yours {amount} has to be typed, which nobody can be asked for here",
                amount=by_rule,
            )
        )
    return RefusedByRule(
        say(
            "for this {amount} has to be typed, which nobody can be asked for here",
            amount=by_itself,
        ),
        hint="the first payment to an account: holdfast pay",
    )
