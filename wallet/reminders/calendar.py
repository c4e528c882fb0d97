"""Reminders as iCalendar (RFC 5545), by the library `icalendar`: what calendars read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from icalendar import Alarm, Calendar, Event

if TYPE_CHECKING:
    from collections.abc import Iterable

_PRODUCT: Final = "-//Holdfast//reminders//EN"
_AHEAD: Final = timedelta(days=7)
"""How long before a credential ends a calendar tells of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that stands in a calendar.

    Attributes:
        id: what the wallet calls it; the same id is the same entry, when the file is read again.
        title: what the calendar shows.
        when: a day, or a time with an offset.
        ahead: whether to be told of it some days before.
    """

    id: str
    title: str
    when: date | datetime
    ahead: bool = False


def calendar(entries: Iterable[Entry], now: datetime) -> bytes:
    """A calendar file; texts are escaped, and lines folded, by the library."""
    whole = Calendar()
    whole.add("prodid", _PRODUCT)
    whole.add("version", "2.0")
    for entry in entries:
        whole.add_component(_event(entry, now))
    return bytes(whole.to_ical())


def _event(entry: Entry, now: datetime) -> Event:
    when = entry.when
    event = Event()
    event.add("uid", f"{entry.id}@holdfast")
    event.add("dtstamp", now.astimezone(UTC))
    # In UTC: an offset alone is no time zone that a calendar could look up.
    event.add("dtstart", when.astimezone(UTC) if isinstance(when, datetime) else when)
    event.add("summary", entry.title)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.title)
    alarm.add("trigger", -_AHEAD if entry.ahead else timedelta(0))
    event.add_component(alarm)
    return event
