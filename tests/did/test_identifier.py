from __future__ import annotations

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import InvalidDID, InvalidDIDURL
from did.identifier import DID, DIDURL, MAX_LENGTH

IDCHARS = string.ascii_letters + string.digits + "._-"
METHODS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)
IDCHAR = st.sampled_from(IDCHARS) | st.integers(0, 255).map("%{:02X}".format)
SEGMENT = st.lists(IDCHAR, max_size=12).map("".join)
METHOD_SPECIFIC_IDS = st.builds(
    lambda segments, last, end: ":".join([*segments, last + end]),
    st.lists(SEGMENT, max_size=4),
    SEGMENT,
    IDCHAR,
)
DIDS = st.builds(DID, METHODS, METHOD_SPECIFIC_IDS)
PARTS = st.text(IDCHARS + "~!$&'()*+,;=:@/?", max_size=20)
DID_URLS = st.builds(
    DIDURL,
    DIDS,
    st.just("") | PARTS.map(lambda part: "/" + part.replace("?", "")),
    st.none() | PARTS,
    st.none() | PARTS,
)


@given(DIDS)
def test_a_did_is_read_back_from_its_text(did: DID) -> None:
    assert DID.parse(str(did)) == did


@given(DID_URLS)
def test_a_did_url_is_read_back_from_its_text(url: DIDURL) -> None:
    assert DIDURL.parse(str(url)) == url


@given(st.text() | st.text("did:key/?#%0aZ\n é").map("did:a:".__add__))
def test_arbitrary_text_is_a_did_with_that_very_text_or_refused(text: str) -> None:
    try:
        did = DID.parse(text)
    except InvalidDID:
        return
    assert str(did) == text


@given(st.text() | st.text("did:key/?#%0aZ\n é").map("did:a:".__add__))
def test_arbitrary_text_is_a_did_url_with_that_very_text_or_refused(text: str) -> None:
    try:
        url = DIDURL.parse(text)
    except InvalidDIDURL:
        return
    assert str(url) == text


@pytest.mark.parametrize(
    "text",
    [
        "did:example:123456789abcdefghi",
        "did:web:example.com%3A3000:user:alice",
        "did:ethr:0x5:0xf3beac30c498d9e26865f34fcaa57dbb935b0d74",
        "did:a::b",
        "did:0:.",
    ],
)
def test_takes_every_did_of_the_grammar(text: str) -> None:
    assert str(DID.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "did",
        "did:",
        "did:key",
        "did:key:",
        "did:key:abc:",
        "did::abc",
        "DID:key:abc",
        "did:Key:abc",
        "did:ke-y:abc",
        "did:key:a b",
        "did:key:abc\n",
        " did:key:abc",
        "did:key:%4",
        "did:key:%zz",
        "did:key:é",
        "did:key:٣",
        "did:key:abc#key-1",
        "did:key:abc/path",
        "did:key:abc?query",
        "urn:uuid:2a5b3a8e-0000-4000-8000-000000000000",
    ],
)
def test_refuses_what_is_not_a_did(text: str) -> None:
    with pytest.raises(InvalidDID):
        DID.parse(text)


def test_refuses_a_did_built_of_parts_that_no_text_has() -> None:
    with pytest.raises(InvalidDID):
        DID("key", "abc#key-1")


def test_refuses_an_endless_did_without_reading_it() -> None:
    with pytest.raises(InvalidDID, match="longer"):
        DID.parse("did:key:" + "z" * MAX_LENGTH * 1000)


def test_a_refusal_neither_repeats_control_characters_nor_fills_the_screen() -> None:
    with pytest.raises(InvalidDID) as refusal:
        DID.parse("\x1b[2J" + "z" * 5000)
    assert "\x1b" not in str(refusal.value)
    assert len(str(refusal.value)) < 200


def test_a_did_url_has_its_four_parts() -> None:
    url = DIDURL.parse("did:example:123/a/b?versionId=1&x=/?#key-1")
    assert url == DIDURL(DID("example", "123"), "/a/b", "versionId=1&x=/?", "key-1")


def test_an_empty_query_or_fragment_is_not_the_same_as_none() -> None:
    assert DIDURL.parse("did:example:123?#") == DIDURL(DID("example", "123"), "", "", "")
    assert DIDURL.parse("did:example:123") == DIDURL(DID("example", "123"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#key-1",
        "key-1",
        "did:example:123#a#b",
        "did:example:123#key 1",
        "did:example:123#key-1\n",
        "did:example:123/%4",
        "did:example:123/[",
        "did:example:123?a|b",
        "did:Example:123#key-1",
        "https://example.com/#key-1",
    ],
)
def test_refuses_what_is_not_an_absolute_did_url(text: str) -> None:
    with pytest.raises(InvalidDIDURL):
        DIDURL.parse(text)


@pytest.mark.parametrize("part", [{"path": "a"}, {"query": "a#b"}, {"fragment": "a#b"}])
def test_refuses_a_did_url_built_of_parts_that_no_text_has(part: dict[str, str]) -> None:
    with pytest.raises(InvalidDIDURL):
        DIDURL(DID("example", "123"), **part)


def test_refuses_an_endless_did_url_without_reading_it() -> None:
    with pytest.raises(InvalidDIDURL, match="longer"):
        DIDURL.parse("did:example:123#" + "z" * MAX_LENGTH * 1000)


@pytest.mark.parametrize(
    ("reference", "absolute"),
    [
        ("#key-1", "did:example:123#key-1"),
        ("/path", "did:example:123/path"),
        ("/a/./b/../c", "did:example:123/a/c"),
        ("/../a", "did:example:123/a"),
        ("/a:b", "did:example:123/a:b"),
        ("?versionId=1#key-1", "did:example:123?versionId=1#key-1"),
        ("did:example:456#key-1", "did:example:456#key-1"),
    ],
)
def test_a_relative_did_url_is_of_the_document_it_stands_in(reference: str, absolute: str) -> None:
    assert str(DIDURL.absolute(reference, DID("example", "123"))) == absolute


@pytest.mark.parametrize(
    "reference",
    ["", "key-1", "//example.com/", "//example.com/#a#b", "urn:a:b", "#a b", "/[", "#a#b"],
)
def test_refuses_a_reference_that_is_no_did_url(reference: str) -> None:
    with pytest.raises(InvalidDIDURL):
        DIDURL.absolute(reference, DID("example", "123"))


def test_refuses_an_endless_reference_without_reading_it() -> None:
    with pytest.raises(InvalidDIDURL, match="longer"):
        DIDURL.absolute("#" + "z" * MAX_LENGTH * 1000, DID("example", "123"))
    with pytest.raises(InvalidDIDURL, match="longer"):
        DIDURL(DID("example", "123"), query="z" * (MAX_LENGTH + 1))


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", {}),
        ("versionId=1", {"versionId": "1"}),
        (
            "service=files&relativeRef=%2Fa%3Fb%3D1%26c",
            {"service": "files", "relativeRef": "/a?b=1&c"},
        ),
        ("version%49d=1", {"versionId": "1"}),
        ("a=b=c", {"a": "b=c"}),
        ("a", {"a": ""}),
        ("a=", {"a": ""}),
        ("a+b=c+d", {"a+b": "c+d"}),
        ("a=%C3%A9", {"a": "é"}),
        ("a=%252F", {"a": "%2F"}),
        ("b=1&a=2", {"b": "1", "a": "2"}),
    ],
)
def test_the_query_of_a_did_url_is_its_parameters(query: str, parameters: dict[str, str]) -> None:
    assert DIDURL(DID("example", "123"), query=query).parameters() == parameters


def test_a_did_url_without_a_query_has_no_parameters() -> None:
    assert DIDURL.parse("did:example:123").parameters() == {}


@pytest.mark.parametrize(
    "query",
    ["&", "=1", "a=1&", "a=1&a=1", "a=1&%61=2", "a=%ff", "%ff=1", "a=1&b=2&a=3"],
)
def test_refuses_parameters_that_mean_two_things_or_nothing(query: str) -> None:
    with pytest.raises(InvalidDIDURL):
        DIDURL(DID("example", "123"), query=query).parameters()


@given(
    st.dictionaries(
        st.text(min_size=1).filter(str.isprintable), st.text().filter(str.isprintable), max_size=4
    )
)
def test_parameters_are_read_back_from_their_encoding(parameters: dict[str, str]) -> None:
    query = "&".join(f"{quote(n, safe='')}={quote(v, safe='')}" for n, v in parameters.items())
    assert DIDURL(DID("example", "123"), query=query).parameters() == parameters
