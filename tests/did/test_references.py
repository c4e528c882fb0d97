from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.references import Reference, has_uri_characters

VECTORS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors/rfc3986/reference_resolution.json").read_text()
)
PATHS: Final = st.lists(st.sampled_from(["", ".", "..", "a", "b.c"]), max_size=8).map("/".join)


@pytest.mark.parametrize(
    ("reference", "target"), [(e["reference"], e["target"]) for e in VECTORS["examples"]]
)
def test_resolves_the_examples_of_rfc_3986(reference: str, target: str) -> None:
    base = Reference.cut(VECTORS["base"])
    assert str(Reference.cut(reference).against(base)) == target


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/a//b/../c", "http://h/a//c"),
        ("a//b", "http://h/x/a//b"),
        ("..", "http://h/"),
        ("/..", "http://h/"),
        ("/a/..", "http://h/"),
        ("../../..", "http://h/"),
    ],
)
def test_empty_segments_stay_and_the_root_is_the_highest(path: str, target: str) -> None:
    assert str(Reference.cut(path).against(Reference.cut("http://h/x/y"))) == target


def test_a_base_without_a_path_is_a_root() -> None:
    assert str(Reference.cut("a").against(Reference.cut("http://h"))) == "http://h/a"


@given(st.text())
def test_any_text_is_what_its_parts_make(text: str) -> None:
    assert str(Reference.cut(text)) == text


@given(PATHS, PATHS)
def test_what_is_resolved_has_no_dot_segments_and_keeps_the_host(path: str, base: str) -> None:
    reference = Reference.cut(f"./{path}")
    target = reference.against(Reference.cut(f"https://host/{base}"))
    assert target.authority == "host"
    assert not {".", ".."} & set(target.path.split("/")[1:] if path else [])
    assert target.path.startswith("/")


@pytest.mark.parametrize(
    ("text", "relative"),
    [
        ("a/b", True),
        ("/a", True),
        ("", True),
        ("?q", True),
        ("a/b:c", True),
        ("b:c", False),
        ("1:c", False),
        ("//host/a", False),
        ("https://host/a", False),
    ],
)
def test_a_relative_reference_has_neither_scheme_nor_host(text: str, *, relative: bool) -> None:
    assert Reference.cut(text).is_relative is relative


@pytest.mark.parametrize(
    ("text", "hierarchical"),
    [
        ("https://host/a", True),
        ("ws://host", True),
        ("did:example:123", False),
        ("mailto:a@example.com", False),
        ("file:///a", False),
        ("//host/a", False),
        ("1s://host/a", False),
    ],
)
def test_a_base_names_a_host(text: str, *, hierarchical: bool) -> None:
    assert Reference.cut(text).is_hierarchical is hierarchical


def test_a_uri_is_of_ascii_without_spaces_and_with_whole_escapes() -> None:
    assert has_uri_characters("https://a.example/%2F?x=[1]#y")
    for text in ("a b", "é", "%2", "a\n", "<a>", "a\\b"):
        assert not has_uri_characters(text)
