from __future__ import annotations

import pytest

from agent.claims_said import claims_said

CLAIMS = ("full_name", "mother_name", "berth_number", "berth_class", "sail_date", "landing_date")


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("just the name and the number", "full_name berth_number"),
        ("name and class only", "full_name berth_class"),
        ("show Bo the class", "berth_class"),
        ("show Bo my papers, the number is enough", "berth_number"),
        ("the date", ""),  # there are two
        ("they have the number of my house", ""),
        ("it goes by the name Lark", ""),
        ("my name is Bo", ""),
        ("it is in my name", ""),
        ("show it to the class", ""),
    ],
)
def test_a_claim_may_be_called_by_its_last_word(message: str, named: str) -> None:
    assert claims_said(message, CLAIMS).named == {*named.split()}


def test_a_claim_that_is_called_in_short_is_kept_back_as_well() -> None:
    assert claims_said("everything but my name", CLAIMS).kept_back == {"full_name"}
