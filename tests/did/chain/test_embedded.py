from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from did.chain import abi, balance
from did.chain.anchoring.anchors import anchor_address, is_deployed
from did.chain.deployment import registry_address
from did.chain.embedded import EmbeddedChain
from did.chain.hexadecimal import data
from did.chain.refusal import RequestRefused
from did.chain.registry import history, set_attribute
from did.chain.sending.transaction import prepare, send, sign
from did.contracts import contract
from did.errors import ChainError

if TYPE_CHECKING:
    from pathlib import Path


def _number(chain: EmbeddedChain) -> int:
    return int(chain.request("eth_blockNumber"), 16)


def _attribute(chain: EmbeddedChain, account: Any, value: bytes = b"v") -> None:
    call = set_attribute(account.raw, "did/svc/Test", value, validity=100)
    unsigned = prepare(chain, sender=account.address, to=chain.registry, data=call)
    send(chain, sign(unsigned, account.key))


def test_each_chain_draws_an_id_of_its_own_out_of_reach_of_public_ones(
    tmp_path: Path,
) -> None:
    ids = set()
    for name in ("one.db", "two.db"):
        with EmbeddedChain.create(tmp_path / name, accounts={}) as chain:
            ids.add(chain.chain_id)
            assert 2**31 <= chain.chain_id < 2**51
    assert len(ids) == 2


def test_the_registry_stands_elsewhere_on_each_chain(embedded: EmbeddedChain) -> None:
    assert registry_address(1) != registry_address(2)
    assert embedded.registry.lower() == data(registry_address(embedded.chain_id))
    code = embedded.request("eth_getCode", [embedded.registry, "latest"])
    assert code == data(contract("did_registry").runtime)


def test_a_new_chain_has_its_anchor_contract(embedded: EmbeddedChain) -> None:
    assert is_deployed(embedded)
    where = data(anchor_address(embedded.chain_id))
    assert embedded.request("eth_getCode", [where]) == data(contract("anchor").runtime)


def test_a_chain_is_as_it_was_when_it_is_opened_again(tmp_path: Path, alice: Any) -> None:
    path = tmp_path / "chain.db"
    with EmbeddedChain.create(path, accounts={alice.address: 10**18}) as chain:
        for value in (b"first", b"second"):
            _attribute(chain, alice, value)
        before = _everything(chain, alice)
        assert before["changes"][1].value == b"second"
    for read_only in (True, False):
        with EmbeddedChain.open(path, read_only=read_only) as chain:
            assert _everything(chain, alice) == before


def _everything(chain: EmbeddedChain, account: Any) -> dict[str, Any]:
    blocks = [
        chain.request("eth_getBlockByNumber", [hex(number), True])
        for number in range(_number(chain) + 1)
    ]
    hashes = [transaction["hash"] for block in blocks for transaction in block["transactions"]]
    return {
        "id": chain.chain_id,
        "registry": chain.registry,
        "blocks": blocks,
        "receipts": [chain.request("eth_getTransactionReceipt", [hash_]) for hash_ in hashes],
        "balance": balance(chain, account.address),
        "changes": history(chain, account.raw),
        "then": chain.request("eth_getBalance", [account.address, "0x1"]),
    }


def test_blocks_of_one_second_have_one_time_and_never_a_later_one(
    embedded: EmbeddedChain, clock: Any, alice: Any
) -> None:
    for _ in range(3):
        _attribute(embedded, alice)
    clock.seconds -= 50  # a clock may be set back, a chain not
    _attribute(embedded, alice)
    clock.seconds += 50
    last = _number(embedded)
    blocks = [embedded.request("eth_getBlockByNumber", [hex(last - n), False]) for n in range(4)]
    assert {int(block["timestamp"], 16) for block in blocks} == {clock.seconds}


def test_the_hash_of_a_block_is_the_parent_of_the_next(embedded: EmbeddedChain, alice: Any) -> None:
    _attribute(embedded, alice)
    last = _number(embedded)
    child, parent = (
        embedded.request("eth_getBlockByNumber", [hex(n), False]) for n in (last, last - 1)
    )
    assert child["parentHash"] == parent["hash"]


def test_takes_no_transaction_for_another_chain(embedded: EmbeddedChain, alice: Any) -> None:
    unsigned = prepare(embedded, sender=alice.address, to=alice.address, value=1)
    raw = sign(replace(unsigned, chain_id=1), alice.key)
    with pytest.raises(RequestRefused, match="for chain 1, and this is"):
        embedded.request("eth_sendRawTransaction", [data(raw)])


def test_takes_each_transaction_once_and_in_its_turn(embedded: EmbeddedChain, alice: Any) -> None:
    unsigned = prepare(embedded, sender=alice.address, to=alice.address, value=1)
    raw = sign(unsigned, alice.key)
    embedded.request("eth_sendRawTransaction", [data(raw)])
    with pytest.raises(RequestRefused, match="already known"):
        embedded.request("eth_sendRawTransaction", [data(raw)])
    for nonce, why in ((unsigned.nonce, "too low"), (unsigned.nonce + 2, "too high")):
        again = sign(replace(unsigned, nonce=nonce, value=2), alice.key)
        with pytest.raises(RequestRefused, match=why):
            embedded.request("eth_sendRawTransaction", [data(again)])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"max_fee_per_gas": 0}, "max fee per gas less than block base fee"),
        ({"value": 10**30}, "insufficient funds"),
        ({"gas": 21_000, "data": b"\1" * 100}, "intrinsic gas too low"),
        ({"gas": 29_999, "data": b"\1" * 100 + b"\0" * 1000}, "intrinsic gas too low"),
        ({"gas": 10_000}, "intrinsic gas too low"),
        ({"gas": 40_000_000}, "not allowed"),
        ({"max_priority_fee_per_gas": 10**18}, "priority fee per gas higher"),
    ],
)
def test_takes_no_transaction_that_the_rules_forbid(
    embedded: EmbeddedChain, alice: Any, change: dict[str, Any], why: str
) -> None:
    head = _number(embedded)
    unsigned = prepare(embedded, sender=alice.address, to=alice.address)
    raw = sign(replace(unsigned, **change), alice.key)
    with pytest.raises(RequestRefused, match=why):
        embedded.request("eth_sendRawTransaction", [data(raw)])
    assert _number(embedded) == head


def test_contracts_can_be_created_and_called(embedded: EmbeddedChain, alice: Any) -> None:
    unsigned = replace(
        prepare(embedded, sender=alice.address, to=alice.address),
        gas=3_000_000,
        data=contract("did_registry").bytecode,
    )
    nowhere = _to_nowhere(unsigned, alice)
    hash_ = embedded.request("eth_sendRawTransaction", [data(nowhere)])
    receipt = embedded.request("eth_getTransactionReceipt", [hash_])
    code = embedded.request("eth_getCode", [receipt["contractAddress"], "latest"])
    assert code == data(contract("did_registry").runtime)
    assert receipt["to"] is None
    assert embedded.request("eth_getTransactionByHash", [hash_])["to"] is None


def _to_nowhere(unsigned: Any, account: Any) -> bytes:
    from eth_account import Account  # noqa: PLC0415  # ours creates no contracts

    form = {
        "type": 2,
        "chainId": unsigned.chain_id,
        "nonce": unsigned.nonce,
        "gas": unsigned.gas,
        "maxFeePerGas": unsigned.max_fee_per_gas,
        "maxPriorityFeePerGas": 0,
        "value": 0,
        "data": unsigned.data,
    }
    key = account.key._key.secret
    return bytes(Account.sign_transaction(form, key).raw_transaction)


def test_legacy_and_access_list_transactions_are_told_as_they_were_sent(
    embedded: EmbeddedChain, alice: Any
) -> None:
    from eth_account import Account  # noqa: PLC0415

    unsigned = prepare(embedded, sender=alice.address, to=alice.address)
    common = {
        "chainId": unsigned.chain_id,
        "gas": 100_000,
        "gasPrice": unsigned.max_fee_per_gas,
        "to": alice.address,
        "value": 3,
    }
    access = [{"address": alice.address, "storageKeys": [f"0x{'00' * 32}"]}]
    forms: list[dict[str, Any]] = [
        {**common, "nonce": unsigned.nonce},
        {**common, "nonce": unsigned.nonce + 1, "type": 1, "accessList": access},
    ]
    for kind, form in enumerate(forms):
        signed = Account.sign_transaction(form, alice.key._key.secret)
        hash_ = embedded.request("eth_sendRawTransaction", [data(bytes(signed.raw_transaction))])
        told = embedded.request("eth_getTransactionByHash", [hash_])
        assert int(told["type"], 16) == kind
        assert int(told["v"], 16) == signed.v
        assert told["gasPrice"] == hex(form["gasPrice"])
        assert "maxFeePerGas" not in told
        receipt = embedded.request("eth_getTransactionReceipt", [hash_])
        assert (receipt["status"], int(receipt["type"], 16)) == ("0x1", kind)


def test_two_processes_may_share_a_chain(tmp_path: Path, alice: Any, bob: Any) -> None:
    path = tmp_path / "chain.db"
    accounts = {alice.address: 10**18, bob.address: 10**18}
    with (
        EmbeddedChain.create(path, accounts=accounts) as first,
        EmbeddedChain.open(path) as second,
    ):
        for _ in range(3):
            _attribute(first, alice)
            _attribute(second, bob)
        assert _number(first) == _number(second) == 6
        assert len(history(first, bob.raw)) == len(history(second, alice.raw)) == 3


@pytest.mark.parametrize("header", ["ff", "80", "c0"])
def test_a_file_that_is_damaged_is_an_error_of_the_chain(tmp_path: Path, header: str) -> None:
    path = tmp_path / "chain.db"
    with EmbeddedChain.create(path, accounts={}) as chain:
        with chain._ledger.store.writing():
            chain._ledger.store._database.execute(
                "update block set header = ?", (bytes.fromhex(header),)
            )
        with pytest.raises(ChainError, match="damaged"):
            chain.request("eth_gasPrice")


def test_refuses_accounts_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ChainError, match="not hexadecimal"):
        EmbeddedChain.create(tmp_path / "chain.db", accounts={"alice": 1})


def test_answers_for_the_registry_what_running_it_answers(
    embedded: EmbeddedChain, alice: Any, pauper: Any
) -> None:
    _attribute(embedded, alice)
    for account in (alice, pauper):
        call = data(abi.call("changed(address)", account.raw))
        message = {"to": embedded.registry, "data": call}
        read = embedded.request("eth_call", [message, "latest"])
        # With a sender's ether or one argument too many, the code itself is run.
        run = embedded.request("eth_call", [{**message, "data": call + "00"}, "latest"])
        assert read == run
    with pytest.raises(RequestRefused):
        embedded.request("eth_call", [{**message, "from": alice.address, "value": "0x1"}])
    dirty = data(abi.selector("changed(address)") + b"\1" * 32)
    with pytest.raises(RequestRefused):
        embedded.request("eth_call", [{"to": embedded.registry, "data": dirty}])


def test_resolving_loads_neither_an_evm_nor_web3(tmp_path: Path, alice: Any) -> None:
    path = tmp_path / "chain.db"
    with EmbeddedChain.create(path, accounts={alice.address: 10**18}) as chain:
        _attribute(chain, alice)
        chain_id = chain.chain_id
    script = (
        "import sys; from pathlib import Path; from did.chain.embedded import EmbeddedChain;"
        "from did.methods.ethr import Ethr, ethr_did; from did.resolver import Resolver;"
        "chain = EmbeddedChain.open(Path(sys.argv[1]), read_only=True);"
        "resolver = Resolver({'ethr': Ethr({chain.chain_id: chain})});"
        "did = ethr_did(sys.argv[2], chain.chain_id);"
        "assert resolver.resolve(did).require().services;"
        "print({'eth', 'web3', 'py_ecc'} & sys.modules.keys() or 'nothing')"
    )
    arguments = [sys.executable, "-c", script, str(path), alice.address]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr, chain_id > 0) == ("nothing", "", True)


def test_importing_loads_none_of_the_libraries_that_only_an_asked_chain_needs() -> None:
    script = (
        "import sys, did.chain.embedded, did.methods.ethr;"
        "libraries = {'eth_abi', 'eth_hash', 'eth_utils', 'rlp', 'trie'};"
        "print(libraries & sys.modules.keys() or 'nothing')"
    )
    arguments = [sys.executable, "-c", script]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "nothing"
