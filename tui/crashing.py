"""What is told of a crash: which errors, and where. Not what they say, nor what a variable held.

A foreign error quotes what it stumbled over, which may be a passphrase; those of the wallet do not.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from did.errors import DIDError
from wallet.display import printable
from wallet.errors import WalletError

if TYPE_CHECKING:
    from collections.abc import Iterator


def crash_lines(error: BaseException) -> Iterator[str]:
    """The chain of errors, the first one first, each with where it came through."""
    yield "Holdfast has stopped, because of a mistake in it. The wallet is locked."
    for each in _chain(error):
        yield ""
        for frame in traceback.extract_tb(each.__traceback__, limit=-12):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        said = printable(str(each)) if isinstance(each, WalletError | DIDError) else ""
        name = f"{type(each).__module__}.{type(each).__qualname__}"
        yield f"{name}: {said}" if said else name


def _chain(error: BaseException) -> list[BaseException]:
    """What led to it, and then it; an error that leads to itself is told once."""
    found: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in found:
        found.append(each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return found[::-1]
