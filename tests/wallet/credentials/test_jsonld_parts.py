from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import InvalidCredential, TooComplex, UnsupportedFormat
from wallet.credentials.jsonld import canonicalize
from wallet.credentials.jsonld.canonical import written
from wallet.credentials.jsonld.labels import (
    blank_labels,
    canonical_labels,
    relabelled,
    statements_named,
)
from wallet.credentials.jsonld.skolem import skolemize

if TYPE_CHECKING:
    from collections.abc import Mapping

TERMS = "https://terms.example/v1"
CONTEXTS: Mapping[str, Any] = MappingProxyType(
    {
        TERMS: {
            "id": "@id",
            "type": "@type",
            "name": "https://terms.example/#name",
            "other": "https://terms.example/#other",
            "part": "https://terms.example/#part",
            "Thing": "https://terms.example/#Thing",
            "row": {"@id": "https://terms.example/#row", "@container": "@list"},
            "line": {"@id": "https://terms.example/#row", "@container": "@list"},
            "inside": {"@id": "https://terms.example/#inside", "@container": "@graph"},
            "by": {"@id": "https://terms.example/#by", "@container": "@id"},
            "@vocab": "https://terms.example/#",
        }
    }
)

TEXTS = st.sampled_from(["a", "b", "_:c14n0", '"_:c14n1"', "\\", "<_:c14n0>", "é\n\t", "_:b0 ."])
THINGS = st.recursive(
    st.fixed_dictionaries({"name": TEXTS}),
    lambda inner: st.fixed_dictionaries(
        {"name": TEXTS},
        optional={
            "part": st.lists(inner, min_size=1, max_size=3),
            "other": inner,
            "row": st.lists(TEXTS | inner, max_size=3),
        },
    ),
    max_leaves=8,
)


def read(**members: Any) -> dict[str, Any]:
    return {"@context": TERMS, **members}


def of(document: Mapping[str, Any]) -> tuple[dict[str, str], list[bytes]]:
    """The canonical labels, and the statements of the named document called by them."""
    skolemized = skolemize(document, CONTEXTS)
    statements = skolemized.statements(skolemized.document)
    labels = canonical_labels(statements, canonicalize(document, contexts=CONTEXTS))
    return labels, relabelled(written(statements_named(statements, labels)), {})


@given(THINGS)
def test_a_named_document_says_what_the_document_says(thing: dict[str, Any]) -> None:
    document = read(**thing)
    canonical = canonicalize(document, contexts=CONTEXTS)
    labels, lines = of(document)
    assert lines == canonical.splitlines(keepends=True)
    assert {*labels.values()} == blank_labels(canonical)
    assert len({*labels.values()}) == len(labels)


@given(THINGS)
def test_other_labels_change_nothing_but_the_labels(thing: dict[str, Any]) -> None:
    canonical = canonicalize(read(**thing), contexts=CONTEXTS)
    labels = blank_labels(canonical)
    there = {label: f"x{label}" for label in labels}
    back = {other: label for label, other in there.items()}
    renamed = b"".join(relabelled(canonical, there))
    assert blank_labels(renamed) == set()  # none is canonical any more
    restored = renamed
    for other, label in sorted(back.items(), key=lambda pair: -len(pair[0])):
        restored = restored.replace(f"_:{other} ".encode(), f"_:{label} ".encode())
    assert sorted(restored.splitlines()) == canonical.splitlines()


def test_every_object_without_an_identifier_is_given_one_in_document_order() -> None:
    document = read(
        part=[{"name": "a"}, {"id": "urn:x:y", "other": {"name": "b"}}],
        by={"urn:x:z": {"name": "c"}},
    )
    skolemized = skolemize(document, CONTEXTS)
    given_ = skolemized.document
    prefix = skolemized.prefix
    assert given_["@id"] == f"{prefix}0"
    assert given_["part"][0]["@id"] == f"{prefix}1"
    assert given_["part"][1].keys() == {"id", "other"}
    assert given_["part"][1]["other"]["@id"] == f"{prefix}2"
    assert given_["by"]["urn:x:z"] == {"name": "c"}
    assert "@id" not in document
    assert prefix != skolemize(document, CONTEXTS).prefix


def test_one_object_that_stands_in_two_places_is_two() -> None:
    same = {"name": "a"}
    labels, _ = of(read(part=[same, {"other": same}]))
    assert len(labels) == 4


def test_objects_that_nothing_tells_apart_have_labels_in_document_order() -> None:
    document = read(part=[{"name": "a"}, {"name": "b"}, {"name": "a"}, {"name": "a"}])
    labels, _ = of(document)
    alike = [labels[name] for name in ("n1", "n3", "n4")]
    assert alike == sorted(alike)
    assert len({*labels.values()}) == 5


def test_a_list_is_a_part_when_it_is_whole() -> None:
    document = read(name="x", row=["a", {"name": "b"}, ["c", "d"]])
    skolemized = skolemize(document, CONTEXTS)
    every = {*written(skolemized.statements(skolemized.document)).splitlines()}
    one = {**skolemized.document}
    del one["name"]
    assert {*written(skolemized.statements(one)).splitlines()} < every
    one["row"] = one["row"][1:]
    assert not {*written(skolemized.statements(one)).splitlines()} <= every


def test_two_lists_of_one_thing_under_one_name_are_refused() -> None:
    document = read(row=["a"], line=["b"])
    canonicalize(document, contexts=CONTEXTS)
    with pytest.raises(InvalidCredential, match="two lists of one thing"):
        of(document)


def test_a_document_with_a_graph_in_it_is_shown_whole() -> None:
    with pytest.raises(UnsupportedFormat, match="shown whole"):
        skolemize(read(inside={"name": "a"}), CONTEXTS)


def test_a_canonical_form_of_another_dataset_is_refused() -> None:
    skolemized = skolemize(read(part=[{"name": "a"}, {"name": "b"}]), CONTEXTS)
    statements = skolemized.statements(skolemized.document)
    for other in (
        read(part=[{"name": "a"}, {"name": "c"}]),
        read(part=[{"name": "a"}]),
        read(part={"name": "a", "part": {"name": "b"}}),
    ):
        with pytest.raises(InvalidCredential, match="read in two ways"):
            canonical_labels(statements, canonicalize(other, contexts=CONTEXTS))
    canonical = canonicalize(read(part=[{"name": "a"}, {"name": "b"}]), contexts=CONTEXTS)
    swapped = relabelled(canonical, {"c14n0": "c14n1", "c14n1": "c14n0"})
    assert canonical_labels(statements, b"".join(swapped)) != canonical_labels(
        statements, canonical
    )


def test_what_looks_like_a_label_in_a_text_or_an_iri_is_none() -> None:
    document = read(id="urn:x:_:c14n0", name='_:c14n0 "_:c14n1', part={"name": "_:c14n0"})
    canonical = canonicalize(document, contexts=CONTEXTS)
    assert blank_labels(canonical) == {"c14n0"}
    lines = b"".join(relabelled(canonical, {"c14n0": "other"}))
    assert lines.count(b"_:other") == 2
    assert b'"_:c14n0 \\"_:c14n1"' in lines
    assert b"<urn:x:_:c14n0>" in lines


def test_objects_that_look_alike_are_told_apart_in_no_more_time_than_anyone_would_wait() -> None:
    twins = [{"name": str(n), "part": [{"name": "a"}, {"name": "a"}]} for n in range(150)]
    canonicalize(read(part=twins), contexts=CONTEXTS)
    with pytest.raises(TooComplex, match="look alike"):
        of(read(part=twins))
    labels, _ = of(read(part=twins[:8]))
    assert len(labels) == 25
