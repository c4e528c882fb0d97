from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from did.chain import balance
from did.chain.deployment import PROXY, deployed_registry
from did.chain.node import NodeChain
from did.errors import TransactionFailed, UnknownNetwork, Unreachable
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.entries import dids
from wallet.errors import Ambiguous, BadInput, NoSuchEntry
from wallet.payees import payments
from wallet.registrars.accounts import account_address
from wallet.registrars.table import registrars_of
from wallet.settings import CONFIG_FILE, NodeSettings, use_chain
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.messages import Message
    from wallet.wallet import Wallet

CHAIN_ID = 901_234_567_892
BARE_ID = 901_234_567_893
NOBODY = "0x" + "00" * 19 + "99"


@pytest.fixture(scope="module")
def slow(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A chain that makes a block when it is told to."""
    anvil: Any = request.config.pluginmanager.get_plugin("anvil")
    if (program := anvil.find_anvil()) is None:
        pytest.skip("there is no anvil here: `make test` installs it where node and npm are")
    with (
        anvil.started(program, chain_id=CHAIN_ID) as url,
        anvil.with_registries(url, chain_id=CHAIN_ID) as made,
    ):
        made.bound.request("evm_setAutomine", [False])
        yield made


@pytest.fixture(scope="module")
def bare(request: pytest.FixtureRequest) -> Iterator[NodeChain]:
    """A chain that nobody has put a registry on."""
    anvil: Any = request.config.pluginmanager.get_plugin("anvil")
    if (program := anvil.find_anvil()) is None:
        pytest.skip("there is no anvil here: `make test` installs it where node and npm are")
    with anvil.started(program, chain_id=BARE_ID) as url:
        chain = NodeChain(url, registry=NOBODY, chain_id=BARE_ID)
        yield chain
        chain.close()


@dataclass
class Person:
    """Somebody with a wallet whose DIDs live on that chain."""

    wallet: Wallet
    chain: NodeChain
    moves: list[Callable[[], object]]
    """What happens on the chain while the wallet waits, one move at a time."""
    told: list[str]
    """How it went, as the person was told meanwhile."""
    type_amounts: bool = False
    """Whether the person types an amount that is asked for."""

    def propose(self, action: str, /, **arguments: Any) -> Proposal:
        found = ACTIONS[action].propose
        assert found is not None
        return found(self.wallet, arguments)

    def do(self, action: str, /, **arguments: Any) -> Result:
        proposal = self.propose(action, **arguments)
        typed = proposal.to_type if self.type_amounts else None
        answer = Answer(yes=True, by=By.PROMPT, typed=typed)
        return run(self.wallet, proposal, decide(proposal, answer))

    def read(self, action: str, /, **arguments: Any) -> Result:
        found = ACTIONS[action].read
        assert found is not None
        return found(self.wallet, arguments)

    def leave(self, action: str, /, **arguments: Any) -> None:
        """Does it, and no block comes while it is waited for."""
        with pytest.raises(Unreachable):
            self.do(action, **arguments)

    def mined(self, blocks: int = 2) -> None:
        """So many blocks come while it is waited for next."""
        self.moves += [lambda: self.chain.request("evm_mine")] * blocks

    @property
    def open(self) -> list[Any]:
        return list(self.wallet.sending.outbox.store.all())


def person_of(wallet: Wallet, chain: NodeChain, url: str, registry: str | None) -> Person:
    use_chain(wallet.home, chain.chain_id, NodeSettings((url,), registry))
    chain.request("anvil_setBalance", [account_address(wallet.vault, 0), hex(10**20)])
    moves: list[Callable[[], object]] = []
    told: list[str] = []
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds
        if moves:
            moves.pop(0)()

    def notify(message: Message) -> None:
        told.append(str(message))

    outbox = replace(wallet.sending.outbox, monotonic=lambda: passed[0], sleep=sleep)
    sending = replace(wallet.sending, outbox=outbox, notify=notify)
    registrars = registrars_of(wallet.vault, wallet.chains, wallet.resolver, sending)
    return Person(replace(wallet, sending=sending, registrars=registrars), chain, moves, told)


@pytest.fixture
def person(wallet: Wallet, slow: Any) -> Iterator[Person]:
    before = slow.bound.request("evm_snapshot")
    person = person_of(wallet, slow.bound, slow.url, slow.bound.registry)
    person.do("create_did", name="shop")
    yield person
    slow.bound.request("evm_mine")
    slow.bound.request("evm_revert", [before])


def keys_of(person: Person) -> int:
    """How many keys others find in the document of the only DID, by what the wallet goes by."""
    (own,) = dids(person.wallet.vault)
    return len(person.wallet.resolver.resolve(own.did).require().verification_methods)


def test_what_waits_is_found_and_nothing_is_sent_beside_it(person: Person) -> None:
    person.leave("publish_did", did="shop")
    (one,) = person.read("list_transactions").data["transactions"]
    assert (one["state"], one["done"], one["purpose"]["call"]) == ("pending", False, "setAttribute")
    with pytest.raises(BadInput, match="under way"):
        person.do("publish_did", did="shop")
    assert len(person.open) == 1
    person.chain.request("evm_mine")
    result = person.read("list_transactions")
    assert [one["state"] for one in result.data["transactions"]] == ["confirming"]
    person.chain.request("evm_mine")
    assert [one["done"] for one in person.read("list_transactions").data["transactions"]] == [True]
    assert person.read("list_transactions").data == {"transactions": []}
    resumed = person.do("publish_did", did="shop")
    assert "transaction" not in resumed.data
    assert dids(person.wallet.vault)[0].published is not None


def test_the_person_is_told_how_it_goes(person: Person) -> None:
    person.mined()
    done = person.do("publish_did", did="shop")
    name = done.data["transaction"]
    assert person.told == [f"{name} waits for a block", f"{name} has so many confirmations: 1"]


def test_what_waits_is_sped_up_by_the_same_with_higher_fees(person: Person) -> None:
    assert keys_of(person) == 1
    person.leave("publish_did", did="shop")
    (intent,) = person.open
    proposal = person.propose("speed_up", transaction=intent.id[:6])
    shown = {str(label): str(value) for label, value in proposal.statement.facts}
    assert (shown["What for"], shown["Nonce"]) == ("setAttribute", str(intent.nonce))
    before, after = (float(part) for part in shown["Fee"].removesuffix(" gwei").split(" → "))
    assert after > before * 1.1
    person.mined()
    done = run(person.wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    assert done.data["cancelled"] is False
    assert done.data["transaction"] not in {f"0x{hash_.hex()}" for hash_ in intent.hashes}
    assert person.open == []
    assert keys_of(person) == 2


def test_what_waits_is_cancelled_by_one_that_does_nothing(person: Person) -> None:
    person.leave("publish_did", did="shop")
    person.mined()
    done = person.do("cancel_transaction")
    assert done.data["cancelled"] is True
    assert (person.open, keys_of(person)) == ([], 1)
    person.mined()
    person.do("publish_did", did="shop")
    assert keys_of(person) == 2


def test_what_is_in_a_block_is_neither_sped_up_nor_cancelled(person: Person) -> None:
    person.leave("publish_did", did="shop")
    late = [person.propose(action) for action in ("speed_up", "cancel_transaction")]
    person.chain.request("evm_mine")
    for proposal in late:
        with pytest.raises(TransactionFailed, match="already"):
            run(person.wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    for action in ("speed_up", "cancel_transaction"):
        with pytest.raises(TransactionFailed, match="already"):
            person.propose(action)
    person.chain.request("evm_mine")
    assert person.read("list_transactions").data["transactions"][0]["state"] == "done"
    assert keys_of(person) == 2


def test_of_several_one_is_named(person: Person, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    person.leave("publish_did", did="shop")
    person.leave("anchor_credential", documents=[str(tmp_path / "a.txt")])
    first, second = person.open
    with pytest.raises(Ambiguous, match="several") as several:
        person.propose("speed_up")
    assert first.id[:8] in str(several.value.hint)
    with pytest.raises(NoSuchEntry, match="is called 'zz'"):
        person.propose("speed_up", transaction="zz")
    name = f"0x{second.hashes[0].hex()}"
    for given in (second.id, name, name[:12].upper()):
        facts = person.propose("cancel_transaction", transaction=given).statement.facts
        assert ("Nonce", str(second.nonce)) in [(str(label), str(value)) for label, value in facts]


def test_without_an_open_one_there_is_none_to_speed_up(person: Person) -> None:
    for action in ("speed_up", "cancel_transaction"):
        with pytest.raises(NoSuchEntry, match="no transaction is open"):
            person.propose(action)


@pytest.mark.parametrize("action", ["speed_up", "list_transactions"])
def test_receipts_are_written_when_their_transaction_is_done(
    person: Person, tmp_path: Path, action: str
) -> None:
    (tmp_path / "a.txt").write_text("one")
    folder = tmp_path / "receipts"
    person.leave("anchor_credential", documents=[str(tmp_path / "a.txt")], output=str(folder))
    assert not folder.exists()
    if action == "speed_up":
        person.mined()
        person.do(action)
    else:
        person.chain.request("evm_mine")
        person.chain.request("evm_mine")
        person.read(action)
    assert [path.name for path in folder.iterdir()] == ["a.txt.anchor.json"]
    assert person.wallet.vault.all(Kind.ANCHORING) == ()


def test_of_what_is_cancelled_no_receipts_are_waited_for(person: Person, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    folder = tmp_path / "receipts"
    person.leave("anchor_credential", documents=[str(tmp_path / "a.txt")], output=str(folder))
    person.mined()
    assert person.do("cancel_transaction").data["cancelled"] is True
    assert not folder.exists()
    assert person.wallet.vault.all(Kind.ANCHORING) == ()


def test_of_what_the_chain_refuses_nothing_is_kept(person: Person, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    proposal = person.propose("anchor_credential", documents=[str(tmp_path / "a.txt")])
    person.chain.request("anvil_setBalance", [account_address(person.wallet.vault, 0), "0x1"])
    with pytest.raises(TransactionFailed):
        run(person.wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    assert (person.open, person.wallet.vault.all(Kind.ANCHORING)) == ([], ())


def test_what_cannot_be_signed_or_sent_any_more_is_said_to_be_so(person: Person) -> None:
    person.leave("publish_did", did="shop")
    (own,) = dids(person.wallet.vault)
    person.wallet.vault.delete(Kind.DID, own.id)
    with pytest.raises(BadInput, match="is not in this wallet"):
        person.propose("speed_up")
    (person.wallet.home / CONFIG_FILE).unlink()
    person.wallet.chains.close()
    for action in ("speed_up", "cancel_transaction"):
        with pytest.raises(UnknownNetwork, match="any more"):
            person.propose(action)
    with pytest.raises(UnknownNetwork, match="any more"):
        person.read("list_transactions")


def test_a_document_from_before_a_change_is_not_gone_by(person: Person) -> None:
    assert keys_of(person) == 1  # and is kept for some minutes
    person.mined()
    person.do("publish_did", did="shop")
    assert keys_of(person) == 2
    person.mined(4)
    person.do("rotate_key", did="shop", keep=True)
    assert keys_of(person) == 3


def test_a_rotation_that_a_slow_chain_broke_off_is_gone_on_with(person: Person) -> None:
    person.mined()
    person.do("publish_did", did="shop")
    person.leave("rotate_key", did="shop")
    assert dids(person.wallet.vault)[0].rotation == 0
    with pytest.raises(BadInput, match="under way"):
        person.do("rotate_key", did="shop")
    person.mined()
    person.do("speed_up")
    assert keys_of(person) == 3
    person.mined()
    done = person.do("rotate_key", did="shop")
    assert len(done.data["transactions"]) == 1
    assert (dids(person.wallet.vault)[0].rotation, keys_of(person)) == (1, 2)


def test_a_payment_that_waits_is_sped_up_and_its_payee_is_known_then(person: Person) -> None:
    person.type_amounts = True
    person.leave("send_payment", to=NOBODY, amount="0.5")
    assert payments(person.wallet.vault) == ()
    assert person.read("list_transactions").data["transactions"][0]["purpose"]["to"] == NOBODY
    person.mined()
    assert person.do("speed_up").data["cancelled"] is False
    (paid,) = payments(person.wallet.vault)
    assert (paid.to, paid.wei) == (NOBODY, 5 * 10**17)
    assert person.propose("send_payment", to=NOBODY, amount="1").to_type is None


def test_nobody_was_paid_by_a_payment_that_was_cancelled(person: Person) -> None:
    person.type_amounts = True
    person.leave("send_payment", to=NOBODY, amount="0.5")
    person.mined()
    assert person.do("cancel_transaction").data["cancelled"] is True
    assert payments(person.wallet.vault) == ()
    assert balance(person.chain, NOBODY) == 0
    assert person.propose("send_payment", to=NOBODY, amount="1").to_type == "1 ETH"


def test_a_payment_to_a_contract_is_warned_of(person: Person) -> None:
    person.chain.request("anvil_setCode", [NOBODY, "0x00"])  # takes whatever it gets
    warnings = person.propose("send_payment", to=NOBODY, amount="1").statement.warnings
    assert any("a contract is at this account" in str(warning) for warning in warnings)


def test_a_registry_is_put_on_a_chain_that_has_none_and_once(
    wallet: Wallet, bare: NodeChain
) -> None:
    person = person_of(wallet, bare, f"http://{bare.name}/", None)
    chain = wallet.chains.chosen()
    with pytest.raises(BadInput, match="no account"):
        person.propose("deploy_registry")
    person.do("create_did", name="shop")
    proposal = person.propose("deploy_registry", payer="shop")
    assert any("not audited" in str(warning) for warning in proposal.statement.warnings)
    person.mined(1)
    done = run(person.wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    assert done.data["registry"] == chain.registry
    with pytest.raises(BadInput, match="has its registry already"):
        person.propose("deploy_registry")
    person.mined(1)
    person.do("publish_did", did="shop")
    assert keys_of(person) == 2
    use_chain(wallet.home, bare.chain_id, NodeSettings((f"http://{bare.name}/",), NOBODY))
    wallet.chains.close()
    with pytest.raises(BadInput, match=f"has a registry at {NOBODY}"):
        person.propose("deploy_registry")


def test_a_chain_without_the_deployment_proxy_is_said_to_lack_it(
    wallet: Wallet, bare: NodeChain
) -> None:
    before = bare.request("evm_snapshot")
    bare.request("anvil_setCode", [PROXY, "0x"])
    bare.request("anvil_setCode", [deployed_registry(BARE_ID), "0x"])
    person = person_of(wallet, bare, f"http://{bare.name}/", None)
    person.do("create_did", name="shop")
    with pytest.raises(BadInput, match="lacks the deterministic deployment proxy"):
        person.propose("deploy_registry")
    assert person.open == []
    bare.request("evm_revert", [before])
