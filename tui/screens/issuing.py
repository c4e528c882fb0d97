"""The form for issuing: by a template, which fills in the type, the claims and the end.

What a person has written in a form can be kept as a template of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Select, Static

from tui.claims_field import ClaimsField
from tui.keys import key
from tui.screens.form import FormScreen
from wallet.actions.templates import ADD_TEMPLATE
from wallet.display import printable
from wallet.messages import say
from wallet.templates import Template, templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from wallet.actions.registry import Parameter
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


class IssueForm(FormScreen):
    """Issues a credential."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+t", "keep_template", say("Keep as a template"), priority=True),
    ]
    DEFAULT_CSS = """
    IssueForm #templates {
      margin-bottom: 1;
    }
    """

    def lead(self) -> ComposeResult:
        """The templates."""
        yield Static(
            self.words(say("a template: it fills in what such a credential usually says")),
            classes="label",
            markup=False,
        )
        yield Select[str]([], prompt=self.words(say("none")), compact=True, id="templates")

    @property
    def hidden(self) -> frozenset[str]:
        """The template has been put into the other fields."""
        return frozenset({"template"})

    def is_usual(self, parameter: Parameter) -> bool:
        """A person may sign with any of their DIDs."""
        return super().is_usual(parameter) or parameter.name == "issuer"

    def load(self) -> None:
        """The templates, which may be more than before."""
        self.look(_templates, self._offer)

    def _offer(self, found: Mapping[str, tuple[Template, str | None]]) -> None:
        self._templates = found
        choose = self.query_one("#templates", Select)
        before = choose.value
        choose.set_options(
            [(printable(self.words(one.title)), name) for name, (one, _) in found.items()]
        )
        if before in found:
            with choose.prevent(Select.Changed):
                choose.value = before

    @on(Select.Changed, "#templates")
    def _take(self, event: Select.Changed) -> None:
        event.stop()
        if not isinstance(event.value, str):
            return
        template, until = self._templates[event.value]
        self.field("type").preset(template.type)
        claims = self.query_one(ClaimsField)
        claims.begin([(one.name, self.words(one.hint), "") for one in template.claims])
        if until is not None:
            self.field("expires").preset(until)

    def action_keep_template(self) -> None:
        """A form for a template of one's own, with what stands here."""
        claims = [name for name, _ in self.query_one(ClaimsField).lines if name]
        kind = str(self.field("type").typed)
        values = {"type": kind, "claims": claims, "name": kind.casefold()}
        self.fill(ADD_TEMPLATE.name, {name: one for name, one in values.items() if one}, self._kept)

    def _kept(self, result: Result) -> None:
        self.tell(result.summary)


def _templates(wallet: Wallet) -> Mapping[str, tuple[Template, str | None]]:
    """By name, with the day on which one that is issued now usually ends."""
    now = wallet.clock()
    return {one.name: (one, one.expires(now)) for one in templates(wallet.vault)}
