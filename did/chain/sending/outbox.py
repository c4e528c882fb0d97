"""Sending so that nothing is lost: each transaction is written down before it leaves.

What was signed stays in the outbox until the chain has it deep enough, or can never have it. A
crash, a node that does not answer and a fee that is too low leave it there, to be settled when
the wallet is opened again.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from did.chain.hexadecimal import data
from did.chain.refusal import RequestRefused
from did.chain.sending.inclusion import is_known
from did.chain.sending.intents import Intent, IntentStore, MemoryIntents, NonceTaken, State
from did.chain.sending.nonces import missing_nonce, numbered
from did.chain.sending.progress import NonceGap, Pending, Progress, silent
from did.chain.sending.replacement import (
    cancellation,
    faster,
    require_replaceable,
    require_replacing,
)
from did.chain.sending.settling import (
    CONFIRMATIONS,
    Outcome,
    Settled,
    default_confirmations,
    impatient,
    receipt_of,
    step,
)
from did.chain.sending.transaction import PATIENCE, UnsignedTransaction, broadcast, sign
from did.errors import ChainBusy, ChainError, TransactionFailed, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from did.chain import Chain
    from did.chain.sending.inclusion import Receipt
    from did.keys import DigestSigner

__all__ = [
    "CONFIRMATIONS",
    "Intent",
    "IntentStore",
    "MemoryIntents",
    "NonceGap",
    "NonceTaken",
    "Outbox",
    "Outcome",
    "Pending",
    "Settled",
    "State",
    "default_confirmations",
]

_ATTEMPTS: Final = 16
_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 4.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Outbox:
    """What was signed and is not known to be done. Threads may share it, and processes its store.

    Attributes:
        store: where intents are kept.
        clock: says when it is, in UTC.
        monotonic: seconds that never run backwards, by which patience is measured.
        sleep: waits that many seconds.
    """

    store: IntentStore
    clock: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _lock: threading.RLock = field(
        default_factory=threading.RLock, init=False, repr=False, compare=False
    )

    def send(
        self,
        chain: Chain,
        unsigned: UnsignedTransaction,
        signer: DigestSigner,
        *,
        purpose: Mapping[str, str],
        patience: float = PATIENCE,
        confirmations: int | None = None,
        progress: Progress = silent,
    ) -> Receipt:
        """Signs, writes down, sends, and waits `patience` seconds for `confirmations` blocks.

        `unsigned.nonce` is a proposal: where it is taken, by the chain or by another open intent,
        the next free one is signed. All else is signed as it is.

        Raises:
            NeverSign, InvalidKey: see `sign`. Nothing is written down.
            TransactionFailed: the chain does not allow it, reverted it, or another transaction
                used its nonce. Nothing is open any more.
            Unreachable: it is not known what became of it. The intent is open.
            ChainError: the chain contradicts itself. The intent is open.
        """
        intent, missing = self._journalled(chain, unsigned, signer, purpose)
        if missing is not None:
            progress(NonceGap(intent, missing))
        self._hurry(chain, intent)
        if (refused := self._deliver(chain, intent)) is not None:
            self.store.remove(intent.id)
            raise TransactionFailed(str(refused), hint=refused.hint) from refused
        return self._wait(chain, intent, patience, confirmations, progress)

    def replace(
        self,
        chain: Chain,
        intent: Intent,
        unsigned: UnsignedTransaction,
        signer: DigestSigner,
        *,
        patience: float = PATIENCE,
        confirmations: int | None = None,
        progress: Progress = silent,
    ) -> Receipt:
        """Sends what `speed_up` or `cancel` made, and waits until one of the intent's counts.

        The receipt is that one's: `intent.cancels` of the last event says whether it was a
        cancellation, and an earlier transaction may have been faster.

        Raises:
            TransactionFailed: it is too late, or the fees are too low; or see `send`.
            NeverSign, InvalidKey, Unreachable, ChainError: see `send`.
        """
        with self._lock:
            before = self._open(intent)
            require_replacing(before, unsigned)
            require_replaceable(chain, before)
            raw = sign(unsigned, signer, chain=chain)
            after = before.replaced_by(raw)
            self.store.put(after)
        if (refused := self._deliver(chain, after)) is not None:
            with self._lock:
                self.store.put(before)
            raise TransactionFailed(
                f"the transaction was not replaced: {refused}", hint=refused.hint
            ) from refused
        return self._wait(chain, after, patience, confirmations, progress)

    def speed_up(self, chain: Chain, intent: Intent) -> UnsignedTransaction:
        """The same with higher fees, for `replace`. Raises as `faster` does."""
        return faster(chain, self._open(intent))

    def cancel(self, chain: Chain, intent: Intent) -> UnsignedTransaction:
        """What uses its nonce up and does nothing, for `replace`. Raises as `cancellation` does."""
        return cancellation(chain, self._open(intent))

    def settle(self, chain: Chain, *, confirmations: int | None = None) -> tuple[Settled, ...]:
        """How it stands with each open intent on `chain`, by nonce; what is done is forgotten.

        What the chain does not know is sent again. It waits for nothing, and raises nothing that
        a chain does: what could not be found out is `UNKNOWN`, and stays.
        """
        wanted = default_confirmations(chain) if confirmations is None else confirmations
        found: list[Settled] = []
        gone: Unreachable | None = None
        for intent in self._intents(chain):
            if gone is not None:  # one time-out is enough
                found.append(Settled(intent, Outcome.UNKNOWN, reason=str(gone)))
                continue
            try:
                found.append(self._step(chain, intent, wanted))
            except Unreachable as error:
                gone = error
                found.append(Settled(intent, Outcome.UNKNOWN, reason=str(error)))
            except ChainError as error:
                found.append(Settled(intent, Outcome.UNKNOWN, reason=str(error)))
        return tuple(found)

    def pending(self, chain: Chain) -> tuple[Pending, ...]:
        """The open intents on `chain`, by nonce; `settle` brings them up to date."""
        return tuple(
            Pending(intent, self.clock() - intent.created, self._missing(chain, intent))
            for intent in self._intents(chain)
        )

    def _journalled(
        self,
        chain: Chain,
        unsigned: UnsignedTransaction,
        signer: DigestSigner,
        purpose: Mapping[str, str],
    ) -> tuple[Intent, int | None]:
        """A new intent, and the nonce that it will wait for."""
        for _ in range(_ATTEMPTS):
            with self._lock:
                mine, missing = numbered(chain, unsigned, self._intents(chain))
                raw = sign(mine, signer, chain=chain)
                intent = Intent.of(raw, purpose=purpose, created=self.clock())
                try:
                    self.store.put(intent)
                except NonceTaken:  # by another process, since they were read
                    continue
            return intent, missing
        raise ChainBusy(
            f"other processes use the nonces of {unsigned.sender} faster than this one can"
        )

    def _missing(self, chain: Chain, intent: Intent) -> int | None:
        """The nonce that the intent waits for, as far as can be found out."""
        try:
            return missing_nonce(chain, intent, self._intents(chain))
        except (ChainError, Unreachable):
            return None

    def _hurry(self, chain: Chain, intent: Intent) -> None:
        """Sends what must come before the intent, where the chain does not know it.

        Some chains refuse a nonce that is not the next one. Whatever goes wrong here is for
        `settle` to say.
        """
        for earlier in self._intents(chain):
            if earlier.sender == intent.sender and earlier.nonce < intent.nonce:
                try:
                    if not is_known(chain, earlier.last):
                        broadcast(chain, earlier.last.raw)
                except (ChainError, Unreachable):
                    return

    def _deliver(self, chain: Chain, intent: Intent) -> ChainError | None:
        """Sends the last transaction of the intent. Returns why the chain does not want it."""
        try:
            refused = broadcast(chain, intent.last.raw)
            if refused is None or is_known(chain, intent.last):
                return None
        except Unreachable as error:
            raise Unreachable(
                f"the transaction {data(intent.last.hash)} may not have been sent: {error}",
                hint="it is written down, and is sent when the chain can be reached again",
            ) from error
        return refused

    def _wait(
        self,
        chain: Chain,
        intent: Intent,
        patience: float,
        confirmations: int | None,
        progress: Progress,
    ) -> Receipt:
        wanted = default_confirmations(chain) if confirmations is None else confirmations
        deadline, pause = self.monotonic() + patience, _FIRST_PAUSE
        last = Settled(intent, Outcome.PENDING)
        progress(last)
        while True:
            try:
                found = self._step(chain, self._current(intent), wanted)
            except (RequestRefused, Unreachable) as error:  # not now, perhaps later
                found = replace(last, outcome=Outcome.UNKNOWN, reason=str(error))
            if (found.outcome, found.confirmations) != (last.outcome, last.confirmations):
                progress(found)
            last = found
            if found.final:
                return receipt_of(found)
            if (left := deadline - self.monotonic()) <= 0:
                raise impatient(found, wanted=wanted)
            self.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _step(self, chain: Chain, intent: Intent, wanted: int) -> Settled:
        """One look, and what it found written down."""
        found = step(chain, intent, confirmations=wanted)
        if found.final:
            self.store.remove(intent.id)
        elif found.intent != intent:
            with self._lock:
                # Another thread may have settled it meanwhile, or given it another transaction.
                if self._find(intent.id) == intent:
                    self.store.put(found.intent)
        return found

    def _intents(self, chain: Chain) -> Sequence[Intent]:
        open_ = (intent for intent in self.store.all() if intent.chain_id == chain.chain_id)
        return sorted(open_, key=lambda intent: (intent.sender, intent.nonce))

    def _find(self, id_: str) -> Intent | None:
        return next((intent for intent in self.store.all() if intent.id == id_), None)

    def _current(self, intent: Intent) -> Intent:
        """The intent with the replacements that it has now."""
        return self._find(intent.id) or intent

    def _open(self, intent: Intent) -> Intent:
        if (found := self._find(intent.id)) is None:
            raise TransactionFailed(
                f"nonce {intent.nonce} of {intent.sender} is settled already",
                hint="what is done can be neither sped up nor cancelled",
            )
        return found
