from __future__ import annotations

import subprocess
import sys

import pytest

from wallet.messages import text
from wallet.vault.secret import Secret
from wallet.vault.strength import MOST, WORDS, Score, strength


@pytest.mark.parametrize(
    ("passphrase", "score", "advice"),
    [
        ("", 0, "four or more unrelated words"),
        ("password", 0, "tried first"),
        ("P@ssw0rd", 0, "tried first"),
        ("jennifer", 0, "a word or a name alone"),
        ("reprehensible", 1, "a word or a name alone"),
        ("zxcvbnm,./", 1, "rows of keys"),
        ("aaaaaaaaaaaa", 0, "repeats itself"),
        ("abcdefghijk", 0, "sequences"),
        ("1987", 0, "years"),
        ("13.4.1987", 1, "dates"),
        ("k7", 0, "longer is better"),
        ("correct horse battery staple", 4, "hard to guess"),
        ("窗外的雨下了整整三天三夜", 4, "hard to guess"),
    ],
)
def test_says_how_hard_it_is_to_guess_and_why(passphrase: str, score: int, advice: str) -> None:
    found = strength(Secret(passphrase))
    assert found.score == score
    assert advice in str(found.advice)
    assert not found.cut
    assert found.note is None


def test_words_that_others_know_count_for_nothing() -> None:
    assert (
        strength(Secret("zylphora-mei")).score
        > strength(Secret("zylphora-mei"), known=["zylphora", "mei"]).score
    )


def test_what_comes_after_so_many_characters_is_not_looked_at_and_that_is_said() -> None:
    found = strength(Secret("a" * MOST + "k7#Qz!x9@mP2"))
    assert found.score is Score.TRIVIAL
    assert found.cut
    assert str(MOST) in str(found.note)


def test_a_strong_beginning_is_enough_however_long_the_rest_is() -> None:
    found = strength(Secret("correct horse battery staple" + "4@8({[</369&#!1/|0$5+7%2/" * 400))
    assert found.score is Score.STRONG
    assert not found.cut


def test_nothing_of_the_passphrase_is_in_what_it_says() -> None:
    found = strength(Secret("zylphora zylphora"))
    assert "zylphora" not in repr(found)


def test_there_is_a_word_for_each_score_in_both_languages() -> None:
    assert list(WORDS) == list(Score)
    assert len({text(word, language) for word in WORDS.values() for language in ("en", "zh")}) == 10


def test_the_dictionaries_are_loaded_only_when_somebody_chooses_a_passphrase() -> None:
    code = "import sys, wallet.vault.strength; sys.exit('zxcvbn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
