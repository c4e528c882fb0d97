from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.chain import jsonrpc
from did.chain.embedded.answering import MAX_ANSWER, MAX_BATCH, reply
from did.chain.refusal import INVALID_PARAMS, METHOD_NOT_FOUND, REVERTED, RequestRefused, reverted
from did.errors import ChainError, Unreachable

NAMES = st.sampled_from(["jsonrpc", "id", "method", "params", "result", "error", "x"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


class Echo:
    """Answers with what it was asked; some methods fail."""

    chain_id = 5
    registry = "0x" + "00" * 20

    def request(self, method: str, params: Any = (), /) -> Any:
        match method:
            case "revert":
                raise reverted(b"\x01\x02")
            case "refuse":
                raise RequestRefused("no", number=METHOD_NOT_FOUND)
            case "break":
                raise ChainError("the chain's file is damaged")
            case "vanish":
                raise Unreachable("nobody is there")
            case "long":
                return "x" * (MAX_ANSWER // 2)
            case _:
                return [method, list(params)]

    def request_many(self, calls: Any, /) -> tuple[Any, ...]:
        return tuple(self.request(*call) for call in calls)


def _asked(*requests: Any) -> Any:
    body = json.dumps(requests[0] if len(requests) == 1 else list(requests)).encode()
    answer = reply(Echo(), body)
    return json.loads(answer) if answer else None


def _request(**changes: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 7, "method": "m", "params": [1], **changes}


def test_a_request_is_answered_under_its_id() -> None:
    for number in (7, "seven", None, 1.5):
        expected = {"jsonrpc": "2.0", "id": number, "result": ["m", [1]]}
        assert _asked(_request(id=number)) == expected
    request = _request()
    del request["params"]
    assert _asked(request)["result"] == ["m", []]


def test_a_notification_is_not_answered() -> None:
    notification = _request()
    del notification["id"]
    assert _asked(notification) is None
    assert _asked(notification, notification) is None
    assert [one["id"] for one in _asked(notification, _request())] == [7]


def test_a_batch_is_answered_one_by_one() -> None:
    answers = _asked(_request(id=1), _request(id=2, method="refuse"), 5)
    assert [one["id"] for one in answers] == [1, 2, None]
    codes = [one.get("error", {}).get("code") for one in answers]
    assert codes == [None, METHOD_NOT_FOUND, jsonrpc.INVALID_REQUEST]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("revert", {"code": REVERTED, "message": "execution reverted", "data": "0x0102"}),
        ("refuse", {"code": METHOD_NOT_FOUND, "message": "no"}),
        ("break", {"code": -32000, "message": "the chain's file is damaged"}),
        ("vanish", {"code": -32000, "message": "nobody is there"}),
    ],
)
def test_what_goes_wrong_is_an_error_object(method: str, expected: Any) -> None:
    answer = _asked(_request(method=method))
    assert (answer["id"], answer["error"]) == (7, expected)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", jsonrpc.PARSE_ERROR),
        (b"{", jsonrpc.PARSE_ERROR),
        (b"\xff", jsonrpc.PARSE_ERROR),
        (b"NaN", jsonrpc.PARSE_ERROR),
        (b"[" * 100_000, jsonrpc.PARSE_ERROR),
        (b"9" * 10_000, jsonrpc.PARSE_ERROR),
        (b"[]", jsonrpc.INVALID_REQUEST),
        (b"1", jsonrpc.INVALID_REQUEST),
        (b"{}", jsonrpc.INVALID_REQUEST),
        (b'{"jsonrpc":"1.0","id":1,"method":"m"}', jsonrpc.INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":1,"method":1}', jsonrpc.INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":{},"method":"m"}', jsonrpc.INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":1,"method":"m","params":{}}', INVALID_PARAMS),
        (json.dumps([1] * (MAX_BATCH + 1)).encode(), jsonrpc.INVALID_REQUEST),
    ],
)
def test_what_is_no_request_is_told_so(body: bytes, code: int) -> None:
    answer = json.loads(reply(Echo(), body))
    assert answer["error"]["code"] == code


def test_the_answer_to_a_batch_has_an_end() -> None:
    answers = _asked(*[_request(id=n, method="long") for n in range(4)], _request(id=9))
    told = [one.get("error", {}).get("code") for one in answers]
    assert told == [None, None, *[jsonrpc.LIMIT_EXCEEDED] * 3]
    assert answers[-1]["id"] == 9


@given(st.binary() | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_asked_the_answer_is_json_or_nothing(body: bytes) -> None:
    answer = reply(Echo(), body)
    if answer:
        json.loads(answer)


@given(ANYTHING, st.integers(min_value=0, max_value=3))
def test_whatever_a_node_answers_is_read_or_refused(value: Any, count: int) -> None:
    body = json.dumps(value).encode()
    with contextlib.suppress(ChainError):
        assert isinstance(jsonrpc.answer(body, "node"), dict)
    with contextlib.suppress(ChainError):
        assert len(jsonrpc.answers(body, count, "node")) == count


@pytest.mark.parametrize("code", ["x", True, None])
def test_the_number_of_an_error_that_has_none_is_the_general_one(code: Any) -> None:
    error = jsonrpc.refusal({"code": code, "message": "no"}, "node.example")
    assert isinstance(error, RequestRefused)
    assert error.number == -32000
    assert "node.example" in str(error.hint)
