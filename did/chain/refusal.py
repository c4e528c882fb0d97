"""An error that a chain answers with (JSON-RPC 2.0, section 5.1), and why calls are reverted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.chain import abi
from did.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from did.chain import Chain

INVALID_PARAMS: Final = -32602
METHOD_NOT_FOUND: Final = -32601
REFUSED: Final = -32000
REVERTED: Final = 3
"""What Ethereum's nodes answer where a contract refuses a call."""

_ERROR: Final = bytes.fromhex("08c379a0")  # Error(string), which has the form of bytes
_PANIC: Final = bytes.fromhex("4e487b71")  # Panic(uint256)


class RequestRefused(ChainError):
    """The chain answers with an error. `number` is its code; `data` what a contract gave back."""

    def __init__(
        self, message: str, *, number: int = REFUSED, data: bytes = b"", hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.number = number
        self.data = data


def answers(chain: Chain, calls: Sequence[tuple[str, Sequence[Any]]]) -> tuple[Any, ...]:
    """The results of `calls`, in order; for one that the chain refuses, the `RequestRefused`.

    They are asked in one round trip, and once more one by one where any is refused, so that they
    must be questions, which change nothing.

    Raises:
        ChainError, Unreachable: see `Chain.request`.
    """
    try:
        return chain.request_many(calls)
    except RequestRefused:
        return tuple(_answer(chain, method, params) for method, params in calls)


def _answer(chain: Chain, method: str, params: Sequence[Any]) -> Any:
    try:
        return chain.request(method, params)
    except RequestRefused as refused:
        return refused


def reverted(data: bytes) -> RequestRefused:
    """The refusal of a contract that gave back `data`; the message ends in its reason."""
    reason = revert_reason(data)
    message = f"execution reverted: {reason}" if reason else "execution reverted"
    return RequestRefused(message, number=REVERTED, data=data)


def revert_reason(data: bytes) -> str:
    """What a contract says of its refusal, in `data`: empty where it says nothing readable."""
    try:
        if data.startswith(_ERROR):
            (text,) = abi.decode(("bytes",), data[4:])
            return bytes(text).decode()
        if data.startswith(_PANIC):
            (code,) = abi.decode(("uint256",), data[4:])
            return f"panic {int(code):#04x}"
    except ValueError:  # another contract than ours may give back anything
        return ""
    return ""
