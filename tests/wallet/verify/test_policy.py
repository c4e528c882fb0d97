from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.model import Credential
from wallet.verify.policy import DEFAULT, AllOf, AnyOf, BadPolicy, Policy, TrustedIssuers

if TYPE_CHECKING:
    from wallet.verify.policy import Rule

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
