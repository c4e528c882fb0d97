from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from did.base_encodings import decode_base64url
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, proposed, run
from wallet.actions.journal import Asker
from wallet.actions.reading import reading
from wallet.backup.age.keys import Passphrase
from wallet.backup.reading import opened
from wallet.backup.restoring import New, restore_new
from wallet.backup.writing import Source, write_backup
from wallet.credentials.errors import ProofInvalid
from wallet.credentials.formats.data_integrity.selective.bbs_values import DerivedValue
from wallet.entries import credential as stored_credential
from wallet.entries import dids
from wallet.errors import BadInput, NoSuchEntry
from wallet.judging import Asked, Judge
from wallet.vault.files import VAULT_FILE
from wallet.vault.header import FLOOR
from wallet.vault.secret import Secret
from wallet.vault.vault import utc_now
from wallet.verify.policy import DEFAULT
from wallet.verify.report import Verdict
from wallet.wallet import create_wallet, open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.verify.report import Report
    from wallet.wallet import Wallet

VERIFIER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
CLAIMS = {"degree": "BSc", "grade": "1,3", "given name": "Mei"}


def proposes(wallet: Wallet, action: str, **arguments: Any) -> Proposal:
    return proposed(wallet, ACTIONS[action], arguments, asked=Asker.PERSON)


def agreed(wallet: Wallet, proposal: Proposal) -> Result:
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.FLAG)))


def does(wallet: Wallet, action: str, **arguments: Any) -> Result:
    return agreed(wallet, proposes(wallet, action, **arguments))


def facts(proposal: Proposal) -> dict[str, str]:
    return {str(label): str(value) for label, value in proposal.statement.facts}


def said(proposal: Proposal) -> str:
    return "\n".join(map(str, proposal.statement.warnings))


def did_of(wallet: Wallet, name: str) -> str:
    return next(own.id for own in dids(wallet.vault) if own.name == name)


def judged(wallet: Wallet, sent: bytes, done: Result) -> Report:
    asked = Asked(
        wallet.home, DEFAULT, challenge=done.data["challenge"], domain=done.data["domain"]
    )
    with Judge(asked, clock=wallet.clock) as judge:
        return judge(sent)


def shown_in(file: Path) -> Mapping[str, Any]:
    held = json.loads(file.read_bytes())["verifiableCredential"]
    found: Mapping[str, Any] = held[0] if isinstance(held, list) else held
    return found


@pytest.fixture
def school(wallet: Wallet, tmp_path: Path) -> Iterator[Wallet]:
    """Another wallet, which issues."""
    del wallet
    other, _ = create_wallet(tmp_path / "school", Secret("the school's own"), kdf=FLOOR)
    with other:
        does(other, "create_did", method="key", name="plain")
        does(other, "create_did", method="key", name="bbs", algorithm="BLS12381G2")
        yield other


@pytest.fixture
def mei(wallet: Wallet) -> str:
    return str(does(wallet, "create_did", method="key", name="mei").made)


@pytest.fixture
def issued(school: Wallet, tmp_path: Path) -> Callable[..., Path]:
    """Credentials by bbs-2023, in files."""

    def issue(subject: str, **more: Any) -> Path:
        arguments = {"type": "Degree", "subject": subject, "claims": CLAIMS, "suite": "bbs-2023"}
        done = does(school, "issue_credential", **{**arguments, **more})
        file = tmp_path / f"{done.made}.json"
        file.write_text(json.dumps(done.data["credential"]))
        return file

    return issue


@pytest.fixture
def bound(wallet: Wallet, school: Wallet, issued: Callable[..., Path], tmp_path: Path) -> Path:
    """One that names nobody, and is bound to the secret of the wallet."""
    file = tmp_path / "commitment.json"
    does(wallet, "make_commitment", issuer=did_of(school, "bbs"), output=str(file))
    return issued(VERIFIER, commitment=str(file), unnamed=True)


def presents(wallet: Wallet, credential: str, target: Path, *claims: str, **more: Any) -> Result:
    given = {"verifier": VERIFIER, "output": str(target), "claims": list(claims), **more}
    return does(wallet, "present_credential", credential=credential, **given)


def test_issues_with_the_key_that_fits_though_nobody_names_it(
    school: Wallet, mei: str, issued: Callable[..., Path]
) -> None:
    document = json.loads(issued(mei, expires="2090-01-01").read_bytes())
    assert document["issuer"] == did_of(school, "bbs")
    assert document["proof"]["cryptosuite"] == "bbs-2023"
    assert document["proof"]["proofValue"].startswith("u2V0C")
    plain = {"type": "Degree", "subject": mei, "claims": CLAIMS}
    done = does(school, "issue_credential", **plain)
    assert done.data["credential"]["issuer"] == did_of(school, "plain")


def test_a_did_that_is_such_a_key_needs_no_suite_to_be_named(school: Wallet, mei: str) -> None:
    arguments = {"type": "Degree", "subject": mei, "claims": CLAIMS, "issuer": "bbs"}
    proposal = proposes(school, "issue_credential", **arguments)
    assert facts(proposal)["Secured by"].startswith("Data Integrity bbs-2023, did:key:zUC7")
    with pytest.raises(BadInput, match="signs by bbs-2023 alone"):
        proposes(school, "issue_credential", **arguments, suite="eddsa-jcs-2022")


def test_a_wallet_without_such_a_key_says_how_to_get_one(wallet: Wallet, mei: str) -> None:
    arguments = {"type": "Degree", "subject": VERIFIER, "claims": CLAIMS, "suite": "bbs-2023"}
    with pytest.raises(NoSuchEntry, match="no DID with a key of BLS12381G2"):
        proposes(wallet, "issue_credential", **arguments)
    with pytest.raises(BadInput, match="no key of BLS12381G2"):
        proposes(wallet, "issue_credential", **arguments, issuer=mei)


def test_it_is_dated_by_the_day_for_the_second_would_be_a_mark(
    mei: str, issued: Callable[..., Path]
) -> None:
    document = json.loads(issued(mei).read_bytes())
    assert document["validFrom"].endswith("T00:00:00Z")
    assert document["proof"]["created"] == document["validFrom"]


def test_consent_says_what_is_always_shown_and_what_marks_it(school: Wallet, mei: str) -> None:
    arguments = {"type": "Degree", "subject": mei, "claims": CLAIMS, "suite": "bbs-2023"}
    proposal = proposes(school, "issue_credential", **arguments, mandatory=["/degree"])
    assert facts(proposal)["Always shown"] == "issuer, validFrom, credentialSubject/id, degree"
    assert facts(proposal)["Can be hidden"] == "grade, givenName"
    assert "whom it is about is shown each time" in said(proposal)
    unnamed = proposes(school, "issue_credential", **arguments, unnamed=True)
    assert facts(unnamed)["Always shown"] == "issuer, validFrom"
    assert "whom it does not name" in facts(unnamed)["Subject"]
    assert said(unnamed) == ""


def test_only_bbs_binds_to_a_secret_and_names_nobody(
    school: Wallet, wallet: Wallet, mei: str, tmp_path: Path
) -> None:
    file = tmp_path / "commitment.json"
    does(wallet, "make_commitment", issuer=did_of(school, "bbs"), output=str(file))
    arguments = {"type": "Degree", "subject": mei, "claims": CLAIMS}
    with pytest.raises(BadInput, match="bound to a holder's secret"):
        proposes(school, "issue_credential", **arguments, commitment=str(file))
    with pytest.raises(BadInput, match="leave out whom it is about"):
        proposes(school, "issue_credential", **arguments, unnamed=True)


def test_is_imported_and_a_part_of_it_is_shown(
    wallet: Wallet, mei: str, issued: Callable[..., Path], tmp_path: Path
) -> None:
    proposal = proposes(wallet, "import_credential", source=str(issued(mei, mandatory=["degree"])))
    assert facts(proposal)["Verdict"] == "valid"
    assert facts(proposal)["Can be hidden"] == "grade, givenName"
    held = str(agreed(wallet, proposal).made)
    target = tmp_path / "shown.json"
    done = presents(wallet, held, target, "grade")
    assert set(shown_in(target)["credentialSubject"]) == {"id", "degree", "grade"}
    assert shown_in(target)["proof"]["proofValue"].startswith("u2V0D")
    assert "Mei" not in target.read_text()
    report = judged(wallet, target.read_bytes(), done)
    assert report.verdict is Verdict.VALID, report
    changed = target.read_text().replace("1,3", "1,0").encode()
    assert judged(wallet, changed, done).verdict is Verdict.INVALID


def test_what_is_agreed_to_is_the_part_and_the_proof_is_made_when_it_leaves(
    wallet: Wallet, mei: str, issued: Callable[..., Path]
) -> None:
    held = str(does(wallet, "import_credential", source=str(issued(mei))).made)
    given = {"credential": held, "verifier": VERIFIER, "claims": ["grade"]}
    asked = {**given, "challenge": "c" * 32, "output": "never"}
    one, other = (proposes(wallet, "present_credential", **asked) for _ in range(2))
    assert one.binding == other.binding
    wider = proposes(wallet, "present_credential", **{**asked, "claims": ["grade", "degree"]})
    assert wider.binding != one.binding


def test_what_was_tampered_with_is_found_out_when_it_is_imported(
    wallet: Wallet, mei: str, issued: Callable[..., Path]
) -> None:
    file = issued(mei)
    file.write_text(file.read_text().replace("1,3", "1,0"))
    proposal = proposes(wallet, "import_credential", source=str(file))
    assert facts(proposal)["Verdict"] == "invalid"
    assert "does not fit the document" in said(proposal)


def test_a_commitment_tells_the_issuer_nothing_but_who_it_is_for(
    wallet: Wallet, school: Wallet, tmp_path: Path
) -> None:
    file = tmp_path / "commitment.json"
    proposal = proposes(wallet, "make_commitment", issuer=did_of(school, "bbs"), output=str(file))
    assert "told to nobody" in facts(proposal)["Secret"]
    agreed(wallet, proposal)
    written = json.loads(file.read_bytes())
    assert written["issuer"] == did_of(school, "bbs")
    assert set(written) == {"type", "suite", "issuer", "commitmentWithProof"}


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"type": "Other"}, "holds no commitment"),
        ({"issuer": VERIFIER}, "was made for"),
        ({"commitmentWithProof": "z123"}, "multibase"),
        ({"commitmentWithProof": "u!"}, "multibase"),
        ({"commitmentWithProof": "u" + "A" * 2000}, "multibase"),
    ],
)
def test_what_is_no_commitment_for_this_issuer_is_refused(
    wallet: Wallet, school: Wallet, tmp_path: Path, changes: dict[str, str], match: str
) -> None:
    file = tmp_path / "commitment.json"
    does(wallet, "make_commitment", issuer=did_of(school, "bbs"), output=str(file))
    file.write_text(json.dumps({**json.loads(file.read_bytes()), **changes}))
    arguments = {"type": "Degree", "subject": VERIFIER, "claims": CLAIMS, "suite": "bbs-2023"}
    with pytest.raises(BadInput, match=match):
        proposes(school, "issue_credential", **arguments, commitment=str(file))


def test_a_commitment_that_proves_nothing_is_refused(
    wallet: Wallet, school: Wallet, tmp_path: Path
) -> None:
    file = tmp_path / "commitment.json"
    does(wallet, "make_commitment", issuer=did_of(school, "bbs"), output=str(file))
    written = json.loads(file.read_bytes())
    text = written["commitmentWithProof"]
    written["commitmentWithProof"] = text[:-3] + ("A" if text[-3] != "A" else "B") + text[-2:]
    file.write_text(json.dumps(written))
    arguments = {"type": "Degree", "subject": VERIFIER, "claims": CLAIMS, "suite": "bbs-2023"}
    with pytest.raises(ProofInvalid):
        proposes(school, "issue_credential", **arguments, commitment=str(file))


def test_what_is_bound_to_a_secret_is_judged_and_shown_by_its_holder_alone(
    wallet: Wallet, school: Wallet, mei: str, bound: Path, tmp_path: Path
) -> None:
    del mei
    proposal = proposes(wallet, "import_credential", source=str(bound), holder="mei")
    assert facts(proposal)["Verdict"] == "valid"
    held = str(agreed(wallet, proposal).made)
    target = tmp_path / "shown.json"
    done = presents(wallet, held, target, "grade")
    assert set(shown_in(target)["credentialSubject"]) == {"grade"}
    report = judged(school, target.read_bytes(), done)
    assert report.verdict is Verdict.VALID, report
    stranger = proposes(school, "import_credential", source=str(bound))
    assert facts(stranger)["Verdict"] == "invalid"
    assert "is bound to another secret" in said(stranger)


def test_who_issued_it_cannot_tell_whether_what_is_bound_to_another_holds(
    school: Wallet, bound: Path
) -> None:
    shown = reading(
        school, ACTIONS["verify_credential"], {"credential": bound.stem}, asked=Asker.PERSON
    )
    assert shown.report is not None
    assert shown.report.verdict is Verdict.INDETERMINATE


def test_something_must_be_shown_of_what_names_nobody(
    wallet: Wallet, mei: str, bound: Path, tmp_path: Path
) -> None:
    del mei
    held = str(does(wallet, "import_credential", source=str(bound), holder="mei").made)
    asked = does(
        wallet,
        "request_presentation",
        holder=VERIFIER,
        type="Degree",
        claims=["salary"],
        output=str(tmp_path / "request.json"),
    )
    with pytest.raises(BadInput, match="nothing of it would be shown"):
        proposes(wallet, "present_credential", credential=held, request=str(asked.data["file"]))


def test_comes_back_from_a_backup_with_the_key_and_the_secret(
    wallet: Wallet, school: Wallet, mei: str, bound: Path, tmp_path: Path
) -> None:
    del mei
    held = str(does(wallet, "import_credential", source=str(bound), holder="mei").made)
    does(wallet, "create_did", method="key", name="mine", algorithm="BLS12381G2")
    key = Passphrase(Secret("a backup's own passphrase"), work=4)
    source = Source(wallet.home, wallet.vault, wallet.chains.embedded())
    backup = write_backup(source, tmp_path / "backup.age", [key], utc_now()).path
    home, passphrase = tmp_path / "back", Secret("another passphrase")
    with opened(backup, [key]) as parts:
        restore_new(parts, home, New(VAULT_FILE, passphrase, lambda _: None, FLOOR))
    with open_wallet(home, passphrase) as back:
        target = tmp_path / "shown.json"
        done = presents(back, held, target, "degree")
        assert judged(school, target.read_bytes(), done).verdict is Verdict.VALID
        mine = next(own for own in dids(back.vault) if own.name == "mine")
        assert mine.id == did_of(wallet, "mine")
        assert back.registrars["key"].bbs_signing(mine).verification_method.startswith(mine.id)


def longest_common_run(one: bytes, other: bytes) -> int:
    size = 0
    while any(one[at : at + size + 1] in other for at in range(len(one) - size)):
        size += 1
    return size


@pytest.mark.parametrize("second", ["grade", "degree"])
@pytest.mark.parametrize("is_bound", [True, False])
def test_two_presentations_of_one_credential_share_no_run_of_16_bytes_in_their_proof(
    wallet: Wallet,
    school: Wallet,
    mei: str,
    issued: Callable[..., Path],
    tmp_path: Path,
    second: str,
    *,
    is_bound: bool,
) -> None:
    more: dict[str, Any] = {"unnamed": True}
    if is_bound:
        more["commitment"] = str(tmp_path / "commitment.json")
        does(wallet, "make_commitment", issuer=did_of(school, "bbs"), output=more["commitment"])
    file = issued(mei, **more)
    held = str(does(wallet, "import_credential", source=str(file)).made)
    values: list[bytes] = []
    for verifier, claim in ((VERIFIER, "grade"), (mei, second)):
        target = tmp_path / f"{len(values)}.json"
        presents(wallet, held, target, claim, verifier=verifier, pairwise=True)
        values.append(decode_base64url(shown_in(target)["proof"]["proofValue"][1:]))
    base = decode_base64url(json.loads(file.read_bytes())["proof"]["proofValue"][1:])
    assert longest_common_run(*values) < 16
    assert all(longest_common_run(value, base) < 16 for value in values)


def test_where_more_is_always_shown_two_presentations_share_no_run_of_16_bytes_either(
    wallet: Wallet, issued: Callable[..., Path], tmp_path: Path
) -> None:
    file = issued(VERIFIER, expires="2090-01-01", unnamed=True, mandatory=[*CLAIMS])
    held = str(does(wallet, "import_credential", source=str(file)).made)
    written = [
        shown_in(_presented(wallet, held, tmp_path / f"{number}.json"))["proof"]["proofValue"]
        for number in range(2)
    ]
    assert longest_common_run(*(decode_base64url(value[1:]) for value in written)) < 16
    one, other = map(DerivedValue.parse, written)
    assert longest_common_run(one.proof, other.proof) < 4
    assert longest_common_run(one.presentation_header, other.presentation_header) < 4
    told = [
        (value.label_map, sorted(value.mandatory_places), value.chosen_places, value.count)
        for value in (one, other)
    ]
    assert told[0] == told[1]


def _presented(wallet: Wallet, held: str, target: Path) -> Path:
    presents(wallet, held, target, "grade", pairwise=True)
    return target


def test_the_base_proof_stays_as_it_was_received(
    wallet: Wallet, mei: str, issued: Callable[..., Path]
) -> None:
    file = issued(mei)
    held = str(does(wallet, "import_credential", source=str(file)).made)
    assert stored_credential(wallet.index, held).credential.raw == file.read_bytes()


@pytest.mark.parametrize("private", [False, True])
def test_a_key_of_bbs_is_exported_like_others(
    school: Wallet, tmp_path: Path, *, private: bool
) -> None:
    file = tmp_path / "keys.json"
    arguments = {"file": str(file), "did": "bbs", **({"private": True} if private else {})}
    action = ACTIONS["export_keys"]
    proposal = proposed(school, action, arguments, asked=Asker.PERSON, can_type=True)
    answer = Answer(yes=True, by=By.PROMPT, typed=proposal.to_type)
    run(school, proposal, decide(proposal, answer))
    (jwk,) = json.loads(file.read_bytes())["keys"]
    assert (jwk["kty"], jwk["crv"]) == ("OKP", "BLS12381G2")
    assert ("d" in jwk) == private
    assert jwk["kid"].startswith(did_of(school, "bbs"))
