"""The rooms of the terminal UI, in the order of their keys; `ROOMS` is the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wallet.messages import say

if TYPE_CHECKING:
    from wallet.messages import Message


@dataclass(frozen=True, slots=True)
class Door:
    """What a room is called.

    Attributes:
        name: what actions and tests call it.
        title: what a person reads.
    """

    name: str
    title: Message


ROOMS: Final = (
    Door("home", say("Home")),
    Door("credentials", say("Credentials")),
    Door("identities", say("Identities")),
    Door("contacts", say("Contacts")),
    Door("verify", say("Verify")),
    Door("activity", say("Activity")),
    Door("chain", say("Chain")),
    Door("settings", say("Settings")),
)
