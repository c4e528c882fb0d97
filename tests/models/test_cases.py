from __future__ import annotations

from collections import Counter

import pytest

from agent.draft import Draft
from agent.grammar import grammar_for
from agent.prompt import Turn, compose
from agent.state import ContactEntry, State
from models.cases import Cases
from models.phrasebook import FAVOURED, FOLDER, LANGUAGES, Authors, Corpus
from models.told import asked_about
from models.wallets import NOW
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
        set(Corpus(lang, split, authors=Authors(left_out="e"))._lines("create_did"))
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
def test_a_favoured_authors_lines_are_drawn_more_often_and_no_others_are(lang: str) -> None:
    plain = Counter(Corpus(lang, "train")._lines("none"))
    more = Counter(Corpus(lang, "train", authors=Authors(favoured="h"))._lines("none"))
    held_out = Counter(Corpus(lang, "held-out", authors=Authors(favoured="h"))._lines("none"))
    theirs = set((FOLDER / lang / "h" / "none.txt").read_text(encoding="utf-8").splitlines())
    assert theirs & more.keys()
    assert more.keys() == plain.keys()
    for line, count in plain.items():
        assert more[line] == count * (FAVOURED if line in theirs else 1)
    assert set(held_out.values()) == {1}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["types", "claims_words"])
def test_what_several_authors_call_a_thing_is_known_of_it(lang: str, name: str) -> None:
    joined = Corpus(lang, "train").rows_by_name(name)
    for path in (FOLDER / lang).rglob(f"{name}.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                head, *phrases = line.strip().split("\t")
                assert set(filter(None, phrases)) <= {head, *joined[head]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_talk_that_asks_for_nothing_names_the_wallets_entries_too(lang: str) -> None:
    source = Cases(lang, "train", 3)
    named = 0
    for _ in range(300):
        state = source.wallets.draw()
        case = source._try("none", state)
        if case is not None:
            assert not case.draft.steps
            named += any(each.name and each.name in case.message for each in state.contacts)
    assert named > 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_two_contacts_have_in_common_names_neither(lang: str) -> None:
    names = ("李一鸣", "李一诺") if lang == "zh" else ("Sam Orr", "Sam Delaney")
    state = State(now=NOW, contacts=tuple(ContactEntry(name, name) for name in names))
    source = Cases(lang, "train", 4)
    mentions = [source.mentions.contact(state, state.contacts[0]) for _ in range(200)]
    common = [each for each in mentions if each.text in {"李一", "Sam"}]
    assert common
    assert all(each.entry is None for each in common)
    assert any(each.entry is state.contacts[0] for each in mentions)


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
