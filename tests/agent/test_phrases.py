from __future__ import annotations

import pytest

from agent.pairs import parted, restated
from agent.phrases import (
    CALLED_ZH,
    ENDS_OF_DEEDS,
    REMINDED,
    answered,
    asked_about,
    begun,
    finished,
    finished_zh,
    is_called,
    named,
    places_said,
    says_nothing,
    thing_issued,
    whole_phrase,
)
from agent.words import mask

DID = "did:web:a.example"


@pytest.mark.parametrize(
    ("text", "message", "name"),
    [
        ("家的", "创建一个叫家的DID", "家"),
        ("家的", "创建一个叫家的 DID", "家"),
        ("家的", "新建一个叫家的身份", "家"),
        ("家的", "建一个叫家的数字身份", "家"),
        ("家的", "创建一个叫“家的”DID", "家的"),
        ("家的", '创建一个叫"家的" DID', "家的"),
        ("家的", "创建一个DID，叫家的", "家的"),
        ("目的地", "创建一个叫目的地的DID", "目的地"),
        ("的", "创建一个叫的DID", "的"),
        ("小明的DID", f"小明的DID是{DID}，存一下", "小明"),
        ("Mei's", f"Mei's DID is {DID}, add her", "Mei"),
        ("Mei’s", f"save Mei’s did {DID}", "Mei"),
        ("Mei's", f"save Mei's {DID}", "Mei"),
        ("Mei's DID", f"Mei's DID is {DID}", "Mei"),
        ("Mei's DID", "make one called Mei's DID", "Mei's DID"),
        ("Mei's", "make a DID called Mei's", "Mei's"),
        ("Mei's", "call it Mei's, then publish it", "Mei's"),
        ("Charles", f"Charles' DID is {DID}", "Charles"),
        ("Joe's", f"add Joe's Café as {DID}", "Joe's"),
    ],
)
def test_a_name_is_cut_free_of_what_ties_it_to_a_noun(text: str, message: str, name: str) -> None:
    assert named(text, [mask(message).typed], []) == name


def test_a_name_that_the_wallet_knows_is_what_it_is() -> None:
    assert named("家的", ["新建一个叫家的DID"], ["家的"]) == "家的"
    assert named("Joe's", ["the Joe's wallet"], ["joe's"]) == "Joe's"


@pytest.mark.parametrize(
    ("message", "thing"),
    [
        ("issue a Pass to Acme", "Pass"),
        ("issue a pass to Acme", "pass"),
        ("please issue a Yacht Club Membership to Acme", "Yacht Club Membership"),
        ("issue Pass to Acme", "Pass"),
        ("issue an entry-pass for Acme until Friday", "entry-pass"),
        ("issue Acme a Pass.", "Pass"),
        (f"issue a Pass to {DID}", "Pass"),
        ("issue a credential to Acme", None),
        ("issue a new one to Acme", None),
        ("issue it to Acme", None),
        ("issue to Acme", None),
        ("issue Acme a document", None),
        ("issue what I promised the other day to Acme", None),
    ],
)
def test_what_is_to_be_issued_is_found_where_it_is_said_plainly(
    message: str, thing: str | None
) -> None:
    assert thing_issued(mask(message).text) == thing


@pytest.mark.parametrize(
    ("text", "line", "others", "whole"),
    [
        ("Night", "make a DID called Night shift", [], "Night shift"),
        ("racked", "note on cask 9: racked off in the cellar", ["cellar"], "racked off"),
        ("coat", "third coat of paint on it", [], "coat of paint"),
        ("Night", "make one called Night shift please", [], "Night shift"),
        ("Night", "call it Night and publish it", [], "Night"),
        ("Night", "call it Night, then publish it", [], "Night"),
        ("sealed", "it was sealed Friday", ["Friday"], "sealed"),
        ("Acme", "Acme knows Acme well", [], "Acme"),
        ("Acme", "call it Acme林梅", [], "Acme"),
        ("gone", "nobody said so", [], "gone"),
        ("", "anything", [], ""),
    ],
)
def test_a_phrase_goes_on_to_its_end(text: str, line: str, others: list[str], whole: str) -> None:
    assert finished(text, line, others) == whole


def test_a_deed_goes_on_over_where_and_to_whom() -> None:
    line = "remind me to take the box to the depot on Friday please"
    assert finished("take the box", line, ["on Friday"], ENDS_OF_DEEDS) == (
        "take the box to the depot"
    )


@pytest.mark.parametrize(
    ("text", "line", "others", "whole"),
    [
        ("寄信", "月底提醒我寄信给学弟吧", [], "寄信给学弟"),
        ("寄信", "提醒我寄信下周五", ["下周五"], "寄信"),
        ("寄信", "我要寄信给学弟", [], "寄信"),
        ("寄信", "提醒我寄信, 谢谢", [], "寄信"),
    ],
)
def test_a_chinese_deed_goes_on_after_its_cue(
    text: str, line: str, others: list[str], whole: str
) -> None:
    assert finished_zh(text, line, others, REMINDED) == whole


def test_a_chinese_name_goes_on_to_what_ties_it_to_its_noun() -> None:
    assert finished_zh("民宿", "建一个叫民宿前台的身份", [], CALLED_ZH) == "民宿前台"


def test_a_name_is_one_after_a_word_that_says_so() -> None:
    assert is_called("Night", "a DID, call it Night shift")
    assert not is_called("Night", "publish my Night shift")


@pytest.mark.parametrize(
    ("pair", "claims"),
    [
        (("flat", "3B, deposit 900"), {"flat": "3B", "deposit": "900"}),
        (("bay", "bay 14"), {"bay": "14"}),
        (("hut size", "hut size 12"), {"hut size": "12"}),
        (("name", "Smith, John"), {"name": "Smith, John"}),
        (("fee", "1,500"), {"fee": "1,500"}),
        (("flat", "3B, deposit: 900, floor is 2"), {"flat": "3B", "deposit": "900", "floor": "2"}),
    ],
)
def test_claims_run_together_are_parted(pair: tuple[str, str], claims: dict[str, str]) -> None:
    assert dict(parted([pair])) == claims


@pytest.mark.parametrize(
    ("topic", "about"),
    [
        ("點樣撤銷證書", "撤銷證書"),
        ("怎么备份", "备份"),
        ("What's a did:web", "did:web"),
        ("how do I rotate a key", "rotate a key"),
        ("备份", "备份"),
        ("怎么", "怎么"),
        ("howitzers", "howitzers"),
    ],
)
def test_a_topic_is_what_a_question_is_about(topic: str, about: str) -> None:
    assert asked_about(topic) == about


@pytest.mark.parametrize(
    ("text", "line", "others", "whole"),
    [
        ("cleared", "mark crate 2 as customs cleared", [], "customs cleared"),
        ("pharmacy", "save him as Mum's pharmacy", [], "Mum's pharmacy"),
        ("cleared", "mark it as the one that cleared", [], "cleared"),
        ("cleared", "log as requested that it cleared", [], "cleared"),
        ("cleared", "mark crate as crate cleared", ["crate"], "cleared"),
        ("cleared", "customs cleared", [], "cleared"),
    ],
)
def test_a_phrase_begins_behind_as(text: str, line: str, others: list[str], whole: str) -> None:
    assert begun(text, line, others) == whole


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("forklift tickets mate", "forklift tickets"),
        ("passport as well, please", "passport"),
        ("驾照谢谢", "驾照"),
        ("please", "please"),
    ],
)
def test_what_is_said_to_somebody_is_no_part_of_a_thing(text: str, whole: str) -> None:
    for argument in ("type", "filter", "query"):
        assert whole_phrase(argument, text, text, ()) == whole


def test_some_words_name_no_sort_of_thing() -> None:
    assert says_nothing("paperwork")
    assert says_nothing("Some document")
    assert not says_nothing("health paperwork")


@pytest.mark.parametrize(
    ("pair", "line", "claims"),
    [
        (("pass", "S20"), "issue a pass to Bo, number S20, until May", {"number": "S20"}),
        (("flat", "900"), "a card: flat 3B, deposit 900.", {"flat": "3B", "deposit": "900"}),
        (("level", "B1"), "wait, level should be B2, and soon", {"level": "B2"}),
        (("reason moved", "reason moved"), "class X, reason moved", {"reason": "moved"}),
        (("height", "1.80 m"), "height 1.80 m, weight 70", {"height": "1.80 m"}),
        (("學生證", "S2047"), "出張學生證,學號 S2047,五月到期", {"學號": "S2047"}),
        (
            ("payment", "spotless"),
            "a slip with payment record spotless",
            {"payment record": "spotless"},
        ),
        (("role", "guard"), "a pass, role night guard", {"role": "night guard"}),
        (("score", "94"), "a badge with score of 94", {"score": "94"}),
        (("hut", "9"), "with hut set to 9", {"hut": "9"}),
        (("skill", "wear"), "a card, skill: bridal wear, term: May", {"skill": "bridal wear"}),
        (("reason moved", "May 3"), "class X, reason moved. On May 3 call", {"reason": "moved"}),
        (("warden", "warden"), "a pass, warden Bo Lark", {"warden": "Bo Lark"}),
        (("year", "2021"), "gpa is 3.8 and year 2021", {"year": "2021"}),
        (("教时长", "480小时"), "开鉴定，带教时长写480小时。", {"带教时长": "480小时"}),
    ],
)
def test_claims_are_as_the_line_says_them(
    pair: tuple[str, str], line: str, claims: dict[str, str]
) -> None:
    assert dict(restated([pair], line)) == claims


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("it was weighed at Tema harbour, and trace it", ["Tema harbour"]),
        ("washed in Dock 7", ["Dock 7"]),
        ("washed at noon", []),
        ("记一条卸货,地点是霞浦码头,再溯源", ["霞浦码头"]),
        ("記一筆出貨,地點:基隆", ["基隆"]),
    ],
)
def test_a_place_is_found_where_it_is_said_plainly(line: str, found: list[str]) -> None:
    assert [line[first:last] for first, last in places_said(line)] == found


def test_a_latin_name_goes_on_after_a_chinese_cue() -> None:
    assert whole_phrase("name", "Docs", "创建一个身份,叫 Docs Site,然后", ()) == "Docs Site"


def test_a_place_does_not_go_on_to_what_happened_there() -> None:
    line = "昨晚在浦东海关延误"
    assert whole_phrase("place", "浦东海关延误", line, ["延误"]) == "浦东海关"
    assert whole_phrase("place", "浦东海关", line, ["延误"]) == "浦东海关"


def test_a_value_that_holds_anothers_is_what_stands_behind_its_name() -> None:
    line = "a card with number 11 and category under-19, until May"
    pairs = [("number", "11"), ("category", "with number 11")]
    assert dict(restated(pairs, line)) == {"number": "11", "category": "under-19"}


@pytest.mark.parametrize(
    ("text", "line", "whole"),
    [
        (
            "course completion",
            "a course completion certificate to Bo",
            "course completion certificate",
        ),
        ("course completion", "a course completion to Bo", "course completion"),
        ("年卡", "发一张年卡会员证，姓名高磊", "年卡会员证"),
        ("会员证", "发一张会员证给高磊", "会员证"),
    ],
)
def test_a_sort_of_thing_goes_on_to_its_head(text: str, line: str, whole: str) -> None:
    assert whole_phrase("type", text, line, ()) == whole


def test_what_says_that_a_name_follows_is_no_part_of_it() -> None:
    line = "save did:key:z6Mk as a contact named Acme Clinic"
    assert whole_phrase("name", "Acme Clinic", line, ()) == "Acme Clinic"
    assert whole_phrase("name", "Acme", line, ()) == "Acme Clinic"


@pytest.mark.parametrize(
    ("text", "line", "others", "whole"),
    [
        ("rent payment", "issue a rent payment reference to Bo", [], "rent payment reference"),
        ("swim badge", "give Bo a bronze swim badge", [], "bronze swim badge"),
        ("swim badge", "give Bo a new swim badge", [], "swim badge"),
        (
            "swim badge",
            "call it senior swim badge instead",
            ["senior swim badge"],
            "senior swim badge",
        ),
        ("swim badge", "a pass for the swim badge", [], "swim badge"),
        ("swim badge", "a bronze swim badge", ["bronze"], "swim badge"),
    ],
)
def test_a_sort_of_thing_is_whole(text: str, line: str, others: list[str], whole: str) -> None:
    assert whole_phrase("type", text, line, others) == whole


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("bronze swim badge, distance 400 m", "bronze swim badge"),
        ("issue swim badge", "swim badge"),
        ("I think swim badge", "swim badge"),
        ("a swim badge", "swim badge"),
    ],
)
def test_an_answer_begins_with_what_was_asked_for(line: str, whole: str) -> None:
    assert answered("swim badge", line) == whole


@pytest.mark.parametrize(
    ("drafted", "line", "whole"),
    [
        ("sailing", "show me all my sailing certificates", "sailing certificates"),
        ("food safety", "list our food safety permits, please", "food safety permits"),
        ("way of licences", "what have I got by way of licences", "licences"),
        ("Acme", "list the credentials from Acme", "Acme"),
        ("sailing", "list my sailing credentials", "sailing"),
    ],
)
def test_a_list_is_of_what_its_noun_says(drafted: str, line: str, whole: str) -> None:
    assert whole_phrase("filter", drafted, line, [drafted]) == whole


@pytest.mark.parametrize(
    ("drafted", "line", "whole"),
    [
        ("changed", "add a note on the crate: label changed", "label changed"),
        ("changed", "the crate, label changed", "changed"),
        ("left the yard", "note on the crate: it left the yard", "left the yard"),
    ],
)
def test_an_event_begins_behind_a_colon(drafted: str, line: str, whole: str) -> None:
    assert whole_phrase("event", drafted, line, []) == whole
