from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, proposed, run
from wallet.actions.journal import Asker
from wallet.actions.reading import reading
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.formats.sd_jwt import open_sd_jwt
from wallet.errors import BadInput
from wallet.judging import Asked, Judge
from wallet.verify.policy import DEFAULT
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

VERIFIER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def proposes(wallet: Wallet, action: str, **arguments: Any) -> Proposal:
    return proposed(wallet, ACTIONS[action], arguments, asked=Asker.PERSON)


def does(wallet: Wallet, action: str, **arguments: Any) -> Result:
    proposal = proposes(wallet, action, **arguments)
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.FLAG)))


def facts(proposal: Proposal) -> dict[str, str]:
    return {str(label): str(value) for label, value in proposal.statement.facts}


@pytest.fixture
def degree(wallet: Wallet) -> str:
    does(wallet, "create_did", method="key", name="school")
    mei = str(does(wallet, "create_did", method="key", name="mei").made)
    claims = {"degree": "BSc", "grade": "1,3", "given name": "Mei"}
    made = does(
        wallet,
        "issue_credential",
        type="University Degree",
        subject=mei,
        claims=claims,
        issuer="school",
        format="sd-jwt",
    )
    return str(made.made)


def test_what_is_issued_is_held_and_says_all(wallet: Wallet, degree: str) -> None:
    shown = reading(wallet, ACTIONS["show_credential"], {"credential": degree}, asked=Asker.PERSON)
    told = {str(label): str(value) for label, value in shown.facts}
    assert told["Claim degree"] == "BSc"
    assert shown.data["role"] == "held"
    assert set(shown.data["claims"]) == {"degree", "grade", "givenName"}


def test_shows_what_is_named_and_says_what_stays_hidden(
    wallet: Wallet, degree: str, tmp_path: Path
) -> None:
    arguments = {"credential": degree, "verifier": VERIFIER, "claims": ["degree"]}
    proposal = proposes(wallet, "present_credential", **arguments)
    assert facts(proposal)["Reveals"] == "degree"
    assert set(facts(proposal)["Hides"].split(", ")) == {"grade", "givenName"}
    assert {claim.name: claim.leaves for claim in proposal.claims} == {
        "degree": True,
        "grade": False,
        "givenName": False,
    }
    assert all(claim.optional for claim in proposal.claims)
    target = tmp_path / "shown.sd-jwt"
    done = does(wallet, "present_credential", **arguments, output=str(target))
    sent = target.read_bytes().strip()
    assert set(open_sd_jwt(sent).document["credentialSubject"]) == {"id", "degree"}
    asked = Asked(
        wallet.home, DEFAULT, challenge=done.data["challenge"], domain=done.data["domain"]
    )
    with Judge(asked, clock=wallet.clock) as judge:
        report = judge(sent)
    assert report.verdict is Verdict.VALID, report


def test_shows_all_where_nothing_is_named(wallet: Wallet, degree: str) -> None:
    proposal = proposes(wallet, "present_credential", credential=degree, verifier=VERIFIER)
    assert "Hides" not in facts(proposal)


@pytest.mark.parametrize("claim", ["salary", "/salary", "/degree/0", "/"])
def test_refuses_to_show_what_is_not_there(wallet: Wallet, degree: str, claim: str) -> None:
    with pytest.raises(BadInput, match="it has no claim"):
        proposes(wallet, "present_credential", credential=degree, verifier=VERIFIER, claims=[claim])


def test_an_sd_jwt_is_shown_as_one(wallet: Wallet, degree: str) -> None:
    with pytest.raises(BadInput, match="is an SD-JWT"):
        proposes(wallet, "present_credential", credential=degree, verifier=VERIFIER, format="jwt")


@pytest.mark.usefixtures("degree")
def test_what_hides_nothing_is_not_shown_in_part(wallet: Wallet) -> None:
    mei = reading(wallet, ACTIONS["list_dids"], {}, asked=Asker.PERSON).data["dids"][-1]["id"]
    whole = does(
        wallet,
        "issue_credential",
        type="Pass",
        subject=mei,
        claims={"level": "1"},
        issuer="school",
    )
    with pytest.raises(BadInput, match="is no SD-JWT"):
        proposes(
            wallet,
            "present_credential",
            credential=whole.made,
            verifier=VERIFIER,
            format="sd-jwt",
        )


@pytest.mark.usefixtures("degree")
def test_for_whom_no_key_can_be_found_it_is_unbound_and_says_so(
    wallet: Wallet,
) -> None:
    proposal = proposes(
        wallet,
        "issue_credential",
        type="Pass",
        subject="did:ethr:0x52908400098527886E0F7030069857D2E4169EE7",
        claims={"level": "1"},
        issuer="school",
        format="sd-jwt",
    )
    assert any("bound to no key" in str(warning) for warning in proposal.statement.warnings)


@pytest.mark.usefixtures("degree")
def test_a_claim_of_the_tokens_own_is_refused(wallet: Wallet) -> None:
    with pytest.raises(InvalidCredential, match="token's own"):
        proposes(
            wallet,
            "issue_credential",
            type="Pass",
            subject=VERIFIER,
            claims={"exp": "1"},
            issuer="school",
            format="sd-jwt",
        )
