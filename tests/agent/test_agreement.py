from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from agent import shorthand
from agent.agreement import agreed, does_something
from agent.llama_drafts import Drafts
from agent.llama_held import Grammar
from agent.llama_loading import load
from agent.llama_process import only_token, opened
from agent.model import READER_NAME, LlamaModel, find_model, reader_beside
from agent.opinion import HEADS, Opinion
from agent.reading import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from agent.llama_reader import Reader

LOCK, BALANCE = map(shorthand.action, ("lock", "show_balance"))
EITHER = f'root ::= ("{LOCK}" | "{BALANCE}" | "{shorthand.NONE_MARK}") "\\n"'
PROMPT = "< lock the wallet, would you\n>"


class Convinced:
    """An encoder that is sure of one action, whatever it reads."""

    def __init__(self, action: str) -> None:
        self._at = shorthand.ACTIONS.index(action)

    def opinion(self, reading: Reading) -> Opinion:
        rows = np.zeros((1 + len(reading.words), HEADS))
        rows[0, self._at] = 200.0
        return Opinion.of(rows, words=len(reading.words), entries=())


@pytest.fixture(scope="module")
def llama() -> Any:
    return load(str(find_model()))


def choice(llama: Any, prompt: str, reader: Any, default: str) -> str:
    tokens = [llama.token_bos(), *llama.tokenize(prompt.encode(), add_bos=False, special=False)]
    with Grammar(llama, EITHER) as grammar:
        drafts = Drafts(llama, grammar, tokens, 16)
        return agreed(reader, prompt, drafts, default, partial(only_token, llama))


def test_what_both_find_best_is_taken(llama: Any) -> None:
    assert choice(llama, PROMPT, Convinced("lock"), LOCK) == LOCK
    assert choice(llama, PROMPT, Convinced("show_balance"), LOCK) == BALANCE


def test_what_the_grammar_forbids_is_never_taken(llama: Any) -> None:
    assert choice(llama, PROMPT, Convinced("send_payment"), LOCK) in {LOCK, BALANCE}


def test_a_language_that_it_does_not_know_is_left_to_the_planner(llama: Any) -> None:
    assert choice(llama, "<锁上钱包\n>", Convinced("show_balance"), LOCK) == LOCK


@pytest.fixture(scope="module")
def reader() -> Reader:
    found = opened(reader_beside(find_model()))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("lock the wallet, would you", "lock"),
        ("how much ether have I got left?", "show_balance"),
        ("which people do I have saved?", "list_contacts"),
        ("it rained all day and I am tired", ""),
    ],
)
def test_the_encoder_that_ships_knows_what_is_asked_for(
    reader: Reader, message: str, action: str
) -> None:
    opinion = reader.opinion(Reading.of(f"< {message}\n>"))
    first = (*shorthand.ACTIONS, "")[int(opinion.first.argmax())]
    assert first == action


def test_the_same_is_thought_of_the_same(reader: Reader) -> None:
    reading = Reading.of(PROMPT)
    first = reader.opinion(reading)
    reader.opinion(Reading.of("< something else that is longer than it\n>"))
    assert np.array_equal(first.first, reader.opinion(reading).first)


def test_files_that_are_no_encoder_give_no_opinion(tmp_path: Path) -> None:
    assert opened(None) is None
    (tmp_path / READER_NAME).write_bytes(b"GGUF, or not")
    assert opened(reader_beside(tmp_path / "some.gguf")) is None
    assert opened(find_model()) is None


def test_a_model_with_no_encoder_beside_it_plans_alone(tmp_path: Path) -> None:
    (tmp_path / "alone.gguf").symlink_to(find_model())
    assert reader_beside(tmp_path / "alone.gguf") is None
    with LlamaModel(tmp_path / "alone.gguf") as model:
        assert model.complete(PROMPT, EITHER) == LOCK


def test_an_encoder_that_is_none_costs_nothing_but_its_opinion(tmp_path: Path) -> None:
    (tmp_path / "some.gguf").symlink_to(find_model())
    (tmp_path / READER_NAME).write_bytes(b"nothing")
    with LlamaModel(tmp_path / "some.gguf") as model:
        assert model.complete(PROMPT, EITHER) == LOCK


PAY = f"{shorthand.action('send_payment')}{shorthand.argument('to')}{shorthand.word('P1')}"
PAID = f"{PAY}{shorthand.argument('amount')} 0.5"
EITHER_PAY = f'root ::= ("{PAID}" | "{BALANCE}" | "{shorthand.NONE_MARK}") "\\n"'


@pytest.mark.parametrize(
    "message", ["Ramona sent me half an ether this morning", "the office paid us back at last"]
)
def test_money_that_came_in_is_not_paid_out(llama: Any, message: str) -> None:
    prompt = f"{shorthand.word('P1')}= Ramona\n< {message}\n>"
    tokens = [llama.token_bos(), *llama.tokenize(prompt.encode(), add_bos=False, special=False)]
    with Grammar(llama, EITHER_PAY) as grammar:
        drafts = Drafts(llama, grammar, tokens, 16)
        convinced: Any = Convinced("send_payment")
        none = shorthand.NONE_MARK
        assert agreed(convinced, prompt, drafts, none, partial(only_token, llama)) != PAID


NOBODY = Reading.of("< pay him\n>")


def test_what_does_something_lacks_nothing() -> None:
    assert does_something(PAID, NOBODY)
    assert not does_something(PAY, NOBODY)  # how much?
    assert not does_something(PAY + shorthand.argument("amount") + shorthand.UNKNOWN_MARK, NOBODY)
    assert not does_something(BALANCE, NOBODY)
    assert not does_something(shorthand.NONE_MARK, NOBODY)


def test_what_is_not_said_is_not_missing_where_one_entry_alone_is_meant_or_a_turn_said_it() -> None:
    line = f"{shorthand.action('record_event')}{shorthand.argument('event')} weighed"
    one, two = (f"{shorthand.word(handle)} a crate\n" for handle in ("G1", "G2"))
    assert does_something(line, Reading.of(f"{one}< weighed\n>"))
    assert not does_something(line, Reading.of(f"{one}{two}< weighed\n>"))
    assert does_something(line, Reading.of(f"{one}{two}< the crate\n>{BALANCE}\n< weighed\n>"))
