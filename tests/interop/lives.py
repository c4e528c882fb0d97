"""What happens to the identities that the resolvers are compared by: `lives.json`, carried out.

A step takes a minute, and is one of these; a value is text, or hexadecimal behind 0x:
`["set", NAME, VALUE, SECONDS]`, `["revoke", NAME, VALUE]`, `["raw", NAME, VALUE, SECONDS]` whose
name is 32 bytes, `["add", KIND, WHO, SECONDS]`, `["remove", KIND, WHO, ID]`, `["owner", WHO]`,
`["deactivate"]`, `["wait", SECONDS]`, `["repeat", TIMES, STEP]`. An ID after them is that of an
entry that other resolvers list in the very second that ended it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.chain import abi
from did.chain.embedded.blocks import created_by
from did.chain.hexadecimal import data, quantity, read_address
from did.chain.recursion import recursion_limit
from did.chain.registry import set_attribute
from did.chain.sending.transaction import prepare, send, sign
from did.identifier import DID
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PrivateKey, address, checksummed
from did.methods.ethr import (
    AddDelegate,
    ChangeOwner,
    Deactivate,
    RevokeAttribute,
    RevokeDelegate,
    SetAttribute,
    ethr_did,
)
from did.methods.ethr.operations import call_of

with recursion_limit():
    from eth_account import Account as Signing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from did.chain import Chain

LIVES: Final = json.loads(Path(__file__).with_name("lives.json").read_text("utf-8"))
DAYS: Final = 30
"""How long ago the lives begin. They end before today, so that what ended is over."""

MINUTE: Final = 60


class Clock:
    """A clock that goes on when it is told to, and never past the present."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=DAYS)

    def __call__(self) -> datetime:
        """The time."""
        return self._now

    def wait(self, seconds: int) -> None:
        """Goes on."""
        self._now += timedelta(seconds=seconds)
        assert self._now < datetime.now(UTC), "the lives are longer than they may be"


class Person:
    """A key, and the account of it."""

    def __init__(self, name: str) -> None:
        self.secret: Final = keccak256(b"interop " + name.encode())
        self.key: Final = Secp256k1PrivateKey(self.secret)
        self.address: Final = address(self.key.public_key)
        self.raw: Final = read_address(self.address)


FRIENDS: Final = {name: Person(name) for name in ("Ann", "Ben", "Cem", "Dee")}
CROWDED: Final = Person("crowded")
ETHER: Final = {
    person.address: 10**20
    for person in (*(Person(life["name"]) for life in LIVES), *FRIENDS.values(), CROWDED)
}
"""Who has to own something on the chain, and how much, in wei."""


@dataclass(slots=True)
class Life:
    """A DID to be resolved. `listed_still` has the fragments of ended entries, by block."""

    name: str
    did: DID
    listed_still: dict[int, set[str]] = field(default_factory=dict)


def lived(chain: Chain, clock: Clock) -> Iterator[Life]:
    """Carries out all lives on the chain, whose clock this is."""
    for given in LIVES:
        living = _Living(chain, clock, given)
        for step in given["steps"]:
            living.take(step)
        yield living.life
    yield _crowded(chain, clock)


class _Living:
    def __init__(self, chain: Chain, clock: Clock, given: dict[str, Any]) -> None:
        self._chain, self._clock = chain, clock
        self._person = self._owner = Person(given["name"])
        did = str(ethr_did(self._person.address, chain.chain_id))
        if given.get("written") == "lower":
            did = did.lower()
        elif given.get("written") == "key":
            did = f"{did.rpartition(':')[0]}:{data(self._person.key.public_key.raw)}"
        self.life: Final = Life(given["name"], DID.parse(did))

    def take(self, step: Sequence[Any]) -> None:
        """Takes a step."""
        match step:
            case ["wait", seconds]:
                self._clock.wait(seconds)
            case ["repeat", times, again]:
                for _ in range(times):
                    self.take(again)
            case _:
                self._send(step)

    def _send(self, step: Sequence[Any]) -> None:
        self._clock.wait(MINUTE)
        registry, sender = self._chain.registry, self._owner.address
        unsigned = prepare(self._chain, sender=sender, to=registry, data=self._call(step))
        block = send(self._chain, sign(unsigned, self._owner.key)).block
        match step:
            case ["remove", _, _, str(id_)] | ["raw", _, _, _, str(id_)]:
                self.life.listed_still.setdefault(block, set()).add(id_)
            case ["owner", who]:
                self._owner = self._named(who)
            case _:
                pass

    def _call(self, step: Sequence[Any]) -> bytes:
        identity = self._person.raw
        match step:
            case ["set", name, value, seconds]:
                return call_of(SetAttribute(name, _bytes(value), seconds), identity)
            case ["revoke", name, value]:
                return call_of(RevokeAttribute(name, _bytes(value)), identity)
            case ["raw", name, value, seconds, *_]:
                said = (identity, _bytes(name), _bytes(value), seconds)
                return abi.call(SetAttribute.function, *said)
            case ["add", kind, who, seconds]:
                return call_of(AddDelegate(kind, self._named(who).raw, seconds), identity)
            case ["remove", kind, who, _]:
                return call_of(RevokeDelegate(kind, self._named(who).raw), identity)
            case ["owner", who]:
                return call_of(ChangeOwner(self._named(who).raw), identity)
            case ["deactivate"]:
                return call_of(Deactivate(), identity)
            case _:
                raise AssertionError(step)

    def _named(self, who: str) -> Person:
        return self._person if who == "itself" else FRIENDS[who]


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:]) if text.startswith("0x") else text.encode()


def _crowded(chain: Chain, clock: Clock) -> Life:
    """An identity that changes several times in one block: a contract's, while it is made."""
    clock.wait(MINUTE)
    account = created_by(CROWDED.raw, 0)
    calls = [
        set_attribute(account, f"did/svc/{kind}", b"https://one.example", validity=10**8)
        for kind in ("First", "Second", "Third", "First")
    ]
    calls.append(call_of(AddDelegate("sigAuth", FRIENDS["Ann"].raw, 10**8), account))
    form = {
        "chainId": chain.chain_id,
        "nonce": 0,
        "gas": 1_000_000,
        "maxFeePerGas": 10**11,
        "maxPriorityFeePerGas": 0,
        "value": 0,
        "data": _creation(read_address(chain.registry), calls),
    }
    signed = Signing.sign_transaction(form, CROWDED.secret)
    send(chain, bytes(signed.raw_transaction))
    assert chain.request("eth_getTransactionCount", [data(account), "latest"]) == quantity(1)
    return Life("five changes in one block", ethr_did(checksummed(account), chain.chain_id))


def _creation(registry: bytes, calls: Sequence[bytes]) -> bytes:
    """The creation code of a contract that calls the registry and leaves no code behind."""
    size = 40 * len(calls) + 1
    code, position = b"", size
    for call in calls:
        length, offset = len(call).to_bytes(2, "big"), position.to_bytes(2, "big")
        # PUSH2 length, PUSH2 offset, PUSH1 0, CODECOPY: the call data, to the start of memory.
        code += b"\x61" + length + b"\x61" + offset + b"\x60\0\x39"
        # PUSH0 twice: no result; PUSH2 length, PUSH0: the call data; PUSH0: no value; PUSH20
        # registry, GAS, CALL, POP.
        code += b"\x5f\x5f\x61" + length + b"\x5f\x5f\x73" + registry + b"\x5a\xf1\x50"
        position += len(call)
    assert len(code) + 1 == size
    return code + b"\0" + b"".join(calls)
