from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import cbor2
import pytest

from tests.wallet.credentials.mdoc.judging import found, judged
from wallet.credentials.formats.mdoc import open_mdoc
from wallet.verify.report import Outcome, Verdict

VECTORS = Path(__file__).parents[3] / "vectors" / "iso-18013-5"
SPACE = "org.iso.18013.5.1"
THEN = datetime(2020, 12, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def response() -> bytes:
    return bytes.fromhex((VECTORS / "device-response.hex").read_text())


def test_the_standards_own_response_holds_but_for_its_root_and_session(response: bytes) -> None:
    report = judged(response, at=THEN)
    assert found(report) == {("trust", "unknown-root"), ("device", "no-transcript")}
    held = {check.name for check in report.checks if check.outcome is Outcome.PASS}
    assert held >= {"proof", "digest", "certificate", "age", "period"}
    assert report.verdict is Verdict.UNTRUSTED


def test_it_expired_with_its_certificate(response: bytes) -> None:
    report = judged(response, at=datetime(2021, 12, 1, tzinfo=UTC))
    assert report.verdict is Verdict.EXPIRED
    assert {("period", "expired"), ("certificate", "expired")} <= found(report)


def test_its_elements_are_read_as_the_standard_writes_them(response: bytes) -> None:
    (opened,) = open_mdoc(response)
    assert opened.document["type"] == ["VerifiableCredential", "org.iso.18013.5.1.mDL"]
    claims = dict(opened.document["credentialSubject"])
    assert claims.pop("id").startswith("did:jwk:")
    assert claims.pop(f"{SPACE}/portrait") == "1042 bytes"
    privileges = claims.pop(f"{SPACE}/driving_privileges")
    assert [one["vehicle_category_code"] for one in privileges] == ["A", "B"]
    assert claims == {
        f"{SPACE}/family_name": "Doe",
        f"{SPACE}/issue_date": "2019-10-20",
        f"{SPACE}/expiry_date": "2024-10-20",
        f"{SPACE}/document_number": "123456789",
    }


def test_what_its_issuer_signed_is_read_without_the_response(response: bytes) -> None:
    issued = cbor2.loads(response)["documents"][0]["issuerSigned"]
    alone = judged(cbor2.dumps(issued), at=THEN)
    assert found(alone) == {("trust", "unknown-root")}
    assert judged(response).facts[0].issuer == alone.facts[0].issuer
