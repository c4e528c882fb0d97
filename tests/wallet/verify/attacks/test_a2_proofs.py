"""The catalogue's A2, proofs in documents, through the whole of verification. See the README."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest

from did.errors import NotFound
from tests.fuzz.parties import judge
from tests.fuzz.seeds import seed
from wallet.verify.policy import Policy
from wallet.verify.report import Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

Make: TypeAlias = "Callable[..., dict[str, Any]]"
Judged: TypeAlias = "Callable[..., Report]"
World: TypeAlias = "dict[str, Any]"

INVALID, INDETERMINATE, VALID = Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID
UNIVERSITY: Final = "did:example:university"
ALICE: Final = "did:example:alice"
MALLORY: Final = "did:example:mallory"
V2: Final = "https://www.w3.org/ns/credentials/v2"
SUITES: Final = ("eddsa-rdfc-2022", "eddsa-jcs-2022")

each_suite = pytest.mark.parametrize("suite", SUITES)


def test_a2_1_a_good_credential_does_not_save_a_presentation_for_another_challenge(
    issued: Make, presented: Make, judged: Judged
) -> None:
    shown = presented(issued(), proof={"challenge": "theirs"})
    assert judged(shown, challenge="theirs").verdict is VALID
    assert judged(shown, challenge="ours").verdict is INVALID


@pytest.mark.parametrize(
    ("damage", "verdict"),
    [
        ("stripped", INVALID),
        ("forged", INVALID),
        ("untrue", INVALID),
        ("broken", INVALID),
        ("malformed", INVALID),
        ("expired", Verdict.EXPIRED),
        ("unknown suite", INDETERMINATE),
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_a2_2_a_good_presentation_does_not_save_a_bad_credential(
    issued: Make, presented: Make, judged: Judged, damage: str, verdict: Verdict, place: int
) -> None:
    good = issued()
    proof = good["proof"][0]
    bad = {
        "stripped": {name: value for name, value in good.items() if name != "proof"},
        "forged": issued(by=MALLORY),
        "untrue": {**good, "credentialSubject": {"id": ALICE, "degree": "Doctor"}},
        "broken": {**good, "proof": {**proof, "proofValue": proof["proofValue"][:-1] + "1"}},
        "malformed": {**good, "issuer": "university"},
        "expired": issued(validUntil="2026-06-01T00:00:00Z"),
        "unknown suite": {**good, "proof": {**proof, "cryptosuite": "eddsa-jcs-2099"}},
    }[damage]
    members = [issued(id="urn:uuid:other")]
    members.insert(place, bad)
    shown = presented(*members, proof={"cryptosuite": "eddsa-jcs-2022"})
    assert judged(shown).verdict is verdict


@pytest.mark.parametrize("proof", ["gone", {}, [], None, [{}], "", 0])
def test_a2_3_a_document_whose_proof_was_taken_away_is_invalid(
    issued: Make, presented: Make, judged: Judged, proof: object
) -> None:
    for document in (issued(), presented(issued())):
        del document["proof"]
        if proof != "gone":
            document["proof"] = proof
        assert judged(document).verdict is INVALID


@each_suite
def test_a2_4_a_proof_by_another_than_the_issuer_is_invalid(
    issued: Make, judged: Judged, suite: str
) -> None:
    assert judged(issued(proof={"cryptosuite": suite})).verdict is VALID
    assert judged(issued(by=MALLORY, proof={"cryptosuite": suite})).verdict is INVALID
    named = {"cryptosuite": suite, "verificationMethod": f"{UNIVERSITY}#key-1"}
    assert judged(issued(by=MALLORY, proof=named)).verdict is INVALID


def test_a2_4_a_key_in_the_proof_itself_is_invalid(issued: Make, judged: Judged) -> None:
    for method in (
        {"id": f"{UNIVERSITY}#key-1", "controller": UNIVERSITY, "publicKeyMultibase": "z6Mk"},
        [f"{UNIVERSITY}#key-1"],
        "#key-1",
        "",
    ):
        credential = issued(by=MALLORY)
        credential["proof"][0]["verificationMethod"] = method
        assert judged(credential).verdict is INVALID


@pytest.mark.parametrize("listed", ["authentication", "keyAgreement", "capabilityInvocation"])
def test_a2_5_a_key_that_is_not_listed_for_assertions_makes_no_credential(
    world: World, issued: Make, judged: Judged, listed: str
) -> None:
    document = world[UNIVERSITY]
    key = document.pop("assertionMethod")
    document.pop("authentication")
    document[listed] = key
    assert judged(issued()).verdict is INVALID


@pytest.mark.parametrize("listed", ["assertionMethod", "keyAgreement", "capabilityDelegation"])
def test_a2_5_a_key_that_is_not_listed_for_authentication_makes_no_presentation(
    world: World, issued: Make, presented: Make, judged: Judged, listed: str
) -> None:
    document = world[ALICE]
    key = document.pop("authentication")
    document.pop("assertionMethod")
    document[listed] = key
    assert judged(presented(issued())).verdict is INVALID


@pytest.mark.parametrize("controller", [MALLORY, f"{UNIVERSITY}.evil", ALICE])
def test_a2_6_a_key_that_another_controls_is_invalid(
    world: World, issued: Make, judged: Judged, controller: str
) -> None:
    world[UNIVERSITY]["verificationMethod"][0]["controller"] = controller
    assert judged(issued()).verdict is INVALID


@pytest.mark.parametrize("end", ["revoked", "expires"])
@pytest.mark.parametrize(
    "time", ["2026-11-22T00:00:00Z", "2026-11-23T08:30:00Z", "2026-11-23T09:00:00Z"]
)
def test_a2_7_a_key_that_has_ended_is_invalid_whenever_the_proof_says_it_was_made(
    world: World, issued: Make, judged: Judged, end: str, time: str
) -> None:
    world[UNIVERSITY]["verificationMethod"][0][end] = time
    assert judged(issued()).verdict is INVALID
    assert judged(issued(), policy=Policy(key_at_signing=True)).verdict is INVALID


def test_a2_7_a_key_that_was_rotated_away_is_invalid(
    world: World, issued: Make, judged: Judged
) -> None:
    world[UNIVERSITY]["verificationMethod"][0]["id"] = f"{UNIVERSITY}#key-2"
    world[UNIVERSITY]["assertionMethod"] = [f"{UNIVERSITY}#key-2"]
    world[UNIVERSITY]["authentication"] = []
    assert judged(issued()).verdict is INVALID


@each_suite
@pytest.mark.parametrize("contexts", [[V2], [V2, "https://www.w3.org/ns/did/v1"]])
def test_a2_8_a_name_without_a_meaning_cannot_be_added(
    issued: Make, judged: Judged, suite: str, contexts: list[str]
) -> None:
    subject = {"id": ALICE}
    bare = {"@context": contexts, "type": ["VerifiableCredential"], "credentialSubject": subject}
    credential = issued(proof={"cryptosuite": suite}, **bare)
    assert judged(credential).verdict is VALID
    for place in ((), ("credentialSubject",), ("proof", 0)):
        changed: Any = deepcopy(credential)
        spot = changed
        for step in place:
            spot = spot[step]
        spot["isAdmin"] = True
        assert judged(changed).verdict is INVALID


@each_suite
@pytest.mark.parametrize(
    "context",
    [
        {"degree": "https://example.org/name"},
        {"degree": None},
        {"@vocab": "https://example.org/"},
        {"@base": "https://example.org/"},
        {"@language": "ar"},
        {"@propagate": False},
        {"issuer": "https://example.org/giver"},
        {"kind": "@type"},
        {"credentialSubject": {"@id": "@nest"}},
    ],
)
def test_a2_9_a_context_written_into_the_document_changes_nothing_unseen(
    issued: Make, judged: Judged, suite: str, context: dict[str, Any]
) -> None:
    credential = issued(proof={"cryptosuite": suite})
    credential["@context"] = [*credential["@context"], context]
    assert judged(credential).verdict is INVALID
    credential = issued(proof={"cryptosuite": suite})
    credential["credentialSubject"]["@context"] = context
    assert judged(credential).verdict is INVALID


def test_a2_9_a_context_in_the_document_can_call_nothing_that_was_signed_by_another_name(
    issued: Make, judged: Judged
) -> None:
    own = {"grade": "https://example.org/v#grade"}
    subject = {"id": ALICE, "grade": "B"}
    bare = {"@context": [V2, own], "type": ["VerifiableCredential"], "credentialSubject": subject}
    credential = issued(**bare)
    assert judged(credential).verdict is VALID
    for other in ("salary", "Grade", "v#grade"):
        renamed = {**credential, "credentialSubject": {"id": ALICE, other: "B"}}
        for meaning in (own["grade"], {"@id": own["grade"]}, {"@id": own["grade"], "@type": "@id"}):
            assert judged({**renamed, "@context": [V2, {other: meaning}]}).verdict is INVALID
    # A second one, which says of other names what they end in, changes nothing of what is read.
    beside = {**credential, "@context": [V2, own, {"issuer": "https://example.org/issuer"}]}
    assert judged(beside).verdict is VALID
    assert judged(beside).facts == judged(credential).facts
    assert judged(credential, policy=Policy(vocabulary=False)).verdict is INVALID


def test_a2_9_two_contexts_that_swap_two_names_do_not_swap_two_claims(
    issued: Make, judged: Judged
) -> None:
    straight = {"name": "https://example.org/name", "role": "https://example.org/role"}
    crossed = {"name": straight["role"], "role": straight["name"]}
    credential = issued(
        **{"@context": [V2, straight]},
        credentialSubject={"id": ALICE, "name": "admin", "role": "Alice"},
        proof={"cryptosuite": "eddsa-jcs-2022"},
    )
    credential["@context"] = [V2, crossed]
    credential["credentialSubject"] = {"id": ALICE, "name": "Alice", "role": "admin"}
    assert judged(credential).verdict is INVALID
    credential["proof"][0]["cryptosuite"] = "eddsa-rdfc-2022"
    assert judged(credential).verdict is INVALID


@pytest.mark.parametrize(
    "context",
    [
        {"name": "https://evil.example/#name"},
        {"VerifiableCredential": "https://evil.example/#VerifiableCredential"},
        {"@protected": True, "validUntil": "https://evil.example/#validUntil"},
        {"@protected": True, "credentialStatus": "https://evil.example/#credentialStatus"},
        {"type": "https://evil.example/#type"},
    ],
)
def test_a2_9_no_context_that_was_signed_says_otherwise_of_what_the_data_model_protects(
    issued: Make, judged: Judged, context: dict[str, Any]
) -> None:
    given = {"proof": {"cryptosuite": "eddsa-jcs-2022"}}
    assert judged(issued(**given)).verdict is VALID
    assert judged(issued(**{"@context": [V2, {"grade": "urn:e:g"}]}, **given)).verdict is VALID
    report = judged(issued(**{"@context": [V2, context]}, **given))
    assert ("context", "redefined") in {(check.name, check.code) for check in report.checks}
    assert report.verdict is INVALID


@each_suite
def test_a2_10_names_that_no_standard_defines_are_refused_where_the_policy_says_so(
    issued: Make, judged: Judged, suite: str
) -> None:
    credential = issued(proof={"cryptosuite": suite})
    assert judged(credential).verdict is VALID
    assert judged(credential, policy=Policy(vocabulary=False)).verdict is INVALID


@each_suite
@pytest.mark.parametrize("claim", [None, [], {}])
def test_a2_11_a_claim_without_a_value_is_not_slipped_in(
    issued: Make, judged: Judged, suite: str, claim: object
) -> None:
    credential = issued(proof={"cryptosuite": suite})
    for name in ("degree", "isAdmin"):
        subject = {**credential["credentialSubject"], name: claim}
        assert judged({**credential, "credentialSubject": subject}).verdict is INVALID


@pytest.mark.parametrize("name", ["relative-id", "./x", "//e.x/a", "", "?", "#a"])
@each_suite
def test_a2_12_a_relative_name_is_invalid(
    issued: Make, judged: Judged, suite: str, name: str
) -> None:
    for members in (
        {"id": name},
        {"issuer": name},
        {"issuer": {"id": name}},
        {"credentialSubject": {"id": name, "degree": "Bachelor of Science"}},
    ):
        credential = {**issued(proof={"cryptosuite": suite}), **members}
        assert judged(credential).verdict is INVALID


@each_suite
def test_a2_13_a_context_that_is_not_known_is_not_fetched(
    issued: Make, judged: Judged, suite: str
) -> None:
    asked: list[str] = []

    def get(url: str, /, *, accept: str = "*/*") -> Any:
        asked.append(f"{url} {accept}")
        raise NotFound("nothing there")

    credential = issued(proof={"cryptosuite": suite})
    credential["@context"] = [*credential["@context"], "https://example.org/context"]
    report = judged(credential, get=get)
    assert report.verdict is (INVALID if "jcs" in suite else INDETERMINATE)
    assert asked == []


def clique(size: int, name: Callable[[int], str]) -> list[dict[str, Any]]:
    return [
        {"id": name(n), "knows": [{"id": name(m)} for m in range(size) if m != n]}
        for n in range(size)
    ]


def test_a2_14_a_poisonous_graph_of_blank_nodes_is_invalid(issued: Make, judged: Judged) -> None:
    credential = issued()
    credential["credentialSubject"]["knows"] = clique(12, lambda n: f"_:b{n}")
    assert judged(credential).verdict is INVALID


def test_a2_14_blank_nodes_that_all_look_alike_leave_it_undecided(
    issued: Make, judged: Judged
) -> None:
    credential = issued()
    alike = [{"a": [{"b": "x"}] * 4}] * 600
    credential["credentialSubject"]["knows"] = alike
    assert judged(credential).verdict is INDETERMINATE


@each_suite
@pytest.mark.parametrize(
    "previous", ["urn:uuid:nowhere", ["urn:uuid:nowhere"], [], "", 1, None, "#a", ["urn:x"] * 2]
)
def test_a2_16_a_proof_that_builds_on_one_that_is_not_there_is_invalid(
    issued: Make, judged: Judged, suite: str, previous: object
) -> None:
    credential = issued(proof={"cryptosuite": suite})
    credential["proof"][0]["previousProof"] = previous
    assert judged(credential).verdict is INVALID


def test_a2_16_a_chain_does_not_lose_what_it_builds_on() -> None:
    chain = json.loads(seed("chain of proofs").data)
    first, second = chain["proof"]
    ring = {**first, "previousProof": "urn:uuid:2"}, {**second, "id": "urn:uuid:2"}
    for proofs in (
        [second],
        second,
        [first, first, second],
        [{**first, "id": "urn:uuid:9"}, second],
        [first, {**second, "previousProof": "urn:uuid:9"}],
        [{**first, "created": "2026-11-23T07:00:00Z"}, second],
        [first, {name: value for name, value in second.items() if name != "previousProof"}],
        [first, {**second, "id": "urn:uuid:1"}],
        [first, {**second, "previousProof": ["urn:uuid:1", "urn:uuid:1"]}],
        list(ring),
    ):
        assert judge(json.dumps({**chain, "proof": proofs}).encode()).verdict is INVALID


@each_suite
def test_a2_16_of_several_proofs_every_one_must_hold(
    issued: Make, judged: Judged, suite: str
) -> None:
    credential = issued(proof={"cryptosuite": suite})
    good = credential["proof"][0]
    bad = {**good, "created": "2026-11-22T00:00:00Z"}
    for proofs in ([bad, good], [good, bad], [good, good, bad], [good, {**good, "id": "urn:x"}]):
        assert judged({**credential, "proof": proofs}).verdict is INVALID
    twice = judged({**credential, "proof": [good, good]})
    assert twice.verdict is VALID
    assert "same-proof" in [check.code for check in twice.checks]


@pytest.mark.parametrize(
    ("made", "called"),
    [
        ("eddsa-rdfc-2022", "eddsa-jcs-2022"),
        ("eddsa-jcs-2022", "eddsa-rdfc-2022"),
        ("eddsa-rdfc-2022", "EDDSA-RDFC-2022"),
    ],
)
def test_a2_17_a_signature_under_the_name_of_another_suite_does_not_hold(
    issued: Make, judged: Judged, made: str, called: str
) -> None:
    credential = issued(proof={"cryptosuite": made})
    credential["proof"][0]["cryptosuite"] = called
    expected = INDETERMINATE if called.isupper() else INVALID
    assert judged(credential).verdict is expected


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019", "bbs-2023", "eddsa-2022"])
def test_a2_17_a_suite_that_is_not_that_of_the_key_leaves_it_undecided(
    issued: Make, judged: Judged, suite: str
) -> None:
    credential = issued()
    credential["proof"][0]["cryptosuite"] = suite
    assert judged(credential).verdict is INDETERMINATE


@pytest.mark.parametrize("name", ["type", "cryptosuite", "proofPurpose"])
@pytest.mark.parametrize("wrap", [lambda value: [value], lambda _: 1, lambda _: None, lambda _: ""])
def test_a2_17_an_option_of_another_form_is_invalid(
    issued: Make, judged: Judged, name: str, wrap: Callable[[str], object]
) -> None:
    credential = issued()
    proof = credential["proof"][0]
    proof[name] = wrap(proof[name])
    assert judged(credential).verdict is INVALID


def test_a2_18_a_credential_of_somebody_else_is_said_to_be_and_refused_by_policy(
    issued: Make, presented: Make, judged: Judged
) -> None:
    shown = presented(issued(), by=MALLORY, holder=MALLORY)
    report = judged(shown)
    assert report.verdict is VALID
    assert [check.code for check in report.checks if check.name == "binding"] == ["another"]
    assert judged(shown, policy=Policy(require_holder=True)).verdict is INVALID


def test_a2_18_of_two_subjects_the_other_is_not_overlooked(
    issued: Make, presented: Make, judged: Judged
) -> None:
    subjects = [{"id": ALICE, "degree": "Bachelor"}, {"id": MALLORY, "degree": "Doctor"}]
    shown = presented(issued(credentialSubject=subjects))
    assert judged(shown, policy=Policy(require_holder=True)).verdict is INVALID


@each_suite
@pytest.mark.parametrize(
    "purpose", ["authentication", "keyAgreement", "capabilityInvocation", "AssertionMethod"]
)
def test_a2_19_a_proof_for_another_purpose_makes_no_credential(
    issued: Make, judged: Judged, suite: str, purpose: str
) -> None:
    proof = {"cryptosuite": "eddsa-jcs-2022", "proofPurpose": purpose}
    assert judged(issued(proof=proof)).verdict is INVALID
    credential = issued(proof={"cryptosuite": suite})
    credential["proof"][0]["proofPurpose"] = purpose
    assert judged(credential).verdict is INVALID


def test_a2_19_a_proof_for_assertions_makes_no_presentation(
    issued: Make, presented: Make, judged: Judged
) -> None:
    shown = presented(issued(), proof={"proofPurpose": "assertionMethod"})
    assert judged(shown).verdict is INVALID


def test_finding_4_a_claim_that_the_contexts_do_not_define_is_refused_even_by_its_issuer(
    issued: Make, judged: Judged
) -> None:
    subject = {"id": ALICE, "isAdmin": True}
    bare = {"@context": [V2], "type": ["VerifiableCredential"], "credentialSubject": subject}
    good = issued(**{**bare, "credentialSubject": {"id": ALICE}})
    assert judged({**good, **bare}).verdict is INVALID
