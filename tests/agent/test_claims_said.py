from __future__ import annotations

import pytest

from agent.claims_said import claims_said

CLAIMS = (
    "name", "employer", "employee", "start_date", "salary", "birth_date", "photo",
    "documentNumber", "month", "住址",
)  # fmt: skip


@pytest.mark.parametrize(
    ("message", "named", "kept_back"),
    [
        ("leave out the salary, just employer and start date", "employer start_date", "salary"),
        ("prove it at the Lion, birthdate only nothing else", "birth_date", ""),
        ("show my name and starting date to Bo, no more", "name start_date", ""),
        ("only my name, photo & date of birth please", "name photo birth_date", ""),
        ("只露出生日期就行", "birth_date", ""),
        ("姓名跟住址俾佢睇就夠", "name 住址", ""),
        ("仅需单位和月份两项", "employer month", ""),
    ],
)
def test_what_is_listed_is_all_that_is_offered(message: str, named: str, kept_back: str) -> None:
    said = claims_said(message, CLAIMS)
    assert said.offered(CLAIMS, is_first=True) == {*named.split()}
    assert said.kept_back == {*kept_back.split()}
    # After earlier turns, what they listed may stand beside it.
    assert said.offered(CLAIMS, is_first=False) == {*CLAIMS} - said.kept_back


@pytest.mark.parametrize(
    ("message", "kept_back"),
    [
        ("show Acme everything but my salary", "salary"),
        ("send my licence without the photo or the date of birth", "photo birth_date"),
        ("don't show the salary", "salary"),
        ("all of it except for my name", "name"),
        ("keep my salary hidden from them", "salary"),
        ("my wage letter to the landlord, salary left out", "salary"),
        ("证件号别露", "documentNumber"),
        ("除姓名外都给他看", "name"),
        ("唔好俾佢睇人工同出生日期", "salary birth_date"),
        ("证件给他，别给他看照片", "photo"),
    ],
)
def test_what_is_to_be_kept_back_is_never_offered(message: str, kept_back: str) -> None:
    said = claims_said(message, CLAIMS)
    assert said.kept_back == {*kept_back.split()}
    assert said.offered(CLAIMS, is_first=True) == {*CLAIMS} - {*kept_back.split()}


@pytest.mark.parametrize(
    "message",
    [
        "show Bo my letter",
        "name and hat size only",  # one of the two is no claim known here
        "my shoe size and salary",
        "不只是姓名",
        "not only my name",
        "don't forget my name",
    ],
)
def test_what_is_not_plain_is_left_to_the_model(message: str) -> None:
    assert claims_said(message, CLAIMS).offered(CLAIMS, is_first=True) == {*CLAIMS}


def test_of_what_stands_before_a_comma_what_follows_it_says_nothing() -> None:
    said = claims_said("只露姓名和月份，照片别露", CLAIMS)
    assert said.kept_back == {"photo"}
    assert {"name", "month"} <= said.offered(CLAIMS, is_first=True)


def test_words_of_an_entrys_name_are_no_claims() -> None:
    message = "show my Name Change Deed to Bo"
    assert claims_said(message, CLAIMS).named == {"name"}
    assert claims_said(message, CLAIMS, {2, 3, 4}).named == set()
