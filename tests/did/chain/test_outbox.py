from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from did.chain import balance
from did.chain.embedded import EmbeddedChain
from did.chain.refusal import RequestRefused
from did.chain.registry import change_owner
from did.chain.sending.fees import Fees
from did.chain.sending.intents import Intent, MemoryIntents, NonceTaken, State
from did.chain.sending.outbox import (
    CONFIRMATIONS,
    NonceGap,
    Outbox,
    Outcome,
    Settled,
    default_confirmations,
)
from did.chain.sending.transaction import UnsignedTransaction, prepare, send, sign
from did.errors import ChainBusy, ChainError, NeverSign, TransactionFailed, Unreachable
from tests.did.chain.conftest import Scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from did.chain import Chain

PURPOSE = {"action": "pay", "to": "bob"}

# Sends through an outbox and dies by SIGKILL, before its transaction leaves or after.
SENDER = """
import json, os, signal, sys
from pathlib import Path
from did.chain.embedded import EmbeddedChain
from did.chain.sending.outbox import Outbox
from did.chain.sending.transaction import prepare
from did.keys.secp256k1 import Secp256k1PrivateKey, address

class Files:
    def __init__(self, folder): self.folder = Path(folder)
    def all(self): return ()
    def put(self, intent):
        with open(self.folder / f"{intent.id}.json", "w") as file:
            json.dump(intent.to_json(), file)
            file.flush()
            os.fsync(file.fileno())
    def remove(self, id_): (self.folder / f"{id_}.json").unlink()

class Deadly:
    def __init__(self, chain): self.chain = chain
    def __getattr__(self, name): return getattr(self.chain, name)
    def request(self, method, params=(), /):
        if method == "eth_sendRawTransaction":
            if sys.argv[3] == "after":
                self.chain.request(method, params)
            os.kill(os.getpid(), signal.SIGKILL)
        return self.chain.request(method, params)

key = Secp256k1PrivateKey((1).to_bytes(32, "big"))
with EmbeddedChain.open(Path(sys.argv[1])) as chain:
    sender = address(key.public_key)
    unsigned = prepare(chain, sender=sender, to="0x" + "ab" * 20, value=7)
    Outbox(Files(sys.argv[2])).send(Deadly(chain), unsigned, key, purpose={"action": "pay"})
"""


class Files:
    """Intents in a folder, a file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> Iterable[Intent]:
        return [Intent.from_json(json.loads(path.read_text())) for path in self._folder.iterdir()]

    def put(self, intent: Intent, /) -> None:
        (self._folder / f"{intent.id}.json").write_text(json.dumps(intent.to_json()))

    def remove(self, id_: str, /) -> None:
        (self._folder / f"{id_}.json").unlink(missing_ok=True)


def _silence(*_: Any) -> Any:
    raise Unreachable("nobody answers")


@pytest.fixture
def ours(tmp_path: Path, alice: Any, bob: Any, clock: Any) -> Iterator[EmbeddedChain]:
    accounts = {alice.address: 10**21, bob.address: 10**20}
    with EmbeddedChain.create(tmp_path / "chain.db", accounts=accounts, clock=clock) as chain:
        yield chain


@pytest.fixture
def outbox(clock: Any) -> Outbox:
    return Outbox(MemoryIntents(), clock)


def _payment(chain: Chain, alice: Any, bob: Any, value: int = 1) -> UnsignedTransaction:
    return prepare(chain, sender=alice.address, to=bob.address, value=value)


def _head(chain: Chain) -> int:
    return int(chain.request("eth_blockNumber"), 16)


def test_a_transaction_is_sent_and_then_forgotten(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    before = balance(ours, bob.address)
    events: list[Settled | NonceGap] = []
    receipt = outbox.send(
        ours, _payment(ours, alice, bob), alice.key, purpose=PURPOSE, progress=events.append
    )
    assert balance(ours, bob.address) == before + 1
    assert receipt.gas_used == 21_000
    assert receipt.block == _head(ours)
    assert outbox.store.all() == ()
    assert outbox.settle(ours) == ()
    assert [event.outcome for event in events if isinstance(event, Settled)] == ["pending", "done"]


def test_it_is_written_down_before_it_is_sent(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any, clock: Any
) -> None:
    found: list[Intent] = []

    def spy(raw: str) -> Any:
        found.extend(outbox.store.all())
        assert raw == "0x" + found[0].last.raw.hex()
        return ours.request("eth_sendRawTransaction", [raw])

    chain = Scripted(ours, eth_sendRawTransaction=spy)
    outbox.send(chain, _payment(ours, alice, bob), alice.key, purpose=PURPOSE)
    assert dict(found[0].purpose) == PURPOSE
    assert (found[0].state, found[0].created) == (State.SIGNED, clock())
    assert (found[0].chain_id, found[0].sender, found[0].nonce) == (ours.chain_id, alice.address, 0)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_killed_while_it_sends_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path, ours: EmbeddedChain, clock: Any, moment: str
) -> None:
    folder = tmp_path / "intents"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SENDER, str(tmp_path / "chain.db"), str(folder), moment],
        check=False,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL
    assert _head(ours) == (0 if moment == "before" else 1)

    outbox = Outbox(Files(folder), clock)
    (settled,) = outbox.settle(ours)
    assert settled.outcome is Outcome.DONE
    assert settled.receipt is not None
    assert (settled.receipt.block, settled.confirmations) == (1, 1)
    assert dict(settled.intent.purpose) == {"action": "pay"}
    assert balance(ours, "0x" + "ab" * 20) == 7
    assert (outbox.settle(ours), _head(ours), list(folder.iterdir())) == ((), 1, [])


class Broken(MemoryIntents):
    """A disk that refuses at the time it is told to."""

    def __init__(self, **refusing: int) -> None:
        super().__init__()
        self._refusing = refusing

    def _count(self, name: str) -> None:
        if name in self._refusing:
            self._refusing[name] -= 1
            if self._refusing[name] < 0:
                raise OSError("no space left")

    def put(self, intent: Intent, /) -> None:
        self._count("put")
        super().put(intent)

    def remove(self, id_: str, /) -> None:
        self._count("remove")
        super().remove(id_)


def test_nothing_is_sent_that_could_not_be_written_down(
    ours: EmbeddedChain, alice: Any, bob: Any
) -> None:
    with pytest.raises(OSError, match="no space"):
        Outbox(Broken(put=0)).send(ours, _payment(ours, alice, bob), alice.key, purpose={})
    assert _head(ours) == 0


def test_what_could_not_be_forgotten_is_settled_again(
    ours: EmbeddedChain, alice: Any, bob: Any
) -> None:
    store = Broken(remove=0)
    with pytest.raises(OSError, match="no space"):
        Outbox(store).send(ours, _payment(ours, alice, bob), alice.key, purpose={})
    store._refusing.clear()
    assert [one.outcome for one in Outbox(store).settle(ours)] == [Outcome.DONE]
    assert (store.all(), _head(ours)) == ((), 1)


def test_a_chain_that_does_not_answer_leaves_the_intent_open_and_says_so(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    gone = Scripted(ours, eth_sendRawTransaction=_silence)
    with pytest.raises(Unreachable, match="may not have been sent: nobody") as caught:
        outbox.send(gone, _payment(ours, alice, bob), alice.key, purpose=PURPOSE)
    assert caught.value.hint is not None
    assert "written down" in caught.value.hint
    (waiting,) = outbox.pending(ours)
    assert waiting.purpose == PURPOSE

    assert [one.outcome for one in outbox.settle(gone)] == [Outcome.UNKNOWN]
    assert [one.outcome for one in outbox.settle(ours)] == [Outcome.DONE]
    assert outbox.pending(ours) == ()


def test_an_answer_that_was_lost_does_not_send_twice(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    def lost(raw: str) -> Any:
        ours.request("eth_sendRawTransaction", [raw])
        raise Unreachable("time is up")

    with pytest.raises(Unreachable):
        outbox.send(
            Scripted(ours, eth_sendRawTransaction=lost),
            _payment(ours, alice, bob),
            alice.key,
            purpose=PURPOSE,
        )
    assert [one.outcome for one in outbox.settle(ours)] == [Outcome.DONE]
    assert _head(ours) == 1


def test_one_time_out_is_enough_for_all(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    gone = Scripted(ours, eth_sendRawTransaction=_silence)
    for _ in range(3):
        with pytest.raises(Unreachable):
            outbox.send(gone, _payment(ours, alice, bob), alice.key, purpose=PURPOSE)
    asked: list[str] = []

    def silence(*_: Any) -> Any:
        asked.append("once")
        _silence()

    dead = Scripted(ours, eth_getTransactionReceipt=silence)
    assert [one.outcome for one in outbox.settle(dead)] == [Outcome.UNKNOWN] * 3
    assert asked == ["once"]
    odd = Scripted(ours, eth_getTransactionReceipt=lambda *_: 7)
    assert [one.reason for one in outbox.settle(odd)] == ["the chain's answer is no receipt"] * 3
    # What one of them waits for is sent before it, in the order of the nonces.
    assert [one.outcome for one in outbox.settle(ours)] == [Outcome.DONE] * 3
    assert _head(ours) == 3


def test_earlier_transactions_that_never_left_go_first(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    gone = Scripted(ours, eth_sendRawTransaction=_silence)
    with pytest.raises(Unreachable):
        outbox.send(gone, _payment(ours, alice, bob), alice.key, purpose=PURPOSE)
    receipt = outbox.send(ours, _payment(ours, alice, bob), alice.key, purpose=PURPOSE)
    assert receipt.block == 2
    assert [one.outcome for one in outbox.settle(ours)] == [Outcome.DONE]


def test_many_sends_at_once_use_each_nonce_once(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    before = balance(ours, bob.address)
    same = _payment(ours, alice, bob)
    together = threading.Barrier(6)

    def pay(_: int) -> int:
        together.wait()
        return outbox.send(ours, same, alice.key, purpose=PURPOSE).block

    with ThreadPoolExecutor(6) as pool:
        blocks = list(pool.map(pay, range(6)))
    assert sorted(blocks) == [1, 2, 3, 4, 5, 6]
    assert balance(ours, bob.address) == before + 6
    assert outbox.store.all() == ()


class Racing(MemoryIntents):
    """Another process is faster the first time."""

    def __init__(self, other: Callable[[Intent], Intent | None]) -> None:
        super().__init__()
        self._other = other

    def put(self, intent: Intent, /) -> None:
        if (other := self._other(intent)) is not None:
            super().put(other)
        super().put(intent)


def test_a_nonce_that_another_process_takes_meanwhile_is_left_to_it(
    ours: EmbeddedChain, alice: Any, bob: Any
) -> None:
    unsigned = _payment(ours, alice, bob)
    theirs = Intent.of(
        sign(unsigned, alice.key), purpose={}, created=Outbox(MemoryIntents()).clock()
    )
    first = iter([theirs])
    store = Racing(lambda _: next(first, None))
    receipt = Outbox(store).send(ours, unsigned, alice.key, purpose=PURPOSE)
    assert receipt.block == 2  # theirs was sent before it
    assert store.all() == (theirs,)


def test_gives_up_where_others_are_always_faster(ours: EmbeddedChain, alice: Any, bob: Any) -> None:
    def other(intent: Intent) -> Intent:
        return replace(intent, id=os.urandom(16).hex())

    with pytest.raises(ChainBusy, match="faster"):
        Outbox(Racing(other)).send(ours, _payment(ours, alice, bob), alice.key, purpose={})
    assert _head(ours) == 0


def test_a_store_keeps_one_intent_a_nonce(ours: EmbeddedChain, alice: Any, bob: Any) -> None:
    raw = sign(_payment(ours, alice, bob), alice.key)
    store = MemoryIntents()
    one, other = (Intent.of(raw, purpose={}, created=Outbox(store).clock()) for _ in range(2))
    store.put(one)
    store.put(one)
    with pytest.raises(NonceTaken):
        store.put(other)
    store.remove(one.id)
    store.remove(one.id)
    store.put(other)
    assert store.all() == (other,)


def test_a_nonce_that_leaves_a_gap_is_reported(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    events: list[Settled | NonceGap] = []
    unsigned = replace(_payment(ours, alice, bob), nonce=5)
    with pytest.raises(TransactionFailed, match="nonce too high"):
        outbox.send(ours, unsigned, alice.key, purpose=PURPOSE, progress=events.append)
    (gap,) = events
    assert isinstance(gap, NonceGap)
    assert (gap.missing, gap.intent.nonce) == (0, 5)
    assert outbox.store.all() == ()

    gone = Scripted(ours, eth_sendRawTransaction=_silence)
    with pytest.raises(Unreachable):
        outbox.send(gone, unsigned, alice.key, purpose=PURPOSE)
    assert [one.missing for one in outbox.pending(ours)] == [0]
    with pytest.raises(Unreachable):
        outbox.send(gone, replace(unsigned, nonce=0), alice.key, purpose=PURPOSE)
    assert [one.missing for one in outbox.pending(ours)] == [None, 1]
    dead = Scripted(ours, eth_getTransactionCount=_silence)
    assert [one.missing for one in outbox.pending(dead)] == [None, None]


def test_what_is_pending_says_how_old_it_is_what_it_pays_and_what_for(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any, clock: Any
) -> None:
    gone = Scripted(ours, eth_sendRawTransaction=_silence)
    unsigned = _payment(ours, alice, bob)
    with pytest.raises(Unreachable):
        outbox.send(gone, unsigned, alice.key, purpose=PURPOSE)
    clock.seconds += 90
    (one,) = outbox.pending(ours)
    assert one.age == timedelta(seconds=90)
    assert one.fees == unsigned.fees
    assert dict(one.purpose) == PURPOSE


def test_a_transaction_that_is_reverted_is_done_with(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    unsigned = replace(
        _payment(ours, bob, alice, 0),
        to=ours.registry,
        gas=100_000,
        data=change_owner(alice.raw, bob.raw),
    )
    with pytest.raises(TransactionFailed, match="execution reverted: bad_actor"):
        outbox.send(ours, unsigned, bob.key, purpose=PURPOSE)
    assert outbox.store.all() == ()


def test_a_transaction_for_another_chain_is_neither_signed_nor_written_down(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    unsigned = replace(_payment(ours, alice, bob), chain_id=1)
    with pytest.raises(NeverSign, match="for chain 1"):
        outbox.send(ours, unsigned, alice.key, purpose=PURPOSE)
    assert outbox.store.all() == ()


def test_a_chain_that_took_something_else_leaves_the_intent_open(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    liar = Scripted(ours, eth_sendRawTransaction=lambda _: "0x" + "00" * 32)
    with pytest.raises(ChainError, match="another transaction"):
        outbox.send(liar, _payment(ours, alice, bob), alice.key, purpose=PURPOSE)
    assert len(outbox.pending(ours)) == 1


def test_a_node_that_falls_silent_or_refuses_for_a_while_is_waited_for(
    ours: EmbeddedChain, clock: Any, alice: Any, bob: Any
) -> None:
    chain = Scripted(ours)
    troubles: list[Exception] = [Unreachable("busy"), RequestRefused("indexing")]

    def trouble(*params: Any) -> Any:
        if troubles:
            raise troubles.pop()
        return ours.request("eth_getTransactionReceipt", params)

    chain.answers["eth_getTransactionReceipt"] = trouble
    slept: list[float] = []
    outbox = Outbox(MemoryIntents(), clock, monotonic=lambda: 0.0, sleep=slept.append)
    events: list[Any] = []
    unsigned = _payment(ours, alice, bob)
    outbox.send(chain, unsigned, alice.key, purpose=PURPOSE, progress=events.append)
    assert [event.outcome for event in events] == ["pending", "unknown", "done"]
    assert slept == [0.25, 0.5]


def test_patience_ends_after_its_seconds(
    ours: EmbeddedChain, clock: Any, alice: Any, bob: Any
) -> None:
    chain = Scripted(ours, eth_getTransactionReceipt=lambda _: None)
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    outbox = Outbox(MemoryIntents(), clock, monotonic=lambda: passed[0], sleep=sleep)
    with pytest.raises(Unreachable, match="no receipt yet"):
        outbox.send(chain, _payment(ours, alice, bob), alice.key, purpose=PURPOSE, patience=10)
    assert passed == [10.0]
    assert [one.intent.state for one in outbox.pending(ours)] == [State.SENT]
    chain.answers["eth_getTransactionReceipt"] = _busy
    with pytest.raises(Unreachable, match="no receipt yet: busy"):
        outbox.send(chain, _payment(ours, alice, bob), alice.key, purpose=PURPOSE, patience=0)


def _busy(*_: Any) -> Any:
    raise Unreachable("busy")


def test_what_another_thread_changed_meanwhile_is_not_undone(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    unsigned = _payment(ours, alice, bob)
    intent = Intent.of(sign(unsigned, alice.key), purpose={}, created=outbox.clock())
    outbox.store.put(intent)
    changed = intent.replaced_by(sign(outbox.speed_up(ours, intent), alice.key))

    def change(*_: Any) -> Any:
        outbox.store.put(changed)
        return {"hash": "0x"}

    chain = Scripted(ours, eth_getTransactionByHash=change)
    assert [one.outcome for one in outbox.settle(chain)] == [Outcome.PENDING]
    assert outbox.store.all() == (changed,)
    assert [one.outcome for one in outbox.settle(ours)] == [Outcome.DONE]


def test_an_embedded_chain_confirms_at_once_and_others_with_one_block_more(
    ours: EmbeddedChain,
) -> None:
    assert default_confirmations(ours) == 1
    assert default_confirmations(Elsewhere(ours)) == CONFIRMATIONS == 2


class Elsewhere(Scripted):
    """A chain whose registry somebody deployed."""

    @property
    def registry(self) -> str:
        return "0x" + "12" * 20


def test_what_is_settled_is_neither_sped_up_nor_cancelled(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    events: list[Any] = []
    outbox.send(
        ours, _payment(ours, alice, bob), alice.key, purpose=PURPOSE, progress=events.append
    )
    intent = events[-1].intent
    for make in (outbox.speed_up, outbox.cancel):
        with pytest.raises(TransactionFailed, match="settled already"):
            make(ours, intent)


def test_what_is_in_a_block_already_is_neither_sped_up_nor_cancelled(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    unsigned = _payment(ours, alice, bob)
    intent = Intent.of(sign(unsigned, alice.key), purpose={}, created=outbox.clock())
    outbox.store.put(intent)
    send(ours, intent.last.raw)
    for make in (outbox.speed_up, outbox.cancel):
        with pytest.raises(TransactionFailed, match="in block 1 already"):
            make(ours, intent)


def test_a_nonce_used_elsewhere_is_lost_and_not_replaced(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    unsigned = _payment(ours, alice, bob)
    intent = Intent.of(sign(unsigned, alice.key), purpose={}, created=outbox.clock())
    outbox.store.put(intent)
    send(ours, sign(replace(unsigned, value=2), alice.key))
    with pytest.raises(TransactionFailed, match="is used already"):
        outbox.cancel(ours, intent)
    assert [one.outcome for one in outbox.settle(ours)] == [Outcome.LOST]
    assert outbox.store.all() == ()


def test_a_nonce_used_elsewhere_while_it_is_waited_for_fails(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    unsigned = _payment(ours, alice, bob)

    def overtake(raw: str) -> Any:
        send(ours, sign(replace(unsigned, value=2), alice.key))
        return (
            "0x"
            + Intent.of(bytes.fromhex(raw[2:]), purpose={}, created=outbox.clock()).last.hash.hex()
        )

    chain = Scripted(ours, eth_sendRawTransaction=overtake)
    with pytest.raises(TransactionFailed, match="another transaction used nonce 0"):
        outbox.send(chain, unsigned, alice.key, purpose=PURPOSE)
    assert outbox.store.all() == ()


def test_a_transaction_that_the_chain_no_longer_takes_stays_and_says_why(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    unsigned = replace(_payment(ours, alice, bob), max_fee_per_gas=1)
    intent = Intent.of(sign(unsigned, alice.key), purpose={}, created=outbox.clock())
    outbox.store.put(intent)
    (found,) = outbox.settle(ours)
    assert (found.outcome, found.final) == (Outcome.REFUSED, False)
    assert found.reason == "max fee per gas less than block base fee"
    assert outbox.store.all() == (intent,)
    # A higher fee gets it through.
    faster = outbox.speed_up(ours, intent)
    assert outbox.replace(ours, intent, faster, alice.key).block == 1
    assert outbox.store.all() == ()


def test_a_replacement_is_refused_that_replaces_nothing_or_pays_too_little(
    ours: EmbeddedChain, outbox: Outbox, alice: Any, bob: Any
) -> None:
    unsigned = _payment(ours, alice, bob)
    intent = Intent.of(sign(unsigned, alice.key), purpose={}, created=outbox.clock())
    outbox.store.put(intent)
    for other in (replace(unsigned, nonce=1), replace(unsigned, chain_id=1)):
        with pytest.raises(TransactionFailed, match="chain, sender and nonce"):
            outbox.replace(ours, intent, other, alice.key)
    with pytest.raises(TransactionFailed, match="fees are too low"):
        outbox.replace(ours, intent, unsigned, alice.key)
    assert outbox.store.all() == (intent,)


def test_fees_are_raised_by_an_eighth_at_least_and_never_by_nothing() -> None:
    assert Fees(801, 0).raised() == Fees(902, 1)
    assert Fees(0, 0).raised() == Fees(1, 1)
    assert Fees(9, 2).at_least(Fees(7, 3)) == Fees(9, 3)
