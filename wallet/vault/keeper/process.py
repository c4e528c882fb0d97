"""The keeper's own program: `python -m wallet.vault.keeper.process`, its standard input a socket.

Whoever started it is trusted: it has the passphrase to give. When it hangs up, the process ends,
unless it was told to listen for a while.
"""

from __future__ import annotations

import os
import socket
import threading
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from wallet.hardening import harden
from wallet.vault.errors import VaultError
from wallet.vault.keeper.answering import Held
from wallet.vault.keeper.wire import BrokenWire, Wire

_SIGNING: Final = ("wallet.vault.derivation", "wallet.vault.phrase", "did.keys.ed25519")


def main() -> None:
    """Answer until there is nobody left to answer."""
    harden()
    os.umask(0o077)
    # While the passphrase is typed and its key is derived.
    threading.Thread(target=_load, daemon=True).start()
    held, wire = Held(), Wire(socket.socket(fileno=0))
    try:
        while True:
            question = wire.receive()
            if question.get("ask") == "listen":
                wire.send(_listen(held, question))
            else:
                wire.send(held.answer(question, trusted=True))
    except BrokenWire:
        pass
    if held.listener is not None:
        held.listener.wait()
    os._exit(0)  # without what an interpreter does at its end, which may take its time


def _listen(held: Held, question: dict[str, Any]) -> dict[str, Any]:
    # Deferred: for `holdfast unlock` alone.
    from wallet.vault.keeper.listening import Listener  # noqa: PLC0415

    match question:
        case {"folder": str() as folder, "seconds": int() as seconds} if held.keys is not None:
            try:
                held.listener = Listener.start(held, Path(folder), seconds)
            except VaultError as error:
                return {"error": "vault", "text": str(error), "hint": error.hint}
            return {"until": held.listener.until.isoformat()}
        case _:
            raise BrokenWire


def _load() -> None:
    for name in _SIGNING:
        import_module(name)


if __name__ == "__main__":
    main()
