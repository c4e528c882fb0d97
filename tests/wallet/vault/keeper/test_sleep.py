from __future__ import annotations

import os
import select
import shutil
import subprocess
import threading
from typing import TYPE_CHECKING, Final

import pytest

from wallet.vault.keeper.places import SOCKET_FILE
from wallet.vault.keeper.sleep import when_it_sleeps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Protocol

    from jeepney import Message

    from wallet.vault.vault import Vault

    class Processes(Protocol):
        def is_gone(self, pid: int) -> bool: ...


pytestmark = pytest.mark.skipif(
    shutil.which("dbus-daemon") is None, reason="this machine has no D-Bus"
)
BUS: Final = """
<busconfig>
  <type>session</type>
  <listen>unix:path={place}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Logind:
    """A machine that can be put to sleep: answers as systemd-logind does, on a bus of its own."""

    def __init__(self) -> None:
        from jeepney import DBusAddress, message_bus  # noqa: PLC0415
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415

        self._bus = open_dbus_connection(bus="SYSTEM", enable_fds=True)
        self._bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.login1"))
        self._manager = DBusAddress(
            "/org/freedesktop/login1",
            bus_name="org.freedesktop.login1",
            interface="org.freedesktop.login1.Manager",
        )
        self.asked = threading.Event()
        self._delays, self._given = os.pipe()
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Until the bus is gone."""
        self._thread.join()
        os.close(self._delays)
        if not self.asked.is_set():
            os.close(self._given)

    def _answer(self) -> None:
        while True:
            try:
                message = self._bus.receive()
            except (OSError, EOFError):
                self._bus.close()
                return
            self._inhibit(message)

    def _inhibit(self, message: Message) -> None:
        from jeepney import HeaderFields, new_method_return  # noqa: PLC0415

        if message.header.fields.get(HeaderFields.member) != "Inhibit":
            return
        assert message.body[0] == "sleep"
        assert message.body[3] == "delay"
        self._bus.send(new_method_return(message, "h", (self._given,)))
        os.close(self._given)
        self.asked.set()

    def say(
        self, interface: str, member: str, signature: str = "", body: tuple[bool, ...] = ()
    ) -> None:
        from jeepney import DBusAddress, new_signal  # noqa: PLC0415

        emitter = DBusAddress("/org/freedesktop/login1", interface=interface)
        self._bus.send(new_signal(emitter, member, signature, body))

    def prepare_for_sleep(self, *, start: bool) -> None:
        self.say("org.freedesktop.login1.Manager", "PrepareForSleep", "b", (start,))

    @property
    def may_sleep(self) -> bool:
        """Whether nobody delays it any more, within some seconds."""
        return bool(select.select([self._delays], [], [], 10)[0])


@pytest.fixture
def logind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logind]:
    place, config = tmp_path / "bus", tmp_path / "bus.conf"
    config.write_text(BUS.format(place=place), encoding="utf-8")
    program = shutil.which("dbus-daemon")
    assert program is not None
    with subprocess.Popen(
        [program, f"--config-file={config}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as daemon:
        assert daemon.stdout is not None
        daemon.stdout.readline()
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={place}")
        machine = Logind()
        yield machine
        daemon.kill()
        machine.join()


def test_ends_before_the_machine_sleeps_which_waits_for_it(
    locked: Vault, unlock: Callable[..., int], processes: Processes, logind: Logind
) -> None:
    pid = unlock()
    assert logind.asked.wait(10)
    logind.prepare_for_sleep(start=True)
    assert logind.may_sleep
    assert processes.is_gone(pid)
    assert not (locked.path.parent / SOCKET_FILE).exists()


def test_ends_when_a_screen_is_locked(
    unlock: Callable[..., int], processes: Processes, logind: Logind
) -> None:
    pid = unlock()
    assert logind.asked.wait(10)
    logind.say("org.freedesktop.login1.Session", "Lock")
    assert processes.is_gone(pid)


def test_other_news_is_none(logind: Logind) -> None:
    heard = threading.Event()
    assert when_it_sleeps(heard.set)
    logind.prepare_for_sleep(start=False)
    logind.say("org.freedesktop.login1.Session", "Unlock")
    assert not heard.wait(0.3)
    logind.prepare_for_sleep(start=True)
    assert heard.wait(10)


def test_is_heard_by_nobody_where_there_is_no_bus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    assert not when_it_sleeps(lambda: None)


def test_the_machine_waits_for_a_process_that_lives_on_until_its_keys_are_gone(
    logind: Logind,
) -> None:
    gone = threading.Event()
    assert when_it_sleeps(gone.set, lives_on=True)
    assert logind.asked.wait(10)
    logind.prepare_for_sleep(start=True)
    assert logind.may_sleep
    assert gone.is_set()
