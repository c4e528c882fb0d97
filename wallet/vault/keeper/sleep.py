"""Hearing before the machine sleeps, or its screen is locked: systemd-logind, over D-Bus.

The machine waits for us: a delay lock (org.freedesktop.login1.Manager.Inhibit) is held until the
keys are gone. By the library `jeepney`, which comes with the extra `keyring`; where it, logind or
the bus is missing, a listener notices on waking (`Watch`).
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

_LOGIND: Final = "org.freedesktop.login1"
_MANAGER: Final = f"{_LOGIND}.Manager"
_SESSION: Final = f"{_LOGIND}.Session"
_REASON: Final = ("sleep", "Holdfast", "an unlocked wallet is locked", "delay")
_SECONDS: Final = 2.0
"""For an answer of the bus."""


def when_it_sleeps(end: Callable[[], None], *, lives_on: bool = False) -> bool:
    """Has `end` called when the machine is about to sleep, or a screen was locked.

    Gives whether that will be heard. `end` ends the process, and with it the machine's waiting;
    where the process `lives_on`, the machine waits until `end` returns, and nothing is heard then.
    """
    try:
        # Deferred: most installations do without.
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415
    except ImportError:
        return False
    try:
        connection = open_dbus_connection(bus="SYSTEM", enable_fds=True)
    except (OSError, KeyError, ValueError, EOFError):  # no bus, or one that gives no descriptors
        return False
    hearing = _Hearing(connection, end, lives_on=lives_on)
    if not hearing.begin():
        hearing.close()
        return False
    threading.Thread(target=hearing.hear, daemon=True).start()
    return True


@final
class _Hearing:
    """A connection to the bus, and the lock for which the machine waits."""

    def __init__(
        self, connection: DBusConnection, end: Callable[[], None], *, lives_on: bool
    ) -> None:
        self._connection: Final = connection
        self._end: Final = end
        self._lives_on: Final = lives_on
        self._held: tuple[object, ...] = ()

    def begin(self) -> bool:
        """Asks for what is to be heard, and to be waited for; whether logind is there."""
        from jeepney import (  # noqa: PLC0415 - as above
            DBusAddress,
            MatchRule,
            MessageType,
            message_bus,
            new_method_call,
        )

        manager = DBusAddress("/org/freedesktop/login1", bus_name=_LOGIND, interface=_MANAGER)
        calls = [
            *(
                message_bus.AddMatch(
                    MatchRule(type="signal", sender=_LOGIND, interface=interface, member=member)
                )
                for interface, member in ((_MANAGER, "PrepareForSleep"), (_SESSION, "Lock"))
            ),
            new_method_call(manager, "Inhibit", "ssss", _REASON),
        ]
        try:
            answers = [
                self._connection.send_and_get_reply(call, timeout=_SECONDS) for call in calls
            ]
        except (OSError, ValueError, EOFError):
            return False
        self._held = answers[-1].body
        return all(answer.header.message_type is not MessageType.error for answer in answers)

    def hear(self) -> None:
        """Until the bus is gone, or once."""
        while True:
            try:
                message = self._connection.receive()
            except (OSError, EOFError):
                self.close()
                return
            if _is_due(message):
                self._end()
                if self._lives_on:
                    self.close()
                    return

    def close(self) -> None:
        """The machine waits no longer."""
        for descriptor in self._held:
            if close := getattr(descriptor, "close", None):
                close()
        self._connection.close()


def _is_due(message: Message) -> bool:
    from jeepney import HeaderFields, MessageType  # noqa: PLC0415 - as above

    if message.header.message_type is not MessageType.signal:
        return False
    fields = message.header.fields
    said = (fields.get(HeaderFields.interface), fields.get(HeaderFields.member))
    if said == (_MANAGER, "PrepareForSleep"):
        return bool(message.body == (True,))  # on waking it is told again, with False
    return said == (_SESSION, "Lock")
