"""Looking at a chain before it is used: is it the one that was meant, and is a registry there?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from did.chain import ManyNodes, abi
from did.chain.hexadecimal import data, read_data, read_quantity
from did.chain.jsonrpc import printable
from did.chain.refusal import RequestRefused
from did.errors import ChainError, NodesDisagree
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from did.chain import Chain
    from did.chain.jsonrpc import Call

STALE: Final = 900
"""How old the last block of a busy chain is at most, in seconds."""

_FUTURE: Final = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """What a chain said of itself. `head` is its last block, `age` that block's in seconds.

    `client` names the node's software, empty where it does not tell. `code` is the Keccak-256 hash
    of the registry's code.
    """

    chain_id: int
    registry: str
    code: bytes
    client: str
    head: int
    age: int

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know before relying on the chain, a clause each."""
        if self.age > STALE:
            return (f"its last block is {self.age} seconds old: idle, or not caught up",)
        if self.age < -_FUTURE:
            return (f"its last block is {-self.age} seconds in the future: one of the clocks errs",)
        return ()


def check(chain: Chain, *, clock: Callable[[], float] = time.time) -> Checked:
    """What the chain says of itself; of several nodes, the one that is furthest behind.

    `clock` says when it is, in seconds since 1970.

    Raises:
        ChainError: it is another chain, or has no registry of DIDs where it should; the message
            says which. `NodesDisagree`: its nodes do not have the same one.
        Unreachable: it does not answer.
    """
    if not isinstance(chain, ManyNodes):
        return _checked(chain, clock)
    found = [_checked(node, clock) for node in chain.nodes]
    if len({one.code for one in found}) > 1:
        raise NodesDisagree(
            f"the nodes of chain {chain.chain_id} do not have the same code at {chain.registry}",
            hint="ask someone you trust which of them is right, and name that one alone",
        )
    return min(found, key=lambda one: one.head)


def _checked(chain: Chain, clock: Callable[[], float]) -> Checked:
    call = {"to": chain.registry, "data": data(abi.call("changed(address)", bytes(20)))}
    questions: dict[str, Call] = {
        "its id": ("eth_chainId", ()),
        "its last block": ("eth_getBlockByNumber", ("latest", False)),
        "the registry's code": ("eth_getCode", (chain.registry, "latest")),
        "the last change of a DID": ("eth_call", (call, "latest")),
        "its software": ("web3_clientVersion", ()),
    }
    number, head, code, changed, client = _asked(chain, questions)
    if (told := read_quantity(number, "the chain's id")) != chain.chain_id:
        raise ChainError(
            f"this is chain {told}, not {chain.chain_id}",
            hint="check the node's address in the configuration",
        )
    if not isinstance(head, Mapping):
        raise ChainError(f"chain {told} has no blocks", hint="its node may still be starting")
    runtime = read_data(code, "the registry's code")
    _check_registry(chain, runtime, changed)
    return Checked(
        chain_id=told,
        registry=chain.registry,
        code=keccak256(runtime),
        client=printable(client) if isinstance(client, str) else "",
        head=read_quantity(head.get("number"), "the last block"),
        age=int(clock()) - read_quantity(head.get("timestamp"), "the last block's time"),
    )


def _check_registry(chain: Chain, runtime: bytes, changed: Any) -> None:
    where = f"at {chain.registry} on chain {chain.chain_id}"
    if not runtime:
        raise ChainError(
            f"there is no contract {where}", hint="check the registry's address, and the chain's id"
        )
    try:
        word = read_data(changed, "the answer", size=32)
    except ChainError as error:
        raise ChainError(
            f"the contract {where} is no registry of DIDs", hint="check the registry's address"
        ) from error
    if any(word[:16]):
        raise ChainError(
            f"the contract {where} answers as no registry of DIDs does",
            hint="check the registry's address",
        )


def _asked(chain: Chain, questions: Mapping[str, Call]) -> Sequence[Any]:
    """The answers to all the questions at once; or, where one is refused, to each by itself.

    What a contract refuses is None, and so is the name of software that is not told.
    """
    try:
        return chain.request_many(tuple(questions.values()))
    except RequestRefused:
        return [_one(chain, name, call) for name, call in questions.items()]


def _one(chain: Chain, name: str, call: Call) -> Any:
    method, params = call
    try:
        return chain.request(method, params)
    except RequestRefused as error:
        if method in {"eth_call", "web3_clientVersion"}:
            return None
        raise ChainError(f"chain {chain.chain_id} does not tell {name}: {error}") from error
