"""What is due, in sentences: told where a person begins, each thing at most once a day."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wallet.clock import on_the_wall
from wallet.messages import say
from wallet.reminders.reminder import to_be_told, were_told
from wallet.vault.errors import VaultError

if TYPE_CHECKING:
    from datetime import datetime

    from wallet.messages import Message
    from wallet.vault.vault import Vault

MOST: Final = 5
"""How many are told at once."""
OTHERS: Final = say("holdfast reminders")
"""Where all of them are listed, for who types commands."""


def tell(vault: Vault, now: datetime, *, others: Message = OTHERS) -> tuple[Message, ...]:
    """A sentence for each that is due and was not told today, which is written down.

    Where that cannot be written, they are told all the same. `others` says where those are listed
    that are too many.

    Raises:
        IntegrityError: a reminder cannot be read.
    """
    due = to_be_told(vault, now)
    if not due:
        return ()
    told = [
        say("due: {about} ({when}, {id})", about=one.about, when=on_the_wall(one.when), id=one.id)
        for one in due[:MOST]
    ]
    if len(due) > MOST:
        told.append(
            say("and more that is due: {count}; {others}", count=len(due) - MOST, others=others)
        )
    with suppress(VaultError):
        were_told(vault, due, now)
    return tuple(told)
