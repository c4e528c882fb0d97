from __future__ import annotations

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from contextlib import suppress
from importlib.resources import files
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.base_encodings import encode_base58btc, encode_base64url
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.contexts.added import AddedContexts, combined
from wallet.credentials.digests import (
    Algorithm,
    Resource,
    json_pointer,
    matches,
    matches_context,
    related_resources,
)
from wallet.credentials.errors import CredentialError, InvalidCredential, UnsupportedFormat
from wallet.credentials.form import CREDENTIALS_V1, CREDENTIALS_V2

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"the very bytes"
URL = "https://example.org/image.png"
HEADS = {"sha256": b"\x12\x20", "sha384": b"\x20\x30", "sha512": b"\x13\x40"}


def sri(data: bytes = DATA, name: str = "sha384") -> str:
    return f"{name}-{b64encode(hashlib.new(name, data).digest()).decode()}"


def multihash(data: bytes = DATA, name: str = "sha256") -> bytes:
    return HEADS[name] + hashlib.new(name, data).digest()


def resource(**members: object) -> Resource:
    (found,) = related_resources({"relatedResource": {"id": URL, **members}})
    return found


def test_reads_resources_in_their_order_with_their_places() -> None:
    first, second = related_resources(
        {
            "relatedResource": [
                {"id": URL, "digestSRI": sri(), "mediaType": "image/png"},
                {"id": "urn:a:b", "digestMultibase": encode_base58btc(multihash())},
            ]
        }
    )
    assert (first.id, first.media_type, first.pointer) == (URL, "image/png", "/relatedResource/0")
    assert [digest.algorithm for digest in first.digests] == [Algorithm.SHA384]
    assert (second.id, second.media_type, second.pointer) == ("urn:a:b", None, "/relatedResource/1")
    assert resource(digestSRI=sri()).pointer == "/relatedResource"
    assert related_resources({}) == ()


@pytest.mark.parametrize("name", HEADS)
def test_a_resource_is_known_by_any_digest_of_the_standard(name: str) -> None:
    hashed = multihash(name=name)
    for members in (
        {"digestSRI": sri(name=name)},
        {"digestSRI": sri(name=name).replace("+", "-").replace("/", "_")},
        {"digestSRI": sri(name=name).rstrip("=")},
        {"digestSRI": sri(name=name) + "?option"},
        {"digestSRI": sri(name=name).replace("sha", "SHA")},
        {"digestMultibase": encode_base58btc(hashed)},
        {"digestMultibase": f"u{encode_base64url(hashed)}"},
        {"digestSRI": sri(name=name), "digestMultibase": encode_base58btc(hashed)},
    ):
        assert matches(resource(**members), DATA)
        assert not matches(resource(**members), DATA + b"\n")


@given(st.binary(max_size=200), st.binary(max_size=200), st.sampled_from(sorted(HEADS)))
def test_a_digest_is_that_of_its_bytes_and_of_no_others(
    data: bytes, other: bytes, name: str
) -> None:
    for members in (
        {"digestSRI": sri(data, name)},
        {"digestMultibase": encode_base58btc(multihash(data, name))},
    ):
        assert matches(resource(**members), other) == (data == other)


def test_of_several_digests_the_strongest_counts() -> None:
    assert matches(resource(digestSRI=f"{sri(b'x', 'sha256')} {sri(name='sha512')}"), DATA)
    assert not matches(resource(digestSRI=f"{sri(name='sha256')} {sri(b'x', 'sha512')}"), DATA)
    assert matches(resource(digestSRI=[sri(b"x"), f"\t{sri()}\n"]), DATA)
    assert matches(resource(digestSRI=f"{sri(b'x')} {sri()}"), DATA)


def test_both_properties_have_to_agree() -> None:
    good, bad = encode_base58btc(multihash()), encode_base58btc(multihash(b"x"))
    assert not matches(resource(digestSRI=sri(), digestMultibase=bad), DATA)
    assert not matches(resource(digestSRI=sri(b"x"), digestMultibase=good), DATA)


@pytest.mark.parametrize(
    "members",
    [
        {"digestSRI": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="},
        {"digestSRI": sri(), "digestMultibase": "f1220" + hashlib.sha256(DATA).hexdigest()},
        {"digestMultibase": f"u{encode_base64url(bytes([0x16, 0x20]) + bytes(32))}"},
    ],
)
def test_a_hash_function_that_is_not_known_leaves_it_undecided(members: dict[str, str]) -> None:
    with pytest.raises(UnsupportedFormat, match="not known"):
        matches(resource(**members), DATA)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "must have a digestSRI or a digestMultibase"),
        ({"digestSRI": ""}, "digestSRI must be as"),
        ({"digestSRI": []}, "must be text"),
        ({"digestSRI": None}, "must be text"),
        ({"digestSRI": 1}, "must be text"),
        ({"digestSRI": {"@value": sri()}}, "must be text"),
        ({"digestSRI": [sri()] * 33}, "must be text"),
        ({"digestSRI": " ".join([sri()] * 33)}, "1 to 32 digests"),
        ({"digestSRI": "sha256"}, "must be as"),
        ({"digestSRI": "sha256-"}, "must be as"),
        ({"digestSRI": f"{sri()}\N{NO-BREAK SPACE}{sri()}"}, "must be as"),
        ({"digestSRI": "sha256-" + "A" * 129}, "must be as"),
        ({"digestSRI": "sha256-abc"}, "not of the 32 bytes"),
        ({"digestSRI": "sha256-abcde"}, "base64"),
        ({"digestSRI": "sha384-" + sri(name="sha256")[7:]}, "not of the 48 bytes"),
        ({"digestSRI": sri(name="sha256")[:-2] + "B="}, "the one way"),
        ({"digestSRI": sri(name="sha256") + "="}, "the one way"),
        ({"digestMultibase": ""}, "must not be empty"),
        ({"digestMultibase": "u"}, "not a whole multihash"),
        ({"digestMultibase": "u!"}, "base64url"),
        ({"digestMultibase": "z0"}, "base58"),
        ({"digestMultibase": "z" + "2" * 1000}, "longer than"),
        ({"digestMultibase": encode_base58btc(multihash()[:-1])}, "not a whole multihash"),
        ({"digestMultibase": "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0"}, "not a whole"),
        ({"digestMultibase": f"u{encode_base64url(bytes([0x16, 0x20]) + bytes(31))}"}, "a whole"),
        ({"digestMultibase": f"u{encode_base64url(bytes([0x16, 0x00]))}"}, "not a whole multihash"),
        ({"digestMultibase": f"u{encode_base64url(bytes([0x80] * 40))}"}, "not a whole multihash"),
        ({"digestMultibase": encode_base58btc(multihash() + b"x")}, "not a whole multihash"),
        ({"digestMultibase": f"u{urlsafe_b64encode(multihash()).decode()}="}, "base64url"),
        ({"digestSRI": sri(), "digestMultibase": None}, "must be text"),
        ({"digestSRI": sri(), "mediaType": "png"}, "must be a media type"),
        ({"digestSRI": sri(), "mediaType": None}, "must be a media type"),
        ({"digestSRI": sri(), "id": "image.png"}, r"\.id must be an absolute URL"),
        ({"digestSRI": sri(), "id": None}, r"\.id must be an absolute URL"),
    ],
)
def test_refuses_a_resource_of_another_form(members: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidCredential, match=reason) as refusal:
        resource(**members)
    assert refusal.value.path.startswith("$.relatedResource")


def test_refuses_a_resource_that_is_listed_twice() -> None:
    twice = [{"id": URL, "digestSRI": sri()}, {"id": URL, "digestSRI": sri()}]
    with pytest.raises(InvalidCredential, match=r"\$\.relatedResource\[1\]\.id is listed twice"):
        related_resources({"relatedResource": twice})


@pytest.mark.parametrize("value", [[], None, "urn:a:b", ["urn:a:b"], {}, 1])
def test_refuses_resources_that_are_no_objects(value: object) -> None:
    with pytest.raises(InvalidCredential):
        related_resources({"relatedResource": value})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([URL, sri()]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "digestSRI", "digestMultibase", "mediaType", "a"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_stands_there_is_read_or_refused(value: object) -> None:
    with suppress(CredentialError):
        for found in related_resources({"relatedResource": value}):
            matches(found, DATA)


def test_the_examples_of_the_standard_match_what_it_publishes(vectors: Path) -> None:
    folder = vectors / "vc-data-model"
    examples = json.loads((folder / "related-resources.json").read_bytes())
    first, second = related_resources(examples)
    assert matches(first, (folder / "credentials-v2.jsonld").read_bytes())
    assert matches_context(first, SHIPPED)
    assert matches_context(second, SHIPPED)
    with pytest.raises(InvalidCredential, match="not in base64"):
        related_resources({"relatedResource": examples["misprinted"]})


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize(
    ("address", "file"),
    [(CREDENTIALS_V1, "credentials-v1.jsonld"), (CREDENTIALS_V2, "credentials-v2.jsonld")],
)
def test_a_base_context_is_the_published_file_or_the_one_that_ships(
    vectors: Path, address: str, file: str, name: str
) -> None:
    published = (vectors / "vc-data-model" / file).read_bytes()
    shipped = (files("wallet.credentials.contexts") / file).read_bytes()
    assert json.loads(published) == json.loads(shipped)
    for data in (published, shipped):
        assert matches_context(resource(id=address, digestSRI=sri(data, name)), SHIPPED)
    assert not matches_context(resource(id=address, digestSRI=sri(b"x", name)), SHIPPED)


def test_two_properties_may_not_tell_of_two_different_files(vectors: Path) -> None:
    file = "credentials-v2.jsonld"
    published = (vectors / "vc-data-model" / file).read_bytes()
    shipped = (files("wallet.credentials.contexts") / file).read_bytes()
    assert published != shipped
    split = resource(
        id=CREDENTIALS_V2,
        digestSRI=sri(published),
        digestMultibase=encode_base58btc(multihash(shipped)),
    )
    assert not matches_context(split, SHIPPED)


def test_every_context_that_ships_is_told_by_its_file() -> None:
    manifest = json.loads((files("wallet.credentials.contexts") / "manifest.json").read_text())
    for entry in manifest["contexts"]:
        data = (files("wallet.credentials.contexts") / entry["file"]).read_bytes()
        for good, told in ((data, True), (data + b" ", False)):
            found = resource(id=entry["address"], digestSRI=sri(good, "sha512"))
            assert matches_context(found, SHIPPED) is told


def test_a_context_that_was_added_is_told_by_its_file(tmp_path: Path) -> None:
    added = AddedContexts(tmp_path / "contexts")
    data = b'{"@context": {"a": "https://example.org/a"}}'
    added.add(data, "https://example.org/c")
    contexts = combined(added)
    for name in HEADS:
        for good, told in ((data, True), (data + b" ", False)):
            found = resource(id="https://example.org/c", digestSRI=sri(good, name))
            assert matches_context(found, contexts) is told


def test_a_context_whose_file_is_gone_is_told_by_the_digest_that_was_kept() -> None:
    kept = SimpleNamespace(sha256=hashlib.sha256(DATA).hexdigest())
    contexts: Any = SimpleNamespace(entries={URL: kept})
    assert matches_context(resource(digestSRI=sri(name="sha256")), contexts)
    with pytest.raises(UnsupportedFormat, match="no digest of the context"):
        matches_context(resource(digestSRI=sri(name="sha512")), contexts)


def test_a_context_of_which_nothing_is_known_is_undecided() -> None:
    with pytest.raises(UnsupportedFormat, match="no digest of the context"):
        matches_context(resource(digestSRI=sri()), {URL: {}})


def test_a_pointer_escapes_what_would_part_its_tokens() -> None:
    assert json_pointer(()) == ""
    assert json_pointer(("a/b", "c~d", 0, "")) == "/a~1b/c~0d/0/"
