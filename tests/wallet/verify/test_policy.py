from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.model import Credential
from wallet.verify.policy import (
    DEFAULT,
    AllOf,
    AnyOf,
    BadPolicy,
    Excused,
    Policy,
    TrustedIssuers,
)
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.verify.policy import Rule
    from wallet.verify.report import Report

UNIVERSITY = "did:example:university"
DEGREE = Credential.of(
    {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "DegreeCredential"],
        "issuer": UNIVERSITY,
        "credentialSubject": {"id": "did:example:alice", "degree": "Bachelor of Science"},
    }
)
ACCEPTS = TrustedIssuers(frozenset({UNIVERSITY}))
REFUSES = TrustedIssuers(frozenset({"did:example:other"}))


@pytest.mark.parametrize(
    ("rule", "accepted"),
    [
        (ACCEPTS, True),
        (REFUSES, False),
        (TrustedIssuers(frozenset()), False),
        (TrustedIssuers(frozenset({UNIVERSITY}), frozenset({"DegreeCredential"})), True),
        (TrustedIssuers(frozenset({UNIVERSITY}), frozenset({"ResidenceCredential"})), False),
        (TrustedIssuers(frozenset({UNIVERSITY.upper()})), False),
        (AllOf((ACCEPTS, ACCEPTS)), True),
        (AllOf((ACCEPTS, REFUSES)), False),
        (AnyOf((REFUSES, ACCEPTS)), True),
        (AnyOf((REFUSES, REFUSES)), False),
        (AllOf((ACCEPTS, AnyOf((REFUSES, ACCEPTS)))), True),
    ],
)
def test_rules_say_whom_to_trust_and_combine(rule: Rule, *, accepted: bool) -> None:
    assert rule.accepts(DEGREE) is accepted


@pytest.mark.parametrize("rule", [AllOf(()), AnyOf(())])
def test_a_combination_of_no_rules_trusts_nobody(rule: Rule) -> None:
    assert not rule.accepts(DEGREE)


def test_the_default_policy_judges_no_trust_and_requires_nothing() -> None:
    assert Policy.from_toml(b"") == DEFAULT == Policy()
    assert DEFAULT.trust is None


def test_a_policy_is_read_from_toml() -> None:
    policy = Policy.from_toml(
        f"""
        require = ["challenge", "domain", "holder"]

        [[trust]]
        issuers = ["{UNIVERSITY}"]
        types = ["DegreeCredential"]

        [[trust]]
        issuers = ["did:example:city"]
        """.encode()
    )
    assert policy == Policy(
        trust=AnyOf(
            (
                TrustedIssuers(frozenset({UNIVERSITY}), frozenset({"DegreeCredential"})),
                TrustedIssuers(frozenset({"did:example:city"})),
            )
        ),
        require_challenge=True,
        require_domain=True,
        require_holder=True,
    )


def test_every_rule_of_a_policy_can_be_written_down() -> None:
    block = "0x" + "Ab" * 32
    policy = Policy.from_toml(
        f"""
        require = ["status"]
        accept = ["key-at-signing"]
        excuse = ["schema", "digest"]
        types = ["DegreeCredential"]
        suites = ["eddsa-jcs-2022", "ES256"]
        own-terms = false
        max-age = "365d"
        presentation-age = "90s"
        offline = true

        [bundle]
        signers = ["did:key:z6Mk"]
        blocks = ["{block}"]
        """.encode()
    )
    assert policy == Policy(
        require_status=True,
        key_at_signing=True,
        excuse=frozenset({Excused.SCHEMA, Excused.DIGEST}),
        types=frozenset({"DegreeCredential"}),
        suites=frozenset({"eddsa-jcs-2022", "ES256"}),
        vocabulary=False,
        max_age=timedelta(days=365),
        presentation_age=timedelta(seconds=90),
        offline=True,
        bundle_signers=frozenset({"did:key:z6Mk"}),
        blocks=frozenset({block.lower()}),
    )


@pytest.mark.parametrize(
    ("policy", "check", "code"),
    [
        (Policy(suites=frozenset({"eddsa-jcs-2022"})), "policy", "suite"),
        (Policy(types=frozenset({"LicenceCredential"})), "policy", "type"),
        (Policy(vocabulary=False), "context", "own-terms"),
        (Policy(max_age=timedelta(days=1)), "period", "too-old"),
        (Policy(require_status=True), "status", "none"),
    ],
)
def test_what_a_policy_asks_for_is_judged(
    issued: Callable[..., dict[str, Any]],
    judged: Callable[..., Report],
    policy: Policy,
    check: str,
    code: str,
) -> None:
    assert judged(issued()).verdict is Verdict.VALID
    report = judged(issued(), policy=policy)
    assert report.verdict is (Verdict.EXPIRED if code == "too-old" else Verdict.INVALID)
    assert code in [found.code for found in report.checks if found.name == check]


def test_what_a_policy_asks_for_and_finds_is_said(
    issued: Callable[..., dict[str, Any]], judged: Callable[..., Report]
) -> None:
    policy = Policy(suites=frozenset({"eddsa-rdfc-2022"}), types=frozenset({"DegreeCredential"}))
    report = judged(issued(), policy=policy)
    assert report.verdict is Verdict.VALID
    codes = [found.code for found in report.checks if found.name == "policy"]
    assert codes == ["suite-allowed", "type-asked"]


@pytest.mark.parametrize(
    "toml",
    [
        b"require = ",
        b"\xff",
        b"a = " + b"[" * 5000,
        b"a = " + b"9" * 5000,
        b"requires = []",
        b"require = 'holder'",
        b"require = ['holders']",
        b"require = [1]",
        b"trust = 1",
        b"trust = [1]",
        b"[trust]\nissuers = ['did:example:a']",
        b"[[trust]]",
        b"[[trust]]\nissuers = []",
        b"[[trust]]\nissuers = 'did:example:a'",
        b"[[trust]]\nissuers = ['did:example:a']\ntypes = []",
        b"[[trust]]\nissuers = ['did:example:a']\ntype = ['T']",
        b"types = []",
        b"suites = []",
        b"suites = 'eddsa-jcs-2022'",
        b"excuse = ['trust']",
        b"accept = ['anything']",
        b"own-terms = 'no'",
        b"offline = 1",
        b"max-age = 30",
        b"max-age = '30'",
        b"max-age = '0d'",
        b"max-age = '-1d'",
        b"max-age = '1y'",
        b"presentation-age = '1 m'",
        b"bundle = 1",
        b"[bundle]\nsigner = ['did:example:a']",
        b"[bundle]\nblocks = ['0x12']",
    ],
)
def test_a_policy_that_is_not_wholly_understood_is_refused(toml: bytes) -> None:
    with pytest.raises(BadPolicy):
        Policy.from_toml(toml)


def test_a_policy_with_an_empty_list_of_trust_trusts_nobody() -> None:
    trust = Policy.from_toml(b"trust = []").trust
    assert trust is not None
    assert not trust.accepts(DEGREE)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_refused(toml: bytes) -> None:
    try:
        policy = Policy.from_toml(toml)
    except BadPolicy:
        return
    assert isinstance(policy, Policy)
