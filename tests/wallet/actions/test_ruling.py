from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, Approved, By, decide, proposed, run
from wallet.actions.journal import Asker, journal_of
from wallet.errors import BadInput, NoSuchEntry, NotConsented
from wallet.rules.deed import Disclosure, Spending
from wallet.rules.errors import RefusedByRule
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
STRANGER = "did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"


@pytest.fixture
def card(do: Does) -> str:
    """A credential of the wallet's own about `mei`, with a birth date; Acme is a contact."""
    do("create_did", method="key", name="office")
    do("create_did", method="key", name="mei")
    do("add_contact", name="Acme", did=ACME)
    issued = do(
        "issue_credential",
        type="Identity Card",
        subject="mei",
        claims={"birth date": "1990-01-01", "name": "Mei"},
    )
    assert issued.made is not None
    return issued.made


@pytest.fixture
def face(wallet: Wallet) -> Proposes:
    """What a face does before it asks anybody."""

    def worked_out(action: str, /, *, can_type: bool = True, **arguments: Any) -> Proposal:
        return proposed(wallet, ACTIONS[action], arguments, asked=Asker.PERSON, can_type=can_type)

    return worked_out


def yes(proposal: Proposal, typed: str | None = None) -> Approved:
    decision = decide(proposal, Answer(yes=True, by=By.PROMPT, typed=typed))
    assert isinstance(decision, Approved)
    return decision


def last_entry(wallet: Wallet) -> tuple[str, str, str, str | None]:
    (entry,) = journal_of(wallet).latest(1).entries
    return entry["action"], entry["outcome"], entry["by"], entry["error"]


REFUSED = ("present_credential", "refused", "rule", "RefusedByRule")


def test_a_forbidden_claim_is_not_even_asked_about(
    wallet: Wallet, do: Does, face: Proposes, card: str, tmp_path: Path
) -> None:
    do("add_policy", rule="never-disclose", claim="birthDate")
    output = tmp_path / "p.json"
    with pytest.raises(RefusedByRule, match="never disclose birthDate"):
        face("present_credential", credential=card, verifier="Acme", output=str(output))
    assert last_entry(wallet) == REFUSED
    assert not output.exists()
    assert wallet.vault.count(Kind.DISCLOSURE) == 0


def test_a_yes_does_not_stand_above_a_rule(
    wallet: Wallet, do: Does, propose: Proposes, card: str, tmp_path: Path
) -> None:
    output = tmp_path / "p.json"
    shown = propose("present_credential", credential=card, verifier="Acme", output=str(output))
    decision = yes(shown)
    do("add_policy", rule="never-disclose", claim="birthDate", types=["IdentityCard"])
    with pytest.raises(RefusedByRule):
        run(wallet, shown, decision)
    assert last_entry(wallet) == REFUSED
    assert not output.exists()


def test_another_type_is_shown_all_the_same(do: Does, face: Proposes, card: str) -> None:
    do("add_policy", rule="never-disclose", claim="birthDate", types=["Diploma"])
    do("add_policy", rule="never-disclose", claim="height")
    face("present_credential", credential=card, verifier="Acme")


def test_who_is_no_contact_is_shown_nothing(do: Does, face: Proposes, card: str) -> None:
    do("add_policy", rule="only-to-contacts")
    face("present_credential", credential=card, verifier="Acme")
    with pytest.raises(RefusedByRule, match="only to contacts"):
        face("present_credential", credential=card, verifier=STRANGER)
    do("add_contact", name="Stranger", did=STRANGER)
    face("present_credential", credential=card, verifier="Stranger")


def test_only_what_was_really_shown_counts_for_once(
    wallet: Wallet, do: Does, face: Proposes, card: str, tmp_path: Path
) -> None:
    do("add_policy", rule="once-per-verifier")
    output = str(tmp_path / "p.json")
    given = {"credential": card, "verifier": "Acme", "output": output}
    declined = face("present_credential", **given)
    with pytest.raises(NotConsented):
        run(wallet, declined, decide(declined, Answer(yes=False, by=By.PROMPT)))
    unwritten = face("present_credential", **given)
    (tmp_path / "p.json").write_text("another file")
    with pytest.raises(BadInput, match="exists already"):
        run(wallet, unwritten, yes(unwritten))
    (tmp_path / "p.json").unlink()
    assert wallet.vault.count(Kind.DISCLOSURE) == 0
    do("present_credential", **given)
    with pytest.raises(RefusedByRule, match="at most once to a verifier"):
        face("present_credential", credential=card, verifier="Acme")
    face("present_credential", credential=card, verifier=STRANGER)


def test_a_rule_set_later_knows_what_was_shown_before(
    do: Does, face: Proposes, card: str, tmp_path: Path
) -> None:
    do("present_credential", credential=card, verifier="Acme", output=str(tmp_path / "p.json"))
    do("add_policy", rule="once-per-verifier", types=["Identity Card"])
    with pytest.raises(RefusedByRule):
        face("present_credential", credential=card, verifier="Acme")


def test_what_was_shown_is_kept_without_a_claim(
    wallet: Wallet, do: Does, card: str, tmp_path: Path
) -> None:
    do("present_credential", credential=card, verifier="Acme", output=str(tmp_path / "p.json"))
    (record,) = wallet.vault.all(Kind.DISCLOSURE)
    assert record.body["verifier"] == ACME
    assert record.body["types"] == ["VerifiableCredential", "IdentityCard"]
    assert set(record.body) == {"verifier", "holder", "types", "marks", "at"}
    assert all(len(mark) == 3 and len(mark[2]) == 32 for mark in record.body["marks"])


def test_a_damaged_rule_forbids_showing_and_spending_and_can_be_taken_away(
    wallet: Wallet, do: Does, face: Proposes, card: str
) -> None:
    do("create_did", name="work")
    wallet.vault.put(Kind.RULE, {"rule": "never-on-sundays"}, id="rule-00000000")
    assert "cannot read" in str(do("list_policies").data["policies"][0]["words"])
    with pytest.raises(RefusedByRule, match="cannot read"):
        face("present_credential", credential=card, verifier="Acme")
    with pytest.raises(RefusedByRule, match="cannot read"):
        face("publish_did", did="work")
    face("add_contact", name="Stranger", did=STRANGER)
    do("remove_policy", policy="rule-00000000")
    face("present_credential", credential=card, verifier="Acme")


def test_nothing_above_a_limit_is_sent(wallet: Wallet, do: Does, face: Proposes) -> None:
    do("create_did", name="work")
    do("add_policy", rule="never-above", limit="1000000")
    face("publish_did", did="work")
    do("add_policy", rule="never-above", limit="0")
    with pytest.raises(RefusedByRule, match="more than 0 ETH"):
        face("publish_did", did="work")
    face("create_did", method="key", name="free")
    assert last_entry(wallet)[0] == "publish_did"


def test_above_a_limit_the_amount_has_to_be_typed(wallet: Wallet, do: Does, face: Proposes) -> None:
    do("create_did", name="work")
    do("add_policy", rule="ask-above", limit="0")
    proposal = face("publish_did", did="work")
    assert isinstance(proposal.deed, Spending)
    assert proposal.to_type is not None
    assert any("typed" in str(warning) for warning in proposal.statement.warnings)
    facts = {str(label): str(value) for label, value in proposal.statement.facts}
    assert facts["Highest cost"] == proposal.to_type
    for typed in (None, "", "1 ETH"):
        with pytest.raises(NotConsented, match="was not typed"):
            run(wallet, proposal, yes(proposal, typed))
        assert last_entry(wallet) == ("publish_did", "refused", "prompt", None)
    assert run(wallet, proposal, yes(proposal, proposal.to_type)).made


def test_a_face_that_cannot_have_it_typed_refuses(wallet: Wallet, do: Does, face: Proposes) -> None:
    do("create_did", name="work")
    do("add_policy", rule="ask-above", limit="0")
    with pytest.raises(RefusedByRule, match="nobody can be asked for here"):
        face("publish_did", did="work", can_type=False)
    assert last_entry(wallet) == ("publish_did", "refused", "rule", "RefusedByRule")
    do("add_policy", rule="ask-above", limit="0.5")
    rules = [one["id"] for one in do("list_policies").data["policies"]]
    do("remove_policy", policy=rules[0])
    face("publish_did", did="work", can_type=False)


def test_whatever_shows_or_costs_says_so_to_the_rules(
    do: Does, propose: Proposes, card: str, tmp_path: Path
) -> None:
    do("create_did", name="work")
    document = tmp_path / "document"
    document.write_bytes(b"a document")
    assert isinstance(
        propose("present_credential", credential=card, verifier="Acme").deed, Disclosure
    )
    for proposal in (
        propose("publish_did", did="work"),
        propose("add_service", did="work", endpoint="https://a.example"),
        propose("anchor_credential", documents=[str(document)]),
        propose("anchor_history"),
    ):
        facts = {str(label): str(value) for label, value in proposal.statement.facts}
        assert isinstance(proposal.deed, Spending)
        assert facts["Highest cost"].startswith("0.")
        assert proposal.deed.wei > 0


def test_rules_are_listed_and_taken_away_with_a_yes(wallet: Wallet, do: Does) -> None:
    assert str(do("list_policies").summary) == "no rules yet"
    made = do("add_policy", rule="only-to-contacts", types=["IdentityCard"])
    listed = do("list_policies")
    assert listed.data["policies"] == [
        {
            "id": made.made,
            "policy": {"rule": "only-to-contacts", "types": ["IdentityCard"]},
            "words": "show IdentityCard only to contacts",
        }
    ]
    with pytest.raises(BadInput, match="there already"):
        do("add_policy", rule="only-to-contacts", types=["IdentityCard"])
    assert ACTIONS["add_policy"].needs_consent
    assert ACTIONS["remove_policy"].needs_consent
    do("remove_policy", policy=made.made)
    assert wallet.vault.count(Kind.RULE) == 0
    with pytest.raises(NoSuchEntry, match="no rule"):
        do("remove_policy", policy=made.made)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"rule": "never-disclose"}, "needs a claim"),
        ({"rule": "ask-above"}, "needs a limit"),
        ({"rule": "only-to-contacts", "limit": "1"}, "no use for a limit"),
        ({"rule": "ask-above", "limit": "1", "claim": "a"}, "no use for a claim"),
        ({"rule": "never-above", "limit": "1", "types": ["A"]}, "no use for a type"),
        ({"rule": "never-above", "limit": "much"}, "no amount"),
    ],
)
def test_what_makes_no_rule_is_refused(
    propose: Proposes, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        propose("add_policy", **arguments)
