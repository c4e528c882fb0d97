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
        ("nothing on it except my name and the starting date", "name start_date", ""),
        ("nothing but my photo", "photo", ""),
        ("don't let them see anything other than the salary", "salary", ""),
        ("no details apart from my date of birth", "birth_date", ""),
        ("the photo, and not a single thing more", "photo", ""),
        ("They only need two things from my letter, the salary and the month", "salary month", ""),
        ("my letter, start date only", "start_date", ""),
        ("只露出生日期就行", "birth_date", ""),
        ("姓名跟住址俾佢睇就夠", "name 住址", ""),
        ("仅需单位和月份两项", "employer month", ""),
    ],
)
def test_what_is_listed_is_all_that_is_shown(message: str, named: str, kept_back: str) -> None:
    said = claims_said(message, CLAIMS)
    assert said.kept_back == {*kept_back.split()}
    assert {*(said.exact(CLAIMS, after_others=False) or ())} == {*named.split()}


@pytest.mark.parametrize(
    ("message", "kept_back"),
    [
        ("show Acme everything but my salary", "salary"),
        ("send my licence without the photo or the date of birth", "photo birth_date"),
        ("don't show the salary", "salary"),
        ("show Bo my letter, but I'd rather he didn't see my photo", "photo"),
        ("show Bo my letter, he mustn't see the salary", "salary"),
        ("all of it except for my name", "name"),
        ("keep my salary hidden from them", "salary"),
        ("my wage letter to the landlord, salary left out", "salary"),
        ("证件号别露", "documentNumber"),
        ("除姓名外都给他看", "name"),
        ("唔好俾佢睇人工同出生日期", "salary birth_date"),
        ("证件给他，别给他看照片", "photo"),
    ],
)
def test_where_some_is_kept_back_the_others_are_shown(message: str, kept_back: str) -> None:
    said = claims_said(message, CLAIMS)
    assert said.kept_back == {*kept_back.split()}
    assert not said.named
    others = tuple(name for name in CLAIMS if name not in said.kept_back)
    assert said.exact(CLAIMS, after_others=False) == others
    # After an earlier turn, the others may be the others of those.
    assert said.exact(CLAIMS, after_others=True) is None


@pytest.mark.parametrize(
    "message",
    [
        "show Bo my letter",
        "name and hat size only",  # one of the two is no claim known here
        "my shoe size and salary",
        "不只是姓名",
        "not only my name",
    ],
)
def test_what_is_not_plain_is_left_to_the_model(message: str) -> None:
    said = claims_said(message, CLAIMS)
    assert not said.kept_back
    assert said.exact(CLAIMS, after_others=False) is None


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("don't forget my name", "name"),
        ("show Bo my letter and don't leave out the photo", "photo"),
        ("show Bo my letter, he couldn't read the photo", "photo"),
        ("the name, nothing else", "name"),
        ("姓名就够了别的不要", "name"),
        ("他看月份，特别是姓名", "name month"),
    ],
)
def test_not_every_denial_keeps_a_claim_back(message: str, named: str) -> None:
    said = claims_said(message, CLAIMS)
    assert said.named == {*named.split()}
    assert not said.kept_back


def test_what_the_words_say_is_all_is_so_after_an_earlier_turn_too() -> None:
    for message, shown in (("only the photo", ("photo",)), ("and the photo", None)):
        assert claims_said(message, CLAIMS).exact(CLAIMS, after_others=True) == shown


def test_of_what_stands_before_a_comma_what_follows_it_says_nothing() -> None:
    said = claims_said("露姓名和月份，照片别露", CLAIMS)
    assert said.kept_back == {"photo"}
    assert said.exact(CLAIMS, after_others=False) == ("name", "month")


def test_a_denial_goes_on_over_a_list() -> None:
    said = claims_said("without the photo, date of birth or salary, to Bo by name", CLAIMS)
    assert said.kept_back == {"photo", "birth_date", "salary"}
    assert said.named == {"name"}


def test_words_of_an_entrys_name_are_no_claims() -> None:
    message = "show my Name Change Deed to Bo"
    assert claims_said(message, CLAIMS).named == {"name"}
    assert claims_said(message, CLAIMS, {2, 3, 4}).named == set()


def test_a_name_denies_nothing() -> None:
    for message, place in (("show the Hidden Farm my name", 2), ("给不二家看姓名", 1)):
        assert claims_said(message, CLAIMS, (), {place, place + 1}).named == {"name"}
        assert claims_said(message, CLAIMS).kept_back == {"name"}


@pytest.mark.parametrize(
    "message",
    ["show the private clinic my name", "no 5 clinic gets my name", "show my name to the Red Bar"],
)
def test_words_that_deny_in_another_place_only_keep_nothing_back(message: str) -> None:
    assert claims_said(message, CLAIMS).named == {"name"}


def test_a_phrase_does_not_go_on_over_a_mark() -> None:
    assert claims_said("the berth, side by side", ("berth_side",)).named == set()


def test_what_names_the_credential_is_no_claim_where_others_alone_are_named() -> None:
    message, claims = "show Bo my degree, only the grade", ("degree", "grade")
    assert claims_said(message, claims, (), {3}).named == {"grade"}
    assert claims_said("the degree, grade and photo", claims, (), {1}).named == {"degree", "grade"}
