from __future__ import annotations

from textual import events
from textual._xterm_parser import XTermParser

from tui.alt_digits import heed_alt_digits


def _pressed(sent: str) -> list[str]:
    return [each.key for each in XTermParser().feed(sent) if isinstance(each, events.Key)]


def test_alt_with_a_digit_is_a_key_at_once_whatever_comes_after_it() -> None:
    heed_alt_digits()
    assert _pressed("\x1b2") == ["alt+2"]
    assert _pressed("\x1b8\x1b[6~a") == ["alt+8", "pagedown", "a"]


def test_digits_and_signs_are_written_as_before() -> None:
    heed_alt_digits()
    assert _pressed("2™") == ["2", "trade_mark_sign"]
