from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from agent.times import time_of

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2027-06-30", "2027-06-30"),
        ("30 June 2027", "2027-06-30"),
        ("in two years", "2028-11-25"),
        ("for 3 years", "2029-11-25"),
        ("until 31/12/2027", "2027-12-31"),
        ("Dec 31", "2026-12-31"),
        ("tomorrow", "2026-11-26"),
        ("tomorrow at 5pm", "2026-11-26T17:00:00+08:00"),
        ("两年后", "2028-11-25"),
        ("十二个月后", "2027-11-25"),
        ("二十天后", "2026-12-15"),
        ("十天后", "2026-12-05"),
        ("2027年6月30日", "2027-06-30"),
        ("12月31日", "2026-12-31"),
        ("3月1日之前", "2027-03-01"),
        ("明天", "2026-11-26"),
        ("2027-06-30T10:00", "2027-06-30T10:00:00+08:00"),
    ],
)
def test_works_out_when_that_is(words: str, expected: str) -> None:
    assert time_of(words, NOW) == expected


@pytest.mark.parametrize("words", ["purple", "2030", "2030年", "", "年"])
def test_says_so_where_the_words_name_no_day(words: str) -> None:
    assert time_of(words, NOW) is None
