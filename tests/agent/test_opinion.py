from __future__ import annotations

import numpy as np
import pytest

from agent.opinion import HEADS, PARTS, Opinion, role_of
from agent.reading import Claimed
from agent.shorthand import ACTIONS, ARGUMENTS

SURE = 8.0


def outputs(**chosen: int) -> np.ndarray:
    """Of a message with a word and an entry: of each part, what the encoder is sure of."""
    rows = np.zeros((3, HEADS))
    at = 0
    for part, size in PARTS.items():
        if part in {"actions", "given", "unknown"}:
            rows[0, at : at + size] = -SURE
        if part in chosen:
            rows[0, at + chosen[part]] = SURE
        at += size
    rows[1, at + role_of("")] = SURE
    rows[2, at + role_of("did")] = SURE
    return rows


def claimed(*actions: str, **entries: str) -> Claimed:
    given = frozenset(entries.values())
    return Claimed(actions, given, frozenset(), ("",), entries)


@pytest.fixture
def opinion() -> Opinion:
    at = ACTIONS.index("publish_did")
    chosen = outputs(first=at, steps=1, actions=at, given=ARGUMENTS.index("did"))
    return Opinion.of(chosen, words=1, entries=("D1",))


def test_probabilities_are_whole(opinion: Opinion) -> None:
    assert np.exp(opinion.first).sum() == pytest.approx(1)
    assert np.exp(opinion.words).sum(axis=-1) == pytest.approx(1)
    assert np.exp(opinion.given).sum(axis=0) == pytest.approx(np.ones(len(ARGUMENTS)))


def test_what_it_thinks_is_likelier_than_anything_else(opinion: Opinion) -> None:
    right = opinion.of_draft(claimed("publish_did", D1="did"))
    others = (
        claimed(),
        claimed("show_did", D1="did"),
        claimed("publish_did"),
        claimed("publish_did", "lock", D1="did"),
    )
    assert all(right.sum() > opinion.of_draft(other).sum() + 1 for other in others)
    assert right.sum() > -1


def test_each_part_is_told_apart(opinion: Opinion) -> None:
    right = opinion.of_draft(claimed("publish_did", D1="did"))
    without = opinion.of_draft(claimed("publish_did"))
    assert right.shape == without.shape == (7,)
    assert np.flatnonzero(right - without > 1).tolist() == [3, 6]  # what is given; the entry


def test_none_at_all_can_be_first() -> None:
    nothing = Opinion.of(outputs(first=len(ACTIONS), steps=0), words=1, entries=("D1",))
    assert nothing.of_draft(claimed())[:2] == pytest.approx(0, abs=0.1)
