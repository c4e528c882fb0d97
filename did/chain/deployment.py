"""Where a chain has its registry of DIDs, and how one gets there (EIP-1014).

What an owner signs for others to send (`changeOwnerSigned` and its like) names the registry and no
chain. With one address on two chains it would count on both, so that each address here belongs to
one chain: its id is in what the address is made of.
"""

from __future__ import annotations

from typing import Final

from did.chain.hexadecimal import read_address
from did.contracts import contract
from did.errors import ChainError
from did.keccak import keccak256
from did.keys.secp256k1 import checksummed

PROXY: Final = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
"""The deterministic deployment proxy: its call data is a salt of 32 bytes and creation code.

Most public chains have it, at this address, with code that does only this.
"""


def registry_address(chain_id: int) -> bytes:
    """Where an embedded chain has its registry, from its first block on: 20 bytes.

    Nobody can put a contract there on another chain: it is no hash that a creation ends in.
    """
    return keccak256(b"holdfast registry" + _word(chain_id))[-20:]


def deployed_registry(chain_id: int) -> str:
    """Where `deployment_call` puts the registry of that chain. It depends on the code shipped."""
    return checksummed(create2(bound_creation("did_registry", chain_id), salt=_word(chain_id)))


def chain_bound(chain_id: int, registry: str) -> bool:
    """Whether no other chain can have a registry at that address.

    Raises:
        ChainError: `registry` is no address, or `chain_id` no id.
    """
    address = read_address(registry, "the registry's address")
    if address == registry_address(chain_id):
        return True
    return address == read_address(deployed_registry(chain_id))


def deployment_call(chain_id: int, name: str = "did_registry") -> tuple[str, bytes]:
    """What to send, and to whom, for the chain to have the contract `name`: address, call data."""
    return PROXY, _word(chain_id) + bound_creation(name, chain_id)


def plain_creation() -> bytes:
    """The registry's creation code as compiled, for a chain that has no `PROXY`.

    The address is then made of the sender's and its nonce, which may be one on other chains too:
    such a registry is not `chain_bound`.
    """
    return contract("did_registry").bytecode


def bound_creation(name: str, chain_id: int) -> bytes:
    """Creation code that makes the contract `name` on that chain, and reverts on any other.

    A salt alone would not do: whoever likes can use the salt of one chain on another.
    """
    runtime = contract(name).runtime
    return b"".join(
        (
            # Is this the chain? CHAINID, PUSH32, EQ, PUSH1, JUMPI
            b"\x46\x7f" + _word(chain_id) + b"\x14\x60\x29\x57",
            # If not: PUSH0, PUSH0, REVERT
            b"\x5f\x5f\xfd",
            # The code follows at 52: JUMPDEST, PUSH2, DUP1, PUSH1, PUSH0, CODECOPY, PUSH0, RETURN
            b"\x5b\x61" + len(runtime).to_bytes(2, "big") + b"\x80\x60\x34\x5f\x39\x5f\xf3",
            runtime,
        )
    )


def create2(creation: bytes, *, salt: bytes) -> bytes:
    """The address of what `PROXY` creates with that 32-byte salt (EIP-1014)."""
    return keccak256(b"\xff" + read_address(PROXY) + salt + keccak256(creation))[-20:]


def _word(chain_id: int) -> bytes:
    if not 0 < chain_id < 1 << 256:
        raise ChainError("a chain's id is a positive number of 256 bits")
    return chain_id.to_bytes(32, "big")
