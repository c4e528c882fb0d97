from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import CredentialError
from wallet.credentials.status import (
    TOKEN_TYPE,
    BitList,
    Meaning,
    StatusEntry,
    StatusKind,
    StatusValue,
    read_bitstring_list,
    read_token_list,
    status_entries,
)
from wallet.credentials.status.errors import (
    MalformedStatus,
    StatusListTooShort,
    StatusOutOfRange,
    StatusUnverified,
)

if TYPE_CHECKING:
    from pathlib import Path

SUBJECT = "$.credentialSubject"


def with_subject(document: dict[str, Any], **changed: object) -> dict[str, Any]:
    return {**document, "credentialSubject": {**document["credentialSubject"], **changed}}


def with_list(claims: dict[str, Any], **changed: object) -> dict[str, Any]:
    return {**claims, "status_list": {**claims["status_list"], **changed}}


def test_tells_that_a_credential_is_revoked(document: dict[str, Any], entry: StatusEntry) -> None:
    found = read_bitstring_list(document, entry)
    assert found.status(entry) == StatusValue("revocation", 1, Meaning.REVOKED, "set")
    assert not found.status(entry).valid
    neighbour = replace(entry, index=entry.index + 1)
    assert found.status(neighbour) == StatusValue("revocation", 0, Meaning.GOOD, "unset")
    assert found.status(neighbour).valid


def test_keeps_what_others_judge_the_list_by(document: dict[str, Any], entry: StatusEntry) -> None:
    found = read_bitstring_list(with_subject(document, ttl=300_000), entry)
    assert found.url == entry.url
    assert found.issuer == "did:example:issuer"
    assert found.issued == datetime(2026, 1, 1, tzinfo=UTC)
    assert found.expires == datetime(2026, 2, 1, tzinfo=UTC)
    assert found.ttl == timedelta(minutes=5)
    assert found.purposes == ("revocation",)


def test_reads_the_list_of_the_recommendation(published: dict[str, Any]) -> None:
    entry = status_entries(published["Example StatusListCredential using simple entries"])[0]
    assert isinstance(entry, StatusEntry)
    found = read_bitstring_list(published["Example BitstringStatusListCredential"], entry)
    assert found.status(entry).meaning is Meaning.GOOD
    assert found.bits.length == 131_072
    assert found.ttl is None


def test_reads_the_list_of_the_draft_of_2021(published_2021: list[dict[str, Any]]) -> None:
    credential, document = published_2021
    (entry,) = status_entries(credential)
    assert isinstance(entry, StatusEntry)
    assert read_bitstring_list(document, entry).status(entry).meaning is Meaning.GOOD
    dated = {
        **document,
        "issuanceDate": "2021-04-05T14:27:40Z",
        "expirationDate": "2022-04-05T14:27:40Z",
    }
    found = read_bitstring_list(dated, entry)
    assert (found.issued, found.expires) == (
        datetime(2021, 4, 5, 14, 27, 40, tzinfo=UTC),
        datetime(2022, 4, 5, 14, 27, 40, tzinfo=UTC),
    )


def test_one_list_may_serve_several_purposes(document: dict[str, Any], entry: StatusEntry) -> None:
    shared = with_subject(document, statusPurpose=["suspension", "revocation"])
    assert read_bitstring_list(shared, entry).status(entry).meaning is Meaning.REVOKED
    suspended = replace(entry, purpose="suspension")
    assert read_bitstring_list(shared, suspended).status(suspended).meaning is Meaning.SUSPENDED


@pytest.mark.parametrize(
    ("purpose", "good", "set_"),
    [
        ("revocation", Meaning.GOOD, Meaning.REVOKED),
        ("suspension", Meaning.GOOD, Meaning.SUSPENDED),
        ("refresh", Meaning.GOOD, Meaning.REFRESH),
        ("message", Meaning.MESSAGE, Meaning.MESSAGE),
        ("colour", Meaning.GOOD, Meaning.OTHER),
    ],
)
def test_a_value_means_what_its_purpose_makes_of_it(
    document: dict[str, Any], entry: StatusEntry, purpose: str, good: Meaning, set_: Meaning
) -> None:
    entry = replace(entry, purpose=purpose)
    found = read_bitstring_list(with_subject(document, statusPurpose=purpose), entry)
    assert found.status(entry).meaning is set_
    assert found.status(replace(entry, index=0)).meaning is good


def test_a_value_of_several_bits_has_the_message_that_the_credential_gave(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    bits = BitList.empty(size=2).with_value(entry.index, 2)
    listed = with_subject(document, statusPurpose="message", encodedList=bits.encode_bitstring())
    entry = replace(
        entry, purpose="message", size=2, messages=("pending", "yes", "no", "undefined")
    )
    found = read_bitstring_list(listed, entry)
    assert found.status(entry) == StatusValue("message", 2, Meaning.MESSAGE, "no")


def test_a_list_that_reads_a_value_otherwise_than_the_credential_is_not_believed(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    said = [{"status": "0x0", "message": "fine"}, {"status": "0x1", "message": "bad"}]
    listed = with_subject(document, statusPurpose="message", statusSize=1, statusMessages=said)
    entry = replace(entry, purpose="message")
    assert read_bitstring_list(listed, entry).status(entry).message == "bad"
    agreed = replace(entry, messages=("fine", "bad"))
    assert read_bitstring_list(listed, agreed).status(agreed).message == "bad"
    other = replace(entry, messages=("fine", "good"))
    with pytest.raises(StatusUnverified, match="differently"):
        read_bitstring_list(listed, other).status(other)


def test_the_list_and_the_credential_agree_on_the_size_of_a_status(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    read_bitstring_list(with_subject(document, statusSize=1), entry)
    with pytest.raises(StatusUnverified, match="size"):
        read_bitstring_list(with_subject(document, statusSize=2), entry)


def test_a_list_need_not_say_its_name_but_must_not_say_another(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    nameless = {name: value for name, value in document.items() if name != "id"}
    assert read_bitstring_list(nameless, entry).url is None
    with pytest.raises(StatusUnverified, match="another one"):
        read_bitstring_list({**document, "id": "https://example.com/status/4"}, entry)
    read_bitstring_list(document, replace(entry, url="data:application/vc,x"))


def test_the_one_subject_may_stand_in_a_list(document: dict[str, Any], entry: StatusEntry) -> None:
    subject = document["credentialSubject"]
    read_bitstring_list({**document, "credentialSubject": [subject]}, entry)
    for subjects in ([], [subject, subject], None, "text", [None]):
        with pytest.raises(MalformedStatus):
            read_bitstring_list({**document, "credentialSubject": subjects}, entry)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "BitstringStatusListEntry"),
        ("type", None),
        ("statusPurpose", []),
        ("statusPurpose", None),
        ("statusPurpose", ["revocation", 5]),
        ("encodedList", ""),
        ("encodedList", 5),
        ("encodedList", "u"),
        ("encodedList", "uAAAA"),
        ("encodedList", "z6Mk"),
        ("ttl", 0),
        ("ttl", -5),
        ("ttl", "300000"),
        ("ttl", True),
        ("ttl", None),
        ("ttl", float("inf")),
        ("statusSize", "1"),
        ("statusSize", 0),
        ("statusMessages", "text"),
        ("statusMessages", []),
    ],
)
def test_refuses_a_list_of_another_form(
    document: dict[str, Any], entry: StatusEntry, name: str, value: object
) -> None:
    with pytest.raises(MalformedStatus) as raised:
        read_bitstring_list(with_subject(document, **{name: value}), entry)
    assert raised.value.path.startswith(f"{SUBJECT}.{name}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", 5),
        ("issuer", None),
        ("issuer", {"name": "x"}),
        ("validFrom", "yesterday"),
        ("validUntil", 5),
        ("type", ["VerifiableCredential"]),
    ],
)
def test_refuses_a_credential_of_another_form(
    document: dict[str, Any], entry: StatusEntry, name: str, value: object
) -> None:
    with pytest.raises(MalformedStatus) as raised:
        read_bitstring_list({**document, name: value}, entry)
    assert raised.value.path.startswith(f"$.{name}")


def test_a_time_to_live_of_ages_is_ten_years(
    document: dict[str, Any], entry: StatusEntry, claims: dict[str, Any], token: StatusEntry
) -> None:
    for ttl in (10**15, 10**400, 1e300):
        found = read_bitstring_list(with_subject(document, ttl=ttl), entry)
        assert found.ttl == timedelta(days=3650)
        assert read_token_list({**claims, "ttl": ttl}, token, typ=TOKEN_TYPE).ttl == found.ttl


def test_reads_the_token_of_the_draft(token_vectors: Path) -> None:
    vector = json.loads((token_vectors / "token.json").read_bytes())
    (entry,) = status_entries(vector["referenced"])
    assert isinstance(entry, StatusEntry)
    payload = vector["jwt"].split(".")[1]
    inside = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    for claims, issuer in ((vector["claims"], None), (inside, "https://example.com")):
        found = read_token_list(claims, entry, typ=vector["header"]["typ"])
        assert found.status(entry) == StatusValue(None, 1, Meaning.REVOKED, "INVALID")
        assert found.issuer == issuer
        assert found.issued == datetime(2023, 6, 16, 12, 56, 10, tzinfo=UTC)
        assert found.expires is not None
        assert found.ttl == timedelta(hours=12)


@pytest.mark.parametrize(
    ("value", "meaning", "message"),
    [
        (0, Meaning.GOOD, "VALID"),
        (1, Meaning.REVOKED, "INVALID"),
        (2, Meaning.SUSPENDED, "SUSPENDED"),
        (3, Meaning.OTHER, "APPLICATION_SPECIFIC"),
        (4, Meaning.OTHER, "UNREGISTERED"),
        (0x0B, Meaning.OTHER, "UNREGISTERED"),
        (0x0C, Meaning.OTHER, "APPLICATION_SPECIFIC"),
        (0x0F, Meaning.OTHER, "APPLICATION_SPECIFIC"),
        (0x10, Meaning.OTHER, "UNREGISTERED"),
        (255, Meaning.OTHER, "UNREGISTERED"),
    ],
)
def test_a_value_of_a_token_means_what_the_registry_says(
    claims: dict[str, Any], token: StatusEntry, value: int, meaning: Meaning, message: str
) -> None:
    bits = BitList.empty(size=8).with_value(token.index, value)
    listed = with_list(claims, bits=8, lst=bits.encode_token())
    found = read_token_list(listed, token, typ=TOKEN_TYPE)
    assert found.status(token) == StatusValue(None, value, meaning, message)


@pytest.mark.parametrize(
    "typ", [None, "JWT", "statuslist+cwt", "application/statuslist+jwt", 5, ["statuslist+jwt"]]
)
def test_refuses_a_token_of_another_type(
    claims: dict[str, Any], token: StatusEntry, typ: object
) -> None:
    with pytest.raises(StatusUnverified, match="type"):
        read_token_list(claims, token, typ=typ)


def test_refuses_a_token_about_another_list(claims: dict[str, Any], token: StatusEntry) -> None:
    with pytest.raises(StatusUnverified, match="another list"):
        read_token_list({**claims, "sub": claims["sub"] + "/"}, token, typ=TOKEN_TYPE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sub", 5),
        ("sub", ""),
        ("iat", None),
        ("iat", "1686920170"),
        ("iat", True),
        ("iat", 10**30),
        ("iat", 1e300),
        ("iat", float("nan")),
        ("iat", -(10**20)),
        ("exp", None),
        ("exp", "never"),
        ("ttl", 0),
        ("ttl", "43200"),
        ("iss", 5),
        ("status_list", None),
        ("status_list", []),
        ("status_list", {}),
    ],
)
def test_refuses_claims_of_another_form(
    claims: dict[str, Any], token: StatusEntry, name: str, value: object
) -> None:
    with pytest.raises(MalformedStatus) as raised:
        read_token_list({**claims, name: value}, token, typ=TOKEN_TYPE)
    assert raised.value.path.startswith(f"$.{name}")


@pytest.mark.parametrize("name", ["sub", "iat", "status_list"])
def test_refuses_claims_that_lack_what_they_need(
    claims: dict[str, Any], token: StatusEntry, name: str
) -> None:
    kept = {claim: value for claim, value in claims.items() if claim != name}
    with pytest.raises(MalformedStatus):
        read_token_list(kept, token, typ=TOKEN_TYPE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("bits", value) for value in (3, 0, 16, "1", True, 1.0, None)),
        *(("lst", value) for value in (None, "", "eNrbuRgAAhcBXQ==", 5)),
    ],
)
def test_refuses_a_status_list_of_another_form(
    claims: dict[str, Any], token: StatusEntry, name: str, value: object
) -> None:
    with pytest.raises(MalformedStatus) as raised:
        read_token_list(with_list(claims, **{name: value}), token, typ=TOKEN_TYPE)
    assert raised.value.path == f"$.status_list.{name}"


def test_a_token_may_be_short_but_has_the_index_or_none(
    claims: dict[str, Any], token: StatusEntry
) -> None:
    short = with_list(claims, lst="eNrbuRgAAhcBXQ")
    assert read_token_list(short, replace(token, index=15), typ=TOKEN_TYPE).value(15) == 1
    with pytest.raises(StatusOutOfRange):
        read_token_list(short, replace(token, index=16), typ=TOKEN_TYPE)


def test_an_entry_is_judged_by_a_list_of_its_own_standard(
    document: dict[str, Any], entry: StatusEntry, claims: dict[str, Any], token: StatusEntry
) -> None:
    with pytest.raises(StatusUnverified):
        read_bitstring_list(document, token)
    with pytest.raises(StatusUnverified):
        read_token_list(claims, entry, typ=TOKEN_TYPE)
    with pytest.raises(MalformedStatus):
        read_bitstring_list(document, replace(entry, kind=StatusKind.STATUS_LIST_2021))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ENTRY = StatusEntry(StatusKind.BITSTRING, "urn:x", 0, "$", purpose="revocation", size=1)
TOKEN = StatusEntry(StatusKind.TOKEN, "urn:x", 0, "$")


@given(st.dictionaries(st.sampled_from(["id", "type", "issuer", "validFrom"]), JSON), JSON, JSON)
def test_whatever_is_fetched_is_read_or_refused_in_the_words_of_this_room(
    changed: dict[str, Any], subject: object, encoded: object
) -> None:
    whole = {
        "type": ["BitstringStatusListCredential"],
        "issuer": "did:example:i",
        "credentialSubject": {
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }
    for document in ({**whole, **changed}, {**whole, "credentialSubject": subject}):
        with pytest.raises(CredentialError):
            read_bitstring_list(document, ENTRY)
    for claims in (
        {"sub": "urn:x", "iat": encoded, "status_list": subject},
        {"sub": "urn:x", "iat": 0, "status_list": {"bits": 1, "lst": encoded}},
    ):
        with pytest.raises(CredentialError):
            read_token_list(claims, TOKEN, typ=TOKEN_TYPE)


def test_a_list_of_wide_values_must_have_as_many_of_them(
    document: dict[str, Any], entry: StatusEntry
) -> None:
    entry = replace(entry, size=2, messages=("a", "b", "c", "d"), index=0)
    with pytest.raises(StatusListTooShort):
        read_bitstring_list(document, entry)
