"""A crash in each layer, shown with every local variable: `crashing.py FOLDER`.

What a layer does when it is first asked is raise; what nobody catches is told as by a crash screen
that prints locals, all of each. Prints what was told of each layer, as JSON.
"""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Never

sys.path.append(str(Path(__file__).parents[2]))  # the tests are not installed

from rich.traceback import Traceback

from tests.torture.canaries import canaries, keys_of
from tests.torture.children import Child
from tests.torture.shown import commands, look_at_screens, prepare
from tests.torture.watching import Watch
from wallet.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORCED: Final = "forced by a test"
_ALL: Final = 1 << 30
HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Layer:
    """What raises, and a part of the command that comes to it; without one, the screens do."""

    module: str
    name: str
    command: str | None = "init --recover"

    def breaks(self) -> None:
        """From now on it raises."""
        *path, name = self.name.split(".")
        owner: object = import_module(self.module)
        for part in path:
            owner = getattr(owner, part)
        setattr(owner, name, boom)


LAYERS: Final[Mapping[str, Layer]] = MappingProxyType(
    {
        "cli": Layer("wallet.cli.options", "_first_line"),
        "renderer": Layer("wallet.cli.render", "show_line"),
        "actions": Layer("wallet.actions.journal", "write", "--algorithm Ed25519"),
        "wallet": Layer("wallet.wallet", "registrars_of"),
        "registrars": Layer(
            "wallet.registrars.fixed", "KeyRegistrar.create", "--algorithm Ed25519"
        ),
        "header": Layer("wallet.vault.header", "seal"),
        "phrase": Layer("wallet.vault.phrase", "_language"),
        "seed": Layer("wallet.vault.phrase", "Mnemonic.to_seed"),
        "derivation": Layer("wallet.vault.derivation", "SLIP10.from_seed"),
        "keyring": Layer("wallet.vault.cipher", "sodium_unpad"),
        "keys": Layer("did.keys.ed25519", "Ed25519PublicKey.__init__", "--algorithm Ed25519"),
        "cipher": Layer("wallet.vault.cipher", "crypto_aead_xchacha20poly1305_ietf_encrypt"),
        "vault": Layer("wallet.vault.vault", "Vault.put", "--algorithm Ed25519"),
        "search index": Layer("wallet.search.index", "normal", "search Pass"),
        "data integrity": Layer("wallet.actions.securing", "attach", "Pass 0"),
        "jose": Layer("wallet.actions.securing", "jose.attach", "Pass 2"),
        "didkit's pipe": Layer("wallet.credentials.formats.didkit_child", "Child._send", "2018"),
        "legacy": Layer("wallet.credentials.formats.legacy.making", "sign", "2018"),
        "exchange": Layer("wallet.exchange.request_file", "PresentationRequest.dump", "--holder"),
        "backup": Layer("wallet.backup.age", "_counter", "backup"),
        "reading a backup": Layer("wallet.backup.lines", "read_part", "backup verify"),
        "an age identity": Layer("wallet.backup.age.keys", "decode", "--identity"),
        "restoring": Layer("wallet.backup.restoring", "Settings.read", "restore"),
        "universal wallet": Layer("wallet.backup.jwe", "aes_key_wrap", "u.json"),
        "changing the passphrase": Layer("wallet.vault.header", "Header.renewed", "--new-pass"),
        "agent": Layer("agent.conversation", "Conversation.say", None),
        "screens": Layer("tui.screens.phrase", "PhraseScreen.on_mount", None),
        "session": Layer("tui.session", "Session._begin", None),
    }
)


def boom(*_: object, **__: object) -> Never:
    """Never does what it is asked."""
    raise RuntimeError(FORCED)


def crashed(folder: Path) -> dict[str, Any]:
    """What is told of each layer's crash; it is in a copy of the folder as it is by then."""
    prepare(folder)
    secrets, told = canaries(), dict[str, str]()
    for command in commands(folder):
        typed = " ".join(command)
        for name, layer in LAYERS.items():
            if name not in told and layer.command is not None and layer.command in typed:
                told[name] = _in_a_copy(layer, folder, command)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            main(command)
        if typed.startswith("init --recover"):
            secrets |= keys_of(folder / "wallet")
    for name, layer in LAYERS.items():
        if layer.command is None:
            told[name] = _in_a_copy(layer, folder, None)
    return {
        name: {
            "crashed": FORCED in text,
            "shown": [secret for secret, shown in secrets.items() if shown in text],
            "told": text[-1_000:],
        }
        for name, text in told.items()
    }


def _in_a_copy(layer: Layer, folder: Path, command: list[str] | None) -> str:
    copy = folder.with_name(f"{folder.name} copy")
    shutil.copytree(folder, copy)
    try:
        if command is None:
            shutil.rmtree(copy / "wallet")
            return _forked(layer, lambda: _screens(copy))
        there = [word.replace(str(folder), str(copy)) for word in command]
        return _forked(layer, lambda: main(there))
    finally:
        shutil.rmtree(copy)


def _screens(folder: Path) -> None:
    prepare(folder)
    asyncio.run(look_at_screens(folder, Watch({}, ())))


def _forked(layer: Layer, work: Callable[[], object]) -> str:
    def crash(say: Callable[[bytes], object]) -> None:
        layer.breaks()
        said = io.StringIO()
        try:
            with redirect_stdout(said), redirect_stderr(said):
                work()
        except RuntimeError as error:
            say(told_of(error).encode())
        else:
            say(f"it did not crash:\n{said.getvalue()}".encode())

    return Child.of(crash).ended()[1].decode()


def told_of(error: BaseException) -> str:
    """A crash with all that such a screen finds in it, unbroken; but for who caused it here."""
    trace = Traceback.extract(
        type(error),
        error,
        error.__traceback__,
        show_locals=True,
        locals_max_length=_ALL,
        locals_max_string=_ALL,
    )
    lines = []
    for stack in trace.stacks:
        for frame in stack.frames:
            if Path(frame.filename).parent != HERE:
                lines.append(f"{frame.filename}:{frame.lineno} {frame.name}")
                lines += [f"    {name} = {shown}" for name, shown in (frame.locals or {}).items()]
        lines.append(f"{stack.exc_type}: {stack.exc_value}")
    return "\n".join(lines)


if __name__ == "__main__":
    with chdir(sys.argv[1]):
        sys.stdout.write(json.dumps(crashed(Path(sys.argv[1]))))
