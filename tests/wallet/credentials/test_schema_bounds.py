from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from wallet.credentials.errors import InvalidCredential, TooComplex, UnsupportedFormat
from wallet.credentials.schema import Violation, judge_schema, schema_entries
from wallet.credentials.schema.effort import MAX_CHAIN, Effort, foresee
from wallet.credentials.schema.judging import _guarded
from wallet.credentials.schema.patterns import LARGEST, weight
from wallet.credentials.schema.plan import MAX_SUBSCHEMAS, plan
from wallet.credentials.schema.violations import violation

NOT_JSON = frozenset({1})
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def judge(schema: dict[str, Any], subject: object = None) -> tuple[Violation, ...]:
    document = {
        "credentialSchema": {"id": "https://example.org/s", "type": "JsonSchema"},
        "credentialSubject": subject,
    }
    (entry,) = schema_entries(document)
    return judge_schema(document, json.dumps({"$schema": DIALECT, **schema}).encode(), entry)


def of_subject(schema: object) -> dict[str, Any]:
    return {"properties": {"credentialSubject": schema}}


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = {"c": value}
    return value


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://example.org/other.json"},
        {"$ref": "http://127.0.0.1:9/other.json#/a"},
        {"$ref": "file:///etc/passwd"},
        {"$ref": "other.json"},
        {"$ref": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"},
        {"$id": "https://example.org/a/b", "$ref": "c"},
        {"$dynamicRef": "https://example.org/other.json#a"},
        {"$ref": "http://[x"},
        {"$defs": {"unused": {"$ref": "https://example.org/other.json"}}},
        {"items": {"not": {"$ref": "data:application/json,true"}}},
    ],
)
def test_a_schema_that_leans_on_another_document_is_undecided(schema: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFormat, match=r"leans on .*, which is not in it"):
        judge(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"$defs": {"a": {"type": "array"}}, "$ref": "#/$defs/a"},
        {"$defs": {"a/b~c d": {"type": "array"}}, "$ref": "#/$defs/a~1b~0c%20d"},
        {"$defs": {"a": {"$anchor": "here", "type": "array"}}, "$ref": "#here"},
        {"$defs": {"a": {"$dynamicAnchor": "h", "type": "array"}}, "$dynamicRef": "#h"},
        {"$id": "urn:s:1", "$defs": {"a": {"$id": "urn:s:2", "type": "array"}}, "$ref": "urn:s:2"},
        {"$id": "https://e.org/a/b", "$defs": {"a": {"$id": "c", "type": "array"}}, "$ref": "c"},
        {"$id": "https://example.org/a", "$defs": {"a": {"type": "array"}},
         "$ref": "https://example.org/a#/$defs/a"},
        {"$id": "urn:s:1", "$defs": {"a": {"$id": "urn:s:2", "$defs": {"b": {"type": "array"}}}},
         "$ref": "urn:s:2#/$defs/b"},
        {"elsewhere": [{"type": "array"}], "$ref": "#/elsewhere/0"},
        {"allOf": [{"type": "object"}, {"type": "array"}]},
        {"$defs": {"a": False}, "$ref": "#/$defs/a"},
        {"$id": "a-name-only", "type": "array"},
        {"$defs": {"not": {"type": "object"}}, "$ref": "#/$defs"},
    ],
)  # fmt: skip
def test_references_within_a_schema_are_followed(schema: dict[str, Any]) -> None:
    assert [violation.pointer for violation in judge(schema)] == [""]


def test_a_name_in_the_identifier_of_an_older_dialect_is_followed() -> None:
    schema = {"definitions": {"a": {"$id": "#here", "type": "array"}}, "$ref": "#here"}
    assert len(judge({"$schema": "http://json-schema.org/draft-07/schema#", **schema})) == 1


@pytest.mark.parametrize(
    "schema",
    [
        {"title": "a", "$ref": "#/title/b"},
        {"enum": [1], "$ref": "#/enum/0"},
        {"enum": [{}], "$ref": "#/enum/1"},
        {"enum": [{}], "$ref": "#/enum/٠"},
        {"enum": [{}], "$ref": "#/enum/" + "9" * 5000},
        {"$id": "https://example.org/a", "$ref": "http://[x"},
        {"$ref": "#nowhere"},
    ],
)
def test_a_schema_that_refers_to_nothing_is_none(schema: dict[str, Any]) -> None:
    with pytest.raises(InvalidCredential, match=r"names a schema that is none: \$ refers to"):
        judge(schema)


def test_what_breaks_in_the_validator_leaves_it_undecided() -> None:
    with pytest.raises(UnsupportedFormat, match="cannot be judged"):
        judge(of_subject({"type": "object"}), NOT_JSON)
    with pytest.raises(UnsupportedFormat, match="cannot be judged"), _guarded():
        raise type("PanicException", (BaseException,), {})
    with pytest.raises(KeyboardInterrupt), _guarded():
        raise KeyboardInterrupt


def test_a_pattern_that_was_given_up_leaves_it_undecided() -> None:
    options = jsonschema_rs.FancyRegexOptions(backtrack_limit=1)
    validator = jsonschema_rs.validator_for({"pattern": r"^(a+)\1+$"}, pattern_options=options)
    (error,) = validator.iter_errors("a" * 100 + "!")
    with pytest.raises(UnsupportedFormat, match="cannot be judged"):
        violation(error)


def test_a_schema_may_name_the_meta_schema_of_its_dialect() -> None:
    assert judge(of_subject({"$ref": DIALECT}), {"type": "null"}) == ()
    assert judge(of_subject({"$ref": DIALECT}), {"type": 1}) != ()


def test_a_schema_of_trees_is_followed_down() -> None:
    schema = {"properties": {"c": {"$ref": "#/$defs/t"}}, "type": "object"}
    whole = {"$defs": {"t": schema}, **of_subject({"$ref": "#/$defs/t"})}
    assert judge(whole, {"c": {"c": {}}}) == ()
    (violation,) = judge(whole, {"c": {"c": {"c": 1}}})
    assert violation.pointer == "/credentialSubject/c/c/c"


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        {"$dynamicAnchor": "a", "$dynamicRef": "#a"},
        {"not": {"not": {"$ref": "#"}}},
        {
            "$defs": {f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(MAX_CHAIN)}
            | {f"d{MAX_CHAIN}": {}},
            "$ref": "#/$defs/d0",
        },
    ],
)
def test_a_schema_without_end_is_too_complex(schema: dict[str, Any]) -> None:
    with pytest.raises(TooComplex, match="without end"):
        judge(schema)


def doubling(depth: int) -> dict[str, Any]:
    definitions: dict[str, Any] = {
        f"d{i}": {"anyOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(depth)
    }
    return {"$defs": {**definitions, f"d{depth}": {"type": "string"}}, "$ref": "#/$defs/d0"}


FLAT = {f"b{i}": 1 for i in range(3000)}
TWICE_DOWN: dict[str, Any] = {
    "$defs": {
        "t": {
            "anyOf": [
                {"properties": {"c": {"$ref": "#/$defs/t"}}, "required": ["y"]},
                {"properties": {"c": {"$ref": "#/$defs/t"}}, "required": ["z"]},
            ]
        }
    },
    **of_subject({"$ref": "#/$defs/t"}),
}


def again(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"properties": {"a": True}}
    for _ in range(depth):
        schema = {"allOf": [schema], "unevaluatedProperties": {"type": "string"}}
    return schema


@pytest.mark.parametrize(
    ("schema", "subject"),
    [
        (doubling(40), None),
        (TWICE_DOWN, nested(40)),
        (of_subject(again(25)), {"b": 1}),
        (of_subject({"items": {"enum": [f"x{i}" for i in range(2000)]}}), ["y"] * 2000),
        (of_subject({"items": {"required": [f"x{i}" for i in range(2000)]}}), [{}] * 2000),
        (
            of_subject({"patternProperties": {f"a{i}": {} for i in range(3000)}}),
            FLAT,
        ),
        (of_subject({"items": {"anyOf": [{"type": "null"}] * 500}}), [1] * 500),
        (of_subject({"patternProperties": {f"a{i}": {} for i in range(30)}}), FLAT),
        (of_subject({"anyOf": [{"additionalProperties": {}}] * 30}), FLAT),
        (
            of_subject({"anyOf": [{}] * 9000, "unevaluatedProperties": {}}),
            {f"b{i}": 1 for i in range(40_000)},
        ),
        (of_subject({"$ref": DIALECT}), [1] * 5000),
    ],
)
def test_a_schema_that_would_take_long_is_too_complex(
    schema: dict[str, Any], subject: object
) -> None:
    with pytest.raises(TooComplex, match="would take too long"):
        judge(schema, subject)


def test_where_telling_all_would_take_long_it_is_told_that_something_is_wrong() -> None:
    for schema, subject in ((doubling(12), None), (TWICE_DOWN, nested(11))):
        assert judge(schema, subject) == (
            Violation("", "does not keep to the schema, in more ways than can be told"),
        )


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*a){20}$", "(x+x+)+y"])
def test_patterns_that_others_hang_on_are_matched(pattern: str) -> None:
    assert len(judge(of_subject({"pattern": pattern}), "a" * 20_000 + "!\n")) <= 1


@pytest.mark.parametrize(
    "pattern", ["(?=a)a", "(?<!a)b", r"(a)\1", "(", "a{2,1}", "[z-a]", "(?>a)", "(?P<n>a)(?P=n)"]
)
def test_a_pattern_that_calls_for_going_back_is_undecided(pattern: str) -> None:
    schemas: tuple[object, ...] = ({"pattern": pattern}, {"patternProperties": {pattern: {}}})
    for schema in schemas:
        with pytest.raises(UnsupportedFormat, match="regular expression"):
            judge(of_subject(schema), "a")


@pytest.mark.parametrize(
    "patterns",
    [
        ["^(a{0,1000}){0,1000}$"],
        ["^((a{0,100}){0,100}){0,100}$"],
        ["a{999999}"],
        [f"^.{{{i}}}$" for i in range(200, 300)],
        [rf"^\p{{L}}{{1,{i}}}$" for i in range(50, 100)],
        ["a" * (LARGEST + 1)],
    ],
)
def test_patterns_that_are_too_large_are_too_complex(patterns: list[str]) -> None:
    schemas: tuple[object, ...] = (
        {"anyOf": [{"pattern": pattern} for pattern in patterns]},
        {"patternProperties": dict.fromkeys(patterns, True)},
    )
    for schema in schemas:
        with pytest.raises(TooComplex, match="repeat too often"):
            judge(of_subject(schema), "a")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^\p{L}{1,50}$", "毕业证"),
        ("^.{1,1000}$", "é" * 999),
        ("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "58172aac-d8ba-11ed-83dd-0b3aef56cc33"),
        (r"^\d{4}-\d{2}-\d{2}$", "2026-01-31"),
        (r"^did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,256}$", "did:web:example.org"),
        ("[01]*1[01]{901}$", "10" * 2000),
    ],
)
def test_patterns_as_people_write_them_are_matched(pattern: str, text: str) -> None:
    assert judge(of_subject({"pattern": pattern}), text) == ()


@pytest.mark.parametrize(
    ("schema", "subject"),
    [
        ({"pattern": "[01]*1[01]{900}$"}, "10" * 50_000),
        ({"patternProperties": {"[01]*1[01]{900}$": True}}, {"10" * 50_000: 1}),
        ({"propertyNames": {"pattern": "[01]*1[01]{900}$"}}, {"10" * 50_000: 1}),
    ],
)
def test_long_texts_are_not_held_to_large_patterns(schema: dict[str, Any], subject: object) -> None:
    with pytest.raises(TooComplex, match="would take too long"):
        judge(of_subject(schema), subject)


def test_a_pattern_weighs_at_least_what_it_repeats() -> None:
    assert weight("abc") == 3
    assert weight("a{100}") > 100
    assert weight("(a{100}){100}") > 10_000
    assert weight("a{2,}") < weight("a{2,90}")
    assert weight("(a{99999}){99999}") == LARGEST + 1


def test_too_many_subschemas_are_too_complex() -> None:
    with pytest.raises(TooComplex, match="more than 10000 subschemas"):
        plan({"$defs": {f"d{i}": {} for i in range(MAX_SUBSCHEMAS)}})
    plan({"$defs": {f"d{i}": {} for i in range(MAX_SUBSCHEMAS - 1)}})


def test_the_effort_is_that_of_the_places_that_a_schema_reaches() -> None:
    node = plan({"properties": {"a": {"items": {"type": "null"}}, "b": {}}})
    assert foresee(node, {"c": 1}) == Effort(visits=1, detail=2)
    assert foresee(node, {"a": [1, 2, 3]}).visits == 5


def test_a_text_in_every_format_is_judged_at_any_length() -> None:
    names = ["email", "idn-email", "uri", "iri", "uri-template", "regex", "hostname", "ipv6"]
    names += ["idn-hostname", "date-time", "duration", "json-pointer", "uuid", "time", "unheard-of"]
    for text in ("a.b-(ü" * 20_000, "(" * 100_000, "@" * 100_000, "1" * 100_000, "a." * 50_000):
        for name in names:
            assert len(judge(of_subject({"format": name}), text)) <= 1


def test_a_deep_document_is_judged_by_a_deep_schema() -> None:
    schema: dict[str, Any] = {"type": "integer"}
    for _ in range(25):
        schema = {"properties": {"c": schema}}
    assert judge(of_subject(schema), nested(25)) == ()
    assert len(judge(of_subject(schema), nested(26))) == 1
