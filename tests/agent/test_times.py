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


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Wednesday", "2026-12-02"),
        ("on Friday at noon", "2026-11-27T12:00:00+08:00"),
        ("next Friday", "2026-12-04"),
        ("the end of the month", "2026-11-30"),
        ("by the end of next month", "2026-12-31"),
        ("end of June 2027", "2027-06-30"),
        ("the 15th", "2026-12-15"),
        ("in October", "2027-10-01"),
        ("in half an hour", "2026-11-25T09:30:00+08:00"),
        ("tonight at 8", "2026-11-25T20:00:00+08:00"),
        ("at 8", "2026-11-26T08:00:00+08:00"),
        ("half past nine tomorrow", "2026-11-26T09:30:00+08:00"),
        ("tomorrow morning", "2026-11-26"),
        ("two weeks from Friday", "2026-12-11"),
        ("in a year and a half", "2028-05-25"),
        ("周五", "2026-11-27"),
        ("下周五", "2026-12-04"),
        ("月底", "2026-11-30"),
        ("下个月15号", "2026-12-15"),
        ("今晚八点半", "2026-11-25T20:30:00+08:00"),
        ("三天后上午九点", "2026-11-28T09:00:00+08:00"),
        ("一个半小时后", "2026-11-25T10:30:00+08:00"),
        ("明天晚上7点一刻", "2026-11-26T19:15:00+08:00"),
        ("二〇二七年三月一日", "2027-03-01"),
        ("2028年5月底", "2028-05-31"),
        ("到8月31号", "2027-08-31"),
        ("10月", "2027-10-01"),
        ("半年后", "2027-05-25"),
    ],
)
def test_days_and_clock_times_are_as_the_wallets_rules_have_them(words: str, expected: str) -> None:
    assert time_of(words, NOW) == expected
