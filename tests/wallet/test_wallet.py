from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from did.chain.amounts import ether
from did.errors import ChainError, UnknownNetwork
from wallet.actions.dids import DEFAULT_METHOD, FOREIGN, METHODS
from wallet.cache import Cache
from wallet.entries import contact_or_did, find, name_of, names
from wallet.errors import Ambiguous, BadInput, NoSuchEntry
from wallet.resolution import CACHE_FILE, CHAIN_FILE, Chains, resolver_for
from wallet.vault.errors import AlreadyExists, Locked, WrongPassphrase
from wallet.vault.files import VAULT_FILE
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import Wallet, create_wallet, open_wallet

if TYPE_CHECKING:
    from pathlib import Path

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
EVE = "did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"


def test_a_second_wallet_never_takes_the_place_of_the_first(home: Path) -> None:
    before = (home / VAULT_FILE).read_bytes()
    with pytest.raises(AlreadyExists):
        create_wallet(home, Secret("another"), kdf=FLOOR)
    assert (home / VAULT_FILE).read_bytes() == before


def test_half_a_wallet_does_not_stand_in_the_way(tmp_path: Path) -> None:
    home = tmp_path / "wallet"
    home.mkdir(mode=0o700)
    (home / CHAIN_FILE).write_bytes(b"something else")
    with pytest.raises(ChainError):
        create_wallet(home, Secret("x"), kdf=FLOOR)
    assert [path.name for path in home.iterdir()] == [CHAIN_FILE]


def test_opens_with_its_passphrase_alone_and_closes(home: Path) -> None:
    with pytest.raises(WrongPassphrase):
        open_wallet(home, Secret("correct horse"))
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    with open_wallet(home, Secret("correct horse battery staple"), clock=lambda: noon) as wallet:
        assert wallet.clock() == noon
        assert set(wallet.registrars) == {*METHODS, *FOREIGN}
        assert DEFAULT_METHOD in wallet.registrars
    with pytest.raises(Locked):
        wallet.vault.all(Kind.DID)


def test_a_name_is_a_contact_or_else_one_of_the_wallets_dids(wallet: Wallet) -> None:
    own = {"did": EVE, "name": "Acme", "number": 0, "published": None}
    wallet.vault.put(Kind.DID, own, id=EVE)
    assert str(contact_or_did(wallet.vault, "acme").did) == EVE
    wallet.vault.put(Kind.CONTACT, {"name": "Acme", "did": ACME}, id="Acme")
    assert str(contact_or_did(wallet.vault, "ACME").did) == ACME
    assert contact_or_did(wallet.vault, ACME).name == "Acme"
    assert contact_or_did(wallet.vault, EVE).name == EVE
    with pytest.raises(NoSuchEntry, match="no contact 'Eve'"):
        contact_or_did(wallet.vault, "Eve")
    assert name_of(ACME, names(wallet.vault)) == f"Acme ({ACME})"
    assert name_of("did:example:x", names(wallet.vault)) == "did:example:x"


def test_an_id_beats_a_name_and_two_of_a_name_are_told_apart(wallet: Wallet) -> None:
    first = contact_or_did(wallet.vault, ACME)
    second = contact_or_did(wallet.vault, EVE)
    assert find([first, second], ACME, noun="contact") is first
    with pytest.raises(Ambiguous, match="several contacts"):
        find([first, first], ACME.upper(), noun="contact")


@pytest.mark.parametrize(
    ("wei", "shown"),
    [(0, "0"), (1, "0.000000000000000001"), (10**18, "1"), (15 * 10**17, "1.5"), (10**21, "1000")],
)
def test_keeps_every_digit_of_an_amount(wei: int, shown: str) -> None:
    assert ether(wei) == shown


@pytest.mark.parametrize(
    "settings",
    [
        "[chains.1]\n",
        "[chains.1]\nurls = []\n",
        "[chains.1]\nurls = 'https://x'\n",
        "[chains.1]\nurls = ['https://x']\nregistry = 1\n",
        "chain = 'one'\n",
        "chains = 1\n",
        "[chains]\n1 = 2\n",
        "[chains]\none = 2\n",
    ],
)
def test_settings_that_cannot_be_used_are_told(tmp_path: Path, settings: str) -> None:
    (tmp_path / "config.toml").write_text(settings)
    with pytest.raises(BadInput, match=r"config\.toml cannot be used"):
        Chains(tmp_path)(1)


def test_a_chain_is_known_by_its_id_alone(home: Path) -> None:
    chains = Chains(home)
    embedded = chains.embedded()
    assert embedded is not None
    assert chains(embedded.chain_id) is embedded
    assert chains(1) is None
    registry = "0x03d5003bf0e79c5f5223588f347eba39afbc3818"
    (home / "config.toml").write_text(
        f'[chains.11155111]\nurl = "http://127.0.0.1:9/"\nregistry = "{registry}"\n'
    )
    configured = chains(11_155_111)
    assert configured is not None
    assert configured.chain_id == 11_155_111
    chains.close()
    assert Chains(home.parent / "elsewhere")(1) is None


def test_a_did_on_an_unknown_chain_cannot_be_decided(tmp_path: Path) -> None:
    resolution = resolver_for(Chains(tmp_path), Cache(tmp_path / CACHE_FILE)).resolve(
        "did:ethr:0x539:0xf3beac30c498d9e26865f34fcaa57dbb935b0d74"
    )
    with pytest.raises(UnknownNetwork):
        resolution.require()
