"""Activity: what was asked of the wallet and what became of it; what is due; what was paid."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.containers import Horizontal
from textual.widgets import Input, TabbedContent, TabPane

from tui.keys import key
from tui.reading import ReadingScreen
from tui.screens.room import Room
from tui.widgets import entries as lines
from tui.widgets.chips import Chip
from tui.widgets.empty import Empty
from tui.widgets.list_page import ListPage
from tui.widgets.long_list import LongList, Shape
from wallet.actions import ACTIONS
from wallet.cli.render import result_lines
from wallet.display import printable_lines
from wallet.journal import sieve
from wallet.journal.entry import Asker, Outcome
from wallet.journal.sieve import Found, Sieve
from wallet.messages import say
from wallet.payees import Payment, payments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from wallet.actions.result import Result
    from wallet.messages import Message
    from wallet.wallet import Wallet

    Entry = Mapping[str, Any]
    Row = tuple[Message | str, ...]

PAGES: Final = ("journal", "reminders", "payments")
BREATH: Final = 0.02
"""Seconds between two blocks of a search, so that keys and other work come in between."""
_OUTCOMES: Final = (None, *Outcome)
_ASKERS: Final = (None, *Asker)


class ActivityScreen(Room):
    """The journal, and beside it what is due and what was paid, a tab each."""

    ROOM = "activity"
    CSS_PATH = "activity.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("o", "outcome", say("Outcome"), show=False),
        key("w", "asker", say("Asked by"), show=False),
        key("f", "same", say("Only this action"), show=False),
        key("r", "reads", say("What was only read"), show=False),
        key("v", "verify", say("Verify")),
        key("x", "export", say("Export")),
        key("a", "anchor", say("Anchor")),
        key("n", "remind", say("New reminder")),
        key("d", "finish", say("Done with")),
        key("delete", "forget", say("Forget")),
        key("y", "copy", say("Copy"), show=False),
        key("right_square_bracket,right,l", "page(1)", say("Next page"), show=False),
        key("left_square_bracket,left,h", "page(-1)", say("Previous page"), show=False),
        key("escape", "leave_search", say("All of them"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._sieve = Sieve()
        self._found = Found((), ())
        self._state: Mapping[int, bytes] | None = None
        self._searches = 0
        self._reminders: tuple[Row, ...] = ()
        self._payments: tuple[Payment, ...] = ()

    def furnish(self) -> ComposeResult:
        """The tabs."""
        with TabbedContent(id="pages"):
            with TabPane(self.words(say("Journal")), id="journal"):
                yield from self._journal()
            yield ListPage(
                self.words(say("Reminders")),
                empty=self.words(say("Nothing to be reminded of")),
                what=self.words(
                    say("Press n to be reminded of something, or of a credential's end.")
                ),
                id="reminders",
            )
            yield ListPage(
                self.words(say("Payments")),
                empty=self.words(say("Nothing was paid yet")),
                what=self.words(say("Contacts, key 4, has a key to pay somebody.")),
                id="payments",
            )

    def _journal(self) -> ComposeResult:
        yield Input(
            placeholder=self.words(say("Search by words: an action, an id, an error")),
            id="filter",
            classes="search",
            compact=True,
        )
        with Horizontal(id="chips"):
            yield Chip("o", self.words(say("Outcome")), "outcome", id="chip-outcome")
            yield Chip("w", self.words(say("Asked by")), "asker", id="chip-asker")
            yield Chip("f", self.words(say("Action")), "same", id="chip-action")
            yield Chip("r", self.words(say("Reading")), "reads", id="chip-reads")
        yield Empty("", "", id="no-entries")
        yield LongList(Shape(self._draw_entry), id="entries")

    def on_mount(self) -> None:
        """Nothing is shown before it is known whether there is anything."""
        language = self.holdfast.language
        titles = {name: self.words(action.help) for name, action in ACTIONS.items()}
        self._sieve = replace(self._sieve, titles=MappingProxyType(titles))
        self.query_one("#no-entries").display = False
        self._show_chips(language)

    @property
    def entries(self) -> LongList[Entry]:
        """The list of entries."""
        return self.query_one("#entries", LongList)

    @property
    def page(self) -> str:
        """The tab that is seen."""
        return self.query_one("#pages", TabbedContent).active

    def load(self) -> None:
        """Whatever was added since."""
        self.look(lambda wallet: sieve.state_of(wallet.vault), self._compare)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What belongs to one of the tabs is offered there."""
        if not self.is_mounted or action not in _OF_PAGES:
            return super().check_action(action, parameters)
        return self.page in _OF_PAGES[action]

    # The journal

    def _compare(self, state: Mapping[int, bytes]) -> None:
        if state != self._state:
            self._state = state
            self._search()
        elif self.focused is None:
            self._focus_list()
        self.look(_beside, self._show_beside)

    def _search(self) -> None:
        """From the newest on, block by block; a search that was begun before ends by itself."""
        self._searches += 1
        number, wanted = self._searches, self._sieve
        self._found = Found((), ())
        self._show_chips(self.holdfast.language)

        def begin(wallet: Wallet) -> Found:
            found = sieve.begin(wallet.vault)
            return sieve.go_on(wallet.vault, wanted, found) if found.left else found

        def show(found: Found) -> None:
            if number == self._searches:
                self.entries.begin(0)
                self._go_on(number, found)

        self.look(begin, show)

    def _go_on(self, number: int, found: Found) -> None:
        if number != self._searches or not self.is_attached:
            return
        self._found = found
        listed = self.entries
        if len(found.numbers) > listed.total:
            (listed.grow if listed.total else listed.begin)(len(found.numbers))
        if found.left:
            self.set_timer(BREATH, lambda: self._search_on(number, found))
        self._show_whether_any()

    def _search_on(self, number: int, found: Found) -> None:
        wanted = self._sieve
        self.look(
            lambda wallet: sieve.go_on(wallet.vault, wanted, found),
            lambda more: self._go_on(number, more),
        )

    def _show_whether_any(self) -> None:
        any_, over = bool(self._found.numbers), not self._found.left
        self.entries.display = any_ or not over
        empty = self.query_one("#no-entries", Empty)
        empty.display = over and not any_
        if empty.display and self._sieve == replace(Sieve(), titles=self._sieve.titles):
            empty.say(
                self.words(say("Nothing was done yet")),
                self.words(say("Whatever you agree to, or refuse, is written down here.")),
            )
        elif empty.display:
            empty.say(
                self.words(say("No entry is like that")),
                self.words(say("Esc shows all of them again.")),
            )
        if self.focused is None:
            self._focus_list()

    @on(LongList.Needed, "#entries")
    def _fetch(self, needed: LongList.Needed) -> None:
        numbers = self._found.numbers[needed.start : needed.start + needed.count]
        search, start = self._searches, needed.start

        def show(found: Sequence[Entry]) -> None:
            if search == self._searches:
                self.entries.fill(start, found)

        self.look(lambda wallet: sieve.entries(wallet.vault, numbers), show)

    def _draw_entry(self, entry: Entry, cells: int) -> Sequence[Content]:
        return (lines.entry_line(entry, cells, self.holdfast.language),)

    @on(LongList.Chosen, "#entries")
    def _open(self) -> None:
        if (entry := self.entries.chosen) is not None:
            self._read_about(say("Entry"), lines.entry_page(entry, self.holdfast.language))

    # Filters

    def _narrow(self, **changes: Any) -> None:
        self._sieve = replace(self._sieve, **changes)
        self._search()

    def _show_chips(self, language: str) -> None:
        wanted, any_ = self._sieve, self.words(say("any"))
        outcome = wanted.outcome and lines.outcome(wanted.outcome, language)
        asked = wanted.asked and lines.asker(wanted.asked, language)
        reads = self.words(say("shown") if wanted.reads else say("hidden"))
        for name, value, narrows in (
            ("outcome", outcome or any_, wanted.outcome is not None),
            ("asker", asked or any_, wanted.asked is not None),
            ("action", wanted.action or any_, wanted.action is not None),
            ("reads", reads, wanted.reads),
        ):
            self.query_one(f"#chip-{name}", Chip).say(value, narrows=narrows)

    @on(Chip.Pressed)
    async def _press(self, pressed: Chip.Pressed) -> None:
        await self.run_action(pressed.action)

    def action_outcome(self) -> None:
        """The next outcome, or any."""
        at = _OUTCOMES.index(self._sieve.outcome)
        self._narrow(outcome=_OUTCOMES[(at + 1) % len(_OUTCOMES)])

    def action_asker(self) -> None:
        """The next who may have asked, or anybody."""
        at = _ASKERS.index(self._sieve.asked)
        self._narrow(asked=_ASKERS[(at + 1) % len(_ASKERS)])

    def action_same(self) -> None:
        """Only what is of the action under the cursor, or of any."""
        chosen = self.entries.chosen
        only = None if self._sieve.action or chosen is None else chosen["action"]
        self._narrow(action=only)

    def action_reads(self) -> None:
        """With what was only read, or without."""
        self._narrow(reads=not self._sieve.reads)

    @on(Input.Changed, "#filter")
    def _filter(self, changed: Input.Changed) -> None:
        if changed.value.strip() != self._sieve.words:
            self._narrow(words=changed.value.strip())

    @on(Input.Submitted, "#filter")
    def _filtered(self) -> None:
        self._focus_list()

    def action_leave_search(self) -> None:
        """All entries again, and back to the list."""
        self.query_one("#filter", Input).value = ""
        self._narrow(words="", action=None, outcome=None, asked=None)
        self._focus_list()

    # Beside it

    def _show_beside(self, found: tuple[tuple[Row, ...], tuple[Payment, ...]]) -> None:
        language = self.holdfast.language
        self._reminders, self._payments = found
        rows = [lines.reminder_line(row, language) for row in self._reminders]
        self.query_one("#reminders", ListPage).show(rows)
        paid = [lines.payment_line(one, language) for one in self._payments]
        self.query_one("#payments", ListPage).show(paid)

    @property
    def _reminder(self) -> str | None:
        """The id of the reminder that is highlighted, where it is one that was set."""
        at = self.query_one("#reminders", ListPage).at
        if at is None or at >= len(self._reminders):
            return None
        id_ = str(self._reminders[at][0])
        return id_ if id_.startswith("rem-") else None

    @on(TabbedContent.TabActivated, "#pages")
    def _turned(self) -> None:
        self.refresh_bindings()

    def action_page(self, step: int) -> None:
        """The next tab, or the one before."""
        tabs = self.query_one("#pages", TabbedContent)
        tabs.active = PAGES[(PAGES.index(tabs.active) + step) % len(PAGES)]
        self.call_after_refresh(self._focus_list)

    def _focus_list(self) -> None:
        if self.page == "journal":
            self.entries.focus()
        else:
            self.query_one(f"#{self.page}", ListPage).listed.focus()

    # What is done

    def action_verify(self) -> None:
        """Whether no entry was changed, dropped, moved or put in."""
        self.read("verify_history", {}, self._verified)

    def _verified(self, result: Result) -> None:
        told = "\n".join(result_lines(result, self.holdfast.language))
        self._read_about(say("The journal"), printable_lines(told))

    def _read_about(self, title: Message, body: Content | str) -> None:
        self.holdfast.push_screen(ReadingScreen(title, body, self.holdfast.language))

    def action_export(self) -> None:
        """A form for taking the journal, or the reminders, away as a file."""
        action = "export_reminders" if self.page == "reminders" else "export_history"
        self.fill(action)

    def action_anchor(self) -> None:
        """Prove on the chain that the journal was there."""
        self.do("anchor_history", {})

    def action_remind(self) -> None:
        """A form for a reminder."""
        self.fill("set_reminder")

    def action_finish(self) -> None:
        """The reminder is done with."""
        if self._reminder is not None:
            self.do("finish_reminder", {"reminder": self._reminder})

    def action_forget(self) -> None:
        """The reminder is not wanted any more."""
        if self._reminder is not None:
            self.do("remove_reminder", {"reminder": self._reminder})

    def action_copy(self) -> None:
        """What the entry made, or the payment's transaction, to the clipboard."""
        chosen = self.entries.chosen if self.page == "journal" else None
        at = self.query_one("#payments", ListPage).at
        if chosen is not None and chosen.get("made"):
            self.holdfast.copy_to_clipboard(str(chosen["made"]))
        elif self.page == "payments" and at is not None:
            self.holdfast.copy_to_clipboard(self._payments[at].transaction)
        else:
            return
        self.tell(say("copied"))


_OF_PAGES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("outcome", "asker", "same", "reads", "verify", "anchor", "leave_search"),
            frozenset({"journal"}),
        ),
        **dict.fromkeys(("finish", "forget"), frozenset({"reminders"})),
        "remind": frozenset({"reminders"}),
        "export": frozenset({"journal", "reminders"}),
        "copy": frozenset({"journal", "payments"}),
    }
)
"""On which tabs an action is offered."""


def _beside(wallet: Wallet) -> tuple[tuple[Row, ...], tuple[Payment, ...]]:
    """What one is to be reminded of, the next first, and what was paid, the newest first."""
    read = ACTIONS["list_reminders"].read
    assert read is not None  # noqa: S101 - it only reads
    listed = read(wallet, {}).table
    return listed.rows if listed else (), payments(wallet.vault)[::-1]
