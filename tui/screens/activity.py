"""Activity: what was asked of the wallet and what became of it; what is due; what was paid."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.widgets import TabbedContent, TabPane

from tui.keys import key
from tui.screens.journal import JournalRoom
from tui.widgets import entries as lines
from tui.widgets.list_page import ListPage
from wallet.actions import ACTIONS
from wallet.cli.render import result_lines
from wallet.display import printable_lines
from wallet.messages import say
from wallet.payees import Payment, payments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from wallet.actions.result import Result
    from wallet.messages import Message
    from wallet.wallet import Wallet

    Entry = Mapping[str, Any]
    Row = tuple[Message | str, ...]


class ActivityScreen(JournalRoom):
    """The journal, and beside it what is due and what was paid, a tab each."""

    ROOM = "activity"
    PAGES = ("journal", "reminders", "payments")
    CSS_PATH = "activity.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("v", "verify", say("Verify")),
        key("x", "export", say("Export")),
        key("a", "anchor", say("Anchor")),
        key("n", "remind", say("New reminder")),
        key("d", "finish", say("Done with")),
        key("delete", "forget", say("Forget")),
        key("y", "copy", say("Copy"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._reminders: tuple[Row, ...] = ()
        self._payments: tuple[Payment, ...] = ()

    def furnish(self) -> ComposeResult:
        """The tabs."""
        with TabbedContent(id="pages"):
            with TabPane(self.words(say("Journal")), id="journal"):
                yield from self.furnish_journal()
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What belongs to one of the tabs is offered there."""
        if not self.is_mounted or action not in _OF_PAGES:
            return super().check_action(action, parameters)
        return self.page in _OF_PAGES[action]

    # Beside the journal

    def load(self) -> None:
        """Whatever was added since."""
        super().load()
        self.look(_beside, self._show_beside)

    def _show_beside(self, found: tuple[tuple[Row, ...], tuple[Payment, ...]]) -> None:
        language = self.holdfast.language
        self._reminders, self._payments = found
        rows = [lines.reminder_line(row, language) for row in self._reminders]
        self.query_one("#reminders", ListPage).show(rows)
        paid = [lines.payment_line(one, language) for one in self._payments]
        self.query_one("#payments", ListPage).show(paid)
        if self.focused is None:
            self.focus_page()

    @property
    def _reminder(self) -> str | None:
        """The id of the reminder that is highlighted, where it is one that was set."""
        at = self.query_one("#reminders", ListPage).at
        if at is None or at >= len(self._reminders):
            return None
        id_ = str(self._reminders[at][0])
        return id_ if id_.startswith("rem-") else None

    # What is done

    def action_verify(self) -> None:
        """Whether no entry was changed, dropped, moved or put in."""
        self.read("verify_history", {}, self._verified)

    def _verified(self, result: Result) -> None:
        told = "\n".join(result_lines(result, self.holdfast.language))
        self.read_about(say("The journal"), printable_lines(told))

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
