from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.document import Document
from did.errors import (
    DIDError,
    FeatureNotSupported,
    RepresentationNotSupported,
    UnsupportedOption,
)
from did.options import MAX_VALUE, Options, date_time, utc
from did.representation import DID_DOCUMENT, DID_JSON, DID_JSON_LD, MAX_ACCEPT, chosen, types_of

EVERY = (DID_DOCUMENT, DID_JSON, DID_JSON_LD)


def test_no_options_are_the_newest_version_in_any_form() -> None:
    assert Options.parse({}) == Options()
    assert Options.parse({}).version_key == ""


def test_flags_are_words_or_truth_values() -> None:
    assert Options.parse({"noCache": "true", "expandRelativeUrls": True}) == Options(
        no_cache=True, expand_relative_urls=True
    )
    assert Options.parse({"noCache": False, "expandRelativeUrls": "false"}) == Options()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"versionId": "1", "versionTime": "2020-12-20T19:17:47Z"}, UnsupportedOption),
        ({"versionTime": "yesterday"}, UnsupportedOption),
        ({"versionTime": "2020-12-20"}, UnsupportedOption),
        ({"versionTime": "2020-12-20T19:17:47"}, UnsupportedOption),
        ({"versionTime": "2020-13-20T19:17:47Z"}, UnsupportedOption),
        ({"versionTime": "0001-01-01T00:00:00+01:00"}, UnsupportedOption),
        ({"versionTime": "٢٠٢٠-12-20T19:17:47Z"}, UnsupportedOption),
        ({"versionId": "é"}, UnsupportedOption),
        ({"versionId": "1\n"}, UnsupportedOption),
        ({"versionId": True}, UnsupportedOption),
        ({"versionId": "1" * (MAX_VALUE + 1)}, UnsupportedOption),
        ({"noCache": "yes"}, UnsupportedOption),
        ({"expandRelativeUrls": ""}, UnsupportedOption),
        ({"accept": True}, UnsupportedOption),
        ({"accept": "nonsense"}, UnsupportedOption),
        ({"accept": "text/html"}, RepresentationNotSupported),
        ({"versionNumber": "1"}, FeatureNotSupported),
        ({"versionID": "1"}, FeatureNotSupported),
    ],
)
def test_refuses_what_it_cannot_follow(
    options: dict[str, str | bool], error: type[DIDError]
) -> None:
    with pytest.raises(error) as refusal:
        Options.parse(options)
    assert refusal.value.undecided
    assert len(str(refusal.value)) < 250


def test_what_is_not_supported_is_said_before_what_is_not_valid() -> None:
    with pytest.raises(FeatureNotSupported, match="'x'") as refusal:
        Options.parse({"x": "1", "noCache": "perhaps"}, frozenset({"versionNumber"}))
    assert refusal.value.hint is not None
    assert "versionNumber" in refusal.value.hint


def test_a_method_adds_parameters_of_its_own() -> None:
    options = Options.parse({"versionNumber": "2"}, frozenset({"versionNumber"}))
    assert options.version == {"versionNumber": "2"}
    assert options.version_key == "versionNumber=2"


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("2020-12-20T19:17:47Z", "2020-12-20T19:17:47Z"),
        ("2020-12-20T19:17:47.999999999Z", "2020-12-20T19:17:47Z"),
        ("2020-12-20T20:17:47+01:00", "2020-12-20T19:17:47Z"),
        ("0500-01-01T00:00:00Z", "0500-01-01T00:00:00Z"),
    ],
)
def test_every_spelling_of_an_instant_is_one(text: str, normal: str) -> None:
    assert date_time(text) == normal
    key = Options.parse({"versionTime": text}).version_key
    assert key == Options.parse({"versionTime": normal}).version_key


@given(st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_instant_is_read_back_to_the_second(instant: datetime) -> None:
    assert datetime.fromisoformat(date_time(utc(instant))) == instant.replace(microsecond=0)


@given(
    st.dictionaries(st.text("ab&=%", min_size=1), st.text("ab&=%")),
    st.dictionaries(st.text("ab&=%", min_size=1), st.text("ab&=%")),
)
def test_two_versions_have_two_keys(one: dict[str, str], other: dict[str, str]) -> None:
    same = Options(version=one).version_key == Options(version=other).version_key
    assert same is (one == other)


@pytest.mark.parametrize(
    ("accept", "answer"),
    [
        (None, DID_DOCUMENT),
        ("*/*", DID_DOCUMENT),
        ("application/*", DID_DOCUMENT),
        ("application/did+ld+json", DID_JSON_LD),
        ("APPLICATION/DID+JSON", DID_JSON),
        ("application/did;q=0.5, application/did+json", DID_JSON),
        ("application/did;q=0, */*;q=0.1", DID_JSON),
        ("text/html, application/did ; Q=0.3 ,", DID_DOCUMENT),
        ('application/did;profile="a,b;q=0", application/did+ld+json;q=0.2', DID_JSON_LD),
        ("text/html,, application/did", DID_DOCUMENT),
    ],
)
def test_the_media_type_liked_best_is_chosen(accept: str | None, answer: str) -> None:
    assert chosen(accept, EVERY) == answer


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/json",
        "application/did;q=0",
        "*/*;q=0",
        "application/did;q=1;profile=x",
        'application/ld+json;profile="https://w3id.org/did-resolution"',
    ],
)
def test_a_media_type_that_is_not_made_here_is_refused(accept: str) -> None:
    with pytest.raises(RepresentationNotSupported) as refusal:
        chosen(accept, EVERY)
    assert refusal.value.hint == "to be had: application/did, " + ", ".join(EVERY[1:])


@pytest.mark.parametrize(
    "accept",
    ["", "application", "a/b;q=2", "a/b;q=-1", "a/b c/d", 'a/b;x="', "a/b" * MAX_ACCEPT, "a/b;q=٠"],
)
def test_what_is_no_accept_header_is_refused(accept: str) -> None:
    with pytest.raises(UnsupportedOption):
        chosen(accept, EVERY)


def test_a_document_without_a_context_is_no_json_ld() -> None:
    assert types_of(Document.parse({"id": "did:example:123"})) == (DID_DOCUMENT, DID_JSON)
    assert (
        types_of(Document.parse({"id": "did:example:123", "@context": "https://w3.org"})) == EVERY
    )
