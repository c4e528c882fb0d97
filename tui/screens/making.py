"""A wallet in the making: its steps as they go, and what stood in the way if something did."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.keys import key
from tui.screens.step import Step
from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.opening import Made, Restored


class MakingScreen(Step):
    """What takes a moment: keys, a chain, the model."""

    HEADING: ClassVar[Message] = say("Your wallet is being made")
    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "again", say("Try again"))]

    def __init__(self, way: Made | Restored, then: Callable[[], None]) -> None:
        """`then` is called once the wallet is open."""
        super().__init__()
        self._way = way
        self._then = then

    def furnish(self) -> ComposeResult:
        """There is nothing to do but to wait."""
        yield self.about(say("It takes a few seconds."))

    def on_mount(self) -> None:
        """Begin."""
        self._begin()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be done while it is made; afterwards, only if it failed."""
        if action in {"again", "back"}:
            return not self.busy
        return super().check_action(action, parameters)

    def action_again(self) -> None:
        """With the same words and the same passphrase, which nobody has to type again."""
        if self.holdfast.session.exists and not self._way.over:
            self.holdfast.first_run.unlock()
        else:
            self._begin()

    def _begin(self) -> None:
        self.go_in(self._way, self._way.steps, self._done)
        self.refresh_bindings()

    def _done(self, _: bool) -> None:  # noqa: FBT001 - as the session answers
        self._then()

    def object(self, sentence: str) -> None:
        """Say what stood in the way; then there is something to do again."""
        super().object(sentence)
        self.refresh_bindings()
