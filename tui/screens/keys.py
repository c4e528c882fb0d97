"""The keys that work where one is: what `?` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tui.keys import key
from tui.widgets.facts import Facts
from tui.widgets.moving import MovingScroll
from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.dom import DOMNode

    from tui.app import HoldfastApp

    Group = tuple[Message, list[tuple[str, str]]]

_QUIET: Final = frozenset({"Delete character left", "Delete character right"})


class KeysScreen(ModalScreen[None]):
    """The keys that worked on the screen below when it was opened, those of the screen first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,question_mark,f1,q", "dismiss", say("Back")),
    ]
    DEFAULT_CSS = """
    KeysScreen {
      align: center middle;
    }
    KeysScreen > Vertical {
      width: 72;
      max-width: 100%;
      height: auto;
      max-height: 90%;
      border: round $primary;
      border-title-color: $text-primary;
      border-subtitle-color: $text-muted;
      background: $surface;
      padding: 0 1;
    }
    KeysScreen MovingScroll {
      height: auto;
      max-height: 100%;
    }
    KeysScreen .group {
      text-style: bold;
      margin-top: 1;
    }
    """

    def __init__(self, groups: Sequence[Group]) -> None:
        """`groups` are as `grouped` gives them: of the screen below nothing is kept."""
        super().__init__()
        self._groups = groups

    @property
    def holdfast(self) -> HoldfastApp:
        """The app, by its own class."""
        return cast("HoldfastApp", self.app)

    def compose(self) -> ComposeResult:
        """A group for the focus, one for the screen, one for everywhere."""
        words = self.holdfast.words
        with Vertical() as box:
            box.border_title = words(say("Keys that work here"))
            box.border_subtitle = words(say("Esc: back"))
            with MovingScroll():
                for title, rows in self._groups:
                    yield Static(words(title), classes="group", markup=False)
                    yield Facts(rows)

    def on_mount(self) -> None:
        """What is long can be scrolled at once."""
        scroll = self.query_one(MovingScroll)
        scroll.styles.max_height = max(3, self.app.size.height * 9 // 10 - 2)
        scroll.focus()


def grouped(below: Screen[Any], words: Callable[[str], str]) -> list[Group]:
    """Keys and what they do, by where they work; keys that do the same stand together."""
    here: dict[str, list[str]] = {}
    screen: dict[str, list[str]] = {}
    everywhere: dict[str, list[str]] = {}
    for each in below.active_bindings.values():
        if not each.enabled or not each.binding.description or each.binding.system:
            continue
        if each.binding.description in _QUIET:
            continue
        means = words(each.binding.description)
        group = _group(each.node, below, here, screen, everywhere)
        group.setdefault(means, []).append(below.app.get_key_display(each.binding))
    return [
        (title, [(" ".join(dict.fromkeys(keys)), means) for means, keys in rows.items()])
        for title, rows in (
            (say("On this screen"), screen),
            (say("Where you are"), here),
            (say("Everywhere"), everywhere),
        )
        if rows
    ]


def _group(
    node: DOMNode,
    below: Screen[Any],
    here: dict[str, list[str]],
    screen: dict[str, list[str]],
    everywhere: dict[str, list[str]],
) -> dict[str, list[str]]:
    if node is below:
        return screen
    return everywhere if node is node.app else here
