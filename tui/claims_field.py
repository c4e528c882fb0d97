"""The field of a form in which one writes what a credential says, claim by claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from tui.fields import FormField
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from wallet.actions.filling import Typed


class ClaimsField(FormField):
    """Claims, a name and a value each; there is always one more line to write on."""

    DEFAULT_CSS = """
    ClaimsField > #claims {
      height: auto;
    }
    ClaimsField .claim {
      height: 1;
    }
    ClaimsField .claim > .name {
      width: 24;
      max-width: 40%;
      margin-right: 1;
    }
    ClaimsField .claim > .value {
      width: 1fr;
    }
    """

    def controls(self) -> ComposeResult:
        """The first line."""
        with Vertical(id="claims"):
            yield self._line("", "", "")

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Names and values, as they stand there."""
        return tuple(
            (line.query_one(".name", Input).value, line.query_one(".value", Input).value)
            for line in self.query(".claim")
        )

    @property
    def typed(self) -> Typed:
        """Names and values."""
        return self.lines

    def preset(self, value: Any) -> None:
        """Claims by name."""
        self.begin([(name, "", said) for name, said in value.items()])

    def begin(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """Lines of a name, a hint and a value; what was said already under such a name stays."""
        said = {name: value for name, value in self.lines if value}
        names = {name for name, _, _ in lines}
        kept = [(name, "", value) for name, value in said.items() if name not in names]
        fresh = [(name, hint, value or said.get(name, "")) for name, hint, value in lines]
        place = self.query_one("#claims", Vertical)
        place.remove_children()
        place.mount_all(self._line(*line) for line in (*fresh, *kept, ("", "", "")))

    def _line(self, name: str, hint: str, value: str) -> Horizontal:
        called = Input(
            name,
            placeholder=text(say("claim"), self.language),
            compact=True,
            classes="name",
        )
        says = Input(
            value,
            placeholder=hint or text(say("what it says"), self.language),
            compact=True,
            classes="value",
        )
        return Horizontal(called, says, classes="claim")

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        event.stop()
        self._changed()
        lines = self.query(".claim")
        if lines and any(one.value for one in lines.last().query(Input)):
            self.query_one("#claims", Vertical).mount(self._line("", "", ""))
