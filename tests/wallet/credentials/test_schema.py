from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from base64 import b64encode
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import CredentialError, InvalidCredential, UnsupportedFormat
from wallet.credentials.schema import (
    SchemaEntry,
    Violation,
    judge_schema,
    schema_entries,
    schema_of,
)

if TYPE_CHECKING:
    from pathlib import Path

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEAD = b'{"$schema": "https://json-schema.org/draft/2020-12/schema", '
URL = "https://example.org/schema.json"
ENTRY: dict[str, Any] = {"id": URL, "type": "JsonSchema"}


def credential(subject: object, **entry: object) -> dict[str, Any]:
    return {"credentialSubject": subject, "credentialSchema": {**ENTRY, **entry}}


def of(document: dict[str, Any]) -> SchemaEntry:
    (entry,) = schema_entries(document)
    return entry


def judge(
    subject: object, schema: dict[str, Any], *, dialect: str = DIALECT
) -> tuple[Violation, ...]:
    document = credential(subject)
    whole = {"$schema": dialect, "properties": {"credentialSubject": schema}}
    return judge_schema(document, json.dumps(whole).encode(), of(document))


def judge_text(schema: bytes) -> tuple[Violation, ...]:
    document = credential({"id": "urn:a:b"})
    return judge_schema(document, schema, of(document))


def sri(data: bytes) -> str:
    return f"sha384-{b64encode(hashlib.sha384(data).digest()).decode()}"


@pytest.fixture(scope="module")
def examples(vectors: Path) -> Any:
    return json.loads((vectors / "vc-json-schema" / "examples.json").read_bytes())


def test_the_examples_of_the_standard_come_out_as_it_says(examples: Any) -> None:
    schema = json.dumps(examples["schema"]).encode()
    good, bad = examples["success"], examples["failure"]
    assert judge_schema(good, schema, of(good)) == ()
    assert judge_schema(bad, schema, of(bad)) == (
        Violation("/credentialSubject/emailAddress", "must be in the format 'email'"),
    )


def test_the_credential_of_a_schema_holds_one(examples: Any) -> None:
    schema = json.dumps(schema_of(examples["schemaCredential"])).encode()
    document = examples["success"]
    document = {**document, "credentialSchema": {"id": URL, "type": "JsonSchemaCredential"}}
    assert judge_schema(document, schema, of(document)) == ()


def test_the_credential_of_a_schema_keeps_to_the_schema_of_those(
    examples: Any, vectors: Path
) -> None:
    schema = (vectors / "vc-json-schema" / "schema-credential-schema.json").read_bytes()
    document = examples["schemaCredential"]
    entry = of(credential({}))
    assert judge_schema(document, schema, entry) == ()
    subject = {**document["credentialSubject"], "jsonSchema": {"type": "text"}}
    (broken,) = judge_schema({**document, "credentialSubject": subject}, schema, entry)
    assert broken.pointer == "/credentialSubject/jsonSchema/type"


def test_entries_are_read_in_their_order_with_their_places() -> None:
    entries = schema_entries(
        {
            "credentialSchema": [
                ENTRY,
                {"id": "urn:s:2", "type": ["Other", "JsonSchemaCredential"], "digestSRI": sri(b"")},
                {"id": "urn:s:3", "type": ["Other", "More"]},
            ]
        }
    )
    assert [(entry.id, entry.type, entry.pointer) for entry in entries] == [
        (URL, "JsonSchema", "/credentialSchema/0"),
        ("urn:s:2", "JsonSchemaCredential", "/credentialSchema/1"),
        ("urn:s:3", "Other", "/credentialSchema/2"),
    ]
    assert [entry.has_digest for entry in entries] == [False, True, False]
    assert of({"credentialSchema": ENTRY}).pointer == "/credentialSchema"
    assert schema_entries({}) == ()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "must be an object"),
        ([], "must not be an empty list"),
        (URL, "must be an object"),
        ([ENTRY, URL], r"\[1\] must be an object"),
        ({"type": "JsonSchema"}, r"\.id is missing"),
        ({"id": URL}, r"\.type is missing"),
        ({"id": "schema.json", "type": "JsonSchema"}, r"\.id must be an absolute URL"),
        ({"id": 1, "type": "JsonSchema"}, r"\.id must be an absolute URL"),
        ({"id": URL, "type": 1}, r"\.type must be a name"),
        ({"id": URL, "type": ["JsonSchema", "JsonSchemaCredential"]}, "at once"),
        ({**ENTRY, "digestSRI": "sha384-x"}, "digestSRI is not"),
    ],
)
def test_refuses_an_entry_of_another_form(value: object, reason: str) -> None:
    with pytest.raises(InvalidCredential, match=reason):
        schema_entries({"credentialSchema": value})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "VerifiableCredential"}, r"\$\.type must name JsonSchemaCredential"),
        ({"type": None}, r"\$\.type must be a name"),
        ({"credentialSchema": ENTRY}, r"\$\.credentialSchema must be https://www\.w3\.org"),
        ({"credentialSchema": None}, r"\$\.credentialSchema must be"),
        ({"credentialSubject": []}, r"\$\.credentialSubject must be an object"),
        ({"credentialSubject": {"jsonSchema": {"a": 1}}}, r"credentialSubject\.type is missing"),
        ({"credentialSubject": {"type": "A", "jsonSchema": {"a": 1}}}, r"type must be JsonSchema"),
        ({"credentialSubject": {"type": "JsonSchema"}}, r"jsonSchema must be an object"),
        ({"credentialSubject": {"type": "JsonSchema", "jsonSchema": True}}, r"must be an object"),
    ],
)
def test_refuses_the_credential_of_a_schema_of_another_form(
    examples: Any, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidCredential, match=reason):
        schema_of({**examples["schemaCredential"], **changes})


@pytest.mark.parametrize(
    ("schema", "good", "bad", "pointer", "message"),
    [
        ({"required": ["a"]}, {"a": 1}, {"b": 1}, "", "lacks 'a'"),
        ({"type": ["array", "null"]}, None, {}, "", "must be of the type null or array"),
        ({"enum": ["a", 1]}, 1, 2, "", 'must be one of ["a", 1]'),
        ({"const": {"a": 1}}, {"a": 1}, {}, "", 'must be {"a": 1}'),
        ({"properties": {"a/b": {"minimum": 3}}}, {"a/b": 3}, {"a/b": 2}, "/a~1b", "at least 3"),
        ({"items": {"maxLength": 1}}, ["a"], ["a", "bb"], "/1", "at most 1 characters"),
        ({"items": False}, [], [1], "/0", "must not be there"),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"a": 1},
            {"b": 1},
            "",
            "does not allow: ",
        ),
        ({"additionalProperties": False, "type": "object"}, {}, {"b": 1}, "", "must not be there"),
        ({"anyOf": [{"type": "null"}, {"type": "array"}]}, [], 1, "", "fits none"),
        ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 1, 2, "", "fits more than one"),
        ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 1, 0, "", "fits none"),
        ({"not": {"type": "null"}}, 1, None, "", "is what the schema rules out"),
        ({"contains": {"type": "null"}}, [None], [1], "", "as many elements"),
        ({"uniqueItems": True}, [1, 2], [1, 1], "", "same element twice"),
        ({"propertyNames": {"maxLength": 1}}, {"a": 1}, {"aa": 1}, "", "has a name"),
        ({"pattern": "^a+$"}, "aa", "ab", "", "must match '^a+$'"),
        ({"format": "date-time"}, "2026-01-01T00:00:00Z", "today", "", "format 'date-time'"),
        ({"multipleOf": 0.5}, 1.5, 1.4, "", "multiple of 0.5"),
        ({"exclusiveMaximum": 2}, 1, 2, "", "less than 2"),
        ({"exclusiveMinimum": 2}, 3, 2, "", "more than 2"),
        ({"minProperties": 1}, {"a": 1}, {}, "", "at least 1 members"),
        ({"if": {"minimum": 5}, "then": {"maximum": 6}}, 4, 7, "", "at most 6"),
        ({"dependentRequired": {"a": ["b"]}}, {"b": 1}, {"a": 1}, "", "lacks 'b'"),
        ({"unevaluatedProperties": False}, {}, {"a": 1}, "", "does not allow"),
        ({"prefixItems": [True], "unevaluatedItems": False}, [1], [1, 2], "", "does not allow"),
    ],
)
def test_tells_what_a_credential_breaks_and_where(
    schema: dict[str, Any], good: object, bad: object, pointer: str, message: str
) -> None:
    assert judge(good, schema) == ()
    (violation,) = judge(bad, schema)
    assert violation.pointer == f"/credentialSubject{pointer}"
    assert message in violation.message


def test_what_the_credential_says_is_not_repeated() -> None:
    schema = {"properties": {"a": {"type": "null"}, "b": {"format": "email"}, "c": {"const": 1}}}
    violations = judge({"a": "secret", "b": "secret", "c": ["secret"]}, schema)
    assert len(violations) == 3
    assert "secret" not in str(violations)


def test_long_values_of_a_schema_are_cut_short() -> None:
    (violation,) = judge(1, {"enum": ["a" * 5000]})
    assert len(violation.message) < 150


def test_tells_no_more_than_twenty_violations() -> None:
    assert len(judge([1] * 50, {"items": {"type": "null"}})) == 20


@pytest.mark.parametrize(
    "dialect",
    [
        DIALECT,
        "https://json-schema.org/draft/2019-09/schema",
        "http://json-schema.org/draft-07/schema#",
        "http://json-schema.org/draft-07/schema",
    ],
)
def test_knows_three_dialects(dialect: str) -> None:
    schema = {"type": "object", "properties": {"a": {"format": "ipv4"}}}
    assert judge({"a": "1.2.3.4"}, schema, dialect=dialect) == ()
    assert len(judge({"a": "1.2.3.x"}, schema, dialect=dialect)) == 1


def test_each_dialect_has_its_own_keywords() -> None:
    seven, nineteen = (
        "http://json-schema.org/draft-07/schema#",
        DIALECT.replace("2020-12", "2019-09"),
    )
    pair = {"items": [{"type": "null"}], "additionalItems": False}
    assert judge([1], pair, dialect=seven)
    assert judge([1], pair, dialect=nineteen)
    assert judge([1], {"prefixItems": [{"type": "null"}]}, dialect=seven) == ()
    assert judge([1], {"prefixItems": [{"type": "null"}]})


@pytest.mark.parametrize(
    "schema",
    [
        {"$schema": "http://json-schema.org/draft-04/schema#"},
        {"$schema": "http://json-schema.org/draft-06/schema#"},
        {"$schema": "https://example.org/dialect"},
        {"$schema": ""},
        {
            "$schema": DIALECT,
            "$defs": {"a": {"$id": "urn:a:b", "$schema": "https://example.org/dialect"}},
        },
        {
            "$schema": DIALECT,
            "$defs": {"a": {"$schema": "http://json-schema.org/draft-07/schema#"}},
        },
    ],
)
def test_another_dialect_leaves_it_undecided(schema: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFormat, match="dialect"):
        judge_text(json.dumps(schema).encode())


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"type: object", "not JSON"),
        (b"[]", "must be an object"),
        (b"true", "must be an object"),
        (b"{}", "is missing"),
        (b'{"type": "object"}', "is missing"),
        (b'{"$schema": 1}', "address of a dialect"),
        (b'{"$schema": "x", "$schema": "x"}', "twice"),
        (HEAD + b'"type": "text"}', r"\$\.type"),
        (HEAD + b'"minLength": -1}', "minLength"),
        (HEAD + b'"required": 1}', "required"),
        (HEAD + b'"properties": []}', "propert"),
        (HEAD + b'"$ref": "#/a"}', "not there"),
        (HEAD + b'"$ref": "#a"}', "not there"),
        (HEAD + b'"$id": "x:", "$ref": "#/0"}', "not there"),
        (HEAD + b'"maximum": 1e400}', ""),
        (HEAD + b'"a":' + b"[" * 70, ""),
        (b" " * (1 << 20) + b"{}", "at most"),
    ],
)
def test_refuses_what_is_no_schema(schema: bytes, reason: str) -> None:
    with pytest.raises(InvalidCredential, match=r"names a schema that is none: .*" + reason):
        judge_text(schema)


def test_another_type_of_schema_leaves_it_undecided() -> None:
    document = credential({}, type="SomeOtherSchema")
    with pytest.raises(UnsupportedFormat, match="'SomeOtherSchema' is not known"):
        judge_schema(document, b"{}", of(document))


def test_a_schema_is_the_one_whose_digest_the_issuer_gave() -> None:
    schema = json.dumps({"$schema": DIALECT}).encode()
    document = credential({}, digestSRI=sri(schema))
    assert judge_schema(document, schema, of(document)) == ()
    (violation,) = judge_schema(document, schema + b" ", of(document))
    assert violation == Violation("/credentialSchema", "names a schema whose digest is another")


def test_the_digest_of_a_schema_credential_is_that_of_the_credential() -> None:
    schema = json.dumps({"$schema": DIALECT}).encode()
    document = credential({}, type="JsonSchemaCredential", digestSRI=sri(b"the credential"))
    entry = of(document)
    assert judge_schema(document, schema, entry, body=b"the credential") == ()
    assert len(judge_schema(document, schema, entry, body=b"another")) == 1
    with pytest.raises(UnsupportedFormat, match="was not compared"):
        judge_schema(document, schema, entry)


def test_a_read_only_document_is_judged_like_any_other() -> None:
    document = MappingProxyType(
        {**credential(None), "credentialSubject": MappingProxyType({"a": (1, 2)})}
    )
    schema = {"$schema": DIALECT, "properties": {"credentialSubject": {"required": ["b"]}}}
    (violation,) = judge_schema(document, json.dumps(schema).encode(), of(credential({})))
    assert violation == Violation("/credentialSubject", "lacks 'b'")


def test_a_schema_that_is_asked_for_again_gives_the_same_answer() -> None:
    assert judge("a", {"maxLength": 0}) == judge("a", {"maxLength": 0}) != ()
    assert judge("", {"maxLength": 0}) == ()


@given(st.integers(), st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1))
def test_numbers_of_any_size_are_compared_as_numbers(value: int, limit: int) -> None:
    assert (judge(value, {"minimum": limit}) == ()) == (value >= limit)


KEYWORDS = st.sampled_from(
    [
        "$ref",
        "$id",
        "$anchor",
        "$dynamicRef",
        "$defs",
        "properties",
        "items",
        "anyOf",
        "not",
        "pattern",
        "patternProperties",
        "required",
        "type",
        "enum",
        "format",
        "if",
        "a",
        "minimum",
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["#", "#/$defs/a", "#a", "urn:a:b", "string", "object", "(a+)+$", "("]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(KEYWORDS, VALUES, max_size=5), VALUES)
def test_whatever_stands_in_a_schema_is_judged_or_refused(
    schema: dict[str, Any], subject: object
) -> None:
    document = credential(subject)
    with suppress(CredentialError):
        judge_schema(document, json.dumps({"$schema": DIALECT, **schema}).encode(), of(document))


def test_the_validator_is_loaded_when_a_schema_is_judged_and_not_before() -> None:
    code = "import sys, wallet.credentials.schema; sys.exit('jsonschema_rs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
