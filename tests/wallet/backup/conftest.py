from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.backup.age.keys import Passphrase
from wallet.backup.comparing import compare
from wallet.backup.reading import opened
from wallet.backup.restoring import New, restore_new
from wallet.backup.writing import Source, write_backup
from wallet.journal.journal import Journal
from wallet.vault.files import VAULT_FILE
from wallet.vault.header import FLOOR
from wallet.vault.secret import Secret
from wallet.vault.vault import utc_now
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.backup.comparing import Comparison
    from wallet.backup.restoring import Restored
    from wallet.vault.vault import Vault
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

KEY = Passphrase(Secret("a backup's own passphrase"), work=4)
ENTRY: dict[str, Any] = {
    "action": "restore_backup",
    "at": "2026-01-01T00:00:00+00:00",
    "by": "prompt",
    "digest": None,
    "outcome": "done",
    "made": None,
    "error": None,
}


def note(vault: Vault) -> None:
    journal = Journal(vault, utc_now)
    journal.carry_over()
    journal.append(ENTRY)


class Backups:
    """Backups in one folder, cheap to open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = KEY
        self.note = note

    def source(self, wallet: Wallet) -> Source:
        return Source(wallet.home, wallet.vault, wallet.chains.embedded())

    def write(self, wallet: Wallet, name: str = "backup.age") -> Path:
        return write_backup(self.source(wallet), self.folder / name, [KEY], utc_now()).path

    def new(self) -> New:
        return New(VAULT_FILE, Secret("another passphrase"), note, FLOOR)

    def restore(self, file: Path, home: Path) -> Restored:
        with opened(file, [KEY]) as parts:
            return restore_new(parts, home, self.new())

    def compare(self, file: Path, wallet: Wallet) -> Comparison:
        with opened(file, [KEY]) as parts:
            return compare(parts, self.source(wallet))

    def open(self, home: Path) -> Wallet:
        return open_wallet(home, Secret("another passphrase"))


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    return Backups(tmp_path)


@pytest.fixture
def small(wallet: Wallet, do: Does, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wallet:
    """A wallet with a DID, a credential, a contact, settings and one block of its own chain."""
    monkeypatch.chdir(tmp_path)
    do("create_did", method="key", name="school")
    do("create_did", method="ethr", name="work")
    do("publish_did", did="work")
    do("issue_credential", type="Degree", issuer="school", subject="school", claims={"n": "1"})
    do("add_contact", name="Mei", did="did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    (wallet.home / "config.toml").write_text("private_hosts = true  # at home\n", encoding="utf-8")
    return wallet
