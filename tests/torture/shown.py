"""What a crash screen would show of a wallet's secrets, at each call: `shown.py SCENE FOLDER`.

`commands` makes a wallet of a known phrase and does with it what there is to be done; `screens`
makes and unlocks one in the terminal UI; `keeper` asks one for all it has; `control` is careless.
Prints what was found as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import json
import re
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

sys.path.append(str(Path(__file__).parents[2]))  # the tests are not installed

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from textual.widgets import Static

from agent.model import ScriptedModel
from did.keys import ALGORITHMS as ALGORITHM_TABLE
from did.private_jwk import unsafe_encode_private_jwk
from tests.torture.canaries import (
    ALGORITHMS,
    BACKUPS,
    BBS,
    IDENTITY,
    IMPORTED,
    NEW_PASSPHRASE,
    PASSPHRASE,
    RECIPIENT,
    WORDS,
    canaries,
    keys_of,
    meta_of,
)
from tests.torture.watching import Watch
from tui.app import HoldfastApp
from tui.consent import ConsentScreen
from tui.screens.beginning import FirstDIDScreen
from tui.screens.home import HomeScreen
from tui.screens.phrase import CheckScreen, PhraseScreen
from tui.screens.welcome import WelcomeScreen
from tui.session import Session
from tui.widgets.composer import Field
from wallet.cli.main import main
from wallet.vault import phrase as phrase_module
from wallet.vault.attempts import ATTEMPTS
from wallet.vault.derivation import Branch, KeyPath
from wallet.vault.keeper.answering import Held
from wallet.vault.keeper.asking import KeptKeys, data_keys_of
from wallet.vault.keeper.wire import BrokenWire, Wire, packed
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret, SecretBytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from textual.pilot import Pilot

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = tuple(ROOT / name for name in ("did", "wallet", "agent", "tui"))
PLANS: Final = ("create_did method=key", "list_dids")
PATIENCE: Final = 60.0  # seconds


def commands(folder: Path) -> Iterator[list[str]]:
    """Verbs that touch a secret, and some of those that should not."""
    home, yes = ["--home", str(folder / "wallet")], "--yes"
    wallet = [*home, "--passphrase-file", str(folder / "passphrase")]
    own, key = ["--backup-passphrase-file", str(folder / "own")], ["--identity", str(folder / "id")]
    yield ["init", "--recover", "--phrase-file", str(folder / "phrase"), *wallet]
    yield ["init", *wallet[2:], "--home", str(folder / "other")]
    yield ["did", "create", "--name", "school", *wallet, yes]
    for algorithm in (*ALGORITHMS, BBS):
        words = ["--method", "key", "--algorithm", algorithm, "--name", algorithm]
        yield ["did", "create", *words, *wallet, yes]
    for method in ("peer", "pkh", "jwk"):
        yield ["did", "create", "--method", method, "--name", method, *wallet, yes]
    for method in ("web", "webvh"):
        words = ["--method", method, "--address", "a.example", "--name", method]
        yield ["did", "create", *words, *wallet, yes]
        yield ["did", "rotate", method, *wallet, yes]
    for name, more in (("jwk", []), ("pem", ["--password-file", str(folder / "own")])):
        words = [str(folder / f"key.{name}"), "--name", f"in {name}", *more]
        yield ["did", "import", *words, *wallet, yes]
    yield ["did", "publish", "school", *wallet, yes]
    yield ["did", "rotate", "school", *wallet, yes]
    yield ["contact", "add", "Acme", "did:web:acme.example", *wallet, yes]
    yield ["commitment", "--issuer", BBS, "--output", str(folder / "bound"), *wallet, yes]
    about = ["--subject", "Ed25519", "--claim", "n=1"]
    for number, (issuer, *way) in enumerate(
        (
            ("Ed25519",),
            ("P-384",),
            ("P-521",),
            ("secp256k1",),
            ("school",),
            ("in jwk", "--format", "vcdm1"),
            ("in pem",),
            ("P-256", "--format", "vcdm1"),
            ("Ed25519", "--format", "vcdm1", "--suite", "Ed25519Signature2018"),
            ("P-256", "--format", "sd-jwt"),
            ("P-256", "--suite", "ecdsa-sd-2023"),
            (BBS, "--suite", "bbs-2023", "--commitment", str(folder / "bound")),
            ("P-384", "--format", "cose"),
        )
    ):
        yield ["issue", "--type", f"Pass {number}", "--issuer", issuer, *about, *way, *wallet, yes]
    shown = ["--verifier", "Acme", "--output", str(folder / "shown.json")]
    yield ["present", "Pass 0", *shown, *wallet, yes]
    for number in (9, 10, 11):
        part = ["--disclose", "n", "--output", str(folder / f"part {number}")]
        yield ["present", f"Pass {number}", "--verifier", "Acme", *part, *wallet, yes]
    asked = ["--holder", "Acme", "--type", "Pass", "--output", str(folder / "request.json")]
    yield ["request", *asked, *wallet, yes]
    yield ["verify", str(folder / "shown.json"), *home]
    yield from (["list", *wallet], ["search", "Pass", *wallet], ["doctor", *wallet])
    yield from (["history", *wallet], ["history", "verify", *wallet])
    yield ["backup", str(folder / "one.age"), *own, *wallet, yes]
    yield ["backup", str(folder / "two.age"), "--recipient", RECIPIENT, *wallet, yes]
    yield ["backup", "verify", str(folder / "one.age"), *own, *wallet]
    yield ["backup", "verify", str(folder / "two.age"), *key, *wallet]
    again = ["--home", str(folder / "again"), *wallet[2:]]
    yield ["restore", str(folder / "two.age"), *key, *again]
    yield ["restore", str(folder / "one.age"), *own, "--replace", *again, yes]
    yield [
        "export",
        "wallet",
        str(folder / "u.json"),
        "--password-file",
        str(folder / "own"),
        *again,
        yes,
    ]
    yield [
        "import-wallet",
        str(folder / "u.json"),
        "--password-file",
        str(folder / "own"),
        *wallet,
        yes,
    ]
    yield ["export", "keys", str(folder / "keys.json"), *wallet]
    yield ["passphrase", "--new-passphrase-file", str(folder / "new"), *wallet]
    yield ["list", *wallet]  # whose passphrase is another one now


def prepare(folder: Path) -> None:
    """Writes the files of a person who knows their secrets, and draws no new ones."""
    ATTEMPTS.sleep = lambda _: None
    vars(phrase_module)["secrets"] = _NoChance
    for name, text in (
        ("passphrase", PASSPHRASE),
        ("new", NEW_PASSPHRASE),
        ("own", BACKUPS),
        ("phrase", WORDS),
        ("id", IDENTITY),
    ):
        (folder / name).write_text(f"{text}\n", encoding="utf-8")
    imported = ALGORITHM_TABLE["Ed25519"].private_key(IMPORTED)
    (folder / "key.jwk").write_text(json.dumps(unsafe_encode_private_jwk(imported)))
    scalar = int.from_bytes(IMPORTED, "big")
    (folder / "key.pem").write_bytes(
        ec.derive_private_key(scalar, ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(BACKUPS.encode())
        )
    )


def do_commands(folder: Path, watch: Watch) -> list[Any]:
    """Each with its exit code."""
    done: list[Any] = []
    for command in commands(folder):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), watch.watching():
            code = main(command)
        if command[0] == "init":
            watch.canaries |= keys_of(Path(command[command.index("--home") + 1]))
        done.append([" ".join(command[:4]), code, said.getvalue()[-300:]])
    return done


def ask_a_keeper(folder: Path, watch: Watch) -> None:
    """Both ends of a keeper's wire, in one process."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        main(next(commands(folder)))
    watch.canaries |= keys_of(folder / "wallet")
    ours, theirs = socket.socketpair()
    keeper = threading.Thread(target=_keep, args=(Wire(theirs),))
    meta = {name: packed(value) for name, value in meta_of(folder / "wallet").items()}
    with watch.watching():
        keeper.start()
        keys = KeptKeys(Wire(ours), lambda: None)
        passphrase = Secret(PASSPHRASE)
        data_keys_of(keys.ask("unlock", meta=meta, passphrase=passphrase.expose_secret()))
        keys.check()
        keys.sign(KeyPath.did_key(0), keys.public_key(KeyPath.did_key(0)).raw)
        keys.sign_digest(KeyPath.ethr(0), bytes(32))
        for algorithm in ALGORITHMS:
            keys.expose_jwk(KeyPath.did(Branch.DID_KEY, 0, algorithm=algorithm))
        keys.expose_phrase()
        keys.seal_key(SecretBytes((folder / "key.jwk").read_bytes()))
        keys.lock()
        keeper.join()


def _keep(wire: Wire) -> None:
    held = Held()
    with contextlib.suppress(BrokenWire):
        while True:
            wire.send(held.answer(wire.receive(), trusted=True))


async def look_at_screens(folder: Path, watch: Watch) -> list[Any]:
    """A wallet is made in the terminal UI and spoken to; then it is unlocked, at the second try."""
    await _sit_down(folder, watch, PASSPHRASE, PASSPHRASE)
    await _sit_down(folder, watch, BACKUPS, PASSPHRASE)
    return []


async def _sit_down(folder: Path, watch: Watch, *typed: str) -> None:
    session = Session(folder / "wallet", ScriptedModel(iter(PLANS)))
    # Each look at the clock is some seconds later: nobody is too quick.
    app = HoldfastApp(session, language="en", clock=itertools.count(0, 10).__next__)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        if isinstance(app.screen, WelcomeScreen):
            await pilot.press("enter")
            await _until(pilot, lambda: not isinstance(app.screen, WelcomeScreen))
            for text in typed:
                await _says(pilot, text)
            await _writes_down(pilot)
            watch.canaries |= keys_of(folder / "wallet")
            await pilot.press("escape")
        else:
            for text in typed:
                await _says(pilot, text)
        await _until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await _says(pilot, "make a key")
        await _until(pilot, lambda: isinstance(app.screen, ConsentScreen))
        await _until(pilot, lambda: cast("ConsentScreen", app.screen).is_painted)
        await pilot.press("y")
        await _until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await _until(pilot, lambda: not cast("HomeScreen", app.screen).busy)
    session.close()


async def _writes_down(pilot: Pilot[None]) -> None:
    """The phrase, and the three words of it that are asked for."""
    app = pilot.app
    await _until(pilot, lambda: isinstance(app.screen, PhraseScreen))
    await _until(pilot, lambda: bool(app.screen.query("Button:focus")))
    shown = str(app.screen.query_one("#phrase", Static).render())
    words = {int(number): word for number, word in re.findall(r"(\d+) ([a-z]+)", shown)}
    await pilot.press("enter")
    await _until(pilot, lambda: isinstance(app.screen, CheckScreen))
    assert isinstance(app.screen, CheckScreen)
    for number in app.screen.numbers:
        await _says(pilot, words[number])
    await _until(pilot, lambda: isinstance(app.screen, FirstDIDScreen))


async def _says(pilot: Pilot[None], text: str) -> None:
    await _until(pilot, lambda: bool(pilot.app.screen.query("Input:focus, Field:focus")))
    field = pilot.app.screen.query("Input:focus, Field:focus").first()
    setattr(field, "text" if isinstance(field, Field) else "value", text)
    await pilot.press("enter")
    await pilot.pause()


async def _until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while pilot.app._exception is None and not condition():
        assert time.monotonic() < end, f"still {type(pilot.app.screen).__name__}"
        await pilot.pause(0.02)


class _NoChance:
    """Draws the entropy of `WORDS`, so that a new wallet has the phrase that is looked for."""

    @staticmethod
    def token_bytes(size: int) -> bytes:
        return RecoveryPhrase.parse(Secret(WORDS)).expose_entropy()[:size]


def careless(file: Path) -> str:
    """Has a local variable that shows a passphrase while something is called: the control."""
    text = file.read_text(encoding="utf-8")
    return text.strip()


def looked(scene: str, folder: Path) -> Mapping[str, Any]:
    """What was found in a scene, and what was done in it."""
    prepare(folder)
    watch = Watch(canaries(), (*FOLDERS, Path(__file__).parent) if scene == "control" else FOLDERS)
    with contextlib.chdir(folder):
        done: list[Any] = []
        if scene == "commands":
            done = do_commands(folder, watch)
        elif scene == "keeper":
            ask_a_keeper(folder, watch)
        elif scene == "control":
            with watch.watching():
                careless(folder / "passphrase")
        else:
            with watch.watching():
                done = asyncio.run(look_at_screens(folder, watch))
    found = [
        [one.where.removeprefix(f"{ROOT}/"), line, one.name, one.canary]
        for one, line in watch.found.items()
    ]
    return {"done": done, "looked": watch.looked, "found": sorted(found)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(looked(sys.argv[1], Path(sys.argv[2]))))
