"""What every test shares: how long hypothesis may think, and a wallet that is made once."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from wallet.vault.header import FLOOR
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret
from wallet.wallet import Wallet, create_wallet, open_wallet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A busy machine is no defect: no example has a deadline.
settings.register_profile("holdfast", deadline=None)
settings.load_profile("holdfast")

PASSPHRASE = "correct horse battery staple"
JUNK = "test test test test test test test test test test test junk"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("template") / "wallet"
    phrase = RecoveryPhrase.parse(Secret(JUNK))
    create_wallet(home, Secret(PASSPHRASE), phrase=phrase, kdf=FLOOR)[0].close()
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "wallet")


@pytest.fixture
def wallet(home: Path) -> Iterator[Wallet]:
    with open_wallet(home, Secret(PASSPHRASE)) as opened:
        yield opened
