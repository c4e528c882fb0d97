"""What every test shares: how long hypothesis may think, a wallet that is made once, and anvil."""

from __future__ import annotations

import shutil
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from wallet.vault.attempts import ATTEMPTS
from wallet.vault.header import FLOOR
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret
from wallet.wallet import Wallet, create_wallet, open_wallet

if TYPE_CHECKING:
    from collections.abc import Iterator

# A busy machine is no defect: no example has a deadline.
settings.register_profile("holdfast", deadline=None)
settings.load_profile("holdfast")
# The tests try hundreds of wrong passphrases, and `Attempts` has tests of its own.
ATTEMPTS.sleep = lambda _: None

PASSPHRASE = "correct horse battery staple"
JUNK = "test test test test test test test test test test test junk"


def pytest_configure(config: pytest.Config) -> None:
    """Makes `anvil` a fixture of every test. Tests are no package to import it from."""
    spec = spec_from_file_location("anvil", Path(__file__).with_name("anvil.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    config.pluginmanager.register(module, spec.name)


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
