"""What an instruct model says in its own words: small talk, and what was found out, explained.

It is told what is so as data: the wallet's entries by their names, never a value, and what the
wallet's own sentences say. Whatever it answers is shown as its own and does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent.instruct import Instructed, Said, talking
from agent.prompt import compose
from agent.state import state_of
from agent.written import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.model import Model
    from wallet.wallet import Wallet

MOST_KEPT: Final = 8  # messages of the talk before


class Talk:
    """The talk with one model about one wallet."""

    def __init__(self, wallet: Wallet, model: Model) -> None:
        self._wallet = wallet
        self._model = model
        self._before: list[Said] = []

    def is_possible(self) -> bool:
        """Whether the model talks at all; the one that ships only plans. Raises `NoModel`."""
        return isinstance(self._model, Instructed) and self._model.instructed()

    def answer(self, message: str, facts: Sequence[str], language: str) -> Iterator[str]:
        """The model's answer, in pieces; `facts` are what the wallet found or says itself.

        Raises:
            ModelFailed: there is none, or no more of it.
        """
        if not isinstance(self._model, Instructed):
            return
        known = (*self._known(message), *facts)
        said: list[str] = []
        messages = talking(message, facts=known, before=self._before, language=language)
        try:
            for piece in self._model.talk(messages):
                said.append(piece)
                yield piece
        finally:
            exchange = [Said("user", message), Said("assistant", "".join(said))]
            self._before = [*self._before, *exchange][-MOST_KEPT:]

    def _known(self, message: str) -> Iterator[str]:
        """The entries that the message may mean, as the planner reads them, and how many there are.

        In the language of the wallet's labels: it is data.
        """
        state = state_of(self._wallet, message)
        prompt = compose(state, (), message)
        yield f"today: {state.now.date().isoformat()}"
        for line in prompt.shortlist.lines(state.now.date()):
            yield shown(line)
