from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from did.chain.hexadecimal import data, read_quantity
from did.chain.history import MemoryHistory
from did.chain.node import NodeChain
from did.chain.sending.transaction import prepare, send, sign
from did.errors import NotFound
from did.keccak import keccak256
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey, address
from did.methods.ethr import (
    AddDelegate,
    ChangeOwner,
    Deactivate,
    Ethr,
    Operation,
    Purpose,
    RevokeDelegate,
    ethr_did,
    plan,
    plan_signature,
    publish_key,
    publish_service,
    revoke_key,
    revoke_service,
    sign_operation,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from did.chain import Chain
    from did.document import Document

OWNER, HEIR = (Secp256k1PrivateKey(keccak256(b"life of a DID" + bytes((n,)))) for n in (1, 2))
FRIEND = keccak256(b"a friend")[-20:]
FIRST, SECOND = (Ed25519PrivateKey(bytes((n,)) * 32).public_key for n in (21, 22))
YEAR, BRIEF = 31_536_000, 1_000_000


@dataclass(frozen=True, slots=True)
class State:
    """What the document says from a block on: the owner, and the names of keys and services."""

    block: int
    time: int
    owner: bytes
    keys: frozenset[str] = frozenset()
    authenticating: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    deactivated: bool = False


@dataclass(slots=True)
class Life:
    """A DID's life on a chain, and what its document has to be at each moment of it."""

    chain: Chain
    batch: Any
    states: list[State] = field(default_factory=list)

    @property
    def did(self) -> Any:
        return ethr_did(address(OWNER.public_key), self.chain.chain_id)

    def happens(self, block: int, **said: Any) -> None:
        """From this block on, the document differs so from what it was before."""
        self.states.append(replace(self.states[-1], block=block, time=self.time(block), **said))

    def time(self, block: int) -> int:
        made = self.chain.request("eth_getBlockByNumber", [hex(block), False])
        return read_quantity(made["timestamp"])

    def does(self, operation: Operation, *, key: Secp256k1PrivateKey = OWNER) -> int:
        unsigned = plan(self.chain, self.did, operation, clock=self.now).unsigned
        return send(self.chain, sign(unsigned, key)).block

    def does_at_once(self, *operations: Operation) -> int:
        """All of them in one block: signed by the owner, sent by a contract in one transaction."""
        calls = []
        for count, operation in enumerate(operations):
            planned = plan_signature(
                self.chain, self.did, operation, unsafe_replayable=True, clock=self.now
            )
            unsigned = replace(planned.unsigned, nonce=planned.unsigned.nonce + count)
            calls.append(sign_operation(unsigned, OWNER).call)
        sender, to = address(HEIR.public_key), data(self.batch.address)
        transaction = prepare(self.chain, sender=sender, to=to, data=self.batch.data(calls))
        return send(self.chain, sign(transaction, HEIR)).block

    def now(self) -> datetime:
        """The time of the chain's last block."""
        head = self.chain.request("eth_getBlockByNumber", ["latest", False])
        return datetime.fromtimestamp(read_quantity(head["timestamp"]), UTC)


def lived(chain: Chain, batch: Any) -> Life:
    """A whole life: nothing, ten changes and three of them in a block, an heir, and the end."""
    life, heir = Life(chain, batch), bytes.fromhex(address(HEIR.public_key)[2:])
    head = read_quantity(chain.request("eth_blockNumber"))
    account = bytes.fromhex(address(OWNER.public_key)[2:])
    life.states.append(State(head, life.time(head), account))

    keys, signing = {"delegate-1"}, {"delegate-1"}
    life.happens(
        life.does(publish_key(FIRST)), keys=frozenset(keys), authenticating=frozenset(signing)
    )
    life.happens(
        life.does(publish_service("Hub", "https://hub.example")),
        services=frozenset({"service-1"}),
    )
    keys |= {"delegate-2"}
    life.happens(life.does(AddDelegate("veriKey", FRIEND, YEAR)), keys=frozenset(keys))
    block = life.does_at_once(
        publish_service("Msg", {"uri": "https://msg.example"}),
        publish_key(SECOND, purpose=Purpose.VERI_KEY),
        publish_service("Log", "https://log.example"),
    )
    keys |= {"delegate-3"}
    services = {"service-1", "service-2", "service-3"}
    life.happens(block, keys=frozenset(keys), services=frozenset(services))
    life.happens(
        life.does(revoke_service("Hub", "https://hub.example")),
        services=frozenset(services - {"service-1"}),
    )
    life.happens(life.does(ChangeOwner(heir)), owner=heir)
    keys |= {"delegate-4"}
    signing |= {"delegate-4"}
    life.happens(
        life.does(AddDelegate("sigAuth", FRIEND, BRIEF), key=HEIR),
        keys=frozenset(keys),
        authenticating=frozenset(signing),
    )
    keys -= {"delegate-2"}
    life.happens(life.does(RevokeDelegate("veriKey", FRIEND), key=HEIR), keys=frozenset(keys))
    keys -= {"delegate-1"}
    signing -= {"delegate-1"}
    life.happens(
        life.does(revoke_key(FIRST), key=HEIR),
        keys=frozenset(keys),
        authenticating=frozenset(signing),
    )
    life.happens(
        life.does(Deactivate(), key=HEIR),
        owner=bytes(20),
        keys=frozenset(),
        authenticating=frozenset(),
        services=frozenset(),
        deactivated=True,
    )
    return life


def said(document: Document, chain_id: int) -> dict[str, Any]:
    """What the document says, in the terms of a `State`."""
    raw = document.to_json()
    prefix = f"{document.did}#"
    methods = {one["id"].removeprefix(prefix): one for one in raw["verificationMethod"]}
    controller = methods.pop("controller", {"blockchainAccountId": f":0x{bytes(20).hex()}"})
    assert controller.get("blockchainAccountId", "").startswith((f"eip155:{chain_id}:", ":"))
    return {
        "owner": bytes.fromhex(controller["blockchainAccountId"].rpartition("0x")[2]),
        "keys": frozenset(methods),
        "authenticating": frozenset(
            name.removeprefix(prefix)
            for name in raw["authentication"]
            if name != f"{prefix}controller"
        ),
        "services": frozenset(one["id"].removeprefix(prefix) for one in raw.get("service", [])),
    }


class Ticking:
    """A second later each time it is asked, so that each block has its own."""

    seconds = 1_800_000_000

    def __call__(self) -> datetime:
        self.seconds += 1
        return datetime.fromtimestamp(self.seconds, UTC)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedChain]:
    accounts = {address(key.public_key): 10**20 for key in (OWNER, HEIR)}
    path = tmp_path_factory.mktemp("life") / "chain.db"
    with EmbeddedChain.create(path, accounts=accounts, clock=Ticking()) as chain:
        yield chain


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeChain]:
    accounts = {address(key.public_key): 10**20 for key in (OWNER, HEIR)}
    path = tmp_path_factory.mktemp("life") / "chain.db"
    with EmbeddedChain.create(path, accounts=accounts) as chain, serve(chain, port=0) as server:
        node = NodeChain(server.url, registry=chain.registry, chain_id=chain.chain_id)
        yield node
        node.close()


@pytest.fixture(scope="module", params=["own", "served", "anvil.chain", "anvil.bound"])
def life(request: pytest.FixtureRequest, batch_contract: Any) -> Life:
    name, _, part = request.param.partition(".")
    chain: Any = request.getfixturevalue(name)
    if part:
        for key in (OWNER, HEIR):
            chain.fund(address(key.public_key), 10**20)
        chain = getattr(chain, part)
    return lived(chain, batch_contract.create(chain, HEIR))


@pytest.fixture
def ethr(life: Life) -> Ethr:
    return Ethr({life.chain.chain_id: life.chain}, clock=life.now, histories=MemoryHistory())


def _expected(state: State) -> dict[str, Any]:
    return {
        "owner": state.owner,
        "keys": state.keys,
        "authenticating": state.authenticating,
        "services": state.services,
    }


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _metadata(state: State, following: State | None, *, first: bool) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if not first:
        told = {"versionId": str(state.block), "updated": _iso(state.time)}
    if state.deactivated:
        told["deactivated"] = True
    elif following is not None:
        told |= {"nextVersionId": str(following.block), "nextUpdate": _iso(following.time)}
    return told


def test_the_document_is_right_at_every_block_of_a_life(life: Life, ethr: Ethr) -> None:
    following = [*life.states[1:], None]
    for number, (state, later) in enumerate(zip(life.states, following, strict=True)):
        end = later.block if later is not None else state.block + 1
        for block in range(state.block, end):
            document, metadata = ethr.resolve(life.did, {"versionId": str(block)})
            assert said(document, life.chain.chain_id) == _expected(state)
            assert metadata == _metadata(state, later, first=number == 0)
    assert len(life.states) == 11
    with pytest.raises(NotFound):
        ethr.resolve(life.did, {"versionId": str(life.states[-1].block + 10_000)})


def test_the_document_is_right_at_every_second_of_a_life(life: Life, ethr: Ethr) -> None:
    first, last = life.states[0], life.states[-1]
    for second in sorted({state.time + more for state in life.states for more in (-1, 0, 1)}):
        if not first.time <= second <= last.time:
            continue
        state = [one for one in life.states if one.time <= second][-1]
        document, metadata = ethr.resolve(life.did, {"versionTime": str(second)})
        assert said(document, life.chain.chain_id) == _expected(state)
        assert metadata.get("versionId", str(first.block)) == str(state.block)


def test_the_latest_document_authorizes_nothing_any_more(life: Life, ethr: Ethr) -> None:
    document, metadata = ethr.resolve(life.did, {})
    assert metadata["deactivated"] is True
    assert not any(document.relationships.values())
    assert ethr.resolve(life.did, {"versionId": "latest"}) == (document, metadata)


def test_a_document_is_the_same_whatever_is_kept_of_its_history(life: Life, ethr: Ethr) -> None:
    fresh = Ethr({life.chain.chain_id: life.chain}, clock=life.now)
    for state in life.states:
        options = {"versionId": str(state.block)}
        assert fresh.resolve(life.did, options) == ethr.resolve(life.did, options)


def test_what_has_expired_since_is_in_the_version_of_its_time_all_the_same(life: Life) -> None:
    added = next(state for state in life.states if "delegate-4" in state.keys)
    before_the_end = next(one for one in reversed(life.states) if not one.deactivated)
    later = datetime.fromtimestamp(added.time + 2 * BRIEF, UTC)
    ethr = Ethr({life.chain.chain_id: life.chain}, clock=lambda: later)
    document, _ = ethr.resolve(life.did, {"versionId": str(before_the_end.block)})
    assert "delegate-4" in said(document, life.chain.chain_id)["keys"]
