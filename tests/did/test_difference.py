from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from did.difference import Difference, difference
from did.document import Document

DID = "did:example:a"
KEY = {
    "id": f"{DID}#key-1",
    "type": "Multikey",
    "controller": DID,
    "publicKeyMultibase": "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
}
OTHER = {**KEY, "id": f"{DID}#key-2"}
HUB = {"id": f"{DID}#hub", "type": "Hub", "serviceEndpoint": {"uri": "https://a", "accept": ["x"]}}


def _document(**members: Any) -> Document:
    return Document.parse({"id": DID, **members})


def _told(before: Document, after: Document) -> dict[str, tuple[bool, bool]]:
    return {
        one.path: (one.before is not None, one.after is not None)
        for one in difference(before, after)
    }


def test_what_is_the_same_has_no_difference_whatever_its_order() -> None:
    one = _document(verificationMethod=[KEY, OTHER], authentication=["#key-1", "#key-2"])
    two = _document(authentication=["#key-2", "#key-1"], verificationMethod=[OTHER, KEY])
    assert difference(one, two) == ()


def test_a_reference_is_the_same_written_short_or_in_full() -> None:
    short = _document(verificationMethod=[KEY], authentication=["#key-1"])
    full = _document(verificationMethod=[KEY], authentication=[f"{DID}#key-1"])
    assert _told(short, full) == {}


def test_a_key_that_is_new_is_told_of_once_and_so_is_each_use_of_it() -> None:
    before = _document(verificationMethod=[KEY], authentication=["#key-1"])
    after = _document(verificationMethod=[KEY, OTHER], authentication=["#key-1", "#key-2"])
    assert _told(before, after) == {
        "/verificationMethod/#key-2": (False, True),
        "/authentication/#key-2": (False, True),
    }
    assert _told(after, before) == {
        "/verificationMethod/#key-2": (True, False),
        "/authentication/#key-2": (True, False),
    }


def test_what_changed_in_a_service_is_told_to_the_member() -> None:
    moved = {**HUB, "serviceEndpoint": {"uri": "https://b", "accept": ["x"]}}
    assert difference(_document(service=[HUB]), _document(service=[moved])) == (
        Difference("/service/#hub/serviceEndpoint/uri", "https://a", "https://b"),
    )
    more = {**HUB, "serviceEndpoint": {"uri": "https://a", "accept": ["x", "y"]}}
    assert difference(_document(service=[HUB]), _document(service=[more])) == (
        Difference("/service/#hub/serviceEndpoint/accept", ("x",), ("x", "y")),
    )


def test_what_has_no_id_is_matched_by_what_it_is() -> None:
    one = _document(**{"@context": ["https://a", {"x": "https://x"}]})
    two = _document(**{"@context": ["https://a", {"y": "https://y"}]})
    assert difference(one, two) == (
        Difference("/@context", {"x": "https://x"}, None),
        Difference("/@context", None, {"y": "https://y"}),
    )
    assert difference(one, one) == ()


def test_one_value_or_a_list_of_one_say_the_same() -> None:
    one = _document(controller=DID)
    assert difference(one, _document(controller=[DID])) == ()
    assert _told(one, _document(controller=[DID, "did:example:b"])) == {
        "/controller/did:example:b": (False, True)
    }


def test_names_are_escaped_as_in_a_json_pointer() -> None:
    assert _told(_document(), _document(**{"a/b~c": 1})) == {"/a~1b~0c": (False, True)}
    also = _document(alsoKnownAs=["https://a/b"])
    assert _told(_document(), also) == {"/alsoKnownAs/https:~1~1a~1b": (False, True)}


@given(
    st.sets(st.sampled_from(["#key-1", "#key-2"])), st.sets(st.sampled_from(["#key-1", "#key-2"]))
)
def test_there_is_a_difference_for_each_reference_that_one_of_them_lacks(
    one: set[str], two: set[str]
) -> None:
    before, after = (
        _document(verificationMethod=[KEY, OTHER], assertionMethod=sorted(some))
        for some in (one, two)
    )
    assert set(_told(before, after)) == {f"/assertionMethod/{name}" for name in one ^ two}
