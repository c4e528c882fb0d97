"""A dialog in which a file or a folder is picked from the disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import DirectoryTree, Static

from tui.keys import key
from tui.widgets.moving import Moving
from wallet.display import printable
from wallet.messages import say, text

if TYPE_CHECKING:
    from rich.text import TextType
    from textual.app import ComposeResult
    from textual.binding import BindingType


class _Tree(DirectoryTree, Moving):
    """Moved through with the keys of vi as well; a file's name is shown as it is, and no markup."""

    def process_label(self, label: TextType) -> Text:
        """What a file is called came from outside."""
        return Text(printable(str(label)))

    def move_by(self, lines: int) -> None:
        """That many lines on."""
        self.cursor_line = max(0, min(self.cursor_line + lines, self.last_line))

    def move_to(self, end: int) -> None:
        """To the first line, or to the last."""
        self.cursor_line = self.last_line if end else 0


class BrowseScreen(ModalScreen[Path | None]):
    """Gives back the path that was picked; None for none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,q", "back", say("Back")),
        key("f", "folder", say("Take this folder")),
        key("h,left,backspace", "up", say("The folder above")),
    ]
    DEFAULT_CSS = """
    BrowseScreen {
      align: center middle;
      background: $background 40%;
    }
    BrowseScreen > Vertical {
      width: 90%;
      max-width: 100;
      height: 90%;
      border: round $primary;
      background: $surface;
      padding: 0 1;
    }
    BrowseScreen DirectoryTree {
      height: 1fr;
      background: transparent;
    }
    BrowseScreen Static {
      color: $text-muted;
    }
    """

    def __init__(self, start: Path, language: str) -> None:
        """`start` is the folder that is seen first."""
        super().__init__()
        self._start = start
        self._language = language

    def compose(self) -> ComposeResult:
        """The tree, and which keys work."""
        with Vertical():
            yield _Tree(self._start)
            keys = say("Enter: this file · f: this folder · h: the folder above · Esc: back")
            yield Static(text(keys, self._language), markup=False)

    def on_mount(self) -> None:
        """It can be moved through at once."""
        self.query_one(_Tree).focus()

    @on(DirectoryTree.FileSelected)
    def _pick(self, event: DirectoryTree.FileSelected) -> None:
        event.stop()
        self.dismiss(event.path)

    def action_folder(self) -> None:
        """All that is in the folder that has the cursor."""
        node = self.query_one(_Tree).cursor_node
        if node is not None and node.data is not None and node.data.path.is_dir():
            self.dismiss(node.data.path)

    def action_up(self) -> None:
        """The tree begins one folder higher."""
        tree = self.query_one(_Tree)
        tree.path = Path(tree.path).resolve().parent

    def action_back(self) -> None:
        """None of them."""
        self.dismiss(None)
