from __future__ import annotations

from random import Random

import pytest

from models.rows import (
    ANSWER,
    COPY,
    LENGTH,
    NOTHING,
    PROMPT,
    Text,
    batches,
    copying,
    joined,
    packed,
)
from models.tokenizer import Tokenizer


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.train(
        [" show my degree to Acme", " show it", "把证书给林梅"] * 3, always="证书给林梅"
    )


@pytest.mark.parametrize(
    "text", [" show my degree", "degree", "把证书给林梅 7", "\ue100\ue180 x\n", "é\t😀"]
)
def test_tokens_are_read_back(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_a_words_tokens_do_not_depend_on_what_stands_beside_it(tokenizer: Tokenizer) -> None:
    alone = tokenizer.encode(" degree")
    beside = tokenizer.encode(' show( degree" degree,')
    assert sum(beside[at : at + len(alone)] == alone for at in range(len(beside))) == 2


def text_of(size: int) -> Text:
    return Text(list(range(size)), [NOTHING, *[PROMPT] * (size - 3), ANSWER, ANSWER], "en whole")


def test_texts_share_a_row_and_see_themselves_alone() -> None:
    rows = packed([text_of(200), text_of(300), text_of(20)])
    assert rows.tokens.shape == (2, LENGTH)
    assert rows.blocks[0].tolist() == [1] * 200 + [2] * 300 + [0] * (LENGTH - 500)
    assert rows.places[0, 200:203].tolist() == [0, 1, 2]
    assert rows.scenes == (("en whole", "en whole"), ("en whole",))
    assert int((rows.parts == ANSWER).sum()) == 6


def test_a_text_longer_than_a_row_is_left_out() -> None:
    assert packed([text_of(LENGTH + 1), text_of(LENGTH)]).tokens.shape == (1, LENGTH)


def test_batches_are_of_one_size() -> None:
    rows = joined([packed([text_of(400)] * 3), packed([text_of(400)] * 2)])
    assert [len(batch.tokens) for batch in batches(rows, 2)] == [2, 2]


def test_what_is_to_be_copied_was_there_before(tokenizer: Tokenizer) -> None:
    text = copying(tokenizer, Random(3))
    assert len(text.tokens) == len(text.parts)
    for at, part in enumerate(text.parts):
        if part == COPY:
            pairs = list(zip(text.tokens[: at - 1], text.tokens[1:at], strict=True))
            assert (text.tokens[at - 1], text.tokens[at]) in pairs
