from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from did.chain import abi
from did.chain.hexadecimal import data
from did.chain.refusal import RequestRefused
from did.chain.registry import (
    ATTRIBUTE_CHANGED,
    DELEGATE_CHANGED,
    OWNER_CHANGED,
    SIGNED_FUNCTIONS,
    AttributeChanged,
    DelegateChanged,
    OwnerChanged,
    add_delegate,
    block_timestamp,
    change_owner,
    changed,
    described,
    history,
    identity_owner,
    revoke_attribute,
    revoke_delegate,
    set_attribute,
    word,
)
from did.chain.sending.transaction import prepare, send, sign
from did.contracts import contract
from did.errors import ChainError, NotFound

if TYPE_CHECKING:
    from did.chain import Chain

IDENTITY = b"\1" * 20
SUBJECT = IDENTITY.rjust(32, b"\0")
OTHER = b"\2" * 20


def _send(chain: Chain, account: Any, call: bytes) -> int:
    unsigned = prepare(chain, sender=account.address, to=chain.registry, data=call)
    return send(chain, sign(unsigned, account.key)).block


def test_an_identity_that_nobody_wrote_about_owns_itself(chain: Chain, pauper: Any) -> None:
    assert changed(chain, pauper.raw) == 0
    assert history(chain, pauper.raw) == ()
    assert identity_owner(chain, pauper.raw) == pauper.raw


def test_all_that_is_written_about_an_identity_is_read_in_its_order(
    chain: Chain, alice: Any, bob: Any, clock: Any
) -> None:
    me, before = alice.raw, len(history(chain, alice.raw))
    calls = [
        add_delegate(me, "veriKey", OTHER, validity=60),
        set_attribute(me, "did/svc/Hub", b"https://hub", validity=70),
        revoke_delegate(me, "veriKey", OTHER),
        revoke_attribute(me, "did/svc/Hub", b"https://hub"),
        change_owner(me, bob.raw),
    ]
    blocks = [_send(chain, alice, call) for call in calls]
    now, name = clock.seconds, word("did/svc/Hub")
    at = [(block, now, previous) for previous, block in zip([0, *blocks], blocks, strict=False)]
    if before:
        at[0] = (at[0][0], now, at[0][0] - 1)  # the change before, which gave the identity back
    assert history(chain, me)[before:] == (
        DelegateChanged(*at[0], word("veriKey"), OTHER, now + 60),
        AttributeChanged(*at[1], name, b"https://hub", now + 70),
        DelegateChanged(*at[2], word("veriKey"), OTHER, now),
        AttributeChanged(*at[3], name, b"https://hub", 0),
        OwnerChanged(*at[4], bob.raw),
    )
    assert identity_owner(chain, me) == bob.raw
    assert changed(chain, me) == blocks[-1]
    _send(chain, bob, change_owner(me, me))


def test_a_node_that_lost_its_logs_gives_no_part_of_a_history(
    chain: Chain, alice: Any, scripted: Any
) -> None:
    _send(chain, alice, set_attribute(alice.raw, "did/svc/Hub", b"1", validity=70))
    last = _send(chain, alice, set_attribute(alice.raw, "did/svc/Hub", b"2", validity=70))

    def recent(wanted: Any) -> Any:
        found = chain.request("eth_getLogs", [wanted])
        return [log for log in found if int(log["blockNumber"], 16) == last]

    with pytest.raises(ChainError, match="does not give all logs") as caught:
        history(scripted(chain, eth_getLogs=recent), alice.raw)
    assert "archive node" in str(caught.value.hint)


class Node:
    """Tells what it is given of one identity: the last block with a change, and logs by block."""

    chain_id = 5
    registry = "0x" + "00" * 19 + "AA"

    def __init__(self, last: int, logs: dict[int, Any], *, timestamp: Any = "0x64") -> None:
        self.last = last
        self.logs = logs
        self.timestamp = timestamp

    def request(self, method: str, params: Any = (), /) -> Any:
        match method:
            case "eth_call":
                return data(self.last.to_bytes(32, "big"))
            case "eth_getLogs":
                first, last = (int(params[0][name], 16) for name in ("fromBlock", "toBlock"))
                every = list(self.logs.values())
                if not all(isinstance(logs, list) for logs in every):
                    return every[0]
                return [
                    log for logs in every for log in logs if _block(log) in range(first, last + 1)
                ]
            case _:
                return {"timestamp": self.timestamp}

    def request_many(self, calls: Any, /) -> tuple[Any, ...]:
        return tuple(self.request(method, params) for method, params in calls)


def _block(log: Any) -> int:
    """Where a log says that it is; what says nothing is in every block."""
    return int(log["blockNumber"], 16) if isinstance(log, dict) else 7


def _log(
    block: int, index: int, previous: int, *, signature: str = OWNER_CHANGED, **changes: Any
) -> dict[str, Any]:
    said: dict[str, tuple[Any, ...]] = {
        OWNER_CHANGED: (OTHER,),
        DELEGATE_CHANGED: (word("veriKey"), OTHER, 9),
        ATTRIBUTE_CHANGED: (word("a"), b"v", 9),
    }
    types = abi.types_of(signature)[1:]
    body = abi.encode(types, (*said[signature], previous)) if signature in said else b""
    return {
        "address": Node.registry,
        "topics": [data(abi.topic(signature)), data(SUBJECT)],
        "data": data(body),
        "blockNumber": hex(block),
        "logIndex": hex(index),
        **changes,
    }


def test_the_changes_of_one_block_are_in_the_order_of_their_logs() -> None:
    logs = [
        _log(7, 12, 7, signature=ATTRIBUTE_CHANGED),
        _log(7, 3, 2),
        _log(7, 5, 7, signature=DELEGATE_CHANGED),
    ]
    changes = history(Node(7, {7: logs, 2: [_log(2, 0, 0)]}), IDENTITY)
    kinds = [type(change) for change in changes]
    assert kinds == [OwnerChanged, OwnerChanged, DelegateChanged, AttributeChanged]
    assert [change.block for change in changes] == [2, 7, 7, 7]


def test_when_a_block_was_made_is_taken_from_its_logs_or_asked_for() -> None:
    assert history(Node(7, {7: [_log(7, 0, 0)]}), IDENTITY)[0].timestamp == 100
    told = _log(7, 0, 0, blockTimestamp="0x65")
    assert history(Node(7, {7: [told]}), IDENTITY)[0].timestamp == 101


def test_other_events_and_logs_taken_back_are_passed_over() -> None:
    logs = [
        _log(7, 0, 0),
        _log(7, 1, 0, signature="Other(address)"),
        _log(7, 2, 0, removed=True),
    ]
    assert len(history(Node(7, {7: logs}), IDENTITY)) == 1


@pytest.mark.parametrize(
    "logs",
    [
        None,
        "logs",
        ["log"],
        [_log(7, 0, 7)],
        [_log(7, 0, 8)],
        [_log(7, 0, 0, logIndex=None)],
        [_log(7, 0, 0, blockNumber="0x0")],
        [_log(7, 0, 0), _log(7, 0, 0)],
        [_log(7, 0, 0), _log(7, 1, 0)],
        [_log(5, 0, 0), _log(7, 1, 6)],
        [_log(5, 0, 0, blockTimestamp="0x9"), _log(7, 1, 5, blockTimestamp="0x8")],
        [_log(7, 0, 0, address="0x" + "00" * 20)],
        [_log(7, 0, 0, topics=None)],
        [_log(7, 0, 0, topics=[data(abi.topic(OWNER_CHANGED))])],
        [_log(7, 0, 0, topics=[data(abi.topic(OWNER_CHANGED)), data(bytes(32))])],
        [_log(7, 0, 0, topics=["x", data(SUBJECT)])],
        [_log(7, 0, 0, data="0x00")],
        [_log(7, 0, 0, data=None)],
        [_log(7, 0, 0, blockTimestamp="0xffffffffffff")],
        [_log(7, 0, 0, blockTimestamp=7)],
    ],
)
def test_refuses_a_chain_that_contradicts_itself(logs: Any) -> None:
    with pytest.raises(ChainError):
        history(Node(7, {7: logs}), IDENTITY)


def test_refuses_to_follow_changes_without_end() -> None:
    class Endless(Node):
        def request(self, method: str, params: Any = (), /) -> Any:
            if method != "eth_getLogs":
                return super().request(method, params)
            if params[0]["fromBlock"] != params[0]["toBlock"]:
                raise RequestRefused("one block at a time")
            block = int(params[0]["toBlock"], 16)
            return [_log(block, 0, block - 1)]

    with pytest.raises(ChainError, match="more than"):
        history(Endless(10**6, {}), IDENTITY)


def test_says_where_there_is_no_registry(chain: Chain, scripted: Any) -> None:
    with pytest.raises(ChainError, match="no registry of DIDs") as caught:
        changed(scripted(chain, eth_call="0x"), IDENTITY)
    assert caught.value.hint is not None


def test_says_where_there_is_no_such_block(chain: Chain) -> None:
    with pytest.raises(NotFound, match="has no block 4096"):
        block_timestamp(chain, 4096)


def test_describes_the_calls_that_it_makes() -> None:
    calls = [
        change_owner(IDENTITY, OTHER),
        add_delegate(IDENTITY, "veriKey", OTHER, validity=60),
        revoke_delegate(IDENTITY, "veriKey", OTHER),
        set_attribute(IDENTITY, "did/svc/Hub", b"\1", validity=60),
        revoke_attribute(IDENTITY, "did/svc/Hub", b"\1"),
    ]
    functions = []
    for call in calls:
        found = described(call)
        assert found is not None
        functions.append(found[0])
        assert found[1]["identity"] == data(IDENTITY)
    assert functions == [
        "changeOwner",
        "addDelegate",
        "revokeDelegate",
        "setAttribute",
        "revokeAttribute",
    ]
    found = described(calls[1])
    assert found is not None
    assert found[1] == {
        "identity": data(IDENTITY),
        "delegateType": "veriKey",
        "delegate": data(OTHER),
        "validity": "60",
    }


def test_describes_what_an_owner_signed_for_others_to_send() -> None:
    call = abi.call(
        "addDelegateSigned(address,uint8,bytes32,bytes32,bytes32,address,uint256)",
        IDENTITY, 27, b"\3" * 32, b"\4" * 32, word("veriKey"), OTHER, 60,
    )  # fmt: skip
    assert described(call) == (
        "addDelegateSigned",
        {
            "identity": data(IDENTITY),
            "sigV": "27",
            "sigR": data(b"\3" * 32),
            "sigS": data(b"\4" * 32),
            "delegateType": "veriKey",
            "delegate": data(OTHER),
            "validity": "60",
        },
    )


def test_knows_the_signed_functions_of_the_contract() -> None:
    entries = contract("did_registry").abi
    forms = {
        f"{entry['name']}({','.join(part['type'] for part in entry['inputs'])})"
        for entry in entries
        if entry["type"] == "function" and entry["name"].endswith("Signed")
    }
    assert set(SIGNED_FUNCTIONS) == forms


def test_describes_no_call_that_it_cannot_read_to_its_end() -> None:
    assert described(b"") is None
    assert described(change_owner(IDENTITY, OTHER) + b"\0") is None


def test_a_name_is_never_cut_short() -> None:
    assert word("a" * 32) == b"a" * 32
    with pytest.raises(ChainError, match="longer than the 32 bytes"):
        word("a" * 33)


@pytest.mark.parametrize("signature", [OWNER_CHANGED, DELEGATE_CHANGED, ATTRIBUTE_CHANGED])
def test_knows_the_events_by_the_hash_of_their_signature(signature: str) -> None:
    assert history(Node(7, {7: [_log(7, 0, 0, signature=signature)]}), IDENTITY)
