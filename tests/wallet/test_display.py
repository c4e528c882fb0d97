from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.display import LONGEST, printable, printable_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("林梅 é", "林梅 é"),
        ("\x1b[31mVERIFIED\x1b[0m", "\\u{001B}[31mVERIFIED\\u{001B}[0m"),
        ("\x1b]52;c;cm0gLXJm\x07", "\\u{001B}]52;c;cm0gLXJm\\u{0007}"),
        ("\x9b2J", "\\u{009B}2J"),
        ("a\u202eb", "a\\u{202E}b"),
        ("zero\u200bwidth", "zero\\u{200B}width"),
        ("\U000e0041", "\\u{E0041}"),
        ("one\ntwo", "one\\u{000A}two"),
        ("\ue000", "\\u{E000}"),
        ("a\u3164b", "a\\u{3164}b"),
        ("a\ufe0fb", "a\\u{FE0F}b"),
        ("☎\ufe0f", "☎\ufe0f"),
        ("☎\ufe0f\ufe0f", "☎\ufe0f\\u{FE0F}"),
        ("e\u0301\u0323", "e\u0301\u0323"),
        ("e" + "\u0301" * 6, "e" + "\u0301" * 4 + "\\u{0301}" * 2),
    ],
)
def test_shows_what_could_move_the_cursor_or_hide(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_keeps_the_lines_of_text_that_has_lines() -> None:
    assert printable_lines("one\n\ttwo") == "one\n\\u{0009}two"


def test_cuts_what_is_too_long_to_read() -> None:
    assert printable("x" * (LONGEST + 1)) == "x" * LONGEST + "…"


@given(st.text())
def test_no_text_whatever_keeps_a_control_character(text: str) -> None:
    assert not {"Cc", "Cf", "Cs", "Co", "Cn"} & set(map(unicodedata.category, printable(text)))
