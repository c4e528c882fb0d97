from __future__ import annotations

from wallet.exchange.request_file import draw_challenge


def test_a_challenge_can_be_typed_after_an_option_and_is_never_drawn_twice() -> None:
    drawn = {draw_challenge() for _ in range(2_000)}
    assert len(drawn) == 2_000
    assert all(len(challenge) == 32 and challenge[0] != "-" for challenge in drawn)
