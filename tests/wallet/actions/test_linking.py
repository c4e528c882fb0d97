from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, proposed, run
from wallet.actions.journal import Asker
from wallet.actions.pairwise import pairwise_for, remember_pairwise
from wallet.entries import dids, known_dids
from wallet.errors import BadInput, NoSuchEntry
from wallet.identities.state import state_of
from wallet.judging import Asked, Judge
from wallet.messages import text
from wallet.rules.marks import Mark, Sort, document_marks, is_of_a_day
from wallet.rules.store import earlier
from wallet.vault.header import FLOOR
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.verify.policy import DEFAULT
from wallet.verify.report import Verdict
from wallet.wallet import create_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
GLOBEX = "did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"
CLAIMS = {"degree": "BSc", "grade": "1,3", "number": "4711"}
SIGNED = {
    "eddsa-rdfc-2022": {"issuer": "plain", "suite": "eddsa-rdfc-2022"},
    "jwt": {"issuer": "plain", "format": "jwt"},
    "sd-jwt": {"issuer": "plain", "format": "sd-jwt"},
    "ecdsa-sd-2023": {"issuer": "p256", "suite": "ecdsa-sd-2023"},
}
PARTS = ("sd-jwt", "ecdsa-sd-2023")
BY_CLAIM = {**SIGNED, "bbs-2023": {"suite": "bbs-2023"}}
every = pytest.mark.parametrize("format_", SIGNED)


def proposes(wallet: Wallet, action: str, **arguments: Any) -> Proposal:
    return proposed(wallet, ACTIONS[action], arguments, asked=Asker.PERSON)


def does(wallet: Wallet, action: str, **arguments: Any) -> Result:
    proposal = proposes(wallet, action, **arguments)
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.FLAG)))


def shows(wallet: Wallet, credential: str, verifier: str, *claims: str, **more: Any) -> Proposal:
    named = {"claims": list(claims)} if claims else {}
    given = {"credential": credential, "verifier": verifier, **named, **more}
    return proposes(wallet, "present_credential", **given)


def agreed(wallet: Wallet, proposal: Proposal) -> Result:
    return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.FLAG)))


def facts(proposal: Proposal) -> dict[str, str]:
    return {str(label): str(value) for label, value in proposal.statement.facts}


def said(proposal: Proposal, language: str = "en") -> str:
    return "\n".join(text(one, language) for one in proposal.statement.warnings)


@pytest.fixture
def mei(wallet: Wallet) -> str:
    return str(does(wallet, "create_did", method="key", name="mei").made)


@pytest.fixture
def school(wallet: Wallet, tmp_path: Path) -> Iterator[Wallet]:
    """Another wallet, which issues."""
    del wallet
    other, _ = create_wallet(tmp_path / "school", Secret("the school's own"), kdf=FLOOR)
    with other:
        does(other, "create_did", method="key", name="bbs", algorithm="BLS12381G2")
        does(other, "create_did", method="key", name="p256", algorithm="P-256")
        does(other, "create_did", method="key", name="plain")
        yield other


@pytest.fixture
def given(wallet: Wallet, school: Wallet, mei: str, tmp_path: Path) -> Callable[..., str]:
    """Credentials of the school's that the wallet holds."""

    def give(**arguments: Any) -> str:
        wanted = {"type": "Degree", "subject": mei, "claims": CLAIMS, **arguments}
        done = does(school, "issue_credential", **wanted)
        content = done.data["credential"]
        file = tmp_path / f"{done.made}.given"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        under = {"holder": "mei"} if arguments.get("unnamed") else {}
        return str(does(wallet, "import_credential", source=str(file), **under).made)

    return give


@pytest.fixture
def unnamed(given: Callable[..., str]) -> str:
    return given(suite="bbs-2023", unnamed=True)


@every
def test_the_first_time_nothing_links_and_what_could_is_said(
    wallet: Wallet, given: Callable[..., str], format_: str
) -> None:
    proposal = shows(wallet, given(**SIGNED[format_]), ACME)
    assert facts(proposal)["Linked by"] == "your DID, the issuer's signature"
    assert "before" not in said(proposal)


@every
def test_the_did_and_the_signature_link_what_two_verifiers_saw(
    wallet: Wallet, given: Callable[..., str], format_: str
) -> None:
    held = given(**SIGNED[format_])
    agreed(wallet, shows(wallet, held, ACME))
    told = said(shows(wallet, held, GLOBEX))
    assert f"{ACME} saw mei before: if they compare" in told
    assert f"{ACME} saw the same signature of its issuer" in told
    assert "with --pairwise" not in told
    assert "its issuer bound it to this DID" in told
    chinese = said(shows(wallet, held, GLOBEX), "zh")
    assert f"{ACME} 以前见过同一个签发者签名" in chinese
    assert "签发者把它绑定到了这个 DID" in chinese


@pytest.mark.parametrize("format_", [*PARTS, "bbs-2023"])
@pytest.mark.parametrize(
    "named", ["grade", "/grade", '["grade"]', '["credentialSubject", "grade"]', "asked"]
)
def test_one_way_of_naming_claims_serves_every_format_that_hides_some(
    wallet: Wallet, given: Callable[..., str], tmp_path: Path, format_: str, named: str
) -> None:
    held = given(**BY_CLAIM[format_])
    if named == "asked":
        asked = {"holder": ACME, "type": "Degree", "claims": ["/grade"]}
        file = str(tmp_path / "request.json")
        does(wallet, "request_presentation", **asked, output=file)
        proposal = proposes(wallet, "present_credential", credential=held, request=file)
    else:
        proposal = shows(wallet, held, ACME, named)
    assert facts(proposal)["Reveals"] == "grade"
    assert set(facts(proposal)["Hides"].split(", ")) == {"degree", "number"}
    for wrong in ("/grade/0", '["salary"]', "salary"):
        with pytest.raises(BadInput, match="it has no claim"):
            shows(wallet, held, ACME, wrong)


@pytest.mark.parametrize("format_", PARTS)
def test_parts_of_one_are_told_of_even_to_the_same_verifier(
    wallet: Wallet, given: Callable[..., str], format_: str
) -> None:
    held = given(**SIGNED[format_])
    agreed(wallet, shows(wallet, held, ACME, "degree"))
    told = said(shows(wallet, held, ACME, "grade"))
    assert "saw mei before" not in told
    assert "the same signature of its issuer" in told
    assert "the same degree" not in told
    assert "put together" not in said(shows(wallet, held, ACME))


@every
def test_another_credential_of_the_same_words_is_linked_by_them(
    wallet: Wallet, given: Callable[..., str], format_: str
) -> None:
    first, second = given(**SIGNED[format_]), given(**SIGNED[format_], expires="2090-01-01")
    agreed(wallet, shows(wallet, first, ACME))
    told = said(shows(wallet, second, GLOBEX))
    assert "signature" not in told
    (same,) = (line for line in told.splitlines() if "saw the same" in line)
    assert all(name in same for name in CLAIMS)


@every
def test_a_place_in_a_status_list_links(
    wallet: Wallet, school: Wallet, given: Callable[..., str], tmp_path: Path, format_: str
) -> None:
    way, kind = SIGNED[format_], "token" if format_ == "sd-jwt" else "bitstring"
    arguments = {"name": "passes", "url": "https://uni.example/1", "issuer": way["issuer"]}
    file = str(tmp_path / "list")
    does(school, "create_status_list", **arguments, kind=kind, output=file)
    held = given(**way, status=["passes"])
    assert "its place in a status list" in facts(shows(wallet, held, ACME))["Linked by"]
    agreed(wallet, shows(wallet, held, ACME))
    assert "the same place in a status list" in said(shows(wallet, held, GLOBEX))


def test_what_is_unlinkable_is_linked_by_what_it_says_and_by_nothing_else(
    wallet: Wallet, unnamed: str
) -> None:
    first = shows(wallet, unnamed, ACME, "degree", pairwise=True)
    expected = "a DID for this verifier alone, rare values of degree"
    assert facts(first)["Linked by"] == expected
    agreed(wallet, first)
    other = shows(wallet, unnamed, GLOBEX, "grade", pairwise=True)
    assert "before" not in said(other)
    same = shows(wallet, unnamed, GLOBEX, "degree", pairwise=True)
    assert f"{ACME} saw the same degree before" in said(same)
    assert "only" not in facts(same)["Linked by"]


def test_by_the_holder_s_own_did_it_is_linked_and_a_better_way_is_said(
    wallet: Wallet, unnamed: str
) -> None:
    agreed(wallet, shows(wallet, unnamed, ACME, "degree"))
    told = said(shows(wallet, unnamed, GLOBEX, "grade"))
    assert f"{ACME} saw mei before" in told
    assert "with --pairwise, a DID for this verifier alone would show it" in told
    assert "用 --pairwise" in said(shows(wallet, unnamed, GLOBEX, "grade"), "zh")


def test_a_wallet_made_anew_from_its_phrase_gives_nobody_another_s_did(wallet: Wallet) -> None:
    acme, globex = (pairwise_for(wallet, verifier) for verifier in (ACME, GLOBEX))
    remember_pairwise(wallet, globex)  # the order in which they come tells nothing
    assert pairwise_for(wallet, ACME).did == acme.did != globex.did
    assert acme.number >= 1 << 30


def test_a_did_for_one_verifier_takes_no_number_of_others(wallet: Wallet) -> None:
    remember_pairwise(wallet, pairwise_for(wallet, ACME))
    does(wallet, "create_did", method="peer", name="mine")
    (mine,) = (own for own in dids(wallet.vault) if own.name == "mine")
    assert mine.number == 0


def test_the_same_verifier_gets_the_same_did_and_another_another(
    wallet: Wallet, school: Wallet, unnamed: str
) -> None:
    holders = []
    for verifier in (ACME, GLOBEX, ACME):
        done = agreed(wallet, shows(wallet, unnamed, verifier, "degree", pairwise=True))
        presentation = done.data["presentation"]
        holders.append(presentation["holder"])
        asked = Asked(school.home, DEFAULT, challenge=done.data["challenge"], domain=verifier)
        with Judge(asked) as judge:
            report = judge(json.dumps(presentation).encode())
        assert report.verdict is Verdict.VALID, report
    assert holders[0] == holders[2] != holders[1]
    assert all(holder.startswith("did:peer:2") for holder in holders)
    made = [own for own in dids(wallet.vault) if own.pairwise]
    assert {own.id: own.pairwise for own in made} == {holders[0]: ACME, holders[1]: GLOBEX}
    assert not set(made) & set(known_dids(wallet.vault))
    assert str(state_of(wallet, made[0])) == f"for one verifier alone: {ACME}"


def test_nothing_is_remembered_of_what_was_not_agreed_to(wallet: Wallet, unnamed: str) -> None:
    before = dids(wallet.vault)
    proposal = shows(wallet, unnamed, ACME, "degree", pairwise=True)
    assert facts(proposal)["Holder"].startswith("did:peer:2")
    assert dids(wallet.vault) == before
    assert earlier(wallet.vault) == ()


@pytest.mark.parametrize("format_", [*SIGNED, "bbs-2023"])
def test_what_says_whom_it_is_about_is_not_shown_by_another_did(
    wallet: Wallet, given: Callable[..., str], format_: str
) -> None:
    held = given(**SIGNED.get(format_, {"suite": "bbs-2023"}))
    with pytest.raises(BadInput, match="can be shown by nobody else") as refused:
        shows(wallet, held, ACME, pairwise=True)
    assert "bbs-2023" in str(refused.value.hint)


def test_a_did_for_one_verifier_is_never_chosen_where_none_is_named(
    wallet: Wallet, unnamed: str
) -> None:
    agreed(wallet, shows(wallet, unnamed, ACME, "degree", pairwise=True))
    issued = proposes(wallet, "issue_credential", type="Pass", subject=ACME, claims={"zone": "A"})
    assert facts(issued)["Issuer"].startswith("mei ")
    asked = proposes(wallet, "request_presentation", holder=ACME, type="Pass")
    assert facts(asked)["Verifier"] == "mei"


def test_what_names_nobody_and_was_accepted_by_nobody_says_how_to_show_it(
    wallet: Wallet, school: Wallet, mei: str, tmp_path: Path
) -> None:
    arguments = {"type": "Degree", "subject": mei, "claims": CLAIMS, "suite": "bbs-2023"}
    done = does(school, "issue_credential", **arguments, unnamed=True)
    file = tmp_path / "nobody.json"
    file.write_text(json.dumps(done.data["credential"]))
    held = str(does(wallet, "import_credential", source=str(file)).made)
    with pytest.raises(NoSuchEntry, match="names nobody") as refused:
        shows(wallet, held, ACME, "degree")
    assert "--pairwise" in str(refused.value.hint)
    assert agreed(wallet, shows(wallet, held, ACME, "degree", pairwise=True)).saved


def test_digests_are_kept_and_no_claim_is(wallet: Wallet, given: Callable[..., str]) -> None:
    agreed(wallet, shows(wallet, given(**SIGNED["sd-jwt"]), ACME, "number"))
    (record,) = wallet.vault.all(Kind.DISCLOSURE)
    kept = json.dumps(dict(record.body))
    assert "4711" not in kept
    (shown,) = earlier(wallet.vault)
    assert {mark.name for mark in shown.marks if mark.sort is Sort.CLAIM} == {"number"}


def test_a_mark_that_is_not_known_is_passed_over() -> None:
    assert Mark.read(["signature", "proof", "ab"]) == Mark(Sort.SIGNATURE, "proof", "ab")
    for other in (["later", "x", "y"], ["claim", "x"], "claim", ["claim", 1, "x"]):
        assert Mark.read(other) is None


def test_a_time_is_a_mark_but_for_a_day_s_ends() -> None:
    assert is_of_a_day("2026-11-23T00:00:00Z")
    assert is_of_a_day("2026-11-23T23:59:59+08:00")
    assert not is_of_a_day("2026-11-23T09:12:44Z")
    document = {
        "id": "urn:uuid:1",
        "validFrom": "2026-11-23T09:12:44Z",
        "validUntil": "2027-01-01T23:59:59Z",
        "credentialSubject": [{"id": "did:x:y", "member": True, "age": 40}],
    }
    assert [mark.name for mark in document_marks(document)] == ["id", "validFrom", "age"]
