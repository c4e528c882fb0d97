"""The steps of a plan: what an earlier one made, in the place where a later one wants it.

`"$2"` stands for what the second step makes, where an entry is wanted; in a text it is what the
person wrote.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Kind
from wallet.pending import PlannedStep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wallet.actions.registry import Action

_ENTRIES: Final = frozenset({Kind.DID, Kind.CREDENTIAL, Kind.CONTACT, Kind.PRODUCT})
_RESULT: Final = re.compile(r"\$([1-9][0-9]*)")


def filled(
    action: Action, arguments: Mapping[str, Any], made: Sequence[str | None]
) -> dict[str, Any]:
    """The arguments, with what earlier steps made in the places that name those."""

    def result(number: int, named: str) -> str:
        return (made[number - 1] if number <= len(made) else None) or named

    return _replaced(action, arguments, result)


def after(
    steps: Sequence[PlannedStep], made: Sequence[str | None], actions: Mapping[str, Action]
) -> tuple[PlannedStep, ...]:
    """The steps that are left once the first ones made what they made, as a plan of its own.

    What one of them wants of a step that is done stands there; the others are counted anew.
    """

    def result(number: int, named: str) -> str:
        if number > len(made):
            return f"${number - len(made)}"
        return made[number - 1] or named

    return tuple(
        PlannedStep(step.action, _replaced(actions[step.action], step.arguments, result))
        for step in steps[len(made) :]
    )


def _replaced(
    action: Action, arguments: Mapping[str, Any], result: Callable[[int, str], str]
) -> dict[str, Any]:
    def of(name: str, value: Any) -> Any:
        if action.parameter(name).kind not in _ENTRIES or not isinstance(value, str):
            return value
        match = _RESULT.fullmatch(value)
        return result(int(match[1]), value) if match else value

    return {name: of(name, value) for name, value in arguments.items()}
