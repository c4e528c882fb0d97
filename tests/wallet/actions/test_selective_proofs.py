from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from did.encoding import encode_multikey
from did.keys.p256 import P256PrivateKey
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, proposed, run
from wallet.actions.journal import Asker
from wallet.actions.reading import reading
from wallet.backup.age.keys import Passphrase
from wallet.backup.reading import opened
from wallet.backup.restoring import New, restore_new
from wallet.backup.universal_wallet import content_of, credentials_in
from wallet.backup.writing import Source, write_backup
from wallet.credentials.errors import UnsupportedFormat
from wallet.credentials.formats.data_integrity.suites.ecdsa_sd import sign_base
from wallet.entries import credential as stored_credential
from wallet.errors import BadInput
from wallet.judging import Asked, Judge
from wallet.rules.deed import Disclosure
from wallet.vault.files import VAULT_FILE
from wallet.vault.header import FLOOR
from wallet.vault.secret import Secret
from wallet.vault.vault import utc_now
from wallet.verify.policy import DEFAULT
from wallet.verify.report import Verdict
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.verify.report import Report
    from wallet.wallet import Wallet

VERIFIER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
OTHER = "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"
ISSUER = P256PrivateKey(b"\x07" * 32)
CLAIMS = {"degree": "BSc", "grade": "1,3", "given name": "Mei"}


def proposes(wallet: Wallet, action: str, **arguments: Any) -> Proposal:
    return proposed(wallet, ACTIONS[action], arguments, asked=Asker.PERSON)


def does(wallet: Wallet, action: str, **arguments: Any) -> Result:
    proposal = proposes(wallet, action, **arguments)
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.FLAG)))


def facts(proposal: Proposal) -> dict[str, str]:
    return {str(label): str(value) for label, value in proposal.statement.facts}


def issues(wallet: Wallet, subject: str, **arguments: Any) -> Proposal:
    return proposes(
        wallet,
        "issue_credential",
        **{
            "type": "University Degree",
            "subject": subject,
            "claims": CLAIMS,
            "issuer": "school",
            "suite": "ecdsa-sd-2023",
            "expires": "2090-01-01",
            **arguments,
        },
    )


def agreed(wallet: Wallet, proposal: Proposal) -> Result:
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.FLAG)))


def judged(wallet: Wallet, sent: bytes, done: Result) -> Report:
    asked = Asked(
        wallet.home, DEFAULT, challenge=done.data["challenge"], domain=done.data["domain"]
    )
    with Judge(asked, clock=wallet.clock) as judge:
        return judge(sent)


def presents(wallet: Wallet, credential: str, target: Path, *claims: str, **more: Any) -> Result:
    return does(
        wallet,
        "present_credential",
        **{
            "credential": credential,
            "verifier": VERIFIER,
            "output": str(target),
            **({"claims": list(claims)} if claims else {}),
            **more,
        },
    )


def shown_in(target: Path) -> Mapping[str, Any]:
    held = json.loads(target.read_bytes())["verifiableCredential"]
    found: Mapping[str, Any] = held[0] if isinstance(held, list) else held
    return found


@pytest.fixture
def mei(wallet: Wallet) -> str:
    does(wallet, "create_did", method="key", name="school", algorithm="P-256")
    return str(does(wallet, "create_did", method="key", name="mei").made)


@pytest.fixture
def degree(wallet: Wallet, mei: str) -> str:
    return str(agreed(wallet, issues(wallet, mei, mandatory=["degree"])).made)


def test_consent_says_what_is_always_shown_and_what_can_be_hidden(wallet: Wallet, mei: str) -> None:
    told = facts(issues(wallet, mei, mandatory=["degree"]))
    assert told["Always shown"] == "issuer, validFrom, validUntil, credentialSubject/id, degree"
    assert told["Can be hidden"] == "grade, givenName"
    assert told["Secured by"].startswith("Data Integrity ecdsa-sd-2023")


def test_what_is_issued_is_held_and_says_all(wallet: Wallet, degree: str) -> None:
    shown = reading(wallet, ACTIONS["show_credential"], {"credential": degree}, asked=Asker.PERSON)
    told = {str(label): str(value) for label, value in shown.facts}
    assert told["Claim givenName"] == "Mei"
    assert told["Can be hidden"] == "grade, givenName"
    assert shown.data["role"] == "held"


@pytest.mark.parametrize("named", ["given name", "givenName", "/givenName"])
def test_an_issuer_names_a_claim_in_words_or_by_a_pointer(
    wallet: Wallet, mei: str, named: str
) -> None:
    told = facts(issues(wallet, mei, mandatory=[named]))
    assert told["Can be hidden"] == "degree, grade"


def test_nothing_is_always_shown_that_is_not_there(wallet: Wallet, mei: str) -> None:
    with pytest.raises(BadInput, match="it has no claim 'salary'"):
        issues(wallet, mei, mandatory=["salary"])


@pytest.mark.parametrize("way", [{"suite": "ecdsa-rdfc-2019"}, {"suite": None, "format": "sd-jwt"}])
def test_what_hides_nothing_or_all_has_no_claims_always_shown(
    wallet: Wallet, mei: str, way: dict[str, str]
) -> None:
    with pytest.raises(BadInput, match="secured by parts"):
        issues(wallet, mei, mandatory=["degree"], **way)


def test_that_it_was_taken_back_cannot_be_hidden(wallet: Wallet, mei: str, tmp_path: Path) -> None:
    url = "https://uni.example/status/passes"
    output = str(tmp_path / "list.json")
    does(wallet, "create_status_list", name="passes", url=url, issuer="school", output=output)
    proposal = issues(wallet, mei, status=["passes"])
    assert "credentialStatus" in facts(proposal)["Always shown"].split(", ")
    held = str(agreed(wallet, proposal).made)
    target = tmp_path / "shown.json"
    presents(wallet, held, target, "grade")
    assert shown_in(target)["credentialStatus"]["statusListCredential"] == url


def test_a_key_that_does_not_fit_is_refused(wallet: Wallet, mei: str) -> None:
    does(wallet, "create_did", method="key", name="ed")
    with pytest.raises(UnsupportedFormat, match="ecdsa-sd-2023 is of P-256"):
        issues(wallet, mei, issuer="ed")


def test_shows_what_is_named_and_what_must_be_and_says_what_stays_hidden(
    wallet: Wallet, degree: str, tmp_path: Path
) -> None:
    arguments = {"credential": degree, "verifier": VERIFIER, "claims": ["grade"]}
    proposal = proposes(wallet, "present_credential", **arguments)
    assert facts(proposal)["Reveals"] == "degree, grade"
    assert facts(proposal)["Hides"] == "givenName"
    assert any("lets nobody hide" in str(one) for one in proposal.statement.warnings)
    assert {claim.name: (claim.leaves, claim.optional) for claim in proposal.claims} == {
        "degree": (True, False),
        "grade": (True, True),
        "givenName": (False, True),
    }
    assert isinstance(proposal.deed, Disclosure)
    told = {name for path in proposal.deed.credentials[0].claims for name in path[-1]}
    assert "grade" in told
    assert "givenname" not in told
    target = tmp_path / "shown.json"
    done = presents(wallet, degree, target, "grade")
    assert set(shown_in(target)["credentialSubject"]) == {"id", "degree", "grade"}
    assert shown_in(target)["validUntil"].startswith("2090")
    assert "Mei" not in target.read_text()
    report = judged(wallet, target.read_bytes(), done)
    assert report.verdict is Verdict.VALID, report


@pytest.mark.parametrize("more", [{}, {"format": "jwt"}, {"suite": "eddsa-jcs-2022"}])
def test_shows_all_where_nothing_is_named(
    wallet: Wallet, degree: str, tmp_path: Path, more: dict[str, str]
) -> None:
    arguments = {"credential": degree, "verifier": VERIFIER}
    proposal = proposes(wallet, "present_credential", **arguments)
    assert "Hides" not in facts(proposal)
    assert all(claim.leaves for claim in proposal.claims)
    target = tmp_path / "shown.json"
    done = presents(wallet, degree, target, **more)
    sent = target.read_bytes().strip()
    assert judged(wallet, sent, done).verdict is Verdict.VALID
    if "format" not in more:
        assert shown_in(target)["name"] == "University Degree"
        assert len(shown_in(target)["credentialSubject"]) == 1 + len(CLAIMS)


@pytest.mark.parametrize(
    ("before", "after"), [('"grade": "1,3"', '"grade": "1,0"'), ("2090-01", "2099-01")]
)
def test_what_is_tampered_with_is_not_valid(
    wallet: Wallet, degree: str, tmp_path: Path, before: str, after: str
) -> None:
    target = tmp_path / "shown.json"
    done = presents(wallet, degree, target, "grade")
    text = target.read_text()
    assert before in text
    report = judged(wallet, text.replace(before, after).encode(), done)
    assert report.verdict is Verdict.INVALID
    broken = {check.subject for check in report.checks if check.code == "broken"}
    assert broken == {"presentation", "credential 1"}


def test_the_base_proof_never_leaves(wallet: Wallet, degree: str, tmp_path: Path) -> None:
    target = tmp_path / "shown.json"
    presents(wallet, degree, target)
    assert shown_in(target)["proof"]["proofValue"].startswith("u2V0B")
    assert "u2V0A" not in target.read_text()


@pytest.mark.parametrize("claim", ["salary", "/salary", "/degree/0", "/"])
def test_refuses_to_show_what_is_not_there(wallet: Wallet, degree: str, claim: str) -> None:
    with pytest.raises(BadInput, match="it has no claim"):
        proposes(wallet, "present_credential", credential=degree, verifier=VERIFIER, claims=[claim])


def test_no_presentation_is_secured_by_parts(wallet: Wallet, degree: str) -> None:
    arguments = {"credential": degree, "verifier": VERIFIER, "suite": "ecdsa-sd-2023"}
    with pytest.raises(BadInput, match="is how a credential is issued"):
        proposes(wallet, "present_credential", **arguments)


def test_no_proof_joins_a_base_proof(wallet: Wallet, degree: str) -> None:
    with pytest.raises(BadInput, match="would be lost"):
        proposes(wallet, "sign_credential", source=degree)


def test_who_saw_a_part_before_is_told_of(wallet: Wallet, degree: str, tmp_path: Path) -> None:
    presents(wallet, degree, tmp_path / "first.json", "grade")
    again = proposes(
        wallet, "present_credential", credential=degree, verifier=OTHER, claims=["givenName"]
    )
    said = [str(one) for one in again.statement.warnings]
    assert any("can be put together" in one and VERIFIER in one for one in said)
    assert any("the same signature of its issuer" in one for one in said)
    known = proposes(wallet, "present_credential", credential=degree, verifier=VERIFIER)
    assert not any("put together" in str(one) for one in known.statement.warnings)


def exported(wallet: Wallet, credential: str, target: Path) -> Path:
    arguments = {"credential": credential, "output": str(target)}
    reading(wallet, ACTIONS["show_credential"], arguments, asked=Asker.PERSON)
    return target


def test_imports_a_base_proof_that_is_right(wallet: Wallet, degree: str, tmp_path: Path) -> None:
    file = exported(wallet, degree, tmp_path / "degree.json")
    does(wallet, "delete_credential", credential=degree)
    proposal = proposes(wallet, "import_credential", source=str(file))
    assert facts(proposal)["Verdict"] == "valid"
    assert facts(proposal)["Always shown"].endswith("degree")
    assert facts(proposal)["Can be hidden"] == "grade, givenName"
    assert proposal.statement.warnings == ()
    done = agreed(wallet, proposal)
    assert done.made == degree
    assert done.report is not None
    proof = next(check for check in done.report.checks if check.name == "proof")
    assert "the base proof by" in str(proof.sentence)
    target = tmp_path / "shown.json"
    shown = presents(wallet, degree, target, "/grade")
    assert judged(wallet, target.read_bytes(), shown).verdict is Verdict.VALID


def test_says_what_is_wrong_with_a_base_proof(wallet: Wallet, degree: str, tmp_path: Path) -> None:
    file = exported(wallet, degree, tmp_path / "degree.json")
    file.write_text(file.read_text().replace("1,3", "1,0"))
    proposal = proposes(wallet, "import_credential", source=str(file))
    assert facts(proposal)["Verdict"] == "invalid"
    assert any("was not signed by its issuer" in str(w) for w in proposal.statement.warnings)


def test_to_a_verifier_a_base_proof_is_none(wallet: Wallet, degree: str, tmp_path: Path) -> None:
    file = exported(wallet, degree, tmp_path / "degree.json")
    shown = reading(
        wallet, ACTIONS["verify_credential"], {"credential": str(file)}, asked=Asker.PERSON
    )
    assert shown.report is not None
    assert shown.report.verdict is Verdict.INVALID
    own = reading(wallet, ACTIONS["verify_credential"], {"credential": degree}, asked=Asker.PERSON)
    assert own.report is not None
    assert own.report.verdict is Verdict.VALID


def given(wallet: Wallet, subject: object, folder: Path, *mandatory: str) -> str:
    """A credential of another issuer, by this suite, imported."""
    did = f"did:key:{encode_multikey(ISSUER.public_key)}"
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/undefined-terms/v2",
        ],
        "type": ["VerifiableCredential", "Residence"],
        "issuer": did,
        "validUntil": "2090-01-01T00:00:00Z",
        "credentialSubject": subject,
    }
    options = {
        "verificationMethod": f"{did}#{did.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
        "created": "2026-01-01T00:00:00Z",
    }
    proof = sign_base(document, options, mandatory, ISSUER)
    file = folder / "given.json"
    file.write_text(json.dumps({**document, "proof": proof}))
    return str(does(wallet, "import_credential", source=str(file)).made)


def test_a_pointer_shows_what_is_further_down(wallet: Wallet, mei: str, tmp_path: Path) -> None:
    address = {"city": "Berlin", "street": {"name": "Ring", "number": "7"}}
    subject = {"id": mei, "address": address, "nationalities": ["DE", "CN"]}
    held = given(wallet, subject, tmp_path, "/issuer")
    target = tmp_path / "shown.json"
    done = presents(wallet, held, target, "/address/street/name", "/nationalities/1")
    assert shown_in(target)["credentialSubject"] == {
        "id": mei,
        "address": {"street": {"name": "Ring"}},
        "nationalities": ["CN"],
    }
    assert judged(wallet, target.read_bytes(), done).verdict is Verdict.VALID


def test_when_it_ends_is_shown_though_its_issuer_lets_one_hide_it(
    wallet: Wallet, mei: str, tmp_path: Path
) -> None:
    held = given(wallet, {"id": mei, "city": "Berlin", "street": "Ring"}, tmp_path)
    target = tmp_path / "shown.json"
    done = presents(wallet, held, target, "city")
    assert shown_in(target)["validUntil"] == "2090-01-01T00:00:00Z"
    assert judged(wallet, target.read_bytes(), done).verdict is Verdict.VALID


def test_of_several_subjects_a_name_is_everybodys_and_a_pointer_ones(
    wallet: Wallet, mei: str, tmp_path: Path
) -> None:
    subjects = [{"id": OTHER, "city": "Ulm", "age": "9"}, {"id": mei, "city": "Bonn", "age": "40"}]
    held = given(wallet, subjects, tmp_path, "/issuer")
    target = tmp_path / "all.json"
    done = presents(wallet, held, target, "city")
    assert [one.get("city") for one in shown_in(target)["credentialSubject"]] == ["Ulm", "Bonn"]
    assert "40" not in json.dumps(shown_in(target)["credentialSubject"])
    assert judged(wallet, target.read_bytes(), done).verdict is Verdict.VALID
    target = tmp_path / "one.json"
    proposal = proposes(
        wallet, "present_credential", credential=held, verifier=VERIFIER, claims=["/0/city"]
    )
    assert facts(proposal)["Hides"] == "age"
    assert "Asked for" not in facts(proposal)
    done = presents(wallet, held, target, "/0/city")
    said = shown_in(target)["credentialSubject"]
    assert said == [{"id": OTHER, "city": "Ulm"}, {"id": mei}]
    assert judged(wallet, target.read_bytes(), done).verdict is Verdict.VALID


def test_a_request_for_what_is_not_there_shows_no_more_than_must_be(
    wallet: Wallet, degree: str, tmp_path: Path
) -> None:
    asked = does(
        wallet,
        "request_presentation",
        holder=OTHER,
        type="University Degree",
        claims=["salary"],
        output=str(tmp_path / "request.json"),
    )
    proposal = proposes(
        wallet, "present_credential", credential=degree, request=str(asked.data["file"])
    )
    assert facts(proposal)["Reveals"] == "degree"
    assert facts(proposal)["Hides"] == "grade, givenName"


def test_comes_back_from_a_backup_and_still_shows_parts(
    wallet: Wallet, degree: str, tmp_path: Path
) -> None:
    key = Passphrase(Secret("a backup's own passphrase"), work=4)
    source = Source(wallet.home, wallet.vault, wallet.chains.embedded())
    backup = write_backup(source, tmp_path / "backup.age", [key], utc_now()).path
    home, passphrase = tmp_path / "back", Secret("another passphrase")
    with opened(backup, [key]) as parts:
        restore_new(parts, home, New(VAULT_FILE, passphrase, lambda _: None, FLOOR))
    back = open_wallet(home, passphrase)
    target = tmp_path / "shown.json"
    done = presents(back, degree, target, "grade")
    assert judged(back, target.read_bytes(), done).verdict is Verdict.VALID


def test_goes_into_another_program_s_form_and_back(wallet: Wallet, degree: str) -> None:
    held = stored_credential(wallet.index, degree).credential
    (found,), _ = credentials_in([content_of(held)])
    assert found.document == held.document
