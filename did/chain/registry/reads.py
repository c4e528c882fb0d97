"""What a registry of DIDs (ERC-1056) answers when it is asked, and its chain of its blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from did.chain import abi
from did.chain.hexadecimal import data, quantity, read_data
from did.chain.registry.changes import read_time
from did.errors import ChainError, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.chain import Chain


def changed(chain: Chain, identity: bytes) -> int:
    """The number of the last block that changed the identity, or 0. Raises `ChainError`."""
    return int(_ask(chain, "changed(address)", identity, returns="uint256"))


def changed_at(chain: Chain, identity: bytes, blocks: Sequence[int]) -> dict[int, int]:
    """What `changed` said right after each of these blocks, in one round trip.

    Raises:
        RequestRefused: the node does not keep what was (it is no archive node).
        ChainError, Unreachable: the chain gave no answer.
    """
    call = _call(chain, "changed(address)", identity)
    answers = chain.request_many([("eth_call", [call, quantity(block)]) for block in blocks])
    return {
        block: int(_read(chain, answer, "uint256"))
        for block, answer in zip(blocks, answers, strict=True)
    }


def identity_owner(chain: Chain, identity: bytes) -> bytes:
    """The account that controls the identity. Raises `ChainError`."""
    return bytes(_ask(chain, "identityOwner(address)", identity, returns="address"))


def signed_nonce(chain: Chain, account: bytes) -> int:
    """How often the account's signature was used by others. Raises `ChainError`."""
    return int(_ask(chain, "nonce(address)", account, returns="uint256"))


def block_timestamp(chain: Chain, block: int) -> int:
    """When a block was made, in seconds since 1970. Raises `NotFound` where there is none yet."""
    found = chain.request("eth_getBlockByNumber", [quantity(block), False])
    if not isinstance(found, Mapping):
        raise NotFound(f"chain {chain.chain_id} has no block {block}")
    return read_time(found.get("timestamp"))


def _ask(chain: Chain, signature: str, account: bytes, *, returns: str) -> Any:
    answer = chain.request("eth_call", [_call(chain, signature, account), "latest"])
    return _read(chain, answer, returns)


def _call(chain: Chain, signature: str, account: bytes) -> dict[str, str]:
    return {"to": chain.registry, "data": data(abi.call(signature, account))}


def _read(chain: Chain, answer: Any, returns: str) -> Any:
    try:
        (value,) = abi.decode((returns,), read_data(answer, "the registry's answer"))
    except abi.InvalidABI as error:
        raise ChainError(
            f"there is no registry of DIDs at {chain.registry} on chain {chain.chain_id}",
            hint="check the address of the registry",
        ) from error
    return value
