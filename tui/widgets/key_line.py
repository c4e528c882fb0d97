"""The line at the bottom: the keys that work now, as many as have room, and the one that shows all.

A line, and no widget for each key: it is made anew whenever the cursor comes to something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events
    from textual.binding import ActiveBinding
    from textual.screen import Screen

ALL: Final = "keys"
"""The action that shows all of them; its key has room in any case."""
UNDO: Final = "take_back"
"""The action that is offered wherever something was done; that was said when it was."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A key in the line.

    Attributes:
        key: as Textual calls it.
        label: as a person does.
        means: what it does, in a word or two.
        action: what it does, by its name.
        works: whether it does it now.
    """

    key: str
    label: str
    means: str
    action: str
    works: bool = True

    @property
    def cells(self) -> int:
        """How wide it is."""
        return cell_len(self.label) + cell_len(self.means) + 3


def with_room(keys: Sequence[Shown], cells: int) -> tuple[Shown, ...]:
    """The first of them, and what shows all the others: those that fit."""
    room = cells - sum(one.cells for one in keys if one.action == ALL)
    fitting = []
    for one in keys:
        if one.action == ALL:
            fitting.append(one)
        elif room >= one.cells:
            room -= one.cells
            fitting.append(one)
        else:
            room = 0  # the keys behind it are needed less
    return tuple(fitting)


class KeyLine(Widget):
    """Made anew as the screen's keys change; a click is the key."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    KeyLine {
      dock: bottom;
      height: 1;
      color: $footer-foreground;
      background: $footer-background;
      text-wrap: nowrap;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[Shown, ...] = ()

    @property
    def shown(self) -> tuple[Shown, ...]:
        """The keys that are seen."""
        return with_room(self._keys, self.size.width)

    def on_mount(self) -> None:
        """From now on it hears of changes."""
        self.screen.bindings_updated_signal.subscribe(self, self._update)

    def _update(self, screen: Screen[object]) -> None:
        if screen is self.screen and (keys := tuple(self._active())) != self._keys:
            self._keys = keys
            self.refresh()

    def _active(self) -> Iterator[Shown]:
        """One key for each action; first what the screen is for, last what works everywhere."""
        actions = set()
        found = self.screen.active_bindings.values()
        for _, binding, works, _ in sorted(found, key=self._place):
            if binding.show and binding.action not in actions:
                actions.add(binding.action)
                label = self.app.get_key_display(binding)
                yield Shown(binding.key, label, binding.description, binding.action, works)

    def _place(self, active: ActiveBinding) -> int:
        return 2 if active.node is self.app else active.binding.action == UNDO

    def render(self) -> Content:
        """All in one."""
        return Content("").join(
            Content.assemble(
                (f" {one.label} ", "bold $footer-key-foreground"),
                (f"{one.means} ", "$footer-description-foreground" if one.works else "dim"),
            )
            for one in self.shown
        )

    def on_click(self, event: events.Click) -> None:
        """As if it was pressed."""
        end = 0
        for one in self.shown:
            end += one.cells
            if event.x < end:
                if one.works:
                    self.app.simulate_key(one.key)
                return
