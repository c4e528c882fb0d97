from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from did.keys.secp256k1 import Secp256k1PublicKey
from wallet.vault.attempts import Attempts
from wallet.vault.cipher import Purpose
from wallet.vault.derivation import KeyPath, derive
from wallet.vault.errors import IntegrityError, Locked, VaultError, WrongPassphrase
from wallet.vault.keeper.child import Keeper
from wallet.vault.keyring import Passphrase
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.vault.store import Store
from wallet.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    class Processes(Protocol):
        def children(self, of: int) -> set[int]: ...
        def ours(self) -> set[int]: ...
        def is_gone(self, pid: int) -> bool: ...


JUNK: Final = "test test test test test test test test test test test junk"
PATHS: Final = [KeyPath.ethr(0), KeyPath.assertion(0, 0), KeyPath.did_key(0), KeyPath.journal()]

OPEN_AND_WAIT: Final = """
import sys
from pathlib import Path
from wallet.vault.derivation import KeyPath
from wallet.vault.keeper.child import Keeper
from wallet.vault.secret import Secret
from wallet.vault.vault import Vault
passphrase = Secret(Path(sys.argv[2]).read_text())
with Vault.open(Path(sys.argv[1]), Keeper().with_passphrase(passphrase)) as vault:
    vault.signer(KeyPath.did_key(0)).sign(b"message")
    print("open", flush=True)
    sys.stdin.readline()
print("closed", flush=True)
sys.stdin.readline()
"""


def test_signs_as_a_vault_that_was_opened_in_one_process(locked: Vault, passphrase: Secret) -> None:
    with Vault.open(locked.path, passphrase) as here:
        expected = [here.public_key(path) for path in PATHS]
        record = here.put(Kind.CONTACT, {"name": "Mei"})
        phrase = here.unsafe_expose_phrase()
        with here.unsafe_expose_jwk(KeyPath.did_key(0)) as jwk:
            jwk_here = jwk
    with Vault.open(locked.path, Keeper().with_passphrase(passphrase)) as kept:
        assert kept.get(Kind.CONTACT, record.id).body == {"name": "Mei"}
        for path, public_key in zip(PATHS, expected, strict=True):
            signer = kept.signer(path)
            assert signer.public_key == public_key
            assert public_key.verify(signer.sign(b"message"), b"message")
        paying = kept.digest_signer(KeyPath.ethr(0))
        assert isinstance(paying.public_key, Secp256k1PublicKey)
        assert len(paying.sign_digest(bytes(32))) == 65
        assert kept.unsafe_expose_phrase() == phrase
        with kept.unsafe_expose_jwk(KeyPath.did_key(0)) as jwk:
            assert jwk == jwk_here
        with (
            pytest.raises(VaultError, match="of an account"),
            kept.unsafe_expose_jwk(KeyPath.ethr(0)),
        ):
            pass


def test_is_gone_when_the_vault_is_closed(
    locked: Vault, passphrase: Secret, processes: Processes
) -> None:
    before = processes.ours()
    with Vault.open(locked.path, Keeper().with_passphrase(passphrase)) as opened:
        (pid,) = processes.ours() - before
        signer = opened.signer(KeyPath.did_key(0))
    assert processes.is_gone(pid)
    with pytest.raises(Locked):
        signer.sign(b"message")


def test_a_wrong_passphrase_is_counted_and_leaves_no_process(
    locked: Vault, processes: Processes
) -> None:
    waited: list[float] = []
    before, attempts = processes.ours(), Attempts(waited.append)
    for _ in range(6):
        with pytest.raises(WrongPassphrase):
            Vault.open(locked.path, Keeper(attempts).with_passphrase(Secret("wrong")))
    assert waited == [1.0]
    assert processes.ours() == before


def test_unlocks_once(kept: Vault, passphrase: Secret) -> None:
    keeper = Keeper().with_passphrase(passphrase)
    Vault.open(kept.path, keeper).close()
    with pytest.raises(VaultError):
        Vault.open(kept.path, keeper)


def test_what_is_damaged_is_told_as_in_one_process(locked: Vault, passphrase: Secret) -> None:
    meta = dict(Store.peek(locked.path))
    meta["phrase"] = meta["phrase"][:-1] + bytes([meta["phrase"][-1] ^ 1])
    told = []
    for unlocks in (Passphrase(passphrase), Keeper().with_passphrase(passphrase)):
        _, keys = unlocks.unlock(meta)
        with pytest.raises(IntegrityError) as caught:
            keys.check()
        told.append((str(caught.value), caught.value.record))
        keys.lock()
    assert told[0] == told[1]


def test_signs_for_several_threads(kept: Vault) -> None:
    signer = kept.signer(KeyPath.did_key(1))

    def signs(number: int) -> bool:
        message = str(number).encode()
        return signer.public_key.verify(signer.sign(message), message)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(signs, range(64)))


def test_signs_what_is_long(kept: Vault) -> None:
    signer, message = kept.signer(KeyPath.did_key(1)), bytes(8 * 1024 * 1024)
    assert signer.public_key.verify(signer.sign(message), message)


def test_that_it_was_killed_locks_the_keys(
    locked: Vault, passphrase: Secret, processes: Processes
) -> None:
    before = processes.ours()
    with Vault.open(locked.path, Keeper().with_passphrase(passphrase)) as opened:
        signer = opened.signer(KeyPath.did_key(0))
        (pid,) = processes.ours() - before
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(Locked):
            signer.sign(b"message")
        assert opened.count(Kind.CONTACT) == 0


def test_says_so_where_it_ends_before_it_has_unlocked(
    locked: Vault, passphrase: Secret, processes: Processes
) -> None:
    before = processes.ours()
    keeper = Keeper().with_passphrase(passphrase)
    for pid in processes.ours() - before:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(VaultError, match="has ended"):
        Vault.open(locked.path, keeper)


@pytest.fixture
def waiting(locked: Vault, passphrase: Secret, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has opened the vault, has signed, and waits for a line to close it."""
    file = tmp_path / "passphrase"
    file.write_text(passphrase.expose_secret())
    with subprocess.Popen(
        [sys.executable, "-P", "-c", OPEN_AND_WAIT, str(locked.path), str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


def test_is_gone_when_its_parent_was_killed(
    waiting: subprocess.Popen[str], processes: Processes
) -> None:
    (pid,) = processes.children(waiting.pid)
    waiting.kill()
    assert processes.is_gone(pid)


def test_hears_no_interrupt_of_the_terminal(
    waiting: subprocess.Popen[str], processes: Processes
) -> None:
    (pid,) = processes.children(waiting.pid)
    assert os.getsid(pid) == pid != os.getsid(waiting.pid)


def test_says_no_secret_in_its_arguments_and_its_environment(
    waiting: subprocess.Popen[str], passphrase: Secret, processes: Processes
) -> None:
    (pid,) = processes.children(waiting.pid)
    for name in ("cmdline", "environ"):
        try:
            told = Path(f"/proc/{pid}/{name}").read_bytes()
        except PermissionError:
            continue  # better still
        assert bytes(passphrase.expose_secret().encode()) not in told
        assert b"HOLDFAST" not in told


def test_whoever_has_the_vault_open_holds_no_key_that_signs(
    waiting: subprocess.Popen[str], locked: Vault, passphrase: Secret, processes: Processes
) -> None:
    """The keeper's memory is the control: there the sub-key is found, until it ends."""
    (keeper,) = processes.children(waiting.pid)
    wallet, wallet_key = Passphrase(passphrase).unwrap(Store.peek(locked.path))
    seed = RecoveryPhrase.parse(Secret(JUNK)).expose_seed()
    subkey = wallet_key.subkey(Purpose.KEYS)
    secrets = [*map(bytes, (subkey, wallet_key.raw, seed, derive(seed, KeyPath.did_key(0))))]
    try:
        kept = _memory(keeper)
    except OSError:
        pytest.skip("this system lets nobody read another process's memory")
    assert bytes(subkey) in kept
    opened = _memory(waiting.pid)
    assert wallet in opened
    assert [secret for secret in secrets if secret in opened] == []
    assert waiting.stdin is not None
    waiting.stdin.write("close\n")
    waiting.stdin.flush()
    assert processes.is_gone(keeper)


def _memory(pid: int) -> bytes:
    """All that can be read of what a process may write to."""
    found = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            places, modes, *_ = line.split()
            if modes.startswith("rw") and "[v" not in line:
                start, end = (int(place, 16) for place in places.split("-"))
                memory.seek(start)
                found.append(memory.read(end - start))
    return b"".join(found)
