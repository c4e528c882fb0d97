from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from agent.amounts import amount_of
from agent.times import time_of
from agent.widening import narrowed, widened

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
IS_TIME = partial(time_of, now=NOW, by_rule=True)


@pytest.mark.parametrize(
    ("span", "line", "others", "wider"),
    [
        ("tomorrow", "remind me tomorrow evening at 8 to call", ["call"], "tomorrow evening at 8"),
        ("Friday", "remind me on the Friday after next to go", [], "on the Friday after next"),
        ("8", "remind me at 8 tomorrow", [], "at 8 tomorrow"),
        ("a week", "a Badge for Bob, a week from Friday", ["Badge"], "a week from Friday"),
        ("明晚", "明晚八点半提醒我续护照", ["续护照"], "明晚八点半"),
        ("下周三", "下周三早上九点半提醒我", [], "下周三早上九点半"),
        ("tomorrow", "remind me tomorrow to call", ["call"], "tomorrow"),
        ("Friday", "on Friday. At 8 we eat", [], "on Friday"),
        ("3", "level 3 until Friday", ["until Friday"], "3"),
        ("Friday", "Friday and Friday at 8", [], "Friday"),
        ("Friday", "never said", [], "Friday"),
        ("March", "until March 3 days are left", ["3 days"], "until March"),
    ],
)
def test_a_time_goes_as_far_as_it_can_be_read(
    span: str, line: str, others: list[str], wider: str
) -> None:
    assert widened(span, line, others, IS_TIME) == wider


@pytest.mark.parametrize(
    ("span", "line", "wider"),
    [
        ("two", "pay Acme two hundred and fifty ether", "two hundred and fifty ether"),
        ("一", "付一个半以太给林梅", "一个半以太"),
        ("5", "pay 5 to Bob", "5"),
    ],
)
def test_so_does_an_amount(span: str, line: str, wider: str) -> None:
    assert widened(span, line, [], amount_of) == wider


@pytest.mark.parametrize(
    ("span", "shorter"),
    [
        ("fri 6pm oil the hinges", "fri 6pm"),
        ("tomorrow at 9", "tomorrow at 9"),
        ("oil the hinges", "oil the hinges"),
    ],
)
def test_a_time_ends_where_it_can_be_read(span: str, shorter: str) -> None:
    assert narrowed(span, IS_TIME) == shorter
