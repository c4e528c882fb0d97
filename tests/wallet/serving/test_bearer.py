from __future__ import annotations

import pickle

import pytest

from wallet.errors import BadInput
from wallet.serving.bearer import Bearer


def test_a_drawn_token_is_allowed_and_shown_by_nothing() -> None:
    bearer, token = Bearer.drawn()
    assert bearer.allows(f"Bearer {str.__str__(token)}".encode())
    assert len(token) == 43
    assert str.__str__(token) not in repr(bearer)
    assert str.__str__(token) not in repr(token)
    with pytest.raises(TypeError):
        pickle.dumps(bearer)


def test_only_the_digest_is_kept() -> None:
    bearer = Bearer("sixteen-letters!".replace("!", "."))
    assert b"sixteen" not in bearer._digest


def test_no_two_are_alike() -> None:
    assert Bearer.drawn()[1] != Bearer.drawn()[1]


@pytest.mark.parametrize(
    "token", ["", "short", "x" * 2000, "a token with spaces in it", "пароль" * 4]
)
def test_refuses_a_token_that_cannot_be_sent_or_can_be_guessed(token: str) -> None:
    with pytest.raises(BadInput) as refused:
        Bearer(token)
    assert not token or token not in str(refused.value)


def test_nothing_given_is_nothing_allowed() -> None:
    bearer, _ = Bearer.drawn()
    for given in (None, b"", b"Bearer", b"Bearer ", b"bearer \x00"):
        assert not bearer.allows(given)
