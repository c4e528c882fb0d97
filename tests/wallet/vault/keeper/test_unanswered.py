"""What sits in a keeper's place and does not answer as one: stopped, swamped, slow or false."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sqlite3
import threading
import time
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING, Final

import pytest

from wallet.vault.errors import IntegrityError, Locked, Unanswered, VaultError
from wallet.vault.header import Header
from wallet.vault.keeper.asking import KeptKeys
from wallet.vault.keeper.child import Keeper
from wallet.vault.keeper.connecting import Listening, end_in
from wallet.vault.keeper.listening import AT_ONCE
from wallet.vault.keeper.places import PATIENCE, SOCKET_FILE, bound, inode
from wallet.vault.keeper.wire import LateWire, Wire, packed
from wallet.vault.keys import DATA_KEYS
from wallet.vault.record import Kind
from wallet.vault.store import Store
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from wallet.vault.secret import Secret

    class Processes(Protocol):
        def is_gone(self, pid: int) -> bool: ...


HARDLY: Final = 0.3
"""Seconds that a test has patience for who never answers."""
SIZES: Final = dict.fromkeys(DATA_KEYS, 32) | {"wallet": 16}


@pytest.fixture
def impostor(locked: Vault) -> Iterator[Callable[[bytes], None]]:
    """Answers every question in a keeper's place by the same line."""
    listening, _ = bound(locked.path.parent)

    def answer(line: bytes) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                while connection.recv(65_536):
                    connection.sendall(line)

    def begin(line: bytes) -> None:
        threading.Thread(target=answer, args=(line,), daemon=True).start()

    yield begin
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


def stop(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    os.waitpid(pid, os.WUNTRACED)


def found(locked: Vault, *, patience: float = PATIENCE) -> Listening:
    listening = Listening.found(locked.path.parent, patience=patience)
    assert listening is not None
    return listening


def unlocking(locked: Vault) -> Vault:
    return Vault.open(locked.path, found(locked))


def keys_of(locked: Vault, **other: bytes) -> bytes:
    """An answer that names the right wallet, and holds keys that are none of its."""
    keys = {name: b"\x07" * size for name, size in SIZES.items()}
    keys["wallet"] = Header.parse(Store.peek(locked.path)["header"]).wallet
    return json.dumps({name: packed(key) for name, key in (keys | other).items()}).encode() + b"\n"


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"manifest": b""},
        {"records": b"\x07" * 3},
        {"index": b"\x07" * 100},
        {"rows": b"\x07" * 300},
        {"wallet": b"\x07" * 16},
        {"wallet": b"\x07" * 100_000},
    ],
)
def test_keys_that_are_not_the_wallets_are_no_damage(
    locked: Vault, impostor: Callable[[bytes], None], other: dict[str, bytes]
) -> None:
    impostor(keys_of(locked, **other))
    with pytest.raises(Locked, match="does not open this wallet") as refusal:
        unlocking(locked)
    assert refusal.value.hint == "holdfast lock, and then again with the passphrase"


@pytest.mark.parametrize(
    "line", [b"{}\n", b"[]\n", b"\xff\xfe\n", b"[" * 200_000 + b"\n", b'{"wallet": 1}\n']
)
def test_what_is_no_answer_unlocks_nothing(
    locked: Vault, impostor: Callable[[bytes], None], line: bytes
) -> None:
    impostor(line)
    with pytest.raises(Locked):
        unlocking(locked)


def test_damage_is_still_called_damage(
    locked: Vault, unlock: Callable[..., int], passphrase: Secret
) -> None:
    with Vault.open(locked.path, passphrase) as opened:
        opened.put(Kind.CONTACT, {"name": "Mei"})
    unlock()
    with closing(sqlite3.connect(locked.path)) as file:
        file.execute("UPDATE record SET sealed = zeroblob(length(sealed))")
        file.commit()
    with pytest.raises(IntegrityError):
        unlocking(locked)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("said", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00", "1"])
def test_a_time_that_no_clock_shows_is_none(
    locked: Vault,
    impostor: Callable[[bytes], None],
    monkeypatch: pytest.MonkeyPatch,
    zone: str,
    said: str,
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        impostor(json.dumps({"until": said}).encode() + b"\n")
        until = found(locked).until()
        assert until is None or str(until.astimezone())
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_line_that_comes_byte_by_byte_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(HARDLY)

    def trickle() -> None:
        with suppress(OSError):
            for byte in b'{"until":"' + b"0" * 20 + b'"}\n':
                theirs.send(bytes([byte]))
                time.sleep(HARDLY / 4)

    thread = threading.Thread(target=trickle)
    thread.start()
    with ours, pytest.raises(LateWire):
        Wire(ours).receive()
    thread.join()
    theirs.close()


def test_an_answer_that_comes_too_late_answers_nothing_else() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(HARDLY)
    keys = KeptKeys(Wire(ours), lambda: None)
    with theirs:
        with pytest.raises(Unanswered):
            keys.ask("sign", message="the first")
        with suppress(OSError):
            theirs.sendall(b'{"signature": "of the first"}\n')
        with pytest.raises(Locked):
            keys.ask("sign", message="the second")


def test_a_question_that_was_interrupted_ends_the_talk() -> None:
    ours, theirs = socket.socketpair()
    keys = KeptKeys(Wire(ours), lambda: None)

    def interrupt() -> None:
        theirs.recv(1_000)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with theirs:
        with pytest.raises(KeyboardInterrupt):
            keys.ask("sign", message="the first")
        thread.join()
        with suppress(OSError):
            theirs.sendall(b'{"signature": "of the first"}\n')
        with pytest.raises(Locked):
            keys.ask("sign", message="the second")


def test_one_that_was_stopped_is_ended_all_the_same(
    locked: Vault, unlock: Callable[..., int], processes: Processes
) -> None:
    pid = unlock()
    stop(pid)
    assert end_in(locked.path.parent)
    assert processes.is_gone(pid)


def test_one_that_was_stopped_is_not_called_locked(
    locked: Vault, unlock: Callable[..., int]
) -> None:
    pid = unlock()
    stop(pid)
    listening = found(locked, patience=HARDLY)
    with pytest.raises(Unanswered):
        listening.until()
    os.kill(pid, signal.SIGCONT)


def test_one_that_is_kept_busy_is_ended_all_the_same(
    locked: Vault, unlock: Callable[..., int], processes: Processes
) -> None:
    pid = unlock()
    with ExitStack() as held:
        for _ in range(AT_ONCE + 4):
            idle = held.enter_context(socket.socket(socket.AF_UNIX))
            idle.connect(str(locked.path.parent / SOCKET_FILE))
        assert end_in(locked.path.parent)
        assert processes.is_gone(pid)


def test_one_that_more_ask_than_may_wait_loses_its_place(
    locked: Vault, unlock: Callable[..., int], processes: Processes
) -> None:
    pid = unlock()
    stop(pid)
    with ExitStack() as held:
        for _ in range(10_000):
            idle = held.enter_context(socket.socket(socket.AF_UNIX))
            idle.settimeout(HARDLY)
            try:
                idle.connect(str(locked.path.parent / SOCKET_FILE))
            except BlockingIOError:
                break
        with pytest.raises(Locked, match="too many programs"):
            end_in(locked.path.parent)
    assert not (locked.path.parent / SOCKET_FILE).exists()
    os.kill(pid, signal.SIGCONT)
    assert processes.is_gone(pid)


def test_goes_on_when_it_may_open_files_again(locked: Vault, unlock: Callable[..., int]) -> None:
    pid = unlock()
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, before[1]))
    with suppress(Unanswered):  # accept(2) takes room for a file before it waits
        found(locked, patience=HARDLY).until()
    another = found(locked, patience=HARDLY)
    with pytest.raises(Unanswered):
        another.until()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    assert found(locked).until() is not None


def test_each_knows_its_own_place(locked: Vault) -> None:
    folder = locked.path.parent
    first, was = bound(folder)
    second, is_now = bound(folder)
    with first, second:
        assert was != is_now == inode(folder)


def test_says_so_where_no_process_can_be_started(passphrase: Secret) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as held:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
        try:
            with suppress(OSError):
                while True:
                    held.callback(os.close, os.dup(0))
            with pytest.raises(VaultError, match="no process can be started"):
                Keeper().with_passphrase(passphrase)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
