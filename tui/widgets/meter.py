"""A strength meter: five cells, a word and a piece of advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.containers import Vertical
from textual.widgets import Static

from wallet.vault.strength import WORDS, Score

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from wallet.messages import Message
    from wallet.vault.strength import Strength

_CELLS: Final = 4  # for each of the five scores
_CLASSES: Final[Mapping[Score, str]] = {
    Score.TRIVIAL: "error",
    Score.WEAK: "error",
    Score.FAIR: "warning",
    Score.GOOD: "success",
    Score.STRONG: "success",
}


class Meter(Vertical):
    """How hard it is to guess; the words say it too, where there are no colours."""

    DEFAULT_CSS = """
    Meter {
      height: auto;
    }
    Meter .advice {
      color: $text-muted;
    }
    Meter .scale.error {
      color: $text-error;
    }
    Meter .scale.warning {
      color: $text-warning;
    }
    Meter .scale.success {
      color: $text-success;
    }
    """

    def __init__(self, words: Callable[[Message], str]) -> None:
        """`words` puts a sentence into the person's language."""
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """A line of scale over the advice."""
        yield Static(" ", classes="scale", markup=False)
        yield Static(" ", classes="advice", markup=False)

    def show(self, strength: Strength | None) -> None:
        """Show what was found out; None where nothing was typed."""
        scale, advice = self.query_one(".scale", Static), self.query_one(".advice", Static)
        scale.remove_class(*set(_CLASSES.values()))
        if strength is None:
            scale.update(" ")
            advice.update(" ")
            return
        full = (strength.score + 1) * _CELLS
        cells = "━" * full + "─" * (len(Score) * _CELLS - full)
        scale.add_class(_CLASSES[strength.score])
        scale.update(f"{cells} {self._words(WORDS[strength.score])}")
        notes = (strength.advice, strength.note)
        advice.update("; ".join(self._words(note) for note in notes if note is not None))
