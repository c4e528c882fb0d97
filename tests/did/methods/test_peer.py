from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.document import Document, Relationship
from did.encoding import decode_multikey, encode_base58btc, encode_multikey
from did.errors import InvalidDID, InvalidDocument, NotFound, UnsupportedKey, UnsupportedMethod
from did.identifier import DID, MAX_LENGTH
from did.keys import ALGORITHMS, PublicKey
from did.methods.key import Key
from did.methods.peer import (
    MAX_SEEN,
    Peer,
    peer0_did,
    peer2_did,
    peer4_did,
    short_form,
)

VECTORS: Final = Path(__file__).parents[2] / "vectors" / "did-peer"


def _vector(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_bytes())


EQUIVALENT: Final[dict[str, str]] = _vector("numalgo0")
NUMALGO2: Final[dict[str, Any]] = _vector("numalgo2")
NUMALGO3: Final[dict[str, str]] = _vector("numalgo3")
NUMALGO4: Final[dict[str, Any]] = _vector("numalgo4")
INPUTS: Final[list[dict[str, Any]]] = _vector("numalgo4-inputs")
LONG: Final = DID.parse(NUMALGO4["long"]["id"])
SHORT: Final = DID.parse(NUMALGO4["short"]["id"])
ED25519: Final = "z6Mkj3PUd1WjvaDhNZhhhXQdz5UnZXmS7ehtx8bsPpD47kKc"
X25519: Final = "z6LSg8zQom395jKLrGiBNruB9MM6V8PWuf2FpEy4uRFiqQBR"


def key(algorithm: str, number: int = 1) -> PublicKey:
    made = ALGORITHMS[algorithm]
    return made.private_key(bytes([number]) * made.secret_size).public_key


def resolve(did: DID | str, peer: Peer | None = None) -> Document:
    asked = DID.parse(did) if isinstance(did, str) else did
    document, metadata = (peer or Peer()).resolve(asked, {})
    assert metadata == {}
    assert document.did == asked
    return document


def plain(document: Document) -> dict[str, Any]:
    """What the document says, without who says it: the same for two DIDs of one key."""
    text = json.dumps(document.to_json()).replace(str(document.did), "did:it")
    found: dict[str, Any] = json.loads(text)
    return found


def element(service: Any) -> str:
    text = service if isinstance(service, bytes) else json.dumps(service).encode()
    return ".S" + base64.urlsafe_b64encode(text).rstrip(b"=").decode()


@pytest.mark.parametrize("did", EQUIVALENT)
def test_numalgo_0_is_what_did_key_is(did: str) -> None:
    same, _ = Key().resolve(DID.parse(EQUIVALENT[did]), {})
    document = resolve(did)
    assert plain(document) == plain(same)
    public = document.verification_methods[0].public_key
    assert public is not None
    assert peer0_did(public) == document.did


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_key_is_a_did_of_numalgo_0(algorithm: str) -> None:
    public = key(algorithm)
    document = resolve(peer0_did(public))
    same, _ = Key().resolve(DID("key", encode_multikey(public)), {})
    assert document.verification_methods[0].public_key == public
    assert document.relationships == {
        relationship: tuple(id_.replace("did:key:", "did:peer:0") for id_ in ids)
        for relationship, ids in same.relationships.items()
    }


@pytest.mark.parametrize("text", ["0", "0z", "06Mk", f"0{ED25519[:-1]}", f"0{ED25519}:a", "00z6Mk"])
def test_numalgo_0_is_one_key_and_nothing_else(text: str) -> None:
    with pytest.raises(InvalidDID, match="holds no key"):
        resolve(DID("peer", text))


def test_numalgo_0_says_which_kinds_of_key_it_does_not_support() -> None:
    ed448 = encode_base58btc(b"\x83\x24" + bytes(57))
    with pytest.raises(UnsupportedKey, match="ed448-pub"):
        resolve(DID("peer", f"0{ed448}"))


def test_numalgo_2_has_the_published_document() -> None:
    document = resolve(NUMALGO2["did"])
    assert document.to_json() == NUMALGO2["document"]
    assert [method.id for method in document.verification_methods] == [
        f"{document.did}#key-1",
        f"{document.did}#key-2",
    ]
    assert [service.id for service in document.services] == [
        f"{document.did}#service",
        f"{document.did}#service-1",
    ]


def test_numalgo_2_is_made_of_the_published_keys_and_services() -> None:
    keys = {
        Relationship(purpose): [decode_multikey(text) for text in texts]
        for purpose, texts in NUMALGO2["keys"].items()
    }
    assert str(peer2_did(keys, NUMALGO2["services"])) == NUMALGO2["did"]


@pytest.mark.parametrize("did", NUMALGO3)
def test_numalgo_2_is_also_known_by_its_short_form(did: str) -> None:
    document = resolve(did)
    assert document.raw["alsoKnownAs"] == (NUMALGO3[did],)
    assert len(document.relationships[Relationship.AUTHENTICATION]) == 2


def test_numalgo_2_has_every_purpose_and_the_order_of_its_keys() -> None:
    keys = {
        relationship: [key("Ed25519", number), key("P-256", number)]
        for number, relationship in enumerate(reversed(Relationship), start=1)
    }
    document = resolve(peer2_did(keys))
    expected = [public for several in keys.values() for public in several]
    assert [method.public_key for method in document.verification_methods] == expected
    for relationship, several in keys.items():
        ids = document.relationships[relationship]
        methods = [document.method(id_) for id_ in ids]
        assert [method and method.public_key for method in methods] == several
    assert document.services == ()


def test_numalgo_2_takes_elements_in_any_order_and_keys_of_unknown_kinds() -> None:
    service = element({"t": "dm", "s": "https://peer.test"})
    ed448 = encode_base58btc(b"\x83\x24" + bytes(57))
    document = resolve(f"did:peer:2{service}.E{ed448}.V{ED25519}")
    unknown, known = document.verification_methods
    assert (unknown.id, unknown.public_key) == (f"{document.did}#key-1", None)
    assert known.public_key == decode_multikey(ED25519)
    assert document.services[0].types == ("DIDCommMessaging",)


SERVICES: Final[list[dict[str, Any]]] = [
    {"id": "#a", "type": "DIDCommMessaging", "serviceEndpoint": "didcomm:transport/queue"},
    {"type": ["DIDCommMessaging", "Other", "t"], "serviceEndpoint": ["https://a", {"accept": []}]},
    {"id": "#x", "type": "did-communication", "serviceEndpoint": {"uri": "b", "routingKeys": [1]}},
    {"type": "Ünï", "serviceEndpoint": {"type": "DIDCommMessaging", "deep": [[{"accept": None}]]}},
    {"type": "Number", "serviceEndpoint": {"type": 1.5, "s2": True}},
]


def test_numalgo_2_has_its_services_as_they_were() -> None:
    document = resolve(peer2_did({Relationship.AUTHENTICATION: [key("Ed25519")]}, SERVICES))
    assert document.to_json()["service"] == [
        SERVICES[0],
        {**SERVICES[1], "id": "#service"},
        SERVICES[2],
        {**SERVICES[3], "id": "#service-1"},
        {**SERVICES[4], "id": "#service-2"},
    ]
    assert "DIDCommMessaging" not in base64.b64decode(
        str(document.did).split(".S")[1] + "===", altchars=b"-_"
    ).decode("ascii")


_NAMES = st.sampled_from(["type", "serviceEndpoint", "routingKeys", "accept", "uri", "x"])
_VALUES = st.recursive(
    st.sampled_from(["DIDCommMessaging", "y", 1, None]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_every_service_of_full_names_comes_back(extra: dict[str, Any]) -> None:
    service = {**extra, "type": "DIDCommMessaging", "serviceEndpoint": "https://a"}
    did = peer2_did({Relationship.AUTHENTICATION: [key("Ed25519")]}, [service])
    assert resolve(did).to_json()["service"] == [{**service, "id": "#service"}]


@pytest.mark.parametrize(
    ("service", "why"),
    [
        ({"id": "did:peer:2#a", "type": "A", "serviceEndpoint": "b"}, "not relative"),
        ({"id": 1, "type": "A", "serviceEndpoint": "b"}, "not relative"),
        ({"t": "A", "serviceEndpoint": "b"}, "short for another"),
        ({"type": "dm", "serviceEndpoint": "b"}, "short for another"),
        ({"type": "A", "serviceEndpoint": {"a": 1}}, "short for another"),
        ({"type": "A", "t": "B", "serviceEndpoint": "b"}, "same name twice"),
        ({"type": "A"}, "endpoint"),
        ({"serviceEndpoint": "b"}, "type"),
        ({"type": "A", "serviceEndpoint": b""}, "bytes"),
    ],
)
def test_numalgo_2_is_made_of_no_service_that_would_read_as_another(service: Any, why: str) -> None:
    with pytest.raises(InvalidDocument, match=why):
        peer2_did({Relationship.AUTHENTICATION: [key("Ed25519")]}, [service])


@pytest.mark.parametrize("keys", [{}, {Relationship.AUTHENTICATION: []}])
def test_numalgo_2_needs_a_key(keys: Any) -> None:
    with pytest.raises(InvalidDID, match="needs a key"):
        peer2_did(keys)


@pytest.mark.parametrize(
    "text",
    [
        "2",
        f"2{ED25519}",
        f"2V{ED25519}",
        f"2.{ED25519}",
        f"2.X{ED25519}",
        f"2.v{ED25519}",
        f"2..V{ED25519}",
        f"2.V{ED25519}.",
        f"2.V{ED25519[1:]}",
        f"2.V{ED25519[:-1]}",
        f"2.V{ED25519}:a",
        "2.V",
        "2.Vz",
        f"2.V{X25519.replace('z6LS', 'z7LS')}",
        f"2.V{ED25519}.Se30:",
        f"2.V{ED25519}.SA",
        f"2.V{ED25519}.S%7B%7D",
    ],
)
def test_numalgo_2_refuses_elements_that_are_none(text: str) -> None:
    with pytest.raises(InvalidDID):
        resolve(DID("peer", text))


@pytest.mark.parametrize(
    ("service", "why"),
    [
        (b"", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'{"t": "A", "t": "B", "s": "c"}', "appears twice"),
        ([{"t": "dm", "s": "https://a"}], "not a JSON object"),
        ({"t": "A", "type": "B", "s": "c"}, "same name twice"),
        ({"t": "A", "s": {"a": 1, "accept": 2}}, "same name twice"),
        ({"id": "https://a", "t": "A", "s": "c"}, "not relative"),
        ({"t": "A"}, "endpoint"),
        ({"s": "c"}, "type"),
        ({"id": "#key-1", "t": "A", "s": "c"}, "more than one"),
    ],
)
def test_numalgo_2_refuses_services_that_are_none(service: Any, why: str) -> None:
    with pytest.raises(InvalidDocument, match=why):
        resolve(f"did:peer:2.V{ED25519}{element(service)}")


def test_a_name_that_was_given_is_not_given_again() -> None:
    twice = element({"t": "A", "s": "c"}) + element({"id": "#service", "t": "A", "s": "c"})
    with pytest.raises(InvalidDocument, match="more than one"):
        resolve(f"did:peer:2.V{ED25519}{twice}")


def test_numalgo_4_has_the_published_documents() -> None:
    peer = Peer()
    assert resolve(LONG, peer).to_json() == NUMALGO4["long"]
    assert resolve(SHORT, peer).to_json() == NUMALGO4["short"]


def test_numalgo_4_is_made_of_the_published_document() -> None:
    assert peer4_did(NUMALGO4["input"]) == LONG
    assert short_form(LONG) == short_form(SHORT) == SHORT


@pytest.mark.parametrize("document", [one for one in INPUTS if "publicKey" not in one])
def test_numalgo_4_has_its_document_as_it_was(document: dict[str, Any]) -> None:
    did = peer4_did(document)
    found = resolve(did)
    raw = found.to_json()
    assert raw.pop("id") == str(did)
    assert raw.pop("alsoKnownAs") == [*document.get("alsoKnownAs", []), str(short_form(did))]
    for method in found.verification_methods:
        assert method.controller == str(did)
    for relationship in ("verificationMethod", *Relationship):
        for method in raw.get(relationship, []):
            if isinstance(method, dict):
                del method["controller"]
    assert raw == document


@pytest.mark.parametrize("document", [one for one in INPUTS if "publicKey" in one])
def test_numalgo_4_is_not_made_of_a_document_of_before_did_core(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocument, match=r"authentication names .* which is not there"):
        peer4_did(document)


def test_a_short_form_is_not_found_before_its_long_form_was_seen() -> None:
    peer = Peer()
    with pytest.raises(NotFound, match="has not been seen"):
        resolve(SHORT, peer)
    peer.remember(LONG)
    assert resolve(SHORT, peer).raw["alsoKnownAs"] == (str(LONG),)
    assert resolve(SHORT, Peer([LONG])).raw["alsoKnownAs"] == (str(LONG),)


def test_so_many_long_forms_are_remembered_and_no_more() -> None:
    peer = Peer([LONG, LONG])
    dids = [peer4_did({"x": number}) for number in range(MAX_SEEN)]
    for did in dids[:-1]:
        peer.remember(did)
    assert resolve(SHORT, peer).did == SHORT
    peer.remember(dids[-1])
    with pytest.raises(NotFound):
        resolve(SHORT, peer)
    assert resolve(short_form(dids[0]), peer).raw["x"] == 0


def test_other_names_and_controllers_of_the_document_stay() -> None:
    document = {
        "alsoKnownAs": ["https://alice.test"],
        "verificationMethod": [
            {
                "id": "#1",
                "type": "Multikey",
                "controller": "did:web:example.com",
                "publicKeyMultibase": ED25519,
            }
        ],
        "authentication": [{"id": "#2", "type": "Multikey", "publicKeyMultibase": X25519}],
        "assertionMethod": ["#1", "did:web:example.com#1"],
    }
    did = peer4_did(document)
    found = resolve(did)
    assert found.raw["alsoKnownAs"] == ("https://alice.test", str(short_form(did)))
    assert [method.controller for method in found.verification_methods] == [
        "did:web:example.com",
        str(did),
    ]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"id": "did:peer:4"}, "says an 'id'"),
        ({"alsoKnownAs": "x"}, "not a list"),
        ({"verificationMethod": {}}, "not a list"),
        ({"service": "x"}, "not a list"),
        ({"verificationMethod": [{}]}, "'id'"),
        ({"verificationMethod": ["#1"]}, "not an object"),
        ({"verificationMethod": [{"id": "did:web:a#1", "type": "Multikey"}]}, "not relative"),
        ({"authentication": [{"id": "did:web:a#1", "type": "Multikey"}]}, "not relative"),
        ({"authentication": ["#1"]}, "not there"),
        ({"authentication": [1]}, "neither"),
        ({"service": [{"id": "https://a", "type": "A", "serviceEndpoint": "b"}]}, "not relative"),
        ({"service": [{"id": 1, "type": "A", "serviceEndpoint": "b"}]}, "not relative"),
        ({"service": [{"type": "A", "serviceEndpoint": "b"}]}, "'id'"),
        ({"x": b""}, "bytes"),
        ({1: 2}, "not a string"),
    ],
)
def test_numalgo_4_is_made_of_no_document_that_would_be_none(document: Any, why: str) -> None:
    with pytest.raises(InvalidDocument, match=why):
        peer4_did(document)
    if "bytes" not in why and "string" not in why:
        with pytest.raises(InvalidDocument, match=why):
            resolve(long_form(json.dumps(document).encode()))


def test_numalgo_4_is_made_of_no_document_that_no_did_could_hold() -> None:
    with pytest.raises(InvalidDID, match="longer than"):
        peer4_did({"x": "y" * MAX_LENGTH})


def long_form(data: bytes, codec: bytes = b"\x80\x04") -> DID:
    """The long form around any bytes, its hash the right one."""
    encoded = encode_base58btc(codec + data)
    digest = encode_base58btc(b"\x12\x20" + hashlib.sha256(encoded.encode()).digest())
    return DID("peer", f"4{digest}:{encoded}")


def test_a_long_form_made_by_hand_is_the_one_made_here() -> None:
    assert long_form(b'{"x":"y"}') == peer4_did({"x": "y"})


@pytest.mark.parametrize(
    ("did", "why"),
    [
        (long_form(b""), "holds no JSON"),
        (long_form(b"[]"), "not an object"),
        (long_form(b"{"), "holds no JSON"),
        (long_form(b"\xff"), "not UTF-8"),
        (long_form(b'{"a": 1, "a": 2}'), "appears twice"),
        (long_form(b"{}", b"\x55"), "'raw', not in JSON"),
        (long_form(b"{}", b"\xff\xff\xff\x7f"), "holds no JSON"),
        (long_form(b"", b"\x80"), "holds no JSON"),
    ],
)
def test_numalgo_4_refuses_a_long_form_without_a_document(did: DID, why: str) -> None:
    with pytest.raises(InvalidDID, match=why):
        resolve(did)
    with pytest.raises(InvalidDID):
        Peer([did])


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG.method_specific_id}1",
        LONG.method_specific_id[:-1],
        LONG.method_specific_id.replace("zQmd8", "zQmd9"),
        LONG.method_specific_id.replace(":z", ":Z"),
        LONG.method_specific_id.replace(":z", "::z"),
        f"{LONG.method_specific_id}:z1",
        f"{LONG.method_specific_id}%20",
        f"{SHORT.method_specific_id}:0",
        f"4:{LONG.method_specific_id.partition(':')[2]}",
    ],
)
def test_numalgo_4_refuses_a_long_form_that_was_changed(text: str) -> None:
    with pytest.raises(InvalidDID):
        resolve(DID("peer", text))


@pytest.mark.parametrize(
    "text",
    [
        "4",
        "4z",
        "4zQm",
        SHORT.method_specific_id[:-1],
        f"{SHORT.method_specific_id}1",
        f"4{ED25519}",
        "4" + encode_base58btc(b"\x13\x20" + bytes(32)),
        SHORT.method_specific_id.replace("zQ", "mQ"),
    ],
)
def test_numalgo_4_refuses_a_short_form_that_is_no_hash(text: str) -> None:
    with pytest.raises(InvalidDID, match="is not a did:peer of numalgo 4"):
        resolve(DID("peer", text))


@pytest.mark.parametrize(
    ("did", "why"),
    [
        ("did:peer:1zQmZMygzYqNwU6Uhmewx5Xepf2VLp5S4HLSwwgf2aiKZuwa", "numalgo 1"),
        *((short, "short form of one of numalgo 2") for short in NUMALGO3.values()),
    ],
)
def test_says_why_the_other_numalgos_are_not_supported(did: str, why: str) -> None:
    with pytest.raises(UnsupportedMethod, match=why) as caught:
        resolve(did)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["5z6Mk", "z6Mk", "%30z", ".V", "9"])
def test_refuses_numalgos_that_there_are_not(text: str) -> None:
    with pytest.raises(InvalidDID, match="no numalgo"):
        resolve(DID("peer", text))
