from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wallet.vault.header import FLOOR
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JUNK = "test test test test test test test test test test test junk"


@pytest.fixture
def passphrase() -> Secret:
    return Secret("correct horse battery staple")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "wallet" / "vault.db"


@pytest.fixture
def vault(path: Path, passphrase: Secret) -> Iterator[Vault]:
    made, _ = Vault.create(path, passphrase, phrase=RecoveryPhrase.parse(Secret(JUNK)), kdf=FLOOR)
    with made:
        yield made
