from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from agent.conversation import Asked, Conversation, NeedsConsent, Planned, Ran, Told
from agent.explaining import explained
from agent.model import ScriptedModel
from wallet.actions import ACTIONS
from wallet.actions.explaining import why
from wallet.messages import text
from wallet.pending import PlannedStep
from wallet.verify.place import Place
from wallet.verify.report import Check, Report, failed, out_of_period, passed, undecided

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.wallet import Wallet

PLACE = Place("credential", "")
BROKEN = failed("proof", PLACE, "broken", "its signature does not fit")
STEPS = (PlannedStep("create_did", {"name": "work"}), PlannedStep("list_dids", {}))


def report(*checks: Check) -> Report:
    return Report(datetime(2026, 11, 26, tzinfo=UTC), checks)


@pytest.mark.parametrize(
    "question",
    [
        "why?",
        "Why did it fail?",
        "but why is it invalid",
        "why not?",
        "what's wrong with it?",
        "为什么？",
        "为什么失败了？",
        "為什麼無效？",
        "為甚麼會失敗",
        "为啥",
    ],
)
def test_why_is_answered_out_of_the_last_report(question: str) -> None:
    told = explained(question, report=report(BROKEN), steps=(), actions=ACTIONS)
    assert "Because: its signature does not fit." in list(map(str, told))
    assert explained(question, report=None, steps=STEPS, actions=ACTIONS) == ()


@pytest.mark.parametrize(
    "question",
    [
        "what will happen?",
        "What is about to happen",
        "what are you going to do?",
        "会发生什么？",
        "會發生什麼？",
    ],
)
def test_what_will_happen_is_answered_out_of_the_plan_that_waits(question: str) -> None:
    told = explained(question, report=None, steps=STEPS, actions=ACTIONS)
    assert list(map(str, told)) == [
        "1. Create a DID from the wallet's own keys (name: work); only after your yes",
        f"2. {ACTIONS['list_dids'].help} (); it only reads",
    ]
    assert explained(question, report=report(BROKEN), steps=(), actions=ACTIONS) == ()


@pytest.mark.parametrize(
    "message",
    [
        "why does Acme want my degree",
        "show Acme why it failed",
        "what will happen to my degree when I delete it",
        "remind me why on Friday",
        "为什么要出示学位证",
        "",
    ],
)
def test_any_other_message_is_planned(message: str) -> None:
    assert explained(message, report=report(BROKEN), steps=STEPS, actions=ACTIONS) == ()


@pytest.mark.parametrize(
    "message",
    [
        "remember that the clinic is Acme", "Remember Acme as the clinic",
        "remember the clinic is Acme", "use work for issuing from now on",
        "please remember that work is for issuing", "don't forget that I prefer Chinese",
        "when I say the clinic, I mean Acme", "from now on answer in Chinese",
        "answer me in English",
        "what do you remember about me?", "forget what you know about me", "list what you remember",
        "记住诊所就是Acme", "请记住我喜欢中文", "記住診所是Acme", "以后用中文回答",
        "你记得我什么？", "我说诊所就是指Acme", "忘掉你记住的别名",
    ],
)  # fmt: skip
def test_whoever_wants_something_remembered_is_told_the_command(message: str) -> None:
    (told,) = explained(message, report=None, steps=(), actions=ACTIONS)
    assert "holdfast memory set alias" in str(told)
    assert text(told, "zh").startswith("钱包只记住您用命令告诉它的事")


@pytest.mark.parametrize(
    "message",
    [
        "remember to renew my passport on Friday", "remember my degree on Monday",
        "forget it", "use work for issuing a Pass to Acme",
        "don't forget to pay Acme", "remind me that rent is due", "note the delivery",
        "answer Acme in writing", "记住周五续护照", "记住明天付款", "忘了吧",
        "what do you know about DIDs",
    ],
)  # fmt: skip
def test_what_is_to_be_done_is_planned(message: str) -> None:
    assert explained(message, report=None, steps=(), actions=ACTIONS) == ()


def test_nothing_is_planned_of_what_is_to_be_remembered(wallet: Wallet) -> None:
    talk = Conversation(wallet, ScriptedModel(iter(())))
    (told,) = talk.say("remember that the clinic is Acme")
    assert isinstance(told, Told)


def test_says_what_a_verdict_means_and_what_to_do_once_each() -> None:
    told = list(map(str, why(report(BROKEN, BROKEN, passed("syntax", PLACE, "strict", "fine")))))
    assert told[0] == "Do not rely on it: something in it does not hold."
    assert told[1] == told[2] == "Because: its signature does not fit."
    assert told[3].startswith("A signature that does not fit")
    assert len(told) == 4


def test_what_decides_is_told_and_nothing_else() -> None:
    late = out_of_period("period", PLACE, "expired", "it has expired")
    dark = undecided("status", PLACE, "unavailable", "nobody answers")
    told = " ".join(map(str, why(report(late, dark))))
    assert "it has expired" in told
    assert "nobody answers" not in told
    told = " ".join(map(str, why(report(dark, passed("syntax", PLACE, "strict", "fine")))))
    assert "neither valid nor invalid" in told
    assert "Try again later" in told


def test_what_is_valid_needs_no_reason() -> None:
    assert why(report(passed("proof", PLACE, "holds", "it holds"))) == ()


def test_speaks_the_persons_language() -> None:
    told = why(report(BROKEN))
    assert text(told[0], "zh").startswith("请勿依赖它")


def test_a_failed_check_is_explained_at_once_and_when_asked(wallet: Wallet, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"type": "VerifiableCredential"}')
    line = 'verify_credential credential="\ue008"'
    talk = Conversation(wallet, ScriptedModel(iter([line])))
    events: list[Any] = list(talk.say(f"check {tmp_path}/a.json"))
    assert [type(event) for event in events] == [Planned, Ran, Told]
    (again,) = talk.say("why?")
    assert again == events[-1]


def test_what_will_happen_can_be_asked_while_something_waits(wallet: Wallet) -> None:
    talk = Conversation(wallet, ScriptedModel(iter(['create_did name="work"', "publish_did"])))
    stream = talk.say("make work")
    events = [next(stream), next(stream)]
    assert isinstance(events[-1], NeedsConsent)
    stream.close()
    (told,) = talk.say("what will happen?")
    assert isinstance(told, Told)
    assert "(name: work); only after your yes" in str(told.sentences[0])
    assert isinstance(list(talk.say("publish it"))[-1], Asked)
