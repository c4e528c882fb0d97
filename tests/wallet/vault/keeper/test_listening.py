from __future__ import annotations

import json
import os
import signal
import socket
import stat
from typing import TYPE_CHECKING, Final

import pytest

from did.keys import ALGORITHMS
from did.private_jwk import unsafe_encode_private_jwk
from wallet.vault.derivation import KeyPath
from wallet.vault.errors import Locked, StorageFailed, VaultError
from wallet.vault.header import FLOOR
from wallet.vault.keeper.child import Keeper
from wallet.vault.keeper.connecting import Listening
from wallet.vault.keeper.places import SOCKET_FILE
from wallet.vault.keeper.wire import BrokenWire, Wire, packed
from wallet.vault.record import Kind
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Protocol

    from wallet.vault.secret import Secret

    class Processes(Protocol):
        def ours(self) -> set[int]: ...
        def is_gone(self, pid: int) -> bool: ...


NOBODY: Final = 65534


def listening(vault: Vault) -> Listening:
    found = Listening.found(vault.path.parent)
    assert found is not None
    return found


def test_opens_the_vault_and_signs_without_a_passphrase(
    locked: Vault, unlock: Callable[..., int]
) -> None:
    unlock()
    with Vault.open(locked.path, listening(locked)) as first:
        first.put(Kind.CONTACT, {"name": "Mei"}, id="mei")
        signer = first.signer(KeyPath.did_key(0))
        assert signer.public_key.verify(signer.sign(b"message"), b"message")
    with Vault.open(locked.path, listening(locked)) as second:
        assert second.get(Kind.CONTACT, "mei").body == {"name": "Mei"}
        assert len(second.digest_signer(KeyPath.ethr(0)).sign_digest(bytes(32))) == 65


def test_gives_out_no_key(locked: Vault, unlock: Callable[..., int]) -> None:
    unlock()
    with Vault.open(locked.path, listening(locked)) as opened:
        with pytest.raises(VaultError, match="takes the passphrase"):
            opened.unsafe_expose_phrase()
        with (
            pytest.raises(VaultError, match="takes the passphrase"),
            opened.unsafe_expose_jwk(KeyPath.did_key(0)),
        ):
            pass


def test_signs_with_an_imported_key_and_does_not_give_it_out(
    locked: Vault, passphrase: Secret, unlock: Callable[..., int]
) -> None:
    key = ALGORITHMS["P-256"].private_key(b"\x07" * 32)
    jwk = json.dumps(unsafe_encode_private_jwk(key)).encode()
    with Vault.open(locked.path, passphrase) as opened:
        first = opened.seal_key(jwk)
    unlock()
    with Vault.open(locked.path, listening(locked)) as opened:
        for sealed in (first, opened.seal_key(jwk)):
            signer = opened.signer(sealed)
            assert signer.public_key.verify(signer.sign(b"message"), b"message")
            with pytest.raises(VaultError, match="gives no key out"):
                opened.unsafe_expose_jwk(sealed).__enter__()


def test_opens_no_other_wallet(
    locked: Vault, unlock: Callable[..., int], tmp_path: Path, passphrase: Secret
) -> None:
    unlock()
    other, _ = Vault.create(tmp_path / "other" / "vault.db", passphrase, kdf=FLOOR)
    other.close()
    with pytest.raises(Locked):
        Vault.open(other.path, listening(locked))


def test_is_its_owners_alone_whatever_the_umask(locked: Vault, unlock: Callable[..., int]) -> None:
    before = os.umask(0)
    try:
        unlock()
    finally:
        os.umask(before)
    assert stat.S_IMODE((locked.path.parent / SOCKET_FILE).stat().st_mode) == 0o600


def test_one_that_is_open_to_others_is_not_asked_and_ends(
    locked: Vault, unlock: Callable[..., int], processes: Processes
) -> None:
    pid = unlock()
    (locked.path.parent / SOCKET_FILE).chmod(0o666)
    assert Listening.found(locked.path.parent) is None
    assert processes.is_gone(pid)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_answers_no_other_user(locked: Vault, unlock: Callable[..., int]) -> None:
    unlock()
    folder = locked.path.parent
    (folder / SOCKET_FILE).chmod(0o666)
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == 0 and parent != parent.parent:
            parent.chmod(parent.stat().st_mode | 0o011)
    told = _asked_as(NOBODY, folder / SOCKET_FILE)
    folder.chmod(0o700)
    if told == "PermissionError":
        pytest.skip("the folder of the tests is closed to other users")
    # It may have ended before it was asked: its socket is open to others.
    ended = {"ConnectionRefusedError", "FileNotFoundError"}
    assert told in {"b''", "ConnectionResetError", "BrokenPipeError", *ended}


def _asked_as(user: int, place: Path) -> str:
    """What another user is answered."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            with socket.socket(socket.AF_UNIX) as talk:
                talk.connect(str(place))
                talk.sendall(b'{"ask": "until"}\n')
                told = repr(talk.recv(100))
        except OSError as error:
            told = type(error).__name__
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as answers:
        return answers.read()


def test_ends_when_it_is_told_to(
    locked: Vault, unlock: Callable[..., int], processes: Processes
) -> None:
    pid = unlock()
    with Vault.open(locked.path, listening(locked)) as opened:
        signer = opened.signer(KeyPath.did_key(0))
        listening(locked).end()
        assert Listening.found(locked.path.parent) is None
        assert processes.is_gone(pid)
        with pytest.raises(Locked):
            signer.sign(b"message")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_ends_at_a_signal_and_takes_its_socket_away(
    locked: Vault, unlock: Callable[..., int], processes: Processes, number: signal.Signals
) -> None:
    pid = unlock()
    os.kill(pid, number)
    assert processes.is_gone(pid)
    assert not (locked.path.parent / SOCKET_FILE).exists()


def test_ends_when_its_time_is_over(
    locked: Vault, unlock: Callable[..., int], processes: Processes
) -> None:
    pid = unlock(1)
    assert processes.is_gone(pid)
    assert not (locked.path.parent / SOCKET_FILE).exists()


def test_ends_when_its_socket_was_taken_away(
    locked: Vault, unlock: Callable[..., int], processes: Processes
) -> None:
    pid = unlock()
    (locked.path.parent / SOCKET_FILE).unlink()
    assert processes.is_gone(pid)


def test_a_later_one_takes_over(
    locked: Vault, unlock: Callable[..., int], processes: Processes
) -> None:
    first = unlock()
    second = unlock()
    assert first != second
    assert processes.is_gone(first)
    with Vault.open(locked.path, listening(locked)) as opened:
        opened.signer(KeyPath.did_key(0)).sign(b"message")


def test_one_that_was_killed_is_not_in_the_way(
    locked: Vault, unlock: Callable[..., int], processes: Processes
) -> None:
    pid = unlock()
    os.kill(pid, signal.SIGKILL)
    assert processes.is_gone(pid)
    assert (locked.path.parent / SOCKET_FILE).exists()
    assert Listening.found(locked.path.parent) is None
    unlock()
    assert listening(locked).until() is not None


def test_listens_however_long_the_folders_path_is(
    tmp_path: Path, passphrase: Secret, processes: Processes
) -> None:
    folder = tmp_path / ("long" * 30) / ("longer" * 20)
    made, _ = Vault.create(folder / "vault.db", passphrase, kdf=FLOOR)
    made.close()
    before = processes.ours()
    keeper = Keeper().with_passphrase(passphrase)
    with Vault.open(made.path, keeper):
        (pid,) = processes.ours() - before
        keeper.listen(str(folder), 60)
    with Vault.open(made.path, listening(made)) as opened:
        opened.signer(KeyPath.did_key(0)).sign(b"message")
    listening(made).end()
    assert processes.is_gone(pid)


def test_what_is_no_socket_of_ours_is_left_alone_until_unlocking(
    locked: Vault, unlock: Callable[..., int]
) -> None:
    place = locked.path.parent / SOCKET_FILE
    place.write_text("something")
    assert Listening.found(locked.path.parent) is None
    assert place.read_text() == "something"
    unlock()
    assert listening(locked).until() is not None


def test_says_so_where_no_socket_can_be_had(locked: Vault, passphrase: Secret) -> None:
    (locked.path.parent / SOCKET_FILE).mkdir()
    keeper = Keeper().with_passphrase(passphrase)
    with Vault.open(locked.path, keeper), pytest.raises(VaultError, match="refuses"):
        keeper.listen(str(locked.path.parent), 60)


def test_hangs_up_on_whoever_talks_nonsense_and_goes_on(
    locked: Vault, unlock: Callable[..., int]
) -> None:
    unlock()
    lines = [
        b"\n",
        b"[]\n",
        b'{"ask": "sign"}\n',
        b'{"ask": "sign", "key": ["Ed25519", "x"], "message": ""}\n',
        b'{"ask": "sign", "key": [], "message": ""}\n',
        b'{"ask": "sign", "key": {"name": 1, "sealed": ""}, "message": ""}\n',
        b'{"ask": "sign", "key": {"name": "z6Mk"}, "message": ""}\n',
        b'{"ask": "seal", "jwk": 1}\n',
        b'{"ask": "unlock", "meta": {}, "passphrase": "x"}\n',
        b'{"ask": "open", "wallet": 1}\n',
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
    ]
    for line in lines:
        with socket.socket(socket.AF_UNIX) as talk:
            talk.connect(str(locked.path.parent / SOCKET_FILE))
            talk.sendall(line)
            with pytest.raises(BrokenWire):
                Wire(talk).receive()
    assert listening(locked).until() is not None


def test_a_key_that_is_none_is_an_answer(locked: Vault, unlock: Callable[..., int]) -> None:
    unlock()
    paths = ([1], ["Ed25519"], ["Ed25519", -1], ["Ed25519", 1 << 40], ["none", 1 << 31])
    for key in (*paths, {"name": "z6Mk", "sealed": ""}, {"name": "", "sealed": packed(bytes(99))}):
        with socket.socket(socket.AF_UNIX) as talk:
            talk.connect(str(locked.path.parent / SOCKET_FILE))
            wire = Wire(talk)
            try:
                wire.send({"ask": "public", "key": key})
                assert "raw" not in wire.receive()
            except BrokenWire:
                continue
    assert listening(locked).until() is not None


def test_a_folder_that_is_gone_is_refused(locked: Vault, passphrase: Secret) -> None:
    keeper = Keeper().with_passphrase(passphrase)
    with Vault.open(locked.path, keeper), pytest.raises((StorageFailed, VaultError)):
        keeper.listen("/nowhere/at/all", 60)
