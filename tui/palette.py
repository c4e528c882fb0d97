"""The command palette, in the person's language throughout."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette
from textual.content import Content
from textual.widgets.option_list import Option


class Palette(CommandPalette):
    """As Textual's, which says in English alone that nothing is found."""

    def __init__(self, *, placeholder: str, nothing: str) -> None:
        """`nothing` is said where nothing is found."""
        super().__init__(placeholder=placeholder, id="--command-palette")
        self._nothing = nothing

    def _start_no_matches_countdown(self, search_value: str) -> None:
        self._stop_no_matches_countdown()
        if search_value:
            self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, self._say_nothing)
        else:
            self._list_visible = False

    def _say_nothing(self) -> None:
        option = Option(Content(self._nothing), disabled=True, id=self._NO_MATCHES)
        self.query_one(CommandList).add_option(option)
        self._list_visible = True
