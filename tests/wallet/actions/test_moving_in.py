from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.actions.journal import Asker
from wallet.actions.moving_in import MAKING, PUTTING, RESTORING, move_in, restore
from wallet.backup.age.keys import Passphrase
from wallet.backup.errors import BackupError
from wallet.entries import dids
from wallet.errors import BadInput
from wallet.resolution import CHAIN_FILE
from wallet.vault.errors import AlreadyExists
from wallet.vault.files import VAULT_FILE
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.messages import Message

OLD = Secret("correct horse battery staple")
NEW = Secret("another horse, another battery")
WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
# Makes a wallet, and is killed before the second of its parts is begun.
KILLED = """
import os, signal, sys
from pathlib import Path
from wallet.actions.moving_in import MAKING, move_in
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret

def tell(message):
    if message == MAKING[1]:
        os.kill(os.getpid(), signal.SIGKILL)

phrase = RecoveryPhrase.parse(Secret(sys.argv[2]))
move_in(Path(sys.argv[1]), Secret("correct horse battery staple"), phrase, tell=tell)
"""


@pytest.fixture
def phrase() -> RecoveryPhrase:
    return RecoveryPhrase.parse(Secret(WORDS))


@pytest.fixture
def backup(home: Path, tmp_path: Path) -> Path:
    """Of a wallet with one DID, under the passphrase `NEW`."""
    file, secret = tmp_path / "wallet.age", tmp_path / "secret"
    secret.write_text(NEW.expose_secret())
    secret.chmod(0o600)
    given = {"path": str(file), "passphrase_file": str(secret)}
    with open_wallet(home, OLD) as wallet:
        for name, arguments in (("create_did", {"name": "work"}), ("back_up", given)):
            propose = ACTIONS[name].propose
            assert propose is not None
            proposal = propose(wallet, arguments)
            run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    return file


def test_tells_of_each_part_before_it_is_begun(tmp_path: Path, phrase: RecoveryPhrase) -> None:
    told: list[Message] = []
    assert move_in(tmp_path / "new", NEW, phrase, tell=told.append) is None
    assert tuple(told) == MAKING
    with open_wallet(tmp_path / "new", NEW) as wallet:
        assert wallet.vault.unsafe_expose_phrase() == phrase


def test_never_overwrites_a_wallet_unless_it_is_to_be_put_away(
    home: Path, phrase: RecoveryPhrase
) -> None:
    with pytest.raises(AlreadyExists):
        move_in(home, NEW, phrase, tell=print)
    with open_wallet(home, OLD):
        pass


def test_keeps_the_wallet_whose_place_another_takes(home: Path, phrase: RecoveryPhrase) -> None:
    kept = move_in(home, NEW, phrase, tell=print, over=True)
    assert kept is not None
    with open_wallet(home, NEW) as wallet:
        assert wallet.vault.unsafe_expose_phrase() == phrase
        assert wallet.chains.embedded() is not None
    with open_wallet(kept, OLD):
        pass


def test_puts_no_folder_away_in_which_other_wallets_lie(home: Path, phrase: RecoveryPhrase) -> None:
    (home / "profiles").mkdir()
    with pytest.raises(BadInput, match="other profiles lie in"):
        move_in(home, NEW, phrase, tell=print, over=True)
    with open_wallet(home, OLD):
        pass


def test_one_that_was_killed_while_it_was_made_opens_and_has_its_chain(tmp_path: Path) -> None:
    home = tmp_path / "new"
    done = subprocess.run([sys.executable, "-P", "-c", KILLED, str(home), WORDS], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (home / VAULT_FILE).exists()
    assert not (home / CHAIN_FILE).exists()
    with open_wallet(home, OLD) as wallet:
        assert wallet.chains.embedded() is not None
        assert not wallet.vault.count(Kind.JOURNAL)


def test_a_chain_that_was_taken_away_is_not_made_anew_under_what_depends_on_it(
    home: Path,
) -> None:
    with open_wallet(home, OLD) as wallet:
        propose = ACTIONS["create_did"].propose
        assert propose is not None
        propose(wallet, {"name": "work"}).perform()
    (home / CHAIN_FILE).unlink()
    with open_wallet(home, OLD) as wallet:
        assert wallet.chains.embedded() is None


def test_restores_a_backup_and_says_so_in_the_journal(backup: Path, tmp_path: Path) -> None:
    told: list[Message] = []
    home = tmp_path / "new"
    keys = (Passphrase(NEW),)
    assert restore(backup, keys, home, OLD, asked=Asker.PERSON, tell=told.append) is None
    assert tuple(told) == RESTORING
    with open_wallet(home, OLD) as wallet:
        assert [own.name for own in dids(wallet.vault)] == ["work"]
        last = wallet.vault.all(Kind.JOURNAL)[-1].body
        assert (last["action"], last["asked"]) == ("restore_backup", "person")


def test_a_backup_takes_the_place_of_a_wallet_that_nobody_can_open(
    backup: Path, home: Path
) -> None:
    keys = (Passphrase(NEW),)
    kept = restore(backup, keys, home, NEW, asked=Asker.PERSON, tell=print, over=True)
    assert kept is not None
    with open_wallet(home, NEW) as wallet, open_wallet(kept, OLD) as other:
        assert dids(wallet.vault) == dids(other.vault)


def test_another_passphrase_than_the_backups_leaves_nothing_there(
    backup: Path, tmp_path: Path
) -> None:
    home = tmp_path / "new"
    told: list[object] = []
    with pytest.raises(BackupError):
        restore(backup, (Passphrase(OLD),), home, OLD, asked=Asker.PERSON, tell=told.append)
    assert PUTTING not in told
    assert not home.exists()
