from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wallet.settings import Settings, keep_conversation
from wallet.talk import LONGEST, LONGEST_LINE, MOST, Entry, Sort, Talk, forget, keep, recall
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.wallet import Wallet

PASSPHRASE = Secret("correct horse battery staple")
JUNK = "test test test test test test test test test test test junk"


def said(text: str) -> Entry:
    return Entry(Sort.YOU, text)


def test_nothing_is_recalled_of_a_wallet_that_was_never_talked_to(wallet: Wallet) -> None:
    assert recall(wallet) == Talk()


def test_recalls_in_another_session_what_was_kept(home: Path) -> None:
    talk = Talk((said("list my dids"), Entry(Sort.WALLET, "no DIDs yet")), ("list my dids",))
    with open_wallet(home, PASSPHRASE) as wallet:
        keep(wallet, Talk((said("something else"),)))
        keep(wallet, talk)
    with open_wallet(home, PASSPHRASE) as wallet:
        assert recall(wallet) == talk
    assert all(b"list my dids" not in file.read_bytes() for file in home.iterdir())


def test_keeps_the_newest_of_it_and_cuts_what_is_long(wallet: Wallet) -> None:
    entries = tuple(said(f"number {number} {'x' * LONGEST}") for number in range(MOST + 5))
    lines = tuple(f"line {number}" for number in range(MOST + 5))
    keep(wallet, Talk(entries, (*lines, "x" * (LONGEST_LINE + 1))))
    found = recall(wallet)
    assert found.lines == lines[5:]
    assert len(found.entries) == MOST
    assert found.entries[0].text.startswith("number 5 ")
    assert {len(entry.text) for entry in found.entries} == {LONGEST}


@pytest.mark.parametrize("secret", [JUNK, '{"kty":"OKP","crv":"Ed25519","x":"aa","d":"bb"}'])
def test_never_keeps_what_looks_like_a_secret(wallet: Wallet, secret: str) -> None:
    keep(wallet, Talk((said(f"my words: {secret}"), said(secret), said("hello")), (secret, "hi")))
    assert recall(wallet) == Talk((said("hello"),), ("hi",))


def test_forgets_all_of_it(wallet: Wallet) -> None:
    keep(wallet, Talk((said("hello"),), ("hello",)))
    forget(wallet)
    assert recall(wallet) == Talk()
    assert wallet.vault.count(Kind.TALK) == 0


def test_keeps_nothing_and_lets_go_of_what_is_kept_where_the_person_wants_it_so(
    wallet: Wallet,
) -> None:
    keep(wallet, Talk((said("hello"),), ("hello",)))
    keep_conversation(wallet.home, keep=False)
    keep(wallet, Talk((said("hello"),), ("hello",)))
    assert wallet.vault.count(Kind.TALK) == 0
    keep_conversation(wallet.home, keep=True)
    assert Settings.read(wallet.home).keep_conversation


def test_changes_nothing_in_a_wallet_for_reading_only(home: Path) -> None:
    with open_wallet(home, PASSPHRASE, read_only=True) as wallet:
        keep(wallet, Talk((said("hello"),), ("hello",)))
        assert recall(wallet) == Talk()


@pytest.mark.parametrize("said", [["x"], [{"sort": "nobody", "text": "x"}], [{"sort": "you"}]])
def test_says_that_a_record_of_another_shape_cannot_be_read(
    wallet: Wallet, said: list[object]
) -> None:
    wallet.vault.put(Kind.TALK, {"said": said}, id="entries")
    with pytest.raises(IntegrityError, match="the record of the conversation"):
        recall(wallet)
