from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from did.document import Document
from did.errors import InvalidDocument, NotFound, Unreachable, UnsupportedMethod
from did.resolver import Resolver
from wallet.credentials.formats import FORMATS
from wallet.verify.checks import CHECKS
from wallet.verify.detect import detect
from wallet.verify.evidence import gather
from wallet.verify.policy import Policy, TrustedIssuers
from wallet.verify.report import Outcome, Report, Verdict
from wallet.verify.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from did.identifier import DID

Make: TypeAlias = "Callable[..., dict[str, Any]]"
Judged: TypeAlias = "Callable[..., Report]"
World: TypeAlias = "dict[str, Any]"

UNIVERSITY, ALICE, MALLORY = "did:example:university", "did:example:alice", "did:example:mallory"
PASS, FAIL, WARN, SKIPPED, UNKNOWN = Outcome


def found(report: Report, name: str, subject: str | None = None) -> list[Outcome]:
    """What the checks of that name say."""
    return [
        check.outcome
        for check in report.checks
        if check.name == name and subject in (None, check.subject)
    ]


def sentences(report: Report, name: str) -> str:
    return "\n".join(str(check.sentence) for check in report.checks if check.name == name)


def test_a_good_credential_passes_every_check(issued: Make, judged: Judged) -> None:
    report = judged(issued())
    assert report.verdict is Verdict.VALID
    assert {check.name: check.outcome for check in report.checks} == {
        "syntax": PASS,
        "model": PASS,
        "context": PASS,
        "resolution": PASS,
        "proof": PASS,
        "purpose": PASS,
        "key": PASS,
        "issuer": PASS,
        "age": PASS,
        "period": PASS,
        "status": SKIPPED,
        "schema": SKIPPED,
        "trust": SKIPPED,
    }


def test_a_presentation_is_judged_wholly_with_every_credential_in_it(
    issued: Make, presented: Make, judged: Judged
) -> None:
    report = judged(presented(issued(), issued(id=None)))
    assert report.verdict is Verdict.VALID
    for subject in ("presentation", "credential 1", "credential 2"):
        for name in ("syntax", "model", "context", "resolution", "proof", "purpose", "key", "age"):
            assert found(report, name, subject) == [PASS]
    assert found(report, "holder") == [PASS]
    assert found(report, "issuer") == found(report, "binding") == [PASS, PASS]


def test_an_instant_to_judge_for_must_have_an_offset(issued: Make, judged: Judged) -> None:
    with pytest.raises(ValueError, match="offset"):
        judged(issued(), at=datetime(2026, 11, 23))  # noqa: DTZ001


def test_every_check_is_listed_once() -> None:
    assert len(set(CHECKS)) == len(CHECKS)


# model, context


def test_an_empty_presentation_is_said_to_be_one(presented: Make, judged: Judged) -> None:
    report = judged(presented())
    assert found(report, "model") == [WARN]
    assert report.verdict is Verdict.VALID


def test_words_without_a_shared_meaning_are_pointed_out_and_pass(
    issued: Make, judged: Judged
) -> None:
    defined = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": ALICE, "type": "https://example.org/Person"},
    }
    own, shared = judged(issued()), judged(issued(**defined))
    assert found(own, "context") == found(shared, "context") == [PASS]
    assert sentences(own, "context") != sentences(shared, "context")


def test_names_that_no_standard_defines_are_refused_where_the_policy_says_so(
    issued: Make, judged: Judged
) -> None:
    report = judged(issued(), policy=Policy(vocabulary=False))
    assert found(report, "context") == [FAIL]
    assert report.verdict is Verdict.INVALID


def test_refuses_a_proof_that_builds_on_one_that_is_not_there(
    issued: Make, sealed: Make, judged: Judged
) -> None:
    second = sealed(issued(), UNIVERSITY, proofPurpose="assertionMethod", previousProof="urn:x:1")
    report = judged(second)
    assert found(report, "model") == [FAIL]
    assert report.verdict is Verdict.INVALID


def test_counts_the_same_proof_once_and_says_that_it_is_there_twice(
    issued: Make, judged: Judged
) -> None:
    credential = issued()
    report = judged({**credential, "proof": credential["proof"] * 2})
    assert found(report, "model") == [WARN, PASS]
    assert report.verdict is Verdict.VALID


def test_the_same_proof_twice_is_no_proof_of_two_names(issued: Make, judged: Judged) -> None:
    credential = issued(proof={"id": "urn:x:1"})
    report = judged({**credential, "proof": credential["proof"] * 2})
    assert found(report, "model") == [FAIL]


# resolution


def test_a_did_that_does_not_exist_fails(world: World, issued: Make, judged: Judged) -> None:
    world[UNIVERSITY] = NotFound("no such DID")
    report = judged(issued())
    assert found(report, "resolution") == [FAIL]
    assert report.verdict is Verdict.INVALID


def test_a_broken_document_fails(world: World, issued: Make, judged: Judged) -> None:
    world[UNIVERSITY] = InvalidDocument("it is not one")
    assert found(judged(issued()), "resolution") == [FAIL]


@pytest.mark.parametrize("error", [Unreachable("no answer"), UnsupportedMethod("not here")])
def test_what_could_not_be_asked_leaves_all_that_needs_the_key_undecided(
    world: World, issued: Make, judged: Judged, error: Exception
) -> None:
    world[UNIVERSITY] = error
    report = judged(issued())
    for name in ("resolution", "proof", "purpose", "key", "issuer"):
        assert found(report, name) == [UNKNOWN]
    assert report.verdict is Verdict.INDETERMINATE
    assert str(error) in sentences(report, "resolution")


def test_what_fails_for_sure_is_invalid_even_if_something_else_could_not_be_asked(
    world: World, issued: Make, judged: Judged
) -> None:
    world[UNIVERSITY] = Unreachable("no answer")
    report = judged(issued(validUntil="2026-11-01T00:00:00Z"))
    assert report.verdict is Verdict.EXPIRED


def test_a_key_named_by_no_did_fails(issued: Make, judged: Judged) -> None:
    report = judged(issued(proof={"verificationMethod": "https://university.example/keys#1"}))
    assert found(report, "resolution") == [FAIL]


class Gone:
    """A method whose DIDs are all deactivated, their last documents still being known."""

    name = "example"

    def __init__(self, documents: World) -> None:
        self.documents = documents

    def resolve(
        self, did: DID, _options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        return Document.parse(self.documents[str(did)]), {"deactivated": True}


def test_a_deactivated_did_proves_nothing_whatever_its_document_says(
    world: World, issued: Make, judged: Judged
) -> None:
    report = judged(issued(), resolver=Resolver({"example": Gone(world)}))
    assert found(report, "resolution") == [FAIL]
    assert PASS not in found(report, "proof") + found(report, "purpose") + found(report, "key")


def test_each_did_is_asked_for_once(world: World, issued: Make, presented: Make) -> None:
    asked: list[str] = []

    class Counting(Gone):
        def resolve(
            self, did: DID, options: Mapping[str, str], /
        ) -> tuple[Document, Mapping[str, Any]]:
            asked.append(str(did))
            return super().resolve(did, options)

    resolver = Resolver({"example": Counting(world)})
    parts = detect(json.dumps(presented(issued(), issued(id=None))).encode(), FORMATS)
    evidence = gather(parts, Sources(resolver))
    assert sorted(asked) == sorted(evidence.documents) == [ALICE, UNIVERSITY]


# proof


def test_a_signature_over_something_else_fails(issued: Make, judged: Judged) -> None:
    report = judged({**issued(), "validUntil": "2028-01-01T00:00:00Z"})
    assert found(report, "proof") == [FAIL]
    assert report.verdict is Verdict.INVALID


def test_a_key_that_the_document_does_not_list_fails(
    world: World, issued: Make, judged: Judged
) -> None:
    world[UNIVERSITY] = {"id": UNIVERSITY}
    report = judged(issued())
    assert found(report, "proof") == [FAIL]
    assert found(report, "key") == [UNKNOWN]


def test_a_signature_by_a_key_of_unknown_kind_is_undecided(
    world: World, issued: Make, judged: Judged
) -> None:
    world[UNIVERSITY]["verificationMethod"][0]["type"] = "KeyOfTomorrow"
    report = judged(issued())
    assert found(report, "proof") == [UNKNOWN]
    assert report.verdict is Verdict.INDETERMINATE


def test_an_unknown_cryptosuite_is_undecided(issued: Make, judged: Judged) -> None:
    credential = issued()
    credential["proof"][0]["cryptosuite"] = "eddsa-tomorrow-2030"
    assert found(judged(credential), "proof") == [UNKNOWN]


def test_a_suite_that_made_another_signature_fails(issued: Make, judged: Judged) -> None:
    credential = issued()
    credential["proof"][0]["cryptosuite"] = "eddsa-jcs-2022"
    assert found(judged(credential), "proof") == [FAIL]


def test_a_context_that_is_not_shipped_is_undecided(issued: Make, judged: Judged) -> None:
    credential = issued()
    credential["@context"] = [*credential["@context"], "https://example.org/context"]
    report = judged(credential)
    assert found(report, "proof") == [UNKNOWN]
    assert report.verdict is Verdict.INDETERMINATE


def test_every_proof_of_a_set_must_hold(issued: Make, sealed: Make, judged: Judged) -> None:
    options = {"proofPurpose": "assertionMethod", "created": "2026-11-22T08:00:00Z"}
    both = sealed(issued(), UNIVERSITY, **options)
    assert judged(both).verdict is Verdict.VALID
    both["proof"][1]["created"] = "2026-11-22T09:00:00Z"
    report = judged(both)
    assert found(report, "proof") == [PASS, FAIL]
    assert report.verdict is Verdict.INVALID


# purpose


def test_a_proof_for_another_purpose_fails(issued: Make, presented: Make, judged: Judged) -> None:
    credential = judged(issued(proof={"proofPurpose": "authentication"}))
    presentation = judged(presented(issued(), proof={"proofPurpose": "assertionMethod"}))
    assert found(credential, "purpose") == [FAIL]
    assert found(presentation, "purpose", "presentation") == [FAIL]
    assert credential.verdict is presentation.verdict is Verdict.INVALID


@pytest.mark.parametrize("relationship", ["assertionMethod", "authentication"])
def test_a_key_listed_for_one_thing_does_not_serve_another(
    world: World, issued: Make, presented: Make, judged: Judged, relationship: str
) -> None:
    for did in (UNIVERSITY, ALICE):
        key = world[did][relationship]
        del world[did]["assertionMethod"], world[did]["authentication"]
        world[did] = {**world[did], relationship: key, "keyAgreement": key}
    report = judged(presented(issued()))
    asserts, authenticates = (PASS, FAIL) if relationship == "assertionMethod" else (FAIL, PASS)
    assert found(report, "purpose", "credential 1") == [asserts]
    assert found(report, "purpose", "presentation") == [authenticates]
    assert report.verdict is Verdict.INVALID


# key


@pytest.mark.parametrize("member", ["revoked", "expires"])
def test_a_key_fails_from_the_instant_it_ends(
    world: World, issued: Make, judged: Judged, member: str
) -> None:
    world[UNIVERSITY]["verificationMethod"][0][member] = "2026-11-23T09:00:00Z"
    end = datetime(2026, 11, 23, 9, tzinfo=UTC)
    before = judged(issued(), at=end - timedelta(seconds=1))
    after = judged(issued(), at=end)
    assert (found(before, "key"), before.verdict) == ([PASS], Verdict.VALID)
    assert (found(after, "key"), after.verdict) == ([FAIL], Verdict.INVALID)


# issuer, holder


def test_a_credential_signed_by_somebody_else_than_its_issuer_fails(
    issued: Make, judged: Judged
) -> None:
    report = judged(issued(by=MALLORY))
    assert found(report, "proof") == found(report, "purpose") == [PASS]
    assert found(report, "issuer") == [FAIL]
    assert report.verdict is Verdict.INVALID


def test_somebody_may_sign_beside_the_issuer_and_is_named(
    issued: Make, sealed: Make, judged: Judged
) -> None:
    report = judged(sealed(issued(), MALLORY, proofPurpose="assertionMethod"))
    assert found(report, "issuer") == [PASS, WARN]
    assert MALLORY in sentences(report, "issuer")
    assert report.verdict is Verdict.VALID


def test_of_several_proofs_one_that_does_not_hold_spoils_all(
    world: World, issued: Make, sealed: Make, judged: Judged
) -> None:
    both = sealed(issued(), MALLORY, proofPurpose="assertionMethod")
    key, other = (world[did]["verificationMethod"][0] for did in (MALLORY, UNIVERSITY))
    key["publicKeyMultibase"] = other["publicKeyMultibase"]
    assert judged(both).verdict is Verdict.INVALID


def test_an_issuer_that_is_no_did_fails(issued: Make, judged: Judged) -> None:
    report = judged(issued(issuer="https://university.example"))
    assert found(report, "issuer") == [FAIL]


def test_an_issuer_written_as_an_object_passes(issued: Make, judged: Judged) -> None:
    report = judged(issued(issuer={"id": UNIVERSITY, "name": "University"}))
    assert found(report, "issuer") == [PASS]


@pytest.mark.parametrize("role", ["issuer", "holder"])
def test_a_key_that_somebody_else_controls_fails(
    world: World, issued: Make, presented: Make, judged: Judged, role: str
) -> None:
    did = {"issuer": UNIVERSITY, "holder": ALICE}[role]
    world[did]["verificationMethod"][0]["controller"] = MALLORY
    report = judged(presented(issued()))
    assert found(report, role) == [FAIL]
    assert report.verdict is Verdict.INVALID


def test_a_presentation_by_somebody_else_than_its_holder_fails(
    issued: Make, presented: Make, judged: Judged
) -> None:
    report = judged(presented(issued(), by=MALLORY))
    assert found(report, "holder") == [FAIL]
    assert report.verdict is Verdict.INVALID


def test_a_presentation_without_a_holder_is_said_to_be_one(
    issued: Make, presented: Make, judged: Judged
) -> None:
    report = judged(presented(issued(), holder=None))
    assert found(report, "holder") == found(report, "binding") == [WARN]
    assert report.verdict is Verdict.VALID


# age


@pytest.mark.parametrize(
    ("proof", "outcome"),
    [
        ({"created": "2026-11-23T09:05:00Z"}, PASS),
        ({"created": "2026-11-23T09:05:01Z"}, FAIL),
        ({"created": None}, PASS),
        ({"expires": "2026-11-23T09:00:01Z"}, PASS),
        ({"expires": "2026-11-23T09:00:00Z"}, FAIL),
    ],
)
def test_a_proof_is_neither_from_the_future_nor_run_out(
    issued: Make, judged: Judged, proof: dict[str, Any], outcome: Outcome
) -> None:
    report = judged(issued(proof=proof))
    assert found(report, "age") == [outcome]
    assert report.verdict is (Verdict.VALID if outcome is PASS else Verdict.EXPIRED)


@pytest.mark.parametrize(
    ("created", "outcome"),
    [
        ("2026-11-23T08:30:00Z", PASS),
        ("2026-11-23T08:29:59Z", FAIL),
        (None, FAIL),
    ],
)
def test_a_policy_can_ask_for_a_recent_presentation_of_an_older_credential(
    issued: Make, presented: Make, judged: Judged, created: str | None, outcome: Outcome
) -> None:
    policy = Policy(presentation_age=timedelta(minutes=30))
    report = judged(presented(issued(), proof={"created": created}), policy=policy)
    assert found(report, "age", "presentation") == [outcome]
    assert found(report, "age", "credential 1") == [PASS]


# period


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        (None, None, Verdict.VALID),
        ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z", Verdict.VALID),
        ("2026-11-23T09:00:01Z", None, Verdict.EXPIRED),
        (None, "2026-11-23T08:59:59Z", Verdict.EXPIRED),
        ("2026-11-23T10:00:00+01:00", None, Verdict.VALID),
    ],
)
def test_a_credential_is_valid_from_its_start_to_its_end_and_at_both(
    issued: Make, judged: Judged, start: str | None, end: str | None, reason: Verdict
) -> None:
    report = judged(issued(validFrom=start, validUntil=end))
    assert report.verdict is reason
    assert found(report, "period") == [PASS if reason is Verdict.VALID else FAIL]


# status, schema


@pytest.mark.parametrize(
    ("member", "name", "value"),
    [
        ("credentialStatus", "status", {"id": "https://a.example/1", "type": "Some"}),
        ("credentialStatus", "status", [{"id": "https://a.example/1", "type": "Some"}]),
        ("credentialSchema", "schema", {"id": "https://a.example/1", "type": "JsonSchema"}),
    ],
)
def test_a_status_or_schema_that_cannot_be_asked_for_leaves_the_credential_undecided(
    issued: Make, presented: Make, judged: Judged, member: str, name: str, value: object
) -> None:
    credential = issued(**{member: value})
    alone, inside = judged(credential), judged(presented(credential, issued()))
    assert found(alone, name) == [UNKNOWN]
    assert found(inside, name) == [UNKNOWN, SKIPPED]
    assert alone.verdict is inside.verdict is Verdict.INDETERMINATE


# binding


@pytest.mark.parametrize(
    "subject",
    [
        {"id": MALLORY, "degree": "Bachelor of Science"},
        {"degree": "Bachelor of Science"},
        [{"id": ALICE, "degree": "BSc"}, {"id": MALLORY, "degree": "MSc"}],
        [{"id": ALICE, "degree": "BSc"}, {"degree": "MSc"}],
    ],
)
def test_a_credential_about_somebody_else_is_pointed_out_and_refused_where_required(
    issued: Make, presented: Make, judged: Judged, subject: object
) -> None:
    presentation = presented(issued(credentialSubject=subject))
    lenient = judged(presentation)
    strict = judged(presentation, policy=Policy(require_holder=True))
    assert (found(lenient, "binding"), lenient.verdict) == ([WARN], Verdict.VALID)
    assert (found(strict, "binding"), strict.verdict) == ([FAIL], Verdict.INVALID)


def test_a_presentation_without_a_holder_is_refused_where_one_is_required(
    issued: Make, presented: Make, judged: Judged
) -> None:
    report = judged(presented(issued(), holder=None), policy=Policy(require_holder=True))
    assert found(report, "binding") == [FAIL]


# challenge


@pytest.mark.parametrize(
    ("given", "asked", "lenient", "strict"),
    [
        ("c-1", "c-1", PASS, PASS),
        ("c-2", "c-1", FAIL, FAIL),
        ("C-1", "c-1", FAIL, FAIL),
        (None, "c-1", FAIL, FAIL),
        (None, None, WARN, FAIL),
        ("c-1", None, WARN, UNKNOWN),
    ],
)
def test_a_presentation_answers_the_challenge_or_may_be_a_replay(
    issued: Make,
    presented: Make,
    judged: Judged,
    given: str | None,
    asked: str | None,
    lenient: Outcome,
    strict: Outcome,
) -> None:
    presentation = presented(issued(), proof={"challenge": given})
    policy = Policy(require_challenge=True)
    assert found(judged(presentation, challenge=asked), "challenge") == [lenient]
    assert found(judged(presentation, challenge=asked, policy=policy), "challenge") == [strict]


def test_every_proof_of_a_presentation_answers_the_challenge(
    issued: Make, presented: Make, sealed: Make, judged: Judged
) -> None:
    first = presented(issued(), proof={"challenge": "c-1", "domain": "acme.example"})
    second = sealed(first, ALICE, proofPurpose="authentication")
    report = judged(second, challenge="c-1", domain="acme.example")
    assert found(report, "proof", "presentation") == [PASS, PASS]
    assert found(report, "challenge") == found(report, "domain") == [FAIL]


def test_a_credential_is_no_answer_to_a_challenge(issued: Make, judged: Judged) -> None:
    options = {"challenge": "c-1", "domain": "acme.example"}
    for name, value in options.items():
        report = judged(issued(proof=options), **{name: value})
        assert found(report, "presentation") == [FAIL]
        assert report.verdict is Verdict.INVALID


# domain


@pytest.mark.parametrize(
    ("given", "asked", "lenient", "strict"),
    [
        ("acme.example", "acme.example", PASS, PASS),
        (["acme.example"], "acme.example", PASS, PASS),
        ("Acme.example", "acme.example", FAIL, FAIL),
        ("acme.example.", "acme.example", FAIL, FAIL),
        ("acme.example.evil.example", "acme.example", FAIL, FAIL),
        (["acme.example", "evil.example"], "acme.example", FAIL, FAIL),
        (None, "acme.example", FAIL, FAIL),
        (None, None, WARN, FAIL),
        ("acme.example", None, WARN, UNKNOWN),
    ],
)
def test_a_presentation_was_made_for_this_verifier_exactly(
    issued: Make,
    presented: Make,
    judged: Judged,
    given: object,
    asked: str | None,
    lenient: Outcome,
    strict: Outcome,
) -> None:
    presentation = presented(issued(), proof={"domain": given})
    policy = Policy(require_domain=True)
    assert found(judged(presentation, domain=asked), "domain") == [lenient]
    assert found(judged(presentation, domain=asked, policy=policy), "domain") == [strict]


# trust


def test_an_issuer_that_the_policy_does_not_name_is_untrusted(
    issued: Make, presented: Make, judged: Judged
) -> None:
    trusting = Policy(trust=TrustedIssuers(frozenset({UNIVERSITY})))
    wary = Policy(trust=TrustedIssuers(frozenset({MALLORY})))
    trusted, untrusted = (judged(presented(issued()), policy=p) for p in (trusting, wary))
    assert (found(trusted, "trust"), trusted.verdict) == ([PASS], Verdict.VALID)
    assert (found(untrusted, "trust"), untrusted.verdict) == ([FAIL], Verdict.UNTRUSTED)


def test_trust_in_the_issuer_that_is_named_does_not_make_up_for_a_forged_signature(
    issued: Make, judged: Judged
) -> None:
    policy = Policy(trust=TrustedIssuers(frozenset({UNIVERSITY})))
    report = judged(issued(by=MALLORY), policy=policy)
    assert found(report, "trust") == [PASS]
    assert report.verdict is Verdict.INVALID
