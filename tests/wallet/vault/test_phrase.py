from __future__ import annotations

import copy
import json
import pickle
import traceback
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from wallet.vault.errors import InvalidPhrase
from wallet.vault.phrase import Language, RecoveryPhrase
from wallet.vault.secret import Secret

VECTORS = json.loads((Path(__file__).parent / "vectors" / "bip39.json").read_text("utf-8"))
CASES = [(language, case) for language in Language for case in VECTORS[language]]
JUNK = "test test test test test test test test test test test junk"
SIZES = st.sampled_from([16, 32]).flatmap(lambda n: st.binary(min_size=n, max_size=n))
EXTRA_WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40).map(
    Secret
)


@pytest.mark.parametrize(("language", "case"), CASES)
def test_agrees_with_the_published_vectors(language: Language, case: dict[str, str]) -> None:
    phrase = RecoveryPhrase(bytes.fromhex(case["entropy"]), language)
    assert phrase.expose_secret() == case["phrase"]
    assert RecoveryPhrase.parse(Secret(case["phrase"])) == phrase
    with_word = phrase.with_extra_word(Secret("TREZOR"))
    assert with_word.expose_seed().hex() == case["seed"]
    assert RecoveryPhrase.from_bytes(with_word.to_bytes()).expose_seed().hex() == case["seed"]


def test_makes_the_seed_without_an_extra_word() -> None:
    assert RecoveryPhrase.parse(Secret(JUNK)).expose_seed() == Mnemonic.to_seed(JUNK, "")


@given(SIZES, st.sampled_from(Language))
def test_reads_what_it_writes(entropy: bytes, language: Language) -> None:
    phrase = RecoveryPhrase(entropy, language)
    again = RecoveryPhrase.parse(Secret(phrase.expose_secret()))
    assert again == phrase
    assert again.expose_entropy() == entropy
    assert again.count == len(phrase.expose_secret().split())


@pytest.mark.parametrize("words", [12, 24])
@pytest.mark.parametrize("language", Language)
def test_generates_a_new_phrase_each_time(words: int, language: Language) -> None:
    one, other = (RecoveryPhrase.generate(words, language) for _ in range(2))
    assert one != other
    assert one.count == other.count == words


@pytest.mark.parametrize("words", [0, 11, 15, 18, 21, 25])
def test_generates_12_or_24_words_only(words: int) -> None:
    with pytest.raises(InvalidPhrase, match=f"not {words}"):
        RecoveryPhrase.generate(words)


def test_refuses_entropy_of_another_length() -> None:
    with pytest.raises(InvalidPhrase):
        RecoveryPhrase(bytes(20))


@pytest.mark.parametrize(
    "typed",
    [
        JUNK.upper(),
        f"\n  {JUNK.replace(' ', '   ')}\t",
        JUNK.replace(" ", "\u3000"),
        JUNK.replace("t", "\uff54"),  # full-width letters of an input method
    ],
)
def test_reads_a_phrase_however_it_is_typed(typed: str) -> None:
    assert RecoveryPhrase.parse(Secret(typed)) == RecoveryPhrase.parse(Secret(JUNK))


def test_reads_chinese_with_and_without_spaces() -> None:
    phrase = RecoveryPhrase.generate(12, Language.CHINESE)
    spaced = phrase.expose_secret()
    assert RecoveryPhrase.parse(Secret(spaced.replace(" ", ""))) == phrase
    assert RecoveryPhrase.parse(Secret(unicodedata.normalize("NFC", spaced))) == phrase


def test_refuses_a_wrong_checksum() -> None:
    with pytest.raises(InvalidPhrase, match="checksum"):
        RecoveryPhrase.parse(Secret("test " * 12))


def test_refuses_two_words_that_changed_places() -> None:
    words = RecoveryPhrase(bytes(range(16))).expose_secret().split()
    words[0], words[1] = words[1], words[0]
    with pytest.raises(InvalidPhrase, match="checksum"):
        RecoveryPhrase.parse(Secret(" ".join(words)))


def test_names_the_place_of_an_unknown_word_and_not_the_word() -> None:
    with pytest.raises(InvalidPhrase, match=r"english word list: number 2, 12$") as caught:
        RecoveryPhrase.parse(Secret("test tesst " + "test " * 9 + "junkk"))
    assert "ss" not in str(caught.value)


def test_refuses_words_of_two_lists() -> None:
    with pytest.raises(InvalidPhrase, match="number 12"):
        RecoveryPhrase.parse(Secret("test " * 11 + "的"))


@pytest.mark.parametrize("typed", ["", " ", "test", JUNK + " test", JUNK[:-4]])
def test_refuses_another_number_of_words(typed: str) -> None:
    with pytest.raises(InvalidPhrase, match="12 or 24 words"):
        RecoveryPhrase.parse(Secret(typed))


@given(st.text(max_size=200))
def test_refuses_any_other_text_with_its_own_error(text: str) -> None:
    try:
        RecoveryPhrase.parse(Secret(text))
    except InvalidPhrase:
        return
    raise AssertionError("random text was a phrase")


def test_says_nothing_about_itself() -> None:
    phrase = RecoveryPhrase.parse(Secret(JUNK))
    shown = f"{phrase!r} {phrase}"
    assert "junk" not in shown
    assert phrase.expose_entropy().hex() not in shown
    for attempt in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(phrase)
    with pytest.raises(TypeError):
        hash(phrase)


def test_equals_no_text() -> None:
    assert RecoveryPhrase.parse(Secret(JUNK)) != JUNK
    assert RecoveryPhrase(bytes(16)) != RecoveryPhrase(bytes(16), Language.CHINESE)


@pytest.mark.parametrize("last", ["junk", "abandon", "junkk", "junk junk"])
def test_no_traceback_shows_a_word_even_with_its_locals(last: str) -> None:
    typed = Secret(" ".join(["junk"] * 11 + [last]))
    with pytest.raises(InvalidPhrase) as caught:
        RecoveryPhrase.parse(typed)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert len(shown.stack) > 1
    assert "junk" not in str([frame.locals for frame in shown.stack[1:]])


@given(SIZES, st.sampled_from(Language), st.none() | EXTRA_WORDS)
def test_unseals_what_it_sealed(
    entropy: bytes, language: Language, extra_word: Secret | None
) -> None:
    phrase = RecoveryPhrase(entropy, language, extra_word=extra_word)
    again = RecoveryPhrase.from_bytes(phrase.to_bytes())
    assert again == phrase
    assert again.has_extra_word is (extra_word is not None)
    assert again.expose_seed() == phrase.expose_seed()


def test_unseals_a_phrase_from_before_there_were_extra_words() -> None:
    sealed = b"chinese_simplified\0" + bytes(range(16))
    assert RecoveryPhrase.from_bytes(sealed) == RecoveryPhrase(bytes(range(16)), Language.CHINESE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"english",
        b"english\0",
        b"english\0" + bytes(17),
        b"klingon\0" + bytes(16),
        b"english+extra-word",
        b"english+extra-word\0",
        b"english+extra-word\0\x10" + bytes(16),
        b"english+extra-word\0\x11" + bytes(17) + b"word",
        b"english+extra-word\0\x10" + bytes(16) + b"\xff",
        b"english+extra-word+extra-word\0\x10" + bytes(16) + b"word",
    ],
)
def test_refuses_bytes_that_are_no_phrase(data: bytes) -> None:
    with pytest.raises(InvalidPhrase) as caught:
        RecoveryPhrase.from_bytes(data)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=False)
    assert "UnicodeDecodeError" not in "".join(shown.format())


def test_another_extra_word_makes_another_seed_and_another_phrase() -> None:
    phrase = RecoveryPhrase.parse(Secret(JUNK))
    words = ["a word", "a word ", "A word", "a  word"]
    phrases = [phrase, *(phrase.with_extra_word(Secret(word)) for word in words)]
    assert len({one.expose_seed() for one in phrases}) == len(phrases)
    assert all((one == other) == (one is other) for one in phrases for other in phrases)
    assert {one.expose_secret() for one in phrases} == {JUNK}


def test_an_extra_word_is_the_same_however_its_letters_are_composed() -> None:
    phrase = RecoveryPhrase.parse(Secret(JUNK))
    composed, decomposed = (
        phrase.with_extra_word(Secret(unicodedata.normalize(form, "Zoë 学位")))
        for form in ("NFC", "NFD")
    )
    assert composed == decomposed
    assert composed.expose_seed() == Mnemonic.to_seed(JUNK, "Zoë 学位")


@pytest.mark.parametrize("word", ["", "a\tb", "a\x1b[D", "\x7f", "ä" * 400])
def test_refuses_an_extra_word_that_is_none(word: str) -> None:
    phrase = RecoveryPhrase.parse(Secret(JUNK))
    with pytest.raises(InvalidPhrase) as caught:
        phrase.with_extra_word(Secret(word))
    assert not word or word not in str(caught.value)


def test_says_nothing_about_its_extra_word() -> None:
    phrase = RecoveryPhrase.parse(Secret(JUNK)).with_extra_word(Secret("zylphora"))
    assert "zylphora" not in f"{phrase!r} {phrase} {phrase.expose_secret()}"
    for attempt in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(phrase)
