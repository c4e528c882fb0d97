"""Which form an action has; `FORMS` is the list of those that have one of their own."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from tui.screens.form import FormScreen
from tui.screens.issuing import IssueForm
from tui.screens.presenting import PresentForm
from wallet.actions import ACTIONS
from wallet.actions.credentials import ISSUE_CREDENTIAL
from wallet.actions.presentations import PRESENT_CREDENTIAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.actions.result import Result

FORMS: Final[Mapping[str, type[FormScreen]]] = MappingProxyType(
    {ISSUE_CREDENTIAL.name: IssueForm, PRESENT_CREDENTIAL.name: PresentForm}
)


def form_for(
    action: str,
    values: Mapping[str, Any],
    *,
    room: str,
    then: Callable[[Result], None] | None = None,
) -> FormScreen:
    """The form for an action, with `values` in it; `then` is told what came of it."""
    return FORMS.get(action, FormScreen)(ACTIONS[action], values, room=room, then=then)
