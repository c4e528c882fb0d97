from __future__ import annotations

import pytest

from agent.pairs import named_once, whole_claim, written_out, written_out_zh


@pytest.mark.parametrize(
    ("line", "drafted", "told", "rest"),
    [
        ("issue Olga a mooring card, berth number: 12 and side: port",
         [("number", "12"), ("side", "port")],
         [("berth number", "12"), ("side", "port")], []),
        ("give Olga a tasting slip with wine: Pinot & Gamay, score: 9",
         [("wine", "Pinot"), ("Gamay", "Gamay"), ("score", "9")],
         [("wine", "Pinot & Gamay"), ("score", "9")], []),
        ("a lease for Olga. Rent due: 1,200 marks",
         [("Rent", "due")], [("Rent due", "1,200 marks")], []),
        ("a pass for Olga: guide: Dr. Ines Roy, dock: 4. Then lock",
         [("guide", "Dr"), ("dock", "4")], [("guide", "Dr. Ines Roy"), ("dock", "4")], []),
        ("oh, and her berth: twelve", [("berth", "twelve")], [("berth", "twelve")], []),
        ("issue: a card for Olga with tier gold", [("tier", "gold")], [], [("tier", "gold")]),
        ("a pass for Olga, good from 9:30", [("good", "9:30")], [], [("good", "9:30")]),
    ],
)  # fmt: skip
def test_claims_that_a_line_writes_with_a_colon_are_what_it_writes(
    line: str,
    drafted: list[tuple[str, str]],
    told: list[tuple[str, str]],
    rest: list[tuple[str, str]],
) -> None:
    assert written_out(drafted, line) == (told, rest)


def test_the_sort_of_a_credential_is_no_claim() -> None:
    line = "a Proof of Mooring: berth: 12"
    assert written_out([("Mooring", "12")], line, "Proof of Mooring") == ([], [("Mooring", "12")])
    line = "Olga has finished: make her a berth card with tier gold"
    drafted = [("tier", "gold")]
    assert written_out(drafted, line, "berth card") == ([], drafted)


@pytest.mark.parametrize(
    ("line", "drafted", "expected"),
    [
        ("给宁波发一张培训证,课程叉车操作,成绩合格", [("课程", "车操作")],
         {"课程": "叉车操作", "成绩": "合格"}),
        ("给宁波发一张培训证,课程叉车操作,有效期到明年五月", [("课程", "叉车")],
         {"课程": "叉车操作"}),
        ("给宁波发一张培训证,课程叉车操作", [], {}),
    ],
)  # fmt: skip
def test_a_chinese_list_says_which_claims_there_are(
    line: str, drafted: list[tuple[str, str]], expected: dict[str, str]
) -> None:
    assert dict(written_out_zh(drafted, line)) == expected


@pytest.mark.parametrize(
    ("text", "line", "whole"),
    [
        ("berth", "ask her for the lease, berth number only", "berth number"),
        ("date", "ask her for the lease, just the signing date", "signing date"),
        ("date", "ask her for the lease and the date", "date"),
        ("rent", "ask her for the lease, rent and berth", "rent"),
        ("date", "ask her for the lease, with date and berth", "date"),
    ],
)
def test_a_claim_that_is_asked_for_is_whole(text: str, line: str, whole: str) -> None:
    assert whole_claim(text, line) == whole


def test_a_claim_that_has_anothers_name_is_named_by_its_own() -> None:
    line = "a chip card for Ines: owner Olga, chip 98"
    drafted = [("chip", "owner Olga"), ("chip", "98")]
    assert [*named_once(drafted, line)] == [("owner", "Olga"), ("chip", "98")]
    assert [*named_once([("chip", "owner Olga")], line)] == [("chip", "owner Olga")]
