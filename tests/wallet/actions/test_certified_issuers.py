"""SD-JWT VCs whose issuer a certificate names, in the wallet: kept, shown, verified, presented."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.wallet.credentials.mdoc.issuer import NOW, Authority, pem
from tests.wallet.credentials.sd_jwt.certified_issuer import ISSUER, TYPE, Issuing
from wallet.actions.dossier import dossier
from wallet.actions.reception import reception
from wallet.credentials.received import certified_name
from wallet.entries import credential as stored
from wallet.recognizing import What, recognize
from wallet.trust import Trusted, add
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]

VERIFIER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
NAME = f"{ISSUER} (CN=Utopia PID,C=UT)"


@pytest.fixture
def wallet(wallet: Wallet) -> Wallet:
    return replace(wallet, clock=lambda: NOW)


@pytest.fixture
def issuing() -> Issuing:
    return Issuing(Authority())


def saved(data: bytes, tmp_path: Path) -> str:
    file = tmp_path / "pid.sd-jwt"
    file.write_bytes(data)
    return str(file)


def facts_of(facts: Any) -> dict[str, str]:
    return {str(label): str(value) for label, value in facts}


def test_whom_the_certificate_names_is_shown_before_it_is_kept_and_after(
    do: Does, propose: Proposes, wallet: Wallet, issuing: Issuing, tmp_path: Path
) -> None:
    source = saved(issuing.make(), tmp_path)
    statement = propose("import_credential", source=source).statement
    assert facts_of(statement.facts)["Issuer"].startswith(f"{NAME} (ni:///sha-256;")
    assert any("not among the roots" in str(one) for one in statement.warnings)
    entry = str(do("import_credential", source=source).made)
    shown = facts_of(do("show_credential", credential=entry).facts)
    assert shown["Issuer"].startswith(f"{NAME} (ni:///sha-256;")
    assert shown["Claim given_name"] == "Erika"
    assert stored(wallet.index, entry).credential.raw == Path(source).read_bytes()
    assert reception(wallet, issuing.make()).issuer.startswith(NAME)


def test_a_name_that_the_certificate_is_not_for_is_not_shown(
    propose: Proposes, issuing: Issuing, tmp_path: Path
) -> None:
    issuing.claims = {"iss": "https://bank.example"}
    statement = propose("import_credential", source=saved(issuing.make(), tmp_path)).statement
    facts = facts_of(statement.facts)
    assert facts["Issuer"].startswith("CN=Utopia PID,C=UT (ni:///sha-256;")
    assert facts["Verdict"] == "invalid"


def test_a_document_says_not_what_a_certificate_does(issuing: Issuing, wallet: Wallet) -> None:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": {"id": "ni:///sha-256;AAAA", "name": "the government"},
        "credentialSubject": {"name": "Erika"},
    }
    assert "government" not in reception(wallet, json.dumps(document).encode()).issuer
    assert certified_name(reception(wallet, issuing.make()).credential) == NAME


def test_it_is_valid_once_its_root_is_trusted_and_untrusted_without(
    do: Does, issuing: Issuing, tmp_path: Path
) -> None:
    entry = str(do("import_credential", source=saved(issuing.make(), tmp_path)).made)
    assert do("verify_credential", credential=entry).data["verdict"] == Verdict.UNTRUSTED
    root = tmp_path / "root.pem"
    root.write_bytes(pem(issuing.authority.root))
    made = do("trust_issuer", x509=str(root), types=[TYPE])
    assert str(made.summary) == f"issuers of {TYPE} under CN=Utopia IACA,C=UT are trusted"
    report = do("verify_credential", credential=entry).data
    assert (report["format"], report["verdict"]) == ("sd-jwt", Verdict.VALID)
    do("untrust_issuer", did=made.data["fingerprint"])
    assert do("verify_credential", credential=entry).data["verdict"] == Verdict.UNTRUSTED


def test_trusting_an_address_trusts_nobodys_certificate_for_it(
    do: Does, wallet: Wallet, issuing: Issuing, tmp_path: Path
) -> None:
    add(wallet.home, Trusted(ISSUER))
    entry = str(do("import_credential", source=saved(issuing.make(), tmp_path)).made)
    assert do("verify_credential", credential=entry).data["verdict"] == Verdict.UNTRUSTED
    issuer = dossier(wallet, entry).issuer
    assert issuer.name == NAME
    assert str(issuer.standing) == (
        "a certificate names it, which counts under a root that you trust: verify it"
    )


def test_who_holds_its_key_shows_a_part_of_it(do: Does, issuing: Issuing, tmp_path: Path) -> None:
    me = str(do("create_did", method="jwk", name="me", algorithm="P-256").made)
    key = json.loads(base64.urlsafe_b64decode(me.removeprefix("did:jwk:") + "=="))
    issuing.claims = {"iss": ISSUER, "cnf": {"jwk": {n: key[n] for n in ("kty", "crv", "x", "y")}}}
    entry = str(do("import_credential", source=saved(issuing.make(), tmp_path)).made)
    root = tmp_path / "root.pem"
    root.write_bytes(pem(issuing.authority.root))
    do("trust_issuer", x509=str(root))
    out = tmp_path / "shown.sd-jwt"
    asked = {"credential": entry, "verifier": VERIFIER, "output": str(out)}
    do("present_credential", **asked, claims=["given_name"])
    report = do("verify_credential", credential=str(out)).data
    assert report["verdict"] == Verdict.VALID, report
    assert report["facts"][1]["claims"] == ["given_name"]


def test_a_paste_is_recognized(issuing: Issuing) -> None:
    found = recognize(issuing.make().decode())
    assert found.kind is What.CREDENTIAL
    assert facts_of(found.facts)["Type"] == TYPE
    shown = issuing.present(nonce="n", audience="https://shop.example")
    assert recognize(shown.decode()).kind is What.PRESENTATION
    issuing.x5c = ["AAAA"]
    assert recognize(issuing.make().decode()).kind is What.UNREADABLE
