"""The conversation as it went: who said what, oldest first.

It follows what is added as long as the person has not scrolled up; where they have, it stays where
they read, and at another width, too. A model's own words are Markdown without links, pictures and
HTML; everything else is text as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final

from markdown_it import MarkdownIt
from rich.cells import cell_len
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Markdown, Static

from tui.keys import key
from tui.widgets.moving import MovingScroll
from wallet.display import printable_lines
from wallet.messages import say
from wallet.talk import Entry, Sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content
    from textual.widgets._markdown import MarkdownStream

_LEADING_OUT: Final = (
    *("link", "autolink", "image", "reference"),
    *("html_inline", "html_block"),
    "entity",  # it may stand for a sign that is not to be seen
)
_BY_WALLET: Final = frozenset({Sort.WALLET, Sort.WARNING, Sort.ERROR})


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
    Piece.-earlier > .words {
      color: $text-muted;
    }
    Piece.-chosen {
      background: $primary 20%;
    }
    """

    def __init__(self, said: Said, who: str, width: int, *, earlier: bool = False) -> None:
        """`width` is that of the first column, in cells."""
        sort = said.entry.sort.value
        super().__init__(classes=f"-{sort} -earlier" if earlier else f"-{sort}")
        self.said = said
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
        self.post_message(Transcript.Looked(self.said))


class Transcript(MovingScroll):
    """The pieces; the arrows choose one of them."""

    DEFAULT_CSS = """
    Transcript {
      padding: 0 1;
    }
    Transcript > .divider {
      color: $text-muted;
      text-align: center;
      width: 100%;
      height: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "move_by(1)", say("Down"), show=False),
        key("up", "move_by(-1)", say("Up"), show=False),
        key("home", "move_to(0)", say("To the top"), show=False),
        key("end", "move_to(-1)", say("To the latest"), show=False),
        key("enter", "look", say("Show beside")),
        key("c", "copy", say("Copy")),
        key("u", "undo", say("Take back")),
    ]

    @dataclass
    class Looked(Message):
        """A piece is to be shown beside the conversation."""

        said: Said

    @dataclass
    class Copied(Message):
        """A piece is to be copied."""

        said: Said

    @dataclass
    class TakenBack(Message):
        """What a piece tells of is to be taken back."""

        said: Said

    @dataclass
    class Behind(Message):
        """Whether there is something below what is seen."""

        is_behind: bool

    def __init__(
        self,
        labels: Mapping[Sort, str] = MappingProxyType({}),
        *,
        id: str | None = None,  # noqa: A002 - Textual's
    ) -> None:
        """`labels` say who is speaking, in the person's language."""
        super().__init__(id=id)
        self._labels = labels
        self._column = max(map(cell_len, labels.values()), default=0) + 2
        self._chosen: Piece | None = None
        self._stream: MarkdownStream | None = None
        self._speaking: Piece | None = None
        self._last: Sort | None = None
        self._follows = True
        self._behind = False
        self._width = 0
        self._place: tuple[Piece, float] | None = None

    def on_mount(self) -> None:
        """Follow from the beginning."""
        self.anchor()

    @property
    def pieces(self) -> list[Piece]:
        """All of them, the oldest first."""
        return list(self.query_children(Piece))

    @property
    def said(self) -> tuple[Said, ...]:
        """What they say."""
        return tuple(piece.said for piece in self.pieces)

    def add(self, said: Said, *, earlier: bool = False) -> Piece:
        """Add a piece; `earlier` is what was said before the wallet was opened."""
        piece = self._made(said, earlier=earlier)
        self.mount(piece)
        self.call_after_refresh(self._tell_behind)
        return piece

    def _made(self, said: Said, *, earlier: bool = False) -> Piece:
        """A piece; who says it is told where somebody else did before."""
        speaker = _speaker(said.entry.sort)
        same, self._last = speaker is self._last, speaker
        who = "" if same and speaker is not Sort.YOU else self._labels.get(speaker, "")
        return Piece(said, who, self._column, earlier=earlier)

    def divide(self, words: str) -> None:
        """Draw a line between what is above and what comes."""
        self._last = None
        self.mount(Static(f"── {words} ──", classes="divider", markup=False))

    async def speak(self, words: str) -> None:
        """Add to what a model is saying; the empty piece ends it."""
        if not words:
            await self.hush()
            return
        if self._stream is None or self._speaking is None:
            self._speaking = self._made(Said(Entry(Sort.MODEL, "")))
            await self.mount(self._speaking)
            self._stream = Markdown.get_stream(self._speaking.query_one(Markdown))
        spoken = self._speaking.said
        entry = replace(spoken.entry, text=spoken.entry.text + words)
        self._speaking.said = replace(spoken, entry=entry)
        await self._stream.write(printable_lines(words))
        self.call_after_refresh(self._tell_behind)

    async def hush(self) -> None:
        """What a model was saying is over."""
        stream, self._stream, self._speaking = self._stream, None, None
        if stream is not None:
            await stream.stop()

    async def clear(self) -> None:
        """Nothing was said."""
        await self.hush()
        self._last = self._chosen = self._place = None
        await self.remove_children()

    # Where one reads

    def follow(self) -> None:
        """To the latest, and from then on along with it."""
        self._choose(None)
        self._follows = True
        self.anchor()
        self.call_after_refresh(self._tell_behind)

    def page(self, pages: int) -> None:
        """So many pages on, or back."""
        self.scroll_relative(y=pages * max(1, self.size.height - 2), animate=False)

    def release_anchor(self) -> None:
        """Somebody scrolls: follow no longer, unless they arrive at the end."""
        if self.max_scroll_y <= 0:
            return  # all of it is seen
        super().release_anchor()
        self.anchor(anchor=False)  # or a window that grows over the end would follow again
        self._follows = False

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Remember where one reads, and tell whether there is more below."""
        super().watch_scroll_y(old_value, new_value)
        if self.size.width == self._width:
            if new_value >= self.max_scroll_y and not self._follows:
                self._follows = True
                self.anchor()
            self._place = self._found_place()
        self._tell_behind()

    def on_resize(self, _event: events.Resize) -> None:
        """Stay at what one reads, at whatever width."""
        if self._width == self.size.width:
            return
        self._width = self.size.width
        if not self._follows and self._place is not None:
            self.call_after_refresh(self._return_to, *self._place)

    def _return_to(self, piece: Piece, part: float) -> None:
        region = piece.virtual_region
        self.scroll_to(y=region.y + round(part * region.height), animate=False)

    def _found_place(self) -> tuple[Piece, float] | None:
        """The topmost piece that is seen, and which part of it is above."""
        top = self.scroll_y
        for piece in self.query_children(Piece):
            region = piece.virtual_region
            if region.bottom > top:
                return piece, max(0.0, (top - region.y) / max(1, region.height))
        return None

    def _tell_behind(self) -> None:
        behind = not self._follows and self.max_scroll_y - self.scroll_y > 1
        if behind is not self._behind:
            self._behind = behind
            self.post_message(self.Behind(behind))

    # What one chooses

    def move_by(self, lines: int) -> None:
        """Another piece on, or back; what is taller than the window is scrolled through first."""
        pieces = self.pieces
        if abs(lines) > 1 or not pieces:
            super().move_by(lines)
            return
        if self._chosen is None or self._chosen not in pieces:
            self._choose(pieces[-1])
            return
        region, seen = self._chosen.virtual_region, self.scroll_offset.y
        height = self.scrollable_content_region.height
        if (lines > 0 and region.bottom > seen + height) or (lines < 0 and region.y < seen):
            super().move_by(lines)
            return
        at = pieces.index(self._chosen) + lines
        self._choose(pieces[min(max(at, 0), len(pieces) - 1)])

    def move_to(self, end: int) -> None:
        """To the first piece, or to the latest."""
        if end:
            self.follow()
        elif pieces := self.pieces:
            self._choose(pieces[0])
            super().move_to(0)

    def on_blur(self) -> None:
        """Nothing is chosen while one is elsewhere."""
        self._choose(None)

    def _choose(self, piece: Piece | None) -> None:
        if self._chosen is not None:
            self._chosen.remove_class("-chosen")
        self._chosen = piece
        if piece is not None:
            piece.add_class("-chosen")
            piece.scroll_visible(animate=False)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key does something where there is something to do it with."""
        chosen = self._chosen
        match action:
            case "look":
                return chosen is not None and bool(chosen.said.beside)
            case "copy":
                return chosen is not None
            case "undo":
                return chosen is not None and chosen.said.value is not None
            case _:
                return super().check_action(action, parameters)

    def action_look(self) -> None:
        """Show it beside."""
        if self._chosen is not None:
            self.post_message(self.Looked(self._chosen.said))

    def action_copy(self) -> None:
        """Copy it."""
        if self._chosen is not None:
            self.post_message(self.Copied(self._chosen.said))

    def action_undo(self) -> None:
        """Take back what it tells of."""
        if self._chosen is not None:
            self.post_message(self.TakenBack(self._chosen.said))

    def resume(self, said: Iterable[Entry]) -> None:
        """What was said before."""
        for entry in said:
            self.add(Said(entry), earlier=True)


def _speaker(sort: Sort) -> Sort:
    return Sort.WALLET if sort in _BY_WALLET else sort
