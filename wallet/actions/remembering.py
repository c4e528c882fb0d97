"""Reminders: set, listed with the ends of credentials, done with, and written as a calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result, Table, Undo
from wallet.credentials.timestamps import write_timestamp
from wallet.entries import credential
from wallet.errors import BadInput
from wallet.files import at_home, write_new
from wallet.messages import say
from wallet.reminders.reminder import LONGEST, Reminder, keep, read_when, reminder, reminders
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.messages import Message
    from wallet.search.index import SearchIndex
    from wallet.wallet import Wallet

_CREDENTIAL: Final = re.compile(r"cred-[0-9a-f]{8,64}")
_SOON: Final = timedelta(days=366)
"""How far ahead a credential's end is listed where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class _Ending:
    """When a credential of the wallet ends."""

    id: str
    label: str
    until: datetime


def listing(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """What is still to come and what is due, in the order of time; with `all`, what is over too."""
    now, whole = wallet.clock(), bool(arguments.get("all"))
    kept = [one for one in reminders(wallet.vault) if whole or one.done is None]
    ends = [one for one in _endings(wallet.index) if whole or now < one.until <= now + _SOON]
    rows: list[tuple[datetime, tuple[Message | str, ...]]] = [
        (
            one.moment(now.tzinfo),
            (one.id, one.when, _about(one), say(_state(one, now))),
        )
        for one in kept
    ]
    for end in ends:
        state = say("ends") if end.until > now else say("ended")
        when = write_timestamp(end.until)  # a year 9999 has no counterpart in every offset
        rows.append((end.until, (end.id, when, end.label, state)))
    rows.sort(key=lambda row: row[0])
    due = any(one.is_due(now) for one in kept)
    return Result(
        say("reminders: {count}, credentials that end: {ends}", count=len(kept), ends=len(ends))
        if rows
        else say("there is nothing to be reminded of"),
        data={
            "reminders": [
                {
                    "id": one.id,
                    "about": one.about,
                    "when": one.when,
                    "credential": one.credential,
                    "done": one.done,
                    "due": one.is_due(now),
                }
                for one in kept
            ],
            "endings": [
                {"credential": one.id, "name": one.label, "until": write_timestamp(one.until)}
                for one in ends
            ],
        },
        table=Table(
            (say("Id"), say("When"), say("What"), say("State")), tuple(row for _, row in rows)
        ),
        next=say("what is done with: holdfast reminders done ID") if due else None,
    )


def set_reminder(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A new reminder.

    Raises:
        BadInput: what or when cannot be read, the time has passed, or it is there already.
        NoSuchEntry: it names a credential that the wallet does not have.
    """
    made = _made(wallet, arguments)
    known = {one.id: one for one in reminders(wallet.vault)}
    if (other := known.get(made.id)) is not None and other.done is None:
        raise BadInput("this reminder is there already", hint=f"it is {made.id}")

    def perform() -> Result:
        keep(wallet.vault, made)
        return Result(
            say("you will be reminded of {about}", about=_about(made)),
            data={
                "id": made.id,
                "about": made.about,
                "when": made.when,
                "credential": made.credential,
            },
            facts=((say("Id"), made.id), (say("When"), made.when)),
            made=made.id,
            undo=None if made.id in known else Undo("remove_reminder", {"reminder": made.id}),
        )

    statement = Statement(say("Set a reminder"), facts=_facts(made))
    return Proposal("set_reminder", statement, rfc8785.dumps(made.body()), perform)


def finish(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A reminder that the person is done with."""
    found = reminder(wallet.vault, arguments["reminder"])
    if found.done is not None:
        raise BadInput(f"{found.id} is done with already, since {found.done}")
    over = replace(found, done=wallet.clock().isoformat(timespec="seconds"))

    def perform() -> Result:
        keep(wallet.vault, over)
        return Result(
            say("done with: {about}", about=_about(found)), data={"id": found.id}, made=found.id
        )

    statement = Statement(say("Be done with a reminder"), facts=_facts(found))
    return Proposal("finish_reminder", statement, found.id.encode(), perform)


def remove(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A reminder that is forgotten."""
    found = reminder(wallet.vault, arguments["reminder"])

    def perform() -> Result:
        wallet.vault.delete(Kind.REMINDER, found.id)
        return Result(
            say("forgotten: {about}", about=_about(found)),
            data={"id": found.id},
            undo=_setting(found, wallet.clock()),
        )

    statement = Statement(say("Forget a reminder"), facts=_facts(found))
    return Proposal("remove_reminder", statement, found.id.encode(), perform)


def _setting(one: Reminder, now: datetime) -> Undo | None:
    """What sets a reminder again; None where it is done with, or its time has passed."""
    today = one.is_day and one.when == now.date().isoformat()
    if one.done is not None or (one.is_due(now) and not today):
        return None
    return Undo("set_reminder", {"about": one.credential or one.about, "when": one.when})


def export(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """What is still to be done and the ends of credentials to come, as a file for calendars."""
    # Deferred: few commands write a calendar, and it loads what reads and writes them.
    from wallet.reminders.calendar import Entry, calendar  # noqa: PLC0415

    now, target = wallet.clock(), at_home(Path(arguments["output"]))
    if target.exists():
        raise BadInput(f"{str(target)!r} exists already", hint="choose another name")
    entries = [
        Entry(one.id, one.about, date.fromisoformat(one.when) if one.is_day else one.moment(None))
        for one in reminders(wallet.vault)
        if one.done is None
    ]
    entries += [
        Entry(one.id, str(say("{name} ends", name=one.label)), one.until, ahead=True)
        for one in _endings(wallet.index)
        if one.until > now
    ]
    if not entries:
        raise BadInput("there is nothing to be reminded of", hint="holdfast remind WHAT WHEN")
    written = calendar(entries, now)

    def perform() -> Result:
        saved = write_new(target, written)
        return Result(
            say("the calendar is written, entries: {count}", count=len(entries)),
            data={"file": str(saved), "entries": len(entries)},
            made=str(saved),
            saved=saved,
        )

    statement = Statement(
        say("Write your reminders to a file, to be read by whoever gets it"),
        facts=((say("Entries"), str(len(entries))), (say("Saved as"), str(target))),
        warnings=(say("it says what you are reminded of, and when your credentials end"),),
    )
    return Proposal("export_reminders", statement, written, perform)


def _made(wallet: Wallet, arguments: Mapping[str, Any]) -> Reminder:
    about, when = arguments["about"].strip(), read_when(arguments["when"], wallet.clock())
    if not 0 < len(about) <= LONGEST or not about.isprintable():
        raise BadInput(f"what to be reminded of has 1 to {LONGEST} printable characters")
    if not _CREDENTIAL.fullmatch(about):
        return Reminder(about, when)
    found = credential(wallet.index, about)
    return Reminder(found.label, when, found.id)


def _endings(index: SearchIndex) -> list[_Ending]:
    """When the wallet's credentials end that do; none of them is read for it."""
    return [
        _Ending(one.id, one.shown, datetime.fromisoformat(one.valid_until))
        for one in index.find(limit=None).labels
        if one.valid_until
    ]


def _state(one: Reminder, now: datetime) -> str:
    if one.done is not None:
        return "done"
    return "due" if one.is_due(now) else "open"


def _about(one: Reminder) -> str:
    return f"{one.about} ({one.credential})" if one.credential else one.about


def _facts(one: Reminder) -> tuple[tuple[Message, Message | str], ...]:
    return ((say("What"), _about(one)), (say("When"), one.when))
