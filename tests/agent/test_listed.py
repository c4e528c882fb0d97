from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from agent.listed import claims_left_out, end_said
from agent.times import time_of

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "more"),
    [
        ("a pass for Bo, colour red, bay 7", {"bay": "7"}),
        (
            "a pass for Bo, colour red, position night guard, valid till May",
            {"position": "night guard"},
        ),
        ("a pass for Bo with colour red and locker 12", {"locker": "12"}),
        ("a pass for Bo, colour red, cheers mate", {}),
        ("a pass for Bo, colour red, poor thing", {}),
        ("a pass for Bo, colour red and pay him 7 ether", {}),
        ("a pass for Bo, colour red, valid for 2 years", {}),
        ("a pass for Bo, colour red, until 3 May", {}),
        ("a pass for Bo, colour red. Row 7 is full", {}),
        ("there, bay 7, is a pass for Bo: colour red", {}),
    ],
)
def test_what_stands_in_the_list_and_begins_as_claims_do_is_one(
    line: str, more: dict[str, str]
) -> None:
    assert dict(claims_left_out([("colour", "red")], line, ["Bo"], NOW)) == more


def test_what_something_else_was_made_of_is_no_claim() -> None:
    line = "a pass for Bo, colour red, bay 7"
    assert not [*claims_left_out([("colour", "red")], line, ["bay 7"], NOW)]
    assert not [*claims_left_out([], line, [], NOW)]


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("a pass, valid for 2 years", "2 years"),
        ("a pass until 3 May please", "3 May"),
        ("a pass, grade good", None),
    ],
)
def test_an_end_is_found_where_the_line_says_so(line: str, end: str | None) -> None:
    assert end_said(line, partial(time_of, now=NOW, by_rule=True)) == end
