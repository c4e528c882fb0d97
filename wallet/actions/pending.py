"""Plans that wait for a yes: listed and forgotten. `holdfast approve` is a verb of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table
from wallet.messages import say
from wallet.pending import forget, pending, pending_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.messages import Message
    from wallet.pending import PendingPlan
    from wallet.wallet import Wallet

_SHOWN: Final = 16
"""Digits of a digest in a list."""


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """What waits, the oldest first."""
    waiting = pending(wallet.vault, wallet.clock())
    return Result(
        say("plans that wait for a yes: {count}", count=len(waiting))
        if waiting
        else say("nothing waits for a yes"),
        data={"pending": [_data(plan) for plan in waiting]},
        table=Table(
            (say("Digest"), say("What"), say("Steps"), say("Until")),
            tuple(
                (plan.digest[:_SHOWN], plan.title, str(len(plan.steps)), _time(plan))
                for plan in waiting
            ),
        ),
        next=say("holdfast approve DIGEST shows one again, and asks") if waiting else None,
    )


def remove(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A plan that is forgotten. Raises `BadInput`, `NoSuchEntry`, `Ambiguous`."""
    found = pending_plan(wallet.vault, arguments["digest"], wallet.clock())

    def perform() -> Result:
        forget(wallet.vault, found)
        return Result(say("forgotten: {about}", about=found.title), data={"digest": found.digest})

    statement = Statement(say("Forget a plan that waits for a yes"), facts=facts(found))
    return Proposal("remove_pending", statement, found.digest.encode(), perform)


def facts(plan: PendingPlan) -> tuple[tuple[Message, Message | str], ...]:
    """What there is to say of a plan: what, when, until when."""
    return (
        (say("What"), plan.title),
        *((say("Then"), step.action) for step in plan.steps[1:]),
        (say("Until"), _time(plan)),
        (say("Digest"), plan.digest),
    )


def _data(plan: PendingPlan) -> dict[str, Any]:
    return {
        "digest": plan.digest,
        "statement": plan.statement,
        "steps": [
            {"action": step.action, "arguments": dict(step.arguments)} for step in plan.steps
        ],
        "at": plan.at.isoformat(timespec="seconds"),
        "until": plan.until.isoformat(timespec="seconds"),
    }


def _time(plan: PendingPlan) -> str:
    return plan.until.isoformat(timespec="seconds")


LIST_PENDING: Final = Action(
    name="list_pending",
    verb=("pending",),
    help="List the plans that wait for your yes",
    example="holdfast pending",
    read=listing,
    planned=False,
)

REMOVE_PENDING: Final = Action(
    name="remove_pending",
    verb=("pending", "remove"),
    help="Forget a plan that waits for your yes",
    example="holdfast pending remove 5f2e8d0c",
    parameters=(Parameter("digest", Kind.TEXT, "its digest, or the beginning", required=True),),
    propose=remove,
    planned=False,
)
