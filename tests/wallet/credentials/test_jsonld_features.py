from __future__ import annotations

from typing import Any

import pyoxigraph
import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wallet.credentials.errors import InvalidCredential, TooComplex, UndefinedTerm, UnknownContext
from wallet.credentials.errors import UnsupportedFormat as Unsupported
from wallet.credentials.jsonld import canonicalize

X = "urn:x:"
TERMS: dict[str, Any] = {
    "id": "@id",
    "type": "@type",
    "value": "@value",
    "none": "@none",
    "name": "urn:x:name",
    "label": {"@id": "urn:x:label", "@container": "@language"},
    "list": {"@id": "urn:x:list", "@container": "@list"},
    "links": {"@id": "urn:x:links", "@container": "@list", "@type": "@id"},
    "by_id": {"@id": "urn:x:by_id", "@container": ["@id", "@set"]},
    "by_type": {"@id": "urn:x:by_type", "@container": "@type", "@type": "@id"},
    "by_name": {"@id": "urn:x:by_name", "@container": "@index", "@index": "name"},
    "by_index": {"@id": "urn:x:by_index", "@container": "@index"},
    "graph": {"@id": "urn:x:graph", "@container": ["@graph", "@id"]},
    "json": {"@id": "urn:x:json", "@type": "@json"},
    "Thing": {"@id": "urn:x:Thing", "@context": {"own": "urn:x:own"}},
}


def lines(terms: Any = TERMS, /, **members: object) -> list[str]:
    contexts = {"urn:x:context": terms}
    document = {"@context": "urn:x:context", "@id": "urn:x:a", **members}
    text = canonicalize(document, contexts=contexts).decode()
    return [line.removesuffix(" .").replace("<urn:x:", "<") for line in text.splitlines()]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"label": {"en": "a", "zh-Hant": ["b", "c"]}}, ['"a"@en', '"b"@zh-hant', '"c"@zh-hant']),
        ({"label": {"@none": "a", "none": "b"}}, ['"a"', '"b"']),
        ({"label": "a"}, ['"a"']),
        ({"name": {"value": "a", "@language": "en"}}, ['"a"@en']),
        (
            {"name": {"@value": "a", "@language": "AR-eg", "@direction": "rtl"}},
            ['"a"^^<https://www.w3.org/ns/i18n#ar-eg_rtl>'],
        ),
        (
            {"name": {"@value": "a", "@direction": "ltr"}},
            ['"a"^^<https://www.w3.org/ns/i18n#_ltr>'],
        ),
    ],
)
def test_texts_keep_their_language_and_direction(
    members: dict[str, Any], expected: list[str]
) -> None:
    assert [line.split(" ", 2)[2] for line in lines(**members)] == expected


@pytest.mark.parametrize(
    ("members", "count"),
    [
        ({"list": []}, 1),
        ({"list": ["a", "a", 1]}, 7),
        ({"list": "a"}, 3),
        ({"list": {"@list": ["a"]}}, 3),
        ({"list": ["a", ["b", []], {"name": "c"}]}, 12),
        ({"links": ["urn:x:b", {"id": "urn:x:c"}]}, 5),
        ({"name": [{"@list": ["a"]}, {"@list": []}]}, 4),
        ({"by_id": {"urn:x:b": {"name": "c"}, "urn:x:d": [{"name": "e"}, {"name": "f"}]}}, 5),
        ({"by_id": {"none": {"name": "c"}}}, 2),
        ({"by_type": {"Thing": {"own": "c"}, "urn:x:T": ["urn:x:d", {"name": "e"}]}}, 8),
        ({"by_name": {"b": {"id": "urn:x:c"}, "none": {"id": "urn:x:d"}}}, 3),
        ({"graph": {"urn:x:g": {"id": "urn:x:b", "name": "c"}, "none": {"name": "d"}}}, 4),
        ({"json": None}, 1),
        ({"json": [[], {"@context": "no context", "@direction": 1}]}, 1),
        ({"name": {"@value": None, "@type": "@json"}}, 1),
    ],
)
def test_containers_are_covered_in_full(members: dict[str, Any], count: int) -> None:
    assert len(lines(**members)) == count


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"label": {}}, r"\$\.label is an empty map"),
        ({"label": {"en": None}}, r"\$\.label\.en must be text"),
        ({"label": {"en": []}}, r"\$\.label\.en is an empty list"),
        ({"label": {"en": ["a", "a"]}}, "holds a value twice"),
        ({"label": {"en": "a", "EN": "a"}}, None),
        ({"label": {"not a tag": "a"}}, "must be the language tag"),
        ({"list": ["a", None]}, r"\$\.list\[1\] is null"),
        ({"by_id": {"b": {"name": "c"}}}, r"\$\.by_id\.b must be an absolute IRI"),
        ({"by_id": {"urn:x:b": {"id": "urn:x:c"}}}, "an identifier beside that of the map"),
        ({"by_id": {"urn:x:b": "c"}}, "must be an object that stands for a thing"),
        ({"by_id": {"urn:x:b": {"@value": "c"}}}, "must be an object that stands for a thing"),
        ({"by_id": {"urn:x:b": {"value": "c"}}}, "no keyword"),
        ({"by_type": {"Thing": "relative"}}, "must be an absolute IRI"),
        ({"by_name": {"b": {"name": "c"}}}, r"\$\.by_name\.b\.name is given twice"),
        ({"by_name": {"b": "c"}}, "must be an object that stands for a thing"),
        ({"by_index": {"b": "c"}}, r"\$\.by_index is a map by an index"),
        ({"graph": {"urn:x:g": "b"}}, "must be an object"),
        ({"graph": {"urn:x:g": {"id": "urn:x:b"}}}, "says nothing"),
    ],
)
def test_what_a_container_would_lose_is_refused(members: dict[str, Any], reason: str) -> None:
    if reason is None:  # the tags are one, and so one statement is said twice
        assert lines(**members) == ['<a> <label> "a"@en']
        return
    with pytest.raises(InvalidCredential, match=reason):
        lines(**members)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(1 - 2**53, 2**53 - 1)
    | st.text()
    | st.floats(-1e300, 1e300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(JSON)
@example({"\ue000": None, "\U00010000": [{"\uffff": 1, "\U0001f600": 2}]})
def test_a_json_literal_is_written_as_jcs_has_it(value: Any) -> None:
    document = {"@context": "urn:x:context", "@id": "urn:x:a", "json": value}
    text = canonicalize(document, contexts={"urn:x:context": TERMS})
    (statement,) = pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_QUADS)
    assert isinstance(statement.object, pyoxigraph.Literal)
    assert statement.object.value.encode() == rfc8785.dumps(value)


def test_an_undefined_name_is_named_by_its_place_in_every_container() -> None:
    for members, path in (
        ({"list": [{"nope": 1}]}, "$.list[0].nope"),
        ({"name": {"@list": [{"nope": 1}]}}, '$.name["@list"][0].nope'),
        ({"by_id": {"urn:x:b": {"nope": 1}}}, '$.by_id["urn:x:b"].nope'),
        ({"by_type": {"Nope": {"name": "b"}}}, "$.by_type.Nope"),
        ({"graph": {"urn:x:g": [{"nope": 1}]}}, '$.graph["urn:x:g"].nope'),
    ):
        with pytest.raises(UndefinedTerm) as refusal:
            lines(**members)
        assert refusal.value.path == path


def test_contexts_may_name_and_import_other_contexts() -> None:
    contexts = {
        "urn:x:base": {"name": "urn:x:name", "age": "urn:x:age"},
        "urn:x:list": ["urn:x:base", {"size": "urn:x:size"}],
        "urn:x:import": {"@import": "urn:x:base", "age": "urn:x:years"},
        "urn:x:scoped": {"part": {"@id": "urn:x:part", "@context": "urn:x:list"}},
        "urn:x:unknown": {"part": {"@id": "urn:x:part", "@context": "urn:x:elsewhere"}},
    }

    def said(url: str, **members: object) -> str:
        document = {"@context": url, "@id": "urn:x:a", **members}
        return canonicalize(document, contexts=contexts).decode()

    assert said("urn:x:list", name="b", size="c").count("\n") == 2
    assert "<urn:x:years>" in said("urn:x:import", name="b", age="c")
    assert "<urn:x:size>" in said("urn:x:scoped", part={"size": "c", "name": "b"})
    with pytest.raises(UnknownContext, match="elsewhere"):
        said("urn:x:unknown", part={"size": "c"})
    with pytest.raises(UndefinedTerm):
        said("urn:x:scoped", size="c")


@pytest.mark.parametrize(
    "contexts",
    [
        {"urn:x:1": "urn:x:1"},
        {"urn:x:1": ["urn:x:2"], "urn:x:2": ["urn:x:1"]},
        {"urn:x:1": {"@import": "urn:x:1"}},
        {"urn:x:1": {"a": {"@id": "urn:x:a", "@context": "urn:x:1"}}},
        {f"urn:x:{n}": f"urn:x:{n + 1}" for n in range(3000)},
    ],
)
def test_contexts_that_name_each_other_without_end_are_refused(contexts: dict[str, Any]) -> None:
    with pytest.raises(Unsupported):
        canonicalize({"@context": "urn:x:1", "@id": "urn:x:b", "a": {"a": "c"}}, contexts=contexts)


def test_contexts_that_multiply_are_refused() -> None:
    contexts: dict[str, Any] = {
        f"urn:x:{n}": {
            name: {"@id": f"urn:x:{name}", "@context": f"urn:x:{n + 1}"} for name in "abcd"
        }
        for n in range(20)
    }
    contexts["urn:x:20"] = {}
    with pytest.raises(TooComplex, match="brings more than"):
        canonicalize(
            {"@context": "urn:x:0", "@id": "urn:x:b", **dict.fromkeys("abcd", "e")},
            contexts=contexts,
        )


def test_a_context_may_end_with_its_object_or_reach_further_than_its_type() -> None:
    assert len(lines({**TERMS, "@propagate": True}, name={"name": "b"})) == 2
    contexts = {
        "urn:x:context": {**TERMS, "part": "urn:x:part"},
        "urn:x:here": {"@propagate": False, "extra": "urn:x:extra"},
    }
    document: dict[str, Any] = {
        "@context": "urn:x:context",
        "part": {"@context": "urn:x:here", "extra": "a", "part": {"name": "b"}},
    }
    assert canonicalize(document, contexts=contexts).count(b"\n") == 4
    document["part"]["part"]["extra"] = "c"
    with pytest.raises(UndefinedTerm, match=r"\$\.part\.part\.extra"):
        canonicalize(document, contexts=contexts)


@pytest.mark.parametrize(
    "second",
    [
        {"name": "urn:x:other"},
        {"name": None},
        {"name": {"@id": "urn:x:name", "@type": "@id"}},
        {"other": {"@id": "urn:x:other", "@context": {"name": "urn:x:b"}}, "@protected": True},
        None,
    ],
)
def test_what_is_protected_can_be_said_again_but_not_otherwise(second: Any) -> None:
    first = {"@protected": True, "name": "urn:x:name", "type": "@type", "x": "urn:x:"}
    again = {"name": {"@id": "x:name", "@protected": False}}
    by_property = {"other": {"@id": "urn:x:other", "@context": {"name": "urn:x:b"}}}
    assert lines([first, again], name="a") == ['<a> <name> "a"']
    assert len(lines([first, by_property], other={"name": "a"})) == 2
    members = {"type": "other"} if second and "other" in second else {}
    with pytest.raises(InvalidCredential, match="protected"):
        lines([first, second], **{"name": "a", **members})


def test_a_type_may_make_of_a_name_an_identifier_which_is_checked_as_one() -> None:
    terms = {
        **TERMS,
        "id": "urn:x:id",
        "uid": "urn:x:uid",
        "Own": {"@id": "urn:x:Own", "@context": {"uid": "@id"}},
        "Odd": {"@id": "urn:x:Odd", "@context": {"type": "urn:x:type"}},
        "Odder": {"@id": "urn:x:Odder", "@context": {"name": "@type"}},
    }
    assert '<b> <name> "c"' in lines(terms, name={"type": "Own", "uid": "urn:x:b", "name": "c"})
    for value, reason in (
        ({"type": "Own", "uid": "b"}, r"\$\.name\.uid must be an absolute IRI"),
        ({"type": "Own", "uid": "urn:x:b", "@id": "urn:x:c"}, "something else by the type"),
        ({"type": "Odd"}, r"\$\.name\.type means something else by the type"),
        ({"type": "Odder", "name": "urn:x:b"}, r"\$\.name\.name means something else"),
    ):
        with pytest.raises(InvalidCredential, match=reason):
            lines(terms, name=value)
    with pytest.raises(InvalidCredential, match="beside that of the map"):
        lines(terms, by_id={"urn:x:b": {"type": "Own", "uid": "urn:x:c"}})


def test_base_has_no_effect_in_a_context_that_is_named() -> None:
    with pytest.raises(InvalidCredential, match="absolute IRI"):
        lines({"@base": "urn:x:", "p": {"@id": "urn:x:p", "@type": "@id"}}, p="relative")
    assert lines({"@base": "urn:x:", "p": "urn:x:p"}, p="a") == ['<a> <p> "a"']


def test_a_catch_all_can_be_refused_where_it_alone_defines_a_name() -> None:
    contexts = {"urn:x:context": {"@vocab": "urn:x:", "name": "urn:x:name"}}
    document: dict[str, Any] = {"@context": "urn:x:context", "@id": "urn:x:a", "name": "b"}
    assert canonicalize(document, contexts=contexts, vocabulary=False)
    for members in ({"nmae": "c"}, {"@type": "Thing"}, {"name": {"nmae": "c"}}):
        canonicalize({**document, **members}, contexts=contexts)
        with pytest.raises(UndefinedTerm, match="catch-all"):
            canonicalize({**document, **members}, contexts=contexts, vocabulary=False)
