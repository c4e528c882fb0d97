from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from did.chain import abi, balance
from did.chain.check import check
from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from did.chain.hexadecimal import data, read_quantity
from did.chain.node import NodeChain
from did.chain.refusal import REVERTED, RequestRefused
from did.chain.registry import ATTRIBUTE_CHANGED, set_attribute
from did.chain.sending.transaction import prepare, send, sign
from did.errors import TransactionFailed
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PrivateKey, address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from did.chain import Chain


class Party:
    def __init__(self, number: int) -> None:
        self.key = Secp256k1PrivateKey(keccak256(b"party" + bytes((number,))))
        self.address = address(self.key.public_key)
        self.raw = bytes.fromhex(self.address[2:])


RICH, OTHER = Party(1), Party(2)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedChain]:
    path = tmp_path_factory.mktemp("scenario") / "chain.db"
    with EmbeddedChain.create(path, accounts={RICH.address: 10**21}) as chain:
        yield chain


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeChain]:
    path = tmp_path_factory.mktemp("scenario") / "chain.db"
    with (
        EmbeddedChain.create(path, accounts={RICH.address: 10**21}) as chain,
        serve(chain, port=0) as server,
    ):
        yield NodeChain(server.url, registry=chain.registry, chain_id=chain.chain_id)


@pytest.fixture(scope="module", params=["own", "served", "anvil.chain", "anvil.bound"])
def chain(request: pytest.FixtureRequest) -> Chain:
    name, _, part = request.param.partition(".")
    found: Any = request.getfixturevalue(name)
    if part:
        found.fund(RICH.address, 10**21)
        found = getattr(found, part)
    chain: Chain = found
    return chain


def _send(chain: Chain, call: bytes, **changes: Any) -> str:
    unsigned = prepare(chain, sender=RICH.address, to=chain.registry, data=call)
    return send(chain, sign(replace(unsigned, **changes), RICH.key)).transaction_hash


def _set(chain: Chain, value: bytes) -> dict[str, Any]:
    call = set_attribute(RICH.raw, "did/svc/Test", value, validity=100)
    receipt: dict[str, Any] = chain.request("eth_getTransactionReceipt", [_send(chain, call)])
    return receipt


def _changed(chain: Chain, tag: str) -> int:
    call = {"to": chain.registry, "data": data(abi.call("changed(address)", RICH.raw))}
    return read_quantity(chain.request("eth_call", [call, tag]))


def test_the_chain_passes_the_look_at_it_before_it_is_used(chain: Chain) -> None:
    found = check(chain)
    assert (found.chain_id, found.registry) == (chain.chain_id, chain.registry)
    assert found.client
    assert found.age < 600


def test_many_questions_are_answered_in_their_order(chain: Chain) -> None:
    calls = [
        ("eth_chainId", ()),
        ("eth_getBalance", (OTHER.address, "latest")),
        ("eth_getBlockByNumber", ("latest", False)),
    ]
    number, owned, head = chain.request_many(calls)
    assert (number, owned) == (hex(chain.chain_id), "0x0")
    assert head == chain.request("eth_getBlockByNumber", ["latest", False])
    assert chain.request_many([]) == ()


def test_the_first_refusal_of_many_is_raised(chain: Chain) -> None:
    with pytest.raises(RequestRefused):
        chain.request_many([("eth_chainId", ()), ("eth_nothing", ()), ("eth_getBalance", ())])


def test_a_transaction_changes_what_its_receipt_logs_and_state_tell(chain: Chain) -> None:
    first, second = _set(chain, b"first"), _set(chain, b"second")
    assert int(first["status"], 16) == int(second["status"], 16) == 1
    assert first["to"].lower() == chain.registry.lower()
    (log,) = second["logs"]
    assert log["topics"][0] == data(abi.topic(ATTRIBUTE_CHANGED))
    asked = {
        "address": chain.registry,
        "fromBlock": first["blockNumber"],
        "toBlock": "latest",
        "topics": [None, data(RICH.raw.rjust(32, b"\0"))],
    }
    logs = chain.request("eth_getLogs", [asked])
    assert [found["transactionHash"] for found in logs] == [
        first["transactionHash"],
        second["transactionHash"],
    ]
    block = chain.request("eth_getBlockByHash", [second["blockHash"], False])
    assert block["transactions"] == [second["transactionHash"]]
    assert logs[1]["blockTimestamp"] == block["timestamp"]
    told = chain.request("eth_getTransactionByHash", [second["transactionHash"]])
    assert told["from"].lower() == RICH.address.lower()


def test_every_block_keeps_its_state(chain: Chain) -> None:
    first, second = _set(chain, b"first"), _set(chain, b"second")
    before, after = int(first["blockNumber"], 16), int(second["blockNumber"], 16)
    assert _changed(chain, hex(before)) == before
    assert _changed(chain, hex(after)) == _changed(chain, "latest") == after
    count = "eth_getTransactionCount"
    nonces = [chain.request(count, [RICH.address, hex(number)]) for number in (before, after)]
    assert int(nonces[1], 16) - int(nonces[0], 16) == 1


def test_an_estimate_for_the_block_to_come_is_enough_and_hardly_more(chain: Chain) -> None:
    _set(chain, b"before")  # now a change costs more than one that the head has already
    call = set_attribute(RICH.raw, "did/svc/Test", b"value", validity=100)
    message = {"from": RICH.address, "to": chain.registry, "data": data(call)}
    estimated = read_quantity(chain.request("eth_estimateGas", [message, "pending"]))
    hash_ = _send(chain, call, gas=estimated)
    used = read_quantity(chain.request("eth_getTransactionReceipt", [hash_])["gasUsed"])
    assert used <= estimated <= used * 1.02


def test_what_a_contract_refuses_is_told_with_its_reason(chain: Chain) -> None:
    call = abi.call("changeOwner(address,address)", OTHER.raw, RICH.raw)
    message = {"from": RICH.address, "to": chain.registry, "data": data(call)}
    with pytest.raises(RequestRefused, match="bad_actor") as caught:
        chain.request("eth_call", [message, "latest"])
    assert caught.value.number == REVERTED
    assert b"bad_actor" in caught.value.data
    with pytest.raises(TransactionFailed, match="bad_actor"):
        _send(chain, call)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"nonce": 0}, "nonce too low|known"),
        ({"max_fee_per_gas": 0, "max_priority_fee_per_gas": 0}, "fee"),
        ({"value": 10**30}, "(?i)insufficient funds"),
    ],
)
def test_what_the_rules_do_not_allow_is_refused(
    chain: Chain, change: dict[str, Any], why: str
) -> None:
    _set(chain, b"so that nonce 0 is used")
    call = set_attribute(RICH.raw, "did/svc/Test", b"value", validity=100)
    unsigned = prepare(chain, sender=RICH.address, to=chain.registry, data=call)
    raw = sign(replace(unsigned, **change), RICH.key)
    head = chain.request("eth_blockNumber")
    with pytest.raises(RequestRefused, match=why):
        chain.request("eth_sendRawTransaction", [data(raw)])
    assert chain.request("eth_blockNumber") == head


def test_a_transaction_for_another_chain_is_refused(chain: Chain) -> None:
    unsigned = prepare(chain, sender=RICH.address, to=OTHER.address, value=1)
    raw = sign(replace(unsigned, chain_id=1), RICH.key)
    with pytest.raises(RequestRefused):
        chain.request("eth_sendRawTransaction", [data(raw)])
    assert balance(chain, OTHER.address) == 0


def test_what_is_not_there_is_null(chain: Chain) -> None:
    nowhere = f"0x{'ee' * 32}"
    asked = [
        ("eth_getTransactionByHash", (nowhere,)),
        ("eth_getTransactionReceipt", (nowhere,)),
        ("eth_getBlockByNumber", ("0xffffff", False)),
        ("eth_getBlockByHash", (nowhere, False)),
    ]
    assert chain.request_many(asked) == (None,) * 4


def test_what_others_tools_ask_is_answered_alike(chain: Chain) -> None:
    receipt = _set(chain, b"value")
    number, hash_ = receipt["blockNumber"], receipt["blockHash"]
    asked = [
        ("eth_getBlockReceipts", (number,)),
        ("eth_getTransactionByBlockNumberAndIndex", (number, "0x0")),
        ("eth_getTransactionByBlockHashAndIndex", (hash_, "0x0")),
        ("eth_getBlockTransactionCountByNumber", (number,)),
        ("eth_getBlockTransactionCountByHash", (hash_,)),
        ("eth_getUncleCountByBlockNumber", (number,)),
        ("eth_getUncleCountByBlockHash", (hash_,)),
        ("net_listening", ()),
        ("eth_getTransactionByHash", (receipt["transactionHash"],)),
    ]
    receipts, by_number, by_hash, *counts, listening, told = chain.request_many(asked)
    assert [one["transactionHash"] for one in receipts] == [receipt["transactionHash"]]
    assert by_number == by_hash == told
    assert counts == ["0x1", "0x1", "0x0", "0x0"]
    assert listening is True
    for tag in ("safe", "finalized"):
        assert chain.request("eth_getBlockByNumber", [tag, False]) is not None


def test_a_proof_leads_from_the_state_to_the_word(chain: Chain) -> None:
    receipt = _set(chain, b"value")
    slot = data(keccak256((2).to_bytes(32, "big") + RICH.raw.rjust(32, b"\0")))
    block = chain.request("eth_getBlockByNumber", [receipt["blockNumber"], False])
    proof = chain.request("eth_getProof", [chain.registry, [slot], receipt["blockNumber"]])
    assert keccak256(bytes.fromhex(proof["accountProof"][0][2:])) == bytes.fromhex(
        block["stateRoot"][2:]
    )
    (word,) = proof["storageProof"]
    assert data(keccak256(bytes.fromhex(word["proof"][0][2:]))) == proof["storageHash"]
    stored = chain.request("eth_getStorageAt", [chain.registry, slot, receipt["blockNumber"]])
    assert int(word["value"], 16) == int(stored, 16) != 0
