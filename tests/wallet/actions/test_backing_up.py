from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.backup.age.keys import Passphrase
from wallet.backup.reading import opened
from wallet.errors import BadInput
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.wallet import Wallet

WORDS = "a passphrase of the backup's own"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def back_up(wallet: Wallet, **arguments: str) -> Path:
    found = ACTIONS["back_up"].propose
    assert found is not None
    asking = replace(wallet, new_passphrase=lambda: Secret(WORDS))
    proposal = found(asking, arguments)
    done = run(asking, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    assert done.saved is not None
    return done.saved


def test_a_backup_that_nobody_named_is_named_by_the_day_and_never_over_another(
    wallet: Wallet, here: Path
) -> None:
    day = wallet.clock().date().isoformat()
    assert back_up(wallet) == here / f"holdfast-{day}.age"
    assert back_up(wallet) == here / f"holdfast-{day}-2.age"


def test_it_opens_with_the_passphrase_that_the_person_was_asked_for(
    wallet: Wallet, here: Path
) -> None:
    file = back_up(wallet, path="mine.age")
    assert file.resolve() == here / "mine.age"
    with opened(file, [Passphrase(Secret(WORDS))]) as parts:
        assert sum(1 for _ in parts) > 1


def test_where_nobody_can_be_asked_there_is_no_backup(wallet: Wallet, here: Path) -> None:
    found = ACTIONS["back_up"].propose
    assert found is not None
    with pytest.raises(BadInput, match="nobody could open the backup"):
        found(wallet, {"path": "mine.age"})
    assert not (here / "mine.age").exists()


def test_a_file_that_is_there_is_not_written_over(wallet: Wallet, here: Path) -> None:
    (here / "mine.age").write_bytes(b"another")
    with pytest.raises(BadInput, match="exists already"):
        back_up(wallet, path="mine.age")
    assert (here / "mine.age").read_bytes() == b"another"
