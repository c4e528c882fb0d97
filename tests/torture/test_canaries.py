from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from wallet.vault.derivation import KeyPath, derive
from wallet.vault.header import FLOOR
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret
from wallet.wallet import create_wallet

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent
PASSPHRASE: Final = "Vexoquill passes the Zunderbrook"
CLAIMS: Final = {"degree": "Quabberlain", "thesis": "Ostrivander", "grade": "Yplentious"}
PATHS: Final = (
    KeyPath.ethr(0),
    KeyPath.ethr(1),
    KeyPath.assertion(0, 0),
    KeyPath.did_key(0),
    KeyPath.journal(),
)
# Says everything that it can to a log, dumps core if it may, and keeps the command line to itself.
SESSION: Final = """
import json, logging, os, resource, sys
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
logging.basicConfig(filename="debug.log", level=logging.DEBUG)
from wallet.hardening import harden
harden()
from wallet.cli.main import main
for command in json.load(sys.stdin):
    code = main(command)
    assert code == 0, (command[0], code)
from pathlib import Path
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet
home, file, *_ = [command[command.index(o) + 1] for o in ("--home", "--passphrase-file")]
with open_wallet(Path(home), Secret(Path(file).read_text())) as wallet:
    wallet.vault.put(Kind.CONTACT, {"said": [part for part in command if "=" in part]})
    os.abort()  # -wal and -shm stay
"""
FORCED: Final = """
import json, sys
def boom(*_, **__):
    raise RuntimeError("forced")
import wallet.actions.journal, wallet.cli.acting, wallet.cli.render
import wallet.vault.cipher, wallet.vault.signer, wallet.vault.vault
layer = sys.argv[1]
if layer == "cipher":
    wallet.vault.cipher.RowCipher.seal = boom
elif layer == "vault":
    wallet.vault.vault.Vault.put = boom
elif layer == "signer":
    wallet.vault.signer.VaultSigner.sign = boom
elif layer == "action":
    wallet.actions.journal.write = boom
elif layer == "cli":
    wallet.cli.acting.pick_up = boom
elif layer == "renderer":
    wallet.cli.render.show = boom
from wallet.cli.main import main
for command in json.load(sys.stdin):
    main(command)
"""


def common(home: Path, tmp_path: Path) -> list[str]:
    file = tmp_path.parent / f"{tmp_path.name} passphrase"  # the person's own, outside
    file.write_text(PASSPHRASE)
    return ["--home", str(home), "--passphrase-file", str(file), "--yes", "--quiet"]


def commands(home: Path, tmp_path: Path) -> list[list[str]]:
    options = common(home, tmp_path)
    without_yes = [option for option in options if option != "--yes"]
    claims = [part for name, value in CLAIMS.items() for part in ("--claim", f"{name}={value}")]
    about = ["--type", "Degree", "--issuer", "school", "--subject", "school", *claims]
    return [
        ["did", "create", "--name", "school", *options],
        ["did", "create", "--method", "key", "--name", "signer", *options],
        ["did", "publish", "school", *options],
        ["issue", *about, *options],
        ["issue", *about, "--format", "vcdm1", *options],
        ["issue", *about, "--format", "jwt", *options],
        ["did", "rotate", "school", *options],
        ["history", *without_yes],
        ["list", *without_yes],
    ]


@pytest.fixture
def canaries(tmp_path: Path) -> dict[str, bytes]:
    """Makes the wallet; what must be found nowhere, by name."""
    phrase = RecoveryPhrase.generate()
    create_wallet(tmp_path / "wallet", Secret(PASSPHRASE), phrase=phrase, kdf=FLOOR)[0].close()
    words, seed = phrase.expose_secret().split(), phrase.expose_seed()
    planted = {"passphrase": PASSPHRASE, "its middle": PASSPHRASE[9:-9], **CLAIMS}
    planted |= {f"words {n}": " ".join(words[n : n + 3]) for n in range(0, 12, 3)}
    planted |= {"entropy": phrase.expose_entropy().hex(), "seed": seed.hex()}
    for path in PATHS:
        key = derive(seed, path)
        planted[f"{path} in hexadecimal"] = key.hex()
        planted[f"{path} in base64"] = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
    assert len(planted) >= 20
    return {name: text.encode() for name, text in planted.items()}


def leaks(canaries: dict[str, bytes], places: dict[str, bytes]) -> list[tuple[str, str]]:
    return [
        (name, place)
        for place, content in places.items()
        for name, canary in canaries.items()
        if canary in content
    ]


def processes() -> Iterator[tuple[str, bytes]]:
    """The command line and the environment of each process that may be looked at."""
    for entry in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                yield f"{entry.name} {name}", (entry / name).read_bytes()
            except OSError:
                continue


def environment(tmp_path: Path) -> dict[str, str]:
    temporary = tmp_path / "temporary"
    temporary.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(ROOT),
        "HOLDFAST_PASSPHRASE": PASSPHRASE,  # nobody asked for it; children must not inherit it
    }


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_session_leaves_no_secret_anywhere(tmp_path: Path, canaries: dict[str, bytes]) -> None:
    seen: dict[str, bytes] = {}
    over = threading.Event()
    with subprocess.Popen(
        [sys.executable, "-c", SESSION],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as session:

        def look() -> None:
            while not over.wait(0.01):
                # Its own environment is what it was started with, by us.
                seen.update(one for one in processes() if one[0] != f"{session.pid} environ")

        watcher = threading.Thread(target=look)
        watcher.start()
        said = json.dumps(commands(tmp_path / "wallet", tmp_path)).encode()
        _, err = session.communicate(said)
        over.set()
        watcher.join()
    assert session.returncode == -6, err.decode()
    files = {
        str(path): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    assert any(path.endswith("vault.db-wal") for path in files)  # it was killed while open
    assert any(path.endswith("debug.log") for path in files)
    assert not [path for path in files if "core" in Path(path).name]
    assert leaks(canaries, files | seen | {"standard error": err}) == []


@pytest.mark.parametrize("layer", ["cipher", "vault", "signer", "action", "cli", "renderer"])
def test_no_secret_is_in_the_traceback_of_what_fails(
    tmp_path: Path, canaries: dict[str, bytes], layer: str
) -> None:
    options = common(tmp_path / "wallet", tmp_path)
    claims = [part for name, value in CLAIMS.items() for part in ("--claim", f"{name}={value}")]
    about = ["--type", "Degree", "--issuer", "school", "--subject", "school", *claims]
    making = ["did", "create", "--method", "key", "--name", "school", *options]
    done = subprocess.run(
        [sys.executable, "-c", FORCED, layer],
        cwd=tmp_path,
        env=environment(tmp_path),
        input=json.dumps([making, ["issue", *about, *options]]).encode(),
        check=False,
        capture_output=True,
    )
    assert done.returncode == 1
    assert b"RuntimeError: forced" in done.stderr
    assert leaks(canaries, {"standard error": done.stderr, "standard output": done.stdout}) == []


def printed(tmp_path: Path, *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-P", HERE / words[0], *words[1:], tmp_path],
        env=environment(tmp_path.parent) | {"HOLDFAST_LANGUAGE": "en"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_a_crash_in_any_layer_shows_no_secret_though_every_local_variable_is_shown(
    tmp_path: Path,
) -> None:
    crashes = printed(tmp_path, "crashing.py")
    assert len(crashes) >= 25
    assert [told for told in crashes.values() if not told["crashed"]] == []
    assert {name: told["shown"] for name, told in crashes.items() if told["shown"]} == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scene", "places"), [("commands", 5_000), ("screens", 1_000), ("keeper", 100)]
)
def test_at_no_call_a_local_variable_shows_a_secret(
    scene: str, places: int, tmp_path: Path
) -> None:
    seen = printed(tmp_path, "shown.py", scene)
    assert seen["found"] == []
    assert seen["looked"] > places
    # A wallet's private keys are not exported where nobody can type a sentence; and once there is
    # another passphrase, the one from before opens nothing.
    assert {code for _, code, _ in seen["done"]} <= {0, 7, 8}


def test_a_local_variable_that_shows_a_secret_is_found(tmp_path: Path) -> None:
    found = printed(tmp_path, "shown.py", "control")["found"]
    assert ("tests/torture/shown.py:careless", "text", "passphrase") in {
        (where, name, canary) for where, _, name, canary in found
    }
