"""What all rooms have: the bar, the footer, and the ways to look, to read and to do.

A room touches no wallet. It hands work to the session, whose thread has the wallet, and goes on
with what comes back: `look` for what a screen draws by itself, `read` for what a person asked to
read, `do` for a deed, which is shown for consent first.
"""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import on
from textual.message import Message as TextualMessage
from textual.screen import Screen

from did.errors import DIDError
from tui.keys import key
from tui.rooms import ROOMS
from tui.widgets.bar import RoomBar
from tui.widgets.key_line import KeyLine
from wallet.display import printable
from wallet.errors import NotConsented, WalletError
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from textual.app import ComposeResult
    from textual.binding import ActiveBinding, BindingType

    from tui.app import HoldfastApp
    from tui.question import Question
    from wallet.actions.consent import Answer
    from wallet.actions.result import Result
    from wallet.messages import Message
    from wallet.wallet import Wallet

T = TypeVar("T")


class Room(Screen[None]):
    """A screen that one stays on; `ROOM` is its name in `ROOMS`."""

    ROOM: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [key("U,u", "take_back", say("Take back"))]

    @dataclass
    class Settled(TextualMessage):
        """Work that was handed to the session is done, or has failed."""

        work: Future[Any]
        then: Callable[[Any], None]

    @dataclass
    class Asking(TextualMessage):
        """A deed that waits for an answer."""

        question: Question
        answer: Future[Answer]

        def reply(self, said: Answer | None) -> None:
            """Give the answer, unless the session gave one meanwhile."""
            if said is not None and not self.answer.done():
                self.answer.set_result(said)

    def __init__(self) -> None:
        super().__init__()
        self._under_way = 0

    @property
    def holdfast(self) -> HoldfastApp:
        """The app, by its own class."""
        return cast("HoldfastApp", self.app)

    @property
    def room(self) -> str:
        """The name, in `ROOMS`, of the room that one is in."""
        return self.ROOM

    @property
    def speaks(self) -> str:
        """The language in which a deed is shown."""
        return self.holdfast.language

    def words(self, message: Message | str) -> str:
        """A sentence in the person's language."""
        return self.holdfast.words(message)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """As Textual finds them, described in the person's language."""
        return {
            key: active._replace(
                binding=replace(
                    active.binding,
                    description=active.binding.description
                    and text(active.binding.description, self.holdfast.language),
                )
            )
            for key, active in super().active_bindings.items()
        }

    def compose(self) -> ComposeResult:
        """The bar, what the room has, and the keys."""
        yield RoomBar(
            [(door.name, self.words(door.title)) for door in ROOMS],
            self.room,
            about=self.holdfast.about,
            busy=self.words(say("working …")),
        )
        yield from self.furnish()
        yield KeyLine()

    def furnish(self) -> ComposeResult:
        """What stands between the bar and the keys; each room says."""
        raise NotImplementedError

    def load(self) -> None:
        """Look up what is shown; called whenever the room is entered."""

    def on_screen_resume(self) -> None:
        """Somebody came in, or back from a dialog."""
        self._show_keys(yes=True)
        self.load()

    def on_screen_suspend(self) -> None:
        """A dialog has other keys, and says them."""
        self._show_keys(yes=False)

    def _show_keys(self, *, yes: bool) -> None:
        for line in self.query(KeyLine):
            line.visible = yes

    @on(RoomBar.Chosen)
    def _leave_for(self, chosen: RoomBar.Chosen) -> None:
        self.holdfast.action_go(chosen.room)

    def look(self, work: Callable[[Wallet], T], then: Callable[[T], None]) -> None:
        """Look something up, to draw it; nothing is written into the journal.

        `work` runs in the wallet's thread and touches no widget; `then` runs here.
        """
        self._await(self.holdfast.session.look(work), then)

    def read(
        self, action: str, arguments: Mapping[str, Any], then: Callable[[Result], None]
    ) -> None:
        """Read what somebody asked for; it is written into the journal."""
        self._await(self.holdfast.session.read(action, arguments), then)

    def do(
        self,
        action: str,
        arguments: Mapping[str, Any],
        then: Callable[[Result], None] | None = None,
    ) -> None:
        """Do it once the person has seen it and said yes; what came of it is told."""

        def done(result: Result) -> None:
            self.notify(printable(self.holdfast.done(result)), markup=False)
            self.load()
            if then is not None:
                then(result)

        self._await(
            self.holdfast.session.do(action, arguments, ask=self.ask),
            done,
        )

    def fill(
        self,
        action: str,
        values: Mapping[str, Any] | None = None,
        then: Callable[[Result], None] | None = None,
    ) -> None:
        """Have the person fill in what an action needs to know, and then do it.

        `values` are arguments that are known already; `then` is told what came of it.
        """
        self.holdfast.show_form(action, values or {}, room=self.room, then=then)

    def ask(self, question: Question, answer: Future[Answer]) -> None:
        """Have the person asked; called from the wallet's thread."""
        self.post_message(self.Asking(question, answer))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to take back, or the key is not shown."""
        if action == "take_back":
            return self.holdfast.undoable is not None
        return super().check_action(action, parameters)

    def action_take_back(self) -> None:
        """Undo what was done last, after a question as any."""
        self.holdfast.take_back()

    def tell(self, message: Message) -> None:
        """Say in passing what was done."""
        self.notify(printable(self.words(message)), markup=False)

    def complain(self, error: WalletError | DIDError) -> None:
        """Say what went wrong, and what can be done about it."""
        hint = error.hint
        sentence = printable(str(error)) + (f"\n{printable(hint)}" if hint else "")
        self.notify(sentence, severity="error", timeout=10, markup=False)

    def _await(self, work: Future[T], then: Callable[[T], None]) -> None:
        self._working(+1)
        work.add_done_callback(lambda done: self.post_message(self.Settled(done, then)))

    def _working(self, change: int) -> None:
        self._under_way += change
        for bar in self.query(RoomBar):
            bar.working = self._under_way > 0

    @on(Settled)
    def _settle(self, settled: Settled) -> None:
        self._working(-1)
        if not self.display:
            return  # it is being taken down, and has nothing left to draw on
        try:
            found = settled.work.result()
        except CancelledError:
            return  # the wallet was locked meanwhile
        except NotConsented:
            self.tell(say("not done"))
        except (WalletError, DIDError) as error:
            self.complain(error)
        else:
            settled.then(found)

    @on(Asking)
    def _ask(self, asking: Asking) -> None:
        self.holdfast.ask(asking.question, asking.reply, language=self.speaks)
