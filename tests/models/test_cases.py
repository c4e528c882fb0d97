from __future__ import annotations

from collections import Counter

import pytest

from agent.draft import Draft
from agent.grammar import grammar_for
from agent.prompt import Turn, compose
from models.cases import Cases
from models.phrasebook import LANGUAGES, Corpus
from models.told import asked_about
from wallet.actions import PLANNED


@pytest.mark.parametrize("lang", LANGUAGES)
def test_cases_are_the_same_for_the_same_seed_and_of_every_scene(lang: str) -> None:
    first, second = Cases(lang, "train", 5), Cases(lang, "train", 5)
    seen: Counter[str] = Counter()
    for _ in range(120):
        ours, theirs = list(first.some(4)), list(second.some(4))
        assert [case.prompt.text for case in ours] == [case.prompt.text for case in theirs]
        assert [case.draft for case in ours] == [case.draft for case in theirs]
        seen.update(case.scene for case in ours)
    assert seen.keys() == first.scenes.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_label_is_a_draft_of_what_its_prompt_offers(lang: str) -> None:
    source = Cases(lang, "held-out", 6)
    for _ in range(40):
        for case in source.some(4):
            short = case.draft.write_short()
            assert Draft.read(short) == case.draft
            assert grammar_for(case.prompt, PLANNED)
            assert case.prompt.text == compose(case.state, case.history, case.message).text
            assert all(isinstance(turn, Turn) for turn in case.history)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["create_did", "none", "multi"])
def test_no_line_is_both_trained_on_and_held_out(lang: str, name: str) -> None:
    halves = [set(Corpus(lang, split)._lines(name)) for split in ("train", "held-out")]
    assert all(halves)
    assert not halves[0] & halves[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_author_can_be_left_out(lang: str) -> None:
    kept, theirs = (
        set(Corpus(lang, split, left_out="e")._lines("create_did"))
        for split in ("train", "held-out")
    )
    folder = Corpus(lang, "train").folder / lang / "e" / "create_did.txt"
    written = {
        line.strip()
        for line in folder.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    }
    assert theirs == written
    assert not kept & written


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("action", PLANNED)
def test_there_are_phrasings_of_every_action(lang: str, action: str) -> None:
    assert len(Corpus(lang, "train").templates(action)) > 100
    assert Corpus(lang, "held-out").templates(action)


@pytest.mark.parametrize(
    ("topic", "lang", "parts"),
    [
        ("what is a DID", "en", ("what is a ", "DID", "")),
        ("how does anchoring work", "en", ("how does ", "anchoring", " work")),
        ("how do I back up", "en", ("how do I ", "back up", "")),
        ("key rotation", "en", ("", "key rotation", "")),
        ("what happens if I lose my phrase", "en", None),
        ("什么是可验证凭证", "zh", ("什么是", "可验证凭证", "")),
        ("怎么备份", "zh", ("怎么", "备份", "")),
        ("选择性披露是怎么回事", "zh", ("", "选择性披露", "是怎么回事")),
        ("凭证会过期吗", "zh", None),
    ],
)
def test_a_question_is_about_what_stands_between_its_words(
    topic: str, lang: str, parts: tuple[str, str, str] | None
) -> None:
    assert asked_about(topic, zh=lang == "zh") == parts
