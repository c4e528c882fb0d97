from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agent import shorthand
from agent.llama_drafts import Drafts
from agent.llama_held import Grammar
from agent.llama_loading import load
from agent.llama_process import complete, only_token
from agent.model import find_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from agent.llama_held import Held

LOCK, BALANCE, DIDS = map(shorthand.action, ("lock", "show_balance", "list_dids"))
THREE = f'root ::= ("{LOCK}" | "{BALANCE}" | "{DIDS}" | "{BALANCE}{DIDS}") "\\n"'
PROMPT = "< lock the wallet, would you\n>"


@pytest.fixture(scope="module")
def llama() -> Any:
    return load(str(find_model()))


@pytest.fixture
def drafts(llama: Any) -> Iterator[Drafts]:
    with Grammar(llama, THREE) as grammar:
        yield drafts_of(llama, grammar)


def drafts_of(llama: Any, grammar: Grammar, longest: int = 16) -> Drafts:
    tokens = [llama.token_bos(), *llama.tokenize(PROMPT.encode(), add_bos=False, special=False)]
    return Drafts(llama, grammar, tokens, longest)


def test_the_likeliest_is_first_and_each_comes_once(llama: Any, drafts: Drafts) -> None:
    found = [*drafts.likely(4, [only_token(llama, BALANCE) or 0])]
    texts = [line.text for line in found]
    assert texts[0] == LOCK == complete(llama, PROMPT, THREE)
    assert BALANCE in texts
    assert len(set(texts)) == len(texts) <= 4


def test_a_line_weighs_the_same_however_it_was_found(llama: Any, drafts: Drafts) -> None:
    found = {line.text: line.weight for line in drafts.likely(4, [only_token(llama, BALANCE) or 0])}
    with Grammar(llama, THREE) as grammar:
        for text, weight in found.items():
            alone = drafts_of(llama, grammar).line(text).weight
            assert weight == pytest.approx(alone, abs=1e-3)
    assert drafts.line(f"{BALANCE}{DIDS}").weight < 0


def test_no_more_than_wanted(drafts: Drafts) -> None:
    assert len([*drafts.likely(1)]) == 1


def test_what_the_grammar_forbids_is_no_beginning(llama: Any, drafts: Drafts) -> None:
    forbidden = only_token(llama, shorthand.action("send_payment")) or 0
    assert not drafts.allows(forbidden)
    assert drafts.allows(only_token(llama, LOCK) or 0)
    assert all(line.text[0] in (LOCK, BALANCE, DIDS) for line in drafts.likely(4, [forbidden]))


def test_a_line_that_does_not_end_is_none(llama: Any) -> None:
    with Grammar(llama, f'root ::= "{LOCK}" [a-z]*') as endless:
        assert [*drafts_of(llama, endless, longest=1).likely(4)] == []


def test_a_line_that_the_grammar_forbids_weighs_nothing(drafts: Drafts) -> None:
    assert drafts.line(f"{LOCK}{LOCK}").weight == float("-inf")


def test_writes_as_told(llama: Any, drafts: Drafts) -> None:
    def choose(held: Held, weights: np.ndarray) -> int:
        wanted = only_token(llama, DIDS) or 0
        return wanted if held.allows(wanted) else held.likeliest_of(weights)[0]

    assert drafts.greedy(choose) == DIDS


def test_goes_back_to_what_lines_have_in_common(drafts: Drafts) -> None:
    first = [line.text for line in drafts.likely(4)]
    drafts.line(f"{BALANCE}{DIDS}")
    assert [line.text for line in drafts.likely(4)] == first
