from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from wallet.reminders.calendar import Entry, calendar

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
EAST = timezone(timedelta(hours=8))


def test_a_day_and_a_time_stand_in_the_calendar_with_an_alarm_each() -> None:
    written = calendar(
        [
            Entry("rem-1", "call", date(2026, 12, 1)),
            Entry("cred-1", "Degree ends", datetime(2027, 1, 1, 8, tzinfo=EAST), ahead=True),
        ],
        NOW,
    )
    assert written.startswith(b"BEGIN:VCALENDAR\r\n")
    lines = written.decode().split("\r\n")
    assert "DTSTART;VALUE=DATE:20261201" in lines
    assert "DTSTART:20270101T000000Z" in lines
    assert "UID:rem-1@holdfast" in lines
    assert [line for line in lines if line.startswith("TRIGGER")] == ["TRIGGER:P0D", "TRIGGER:-P7D"]
    assert lines.count("DTSTAMP:20261126T100000Z") == 2


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=200))
def test_any_title_is_one_title_when_it_is_read_again(title: str) -> None:
    written = calendar([Entry("rem-1", title, date(2026, 12, 1))], NOW)
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["summary"]) == title
    assert len(event.walk("VALARM")) == 1


def test_a_title_cannot_forge_a_line_of_the_calendar() -> None:
    written = calendar([Entry("rem-1", "a;b,c\nEND:VEVENT\\n", date(2026, 12, 1))], NOW)
    assert written.count(b"\r\nEND:VEVENT") == 1
