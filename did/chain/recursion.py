"""Keeping the interpreter's recursion limit where it is.

Ethereum's libraries raise it a hundredfold when they are loaded. From then on, JSON that is nested
deep enough does not raise `RecursionError` but ends the process, and anyone can write such JSON.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

EVM: Final = 12 * 1024
"""What contracts need that call one another as deep as they may, 1024 calls."""

_TURN: Final = threading.RLock()


@contextmanager
def recursion_limit(limit: int | None = None) -> Iterator[None]:
    """Whatever is done inside, the limit is afterwards what it was; inside it is `limit`, if given.

    The limit is the whole process's, so that threads take turns.
    """
    with _TURN:
        before = sys.getrecursionlimit()
        try:
            sys.setrecursionlimit(before if limit is None else max(limit, before))
            yield
        finally:
            sys.setrecursionlimit(before)
