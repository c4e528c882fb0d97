"""The child process in which didkit runs. It imports nothing of the wallet.

Requests come as JSON, one a line, on standard input; each is answered by a line on what was
standard output: its `id`, and `"result"` or `"error"`. didkit brings its own HTTP client and often
crashes as the interpreter ends, so it runs here: without a network where the system allows, and
ended before the interpreter can end it. A private key is held by no file, argument or environment;
it is in this process's memory while didkit signs, which writes no core dump, and which no other
program of the same user can read where the system allows.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import resource
import signal
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_PR_SET_DUMPABLE: Final = 4  # linux/prctl.h

IDLE_SECONDS: Final = 300
"""How long it waits for a question before it ends."""

OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "verify_credential": ("document", "options"),
        "verify_presentation": ("document", "options"),
        "issue_credential": ("document", "options", "key"),
        "issue_presentation": ("document", "options", "key"),
        "resolve_did": ("did", "options"),
        "key_to_did": ("method", "key"),
    }
)
"""didkit's functions, and the members of a request that are their arguments: text, or JSON."""


def withdraw() -> bool:
    """Leave the network (unshare(2), Linux), and be looked into by nobody (prctl(2), Linux).

    Gives whether the first succeeded.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    library = ctypes.CDLL(None)
    unshare, prctl = (getattr(library, name, None) for name in ("unshare", "prctl"))
    left = unshare is not None and unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    if prctl is not None:
        # Afterwards, since what unshare(2) changes sets it back to the system's own setting.
        prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return left


async def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """What didkit says to a request, or why it said nothing."""
    import didkit  # noqa: PLC0415 - its runtime starts with it, and must start without a network

    try:
        operation = request["operation"]
        members = [request[name] for name in OPERATIONS[operation]]
        arguments = [one if isinstance(one, str) else json.dumps(one) for one in members]
        answered = getattr(didkit, operation)(*arguments)
        if isinstance(answered, str):  # only what may need the network is awaited
            return {"result": {"text": answered}}
        return {"result": json.loads(await answered)}
    except Exception as error:  # noqa: BLE001 - didkit raises its own class, and others
        # A reader of keys may quote what it could not read.
        reason = "" if "key" in request else f": {error}"
        return {"error": f"{type(error).__name__}{reason}"}


def withhold_output() -> int:
    """Where answers go. Whatever else is printed in this process, by didkit too, goes nowhere."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return answers


def main() -> None:
    """Answer until standard input ends, or nothing has been asked for `IDLE_SECONDS`."""
    withdraw()
    with open(withhold_output(), "wb", buffering=0, closefd=False) as answers:
        runner = asyncio.Runner()
        signal.alarm(IDLE_SECONDS)
        for line in sys.stdin:
            signal.alarm(0)
            request = json.loads(line)
            answered = runner.run(answer(request))
            reply = memoryview(json.dumps({"id": request.get("id"), **answered}).encode() + b"\n")
            while reply:
                reply = reply[answers.write(reply) or 0 :]
            signal.alarm(IDLE_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    main()
