from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random  # noqa: TC003 - hypothesis reads the annotation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.messages import say
from wallet.verify.place import Place
from wallet.verify.report import (
    EXCUSED,
    Check,
    Facts,
    Outcome,
    Report,
    Verdict,
    failed,
    out_of_period,
    passed,
    skipped,
    taken_back,
    undecided,
    untrusted,
    warned,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

HERE = Place("credential")
PASSED = passed("model", HERE, "well-formed", "it is well formed")
WARNED = warned("holder", Place("presentation"), "unnamed", "it names no holder")
SKIPPED = skipped("trust", HERE, "nobody-named", "nobody was named")
UNDECIDED = undecided(
    "status",
    HERE.at("credentialStatus"),
    "list",
    "nobody could say: {reason}",
    reason=say("offline"),
)
FAILED = failed(
    "proof", HERE, "broken", "the signature by {method} does not hold", method="did:k#1"
)
REVOKED = taken_back("status", HERE, "revoked", "its issuer revoked it")
EXPIRED = out_of_period("period", HERE, "expired", "it expired")
UNTRUSTED = untrusted("trust", HERE, "untrusted", "not trusted")


def reported(*checks: Check) -> Report:
    return Report(at=NOW, checks=checks)


def test_a_report_without_checks_is_a_refusal() -> None:
    assert reported().verdict is Verdict.INVALID


@pytest.mark.parametrize("checks", [(WARNED,), (SKIPPED,), (WARNED, SKIPPED)])
def test_a_report_in_which_nothing_was_decided_is_a_refusal(checks: tuple[Check, ...]) -> None:
    assert reported(*checks).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ((PASSED,), Verdict.VALID),
        ((PASSED, WARNED, SKIPPED), Verdict.VALID),
        ((PASSED, UNDECIDED), Verdict.INDETERMINATE),
        ((UNDECIDED,), Verdict.INDETERMINATE),
        ((UNDECIDED, UNTRUSTED, PASSED), Verdict.UNTRUSTED),
        ((UNTRUSTED, EXPIRED), Verdict.EXPIRED),
        ((EXPIRED, REVOKED, UNDECIDED), Verdict.REVOKED),
        ((EXPIRED, REVOKED, FAILED, UNDECIDED), Verdict.INVALID),
    ],
)
def test_the_verdict_is_the_first_that_applies_from_invalid_down_to_valid(
    checks: tuple[Check, ...], verdict: Verdict
) -> None:
    assert reported(*checks).verdict is verdict


FINDINGS = [PASSED, WARNED, SKIPPED, UNDECIDED, FAILED, REVOKED, EXPIRED, UNTRUSTED]
CHECKS = st.lists(st.sampled_from(FINDINGS))


@given(CHECKS)
def test_only_passes_warnings_and_skips_make_a_valid_report(checks: list[Check]) -> None:
    outcomes = {check.outcome for check in checks}
    valid = reported(*checks).verdict is Verdict.VALID
    assert valid == (Outcome.PASS in outcomes and not outcomes & {Outcome.FAIL, Outcome.UNKNOWN})


@given(CHECKS, st.randoms(use_true_random=False))
def test_the_verdict_does_not_depend_on_the_order_of_the_checks(
    checks: list[Check], random: Random
) -> None:
    shuffled = list(checks)
    random.shuffle(shuffled)
    assert reported(*checks).verdict is reported(*shuffled).verdict


def test_a_finding_is_a_template_and_its_arguments_until_a_face_renders_it() -> None:
    assert FAILED.message == "the signature by {method} does not hold"
    assert str(FAILED.sentence) == "the signature by did:k#1 does not hold"
    assert str(UNDECIDED.sentence) == "nobody could say: offline"


def test_a_template_in_an_argument_is_not_filled_in() -> None:
    check = failed("model", HERE, "x", "no: {reason}", reason="{reason} {0} {method.__class__}")
    assert str(check.sentence) == "no: {reason} {0} {method.__class__}"


def test_the_arguments_of_a_check_cannot_be_changed_afterwards() -> None:
    with pytest.raises(TypeError):
        FAILED.arguments["method"] = "another"  # type: ignore[index]


def test_the_machine_form_holds_everything_and_renders_messages_in_english() -> None:
    facts = Facts(
        "credential",
        "urn:uuid:1",
        ("VerifiableCredential",),
        ("eddsa-jcs-2022",),
        issuer="did:example:i",
        subjects=("did:example:s",),
        claims=("degree",),
        valid_from=NOW,
    )
    report = Report(
        at=NOW.astimezone(timezone(timedelta(hours=8))),
        checks=(PASSED, UNDECIDED),
        format="data-integrity",
        facts=(facts,),
    )
    assert report.to_json() == {
        "schema": 1,
        "verdict": "indeterminate",
        "format": "data-integrity",
        "at": "2026-11-23T09:00:00Z",
        "facts": [
            {
                "subject": "credential",
                "id": "urn:uuid:1",
                "types": ["VerifiableCredential"],
                "secured": ["eddsa-jcs-2022"],
                "issuer": "did:example:i",
                "holder": None,
                "subjects": ["did:example:s"],
                "claims": ["degree"],
                "validFrom": "2026-11-23T09:00:00Z",
                "validUntil": None,
            }
        ],
        "checks": [
            {
                "name": "model",
                "subject": "credential",
                "pointer": "",
                "outcome": "pass",
                "verdict": "valid",
                "code": "well-formed",
                "message": "it is well formed",
                "arguments": {},
            },
            {
                "name": "status",
                "subject": "credential",
                "pointer": "/credentialStatus",
                "outcome": "unknown",
                "verdict": "indeterminate",
                "code": "list",
                "message": "nobody could say: offline",
                "arguments": {"reason": "offline"},
            },
        ],
        "unchecked": ["credential: status"],
    }


def test_what_could_not_be_checked_is_listed_even_where_the_policy_excuses_it() -> None:
    excused = warned("schema", HERE, EXCUSED, "could not be found out")
    report = reported(PASSED, excused)
    assert report.verdict is Verdict.VALID
    assert report.unchecked == (excused,)


def test_a_place_is_a_json_pointer_with_its_two_characters_escaped() -> None:
    place = Place("credential").at("a/b", 0, "m~n")
    assert place.pointer == "/a~1b/0/m~0n"
