"""Holding a deed against rules: pure, and closed where something cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from did.chain.amounts import ether
from wallet.messages import say
from wallet.rules.claims import matches, type_names
from wallet.rules.deed import Disclosure, Spending
from wallet.rules.rule import (
    AskAbove,
    NeverAbove,
    NeverDisclose,
    OncePerVerifier,
    OnlyToContacts,
    PayAtMost,
    PayOnlyContacts,
    Unreadable,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wallet.messages import Message
    from wallet.rules.deed import Deed, Known
    from wallet.rules.rule import Rule


def refusal(rules: Iterable[Rule | Unreadable], deed: Deed, known: Known) -> Message | None:
    """Why a deed is refused, by the first rule that forbids it; None where none does."""
    for rule in rules:
        match deed:
            case Disclosure():
                forbidden = _forbids_showing(rule, deed, known)
            case Spending():
                forbidden = _forbids_spending(rule, deed, known)
            case _:
                assert_never(deed)
        if forbidden:
            return say("refused by a rule of yours: {rule}", rule=words(rule))
    return None


def to_type(rules: Iterable[Rule | Unreadable], deed: Deed) -> str | None:
    """The amount that has to be typed beside the yes; None where the yes is enough."""
    if not isinstance(deed, Spending):
        return None
    asks = any(isinstance(rule, AskAbove) and deed.wei > rule.wei for rule in rules)
    return f"{ether(deed.wei)} ETH" if asks else None


def _forbids_spending(rule: Rule | Unreadable, deed: Spending, known: Known) -> bool:
    payment = deed.payment
    match rule:
        case NeverAbove(wei):
            return deed.wei > wei
        case PayAtMost(wei):
            return payment is not None and known.paid + payment.wei > wei
        case PayOnlyContacts():
            return payment is not None and payment.to not in known.accounts
        case Unreadable():
            return True
        case AskAbove() | NeverDisclose() | OnlyToContacts() | OncePerVerifier():
            return False
        case _:
            assert_never(rule)


def _forbids_showing(rule: Rule | Unreadable, deed: Disclosure, known: Known) -> bool:
    match rule:
        case NeverDisclose(claim, types):
            return any(
                matches(claim, path)
                for shown in deed.credentials
                if _concerns(types, shown.types)
                for path in shown.claims
            )
        case OnlyToContacts(types):
            return _concerns(types, deed.types) and deed.verifier not in known.contacts
        case OncePerVerifier(types):
            return _concerns(types, deed.types) and any(
                one.verifier == deed.verifier and _concerns(types, one.types)
                for one in known.earlier
            )
        case AskAbove() | NeverAbove() | PayAtMost() | PayOnlyContacts():
            return False
        case Unreadable():
            return True
        case _:
            assert_never(rule)


def _concerns(wanted: tuple[str, ...], types: tuple[str, ...]) -> bool:
    """Whether a rule for those types, or for all where there are none, is about these."""
    return not wanted or not type_names(wanted).isdisjoint(type_names(types))
