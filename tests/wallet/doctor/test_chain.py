from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from wallet.doctor.chain import embedded, nodes
from wallet.doctor.clock import SLACK, clock
from wallet.doctor.finding import Health
from wallet.vault.files import VAULT_FILE
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wallet.doctor.examined import Examined

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[EmbeddedChain, str]]:
    """A chain of somebody else, and the address of its node."""
    with (
        EmbeddedChain.create(tmp_path / "other.db", accounts={}) as chain,
        serve(chain, port=0) as server,
    ):
        yield chain, server.url


def configure(examined: Examined, chain_id: int, url: str, registry: str) -> None:
    (examined.home / "config.toml").write_text(
        f'[chains.{chain_id}]\nurls = ["{url}"]\nregistry = "{registry}"\n'
    )


def test_the_wallets_own_chain_has_a_last_block(locked: Examined) -> None:
    (finding,) = embedded(locked)
    assert finding.result is Health.OK
    assert str(finding.sentence).endswith("; block 0")


def test_a_chain_that_is_gone_is_missed(locked: Examined) -> None:
    (locked.home / "chain.db").unlink()
    (finding,) = embedded(locked)
    assert finding.result is Health.FAIL


def test_a_chain_that_is_gone_is_not_missed_where_another_is_chosen(locked: Examined) -> None:
    (locked.home / "chain.db").unlink()
    (locked.home / "config.toml").write_text('chain = 5\n[chains.5]\nurls = ["https://a.example"]')
    (finding,) = embedded(locked)
    assert finding.result is Health.OK


@pytest.mark.parametrize("junk", [b"no database at all", b"\xff" * 4096])
def test_a_damaged_chain_is_found(locked: Examined, junk: bytes) -> None:
    path = locked.home / "chain.db"
    data = path.read_bytes()
    path.write_bytes(junk if len(junk) < 4096 else data[:8192] + junk + data[8192 + 4096 :])
    (finding,) = embedded(locked)
    assert finding.result is Health.FAIL
    assert "backup" in str(finding.advice)


def test_a_node_that_answers_is_sound(locked: Examined, served: tuple[EmbeddedChain, str]) -> None:
    chain, url = served
    configure(locked, chain.chain_id, url, chain.registry)
    (finding,) = nodes(locked)
    assert finding.result is Health.OK


def test_a_node_of_another_chain_is_found(
    locked: Examined, served: tuple[EmbeddedChain, str]
) -> None:
    chain, url = served
    configure(locked, chain.chain_id + 1, url, chain.registry)
    (finding,) = nodes(locked)
    assert finding.result is Health.FAIL


def test_of_a_node_that_does_not_answer_nothing_is_known(
    locked: Examined, served: tuple[EmbeddedChain, str]
) -> None:
    chain, _ = served
    configure(locked, chain.chain_id, "http://127.0.0.1:1/", chain.registry)
    (finding,) = nodes(locked)
    assert finding.result is Health.UNKNOWN
    assert finding.advice is not None


def test_a_clock_behind_the_last_block_is_noticed(locked: Examined) -> None:
    (finding,) = clock(replace(locked, clock=lambda: datetime(2001, 1, 1, tzinfo=UTC)))
    assert finding.result is Health.WARN
    assert "2001-01-01" in str(finding.sentence)


def test_a_clock_behind_the_last_record_is_noticed(home: Path, locked: Examined) -> None:
    later = datetime.now(UTC) + timedelta(days=400)
    with Vault.open(home / VAULT_FILE, Secret(PASSPHRASE), clock=lambda: later) as vault:
        vault.put(Kind.CONTACT, {"name": "Acme"})
    with Vault.open(home / VAULT_FILE, Secret(PASSPHRASE), read_only=True) as vault:
        (finding,) = clock(replace(locked, vault=vault))
        (steady,) = clock(replace(locked, vault=vault, clock=lambda: later - SLACK / 2))
    assert finding.result is Health.WARN
    assert steady.result is Health.OK


def test_a_clock_that_goes_forward_is_sound(unlocked: Examined) -> None:
    (finding,) = clock(unlocked)
    assert finding.result is Health.OK
