"""Reading: the one door by which a face does what needs no consent.

That somebody asked for it is written down, and what they asked about is not. An entry is made for
what was asked by name: a verb typed out, a step planned out of a sentence, a tool that was called.
What a face looks up by itself, to draw a screen once more, is asked by nobody: it calls the
action's `read`, and nothing is written.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from wallet.actions import journal
from wallet.actions.aliases import by_own_names
from wallet.actions.journal import By, Outcome
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from wallet.actions.journal import Asker
    from wallet.actions.registry import Action
    from wallet.actions.result import Result
    from wallet.messages import Message
    from wallet.wallet import Wallet


def _unheard(_: Message) -> None:
    """Nobody is to be told."""


def reading(
    wallet: Wallet,
    action: Action,
    arguments: Mapping[str, Any],
    *,
    asked: Asker,
    remark: Callable[[Message], None] = _unheard,
) -> Result:
    """What an action that only reads finds, for somebody who asked for it. `remark`: see `noted`.

    Raises:
        WalletError, DIDError: as the action does; the journal says that it failed.
    """
    with noted(wallet, action.name, asked=asked, remark=remark):
        action.check(arguments)
        assert action.read is not None  # noqa: S101 - what needs consent is proposed
        return action.read(wallet, by_own_names(wallet, action, arguments))


@contextmanager
def noted(
    wallet: Wallet, name: str, *, asked: Asker, remark: Callable[[Message], None] = _unheard
) -> Iterator[None]:
    """Writes down at the end of the block that it was asked for, and whether it failed.

    Where nothing can be written, the block's result stands all the same, and `remark` is told why;
    not in a wallet that was opened for reading only, whose person knows.
    """
    try:
        yield
    except BaseException as error:
        outcome = Outcome.FAILED if isinstance(error, Exception) else Outcome.CANCELLED
        journal.note(wallet, name, By.READ, outcome, asked=asked, error=error)
        raise
    unwritten = journal.note(wallet, name, By.READ, Outcome.DONE, asked=asked)
    if unwritten is not None:
        remark(say("this is not in the journal: {error}", error=unwritten))
