from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import BadInput
from wallet.exchange.claim_paths import claim_at, claim_named, path_of

NAMES = st.text(min_size=1).filter(lambda name: not name.isdecimal())


@pytest.mark.parametrize(
    ("path", "claim"),
    [
        (["degree"], "degree"),
        (["credentialSubject", "degree"], "degree"),
        (["credentialSubject", "address", "city"], "/address/city"),
        (["address", "city"], "/address/city"),
        (["nationalities", 0], "/nationalities/0"),
        (["nationalities", None], "nationalities"),
        (["people", None, "name"], "people"),
        (["a/b"], "a/b"),
        (["/a"], "/~1a"),
        (["a~b", "c/d"], "/a~0b/c~1d"),
        (["[1]"], "/[1]"),
        (["credentialSubject", 0, "city"], "/0/city"),
    ],
)
def test_a_path_is_a_name_or_a_pointer(path: list[Any], claim: str) -> None:
    assert claim_at(path) == claim


@pytest.mark.parametrize("path", [[], None, "degree", [1.5], [True], [-1], [{}], [None], [["a"]]])
def test_what_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(BadInput, match="claims path"):
        claim_at(path)


def test_a_person_writes_a_path_as_json() -> None:
    assert claim_named('["address", "city"]') == "/address/city"
    assert claim_named("degree") == "degree"
    assert claim_named("/address/city") == "/address/city"
    with pytest.raises(BadInput, match="no claims path"):
        claim_named("[address")


@given(
    st.lists(NAMES | st.integers(0, 999), min_size=1).filter(lambda p: p[0] != "credentialSubject")
)
def test_a_path_is_found_again_from_its_claim(path: list[str | int]) -> None:
    assert path_of(claim_at(path)) == path
