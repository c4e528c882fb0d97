from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from did.chain.node import NodeChain
from did.chain.sending.transaction import prepare, sign
from did.errors import Unreachable
from wallet.cli.diagnostics import ExitCode
from wallet.cli.main import main
from wallet.entries import dids
from wallet.registrars.accounts import account_address
from wallet.resolution import CHAIN_FILE
from wallet.settings import CONFIG_FILE, Settings
from wallet.vault.derivation import KeyPath
from wallet.vault.secret import Secret
from wallet.wallet import FUNDS, open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wallet.wallet import Wallet

    Ask = Callable[..., Any]

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def public(home: Path, tmp_path: Path) -> Iterator[EmbeddedChain]:
    """Another chain than the wallet's own, on which its first accounts have ether."""
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        accounts = {account_address(wallet.vault, number): FUNDS for number in range(3)}
    with EmbeddedChain.create(tmp_path / "public.db", accounts=accounts) as chain:
        yield chain


@pytest.fixture
def node(public: EmbeddedChain) -> Iterator[str]:
    with serve(public, port=0) as server:
        yield server.url


@pytest.fixture
def ask(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command with --json and reads what it printed, or else what it complained of."""
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)

    def asked(*argv: str, code: ExitCode = ExitCode.DONE) -> Any:
        common = ("--home", str(home), "--passphrase-file", str(passphrase), "--json", "--quiet")
        assert main([*argv, *common]) == code, capsys.readouterr()
        out, err = capsys.readouterr()
        return json.loads(out) if code is ExitCode.DONE else out + err

    return asked


@pytest.fixture
def used(ask: Ask, public: EmbeddedChain, node: str) -> str:
    """The address of the node, whose chain is the chosen one."""
    told = ask("chain", "use", node, "--registry", public.registry)
    assert told == {"chain": public.chain_id, "registry": public.registry, "deployed": True}
    return node


def test_new_dids_live_on_the_chain_behind_the_node(
    ask: Ask, home: Path, public: EmbeddedChain, used: str
) -> None:
    assert Settings.read(home).chains[public.chain_id].urls == (used,)
    did = ask("did", "create", "--name", "work", "--yes")["did"]
    assert did.startswith(f"did:ethr:{public.chain_id:#x}:")
    block = ask("did", "publish", "work", "--yes")["block"]
    assert public.request("eth_blockNumber") == f"{block:#x}"
    ask("did", "service", "work", "--endpoint", "https://work.example", "--yes")
    resolved = ask("did", "resolve", did)
    assert len(resolved["didDocument"]["verificationMethod"]) == 2
    assert resolved["didDocument"]["service"][0]["serviceEndpoint"] == "https://work.example"
    issue = ("issue", "--type", "Badge", "--subject", "work", "--issuer", "work", "--yes")
    assert ask("verify", ask(*issue, "--claim", "level=1")["id"])["verdict"] == "valid"
    assert ask("chain", "pending") == {"transactions": []}


def test_each_chain_is_shown_and_the_chosen_one_marked(
    ask: Ask, home: Path, public: EmbeddedChain, used: str
) -> None:
    own = EmbeddedChain.open(home / CHAIN_FILE)
    shown = {row["chain_id"]: row for row in ask("chain", "status")["chains"]}
    assert shown.keys() == {public.chain_id, own.chain_id}
    assert [row["chain_id"] for row in shown.values() if row["chosen"]] == [public.chain_id]
    assert used not in json.dumps(list(shown.values()))
    assert ask("chain", "use", "embedded")["chain"] == own.chain_id
    assert Settings.read(home).chain is None
    assert public.chain_id in Settings.read(home).chains
    assert ask("did", "create", "--yes")["did"].split(":")[2] == f"{own.chain_id:#x}"
    own.close()


def test_a_chain_that_does_not_answer_is_said_to_and_the_others_are_shown(
    ask: Ask, public: EmbeddedChain, home: Path
) -> None:
    with serve(public, port=0) as server:
        ask("chain", "use", server.url, "--registry", public.registry)
    told = json.loads(ask("chain", "status", code=ExitCode.NETWORK))["chains"]
    assert ["error" in row for row in told] == [True, False]
    assert "does not answer" in ask("did", "show", told_did(home, public), code=ExitCode.NETWORK)


def told_did(home: Path, chain: EmbeddedChain) -> str:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        return f"did:ethr:{chain.chain_id:#x}:{account_address(wallet.vault, 0)}"


@pytest.mark.parametrize("registry", ["0x" + "11" * 20, "0x12", "nowhere"])
def test_a_registry_that_is_none_is_not_used(
    ask: Ask, home: Path, node: str, registry: str
) -> None:
    failed = ExitCode.USAGE if len(registry) == 42 else ExitCode.NETWORK
    ask("chain", "use", node, "--registry", registry, code=failed)
    assert not (home / CONFIG_FILE).exists()


def test_nodes_of_two_chains_are_not_taken_for_one(
    ask: Ask, home: Path, tmp_path: Path, node: str
) -> None:
    path = tmp_path / "other.db"
    with EmbeddedChain.create(path, accounts={}) as other, serve(other, port=0) as server:
        told = ask("chain", "use", node, server.url, code=ExitCode.USAGE)
    assert "speak for different chains" in told
    assert not (home / CONFIG_FILE).exists()


def test_a_node_takes_over_from_one_that_fell_silent(ask: Ask, public: EmbeddedChain) -> None:
    with serve(public, port=0) as first, serve(public, port=0) as second:
        ask("chain", "use", first.url, second.url, "--registry", public.registry)
        did = ask("did", "create", "--name", "work", "--yes")["did"]
        first.close()
        assert ask("did", "publish", "work", "--yes")["block"] == 1
        assert len(ask("did", "resolve", did)["didDocument"]["verificationMethod"]) == 2


def test_an_address_may_hold_a_key_and_is_written_for_its_owner_alone(
    ask: Ask, home: Path, public: EmbeddedChain, node: str, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = f"{node.rstrip('/')}/a-key-of-mine"
    told = ask("chain", "use", secret, "--registry", public.registry)
    assert "a-key-of-mine" not in json.dumps(told)
    assert "a-key-of-mine" not in json.dumps(ask("chain", "status"))
    assert "a-key-of-mine" not in capsys.readouterr().err
    assert stat.S_IMODE((home / CONFIG_FILE).stat().st_mode) == 0o600
    assert "a-key-of-mine" in (home / CONFIG_FILE).read_text()


def test_a_registry_is_put_nowhere_where_there_is_one(ask: Ask, used: str) -> None:
    del used
    ask("did", "create", "--name", "work", "--yes")
    assert "has a registry at" in ask("chain", "deploy", "--yes", code=ExitCode.USAGE)


def test_the_registry_of_another_wallets_own_chain_is_known(
    ask: Ask, node: str, public: EmbeddedChain
) -> None:
    told = ask("chain", "use", node)
    assert told == {"chain": public.chain_id, "registry": public.registry, "deployed": True}
    ask("did", "create", "--name", "work", "--yes")
    assert ask("did", "publish", "work", "--yes")["block"] == 1


def left_open(wallet: Wallet) -> tuple[str, str]:
    """As a wallet leaves it whose process ends between writing down and sending."""
    from did.chain.sending.intents import Intent  # noqa: PLC0415 - beside what it is about

    (own,) = dids(wallet.vault)
    chain = wallet.chains.chosen()
    sender = account_address(wallet.vault, own.number)
    unsigned = prepare(chain, sender=sender, to=sender, data=b"")
    raw = sign(unsigned, wallet.vault.digest_signer(KeyPath.ethr(own.number)))
    intent = Intent.of(raw, purpose={"call": "payment", "did": own.id}, created=wallet.clock())
    wallet.sending.outbox.store.put(intent)
    return intent.id, f"0x{intent.last.hash.hex()}"


def test_what_was_written_down_and_not_sent_is_found_and_done(
    ask: Ask, home: Path, public: EmbeddedChain, used: str
) -> None:
    del used
    ask("did", "create", "--name", "work", "--yes")
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        id_, name = left_open(wallet)
    assert public.request("eth_getTransactionByHash", [name]) is None
    assert "is under way" in ask("did", "publish", "work", "--yes", code=ExitCode.USAGE)
    (found,) = ask("chain", "pending")["transactions"]
    assert (found["id"], found["transactions"], found["nonce"]) == (id_, [name], 0)
    assert public.request("eth_getTransactionReceipt", [name])["status"] == "0x1"
    for _ in range(20):  # until it is deep enough, each block of the chain being one of its own
        if ask("chain", "pending") == {"transactions": []}:
            break
    assert ask("did", "publish", "work", "--yes")["transaction"] != name


def test_a_transaction_that_is_done_is_neither_sped_up_nor_cancelled(
    ask: Ask, home: Path, used: str
) -> None:
    del used
    ask("did", "create", "--name", "work", "--yes")
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        id_, name = left_open(wallet)
        chain = wallet.chains.chosen()
        raw = next(iter(wallet.sending.outbox.store.all())).last.raw
        chain.request("eth_sendRawTransaction", [f"0x{raw.hex()}"])
    for verb in ("speed-up", "cancel"):
        ask("chain", verb, id_[:8], "--yes", code=ExitCode.NETWORK)
        ask("chain", verb, name[:10], "--yes", code=ExitCode.NETWORK)
        assert "is called" in ask("chain", verb, "ffffffffff", "--yes", code=ExitCode.FAILED)
    ask("chain", "pending")


def test_tools_on_this_machine_are_served_until_it_is_interrupted(home: Path) -> None:
    command = [sys.executable, "-P", "-m", "wallet.cli.main", "chain", "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, "--home", str(home), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        told = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")
        chain = NodeChain(told["url"], registry=told["registry"], chain_id=told["chain"])
        assert chain.request("eth_chainId") == hex(told["chain"])
        assert chain.request("eth_getCode", [told["registry"], "latest"]) != "0x"
        chain.close()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert "Ctrl-C stops it" in err
    with pytest.raises(Unreachable):
        chain.request("eth_chainId")


def test_a_port_that_is_taken_is_said_to_be(ask: Ask, node: str) -> None:
    port = node.rstrip("/").rpartition(":")[2]
    assert "cannot be listened on" in ask("chain", "serve", "--port", port, code=ExitCode.NETWORK)
