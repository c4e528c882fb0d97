from __future__ import annotations

import pytest

from agent.amounts import amount_of, with_point


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("three tenths of an ether", "0.3"),
        ("two hundredths", "0.02"),
        ("0.5", "0.5"),
        (".5", "0.5"),
        ("0.3ETH", "0.3"),
        ("1,500", "1500"),
        ("1,5", "1.5"),
        ("1.250 ether", "1.25"),
        ("half an ether", "0.5"),
        ("half an", "0.5"),
        ("one and a half", "1.5"),
        ("zero point zero five", "0.05"),
        ("point five", "0.5"),
        ("a quarter of an ether", "0.25"),
        ("two hundred", "200"),
        ("twenty-five", "25"),
        ("零点五个以太", "0.5"),
        ("半个以太", "0.5"),
        ("一个半", "1.5"),
        ("两个ETH", "2"),
        ("十二点五", "12.5"),
        ("一百二十", "120"),
        ("两千五", "2500"),
        ("兩千零五", "2005"),
        ("一百二", "120"),
        ("一万五", "15000"),
        ("二十五", "25"),
        ("一百二十三", "123"),
        ("0.5 of an ether", "0.5"),
        ("1.2万", "12000"),
        ("零點零五", "0.05"),
        ("１．５ＥＴＨ", "1.5"),
        ("１．２萬", "12000"),
        ("兩個乙太幣", "2"),
    ],
)
def test_reads_what_people_say_of_ether(words: str, amount: str) -> None:
    assert amount_of(words) == amount


@pytest.mark.parametrize(
    "words",
    [
        "",
        "some",
        "三五个",
        "20 euros",
        "$5",
        "3块",
        "一百块钱",
        "0.1 BTC",
        "0",
        "1.2.3",
        "ether",
        "十点",
        "-1",
    ],
)
def test_says_so_where_the_words_are_no_amount_of_ether(words: str) -> None:
    assert amount_of(words) is None


@pytest.mark.parametrize(
    ("text", "line", "whole"),
    [
        ("25", "pay Olga 25,000 rupees", "25,000"),
        ("1", "pay Olga 1,250,000", "1,250,000"),
        ("25", "pay Olga 25, not 26", "25"),
        ("15", "pay Olga .15", ".15"),
    ],
)
def test_an_amount_is_never_the_beginning_of_another(text: str, line: str, whole: str) -> None:
    assert with_point(text, line) == whole
