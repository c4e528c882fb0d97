"""Answering JSON-RPC 2.0, single requests and batches, from a chain: bytes in, bytes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from did.chain import jsonrpc
from did.chain.refusal import INVALID_PARAMS
from did.errors import ChainError, Unreachable

if TYPE_CHECKING:
    from did.chain import Chain

MAX_QUESTION: Final = 4 << 20
"""The longest request taken, in bytes: room for the longest call data, as hexadecimal."""

MAX_BATCH: Final = 1000
"""The most requests in a batch."""

MAX_ANSWER: Final = 32 << 20
"""The longest answer to a batch, in bytes: what comes after is refused one by one."""


def reply(chain: Chain, asked: bytes) -> bytes:
    """The response, or the batch of them, to a request or a batch. Empty where none is wanted."""
    try:
        given = jsonrpc.decoded(asked)
    except jsonrpc.NotJSON as error:
        return _error(None, jsonrpc.PARSE_ERROR, f"this is not JSON: {error!s:.80}")
    if not isinstance(given, list):
        return _one(chain, given)
    if not given:
        return _error(None, jsonrpc.INVALID_REQUEST, "the batch is empty")
    if len(given) > MAX_BATCH:
        message = f"the batch has {len(given)} requests: {MAX_BATCH} are answered at once"
        return _error(None, jsonrpc.INVALID_REQUEST, message)
    return _all(chain, given)


def _all(chain: Chain, given: list[Any]) -> bytes:
    answers, size = [], 0
    for one in given:
        if size > MAX_ANSWER:
            message = "the batch's answer is too long: ask for less at once"
            answer = _error(_id(one), jsonrpc.LIMIT_EXCEEDED, message)
        else:
            answer = _one(chain, one)
        if answer:
            answers.append(answer)
            size += len(answer)
    return b"[" + b",".join(answers) + b"]" if answers else b""


def _one(chain: Chain, given: Any) -> bytes:
    """The response to a request object, section 4, or nothing to a notification, section 4.1."""
    if not isinstance(given, Mapping) or given.get("jsonrpc") != "2.0":
        return _error(None, jsonrpc.INVALID_REQUEST, "this is no request of JSON-RPC 2.0")
    method, params = given.get("method"), given.get("params", [])
    if not isinstance(method, str) or not isinstance(given.get("id"), str | int | float | None):
        return _error(None, jsonrpc.INVALID_REQUEST, "the request's method or id is none")
    if not isinstance(params, list):
        answer = _error(_id(given), INVALID_PARAMS, "the parameters are no list")
    else:
        try:
            answer = _told(_id(given), "result", chain.request(method, params))
        except (ChainError, Unreachable) as error:
            answer = _told(_id(given), "error", jsonrpc.error_object(error))
    return answer if "id" in given else b""


def _id(given: Any) -> Any:
    number = given.get("id") if isinstance(given, Mapping) else None
    return number if isinstance(number, str | int | float) else None


def _error(number: Any, code: int, message: str) -> bytes:
    return _told(number, "error", {"code": code, "message": message})


def _told(number: Any, member: str, value: Any) -> bytes:
    return jsonrpc.encoded({"jsonrpc": "2.0", "id": number, member: value})
