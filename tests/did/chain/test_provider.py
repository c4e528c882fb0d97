from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from web3 import Web3
from web3.exceptions import ContractLogicError, Web3RPCError

from did.chain.provider import ChainProvider
from did.contracts import contract

if TYPE_CHECKING:
    from did.chain import Chain


@pytest.fixture
def web3(chain: Chain) -> Web3:
    return Web3(ChainProvider(chain))


def test_web3_sends_a_transaction_and_reads_its_event(web3: Web3, chain: Chain, bob: Any) -> None:
    registry = web3.eth.contract(
        address=Web3.to_checksum_address(chain.registry), abi=contract("did_registry").abi
    )
    name = b"did/svc/Hub".ljust(32, b"\0")
    form = registry.functions.setAttribute(
        bob.address, name, b"https://hub.example", 100
    ).build_transaction(
        {
            "from": bob.address,
            "nonce": web3.eth.get_transaction_count(bob.address),
            "chainId": web3.eth.chain_id,
        }
    )
    signed = web3.eth.account.sign_transaction(form, bob.key._key.secret)
    receipt = web3.eth.wait_for_transaction_receipt(
        web3.eth.send_raw_transaction(signed.raw_transaction)
    )
    assert receipt["status"] == 1
    (event,) = registry.events.DIDAttributeChanged().process_receipt(receipt)
    assert event["args"]["identity"] == bob.address
    assert event["args"]["value"] == b"https://hub.example"
    assert registry.functions.changed(bob.address).call() == receipt["blockNumber"]
    (same,) = registry.events.DIDAttributeChanged().get_logs(from_block=receipt["blockNumber"])
    assert same["transactionHash"] == receipt["transactionHash"]


def test_web3_is_told_why_a_contract_refuses(
    web3: Web3, chain: Chain, alice: Any, bob: Any
) -> None:
    registry = web3.eth.contract(
        address=Web3.to_checksum_address(chain.registry), abi=contract("did_registry").abi
    )
    with pytest.raises(ContractLogicError, match="bad_actor"):
        registry.functions.changeOwner(alice.address, bob.address).call({"from": bob.address})


def test_web3_is_told_of_other_refusals(web3: Web3) -> None:
    with pytest.raises(Web3RPCError, match="block 65535 is not there"):
        web3.eth.get_balance(Web3.to_checksum_address("0x" + "00" * 20), 0xFFFF)


def test_web3_reads_blocks_and_fees(web3: Web3) -> None:
    assert web3.is_connected()
    block = web3.eth.get_block("latest", full_transactions=True)
    assert block["number"] == web3.eth.block_number
    assert web3.eth.fee_history(1, "latest", [50])["oldestBlock"] == block["number"]
