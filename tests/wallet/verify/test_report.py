from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random  # noqa: TC003 - hypothesis reads the annotation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.messages import say
from wallet.verify.report import (
    Check,
    Facts,
    Outcome,
    Reason,
    Report,
    Verdict,
    failed,
    out_of_period,
    passed,
    skipped,
    undecided,
    untrusted,
    warned,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

PASSED = passed("form", "credential", "it is well formed")
WARNED = warned("holder", "presentation", "it names no holder")
SKIPPED = skipped("trust", "credential", "nobody was named")
UNDECIDED = undecided("status", "credential", "nobody could say: {reason}", reason=say("offline"))
FAILED = failed("proof", "credential", "the signature by {method} does not hold", method="did:k#1")
EXPIRED = out_of_period("period", "credential", "it expired")
UNTRUSTED = untrusted("trust", "credential", "not trusted")


def reported(*checks: Check) -> Report:
    return Report(at=NOW, checks=checks)


def test_a_report_without_checks_is_a_refusal() -> None:
    assert reported().verdict is Verdict.INVALID
    assert reported().reason is Reason.INVALID


@pytest.mark.parametrize("checks", [(WARNED,), (SKIPPED,), (WARNED, SKIPPED)])
def test_a_report_in_which_nothing_was_decided_is_a_refusal(checks: tuple[Check, ...]) -> None:
    assert reported(*checks).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("checks", "verdict", "reason"),
    [
        ((PASSED,), Verdict.VALID, Reason.NONE),
        ((PASSED, WARNED, SKIPPED), Verdict.VALID, Reason.NONE),
        ((PASSED, UNDECIDED), Verdict.UNDECIDED, Reason.INDETERMINATE),
        ((UNDECIDED,), Verdict.UNDECIDED, Reason.INDETERMINATE),
        ((UNDECIDED, UNTRUSTED, PASSED), Verdict.INVALID, Reason.UNTRUSTED),
        ((UNTRUSTED, EXPIRED), Verdict.INVALID, Reason.EXPIRED),
        ((EXPIRED, FAILED, UNDECIDED), Verdict.INVALID, Reason.INVALID),
    ],
)
def test_a_fail_beats_an_unknown_and_an_unknown_beats_a_pass(
    checks: tuple[Check, ...], verdict: Verdict, reason: Reason
) -> None:
    assert (reported(*checks).verdict, reported(*checks).reason) == (verdict, reason)


CHECKS = st.lists(st.sampled_from([PASSED, WARNED, SKIPPED, UNDECIDED, FAILED, EXPIRED, UNTRUSTED]))


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
    assert reported(*checks).reason == reported(*shuffled).reason


def test_a_finding_is_a_template_and_its_arguments_until_a_face_renders_it() -> None:
    assert FAILED.message == "the signature by {method} does not hold"
    assert str(FAILED.sentence) == "the signature by did:k#1 does not hold"
    assert str(UNDECIDED.sentence) == "nobody could say: offline"


def test_a_template_in_an_argument_is_not_filled_in() -> None:
    check = failed("form", "credential", "no: {reason}", reason="{reason} {0} {method.__class__}")
    assert str(check.sentence) == "no: {reason} {0} {method.__class__}"


def test_the_arguments_of_a_check_cannot_be_changed_afterwards() -> None:
    with pytest.raises(TypeError):
        FAILED.arguments["method"] = "another"  # type: ignore[index]


def test_the_machine_form_holds_everything_and_renders_messages_in_english() -> None:
    facts = Facts(
        "credential",
        "urn:uuid:1",
        ("VerifiableCredential",),
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
        "verdict": "undecided",
        "reason": "indeterminate",
        "format": "data-integrity",
        "at": "2026-11-23T09:00:00Z",
        "facts": [
            {
                "subject": "credential",
                "id": "urn:uuid:1",
                "types": ["VerifiableCredential"],
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
                "name": "form",
                "subject": "credential",
                "outcome": "pass",
                "reason": "none",
                "message": "it is well formed",
                "arguments": {},
            },
            {
                "name": "status",
                "subject": "credential",
                "outcome": "unknown",
                "reason": "indeterminate",
                "message": "nobody could say: offline",
                "arguments": {"reason": "offline"},
            },
        ],
    }
