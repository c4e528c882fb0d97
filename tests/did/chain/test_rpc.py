from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from trie import HexaryTrie

from did.chain import abi, rlp
from did.chain.embedded.blocks import Header
from did.chain.embedded.parameters import MAX_LISTED
from did.chain.embedded.proofs import MAX_SLOTS
from did.chain.embedded.rpc import MAX_LOGS, METHODS
from did.chain.hexadecimal import data
from did.chain.refusal import INVALID_PARAMS, METHOD_NOT_FOUND, REVERTED, RequestRefused
from did.chain.registry import ATTRIBUTE_CHANGED, set_attribute
from did.chain.sending.transaction import prepare, send, sign
from did.errors import ChainError
from did.keccak import keccak256

if TYPE_CHECKING:
    from did.chain import Chain
    from did.chain.embedded import EmbeddedChain

ZERO = "0x" + "00" * 20


@pytest.fixture(scope="module")
def receipt(embedded: EmbeddedChain, alice: Any) -> dict[str, Any]:
    call = set_attribute(alice.raw, "did/svc/Test", b"value", validity=100)
    unsigned = prepare(embedded, sender=alice.address, to=embedded.registry, data=call)
    hash_ = send(embedded, sign(unsigned, alice.key)).transaction_hash
    found: dict[str, Any] = embedded.request("eth_getTransactionReceipt", [hash_])
    return found


def test_says_which_chain_it_is(chain: Chain) -> None:
    assert chain.request("eth_chainId") == hex(chain.chain_id)
    assert chain.request("net_version") == str(chain.chain_id)
    assert chain.request("web3_clientVersion") == "Holdfast"


def test_has_no_accounts_to_sign_with_and_nothing_to_catch_up_on(chain: Chain) -> None:
    assert list(chain.request("eth_accounts")) == []
    assert chain.request("eth_syncing") is False
    assert chain.request("eth_maxPriorityFeePerGas") == "0x0"
    assert chain.request("net_listening") is True
    assert chain.request("eth_blobBaseFee") == "0x1"


@pytest.mark.parametrize("tag", ["latest", "pending", "safe", "finalized", None])
def test_gives_balances_nonces_and_code(chain: Chain, bob: Any, tag: str | None) -> None:
    assert chain.request("eth_getBalance", [bob.address, tag]) == hex(10**20)
    assert chain.request("eth_getTransactionCount", [bob.address, tag]) == "0x0"
    assert chain.request("eth_getCode", [bob.address, tag]) == "0x"


def test_remembers_the_state_of_every_block(
    chain: Chain, alice: Any, receipt: dict[str, Any]
) -> None:
    count = "eth_getTransactionCount"
    assert chain.request(count, [alice.address, "earliest"]) == "0x0"
    assert chain.request(count, [alice.address, receipt["blockNumber"]]) == "0x1"
    with pytest.raises(ChainError, match="block 4096 is not there"):
        chain.request(count, [alice.address, "0x1000"])


def test_gives_words_of_storage(chain: Chain, alice: Any, receipt: dict[str, Any]) -> None:
    assert chain.request("eth_getStorageAt", [chain.registry, "0x0"]) == "0x" + "00" * 32
    slot = data(bytes(31) + b"\2" + alice.raw.rjust(32, b"\0"))
    key = data(keccak256(bytes.fromhex(slot[2:])))
    word = chain.request("eth_getStorageAt", [chain.registry, key, "latest"])
    assert int(word, 16) == int(receipt["blockNumber"], 16)


def test_gives_the_same_block_by_number_and_by_hash(chain: Chain, receipt: dict[str, Any]) -> None:
    by_number = chain.request("eth_getBlockByNumber", [receipt["blockNumber"], True])
    assert chain.request("eth_getBlockByHash", [receipt["blockHash"], True]) == by_number
    assert by_number["transactions"][0] == chain.request(
        "eth_getTransactionByHash", [receipt["transactionHash"]]
    )
    brief = chain.request("eth_getBlockByNumber", [receipt["blockNumber"], False])
    assert brief["transactions"] == [receipt["transactionHash"]]
    assert chain.request("eth_getBlockByNumber", ["earliest", True])["transactions"] == []


def test_gives_the_transactions_and_receipts_of_a_block(
    chain: Chain, receipt: dict[str, Any]
) -> None:
    number, hash_ = receipt["blockNumber"], receipt["blockHash"]
    assert chain.request("eth_getBlockReceipts", [number]) == [receipt]
    assert chain.request("eth_getBlockReceipts", [hash_]) == [receipt]
    told = chain.request("eth_getTransactionByHash", [receipt["transactionHash"]])
    by_hash, by_number = "eth_getTransactionByBlockHashAndIndex", "eth_getBlockTransactionCountBy"
    assert chain.request(by_hash, [hash_, "0x0"]) == told
    assert chain.request("eth_getTransactionByBlockNumberAndIndex", [number, "0x0"]) == told
    assert chain.request(by_hash, [hash_, "0x1"]) is None
    assert chain.request(f"{by_number}Number", [number]) == "0x1"
    assert chain.request(f"{by_number}Hash", [hash_]) == "0x1"
    assert chain.request(f"{by_number}Number", ["earliest"]) == "0x0"
    assert chain.request("eth_getUncleCountByBlockHash", [hash_]) == "0x0"
    assert chain.request("eth_getBlockReceipts", ["earliest"]) == []


def test_a_block_can_be_named_by_its_hash_wherever_it_can_by_number(
    chain: Chain, alice: Any, receipt: dict[str, Any]
) -> None:
    count = "eth_getTransactionCount"
    for tag in ({"blockHash": receipt["blockHash"]}, {"blockNumber": receipt["blockNumber"]}):
        assert chain.request(count, [alice.address, tag]) == "0x1"
        call = {"to": chain.registry, "data": data(abi.call("changed(address)", alice.raw))}
        assert int(chain.request("eth_call", [call, tag]), 16) == int(receipt["blockNumber"], 16)
    with pytest.raises(ChainError, match="with that hash is not there"):
        chain.request(count, [alice.address, {"blockHash": "0x" + "ee" * 32}])
    with pytest.raises(ChainError, match="the block is not a hexadecimal number"):
        chain.request(count, [alice.address, {}])


@pytest.mark.parametrize("tag", ["0x1000", "0x" + "f" * 64])
def test_a_block_that_is_not_there_yet_is_none_to_call_at(
    chain: Chain, alice: Any, tag: str
) -> None:
    code = {"from": alice.address, "data": "0x00"}
    for method in ("eth_call", "eth_estimateGas"):
        with pytest.raises(RequestRefused, match="is not there"):
            chain.request(method, [code, tag])


def test_a_proof_leads_to_the_account_and_its_words(
    chain: Chain, alice: Any, receipt: dict[str, Any]
) -> None:
    del receipt
    key = data(keccak256((2).to_bytes(32, "big") + alice.raw.rjust(32, b"\0")))
    proof = chain.request("eth_getProof", [chain.registry, [key, "0x0"], "latest"])
    root = chain.request("eth_getBlockByNumber", ["latest", False])["stateRoot"]
    nodes = [rlp.decode(bytes.fromhex(node[2:])) for node in proof["accountProof"]]
    account = HexaryTrie.get_from_proof(
        bytes.fromhex(root[2:]), keccak256(bytes.fromhex(chain.registry[2:])), nodes
    )
    fields = [
        bytes(int(proof[name], 16).to_bytes(8, "big").lstrip(b"\0"))
        for name in ("nonce", "balance")
    ]
    fields += [bytes.fromhex(proof[name][2:]) for name in ("storageHash", "codeHash")]
    assert account == rlp.encode(list(fields))
    changed, empty = proof["storageProof"]
    for word in (changed, empty):
        path = [rlp.decode(bytes.fromhex(node[2:])) for node in word["proof"]]
        slot = int(word["key"], 16).to_bytes(32, "big")
        value = HexaryTrie.get_from_proof(fields[2], keccak256(slot), path)
        assert rlp.decode_integer(rlp.decode(value) if value else b"") == int(word["value"], 16)
    assert int(changed["value"], 16) > 0 == int(empty["value"], 16)


def test_a_proof_of_what_was_never_there_is_one_too(chain: Chain) -> None:
    proof = chain.request("eth_getProof", [ZERO, ["0x" + "00" * 32], "latest"])
    assert (proof["balance"], proof["nonce"]) == ("0x0", "0x0")
    assert proof["storageProof"] == [{"key": "0x" + "00" * 32, "value": "0x0", "proof": []}]


@pytest.mark.parametrize("slots", [None, "0x0", ["0x0"] * (MAX_SLOTS + 1), [0], ["0xzz"]])
def test_refuses_to_prove_what_are_no_slots(chain: Chain, slots: Any) -> None:
    with pytest.raises(ChainError):
        chain.request("eth_getProof", [ZERO, slots, "latest"])


def test_what_is_not_there_is_null(chain: Chain) -> None:
    for method in (
        "eth_getBlockReceipts",
        "eth_getBlockTransactionCountByNumber",
        "eth_getUncleCountByBlockNumber",
    ):
        assert chain.request(method, ["0xfffff"]) is None
    missing = ["0xfffff", "0x0"]
    assert chain.request("eth_getTransactionByBlockNumberAndIndex", missing) is None
    assert chain.request("eth_getTransactionByBlockNumberAndIndex", ["0x0", "0x0"]) is None
    nowhere = "0x" + "ee" * 32
    assert chain.request("eth_getBlockByNumber", ["0xfffff", False]) is None
    assert chain.request("eth_getBlockByHash", [nowhere, False]) is None
    assert chain.request("eth_getTransactionByHash", [nowhere]) is None
    assert chain.request("eth_getTransactionReceipt", [nowhere]) is None


def test_a_receipt_tells_what_the_transaction_did(
    chain: Chain, alice: Any, receipt: dict[str, Any]
) -> None:
    assert receipt["status"] == "0x1"
    assert receipt["from"] == alice.address.lower()
    assert receipt["to"] == chain.registry.lower()
    assert receipt["contractAddress"] is None
    block = chain.request("eth_getBlockByNumber", [receipt["blockNumber"], False])
    assert receipt["gasUsed"] == receipt["cumulativeGasUsed"] == block["gasUsed"]
    assert receipt["effectiveGasPrice"] == block["baseFeePerGas"]
    assert receipt["logsBloom"] == block["logsBloom"]
    (log,) = receipt["logs"]
    assert log["topics"][0] == data(abi.topic(ATTRIBUTE_CHANGED))
    assert log["blockTimestamp"] == block["timestamp"]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"address": None, "topics": None},
        {"fromBlock": "earliest", "toBlock": "latest"},
        {"topics": [[], None]},
    ],
)
def test_a_filter_that_asks_for_nothing_of_the_head_or_of_all_gives_the_log(
    chain: Chain, receipt: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert chain.request("eth_getLogs", [wanted]) == receipt["logs"]


def test_logs_are_filtered_by_block_address_and_topic(
    chain: Chain, alice: Any, receipt: dict[str, Any]
) -> None:
    def count(**wanted: Any) -> int:
        return len(chain.request("eth_getLogs", [wanted]))

    subject = data(alice.raw.rjust(32, b"\0"))
    assert count(blockHash=receipt["blockHash"]) == 1
    assert count(address=[chain.registry, ZERO], topics=[None, subject]) == 1
    assert count(topics=[None, [subject, "0x" + "11" * 32]]) == 1
    assert count(address=ZERO) == 0
    assert count(topics=[subject]) == 0
    assert count(fromBlock="0x0", toBlock="0x0") == 0
    assert count(fromBlock="0x" + "f" * 64, toBlock="0x" + "f" * 64) == 0


@pytest.mark.parametrize(
    "wanted",
    [
        "all",
        {"blockHash": "0x" + "00" * 32, "fromBlock": "0x0"},
        {"blockHash": "0x" + "00" * 32, "toBlock": "0x0"},
        {"blockHash": "0x" + "00" * 32},
        {"topics": "all"},
        {"topics": [None] * 5},
        {"topics": [["0x" + "00" * 32] * (MAX_LISTED + 1)]},
        {"topics": ["0x00"]},
        {"address": "0x00"},
        {"fromBlock": 0},
        {"fromBlock": ["latest"]},
    ],
)
def test_refuses_filters_that_are_none(chain: Chain, wanted: Any) -> None:
    with pytest.raises(ChainError):
        chain.request("eth_getLogs", [wanted])


def test_refuses_to_give_more_logs_than_anyone_reads(embedded: EmbeddedChain) -> None:
    store = embedded._ledger.store

    def ask() -> None:
        with store.writing():
            store._database.executemany(
                "insert into log values (0, ?, x'', null, null, null, null, x'')",
                [(number,) for number in range(MAX_LOGS + 1)],
            )
            embedded.request("eth_getLogs", [{"fromBlock": "0x0"}])

    with pytest.raises(RequestRefused, match="more than"):
        ask()
    assert embedded.request("eth_getLogs", [{"fromBlock": "0x0", "toBlock": "0x0"}]) == []


def test_fees_fall_while_blocks_are_far_from_full(chain: Chain, receipt: dict[str, Any]) -> None:
    del receipt
    history = chain.request("eth_feeHistory", ["0x2", "latest", [10, 90]])
    fees = [int(fee, 16) for fee in history["baseFeePerGas"]]
    assert fees == sorted(fees, reverse=True)
    assert len(fees) == 3
    assert len(history["gasUsedRatio"]) == 2
    assert history["reward"] == [["0x0", "0x0"]] * 2
    assert chain.request("eth_gasPrice") == hex(fees[-1])
    assert "reward" not in chain.request("eth_feeHistory", ["0x1", "earliest"])
    assert chain.request("eth_feeHistory", ["0x0", "latest"])["gasUsedRatio"] == []


@pytest.mark.parametrize(
    ("gas_used", "expected"), [(15_000_000, 1000), (30_000_000, 1125), (0, 875), (15_000_001, 1001)]
)
def test_the_next_base_fee_follows_how_full_a_block_is(gas_used: int, expected: int) -> None:
    assert Header(1, 0, b"", 30_000_000, gas_used, 1000).next_base_fee == expected


def test_the_next_block_costs_what_was_announced(embedded: EmbeddedChain, alice: Any) -> None:
    announced = embedded.request("eth_gasPrice")
    unsigned = prepare(embedded, sender=alice.address, to=alice.address, value=1)
    send(embedded, sign(unsigned, alice.key))
    block = embedded.request("eth_getBlockByNumber", ["latest", False])
    assert block["baseFeePerGas"] == announced


def test_a_call_answers_and_changes_nothing(chain: Chain, alice: Any, bob: Any) -> None:
    call = data(abi.call("changeOwner(address,address)", alice.raw, bob.raw))
    message = {"from": alice.address, "to": chain.registry, "input": call}
    assert chain.request("eth_call", [message, "latest"]) == "0x"
    asked = data(abi.call("identityOwner(address)", alice.raw))
    answer = chain.request("eth_call", [{"to": chain.registry, "data": asked}, "latest"])
    assert answer == data(alice.raw.rjust(32, b"\0"))


def test_a_call_that_a_contract_refuses_says_why(chain: Chain, alice: Any, bob: Any) -> None:
    call = data(abi.call("changeOwner(address,address)", alice.raw, bob.raw))
    message = {"from": bob.address, "to": chain.registry, "data": call}
    for method in ("eth_call", "eth_estimateGas"):
        with pytest.raises(RequestRefused, match="execution reverted: bad_actor") as caught:
            chain.request(method, [message, "pending"])
        assert caught.value.number == REVERTED
        assert b"bad_actor" in caught.value.data


def test_a_call_that_runs_out_of_gas_or_money_is_refused(
    chain: Chain, alice: Any, pauper: Any
) -> None:
    call = set_attribute(alice.raw, "did/svc/Test", b"value", validity=100)
    message = {"from": alice.address, "to": chain.registry, "data": data(call)}
    with pytest.raises(RequestRefused, match="OutOfGas"):
        chain.request("eth_call", [{**message, "gas": hex(25_000)}])
    with pytest.raises(RequestRefused, match="not allowed"):
        chain.request("eth_call", [{**message, "gas": hex(100)}])
    with pytest.raises(RequestRefused, match="insufficient funds"):
        chain.request("eth_call", [{"from": pauper.address, "to": ZERO, "value": "0x1"}])


def test_an_estimate_is_the_least_that_is_enough(chain: Chain, alice: Any, bob: Any) -> None:
    transfer = {"from": alice.address, "to": bob.address, "value": "0x1"}
    assert chain.request("eth_estimateGas", [transfer]) == hex(21_000)
    floor = {**transfer, "data": "0x" + "11" * 100}
    assert chain.request("eth_estimateGas", [floor]) == hex(21_000 + 40 * 100)
    call = set_attribute(bob.raw, "did/svc/Test", b"value", validity=100)
    message = {"from": bob.address, "to": chain.registry, "data": data(call)}
    needed = int(chain.request("eth_estimateGas", [message]), 16)
    chain.request("eth_call", [{**message, "gas": hex(needed)}, "pending"])
    with pytest.raises(RequestRefused):
        chain.request("eth_call", [{**message, "gas": hex(needed - 1)}, "pending"])


def test_an_estimate_is_for_the_block_to_come(embedded: EmbeddedChain, bob: Any) -> None:
    def estimated(tag: str) -> int:
        return int(embedded.request("eth_estimateGas", [message, tag]), 16)

    call = set_attribute(bob.raw, "did/svc/Test", b"value", validity=100)
    message = {"from": bob.address, "to": embedded.registry, "data": data(call)}
    send(
        embedded,
        sign(prepare(embedded, sender=bob.address, to=embedded.registry, data=call), bob.key),
    )
    head = embedded.request("eth_blockNumber")
    assert estimated("latest") == estimated("pending") > estimated(head)


def test_an_estimate_leaves_room_for_calls_of_contracts_by_contracts(
    chain: Chain, alice: Any
) -> None:
    # Calls an account with all it has, gives up if that failed, and would not have had 63/64 of it.
    inner = "5b600080808080305af1"
    code = "0x" + "6040360390" + inner  # whatever it does, the search must end
    message = {"from": alice.address, "data": code}
    with pytest.raises(RequestRefused):
        chain.request("eth_estimateGas", [message])


def test_a_call_may_create_a_contract(chain: Chain, alice: Any) -> None:
    returns_nothing = {"from": alice.address, "to": None, "data": "0x60006000f3"}
    assert chain.request("eth_call", [returns_nothing]) == "0x"


def test_a_call_at_a_block_sees_that_block(
    chain: Chain, alice: Any, receipt: dict[str, Any]
) -> None:
    call = {"to": chain.registry, "data": data(abi.call("changed(address)", alice.raw))}
    assert int(chain.request("eth_call", [call, "earliest"]), 16) == 0
    block = receipt["blockNumber"]
    assert int(chain.request("eth_call", [call, block]), 16) == int(block, 16)
    owner = {"to": chain.registry, "data": data(abi.call("identityOwner(address)", alice.raw))}
    assert chain.request("eth_call", [owner, block]).endswith(alice.address[2:].lower())


def test_on_an_idle_chain_a_call_runs_now(embedded: EmbeddedChain, clock: Any, bob: Any) -> None:
    code = "0x4260005260206000f3"  # gives back the time
    embedded_now = {"from": bob.address, "data": code}
    clock.seconds += 1000
    try:
        for tag in ("latest", "pending"):
            answer = embedded.request("eth_call", [embedded_now, tag])
            assert int(answer, 16) == clock.seconds
        assert int(embedded.request("eth_call", [embedded_now, "0x1"]), 16) < clock.seconds
    finally:
        clock.seconds -= 1000


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("params", [[[]] * 9, [{}, {}, {}], "text", [None], ["0x"], [1, 2], [{}]])
def test_every_method_answers_nonsense_with_an_error_of_the_chain_or_not_at_all(
    embedded: EmbeddedChain, method: str, params: Any
) -> None:
    with contextlib.suppress(ChainError):
        embedded.request(method, params)


def test_says_what_is_wrong_with_a_request(chain: Chain) -> None:
    with pytest.raises(RequestRefused, match="no method 'eth_sign'") as caught:
        chain.request("eth_sign", [])
    assert caught.value.number == METHOD_NOT_FOUND
    with pytest.raises(RequestRefused, match="from 1 to 2 parameters") as caught:
        chain.request("eth_getBalance", [])
    assert caught.value.number == INVALID_PARAMS
