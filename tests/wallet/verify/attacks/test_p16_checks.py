"""The catalogue's promise P16: no check can go and not be missed. Those that no row here needs."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import Any, Final

import pytest

from tests.fuzz.parties import HOLDER, ISSUER, MALLORY, NOW, embedded, judge, unsigned
from wallet.credentials.strict_json import write_json
from wallet.verify.policy import DEFAULT, Policy, TrustedIssuers
from wallet.verify.report import Report, Verdict

INVALID, INDETERMINATE, VALID = Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID
URL: Final = "https://university.example/thing"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def judged(members: dict[str, Any], body: bytes | None = None, policy: Policy = DEFAULT) -> Report:
    document = embedded(unsigned(ISSUER.did, HOLDER.did, **members), ISSUER, "eddsa-jcs-2022")
    web = {} if body is None else {URL: body}
    return judge(write_json(document), web, policy=policy)


def test_p16_a_credential_is_held_to_its_schema() -> None:
    entry = {"credentialSchema": {"id": URL, "type": "JsonSchema"}}
    for issuer, verdict in (
        (ISSUER.did, VALID),
        (MALLORY.did, INVALID),
    ):
        schema = {"$schema": DIALECT, "properties": {"issuer": {"const": issuer}}}
        assert judged(entry, write_json(schema)).verdict is verdict
    for body in (None, b"", b"{}", b"[]", b'{"$schema":"urn:x"}'):
        assert judged(entry, body).verdict is INDETERMINATE


def test_p16_a_related_resource_is_what_the_issuer_saw() -> None:
    digest = b64encode(hashlib.sha384(b"seen").digest()).decode()
    resource = {"relatedResource": {"id": URL, "digestSRI": f"sha384-{digest}"}}
    for body, verdict in (
        (b"seen", VALID),
        (b"seen ", INVALID),
        (b"", INVALID),
        (None, INDETERMINATE),
    ):
        assert judged(resource, body).verdict is verdict


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        (Policy(suites=frozenset({"eddsa-jcs-2022"})), VALID),
        (Policy(suites=frozenset({"eddsa-rdfc-2022"})), INVALID),
        (Policy(types=frozenset({"UniversityDegree"})), VALID),
        (Policy(types=frozenset({"universitydegree"})), INVALID),
        (Policy(require_status=True), INVALID),
        (Policy(trust=TrustedIssuers(frozenset({ISSUER.did}))), VALID),
        (Policy(trust=TrustedIssuers(frozenset({MALLORY.did}))), Verdict.UNTRUSTED),
        (Policy(trust=TrustedIssuers(frozenset())), Verdict.UNTRUSTED),
        (Policy(trust=TrustedIssuers(frozenset({f"{ISSUER.did}0"}))), Verdict.UNTRUSTED),
    ],
)
def test_p16_a_policy_is_kept(policy: Policy, verdict: Verdict) -> None:
    assert judged({}, policy=policy).verdict is verdict


def test_p16_every_check_that_passes_is_in_the_report() -> None:
    document = embedded(unsigned(ISSUER.did, HOLDER.did), ISSUER)
    names = {check.name for check in judge(write_json(document), at=NOW).checks}
    assert names == {
        "syntax", "model", "context", "resolution", "proof", "purpose", "key", "issuer", "age",
        "period", "status", "schema", "trust",
    }  # fmt: skip
