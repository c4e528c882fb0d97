"""The form for presenting: to a contact, or in answer to a request, with what shows least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Static

from tui.fields import FormField
from tui.screens.form import FormScreen
from wallet.actions.answering import advice
from wallet.display import printable

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wallet.actions.registry import Parameter
    from wallet.messages import Message


class PresentForm(FormScreen):
    """Presents a credential."""

    DEFAULT_CSS = """
    PresentForm #asked {
      color: $text-muted;
      margin-bottom: 1;
      display: none;
    }
    """

    def lead(self) -> ComposeResult:
        """What the request asks for, once there is one."""
        yield Static(id="asked", markup=False)

    def is_usual(self, parameter: Parameter) -> bool:
        """A request is a usual way to be asked."""
        return super().is_usual(parameter) or parameter.name == "request"

    @on(FormField.Changed, "#field-request")
    def _read_request(self, changed: FormField.Changed) -> None:
        path = str(changed.field.typed).strip()
        if path:
            self.look(lambda wallet: advice(wallet, path), self._advise)
        else:
            self._advise(())

    def _advise(self, sentences: tuple[Message, ...]) -> None:
        asked = self.query_one("#asked", Static)
        asked.update("\n".join(printable(self.words(one)) for one in sentences))
        asked.display = bool(sentences)
