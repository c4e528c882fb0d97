from __future__ import annotations

import pytest

from did.chain.hexadecimal import read_address
from did.chain.registry.deployments import DEPLOYMENTS, NETWORKS, deployment, published
from did.errors import ChainError
from did.keys.secp256k1 import checksummed


@pytest.mark.parametrize(
    ("name", "chain_id"),
    [
        ("mainnet", 1),
        ("sepolia", 11_155_111),
        ("gno", 100),
        ("rsk:testnet", 31),
        ("aurora", 1313161554),
    ],
)
def test_networks_have_names(name: str, chain_id: int) -> None:
    assert NETWORKS[name] == chain_id
    known = published(chain_id)
    assert known is not None
    assert name in known.names


def test_each_chain_and_each_name_is_listed_once_and_each_address_with_its_checksum() -> None:
    assert len({known.chain_id for known in DEPLOYMENTS}) == len(DEPLOYMENTS)
    assert len(NETWORKS) == sum(len(known.names) for known in DEPLOYMENTS)
    for known in DEPLOYMENTS:
        assert checksummed(read_address(known.registry)) == known.registry


def test_the_oldest_contracts_count_signatures_in_another_way() -> None:
    assert deployment(1, "0xdca7ef03e98e0dc2b855be647c39abe984fcf21b").legacy_nonce
    assert not deployment(11_155_111, "0x03d5003bf0e79C5F5223588F347ebA39AfbC3818").legacy_nonce


def test_a_registry_that_is_not_listed_is_a_plain_one() -> None:
    elsewhere = "0x" + "11" * 20
    known = deployment(1, elsewhere)
    assert (known.legacy_nonce, known.names, known.untrusted_block_numbers) == (False, (), False)
    assert deployment(42_161, elsewhere).untrusted_block_numbers
    assert published(5_555) is None
    with pytest.raises(ChainError):
        deployment(1, "0x12")
