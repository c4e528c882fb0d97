"""One person's wallet and conversation, worked in a thread of their own.

The wallet's files belong to the thread that opened them, so everything that touches them runs
there, one thing after another. The screens hand work in and get futures back. Once the wallet is
locked, what was handed in and not begun is called off.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from secrets import token_bytes
from threading import Event
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from tui.opening import LOADING, Place, by_passphrase
from wallet.clock import now
from wallet.settings import use_looks
from wallet.vault.errors import VaultError
from wallet.vault.files import VAULT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import TypeAlias

    from agent.conversation import Conversation
    from agent.conversation import Event as ConversationEvent
    from agent.model import Model
    from tui.deeds import Deeds
    from tui.opening import Way
    from tui.question import Question
    from wallet.actions.consent import Answer
    from wallet.actions.result import Result
    from wallet.looks import Looks
    from wallet.messages import Message
    from wallet.vault.header import KdfCost
    from wallet.vault.secret import Secret
    from wallet.wallet import Wallet

    Asks: TypeAlias = Callable[[Question, Future[Answer]], None]

T = TypeVar("T")


@runtime_checkable
class Loads(Protocol):
    """A model that takes a moment to be loaded."""

    def start(self) -> None:
        """Load it, if it is not loaded. Raises `NoModel`."""
        ...


def _deeds() -> type[Deeds]:
    # Deferred: all actions and the planner, for which the first paint need not wait.
    from tui.deeds import Deeds  # noqa: PLC0415

    return Deeds


class Session:
    """The wallet in a folder, locked at first."""

    def __init__(
        self,
        home: Path,
        model: Model,
        *,
        profile: str | None = None,
        read_only: bool = False,
        clock: Callable[[], datetime] = now,
        draw: Callable[[int], bytes] = token_bytes,
        kdf: KdfCost | None = None,
    ) -> None:
        """`profile` is the name that is shown for the folder; `read_only`, nothing is changed."""
        self.home = home
        self.profile = profile
        self.read_only = read_only
        self._model = model
        self._clock = clock
        self._draw = draw
        self._kdf = kdf
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="wallet")
        self._others = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._loading: Future[None] | None = None
        self._wallet: Wallet | None = None
        self._conversation: Conversation | None = None
        self._pending: Future[Answer] | None = None
        self._called_off = Event()
        self._work: Future[Any] | None = None
        self._has_said = False

    @property
    def exists(self) -> bool:
        """Whether the folder has a wallet."""
        return (self.home / VAULT_FILE).exists()

    @property
    def is_open(self) -> bool:
        """Whether the wallet is unlocked."""
        return self._wallet is not None

    @property
    def is_asking(self) -> bool:
        """Whether a deed waits for its answer."""
        return self._pending is not None and not self._pending.done()

    @property
    def is_working(self) -> bool:
        """Whether a deed or a turn is under way."""
        return self._work is not None and not self._work.done()

    @property
    def language(self) -> str | None:
        """The language of the message that was said last; None before one was."""
        return self._conversation.language if self._conversation and self._has_said else None

    def seconds(self) -> float:
        """The time by the wallet's clock, in seconds since 1970."""
        return self._clock().timestamp()

    @property
    def place(self) -> Place:
        """Where the wallet is, and what it goes by."""
        return Place(self.home, self._clock, self._draw, self.read_only, self._kdf)

    def open_by(self, way: Way, tell: Callable[[Message], None]) -> Future[bool]:
        """Open the wallet; whether that way led anywhere. The future may hold a `WalletError`.

        `tell` hears of each step in the wallet's thread, before it is begun.
        """
        return self._thread.submit(self._open_by, way, tell)

    def unlock(self, passphrase: Secret) -> Future[bool]:
        """Open the wallet by its passphrase."""
        return self.open_by(by_passphrase(passphrase), lambda _: None)

    def warm_up(self) -> None:
        """Load what a conversation needs while the person does something else."""
        if self._loading is None:
            self._loading = self._others.submit(self._load)

    def due(self) -> Future[tuple[Message, ...]]:
        """What is due and was not told today, and what an earlier deed left under way."""
        return self.look(lambda wallet: _deeds().due(wallet, read_only=self.read_only))

    def start_over(self) -> Future[None]:
        """Have the next message begin a conversation that knows of none before."""
        return self.look(self._begin)

    def open_transactions(self) -> Future[int]:
        """How many transactions are signed, and not known to be in a block."""
        return self.look(lambda wallet: len(tuple(wallet.sending.outbox.store.all())))

    def keep_looks(self, looks: Looks) -> Future[None]:
        """Write down how the person wants it to look, to speak and to lock."""
        return self.look(lambda wallet: use_looks(wallet.home, looks))

    def look(self, work: Callable[[Wallet], T]) -> Future[T]:
        """What `work` finds in the wallet, for a screen that draws it; it changes nothing."""
        return self._thread.submit(lambda: work(self._open()))

    def read(self, action: str, arguments: Mapping[str, Any]) -> Future[Result]:
        """What an action that only reads finds, since the person asked for it."""
        return self.look(lambda wallet: _deeds().read(wallet, action, arguments))

    def do(self, action: str, arguments: Mapping[str, Any], *, ask: Asks) -> Future[Result]:
        """A deed: `ask` must see to it that its future is answered.

        The future may hold `NotConsented`, or whatever the action raises.
        """
        self._work = deed = self._thread.submit(self._do, action, arguments, ask)
        return deed

    def say(
        self,
        message: str,
        *,
        draw: Callable[[ConversationEvent], None],
        ask: Asks,
    ) -> Future[None]:
        """One turn: `draw` gets each event; `ask` must see to it that its future is answered."""
        self._has_said = True
        self._work = turn = self._thread.submit(self._say, message, draw, ask)
        return turn

    def cancel(self) -> None:
        """End what runs: its model is called off, what waits for an answer gets a no."""
        self._called_off.set()
        if self._conversation is not None:
            self._conversation.cancel()
        if self._pending is not None and not self._pending.done():
            self._pending.set_result(_deeds().no())

    def lock(self, *, everywhere: bool = False) -> Future[None]:
        """Forget the wallet's keys; it can be unlocked again.

        The process that holds them has ended when this returns, whatever is under way with them;
        the future is done when the files are closed, too. `everywhere`, a process ends as well
        that `holdfast unlock` left behind.
        """
        self.cancel()
        wallet, self._wallet = self._wallet, None
        self._conversation = self._work = None  # a future keeps whoever waited for it
        if wallet is not None:
            wallet.vault.drop_keys()
        return self._thread.submit(self._lock, wallet, everywhere=everywhere)

    def close(self) -> None:
        """Lock the wallet and end the thread."""
        self.lock().result()
        self._thread.shutdown()
        self._others.shutdown()

    def _open_by(self, way: Way, tell: Callable[[Message], None]) -> bool:
        self.warm_up()
        wallet = way(self.place, tell)
        if wallet is None:
            return False
        tell(LOADING)
        if self._loading is not None:
            wait((self._loading,))  # one that does not load is told of when it is needed
        self._begin(wallet)
        return True

    def _load(self) -> None:
        """The model first, since that goes on in a process of its own."""
        try:
            if isinstance(self._model, Loads):
                self._model.start()
        finally:
            _deeds()

    def _begin(self, wallet: Wallet) -> None:
        self._wallet = wallet
        self._conversation = _deeds().conversation(wallet, self._model)

    def _open(self) -> Wallet:
        if self._wallet is None:
            raise CancelledError
        return self._wallet

    def _lock(self, wallet: Wallet | None, *, everywhere: bool) -> None:
        for one in (wallet, self._wallet):  # one may have been opened since
            if one is not None:
                one.close()
        self._wallet = self._conversation = None
        self._has_said = False
        if everywhere:
            # Deferred: keys and files, for which the first paint need not wait.
            from wallet.vault.keeper.connecting import end_in  # noqa: PLC0415

            with suppress(VaultError):
                end_in(self.home)

    def _do(self, action: str, arguments: Mapping[str, Any], ask: Asks) -> Result:
        wallet = self._open()
        self._called_off.clear()
        return _deeds().do(wallet, action, arguments, lambda asked: self._answer(asked, ask))

    def _say(self, message: str, draw: Callable[[ConversationEvent], None], ask: Asks) -> None:
        if self._conversation is None:
            raise CancelledError
        self._called_off.clear()
        _deeds().converse(
            self._conversation,
            message,
            draw=draw,
            answer=lambda asked: self._answer(asked, ask),
            called_off=self._called_off,
        )

    def _answer(self, question: Question, ask: Asks) -> Answer:
        """What the person says to it; a no where the work was called off."""
        self._pending = Future()
        if self._called_off.is_set():
            self.cancel()
        else:
            ask(question, self._pending)
        return self._pending.result()
