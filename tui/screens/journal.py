"""The journal in a page of a room: searched from the newest on, block by block, and narrowed."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.containers import Horizontal
from textual.widgets import Input

from tui.keys import key
from tui.reading import ReadingScreen
from tui.screens.paged import PagedRoom
from tui.widgets import entries as lines
from tui.widgets.chips import Chip
from tui.widgets.empty import Empty
from tui.widgets.long_list import LongList, Shape
from wallet.actions import ACTIONS
from wallet.journal import sieve
from wallet.journal.entry import Asker, Outcome
from wallet.journal.sieve import Found, Sieve
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from wallet.messages import Message
    from wallet.wallet import Wallet

    Entry = Mapping[str, Any]

BREATH: Final = 0.02
"""Seconds between two blocks of a search, so that keys and other work come in between."""
_OUTCOMES: Final = (None, *Outcome)
_ASKERS: Final = (None, *Asker)


class JournalRoom(PagedRoom):
    """A room that has the journal on one of its pages."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("o", "outcome", say("Outcome"), show=False),
        key("w", "asker", say("Asked by"), show=False),
        key("f", "same", say("Only this action"), show=False),
        key("r", "reads", say("What was only read"), show=False),
        key("escape", "leave_search", say("All of them"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._sieve = Sieve()
        self._found = Found((), ())
        self._state: Mapping[int, bytes] | None = None
        self._searches = 0

    def furnish_journal(self) -> ComposeResult:
        """The field for words, what narrows it down, and the list."""
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

    def load(self) -> None:
        """Whatever was added since."""
        self.look(lambda wallet: sieve.state_of(wallet.vault), self._compare)

    def read_about(self, title: Message, body: Content | str) -> None:
        """Show something in full."""
        self.holdfast.push_screen(ReadingScreen(title, body, self.holdfast.language))

    def _compare(self, state: Mapping[int, bytes]) -> None:
        if state != self._state:
            self._state = state
            self._search()
        elif self.focused is None:
            self.focus_page()

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
            self.focus_page()

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
            self.read_about(say("Entry"), lines.entry_page(entry, self.holdfast.language))

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
        self.focus_page()

    def action_leave_search(self) -> None:
        """All entries again, and back to the list."""
        self.query_one("#filter", Input).value = ""
        self._narrow(words="", action=None, outcome=None, asked=None)
        self.focus_page()
