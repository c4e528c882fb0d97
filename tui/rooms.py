"""The rooms of the terminal UI, in the order of their keys; `ROOMS` is the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.screens.room import Room
    from wallet.messages import Message


@dataclass(frozen=True, slots=True)
class Door:
    """Where a room is, and what it is called.

    Attributes:
        name: what actions and tests call it.
        title: what a person reads.
        make: makes its screen; what the screen needs is imported then, and not before.
    """

    name: str
    title: Message
    make: Callable[[], Room]


def _home() -> Room:
    from tui.screens.home import HomeScreen  # noqa: PLC0415 - deferred: when it is entered

    return HomeScreen()


def _credentials() -> Room:
    from tui.screens.credentials import CredentialsScreen  # noqa: PLC0415 - as above

    return CredentialsScreen()


def _identities() -> Room:
    from tui.screens.identities import IdentitiesScreen  # noqa: PLC0415 - as above

    return IdentitiesScreen()


def _contacts() -> Room:
    from tui.screens.contacts import ContactsScreen  # noqa: PLC0415 - as above

    return ContactsScreen()


def _verify() -> Room:
    from tui.screens.verify import VerifyScreen  # noqa: PLC0415 - as above

    return VerifyScreen()


def _activity() -> Room:
    from tui.screens.activity import ActivityScreen  # noqa: PLC0415 - as above

    return ActivityScreen()


def _chain() -> Room:
    from tui.screens.chain import ChainScreen  # noqa: PLC0415 - as above

    return ChainScreen()


def _settings() -> Room:
    from tui.screens.settings import SettingsScreen  # noqa: PLC0415 - as above

    return SettingsScreen()


ROOMS: Final = (
    Door("home", say("Home"), _home),
    Door("credentials", say("Credentials"), _credentials),
    Door("identities", say("Identities"), _identities),
    Door("contacts", say("Contacts"), _contacts),
    Door("verify", say("Verify"), _verify),
    Door("activity", say("Activity"), _activity),
    Door("chain", say("Chain"), _chain),
    Door("settings", say("Settings"), _settings),
)
