"""Where one writes: several lines, with what was written before, and choices under them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, TextArea

from tui.bursts import QUIET, Bursts
from tui.history import History
from tui.keys import key
from tui.widgets.choices import Choice, Choices
from wallet.display import printable
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

_NEW_LINE: Final = frozenset({"shift+enter", "ctrl+j", "alt+enter"})


class Field(TextArea):
    """The text; Enter sends it, and the arrows lead out of it at its ends.

    Where a terminal does not mark a paste as one, its lines come as keys: they are one message.
    """

    DEFAULT_CSS = """
    Field {
      height: auto;
      min-height: 3;
      max-height: 8;
      border: round $primary 60%;
      padding: 0 1;
    }
    Field:focus {
      border: round $primary;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("pageup", "turn(-1)", say("Back in the conversation"), show=False),
        key("pagedown", "turn(1)", say("On in the conversation"), show=False),
        key("ctrl+r", "recall", say("Search what was typed"), show=False),
    ]

    @dataclass
    class Pressed(Message):
        """A key that is not the text's own: `enter`, `tab`, `escape`, `up` or `down`."""

        key: str

    @dataclass
    class Pasted(Message):
        """A text was pasted; whoever hears of it puts it in."""

        text: str

    @dataclass
    class Turned(Message):
        """So many pages of the conversation, back where less than nothing."""

        pages: int

    class Recalling(Message):
        """What was typed before is searched."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(
            id="say",
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            placeholder=placeholder,
            highlight_cursor_line=False,
        )
        self.choosing = False
        self._bursts = Bursts()
        self._ending: Timer | None = None

    async def _on_key(self, event: events.Key) -> None:
        self._bursts.hear(event.time)
        if self._ending is not None:  # more of the paste comes: its line has ended, not the message
            self._ending.stop()
            self._ending = None
            self.insert("\n")
        in_paste = event.key == "enter" and self._bursts.is_paste
        taken = event.key == "enter" or (self.choosing and event.key in {"tab", "escape"})
        if in_paste:
            self._ending = self.set_timer(QUIET, self._end)
        elif taken:
            self.post_message(self.Pressed(event.key))
        elif event.key in _NEW_LINE:
            self.insert("\n")
        if taken or event.key in _NEW_LINE:
            event.stop()
            event.prevent_default()

    def _end(self) -> None:
        """Nothing came after an Enter that came as fast as a paste does: it ends the message."""
        self._ending = None
        self.post_message(self.Pressed("enter"))

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.post_message(self.Pasted(event.text))

    def put(self, text: str) -> None:
        """Put a text at the cursor, or in place of what is selected; without control characters."""
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        kept = "".join(one for one in plain if one in "\n\t" or unicodedata.category(one) != "Cc")
        self._replace_via_keyboard(kept, *self.selection)

    def action_cursor_up(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - as Textual's
        """Up a line; above the first one, to what was typed before."""
        first = self.navigator.is_first_wrapped_line(self.cursor_location)
        if not select and (first or self.choosing):
            self.post_message(self.Pressed("up"))
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - as above
        """Down a line; below the last one, to what was typed after."""
        last = self.navigator.is_last_wrapped_line(self.cursor_location)
        if not select and (last or self.choosing):
            self.post_message(self.Pressed("down"))
        else:
            super().action_cursor_down(select)

    def action_turn(self, pages: int) -> None:
        """The conversation's pages, not the text's."""
        self.post_message(self.Turned(pages))

    def action_recall(self) -> None:
        """Search what was typed before."""
        self.post_message(self.Recalling())


class Composer(Vertical):
    """The field, and the choices above it."""

    DEFAULT_CSS = """
    Composer {
      height: auto;
    }
    """

    @dataclass
    class Sent(Message):
        """Something was said."""

        text: str

    @dataclass
    class Changed(Message):
        """What stands before the cursor in its line, where completions may be wanted."""

        before: str

    @dataclass
    class Chosen(Message):
        """A choice that is no completion."""

        choice: Choice

    def __init__(self, placeholder: str, *, searching: str) -> None:
        """`searching` is said while what was typed before is searched."""
        super().__init__()
        self.history = History()
        self._placeholder = placeholder
        self._searching_says = searching
        self._draft: str | None = None  # what was being typed when a search began
        self._moved = False  # whether the person went to a choice
        self._quiet = ""  # a text for which nothing is offered any more

    def compose(self) -> ComposeResult:
        """The choices, and the text under them."""
        yield Choices()
        yield Field(self._placeholder)

    @property
    def field(self) -> Field:
        """The text."""
        return self.query_one(Field)

    @property
    def choices(self) -> Choices:
        """What is offered."""
        return self.query_one(Choices)

    @property
    def text(self) -> str:
        """What was typed so far."""
        return self.field.text

    def write(self, text: str) -> None:
        """Put another text in place of what was typed, the cursor behind it."""
        self._quiet = text
        self.field.text = text
        self.field.move_cursor(self.field.document.end)

    def say_busy(self, words: str) -> None:
        """Say on the field's edge that something is under way; nothing where it is not."""
        self.field.border_subtitle = words.replace("[", "\\[")

    def offer(self, choices: Sequence[Choice]) -> None:
        """Let the person choose; nothing closes what was offered."""
        self._moved = False
        self.choices.offer(choices)
        self.field.choosing = bool(choices)

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self._draft is not None:
            self._search()
            return
        if self.text != self._quiet:
            self._quiet = ""
            self.post_message(self.Changed(self.before))

    @property
    def before(self) -> str:
        """What stands before the cursor in its line."""
        row, column = self.field.cursor_location
        line = self.field.document.get_line(row)
        return line[:column]

    @on(Field.Pressed)
    def _pressed(self, pressed: Field.Pressed) -> None:
        pressed.stop()
        match pressed.key:
            case "up" | "down" if self.choices.is_open:
                self._moved = True
                self.choices.move(-1 if pressed.key == "up" else 1)
            case "up" | "down":
                self._go_through(pressed.key)
            case "escape":
                self._close()
            case _ if self.choices.is_open and self._takes(pressed.key):
                self._take()
            case "enter":
                self.post_message(self.Sent(self.text))
            case _:
                pass

    def _takes(self, pressed: str) -> bool:
        """Whether the key takes the choice: Enter sends a word that is whole, or not begun."""
        choice = self.choices.chosen
        if choice is None:
            return False
        if pressed == "tab" or self._moved or self._draft is not None or choice.value is not None:
            return True
        return choice.place > 0 and not self.before.endswith(choice.word.strip())

    def _take(self) -> None:
        choice = self.choices.chosen
        if choice is None:
            return
        searched, self._draft = self._draft is not None, None
        self.offer(())
        if searched:
            self.field.border_title = ""
            self.write(choice.word)
        elif choice.value is not None:
            self.post_message(self.Chosen(choice))
        else:
            row, column = self.field.cursor_location
            start = (row, max(0, column - choice.place))
            self.field.replace(choice.word, start, (row, column), maintain_selection_offset=False)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take()
        self.field.focus()

    def _close(self) -> None:
        self._quiet = self.text
        self.offer(())
        if self._draft is not None:
            draft, self._draft = self._draft, None
            self.write(draft)
            self.field.border_title = ""

    def _go_through(self, pressed: str) -> None:
        line = self.history.older(self.text) if pressed == "up" else self.history.newer()
        if line is not None:
            self.write(line)

    @on(Field.Recalling)
    def _recall(self, event: Field.Recalling) -> None:
        event.stop()
        if self._draft is not None:
            self.choices.move(1)
            return
        self._draft = self.text
        self.field.border_title = self._searching_says.replace("[", "\\[")
        self.write("")
        self._search()

    def _search(self) -> None:
        found = self.history.search(self.text)
        self.offer([Choice(line, label=printable(line.replace("\n", " ⏎ "))) for line in found])
        self.field.choosing = True  # Esc leads back, even where nothing is found
