from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import BadInput, NoSuchEntry
from wallet.reminders.reminder import (
    Reminder,
    keep,
    read_when,
    reminder,
    reminders,
    to_be_told,
    were_told,
)
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.wallet import Wallet

EAST = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 26, 10, tzinfo=EAST)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-11-26", "2026-11-26"),
        ("2027-02-28", "2027-02-28"),
        ("2026-11-26T10:00:01+08:00", "2026-11-26T10:00:01+08:00"),
        ("2026-11-26T02:01Z", "2026-11-26T02:01:00+00:00"),
        ("2026-12-01 09:30", "2026-12-01T09:30:00+08:00"),
        ("2026-12-01T09:30:00.5", "2026-12-01T09:30:00+08:00"),
    ],
)
def test_a_time_is_kept_with_an_offset_and_a_date_as_a_date(text: str, kept: str) -> None:
    assert read_when(text, NOW) == kept


@pytest.mark.parametrize(
    "text",
    [
        *("", "tomorrow", "2027-02-30", "2027-13-01", "20270601", "2027-W01-1", "2027-06-01T25:00"),
        *("2027-06-01T09:00:00+99:00", "2027-06-01T09", "１２３４-01-01", "2027-06-01\n"),
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no date"):
        read_when(text, NOW)


@pytest.mark.parametrize(
    "text", ["2026-11-25", "0001-01-01", "2026-11-26T10:00:00+08:00", "2026-11-26T01:59Z"]
)
def test_what_has_passed_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="has passed"):
        read_when(text, NOW)


def test_after_the_last_year_of_other_offsets_nobody_is_reminded() -> None:
    with pytest.raises(BadInput, match="in 9999"):
        read_when("9999-12-31T23:59:59-12:00", NOW)


def test_a_day_is_due_from_its_midnight_where_the_person_is() -> None:
    day = Reminder("pay rent", "2026-11-27")
    assert not day.is_due(datetime(2026, 11, 26, 23, 59, tzinfo=EAST))
    assert day.is_due(datetime(2026, 11, 27, 0, 0, tzinfo=EAST))
    assert not day.is_due(datetime(2026, 11, 26, 16, 0, tzinfo=UTC))  # the same moment, elsewhere


def test_a_time_is_due_at_that_moment_everywhere_and_never_when_it_is_done_with() -> None:
    one = Reminder("call", "2026-11-26T10:00:00+08:00")
    assert one.is_due(datetime(2026, 11, 26, 2, 0, tzinfo=UTC))
    assert not one.is_due(datetime(2026, 11, 26, 1, 59, tzinfo=UTC))
    assert not replace(one, done="2026-11-26T10:30:00+08:00").is_due(NOW)


@given(st.text(min_size=1, max_size=50), st.dates(min_value=date(2026, 1, 1)))
def test_the_same_reminder_has_the_same_id_and_another_has_another(about: str, day: date) -> None:
    one = Reminder(about, day.isoformat())
    assert one.id == replace(one, done="x", told="y").id
    assert one.id != Reminder(f"{about}.", day.isoformat()).id


def test_what_is_due_is_told_once_a_day_until_it_is_done_with(wallet: Wallet) -> None:
    keep(wallet.vault, Reminder("call", "2026-11-26"))
    keep(wallet.vault, Reminder("later", "2027-11-26"))
    (due,) = to_be_told(wallet.vault, NOW)
    assert due.about == "call"
    were_told(wallet.vault, [due], NOW)
    assert to_be_told(wallet.vault, NOW + timedelta(hours=10)) == ()
    (again,) = to_be_told(wallet.vault, NOW + timedelta(days=1))
    keep(wallet.vault, replace(again, done="2026-11-27T10:00:00+08:00"))
    assert to_be_told(wallet.vault, NOW + timedelta(days=2)) == ()


def test_what_is_no_reminder_is_said_to_be_damaged(wallet: Wallet) -> None:
    kept = Reminder("call", "2026-11-26")
    wallet.vault.put(Kind.REMINDER, {**kept.body(), "when": "soon"}, id=kept.id)
    with pytest.raises(IntegrityError, match="reminder"):
        reminders(wallet.vault)
    with pytest.raises(NoSuchEntry, match="no reminder 'rem-0'"):
        reminder(wallet.vault, "rem-0")
