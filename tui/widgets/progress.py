"""How far something has come that takes a moment: its steps, and which of them is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import ProgressBar, Static

from wallet.display import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult


class Progress(Vertical):
    """A bar, and the step under way in words. It goes on when a step ends, and not by the clock."""

    DEFAULT_CSS = """
    Progress {
      height: 2;
      margin-top: 1;
      display: none;
    }
    Progress.going {
      display: block;
    }
    Progress ProgressBar, Progress Bar {
      width: 1fr;
    }
    Progress .step {
      color: $text-muted;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._steps: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """A line of words over a line of bar."""
        yield Static("", classes="step", markup=False)
        yield ProgressBar(show_eta=False, show_percentage=False)

    def begin(self, steps: Sequence[str]) -> None:
        """Show that these steps are ahead."""
        self._steps = tuple(steps)
        self.add_class("going")
        self.query_one(ProgressBar).update(total=len(self._steps), progress=0)
        self.query_one(".step", Static).update("")

    def at(self, step: str) -> None:
        """That step is under way: those before it are done. What is no step is said and no more."""
        done = self._steps.index(step) if step in self._steps else None
        if done is not None:
            self.query_one(ProgressBar).update(progress=done)
        number = "" if done is None else f"{done + 1}/{len(self._steps)} "
        self.query_one(".step", Static).update(printable(f"{number}{step}"))

    def end(self) -> None:
        """Nothing is under way."""
        self.remove_class("going")
