"""The conversation as it went: who said what, oldest first.

It follows what is added as long as the person has not scrolled up; where they have, it stays where
they read, and at another width, too. A model's own words are Markdown without links, pictures and
HTML; everything else is text as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual.message import Message
from textual.widgets import Markdown

from tui.keys import key
from tui.widgets.moving import MovingScroll
from tui.widgets.piece import Earlier, Looked, Piece, Said
from wallet.display import printable_lines
from wallet.messages import say
from wallet.talk import Entry, Sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget
    from textual.widgets._markdown import MarkdownStream

_LIVE: Final = 30
"""Pieces that can be chosen; drawing takes the longer the more there are."""
_AT_ONCE: Final = 15
"""So many more, before those above are folded into one text."""
_BY_WALLET: Final = frozenset({Sort.WALLET, Sort.WARNING, Sort.ERROR})


class Transcript(MovingScroll):
    """The pieces; the arrows choose one of them."""

    DEFAULT_CSS = """
    Transcript {
      padding: 0 1;
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
        self._live: list[Piece] = []
        self._chosen: Piece | None = None
        self._stream: MarkdownStream | None = None
        self._speaking: Piece | None = None
        self._last: Sort | None = None
        self._follows = True
        self._behind = False
        self._width = 0
        self._noting = False  # whether the place is about to be noted
        self._place: tuple[Widget, float] | None = None

    def compose(self) -> ComposeResult:
        """Nothing was said yet."""
        yield Earlier(self._column)

    def on_mount(self) -> None:
        """Follow from the beginning."""
        self.anchor()

    @property
    def pieces(self) -> list[Piece]:
        """Those that can be chosen, the oldest first."""
        return list(self._live)

    @property
    def said(self) -> tuple[Said, ...]:
        """All that was said."""
        return (*self.query_one(Earlier).said, *(piece.said for piece in self.pieces))

    def add(self, said: Said) -> Piece:
        """Add a piece."""
        piece = self._made(said)
        self.mount(piece)
        self._fold()
        self.call_after_refresh(self._tell_behind)
        return piece

    def _made(self, said: Said) -> Piece:
        piece = Piece(said, self._who(said), self._column)
        self._live.append(piece)
        return piece

    def _who(self, said: Said) -> str:
        """Who says it, where somebody else did before."""
        speaker = _speaker(said.entry.sort)
        same, self._last = speaker is self._last, speaker
        return "" if same and speaker is not Sort.YOU else self._labels.get(speaker, "")

    def resume(self, said: Iterable[Entry], *, until: str) -> None:
        """What was said before; `until` is said below it."""
        earlier = self.query_one(Earlier)
        for entry in said:
            one = Said(entry)
            earlier.take(one, self._who(one))
        self._last = None
        earlier.divide(until)
        earlier.draw()

    def _fold(self) -> None:
        """Make one text of what is above, unless somebody reads there."""
        if not self._follows or len(self._live) <= _LIVE + _AT_ONCE:
            return
        earlier = self.query_one(Earlier)
        folded, self._live = self._live[:-_LIVE], self._live[-_LIVE:]
        for piece in folded:
            earlier.take(piece.said, piece.who)
            piece.remove()
        earlier.draw()
        self._place = None
        if self._chosen in folded:
            self._choose(None)

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
        self._live.clear()
        await self.remove_children()
        await self.mount(Earlier(self._column))

    # Where one reads

    def follow(self) -> None:
        """To the latest, and from then on along with it."""
        self._choose(None)
        self._follows = True
        self.anchor()
        self._fold()
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
            self._place = None
            if not self._follows and not self._noting:
                self._noting = True
                self.call_after_refresh(self._note_place)
        self._tell_behind()

    def on_resize(self, _event: events.Resize) -> None:
        """Stay at what one reads, at whatever width."""
        if self._width == self.size.width:
            return
        self._width = self.size.width
        if not self._follows and self._place is not None:
            self.call_after_refresh(self._return_to, *self._place)

    def _return_to(self, child: Widget, part: float) -> None:
        region = child.virtual_region
        self.scroll_to(y=region.y + round(part * region.height), animate=False)

    def _note_place(self) -> None:
        """Which child is topmost of those that are seen, and which part of it is above."""
        self._noting = False
        if self._follows or self.size.width != self._width:
            return
        top = self.scroll_y
        for child in self.children:
            region = child.virtual_region
            if region.bottom > top:
                self._place = child, max(0.0, (top - region.y) / max(1, region.height))
                return

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
            self.post_message(Looked(self._chosen.said))

    def action_copy(self) -> None:
        """Copy it."""
        if self._chosen is not None:
            self.post_message(self.Copied(self._chosen.said))

    def action_undo(self) -> None:
        """Take back what it tells of."""
        if self._chosen is not None:
            self.post_message(self.TakenBack(self._chosen.said))


def _speaker(sort: Sort) -> Sort:
    return Sort.WALLET if sort in _BY_WALLET else sort
