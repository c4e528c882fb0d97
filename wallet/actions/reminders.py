"""Reminders, declared here; their work is in `remembering`, loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.actions.proposal import Proposal
    from wallet.actions.registry import Proposes
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


def _listing(wallet: Wallet, arguments: Mapping[str, Any], /) -> Result:
    from wallet.actions.remembering import listing  # noqa: PLC0415

    return listing(wallet, arguments)


def _proposing(name: str) -> Proposes:
    def propose(wallet: Wallet, arguments: Mapping[str, Any], /) -> Proposal:
        from wallet.actions import remembering  # noqa: PLC0415

        work: Proposes = getattr(remembering, name)
        return work(wallet, arguments)

    return propose


_REMINDER: Final = Parameter("reminder", Kind.TEXT, "its id", required=True)

SET_REMINDER: Final = Action(
    name="set_reminder",
    verb=("remind",),
    help="Be reminded of something at a time",
    example='holdfast remind "renew my licence" 2030-12-24T09:00:00+01:00',
    parameters=(
        Parameter(
            "about",
            Kind.TEXT,
            "what to be reminded of, or a credential's id",
            required=True,
            entry=Kind.CREDENTIAL,
        ),
        Parameter("when", Kind.TIME, "a date, or a date and time (ISO 8601)", required=True),
    ),
    propose=_proposing("set_reminder"),
)

LIST_REMINDERS: Final = Action(
    name="list_reminders",
    verb=("reminders",),
    help="List what you are to be reminded of, and when your credentials end",
    example="holdfast reminders",
    parameters=(
        Parameter("all", Kind.FLAG, "those that are done, too", flag="--all", planned=False),
    ),
    read=_listing,
)

FINISH_REMINDER: Final = Action(
    name="finish_reminder",
    verb=("reminders", "done"),
    help="Say that a reminder is done with",
    example="holdfast reminders done rem-1f2e3d4c",
    parameters=(_REMINDER,),
    propose=_proposing("finish"),
    planned=False,
)

REMOVE_REMINDER: Final = Action(
    name="remove_reminder",
    verb=("reminders", "remove"),
    help="Forget a reminder",
    example="holdfast reminders remove rem-1f2e3d4c",
    parameters=(_REMINDER,),
    propose=_proposing("remove"),
    planned=False,
)

EXPORT_REMINDERS: Final = Action(
    name="export_reminders",
    verb=("reminders", "export"),
    help="Write your reminders to a file that calendars read",
    example="holdfast reminders export holdfast.ics",
    parameters=(Parameter("output", Kind.PATH, "the file to write", required=True),),
    propose=_proposing("export"),
    planned=False,
)
