from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from did.chain import abi
from did.chain.embedded import EmbeddedChain
from did.chain.hexadecimal import data
from did.chain.registry import (
    ATTRIBUTE_CHANGED,
    DELEGATE_CHANGED,
    OWNER_CHANGED,
    add_delegate,
    change_owner,
    history,
    identity_owner,
    revoke_attribute,
    revoke_delegate,
    set_attribute,
    word,
)
from did.chain.sending.transaction import prepare, send, sign
from did.errors import TransactionFailed
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PrivateKey, address

if TYPE_CHECKING:
    from collections.abc import Iterator

VERI_KEY = word("veriKey")
NAME = word("did/svc/Hub")


class Clock:
    seconds = 1_800_000_000

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


class Person:
    """An account, and what it does with a registry."""

    def __init__(self, number: int) -> None:
        self.key = Secp256k1PrivateKey(number.to_bytes(32, "big"))
        self.address = address(self.key.public_key)
        self.raw = bytes.fromhex(self.address[2:])

    def send(self, chain: EmbeddedChain, call: bytes) -> int:
        unsigned = prepare(chain, sender=self.address, to=chain.registry, data=call)
        return send(chain, sign(unsigned, self.key)).gas_used

    def permit(
        self,
        chain: EmbeddedChain,
        identity: bytes,
        operation: bytes,
        *,
        nonce: int | None = None,
        registry: bytes | None = None,
    ) -> tuple[int, bytes, bytes]:
        """What lets somebody else carry out the operation: v, r and s."""
        counted = _read(chain, "nonce(address)", self.raw) if nonce is None else nonce
        where = bytes.fromhex(chain.registry[2:]) if registry is None else registry
        packed = b"\x19\x00" + where + counted.to_bytes(32, "big") + identity + operation
        signature = self.key.sign_digest(keccak256(packed))
        return 27 + signature[64], signature[:32], signature[32:64]


def _read(chain: EmbeddedChain, signature: str, *arguments: Any, returns: str = "uint256") -> Any:
    call = {"to": chain.registry, "data": data(abi.call(signature, *arguments))}
    answer = chain.request("eth_call", [call, "latest"])
    (value,) = abi.decode((returns,), bytes.fromhex(answer[2:]))
    return value


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def owner() -> Person:
    return Person(11)


@pytest.fixture(scope="module")
def other() -> Person:
    return Person(12)


@pytest.fixture(scope="module")
def relay() -> Person:
    return Person(13)


@pytest.fixture(scope="module")
def chain(
    tmp_path_factory: pytest.TempPathFactory,
    clock: Clock,
    owner: Person,
    other: Person,
    relay: Person,
) -> Iterator[EmbeddedChain]:
    path = tmp_path_factory.mktemp("registry") / "chain.db"
    accounts = {person.address: 10**20 for person in (owner, other, relay)}
    with EmbeddedChain.create(path, accounts=accounts, clock=clock) as chain:
        yield chain


@pytest.mark.parametrize(
    "call",
    [
        change_owner(Person(11).raw, Person(12).raw),
        add_delegate(Person(11).raw, "veriKey", Person(12).raw, validity=60),
        revoke_delegate(Person(11).raw, "veriKey", Person(12).raw),
        set_attribute(Person(11).raw, "did/svc/Hub", b"v", validity=60),
        revoke_attribute(Person(11).raw, "did/svc/Hub", b"v"),
    ],
    ids=lambda call: call[:4].hex(),
)
def test_nobody_but_its_owner_changes_an_identity(
    chain: EmbeddedChain, other: Person, call: bytes
) -> None:
    with pytest.raises(TransactionFailed, match="bad_actor"):
        other.send(chain, call)


def test_an_owner_hands_an_identity_over_and_the_new_one_hands_it_back(
    chain: EmbeddedChain, owner: Person, other: Person
) -> None:
    owner.send(chain, change_owner(owner.raw, other.raw))
    assert identity_owner(chain, owner.raw) == other.raw
    assert _read(chain, "owners(address)", owner.raw, returns="address") == other.raw
    with pytest.raises(TransactionFailed, match="bad_actor"):
        owner.send(chain, change_owner(owner.raw, owner.raw))
    other.send(chain, change_owner(owner.raw, owner.raw))
    assert identity_owner(chain, owner.raw) == owner.raw


def test_a_delegate_is_one_until_its_time_is_over(
    chain: EmbeddedChain, clock: Clock, owner: Person, other: Person
) -> None:
    def valid() -> bool:
        answer: bool = _read(
            chain,
            "validDelegate(address,bytes32,address)",
            owner.raw,
            VERI_KEY,
            other.raw,
            returns="bool",
        )
        return answer

    owner.send(chain, add_delegate(owner.raw, "veriKey", other.raw, validity=60))
    assert valid()
    kept = "delegates(address,bytes32,address)"
    until = _read(chain, kept, owner.raw, keccak256(VERI_KEY), other.raw)
    assert until == clock.seconds + 60
    clock.seconds += 60
    assert not valid()
    owner.send(chain, add_delegate(owner.raw, "veriKey", other.raw, validity=60))
    assert valid()
    owner.send(chain, revoke_delegate(owner.raw, "veriKey", other.raw))
    assert not valid()  # in the very second of its end


def test_a_validity_without_end_is_refused(
    chain: EmbeddedChain, owner: Person, other: Person
) -> None:
    for call in (
        add_delegate(owner.raw, "veriKey", other.raw, validity=2**256 - 1),
        set_attribute(owner.raw, "did/svc/Hub", b"v", validity=2**256 - 1),
    ):
        with pytest.raises(TransactionFailed):
            owner.send(chain, call)


@pytest.mark.parametrize("size", [0, 1, 32, 1312, 1952, 2592, 4096])
def test_an_attribute_may_be_a_key_of_any_kind(
    chain: EmbeddedChain, owner: Person, size: int
) -> None:
    value = bytes(range(256)) * 16
    owner.send(chain, set_attribute(owner.raw, "did/pub/X/veriKey", value[:size], validity=60))
    change = history(chain, owner.raw)[-1]
    assert getattr(change, "value", None) == value[:size]


def test_an_attribute_has_4096_bytes_at_most(chain: EmbeddedChain, owner: Person) -> None:
    with pytest.raises(TransactionFailed):
        owner.send(chain, set_attribute(owner.raw, "did/svc/Hub", bytes(4097), validity=60))


def test_every_change_names_the_block_of_the_one_before(
    chain: EmbeddedChain, owner: Person
) -> None:
    blocks = [change.block for change in history(chain, owner.raw)]
    previous = [change.previous for change in history(chain, owner.raw)]
    assert previous == [0, *blocks[:-1]]


JUNK = [(27, bytes(32), bytes(32)), (99, b"\1" * 32, b"\1" * 32), (0, bytes(32), bytes(32))]
"""What recovers to nobody, which the EVM says by the zero account."""

OPERATIONS: list[tuple[str, str, tuple[Any, ...]]] = [
    ("addDelegate", "bytes32,address,uint256", (VERI_KEY, b"\5" * 20, 60)),
    ("revokeDelegate", "bytes32,address", (VERI_KEY, b"\5" * 20)),
    ("setAttribute", "bytes32,bytes,uint256", (NAME, b"https://hub.example", 60)),
    ("setAttribute", "bytes32,bytes,uint256", (NAME, bytes(4096), 60)),
    ("revokeAttribute", "bytes32,bytes", (NAME, b"https://hub.example")),
    ("changeOwner", "address", (Person(11).raw,)),
]


def _packed(name: str, arguments: tuple[Any, ...]) -> bytes:
    parts = (a if isinstance(a, bytes) else a.to_bytes(32, "big") for a in arguments)
    return name.encode() + b"".join(parts)


def _signed_call(
    name: str, types: str, permit: tuple[int, bytes, bytes], identity: bytes, *arguments: Any
) -> bytes:
    signature = f"{name}Signed(address,uint8,bytes32,bytes32,{types})"
    return abi.call(signature, identity, *permit, *arguments)


@pytest.mark.parametrize(("name", "types", "arguments"), OPERATIONS)
def test_anybody_may_send_what_the_owner_signed_and_once_only(
    chain: EmbeddedChain,
    owner: Person,
    relay: Person,
    name: str,
    types: str,
    arguments: tuple[Any, ...],
) -> None:
    before = len(history(chain, owner.raw))
    permit = owner.permit(chain, owner.raw, _packed(name, arguments))
    call = _signed_call(name, types, permit, owner.raw, *arguments)
    relay.send(chain, call)
    assert len(history(chain, owner.raw)) == before + 1
    with pytest.raises(TransactionFailed, match="bad_signature"):
        relay.send(chain, call)


@pytest.mark.parametrize(("name", "types", "arguments"), OPERATIONS)
def test_what_another_signed_or_for_another_registry_is_refused(
    chain: EmbeddedChain,
    owner: Person,
    other: Person,
    relay: Person,
    name: str,
    types: str,
    arguments: tuple[Any, ...],
) -> None:
    operation = _packed(name, arguments)
    nonce = _read(chain, "nonce(address)", owner.raw)
    for permit in (
        other.permit(chain, owner.raw, operation),
        owner.permit(chain, other.raw, operation),
        owner.permit(chain, owner.raw, operation, registry=bytes(20)),
        owner.permit(chain, owner.raw, operation, nonce=nonce + 1),
        owner.permit(chain, owner.raw, operation + b"\0"),
        (0, bytes(32), bytes(32)),
    ):
        with pytest.raises(TransactionFailed, match="bad_signature"):
            relay.send(chain, _signed_call(name, types, permit, owner.raw, *arguments))
    assert _read(chain, "nonce(address)", owner.raw) == nonce


def test_nonces_are_counted_by_who_signs(
    chain: EmbeddedChain, owner: Person, other: Person, relay: Person
) -> None:
    before = _read(chain, "nonce(address)", other.raw)
    owner.send(chain, change_owner(owner.raw, other.raw))
    permit = other.permit(chain, owner.raw, _packed("changeOwner", (owner.raw,)))
    relay.send(chain, _signed_call("changeOwner", "address", permit, owner.raw, owner.raw))
    assert _read(chain, "nonce(address)", other.raw) == before + 1


def test_a_signature_that_is_nobodys_is_not_that_of_the_zero_account(
    chain: EmbeddedChain, relay: Person
) -> None:
    for junk in JUNK:
        call = _signed_call("changeOwner", "address", junk, relay.raw, relay.raw)
        with pytest.raises(TransactionFailed, match="bad_signature"):
            relay.send(chain, call)


@pytest.mark.parametrize(("name", "types", "arguments"), OPERATIONS)
def test_the_zero_account_is_no_identity(
    chain: EmbeddedChain, relay: Person, name: str, types: str, arguments: tuple[Any, ...]
) -> None:
    nobody = bytes(20)
    for call in (
        abi.call(f"{name}(address,{types})", nobody, *arguments),
        *(_signed_call(name, types, junk, nobody, *arguments) for junk in JUNK),
    ):
        with pytest.raises(TransactionFailed, match="bad_identity"):
            relay.send(chain, call)
    assert data(identity_owner(chain, nobody)) == chain.registry.lower()


def test_its_events_are_those_of_erc_1056() -> None:
    assert abi.topic(OWNER_CHANGED).hex().startswith("38a5a6e6")
    assert abi.topic(DELEGATE_CHANGED).hex().startswith("5a508433")
    assert abi.topic(ATTRIBUTE_CHANGED).hex().startswith("18ab6b2a")
