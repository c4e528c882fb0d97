from __future__ import annotations

from typing import Any

import pytest

from did.chain import abi
from did.chain.deployment import (
    PROXY,
    chain_bound,
    deployed_registry,
    deployment_call,
    plain_creation,
    registry_address,
)
from did.chain.hexadecimal import data
from did.contracts import contract
from did.errors import ChainError
from did.keccak import keccak256
from did.keys.secp256k1 import checksummed

CHAIN = 8_453


def test_a_registry_is_deployed_where_it_was_said_to_be(public: Any, proxy: Any) -> None:
    chain = public(CHAIN, codes=proxy)
    where = deployed_registry(CHAIN)
    assert chain.request("eth_getCode", [where, "latest"]) == "0x"
    to, call = deployment_call(CHAIN)
    assert to == PROXY
    chain.mine(chain.sender.sign(bytes.fromhex(to[2:]), call, gas=3_000_000))
    assert chain.request("eth_getCode", [where, "latest"]) == data(contract("did_registry").runtime)


def test_what_is_for_one_chain_deploys_nothing_on_another(public: Any, proxy: Any) -> None:
    chain = public(CHAIN + 1, codes=proxy)
    to, call = deployment_call(CHAIN)
    raw = chain.sender.sign(bytes.fromhex(to[2:]), call, gas=3_000_000)
    chain.mine(raw)
    assert chain.receipts[data(keccak256(raw))]["status"] == "0x0"
    assert chain.request("eth_getCode", [deployed_registry(CHAIN), "latest"]) == "0x"


def test_a_chain_without_the_proxy_takes_the_creation_code_itself(public: Any) -> None:
    chain = public(CHAIN, codes={})
    chain.mine(chain.sender.sign(b"", plain_creation(), gas=3_000_000))
    nonce = b"\x80"
    where = keccak256(b"\xd6\x94" + chain.sender.raw + nonce)[-20:]
    code = chain.request("eth_getCode", [data(where), "latest"])
    assert code == data(contract("did_registry").runtime)
    assert not chain_bound(CHAIN, data(where))


def test_the_two_registries_of_a_chain_are_bound_to_it_and_to_no_other() -> None:
    for registry in (checksummed(registry_address(CHAIN)), deployed_registry(CHAIN)):
        assert chain_bound(CHAIN, registry)
        assert chain_bound(CHAIN, registry.lower())
        assert not chain_bound(CHAIN + 1, registry)
    assert not chain_bound(CHAIN, "0xdca7ef03e98e0dc2b855be647c39abe984fcf21b")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ChainError, match="the registry's address"):
        chain_bound(CHAIN, "0x12")


@pytest.mark.parametrize("chain_id", [0, -1, 1 << 256])
def test_a_number_that_is_no_id_of_a_chain_is_refused(chain_id: int) -> None:
    with pytest.raises(ChainError, match="256 bits"):
        registry_address(chain_id)


def test_embedded_registries_stay_where_they_are() -> None:
    # Chains that people have keep their registry at this address.
    assert registry_address(1).hex() == "b07e1861af3acc8fb41ddd8cdb807a0900a4d0bd"


def test_a_deployed_registry_answers(public: Any, proxy: Any) -> None:
    chain = public(CHAIN, codes=proxy)
    to, call = deployment_call(CHAIN)
    chain.mine(chain.sender.sign(bytes.fromhex(to[2:]), call, gas=3_000_000))
    where = bytes.fromhex(deployed_registry(CHAIN)[2:])
    change = abi.call("changeOwner(address,address)", chain.sender.raw, b"\5" * 20)
    raw = chain.sender.sign(where, change, gas=200_000)
    chain.mine(raw)
    (log,) = chain.receipts[data(keccak256(raw))]["logs"]
    assert log["topics"][0] == data(abi.topic("DIDOwnerChanged(address,address,uint256)"))
