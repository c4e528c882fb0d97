from __future__ import annotations

import pytest

from wallet.messages import Message, language_of, preferred_language, say, text


def test_renders_a_template_in_english_and_in_chinese() -> None:
    created = say("created {did}", did="did:key:z6Mk")
    assert text(created, "en") == "created did:key:z6Mk"
    assert text(created, "zh") == "已创建 did:key:z6Mk"


def test_a_message_as_text_is_english() -> None:
    assert str(say("created {did}", did="work")) == "created work"


def test_falls_back_to_english_for_a_template_that_no_catalogue_has() -> None:
    assert text(say("grew {count} wings", count=2), "zh") == "grew 2 wings"


def test_falls_back_to_english_for_a_language_that_has_no_catalogue() -> None:
    assert text(say("not done"), "tlh") == "not done"


def test_renders_a_message_within_a_message_in_the_same_language() -> None:
    verdict = say("verdict: {verdict}", verdict=say("VALID"))
    assert text(verdict, "en") == "verdict: VALID"
    assert text(verdict, "zh") == "结论：有效"


def test_translates_a_bare_template() -> None:
    assert text("not done", "zh") == "未执行"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_said_is_nothing_shown(language: str) -> None:
    assert text("", language) == ""


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert text(say("deleted {name}", name="{did} {0} {"), "zh") == "已删除 {did} {0} {"


def test_a_template_without_values_may_hold_braces() -> None:
    assert text(Message("{not a placeholder"), "zh") == "{not a placeholder"


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("create a DID called work", "en"),
        ("列出我所有的凭证", "zh"),
        ("帮我新建一个 did:key 身份，名字叫林梅", "zh"),
        ("Issue a Nursing Licence to 林梅 with level Senior", "en"),
        ("向 Acme Clinic 出示我的 Nursing Licence", "zh"),
        ("", "en"),
        ("did:key:z6Mk", "en"),
    ],
)
def test_hears_which_language_a_sentence_is_in(sentence: str, language: str) -> None:
    assert language_of(sentence) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "ZH_TW"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LC_ALL": "en_GB.UTF-8", "HOLDFAST_LANGUAGE": "zh"}, "zh"),
    ],
)
def test_prefers_the_language_of_holdfast_then_of_the_locale(
    environment: dict[str, str], language: str
) -> None:
    assert preferred_language(environment) == language
