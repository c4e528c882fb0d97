"""Contacts whose names look like another's: said wherever somebody is to get something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.entries import contacts
from wallet.lookalikes import looks_like
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.messages import Message
    from wallet.vault.vault import Vault


def doubles(vault: Vault, name: str) -> Iterator[Message]:
    """A warning for each other contact that a name could be taken for."""
    for other in contacts(vault):
        if name and looks_like(other.name, name):
            yield say(
                "{name} looks like another contact of yours, {other}, who is {did}",
                name=name,
                other=other.name,
                did=other.did,
            )
