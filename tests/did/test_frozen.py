from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import InvalidDocument
from did.frozen import MAX_DEPTH, freeze, thaw

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@given(JSON)
def test_json_is_read_back_from_its_frozen_form(value: Any) -> None:
    assert thaw(freeze(value)) == value


def test_what_is_frozen_cannot_be_changed_and_does_not_change() -> None:
    value = {"list": [1], "object": {"a": 1}}
    frozen = freeze(value)
    value["list"].append(2)  # type: ignore[attr-defined]
    assert frozen["list"] == (1,)
    with pytest.raises(TypeError):
        frozen["object"]["a"] = 2


def test_nests_as_deep_as_allowed_and_no_deeper() -> None:
    freeze(nested(MAX_DEPTH))
    with pytest.raises(InvalidDocument, match="deeper"):
        freeze(nested(MAX_DEPTH + 1))
    with pytest.raises(InvalidDocument, match="deeper"):
        freeze(nested(100_000))


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {1: "a"}, b"bytes", {"a"}, {"a": object()}]
)
def test_refuses_what_is_not_json(value: Any) -> None:
    with pytest.raises(InvalidDocument):
        freeze(value)
