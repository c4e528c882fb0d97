"""Credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.screens.room import Room
from wallet.actions import ACTIONS
from wallet.cli.render import result_lines
from wallet.display import printable_lines

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wallet.actions.result import Result


class CredentialsScreen(Room):
    """Credentials."""

    ROOM = "credentials"

    def furnish(self) -> ComposeResult:
        """A list."""
        with VerticalScroll():
            yield Static(id="list", markup=False)

    def load(self) -> None:
        """The list anew."""
        listing = ACTIONS["list_credentials"].read
        if listing is not None:
            self.look(lambda wallet: listing(wallet, {}), self._show)

    def _show(self, result: Result) -> None:
        lines = result_lines(result, self.holdfast.language)
        self.query_one("#list", Static).update(printable_lines("\n".join(lines)))
