"""Credentials: all of them, found by words, narrowed down, sorted, as a table or as cards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from tui.keys import key
from tui.picking import PickScreen
from tui.screens.credential import CredentialScreen
from tui.screens.receiving import ReceivingScreen
from tui.screens.room import Room
from tui.widgets.empty import Empty
from tui.widgets.long_list import LongList
from tui.widgets.rows import cards, headings, table
from wallet.actions.credentials import ISSUE_CREDENTIAL
from wallet.actions.deleting import DELETE_CREDENTIAL, UNDELETE_CREDENTIAL
from wallet.actions.naming import RENAME_CREDENTIAL, TAG_CREDENTIAL, UNTAG_CREDENTIAL
from wallet.actions.presentations import PRESENT_CREDENTIAL
from wallet.messages import say
from wallet.overview import AMONG, ORDERS, Among, Order, Overview, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from wallet.overview import Listed

_OF_ONE: Final = frozenset({"present", "verify", "rename", "tag", "untag", "delete"})
_OF_THE_CHOSEN: Final = (*sorted(_OF_ONE), "bring_back")
"""What can be done to one credential, or cannot, by what it is."""


class CredentialsScreen(Room):
    """The wallet's credentials."""

    ROOM = "credentials"
    CSS_PATH = "credentials.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("n", "issue", say("Issue")),
        key("i", "receive", say("Receive")),
        key("p", "present", say("Present")),
        key("v", "verify", say("Verify")),
        key("d", "delete", say("Delete")),
        key("b", "bring_back", say("Bring back")),
        key("f", "narrow", say("Filter")),
        key("r", "rename", say("Rename")),
        key("t", "tag", say("Tag")),
        key("minus", "untag", say("Take tags away"), show=False),
        key("s", "sort", say("Sort")),
        key("w", "view", say("Cards or table")),
        key("escape", "widen", say("Show all")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wanted = Wanted()
        self._overview: Overview | None = None
        self._are_cards = False
        self._is_finding = False
        self._finds_again = False
        self._was_offered: tuple[bool | None, ...] = ()

    def furnish(self) -> ComposeResult:
        """What to look for, the list, and what stands in its place where it is empty."""
        with Horizontal(id="asked"):
            yield Input(placeholder=self.words(say("/ to search")), compact=True, classes="search")
            yield Static(id="narrowed", markup=False)
        yield Empty("", "", id="none")
        with Vertical(id="some"):
            yield Static(id="headings", markup=False)
            yield LongList(table(self.holdfast.language), id="credentials")

    def on_mount(self) -> None:
        """Nothing is shown before it is known whether there is anything."""
        self.query_one("#none").display = False
        self._list.focus()

    @property
    def _list(self) -> LongList[Listed]:
        return self.query_one("#credentials", LongList)

    @property
    def chosen(self) -> Listed | None:
        """The credential that has the cursor."""
        return self._list.chosen if self.is_mounted else None

    # Finding

    def load(self) -> None:
        """Find it anew, as it was wanted."""
        if self._is_finding:
            self._finds_again = True  # once what is being found is there; what was typed since
            return
        self._is_finding = True
        wanted = self._wanted
        self.look(lambda wallet: Overview(wallet, wanted), lambda found: self._show(found, wanted))

    def _show(self, found: Overview, wanted: Wanted) -> None:
        self._is_finding = False
        if self._finds_again:
            self._finds_again = False
            self.load()
            if wanted != self._wanted:
                return
        self._overview = found
        self._list.begin(found.total, at=self._list.cursor)
        self._tell_what_is_shown(found.total)
        self._was_offered = ()  # its rows come later
        self.refresh_bindings()

    def _tell_what_is_shown(self, total: int) -> None:
        wanted, is_all = self._wanted, self._wanted == Wanted(order=self._wanted.order)
        shown = [self.words(AMONG[wanted.among]), self.words(ORDERS[wanted.order])]
        if wanted.tag is not None:
            shown.insert(1, f"#{wanted.tag}")
        if wanted.backwards:
            shown[-1] += " ↑"
        self.query_one("#narrowed", Static).update(f"{' · '.join(shown)} · {total:,}")
        empty = self.query_one("#none", Empty)
        empty.display, self.query_one("#some").display = not total, bool(total)
        if is_all and not wanted.words:
            empty.say(self.words(say("No credentials yet")), self.words(_HOW_TO_BEGIN))
        else:
            empty.say(self.words(say("Nothing like that here")), self.words(_HOW_TO_WIDEN))

    @on(LongList.Needed, "#credentials")
    def _fill(self, needed: LongList.Needed) -> None:
        """Rows come out of the index's memory, at once; the wallet's thread may be busy."""
        if self._overview is not None:
            self._list.fill(needed.start, self._overview.rows(needed.start, needed.count))
            self._offer()

    @on(LongList.Moved, "#credentials")
    def _offer(self) -> None:
        """The footer is made anew where other keys work: it costs more than the rows do."""
        if (offered := self._offered()) != self._was_offered:
            self._was_offered = offered
            self.refresh_bindings()

    def _offered(self) -> tuple[bool | None, ...]:
        return tuple(self.check_action(action, ()) for action in _OF_THE_CHOSEN)

    def on_resize(self, _: events.Resize) -> None:
        """The headings stand above their columns."""
        self.call_after_refresh(self._head)

    def _head(self) -> None:
        heading = self.query_one("#headings", Static)
        heading.display = not self._are_cards
        width = self._list.scrollable_content_region.width
        heading.update(headings(width, self.holdfast.language))

    def _want(self, wanted: Wanted) -> None:
        if wanted != self._wanted:
            self._wanted = wanted
            self._list.cursor = 0
            self.load()

    @on(Input.Changed, ".search")
    def _search(self, event: Input.Changed) -> None:
        self._want(replace(self._wanted, words=event.value))

    @on(Input.Submitted, ".search")
    def _found(self) -> None:
        self._list.focus()

    def action_narrow(self) -> None:
        """Pick a state or a tag."""
        self.look(lambda wallet: wallet.index.tags(), self._pick_narrower)

    def _pick_narrower(self, tags: Mapping[str, int]) -> None:
        states, names = list(Among), list(tags)
        shown = [self.words(AMONG[state]) for state in states]
        shown += [f"#{name} ({count})" for name, count in tags.items()]

        def picked(at: int | None) -> None:
            if at is None:
                return
            if at < len(states):
                self._want(replace(self._wanted, among=states[at], tag=None))
            else:
                self._want(replace(self._wanted, tag=names[at - len(states)]))

        at = states.index(self._wanted.among)
        self.holdfast.push_screen(PickScreen(self.words(say("Show")), shown, at=at), picked)

    def action_sort(self) -> None:
        """Pick an order; the same once more turns it around."""
        orders = list(Order)

        def picked(at: int | None) -> None:
            if at is not None:
                again = orders[at] is self._wanted.order
                backwards = not self._wanted.backwards if again else False
                self._want(replace(self._wanted, order=orders[at], backwards=backwards))

        shown = [self.words(ORDERS[order]) for order in orders]
        at = orders.index(self._wanted.order)
        self.holdfast.push_screen(PickScreen(self.words(say("Sort by")), shown, at=at), picked)

    def action_view(self) -> None:
        """Cards in place of the table, or the other way."""
        self._are_cards = not self._are_cards
        language = self.holdfast.language
        self._list.take(cards(language) if self._are_cards else table(language))
        self._head()

    def action_widen(self) -> None:
        """All of them again; out of the search to the list."""
        search = self.query_one(".search", Input)
        with search.prevent(Input.Changed):
            search.value = ""
        self._list.focus()
        self._want(Wanted(order=self._wanted.order, backwards=self._wanted.backwards))

    # What is done with one

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done to the chosen one is offered."""
        if not self.is_mounted:
            return True
        in_trash = self._wanted.among is Among.DELETED
        if action == "bring_back":
            return in_trash and self.chosen is not None
        if action == "untag" and (self.chosen is None or not self.chosen.label.tags):
            return False
        if action in _OF_ONE:
            return self.chosen is not None and (not in_trash or action == "delete")
        if action == "widen":
            is_typing = self.focused is self.query_one(".search")
            return is_typing or self._wanted != Wanted(order=self._wanted.order)
        return super().check_action(action, parameters)

    @on(LongList.Chosen, "#credentials")
    def _open(self) -> None:
        self._show_one("claims")

    def _show_one(self, page: str) -> None:
        if (chosen := self.chosen) is not None and self._wanted.among is not Among.DELETED:
            self.holdfast.push_screen(CredentialScreen(chosen.id, page=page))

    def action_issue(self) -> None:
        """A form for a new one."""
        self.fill(ISSUE_CREDENTIAL.name)

    def action_receive(self) -> None:
        """Take in one that somebody sent."""
        self.holdfast.push_screen(ReceivingScreen())

    def action_present(self) -> None:
        """A form for showing it to somebody."""
        self._fill_in(PRESENT_CREDENTIAL.name)

    def action_verify(self) -> None:
        """Its report."""
        self._show_one("report")

    def action_rename(self) -> None:
        """A form for another name."""
        if (chosen := self.chosen) is not None:
            self._fill_in(RENAME_CREDENTIAL.name, name=chosen.label.name)

    def action_tag(self) -> None:
        """A form for more tags."""
        self._fill_in(TAG_CREDENTIAL.name)

    def action_untag(self) -> None:
        """A form for fewer tags; those that it has stand there."""
        if (chosen := self.chosen) is not None and chosen.label.tags:
            values = {"credential": chosen.id, "tags": chosen.label.tags}
            self.fill(UNTAG_CREDENTIAL.name, values)

    def _fill_in(self, action: str, **values: str) -> None:
        if (chosen := self.chosen) is not None:
            self.fill(action, {"credential": chosen.id, **values})

    def action_delete(self) -> None:
        """Into the trash; what lies there, for good."""
        if (chosen := self.chosen) is not None:
            now = {"now": True} if self._wanted.among is Among.DELETED else {}
            self.do(DELETE_CREDENTIAL.name, {"credential": chosen.id, **now})

    def action_bring_back(self) -> None:
        """Out of the trash."""
        if (chosen := self.chosen) is not None:
            self.do(UNDELETE_CREDENTIAL.name, {"credential": chosen.id})


_HOW_TO_BEGIN: Final = say(
    "n issues one, about somebody you know.\n"
    "i takes in one that you received: a file, or its text.\n"
    "Or say at Home what you want."
)
_HOW_TO_WIDEN: Final = say("Esc shows all of them again.")
