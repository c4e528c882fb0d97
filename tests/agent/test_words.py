from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.words import DID_MARKS, PLACE_MARKS, Units, mask

MEI = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


@pytest.mark.parametrize(
    ("message", "literal"),
    [
        (f"add Mei, her DID is {MEI}.", MEI),
        (f"把{MEI}加为联系人", MEI),
        ("what about did:web:shop.example%3A8443:u?", "did:web:shop.example%3A8443:u"),
    ],
)
def test_takes_a_did_out_and_leaves_what_stands_around_it(message: str, literal: str) -> None:
    masked = mask(message)
    assert masked.literals == {DID_MARKS[0]: literal}
    assert masked.restore(masked.text) == message


@pytest.mark.parametrize(
    ("message", "literal"),
    [
        ("import ~/inbox/diploma.json please", "~/inbox/diploma.json"),
        ("check ./vc.jwt", "./vc.jwt"),
        ("导入 diploma.json", "diploma.json"),
        ("把~/文件/成绩单2024.json导入钱包", "~/文件/成绩单2024.json"),
        ("get https://issuer.example/offers/7?x=1, thanks", "https://issuer.example/offers/7?x=1"),
    ],
)
def test_takes_a_file_or_a_link_out(message: str, literal: str) -> None:
    assert mask(message).literals == {PLACE_MARKS[0]: literal}


@pytest.mark.parametrize(
    ("message", "literal"),
    [
        ("back up into ./a.age.txt", "./a.age.txt"),
        ("import a.vc.json, please", "a.vc.json"),
        ("the file issuer.example/offers/a.json", "issuer.example/offers/a.json"),
        ("put it in ~/x.tar.gz.", "~/x.tar.gz"),
        ("打开https://a.example/x看看", "https://a.example/x"),
        ("打开https://a.example看看", "https://a.example"),
        ("导入https://a.example/x.json到钱包", "https://a.example/x.json"),
        ("从https://a.example/x，导入", "https://a.example/x"),
        ("（https://a.example/x）", "https://a.example/x"),
        ("来自“https://a.example/x”的", "https://a.example/x"),
        ("打开https://学校.中国/证/7看看", "https://学校.中国/证/7"),
        ("导入https://a.example/证书.json吧", "https://a.example/证书.json"),
        ("备份到./a吧", "./a"),
        ("把./备份/家.age.txt恢复", "./备份/家.age.txt"),
    ],
)
def test_takes_a_file_or_a_link_out_whole_and_no_more(message: str, literal: str) -> None:
    assert mask(message).literals == {PLACE_MARKS[0]: literal}


def test_two_paths_in_one_sentence_are_two() -> None:
    assert list(mask("导入./a然后看看./b.json").literals.values()) == ["./a", "./b.json"]


def test_no_part_of_a_name_is_taken_for_a_file() -> None:
    assert mask("证书.vc.json").literals == {}
    assert mask("mail mei@a.json").literals == {}


@pytest.mark.parametrize("did", ["did:web:a.example", "did:ethr:0x1:0xab", "0x" + "aB" * 20])
def test_a_did_ends_where_chinese_begins(did: str) -> None:
    for message in (f"把{did}看看", f"把{did}，加为联系人", f"是（{did}）"):
        assert mask(message).literals == {DID_MARKS[0]: did}


def test_gives_the_same_literal_the_same_mark_in_a_later_turn() -> None:
    first = mask(f"who is {MEI}?")
    second = mask(f"add {MEI} as Mei", first.literals)
    assert DID_MARKS[0] in second.text
    assert second.literals == first.literals


def test_leaves_the_ninth_did_as_it_is_written() -> None:
    dids = [f"did:example:{number}" for number in range(9)]
    masked = mask(" ".join(dids))
    assert masked.text.endswith(dids[-1])
    assert masked.restore(masked.text) == " ".join(dids)


def test_drops_private_use_characters_so_that_nobody_forges_a_mark() -> None:
    assert mask(f"send {DID_MARKS[0]} {PLACE_MARKS[0]} it").text == " send it"


def test_is_one_line_whatever_was_typed() -> None:
    assert mask("show\n< my\t degree\n>").typed == "show < my degree >"
    assert "\n" not in mask("show\n< my\t degree\n>").text


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ("Show it.  Then stop", " show it. then stop"),
        ("show my (old) DEGREE", " show my( old) DEGREE"),
        ("SHOW ME MY DEGREE", " show me my degree"),
        ("把學位證書給“ＡＢＣ”看", '把学位证书给" ABC"看'),
        ("ends 10/8/2040", " ends 10/8/2040"),
    ],
)
def test_the_model_reads_one_script_one_width_and_a_space_before_each_word(
    message: str, read: str
) -> None:
    assert mask(message).text == read


@pytest.mark.parametrize(
    ("message", "run", "typed"),
    [
        ("把學位證書給“ＡＢＣ”看", "学位证书", "學位證書"),
        ("把學位證書給“ＡＢＣ”看", "ABC", "ＡＢＣ"),
        ("Degree (old) please", "degree( old", "Degree (old"),
        (f"add {MEI} now", DID_MARKS[0], MEI),
    ],
)
def test_a_run_of_what_is_read_comes_back_as_typed(message: str, run: str, typed: str) -> None:
    masked = mask(message)
    assert masked.restore(run) == typed
    assert masked.reads(typed) == run


def test_cuts_words_at_spaces_and_han_characters_at_each() -> None:
    units = Units.of("Add O'Brien-Smith, 林梅 (95%)")
    assert units.words == ("Add", "O'Brien-Smith", "林", "梅", "95%")
    assert units.gaps == (" ", ", ", "", " (")


@given(st.text())
def test_words_and_gaps_make_up_the_middle_of_any_line(text: str) -> None:
    line = mask(text).text
    units = Units.of(line)
    together = (
        "".join(word + gap for word, gap in zip(units.words, (*units.gaps, ""), strict=True))
        if units.words
        else ""
    )
    assert together in line


@given(st.text())
def test_restoring_gives_the_whole_message_back(text: str) -> None:
    masked = mask(text)
    assert "\n" not in masked.text
    assert len(masked.places) == len(masked.text)
    assert masked.restore(masked.text) in masked.restore(masked.typed) or not masked.text.strip()
