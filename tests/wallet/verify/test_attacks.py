"""What somebody would try who holds a good credential and wants more than it gives."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from wallet.verify.report import Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Make: TypeAlias = "Callable[..., dict[str, Any]]"
Judged: TypeAlias = "Callable[..., Report]"

UNIVERSITY, ALICE, MALLORY = "did:example:university", "did:example:alice", "did:example:mallory"
V2 = "https://www.w3.org/ns/credentials/v2"

many = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the fixtures hold no state
)


def test_a_good_credential_does_not_save_a_presentation_made_for_another_challenge(
    issued: Make, presented: Make, judged: Judged
) -> None:
    presentation = presented(issued(), proof={"challenge": "theirs"})
    assert judged(presentation, challenge="ours").verdict is Verdict.INVALID


@pytest.mark.parametrize("damage", ["stripped", "forged", "expired", "untrue"])
def test_a_good_presentation_does_not_save_a_bad_credential_in_it(
    issued: Make, presented: Make, judged: Judged, damage: str
) -> None:
    bad = {
        "stripped": {name: value for name, value in issued().items() if name != "proof"},
        "forged": issued(by=MALLORY),
        "expired": issued(validUntil="2026-06-01T00:00:00Z"),
        "untrue": {**issued(), "credentialSubject": {"id": ALICE, "degree": "Doctor"}},
    }[damage]
    report = judged(presented(issued(), bad))
    assert report.verdict is (Verdict.EXPIRED if damage == "expired" else Verdict.INVALID)


def test_a_proof_taken_from_another_credential_does_not_fit(issued: Make, judged: Judged) -> None:
    other = issued(id="urn:uuid:8f6b3e8e-5f8d-4d0f-9b7a-111111111111")
    assert judged({**issued(), "proof": other["proof"]}).verdict is Verdict.INVALID


def test_a_key_of_ones_own_does_not_sign_for_another_issuer(issued: Make, judged: Judged) -> None:
    assert judged(issued(by=MALLORY)).verdict is Verdict.INVALID


def test_a_key_of_ones_own_put_under_the_issuers_name_does_not_sign(
    issued: Make, judged: Judged
) -> None:
    forged = issued(by=MALLORY, proof={"verificationMethod": f"{UNIVERSITY}#key-1"})
    assert judged(forged).verdict is Verdict.INVALID


def test_a_key_put_into_the_proof_itself_is_not_trusted(issued: Make, judged: Judged) -> None:
    method = {"id": f"{UNIVERSITY}#key-1", "controller": UNIVERSITY, "publicKeyMultibase": "z6Mk"}
    credential = issued(by=MALLORY)
    credential["proof"][0]["verificationMethod"] = method
    assert judged(credential).verdict is Verdict.INVALID


def test_an_issuers_document_that_lists_a_key_of_somebody_else_does_not_lend_it(
    world: dict[str, Any], issued: Make, judged: Judged
) -> None:
    world[UNIVERSITY]["assertionMethod"].append(f"{MALLORY}#key-1")
    assert judged(issued(by=MALLORY)).verdict is Verdict.INVALID


def test_a_document_that_lists_a_key_of_somebody_elses_name_is_not_taken(
    world: dict[str, Any], issued: Make, judged: Judged
) -> None:
    world[MALLORY]["verificationMethod"][0]["controller"] = UNIVERSITY
    assert judged(issued(by=MALLORY)).verdict is Verdict.INVALID


@pytest.mark.parametrize("contexts", [[V2], None])
def test_a_claim_that_no_context_defines_is_not_slipped_in(
    issued: Make, judged: Judged, contexts: list[str] | None
) -> None:
    credential = issued(credentialSubject={"id": ALICE, "type": "https://example.org/Person"})
    credential["@context"] = contexts or credential["@context"]
    credential["credentialSubject"]["isAdmin"] = True
    assert judged(credential).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "context",
    [{"degree": "https://example.org/name"}, {"degree": None}, {"@vocab": "https://example.org/"}],
)
def test_a_context_written_into_the_document_does_not_rename_what_was_signed(
    issued: Make, judged: Judged, context: dict[str, Any]
) -> None:
    credential = issued()
    credential["@context"] = [*credential["@context"], context]
    assert judged(credential).verdict is Verdict.INVALID


@pytest.mark.parametrize("context", [{"degree": "https://example.org/name"}, V2])
def test_a_context_added_after_signing_is_missed_by_the_suite_and_refused_all_the_same(
    issued: Make, judged: Judged, context: object
) -> None:
    credential = issued(proof={"cryptosuite": "eddsa-jcs-2022"})
    assert judged(credential).verdict is Verdict.VALID
    credential["@context"] = [*credential["@context"], context]
    assert judged(credential).verdict is Verdict.INVALID


def test_one_good_proof_does_not_carry_a_bad_one(issued: Make, judged: Judged) -> None:
    credential = issued()
    bad = {**credential["proof"][0], "created": "2026-11-22T00:00:00Z"}
    for proofs in ([bad, *credential["proof"]], [*credential["proof"], bad]):
        assert judged({**credential, "proof": proofs}).verdict is Verdict.INVALID


def test_a_credential_is_not_taken_for_a_presentation_of_itself(
    issued: Make, judged: Judged
) -> None:
    report = judged(issued(proof={"challenge": "ours"}), challenge="ours")
    assert report.verdict is Verdict.INVALID


def test_a_presentation_shown_again_to_another_verifier_is_refused(
    issued: Make, presented: Make, judged: Judged
) -> None:
    presentation = presented(issued(), proof={"challenge": "c-1", "domain": "a.example"})
    ours = judged(presentation, challenge="c-1", domain="a.example")
    theirs = judged(presentation, challenge="c-1", domain="b.example")
    assert (ours.verdict, theirs.verdict) == (Verdict.VALID, Verdict.INVALID)


@pytest.mark.parametrize("member", ["challenge", "domain"])
def test_an_option_taken_out_of_the_proof_is_missed(
    issued: Make, presented: Make, judged: Judged, member: str
) -> None:
    presentation = presented(issued(), proof={"challenge": "c-1", "domain": "a.example"})
    del presentation["proof"][0][member]
    for asked in ({}, {"challenge": "c-1", "domain": "a.example"}):
        assert judged(presentation, **asked).verdict is Verdict.INVALID


def test_a_credential_taken_out_of_a_presentation_is_missed(
    issued: Make, presented: Make, judged: Judged
) -> None:
    presentation = presented(issued(), issued(validUntil=None))
    presentation["verifiableCredential"].pop()
    assert judged(presentation).verdict is Verdict.INVALID


def test_another_holder_cannot_be_written_over_the_first(
    issued: Make, presented: Make, judged: Judged
) -> None:
    assert judged({**presented(issued()), "holder": MALLORY}).verdict is Verdict.INVALID


Place: TypeAlias = "tuple[str | int, ...]"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def places(value: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """Every value inside a JSON value, with the way to it."""
    if place:
        yield place, value
    match value:
        case dict():
            for name, member in value.items():
                yield from places(member, (*place, name))
        case list():
            for index, element in enumerate(value):
                yield from places(element, (*place, index))
        case _:
            return


def with_value(document: dict[str, Any], place: Place, value: object) -> dict[str, Any]:
    changed = deepcopy(document)
    spot: Any = changed
    for step in place[:-1]:
        spot = spot[step]
    spot[place[-1]] = value
    return changed


@many
@given(st.data())
def test_nothing_in_a_credential_or_presentation_can_be_replaced(
    issued: Make, presented: Make, judged: Judged, data: st.DataObject
) -> None:
    jcs = issued(proof={"cryptosuite": "eddsa-jcs-2022"})
    document = data.draw(st.sampled_from([issued(), jcs, presented(issued())]))
    found = list(places(document))
    contexts = issued()["@context"]
    place, value = data.draw(st.sampled_from(found))
    other = data.draw(JSON | st.sampled_from([value for _, value in found]))
    # JSON-LD reads one value and a list of it alike; a context that defines nothing of what is
    # there says nothing new.
    more_contexts = document is not jcs and place[-1:] == ("@context",) and other == contexts
    if other not in (value, [value]) and value != [other] and not more_contexts:
        report = judged(with_value(document, place, other))
        assert report.verdict is not Verdict.VALID
        json.dumps(report.to_json())


@many
@given(name=st.text(), value=JSON)
@example("degree", None)
@example("degree", [])
@example("degree", {})
@example("degree", {"@value": "Bachelor of Science", "@direction": "rtl"})
@example("id", None)
@example("@id", ALICE)
@example("@type", [])
def test_no_claim_can_be_added_or_replaced(
    issued: Make, judged: Judged, name: str, value: Any
) -> None:
    credential = issued()
    subject = credential["credentialSubject"]
    if subject.get(name) not in (value, [value]) and value != [subject.get(name)]:
        credential["credentialSubject"] = {**subject, name: value}
        assert judged(credential).verdict is not Verdict.VALID


@pytest.mark.parametrize("claim", ["id", "degree", "毕业日期"])
def test_no_claim_can_be_taken_away(issued: Make, judged: Judged, claim: str) -> None:
    credential = issued()
    del credential["credentialSubject"][claim]
    assert judged(credential).verdict is not Verdict.VALID


@many
@given(position=st.integers(min_value=0), byte=st.integers(min_value=0, max_value=255))
def test_no_byte_of_a_credential_can_be_changed(
    issued: Make, judged: Judged, position: int, byte: int
) -> None:
    good = json.dumps(issued(), ensure_ascii=False, separators=(",", ":")).encode()
    changed = bytearray(good)
    changed[position % len(good)] = byte
    if changed != good:
        assert judged(bytes(changed)).verdict is not Verdict.VALID


@many
@given(st.binary())
@example(b"\x00")
@example(b"1e999")
@example(b"9" * 5000)
@example(b'"\\ud800"')
def test_arbitrary_bytes_give_a_report_that_is_not_valid(judged: Judged, data: bytes) -> None:
    report = judged(data)
    assert report.checks
    assert report.verdict is not Verdict.VALID
    json.dumps(report.to_json())


MEMBERS = (
    *("@context", "type", "id", "issuer", "holder", "proof", "credentialSubject"),
    *("verifiableCredential", "validFrom", "credentialStatus", "verificationMethod"),
)


@many
@given(st.dictionaries(st.sampled_from(MEMBERS), JSON))
def test_a_document_with_any_members_gives_a_report_that_is_not_valid(
    issued: Make, judged: Judged, members: dict[str, Any]
) -> None:
    for document in (members, {**issued(), **members}) if members else ():
        report = judged(document)
        json.dumps(report.to_json())
        assert report.verdict is not Verdict.VALID
