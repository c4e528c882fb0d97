from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.times import time_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=timezone(timedelta(hours=8)))  # a Wednesday
FOLDER = Path(__file__).parent


def phrases() -> Iterator[tuple[str, str | None]]:
    """What people say, and when that is; `-` where nobody can tell."""
    for language in ("en", "zh"):
        for line in (FOLDER / f"times-{language}.txt").read_text(encoding="utf-8").splitlines():
            words, _, expected = line.partition(" | ")
            at = f"{expected}:00+08:00" if "T" in expected else expected
            yield words, None if at == "-" else at


@pytest.mark.parametrize(("words", "expected"), phrases())
def test_reads_what_people_say(words: str, expected: str | None) -> None:
    assert time_of(words, NOW) == expected


@pytest.mark.parametrize(
    "words",
    [
        "purple", "2030", "2030年", "", "年", "8", "soon", "a while", "on 32 December",
        "30 February", "Friday at 25:00", "Friday 10:00-12:00", "两三天后", "十几天后",
        "周一到周五",
    ],
)  # fmt: skip
def test_says_so_where_the_words_name_no_day(words: str) -> None:
    assert time_of(words, NOW) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("tomorrow at 5pm UTC", "2026-11-26T17:00:00+00:00"),
        ("tomorrow 5pm EST", "2026-11-26T17:00:00-05:00"),
        ("17:00 UTC on Friday", "2026-11-27T17:00:00+00:00"),
        ("5am UTC", "2026-11-25T05:00:00+00:00"),
        ("2027-06-30T10:00Z", "2027-06-30T10:00:00+00:00"),
        ("tomorrow at 5pm", "2026-11-26T17:00:00+08:00"),
    ],
)
def test_a_clock_time_is_in_the_zone_that_was_named(words: str, expected: str) -> None:
    assert time_of(words, NOW) == expected


@pytest.mark.parametrize(
    ("hours", "zone", "expected"),
    [
        (8, "CST", "+08:00"), (-6, "CST", "-06:00"), (1, "CST", "-06:00"),
        (5.5, "IST", "+05:30"), (2, "IST", "+02:00"), (1, "IST", "+01:00"), (8, "IST", "+05:30"),
        (6, "BST", "+06:00"), (0, "BST", "+01:00"), (3, "EST", "-05:00"),
    ],
)  # fmt: skip
def test_a_zone_of_several_places_is_the_persons_own(
    hours: float, zone: str, expected: str
) -> None:
    now = NOW.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert time_of(f"tomorrow at 5pm {zone}", now) == f"2026-11-26T17:00:00{expected}"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("this morning", "2026-11-25"),
        ("tonight", "2026-11-25"),
        ("今晚", "2026-11-25"),
        ("in the morning", "2026-11-26T09:00:00+08:00"),
        ("tomorrow evening", "2026-11-26T18:00:00+08:00"),
        ("tonight at one", "2026-11-26T01:00:00+08:00"),
        ("midnight tonight", "2026-11-26T00:00:00+08:00"),
        ("今晚两点", "2026-11-26T02:00:00+08:00"),
    ],
)
def test_a_part_of_today_that_has_begun_is_today(words: str, expected: str) -> None:
    assert time_of(words, NOW.replace(hour=22)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("at quarter past four today", "2026-11-25T16:15:00+08:00"),
        ("today at 04:15", "2026-11-25T04:15:00+08:00"),
        ("today at eleven", "2026-11-25T11:00:00+08:00"),
        ("今天四点一刻", "2026-11-25T16:15:00+08:00"),
        ("今天早上四点", "2026-11-25T04:00:00+08:00"),
    ],
)
def test_an_hour_of_today_that_is_over_is_in_the_afternoon(words: str, expected: str) -> None:
    assert time_of(words, NOW.replace(hour=9, minute=0)) == expected


@pytest.mark.parametrize(
    ("minute", "words", "expected"),
    [
        (50, "at half past", "2026-11-26T00:30:00+08:00"),
        (30, "half past", "2026-11-26T00:30:00+08:00"),
        (29, "half past", "2026-11-25T23:30:00+08:00"),
        (5, "at quarter to", "2026-11-25T23:45:00+08:00"),
    ],
)
def test_minutes_without_their_hour_are_the_next_ones(
    minute: int, words: str, expected: str
) -> None:
    assert time_of(words, NOW.replace(hour=23, minute=minute)) == expected


@pytest.mark.parametrize(
    ("today", "words", "expected"),
    [
        (31, "the 30th", "2027-03-30"),
        (31, "30号", "2027-03-30"),
        (31, "the 31st", "2027-01-31"),
        (1, "the last Friday of January", "2027-01-29"),
        (30, "the last Friday of January", "2028-01-28"),
        (30, "一月最后一个周五", "2028-01-28"),
    ],
)
def test_a_day_that_has_passed_or_that_a_month_lacks_is_the_next(
    today: int, words: str, expected: str
) -> None:
    assert time_of(words, NOW.replace(year=2027, month=1, day=today)) == expected


@given(
    st.text(
        alphabet="0123456789 :-/一二两三十百天月年半后点刻晚早周底初号差的听朝昼字踏尾头第个最前"
        "anhourdytwfiscelpqm'.,"
    )
)
def test_whatever_is_said_is_a_time_or_none(words: str) -> None:
    found = time_of(words, NOW)
    assert found is None or datetime.fromisoformat(found).year > 1
