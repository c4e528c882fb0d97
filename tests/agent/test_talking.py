from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.conversation import (
    Conversation,
    Event,
    Failed,
    NeedsConsent,
    NotServed,
    Planned,
    Ran,
    Spoke,
    Told,
)
from agent.errors import ModelFailed
from agent.lines import take_turn
from agent.model import LlamaModel, ScriptedModel
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.cli.diagnostics import ExitCode
from wallet.cli.options import Options
from wallet.entries import dids

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.instruct import Said
    from wallet.wallet import Wallet

TINY = Path(__file__).parents[1] / "vectors/tiny-instruct/tiny-instruct.gguf"
NO = Answer(yes=False, by=By.DIALOG)


class Talker(ScriptedModel):
    """An instruct model that plans and says what it was given, and keeps what it was told."""

    def __init__(self, plans: Sequence[str], *pieces: str, fails: bool = False) -> None:
        super().__init__(iter(plans))
        self._pieces = pieces
        self._fails = fails
        self.told: list[tuple[Said, ...]] = []

    def instructed(self) -> bool:
        return True

    def answer(self, messages: Sequence[Said], grammar: str, /) -> str:
        del messages
        return self.complete("", grammar)

    def talk(self, messages: Sequence[Said], /) -> Iterator[str]:
        self.told.append(tuple(messages))
        yield from self._pieces
        if self._fails:
            raise ModelFailed("the model's process has ended", hint="say it again")


def turn(conversation: Conversation, message: str) -> list[Event]:
    """The events of a turn in which everything is refused."""
    events: list[Event] = []
    stream = conversation.say(message)
    answer: Answer | None = None
    while True:
        try:
            events.append(stream.send(answer))
        except StopIteration:
            return events
        answer = NO if isinstance(events[-1], NeedsConsent) else None


def do(wallet: Wallet, action: str, /, **arguments: Any) -> None:
    propose = ACTIONS[action].propose
    assert propose is not None
    proposal = propose(wallet, arguments)
    run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.DIALOG)))


@pytest.fixture
def school(wallet: Wallet) -> Wallet:
    do(wallet, "create_did", method="key", name="school")
    do(wallet, "create_did", method="key", name="mei")
    do(wallet, "issue_credential", type="Degree", subject="mei", claims={"gpa": "3.97"})
    return wallet


def test_small_talk_is_the_models_own_in_pieces(wallet: Wallet) -> None:
    talk = Conversation(wallet, Talker(["none"], "Hel", "lo"))
    assert turn(talk, "what a day")[1:] == [Spoke("Hel"), Spoke("lo"), Spoke("")]


def test_a_model_that_only_plans_says_what_the_wallet_can_do(wallet: Wallet) -> None:
    events = turn(Conversation(wallet, ScriptedModel(iter(["none"]))), "what a day")
    assert [type(event) for event in events] == [Planned, NotServed]


def test_it_is_told_names_and_never_a_value(school: Wallet) -> None:
    model = Talker(["none", "none"], "Well.")
    talk = Conversation(school, model)
    turn(talk, "tell me about my degree")
    turn(talk, "and?")
    first, second = model.told
    told = "\n".join(said.content for said in first)
    assert "gpa" in told
    assert "3.97" not in told
    assert first[0].role == "system"
    assert [said.role for said in second] == ["system", "user", "assistant", "user"]
    assert second[2].content == "Well."


def test_help_is_the_wallets_own_text_and_then_the_models(wallet: Wallet) -> None:
    model = Talker(['help topic="DID"'], "Look:")
    events = turn(Conversation(wallet, model), "what is a DID")
    assert [type(event) for event in events] == [Planned, Ran, Spoke, Spoke]
    ran = events[1]
    assert isinstance(ran, Ran)
    assert str(ran.result.summary) in model.told[0][-1].content


def test_why_is_answered_out_of_the_report_and_then_by_the_model(
    wallet: Wallet, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text("{}")
    model = Talker(['verify_credential credential="<place1>"'], "Because.")
    talk = Conversation(wallet, model)
    turn(talk, f"check {tmp_path}/a.json")
    told, *spoken = turn(talk, "why?")
    assert isinstance(told, Told)
    assert spoken == [Spoke("Because."), Spoke("")]
    assert str(told.sentences[0]) in model.told[-1][-1].content


def test_a_model_that_fails_in_the_middle_costs_one_turn(wallet: Wallet) -> None:
    talk = Conversation(wallet, Talker(["none", "list_dids"], "Hel", fails=True))
    *_, spoke, ended, failed = turn(talk, "what a day")
    assert (spoke, ended) == (Spoke("Hel"), Spoke(""))
    assert isinstance(failed, Failed)
    assert isinstance(turn(talk, "list my DIDs")[-1], Ran)


def test_its_words_are_marked_as_its_own_and_move_no_cursor(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = Conversation(wallet, Talker(["none"], "Paid\x1b[2J", "\nall\u202e."))
    code = take_turn(talk, "what a day", Options(home=wallet.home), lambda _p, _l: NO)
    assert code is ExitCode.DONE
    out = capsys.readouterr().out
    assert out == "the model says: Paid\\u{001B}[2J\nall\\u{202E}.\n"


def test_what_is_interrupted_ends_its_line(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted(Talker):
        def talk(self, messages: Sequence[Said], /) -> Iterator[str]:
            yield from super().talk(messages)
            raise KeyboardInterrupt

    talk = Conversation(wallet, Interrupted(["none"], "Hel"))
    with pytest.raises(KeyboardInterrupt):
        take_turn(talk, "what a day", Options(home=wallet.home), lambda _p, _l: NO)
    assert capsys.readouterr().out == "the model says: Hel\n"


def test_its_words_are_data_where_json_is_wanted(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = Conversation(wallet, Talker(["none"], "Hel", "lo"))
    take_turn(talk, "what a day", Options(home=wallet.home, json=True), lambda _p, _l: NO)
    assert '"said": "Hello"' in capsys.readouterr().out


def test_whatever_an_instruct_model_of_random_weights_plans_nothing_is_done(
    school: Wallet,
) -> None:
    before = dids(school.vault)
    with LlamaModel(TINY) as model:
        talk = Conversation(school, model)
        for message in ("show my degree to school", "把学位发给学校", "pay school 5 ether"):
            assert turn(talk, message)
    assert dids(school.vault) == before
