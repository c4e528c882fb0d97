from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from did.chain.node import NodeChain
from did.chain.nodes import Nodes
from did.errors import ChainError, Unreachable
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.errors import BadInput
from wallet.networks import blocks, connected, host_of, networks, standing, transactions
from wallet.registrars.accounts import account_address
from wallet.settings import NodeSettings, Settings, use_chain
from wallet.wallet import FUNDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

NOBODY = "http://127.0.0.1:9/"


@pytest.fixture
def public(wallet: Wallet, tmp_path: Path) -> Iterator[EmbeddedChain]:
    accounts = {account_address(wallet.vault, 0): FUNDS}
    with EmbeddedChain.create(tmp_path / "public.db", accounts=accounts) as chain:
        yield chain


@pytest.fixture
def node(public: EmbeddedChain) -> Iterator[str]:
    with serve(public, port=0) as server:
        yield server.url


def do(wallet: Wallet, action: str, **arguments: Any) -> Result:
    propose = ACTIONS[action].propose
    assert propose is not None
    proposal = propose(wallet, arguments)
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.DIALOG)))


def test_a_new_wallet_knows_its_own_chain_alone(wallet: Wallet) -> None:
    (own,) = networks(wallet.chains)
    assert (own.chosen, own.nodes, own.hosts) == (True, None, ())


def test_another_chain_is_used_after_a_yes_that_shows_hosts_and_no_keys(
    wallet: Wallet, public: EmbeddedChain, node: str
) -> None:
    propose = ACTIONS["use_chain"].propose
    assert propose is not None
    with_key = f"{node}?key=topsecret"
    shown = propose(wallet, {"urls": [with_key]}).statement
    assert "topsecret" not in str(shown)
    assert ("Node", host_of(node)) in [(str(label), value) for label, value in shown.facts]

    done = do(wallet, "use_chain", urls=[node])

    assert done.data["chain"] == public.chain_id
    chosen, own = networks(wallet.chains)
    assert (chosen.chain_id, chosen.chosen, own.chosen) == (public.chain_id, True, False)
    assert chosen.hosts == (host_of(node),)
    assert node not in repr(chosen)


def test_the_wallet_goes_back_to_its_own_chain_and_still_knows_the_other(
    wallet: Wallet, public: EmbeddedChain, node: str
) -> None:
    do(wallet, "use_chain", urls=[node])
    do(wallet, "use_chain", urls=["embedded"])
    assert Settings.read(wallet.home).chain is None
    assert [one.chosen for one in networks(wallet.chains)] == [False, True]
    with pytest.raises(BadInput, match="its registry is its own"):
        do(wallet, "use_chain", urls=["embedded"], registry=public.registry)


def test_another_node_of_a_chain_that_was_asked_already_takes_over_at_once(
    wallet: Wallet, public: EmbeddedChain
) -> None:
    with serve(public, port=0) as first:
        do(wallet, "use_chain", urls=[first.url])
        assert wallet.chains.chosen().request("eth_blockNumber") == "0x0"
    with serve(public, port=0) as second:
        do(wallet, "use_chain", urls=[second.url])
        assert wallet.chains.chosen().request("eth_blockNumber") == "0x0"


def test_how_a_chain_stands_is_told_with_a_registry_and_without(
    wallet: Wallet, public: EmbeddedChain, node: str
) -> None:
    use_chain(wallet.home, public.chain_id, NodeSettings((node,), "0x" + "11" * 20))
    (chosen, _) = networks(wallet.chains)
    bare = standing(connected(chosen))
    assert (bare.head, bare.has_registry) == (0, False)
    with_one = standing(NodeChain(node, registry=public.registry, chain_id=public.chain_id))
    assert with_one.has_registry
    assert with_one.client


def test_a_node_that_is_silent_is_named_where_another_answers(
    public: EmbeddedChain, node: str
) -> None:
    def at(url: str) -> NodeChain:
        return NodeChain(url, registry=public.registry, chain_id=public.chain_id)

    assert standing(Nodes([at(NOBODY), at(node)])).missing == ("127.0.0.1:9",)
    with pytest.raises(Unreachable):
        standing(Nodes([at(NOBODY), at(NOBODY)]))


def test_a_node_of_another_chain_is_said_to_be_that(public: EmbeddedChain, node: str) -> None:
    with pytest.raises(ChainError, match="speaks for chain"):
        standing(NodeChain(node, registry=public.registry, chain_id=5))


def test_blocks_come_newest_first_and_stop_at_the_first(wallet: Wallet) -> None:
    do(wallet, "create_did", method="ethr", name="work")
    do(wallet, "publish_did", did="work")
    do(wallet, "add_service", did="work", endpoint="https://example.com")
    chain = wallet.chains.chosen()

    found = blocks(chain, 2, 50)

    assert [block.number for block in found] == [2, 1, 0]
    assert [len(block.transactions) for block in found] == [1, 1, 0]
    (sent,) = transactions(chain, 2)
    assert sent["hash"] == found[0].transactions[0]
    assert [block.number for block in blocks(chain, 1, 1)] == [1]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://node.example/v3/key", "node.example"),
        ("http://127.0.0.1:8545/", "127.0.0.1:8545"),
        ("nonsense", "?"),
        ("http://[", "?"),
    ],
)
def test_of_an_address_the_host_alone_is_shown(url: str, host: str) -> None:
    assert host_of(url) == host
