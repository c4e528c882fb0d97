"""Choices under what is being typed: completions, lines typed before, what to do with a paste."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them.

    Attributes:
        word: what it is; `label` stands in its place where that is something else.
        means: what it means; has been made printable, as the word and the label have.
        place: how many characters before the cursor the word takes the place of.
        value: for whoever offers it.
    """

    word: str
    means: str = ""
    place: int = 0
    label: str = ""
    value: object = field(default=None, repr=False)

    def content(self) -> Content:
        """As it is listed."""
        shown = (self.label or self.word).replace("\n", " ⏎ ")
        return Content.assemble(shown, ("  ", ""), (self.means, "$text-muted"))


class Choices(OptionList, can_focus=False):
    """A few lines; whoever has the focus moves through them."""

    DEFAULT_CSS = """
    Choices {
      height: auto;
      max-height: 8;
      border: none;
      background: $panel;
      padding: 0 1;
      display: none;
      text-wrap: nowrap;
      text-overflow: ellipsis;
    }
    Choices.-open {
      display: block;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._choices: tuple[Choice, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether there is something to choose."""
        return bool(self._choices)

    @property
    def chosen(self) -> Choice | None:
        """The one that is highlighted."""
        at = self.highlighted
        return None if at is None or at >= len(self._choices) else self._choices[at]

    def offer(self, choices: Sequence[Choice]) -> None:
        """Show these, the first highlighted; none closes the list."""
        self._choices = tuple(choices)
        self.clear_options()
        self.add_options(Option(choice.content()) for choice in self._choices)
        self.set_class(bool(self._choices), "-open")
        self.highlighted = 0 if self._choices else None

    def move(self, lines: int) -> None:
        """The highlight that many lines on; it goes round."""
        if self._choices:
            self.highlighted = ((self.highlighted or 0) + lines) % len(self._choices)
