from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import NotInDocument, TooComplex
from wallet.credentials.formats.data_integrity.selective.pointers import (
    MAX_LENGTH,
    MAX_POINTERS,
    never_withheld,
    parse_pointer,
    select,
    write_pointer,
)

DOCUMENT: dict[str, Any] = {
    "@context": ["https://terms.example/v1", "https://terms.example/v2"],
    "id": "urn:x:1",
    "type": ["A", "B"],
    "name": "x",
    "": {"": 0},
    "a/b~c": {"id": "urn:x:2", "one": 1, "two": [None, True]},
    "rows": [[1, 2], {"type": "R", "0": "zero", "left": "l"}, 3],
}
ALWAYS = {"@context": DOCUMENT["@context"], "id": "urn:x:1", "type": ["A", "B"]}


@pytest.mark.parametrize(
    ("pointers", "shown"),
    [
        (["/name"], {"name": "x"}),
        (["/type"], {}),
        (["/type/0"], {}),
        (["//"], {"": {"": 0}}),
        (["/a~1b~0c/one"], {"a/b~c": {"id": "urn:x:2", "one": 1}}),
        (["/a~1b~0c/two/0"], {"a/b~c": {"id": "urn:x:2", "two": [None]}}),
        (["/rows/1/0"], {"rows": [{"type": "R", "0": "zero"}]}),
        (["/rows/2", "/rows/0/1"], {"rows": [[2], 3]}),
        (["/rows/0/0", "/rows/0", "/rows/0/1"], {"rows": [[1, 2]]}),
        (["/rows"], {"rows": DOCUMENT["rows"]}),
        (["/name", "/name"], {"name": "x"}),
        (["/@context/0", "/@context"], {}),
        ([""], DOCUMENT),
        (["/name", "", "/rows/0"], DOCUMENT),
    ],
)
def test_a_part_is_what_pointers_lead_to_with_identifiers_and_types_on_the_way(
    pointers: list[str], shown: dict[str, Any]
) -> None:
    expected = {**ALWAYS, **shown}
    if pointers == ["/type/0"]:
        expected["type"] = ["A"]
    assert select(DOCUMENT, pointers) == expected


def test_no_pointers_lead_to_no_part() -> None:
    assert select(DOCUMENT, []) is None


@pytest.mark.parametrize(
    "pointer",
    [
        *("name", "#/name", "/nowhere", "/name/0", "/rows/3", "/rows/-1", "/rows/00", "/rows/-"),
        *("/rows/1e0", "/rows/٠", "/rows/0/2", "/~", "/~2", "/a~1b~0c/two/0/x"),
        "/rows/99999999999",
    ],
)
def test_what_leads_nowhere_is_refused(pointer: str) -> None:
    with pytest.raises(NotInDocument):
        select(DOCUMENT, [pointer])


def test_pointers_are_not_too_many_nor_too_long() -> None:
    select(DOCUMENT, ["/name"] * MAX_POINTERS)
    with pytest.raises(TooComplex):
        select(DOCUMENT, ["/name"] * (MAX_POINTERS + 1))
    with pytest.raises(TooComplex):
        select(DOCUMENT, ["/" + "x" * MAX_LENGTH])


@given(st.lists(st.text(max_size=5) | st.integers(0, 99), max_size=5))
def test_a_path_is_written_as_a_pointer_that_leads_along_it(path: list[str | int]) -> None:
    assert parse_pointer(write_pointer(path)) == tuple(map(str, path))


def test_a_part_takes_nothing_from_the_document() -> None:
    before = repr(DOCUMENT)
    part = select(DOCUMENT, ["/rows/1/left", "/name"])
    assert part is not None
    part["name"] = "y"
    part["rows"].append(4)
    assert repr(DOCUMENT) == before


def test_what_is_better_never_withheld_is_found_where_it_is() -> None:
    assert never_withheld(DOCUMENT) == ()
    credential = {"issuer": "x", "name": "y", "validUntil": "z", "credentialStatus": {}}
    assert never_withheld(credential) == ("/issuer", "/validUntil", "/credentialStatus")
