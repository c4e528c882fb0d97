from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import CredentialError, InvalidCredential, TooComplex
from wallet.credentials.formats.sd_jwt.compact import Compact
from wallet.credentials.formats.sd_jwt.disclosure import Disclosure
from wallet.credentials.formats.sd_jwt.making import hide
from wallet.credentials.formats.sd_jwt.processing import process
from wallet.credentials.formats.sd_jwt.selecting import select

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "sd-jwt" / "sd-jwt-vc.json").read_text()
)
SALT = bytes(16)


def encoded(value: object) -> str:
    text = json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def payload_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


@pytest.mark.parametrize(
    ("disclosure", "digest"),
    [  # RFC 9901, sections 4.2.1 to 4.2.3 and 5.1
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
        ),
        (
            "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd",
            "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
        ),
        (
            "WyI2SWo3dE0tYTVpVlBHYm9TNXRtdlZBIiwgImVtYWlsIiwgImpvaG5kb2VAZXhhbXBsZS5jb20iXQ",
            "JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE",
        ),
    ],
)
def test_a_digest_is_the_one_that_the_standard_prints(disclosure: str, digest: str) -> None:
    assert Disclosure.read(disclosure).digest() == digest


def test_what_was_issued_is_read_in_full() -> None:
    compact = Compact.read(VECTORS["issued"].encode())
    processed = process(payload_of(compact.issued), [*map(Disclosure.read, compact.disclosures)])
    assert compact.write() == VECTORS["issued"]
    assert processed.payload["address"]["locality"] == "Anytown"
    assert processed.payload["is_over_65"] is True
    assert processed.hidden == 0
    assert not {"_sd", "_sd_alg"} & processed.payload.keys()


def test_of_what_was_presented_the_rest_stays_hidden() -> None:
    compact = Compact.read(VECTORS["presented"].encode())
    processed = process(payload_of(compact.issued), [*map(Disclosure.read, compact.disclosures)])
    assert {each.place for each in processed.disclosed} == {("is_over_65",), ("address",)}
    assert processed.hidden == 7
    assert compact.key_binding is not None
    assert payload_of(compact.key_binding)["sd_hash"] == compact.hash("sha-256")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcdef", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


def places(value: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        inner = [(*at, name) for name in value]
        return [*inner, *(p for n, v in value.items() for p in places(v, (*at, n)))]
    if isinstance(value, list):
        inner = [(*at, index) for index in range(len(value))]
        return [*inner, *(p for i, v in enumerate(value) for p in places(v, (*at, i)))]
    return []


def ordered(value: object) -> str:
    return json.dumps(value, sort_keys=True)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), JSON, max_size=4), st.data())
def test_what_was_hidden_is_found_again_and_what_is_shown_is_no_more(
    claims: dict[str, Any], data: st.DataObject
) -> None:
    every = places(claims)
    chosen = data.draw(st.sets(st.sampled_from(every))) if every else set()
    counter = iter(range(10_000))
    hidden = hide(claims, chosen, lambda size: next(counter).to_bytes(size, "big"))
    whole = process(hidden.payload, hidden.disclosures)
    assert ordered(whole.payload) == ordered(claims)
    assert whole.hidden == 0
    assert len(hidden.disclosures) == len(chosen)
    if every:
        place = data.draw(st.sampled_from(every))
        shown = [each.disclosure for each in select(whole, [place])]
        part = process(hidden.payload, shown)
        on_the_way = {place[:size] for size in range(1, len(place) + 1)}
        below = {each for each in chosen if each[: len(place)] == place}
        assert {each.place for each in whole.disclosed if each.disclosure in shown} == (
            {each for each in chosen if each in on_the_way} | below
        )
        assert part.hidden <= len(chosen)


def one(name: str, value: object) -> Disclosure:
    return Disclosure.made(SALT, value, name)


@pytest.mark.parametrize(
    ("payload", "disclosures", "reason"),
    [
        ({"_sd": [one("a", 1).digest()], "a": 2}, [one("a", 1)], "is there already"),
        ({"_sd": [one("a", 1).digest()] * 2}, [one("a", 1)], "occurs twice"),
        ({"_sd": ["x", "x"]}, [], "occurs twice"),
        ({"b": {"_sd": ["x"]}, "_sd": ["x"]}, [], "occurs twice"),
        ({}, [one("a", 1)], "belongs to no digest"),
        ({"_sd": [one("a", 1).digest()]}, [one("a", 1), one("b", 1)], "belongs to no digest"),
        ({"_sd": [one("a", 1).digest()]}, [one("a", 1), one("a", 1)], "is given twice"),
        ({"_sd": "x"}, [], "must be a list of digests"),
        ({"_sd": [1]}, [], "must be a list of digests"),
        ({"a": {"...": "x"}}, [], "where there is no list"),
        ({"a": [{"...": "x", "b": 1}]}, [], "named as one"),
        ({"a": [{"...": 5}]}, [], "named as one"),
        ({"a": [{"...": one("b", 1).digest()}]}, [one("b", 1)], "has the digest of a claim"),
        (
            {"_sd": [Disclosure.made(SALT, 1).digest()]},
            [Disclosure.made(SALT, 1)],
            "of an element of a list",
        ),
        ({"_sd_alg": 5}, [], "must be the name of a hash function"),
        ({"_sd_alg": "md5"}, [], "not accepted"),
        ({"_sd_alg": "sha-1"}, [one("a", 1)], "not accepted"),
    ],
)
def test_refuses_what_the_standard_refuses(
    payload: dict[str, Any], disclosures: list[Disclosure], reason: str
) -> None:
    with pytest.raises(CredentialError, match=reason):
        process(payload, disclosures)


@pytest.mark.parametrize(
    "name", ["sha-256", "sha-384", "sha-512", "sha3-256", "sha3-384", "sha3-512"]
)
def test_digests_are_made_by_the_function_that_is_named(name: str) -> None:
    by_library = hashlib.new(name.replace("-", "_") if "3-" in name else name.replace("-", ""))
    by_library.update(one("a", 1).encoded.encode())
    digest = base64.urlsafe_b64encode(by_library.digest()).rstrip(b"=").decode()
    found = process({"_sd_alg": name, "_sd": [digest]}, [one("a", 1)])
    assert found.payload == {"a": 1}
    with pytest.raises(InvalidCredential, match="belongs to no digest"):
        process({"_sd_alg": name, "_sd": [digest]}, [one("a", 2)])


def test_two_disclosures_of_one_name_are_refused() -> None:
    first, second = Disclosure.made(SALT, 1, "a"), Disclosure.made(b"1" * 16, 2, "a")
    with pytest.raises(InvalidCredential, match="is there already"):
        process({"_sd": [first.digest(), second.digest()]}, [first, second])


def test_nesting_by_disclosures_has_an_end() -> None:
    disclosures = [one("a", 1)]
    for _ in range(100):
        disclosures.append(one("a", {"_sd": [disclosures[-1].digest()]}))
    with pytest.raises(TooComplex):
        process({"_sd": [disclosures[-1].digest()]}, disclosures)


@pytest.mark.parametrize(
    "content",
    [
        ["salt"],
        ["salt", "name", "value", "more"],
        [1, "name", "value"],
        ["salt", 1, "value"],
        {"salt": 1},
        "salt",
        ["salt", "_sd", "value"],
        ["salt", "...", "value"],
    ],
)
def test_refuses_what_is_no_disclosure(content: object) -> None:
    with pytest.raises(InvalidCredential):
        Disclosure.read(encoded(content))


@pytest.mark.parametrize("text", ["", "a.b.c", "a.b.c~~", "a.b.c~x~~y", "a.b.c~\xff~"])
def test_refuses_what_is_no_sd_jwt(text: str) -> None:
    with pytest.raises(InvalidCredential):
        Compact.read(text.encode("latin-1"))


def test_disclosures_without_end_are_not_read() -> None:
    with pytest.raises(TooComplex):
        Compact.read(b"a.b.c" + b"~x" * 1_001 + b"~")


@pytest.mark.parametrize("place", [("exp",), ("cnf",), ("vct",), ("status",)])
def test_what_says_until_when_and_for_whom_is_never_hidden(place: tuple[str]) -> None:
    with pytest.raises(InvalidCredential, match="must not be hidden"):
        hide({place[0]: 1}, [place], bytes)


def test_hides_nothing_that_is_not_there() -> None:
    with pytest.raises(InvalidCredential, match="is not in the payload"):
        hide({"a": {"b": 1}}, [("a", "c")], bytes)
    with pytest.raises(InvalidCredential, match="no claim can have"):
        hide({"a": {"_sd": 1}}, [], bytes)
