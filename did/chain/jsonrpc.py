"""JSON-RPC 2.0 as messages: what is asked, what is answered, and what is wrong with either.

A stranger wrote whatever is read here, be it a node's answer or a question to a chain of one's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from did.chain.hexadecimal import data, read_data
from did.chain.refusal import METHOD_NOT_FOUND, REFUSED, RequestRefused
from did.errors import ChainError, DIDError

if TYPE_CHECKING:
    from typing import NoReturn

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
LIMIT_EXCEEDED: Final = -32005
"""Where a node wants fewer questions, or smaller ones (EIP-1474)."""

Call = tuple[str, Sequence[Any]]
"""A method and its parameters."""


class NotJSON(ValueError):
    """The bytes are not JSON, or nest deeper than anybody reads."""


def question(number: int, call: Call) -> dict[str, Any]:
    """The request object, section 4, with the id `number`."""
    method, params = call
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}


def encoded(message: Any) -> bytes:
    """A message, or a batch of them, as it is sent."""
    return json.dumps(message, separators=(",", ":")).encode()


def decoded(body: bytes) -> Any:
    """The JSON in `body`. Raises `NotJSON`."""
    try:
        return json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotJSON(str(error) or "nested too deep") from error


def answers(body: bytes, count: int, who: str) -> tuple[Mapping[str, Any], ...]:
    """The response objects, section 6, to `count` questions with the ids from 1, in their order.

    Raises:
        ChainError: what `who` sent is not an answer to each of them and to nothing else.
    """
    given = _read(body, who)
    if not isinstance(given, list):
        raise _none(who)
    by_number = {number: answer for answer in given if (number := _number(answer)) is not None}
    if len(given) != count or by_number.keys() != set(range(1, count + 1)):
        raise _none(who)
    return tuple(by_number[number] for number in range(1, count + 1))


def answer(body: bytes, who: str) -> Mapping[str, Any]:
    """The response object, section 5, to the one question with the id 1. Raises `ChainError`."""
    given = _read(body, who)
    if not isinstance(given, Mapping) or given.get("id") not in (1, None):
        raise _none(who)
    return given


def result(given: Mapping[str, Any], who: str) -> Any:
    """The result in a response object.

    Raises:
        RequestRefused: there is an error in it instead.
        ChainError: there is neither.
    """
    if (failure := given.get("error")) is not None:
        raise refusal(failure, who)
    if "result" not in given:
        raise ChainError(f"the answer of {who} has no result", hint=_WRONG_ADDRESS)
    return given["result"]


def refusal(failure: Any, who: str) -> ChainError:
    """The error object, section 5.1, that `who` answers with."""
    if not isinstance(failure, Mapping) or not isinstance(failure.get("message"), str):
        return ChainError(f"{who} answers with an error that is none", hint=_WRONG_ADDRESS)
    number, given = failure.get("code"), failure.get("data")
    try:
        said = read_data(given) if isinstance(given, str) else b""
    except ChainError:  # some nodes write prose there
        said = b""
    if not isinstance(number, int) or isinstance(number, bool):
        number = REFUSED
    hint = {
        METHOD_NOT_FOUND: f"{who} does not offer this; another node may",
        LIMIT_EXCEEDED: f"{who} wants fewer or smaller requests: wait, or ask another node",
    }.get(number, f"so {who} answers")
    return RequestRefused(printable(failure["message"]), number=number, data=said, hint=hint)


def error_object(error: DIDError) -> dict[str, Any]:
    """The error object, section 5.1, that tells of `error`."""
    if not isinstance(error, RequestRefused):
        return {"code": REFUSED, "message": str(error)}
    told: dict[str, Any] = {"code": error.number, "message": str(error)}
    if error.data:
        told["data"] = data(error.data)
    return told


def printable(text: str) -> str:
    """What a stranger says, as a message may quote it."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:300])


_WRONG_ADDRESS: Final = "check the node's address: JSON-RPC is not what answers there"


def _read(body: bytes, who: str) -> Any:
    try:
        return decoded(body)
    except NotJSON as error:
        raise ChainError(f"the answer of {who} is not JSON", hint=_WRONG_ADDRESS) from error


def _number(given: Any) -> int | None:
    number = given.get("id") if isinstance(given, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _none(who: str) -> ChainError:
    return ChainError(f"the answer of {who} is not one of JSON-RPC", hint=_WRONG_ADDRESS)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
