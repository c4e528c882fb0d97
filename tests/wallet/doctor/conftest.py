from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wallet.doctor.examined import Examined
from wallet.vault.files import VAULT_FILE
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def locked(home: Path) -> Examined:
    return Examined(home)


@pytest.fixture
def unlocked(home: Path) -> Iterator[Examined]:
    with Vault.open(home / VAULT_FILE, Secret(PASSPHRASE), read_only=True) as vault:
        yield Examined(home, vault)
