"""What makes the screen of a room; what the screen needs is imported when it is entered."""

from __future__ import annotations

import gc
import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.screens.room import Room


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


SCREENS: Final[Mapping[str, Callable[[], Room]]] = MappingProxyType(
    {
        "home": _home,
        "credentials": _credentials,
        "identities": _identities,
        "contacts": _contacts,
        "verify": _verify,
        "activity": _activity,
        "chain": _chain,
        "settings": _settings,
    }
)
"""By the names in `ROOMS`."""


def load() -> None:
    """Import what all rooms need, so that nobody waits for that who enters one.

    What is there by then stays until the wallet is locked: who looks for garbage leaves it out,
    since looking through all of it would hold up a key for 60 ms.
    """
    for name in SCREENS:
        importlib.import_module(f"tui.screens.{name}")
    gc.freeze()
