"""A piece of the conversation: who said it, and what. A model's words are harmless Markdown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt
from rich.cells import cell_len
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Markdown, Static

from wallet.display import printable_lines
from wallet.talk import Entry, Sort

if TYPE_CHECKING:
    from textual.app import ComposeResult

_LEADING_OUT: Final = (
    *("link", "autolink", "image", "reference"),
    *("html_inline", "html_block"),
    "entity",  # it may stand for a sign that is not to be seen
)


def plain_markdown() -> MarkdownIt:
    """Markdown in which nothing leads out of the text: what looks like a link is shown as it is."""
    return MarkdownIt("commonmark").enable("table").disable(list(_LEADING_OUT))


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of the conversation.

    Attributes:
        entry: who said it, and what.
        beside: the full thing, to be shown beside it.
        value: for whoever added it.
    """

    entry: Entry
    beside: tuple[Content, ...] = ()
    value: object = None


@dataclass
class Looked(Message):
    """A piece is to be shown beside the conversation."""

    said: Said


class Piece(Horizontal):
    """Who said it in one column, what was said in the other."""

    DEFAULT_CSS = """
    Piece {
      height: auto;
    }
    Piece > .who {
      color: $text-muted;
    }
    Piece > .words {
      width: 1fr;
      height: auto;
    }
    Piece > Markdown {
      padding: 0;
      margin: 0;
      background: transparent;
    }
    Piece > Markdown > MarkdownBlock:last-child {
      margin-bottom: 0;
    }
    Piece.-you {
      margin-top: 1;
    }
    Piece.-you > .words, Piece.-you > .who {
      color: $primary;
      text-style: bold;
    }
    Piece.-plan > .words {
      color: $text-muted;
    }
    Piece.-warning > .words {
      color: $text-warning;
    }
    Piece.-error > .words {
      color: $text-error;
    }
    Piece.-chosen {
      background: $primary 20%;
    }
    """

    def __init__(self, said: Said, who: str, width: int) -> None:
        """`width` is that of the first column, in cells."""
        super().__init__(classes=f"-{said.entry.sort.value}")
        self.said = said
        self.who: Final = who
        self._who = Static(who, classes="who", markup=False)
        self._who.styles.width = width
        words = printable_lines(said.entry.text)
        self.words: Final = (
            Markdown(words, classes="words", parser_factory=plain_markdown, open_links=False)
            if said.entry.sort is Sort.MODEL
            else Static(words, classes="words", markup=False)
        )

    def compose(self) -> ComposeResult:
        """A label and a body."""
        yield self._who
        yield self.words

    def rewrite(self, text: str) -> None:
        """Other words in place of these."""
        self.said = replace(self.said, entry=replace(self.said.entry, text=text))
        self.words.update(printable_lines(text))

    def on_click(self) -> None:
        """Somebody wants to look at it."""
        self.post_message(Looked(self.said))


_ACROSS: Final = "\n"
"""In place of a speaker: a line that stands in no column."""


class Earlier(Static):
    """What was said longer ago, as one text: that is drawn as fast as a single piece."""

    DEFAULT_CSS = """
    Earlier {
      color: $text-muted;
      height: auto;
      display: none;
    }
    """

    def __init__(self, column: int) -> None:
        """`column` is the width of that in which it stands who said it, in cells."""
        super().__init__()
        self.said: list[Said] = []
        self._column = column
        self._width = 0
        self._rows: list[tuple[str, Content]] = []
        self._lines: list[Content] = []

    def take(self, said: Said, who: str) -> None:
        """One more piece; `who` said it."""
        self.said.append(said)
        if said.entry.sort is Sort.YOU:
            self._add("", Content(""))
        self._add(who, Content(printable_lines(said.entry.text)))

    def divide(self, words: str) -> None:
        """A line between what is above and what comes."""
        self._add("", Content(""))
        self._add(_ACROSS, Content.styled(f"── {words} ──", "$primary"))

    def draw(self) -> None:
        """Show all of it."""
        self.display = True
        self.update(Content("\n").join(self._lines))

    def on_resize(self) -> None:
        """Words are wrapped in their column anew."""
        if (width := self.size.width) != self._width:
            self._width = width
            self._lines = [line for row in self._rows for line in self._laid(*row)]
            self.draw()

    def _add(self, who: str, words: Content) -> None:
        self._rows.append((who, words))
        self._lines += self._laid(who, words)

    def _laid(self, who: str, words: Content) -> list[Content]:
        """Who said it in front of the first line, and room for that before the others."""
        if who == _ACROSS or not words:
            return [words]
        room = self._width - self._column
        first, *others = words.wrap(room) if room > 0 else [words]
        space = " " * self._column
        label = f"{who}{' ' * (self._column - cell_len(who))}"
        return [
            Content.assemble((label, "bold"), first),
            *(Content.assemble(space, line) for line in others),
        ]
