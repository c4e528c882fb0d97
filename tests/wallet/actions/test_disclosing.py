from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.disclosing import Disclosed
from wallet.errors import BadInput, NoSuchEntry
from wallet.rules.store import earlier
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.wallet import Wallet

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
GLOBEX = "did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"


pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def people(do: Any) -> None:
    do("create_did", method="key", name="school")
    do("create_did", method="key", name="mei")


@pytest.fixture
def asks(do: Any, tmp_path: Path) -> Callable[..., str]:
    """Requests to mei, in files."""

    def ask(type_: str, *claims: str) -> str:
        file = tmp_path / f"{type_}-{'-'.join(claims)}.json"
        do("request_presentation", holder="mei", type=type_, claims=list(claims), output=str(file))
        return str(file)

    return ask


@pytest.fixture
def issue(do: Any) -> Callable[..., str]:
    def issued(
        type_: str, *, expires: str | None = None, subject: str = "mei", **claims: str
    ) -> str:
        arguments = {"type": type_, "subject": subject, "issuer": "school", "claims": claims}
        if expires:
            arguments["expires"] = expires
        return str(do("issue_credential", **arguments).made)

    return issued


def facts(proposal: Proposal) -> dict[str, str]:
    return {str(label): str(value) for label, value in proposal.statement.facts}


def warnings(proposal: Proposal) -> str:
    return "\n".join(map(str, proposal.statement.warnings))


def held(proposal: Proposal) -> set[str]:
    result = proposal.perform()
    (credential,) = result.data["presentation"]["verifiableCredential"]
    return set(credential["credentialSubject"]) - {"id"}


def test_a_request_is_answered_by_the_credential_that_shows_least(
    asks: Any, issue: Any, propose: Any
) -> None:
    issue("Degree", gpa="3.9", thesis="On DIDs", birth="2000")
    least = issue("Degree", gpa="3.9", birth="2000")
    issue("Degree", thesis="On DIDs")
    issue("Licence", gpa="4.0")
    proposal = propose("present_credential", request=asks("Degree", "gpa"))
    assert facts(proposal)["Asked for"] == "gpa"
    assert facts(proposal)["Reveals"] == "gpa, birth"
    assert "cannot hide claims: birth would be shown, too" in warnings(proposal)
    assert held(proposal) == {"gpa", "birth"}
    assert least.startswith("cred-")


def test_the_newest_of_those_that_show_as_little(asks: Any, issue: Any, propose: Any) -> None:
    issue("Degree", gpa="3.9")
    issue("Degree", gpa="4.0")
    proposal = propose("present_credential", request=asks("Degree", "gpa"))
    shown = proposal.perform().data["presentation"]["verifiableCredential"][0]
    assert shown["credentialSubject"]["gpa"] == "4.0"
    assert "Asked for" not in facts(proposal)


def test_what_has_expired_or_is_about_somebody_else_answers_nothing(
    asks: Any, issue: Any, propose: Any
) -> None:
    issue("Degree", gpa="3.9", expires="2090-01-01T00:00:00Z")
    issue("Pass", zone="A", subject=ACME)
    request = asks("Pass", "zone")
    with pytest.raises(
        NoSuchEntry, match="none of your credentials in force is a 'Pass with zone'"
    ):
        propose("present_credential", request=request)
    with pytest.raises(NoSuchEntry, match="'Degree with salary'"):
        propose("present_credential", request=asks("Degree", "salary"))
    assert facts(propose("present_credential", request=asks("Degree")))["Reveals"] == "gpa"


def test_without_a_request_a_credential_has_to_be_named() -> None:
    with pytest.raises(BadInput, match="needs 'credential'"):
        ACTIONS["present_credential"].check({"verifier": ACME})


def test_another_one_that_would_show_less_is_named(asks: Any, issue: Any, propose: Any) -> None:
    whole = issue("Degree", gpa="3.9", birth="2000", thesis="On DIDs")
    least = issue("Degree", gpa="3.9")
    proposal = propose("present_credential", credential=whole, verifier=ACME, claims=["gpa"])
    assert f"Degree ({least}) would answer, too, and show less: gpa" in warnings(proposal)
    assert facts(proposal)["Reveals"] == "gpa, birth, thesis"
    proposal = propose("present_credential", credential=whole, request=asks("Degree", "gpa"))
    assert f"Degree ({least}) would answer, too" in warnings(proposal)
    for arguments in ({"credential": least, "claims": ["gpa"]}, {"credential": whole}):
        proposal = propose("present_credential", verifier=ACME, **arguments)
        assert "would answer, too" not in warnings(proposal)


def test_warns_when_a_did_would_link_two_verifiers_once(
    issue: Any, do: Any, propose: Any, wallet: Wallet
) -> None:
    degree = issue("Degree", gpa="3.9")
    do("add_contact", name="Acme", did=ACME)
    assert "saw mei before" not in warnings(
        propose("present_credential", credential=degree, verifier="Acme")
    )
    do("present_credential", credential=degree, verifier="Acme")
    assert "saw mei before" not in warnings(
        propose("present_credential", credential=degree, verifier="Acme")
    )
    linking = propose("present_credential", credential=degree, verifier=GLOBEX)
    assert "Acme saw mei before: if they compare, they know that it is the same person" in warnings(
        linking
    )
    do("present_credential", credential=degree, verifier=GLOBEX)
    assert "saw mei before" not in warnings(
        propose("present_credential", credential=degree, verifier=GLOBEX)
    )
    assert {one.holder for one in earlier(wallet.vault)} == {wallet_did(wallet, "mei")}


def test_what_an_earlier_release_wrote_down_names_no_did(wallet: Wallet) -> None:
    wallet.vault.put(Kind.DISCLOSURE, {"verifier": ACME, "types": ["Degree"], "at": "2026-01-01"})
    assert [one.holder for one in earlier(wallet.vault)] == [""]


def wallet_did(wallet: Wallet, name: str) -> str:
    return next(
        str(record.body["did"])
        for record in wallet.vault.all(Kind.DID)
        if record.body["name"] == name
    )


def test_where_a_format_can_hide_claims_only_those_asked_for_are_shown() -> None:
    claims, asked = ("gpa", "birth"), ("gpa",)
    assert Disclosed.of(claims, asked, claims).more == ("birth",)
    assert Disclosed.of(claims, (), claims) == Disclosed((), claims, ())
    part = Disclosed.of(claims, asked, asked, hides=True)
    assert (part.shown, part.more, part.hidden) == (asked, (), ("birth",))
