"""What is made and verified here, by the library `pymdoccbor`; and what it issues, here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import cbor2
from pymdoccbor.mdoc.issuer import MdocCborIssuer
from pymdoccbor.mdoc.verifier import MobileDocument

from tests.wallet.credentials.mdoc.issuer import (
    MDL,
    SPACE,
    Authority,
    Making,
    item,
    new_key,
    pem,
)
from tests.wallet.credentials.mdoc.judging import found, judged
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509 import Certificate


def their_answer(data: bytes, root: Certificate) -> bool:
    document = MobileDocument(docType=MDL, issuerSigned=cbor2.loads(data))
    try:
        return bool(document.verify(trusted_root_certs=[root]))
    except ValueError:
        return False


def test_it_accepts_what_is_accepted_here(making: Making) -> None:
    made = making.make()
    assert their_answer(made, making.authority.root)
    assert judged(made, making.authority.root).verdict is Verdict.VALID


def _altered(items: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {SPACE: [item(0, "family_name", "Meyer"), *items[SPACE][1:]]}


def test_it_refuses_what_is_refused_here(making: Making) -> None:
    good = making.make()
    making.items = _altered
    for data, root in (
        (making.make(), making.authority.root),
        (good, Authority().root),
        (good[:-1] + bytes([good[-1] ^ 1]), making.authority.root),
    ):
        assert not their_answer(data, root)
        assert judged(data, root).verdict is not Verdict.VALID


def test_what_it_issues_holds_but_for_who_presents_it(tmp_path: Path) -> None:
    authority, key = Authority(), new_key()
    file = tmp_path / "signer.pem"
    file.write_bytes(pem(authority.signer(key)))
    numbers = key.private_numbers()
    issuer = MdocCborIssuer(
        private_key={
            "KTY": "EC2",
            "CURVE": "P_256",
            "ALG": "ES256",
            "D": numbers.private_value.to_bytes(32),
            "X": numbers.public_numbers.x.to_bytes(32),
            "Y": numbers.public_numbers.y.to_bytes(32),
        },
        alg="ES256",
    )
    made = issuer.new(
        doctype=MDL,
        data={SPACE: {"family_name": "Rossi", "birth_date": "1956-01-12", "age_over_18": True}},
        devicekeyinfo=_cose_key(new_key()),
        validity={"issuance_date": "2026-11-01", "expiry_date": "2027-11-01"},
        cert_path=str(file),
    )
    report = judged(issuer.dump(), authority.root, at=datetime(2026, 12, 1, tzinfo=UTC))
    assert made["documents"][0]["docType"] == MDL
    assert f"{SPACE}/family_name" in report.facts[0].claims
    assert found(report) == {("device", "no-transcript")}


def _cose_key(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    return {
        "KTY": "EC2",
        "CURVE": "P_256",
        "ALG": "ES256",
        "X": numbers.x.to_bytes(32),
        "Y": numbers.y.to_bytes(32),
    }
