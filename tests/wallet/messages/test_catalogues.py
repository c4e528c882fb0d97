from __future__ import annotations

import shutil
import string
from typing import TYPE_CHECKING

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from wallet.actions import ACTIONS, journal
from wallet.actions.consent import By
from wallet.messages import LANGUAGES, extract
from wallet.verify.report import VERDICTS

if TYPE_CHECKING:
    from pathlib import Path

    from babel.messages.catalog import Catalog

FOREIGN = tuple(language for language in LANGUAGES if language != "en")
FOUND = extract.collect()


def _written(language: str, folder: Path = extract.LOCALE) -> Catalog:
    with (folder / language / "LC_MESSAGES" / "holdfast.po").open("rb") as file:
        return read_po(file)


def _sentences(catalogue: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def _templates(*lines: str) -> list[str]:
    return [template for _, template in extract.templates("\n".join(lines))]


@pytest.mark.parametrize("language", FOREIGN)
def test_every_sentence_in_the_code_is_translated_and_no_other(language: str) -> None:
    written = _sentences(_written(language))
    assert written.keys() == _sentences(FOUND).keys()


@pytest.mark.parametrize("language", FOREIGN)
def test_no_translation_is_empty_or_a_guess(language: str) -> None:
    wanting = [message.id for message in _written(language) if not message.string or message.fuzzy]
    assert wanting == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_has_the_placeholders_of_its_template(language: str) -> None:
    for template, translation in _sentences(_written(language)).items():
        assert _placeholders(template) == _placeholders(translation), template


@pytest.mark.parametrize("language", FOREIGN)
def test_what_gettext_reads_is_what_is_written(language: str) -> None:
    path = extract.LOCALE / language / "LC_MESSAGES" / "holdfast.mo"
    with path.open("rb") as file:
        assert _sentences(read_mo(file)) == _sentences(_written(language))


def test_extracting_again_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "locale"
    shutil.copytree(extract.LOCALE, folder)
    assert extract.main(folder) == 0
    for language in FOREIGN:
        assert _sentences(_written(language, folder)) == _sentences(_written(language))


def test_extracting_names_what_is_missing_and_drops_what_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = tmp_path / "zh" / "LC_MESSAGES" / "holdfast.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid "not done"\nmsgstr "未执行"\n\nmsgid "gone"\nmsgstr "去"\n')
    assert extract.main(tmp_path) == 1
    assert "zh/LC_MESSAGES/holdfast.po lacks 'indeterminate'\n" in capsys.readouterr().out
    merged = _sentences(_written("zh", tmp_path))
    assert merged.keys() == _sentences(FOUND).keys()
    assert merged["not done"] == "未执行"


@pytest.mark.parametrize(
    "word",
    [
        *VERDICTS.values(),
        *(words.upper() for words in VERDICTS.values()),
        *(outcome.value for outcome in journal.Outcome),
        *(by.value for by in By),
        *(action.help for action in ACTIONS.values()),
        *(parameter.help for action in ACTIONS.values() for parameter in action.parameters),
    ],
)
def test_words_that_are_data_are_sentences_too(word: str) -> None:
    assert word in FOUND


def test_finds_what_is_said() -> None:
    assert _templates('say("one " "two", name=say("three"))', 'self.say("not this")') == [
        "one two",
        "three",
    ]


def test_finds_either_side_of_a_choice() -> None:
    assert _templates('say("one" if ready else "two")') == ["one", "two"]


def test_finds_what_a_name_was_set_to() -> None:
    assert _templates(
        'MESSAGE: Final = "one"',
        'message, end = "two", 2',
        "message = TABLE[name]",
        'TABLE = {"a": "three", "b": "four"}',
        "passed(name, place, code, MESSAGE)",
        "(undecided if strict else warned)(name, place, code, message)",
    ) == ["one", "two", "three", "four"]


def test_follows_no_name_round_in_a_circle() -> None:
    assert _templates("one = two", "two = one", 'two = "here"', "say(one)") == ["here"]


def test_finds_the_help_of_an_action_and_of_its_parameters() -> None:
    assert _templates(
        "Action(",
        '    name="act", help="one",',
        '    parameters=(Parameter("a", Kind.TEXT, "two"), Parameter("b", kind, help="three")),',
        ")",
    ) == ["one", "two", "three"]


def test_leaves_alone_what_only_looks_like_a_sentence() -> None:
    assert _templates("say()", "say(kind)", 'f(help="no")', 'table["say"]("no")', "a, b = c") == []
