"""The child process in which didkit runs. It imports nothing of the wallet.

Requests come as JSON, one a line, on standard input; each is answered by a line on standard
output: `{"result": …}` or `{"error": "…"}`. didkit brings its own HTTP client and crashes one time
in three as the interpreter ends, so it runs here: without a network where the system allows, and
ended before the interpreter can end it. The private key of an `issue` request is held by no file,
argument or environment, and this process writes no core dump.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import resource
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000

OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "verify_credential": ("document", "options"),
        "verify_presentation": ("document", "options"),
        "issue_credential": ("document", "options", "key"),
        "resolve_did": ("did", "options"),
        "key_to_did": ("method", "key"),
    }
)
"""didkit's functions, and the members of a request that are their arguments: text, or JSON."""


def withdraw() -> bool:
    """Leave the network (unshare(2), Linux) and forbid core dumps. Whether the first succeeded."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    return unshare is not None and unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0


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


def main() -> None:
    """Answer until standard input ends."""
    withdraw()
    for line in sys.stdin:
        print(json.dumps(asyncio.run(answer(json.loads(line)))), flush=True)  # noqa: T201
    os._exit(0)


if __name__ == "__main__":
    main()
