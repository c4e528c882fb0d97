from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from did.chain import abi
from did.chain.embedded import EmbeddedChain
from did.chain.embedded.blocks import created_by
from did.chain.hexadecimal import data
from did.chain.recursion import recursion_limit
from did.chain.refusal import RequestRefused
from did.chain.registry import change_owner, word
from did.chain.sending.transaction import prepare, send, sign
from did.errors import TransactionFailed
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PrivateKey, address

with recursion_limit():
    from eth_account import Account as Signing

if TYPE_CHECKING:
    from collections.abc import Iterator

GATE = json.loads((Path(__file__).parents[2] / "vectors" / "contracts" / "gate.json").read_text())
AT = datetime(2027, 1, 1, tzinfo=UTC)
NOBODY = bytes(20)
VERI_KEY = word("veriKey")
NAME = word("did/svc/Hub")
DIGEST = keccak256(b"open")
JUNK = (27, bytes(32), bytes(32))
"""A signature that recovers to nobody, which the EVM says by the zero account."""


class Person:
    def __init__(self, number: int) -> None:
        self.secret = number.to_bytes(32, "big")
        self.key = Secp256k1PrivateKey(self.secret)
        self.address = address(self.key.public_key)
        self.raw = bytes.fromhex(self.address[2:])

    def send(self, chain: EmbeddedChain, call: bytes) -> None:
        unsigned = prepare(chain, sender=self.address, to=chain.registry, data=call)
        send(chain, sign(unsigned, self.key))

    def signature(self, digest: bytes) -> tuple[int, bytes, bytes]:
        signature = self.key.sign_digest(digest)
        return 27 + signature[64], signature[:32], signature[32:64]


OWNER, DELEGATE, RELAY, HEIR = map(Person, range(21, 25))


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[EmbeddedChain]:
    accounts = {person.address: 10**20 for person in (OWNER, DELEGATE, RELAY, HEIR)}
    path = tmp_path / "chain.db"
    with EmbeddedChain.create(path, accounts=accounts, clock=lambda: AT) as chain:
        add = "addDelegate(address,bytes32,address,uint256)"
        OWNER.send(chain, abi.call(add, OWNER.raw, VERI_KEY, DELEGATE.raw, 86_400))
        yield chain


def _ask(chain: EmbeddedChain, to: str, call: bytes, returns: str) -> Any:
    # The word at the end changes nothing but that the contract's code is run for the answer.
    answer = chain.request("eth_call", [{"to": to, "data": data(call + bytes(32))}, "latest"])
    (value,) = abi.decode((returns,), bytes.fromhex(answer[2:]))
    return value


def _registry(chain: EmbeddedChain, signature: str, *arguments: Any, returns: str) -> Any:
    return _ask(chain, chain.registry, abi.call(signature, *arguments), returns)


def _permit(chain: EmbeddedChain, operation: bytes) -> tuple[int, bytes, bytes]:
    """What lets somebody else carry out an operation on the owner's identity."""
    nonce = _registry(chain, "nonce(address)", OWNER.raw, returns="uint256")
    where = bytes.fromhex(chain.registry[2:])
    packed = b"\x19\x00" + where + nonce.to_bytes(32, "big") + OWNER.raw + operation
    return OWNER.signature(keccak256(packed))


def _deactivate(chain: EmbeddedChain, *, signed: bool = False) -> None:
    if not signed:
        OWNER.send(chain, change_owner(OWNER.raw, NOBODY))
        return
    permit = _permit(chain, b"changeOwner" + NOBODY)
    call = abi.call(
        "changeOwnerSigned(address,uint8,bytes32,bytes32,address)", OWNER.raw, *permit, NOBODY
    )
    RELAY.send(chain, call)


@pytest.fixture(params=["by its owner", "by what its owner signed"])
def deactivated(request: pytest.FixtureRequest, chain: EmbeddedChain) -> EmbeddedChain:
    _deactivate(chain, signed=request.param != "by its owner")
    return chain


OPERATIONS: list[tuple[str, str, tuple[Any, ...]]] = [
    ("changeOwner", "address", (OWNER.raw,)),
    ("changeOwner", "address", (NOBODY,)),
    ("addDelegate", "bytes32,address,uint256", (VERI_KEY, HEIR.raw, 60)),
    ("revokeDelegate", "bytes32,address", (VERI_KEY, DELEGATE.raw)),
    ("setAttribute", "bytes32,bytes,uint256", (NAME, b"https://hub.example", 60)),
    ("revokeAttribute", "bytes32,bytes", (NAME, b"https://hub.example")),
]


def test_no_operation_is_left_to_anybody(deactivated: EmbeddedChain) -> None:
    for name, types, arguments in OPERATIONS:
        packed = name.encode() + b"".join(
            one if isinstance(one, bytes) else one.to_bytes(32, "big") for one in arguments
        )
        permit = _permit(deactivated, packed)
        signature = f"{name}Signed(address,uint8,bytes32,bytes32,{types})"
        direct = abi.call(f"{name}(address,{types})", OWNER.raw, *arguments)
        for sender, call in (
            (OWNER, direct),
            (RELAY, direct),
            (RELAY, abi.call(signature, OWNER.raw, *permit, *arguments)),
            (RELAY, abi.call(signature, OWNER.raw, *JUNK, *arguments)),
        ):
            with pytest.raises(TransactionFailed, match="deactivated"):
                sender.send(deactivated, call)


def test_the_last_change_is_the_deactivation(deactivated: EmbeddedChain) -> None:
    head = int(deactivated.request("eth_blockNumber"), 16)
    asked = abi.call("changed(address)", OWNER.raw)
    assert _ask(deactivated, deactivated.registry, asked, "uint256") == head
    call = {"to": deactivated.registry, "data": data(asked)}
    answer = deactivated.request("eth_call", [call, "latest"])  # out of the storage
    assert int(answer, 16) == head


def test_its_log_is_that_of_erc_1056(deactivated: EmbeddedChain) -> None:
    where = {"address": deactivated.registry, "topics": [None, data(OWNER.raw.rjust(32, b"\0"))]}
    added, gone = deactivated.request("eth_getLogs", [{**where, "fromBlock": "0x0"}])
    assert gone["topics"][0] == data(abi.topic("DIDOwnerChanged(address,address,uint256)"))
    previous = int(added["blockNumber"], 16)
    assert bytes.fromhex(gone["data"][2:]) == bytes(32) + previous.to_bytes(32, "big")


def test_the_registry_answers_as_nobodys(deactivated: EmbeddedChain) -> None:
    def ask(signature: str, *arguments: Any, returns: str) -> Any:
        return _registry(deactivated, signature, *arguments, returns=returns)

    assert ask("deactivated(address)", OWNER.raw, returns="bool") is True
    owner = ask("identityOwner(address)", OWNER.raw, returns="address")
    assert data(owner) == deactivated.registry.lower()
    assert ask("owners(address)", OWNER.raw, returns="address") == NOBODY
    valid = "validDelegate(address,bytes32,address)"
    assert ask(valid, OWNER.raw, VERI_KEY, DELEGATE.raw, returns="bool") is False


def test_other_identities_are_as_before(deactivated: EmbeddedChain) -> None:
    assert not _registry(deactivated, "deactivated(address)", HEIR.raw, returns="bool")
    owner = _registry(deactivated, "identityOwner(address)", HEIR.raw, returns="address")
    assert owner == HEIR.raw
    HEIR.send(deactivated, change_owner(HEIR.raw, OWNER.raw))
    OWNER.send(deactivated, change_owner(HEIR.raw, HEIR.raw))  # its key is not taken from it


def test_a_new_owner_deactivates_what_it_was_given(chain: EmbeddedChain) -> None:
    OWNER.send(chain, change_owner(OWNER.raw, HEIR.raw))
    HEIR.send(chain, change_owner(OWNER.raw, NOBODY))
    for sender in (OWNER, HEIR):
        with pytest.raises(TransactionFailed, match="deactivated"):
            sender.send(chain, change_owner(OWNER.raw, OWNER.raw))


def test_before_it_nothing_is_deactivated(chain: EmbeddedChain) -> None:
    for person in (OWNER, HEIR):
        assert not _registry(chain, "deactivated(address)", person.raw, returns="bool")
        owner = _registry(chain, "identityOwner(address)", person.raw, returns="address")
        assert owner == person.raw


def _deploy_gate(chain: EmbeddedChain) -> str:
    nonce = int(chain.request("eth_getTransactionCount", [RELAY.address, "latest"]), 16)
    fields = {
        "type": 2,
        "chainId": chain.chain_id,
        "nonce": nonce,
        "gas": 2_000_000,
        "maxFeePerGas": 10**10,
        "maxPriorityFeePerGas": 0,
        "value": 0,
        "data": GATE["bytecode"],
    }
    raw = bytes(Signing.sign_transaction(fields, RELAY.secret).raw_transaction)
    chain.request("eth_sendRawTransaction", [data(raw)])
    return data(created_by(RELAY.raw, nonce))


def _opens(chain: EmbeddedChain, gate: str, permit: tuple[int, bytes, bytes]) -> bool:
    where = bytes.fromhex(chain.registry[2:])
    signature = "open(address,address,bytes32,uint8,bytes32,bytes32)"
    call = {"to": gate, "data": data(abi.call(signature, where, OWNER.raw, DIGEST, *permit))}
    try:
        chain.request("eth_call", [call, "latest"])
    except RequestRefused as refusal:
        if "closed" not in str(refusal):
            raise
        return False
    return True


@pytest.mark.parametrize("signed", [False, True])
def test_a_contract_sees_the_tombstone(chain: EmbeddedChain, *, signed: bool) -> None:
    gate = _deploy_gate(chain)
    gone = abi.call("gone(address,address)", bytes.fromhex(chain.registry[2:]), OWNER.raw)
    assert _ask(chain, gate, gone, "bool") is False
    permits = [OWNER.signature(DIGEST), DELEGATE.signature(DIGEST), RELAY.signature(DIGEST), JUNK]
    assert [_opens(chain, gate, permit) for permit in permits] == [True, True, False, False]
    _deactivate(chain, signed=signed)
    assert _ask(chain, gate, gone, "bool") is True
    assert not any(_opens(chain, gate, permit) for permit in permits)
