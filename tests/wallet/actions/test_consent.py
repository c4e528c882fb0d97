from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.actions.consent import Answer, Approved, By, Declined, decide, run
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result
from wallet.entries import contacts, credentials, dids
from wallet.errors import BadInput, NotConsented
from wallet.messages import say
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.wallet import Wallet

    Proposes = Callable[..., Proposal]
    Does = Callable[..., Result]

YES = Answer(yes=True, by=By.DIALOG)
NO = Answer(yes=False, by=By.PROMPT)
MEI = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def journal(wallet: Wallet) -> list[dict[str, Any]]:
    return [dict(record.body) for record in wallet.vault.all(Kind.JOURNAL)]


def test_a_yes_does_what_was_shown_once(wallet: Wallet, propose: Proposes) -> None:
    proposal = propose("add_contact", name="Mei", did=MEI)
    assert contacts(wallet.vault) == ()
    approved = decide(proposal, YES)
    run(wallet, proposal, approved)
    assert [contact.name for contact in contacts(wallet.vault)] == ["Mei"]
    with pytest.raises(NotConsented, match="something else"):
        run(wallet, proposal, approved)
    assert [entry["outcome"] for entry in journal(wallet)] == ["done", "refused"]


def test_a_yes_to_one_thing_is_none_to_another(wallet: Wallet, propose: Proposes) -> None:
    shown = propose("add_contact", name="Mei", did=MEI)
    other = propose("add_contact", name="Eve", did=MEI)
    approved = decide(shown, YES)
    with pytest.raises(NotConsented, match="something else"):
        run(wallet, other, approved)
    assert contacts(wallet.vault) == ()
    (entry,) = journal(wallet)
    assert (entry["outcome"], entry["digest"]) == ("refused", other.digest)
    assert entry["approved"] == shown.digest


def test_a_no_is_written_down_and_nothing_else_happens(wallet: Wallet, propose: Proposes) -> None:
    proposal = propose("create_did", method="key", name="work")
    decision = decide(proposal, NO)
    assert decision == Declined(proposal.digest, By.PROMPT)
    with pytest.raises(NotConsented, match="not agreed to"):
        run(wallet, proposal, decision)
    assert dids(wallet.vault) == ()
    (entry,) = journal(wallet)
    assert (entry["outcome"], entry["by"], entry["made"]) == ("refused", "prompt", None)


def test_a_failure_is_written_down_and_told(wallet: Wallet, propose: Proposes) -> None:
    def fail() -> Result:
        raise BadInput("the pen is empty")

    proposal = replace(propose("create_did", method="key"), perform=fail)
    with pytest.raises(BadInput, match="pen"):
        run(wallet, proposal, decide(proposal, YES))
    (entry,) = journal(wallet)
    assert (entry["outcome"], entry["error"]) == ("failed", "BadInput")


def test_an_interruption_is_written_down(wallet: Wallet, propose: Proposes) -> None:
    def interrupt() -> Result:
        raise KeyboardInterrupt

    proposal = replace(propose("create_did", method="key"), perform=interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(wallet, proposal, decide(proposal, YES))
    assert [entry["error"] for entry in journal(wallet)] == ["KeyboardInterrupt"]


def test_the_journal_says_what_and_when_and_no_claim(wallet: Wallet, do: Does) -> None:
    do("create_did", method="key", name="school")
    result = do("issue_credential", type="Degree", subject=MEI, claims={"gpa": "3.987"})
    entry = journal(wallet)[-1]
    assert entry["action"] == "issue_credential"
    assert (entry["outcome"], entry["by"], entry["made"]) == ("done", "prompt", result.made)
    assert len(entry["digest"]) == 64
    assert "3.987" not in json.dumps(entry)


def test_nobody_else_makes_an_approval() -> None:
    with pytest.raises(TypeError, match="decide alone"):
        Approved("0" * 64, By.FLAG, seal=object())
    with pytest.raises(TypeError):
        Approved("0" * 64, By.FLAG)  # type: ignore[call-arg]


PROPOSAL = Proposal(
    "present_credential",
    Statement(
        say("Show {name} to {verifier}", name="Degree", verifier="Acme"),
        facts=((say("Reveals"), "gpa"), (say("Challenge"), "abc")),
        warnings=(say("not bound"),),
    ),
    b"the bytes to be signed",
    lambda: Result(say("done")),
)


@given(st.integers(0, len(PROPOSAL.binding) - 1), st.integers(1, 255))
def test_any_other_byte_is_another_proposal(place: int, change: int) -> None:
    binding = bytearray(PROPOSAL.binding)
    binding[place] ^= change
    assert replace(PROPOSAL, binding=bytes(binding)).digest != PROPOSAL.digest


@pytest.mark.parametrize(
    "statement",
    [
        Statement(say("Show {name} to {verifier}", name="Degree", verifier="Eve")),
        replace(PROPOSAL.statement, title=say("Show Degree to Acme Inc")),
        replace(PROPOSAL.statement, facts=PROPOSAL.statement.facts[:1]),
        replace(PROPOSAL.statement, facts=PROPOSAL.statement.facts[::-1]),
        replace(PROPOSAL.statement, facts=((say("Reveals"), "gpaC"), (say("hallenge"), "abc"))),
        replace(PROPOSAL.statement, warnings=()),
        replace(PROPOSAL.statement, warnings=(say("not"), say("bound"))),
    ],
)
def test_anything_else_shown_is_another_proposal(statement: Statement) -> None:
    assert replace(PROPOSAL, statement=statement).digest != PROPOSAL.digest


def test_another_action_is_another_proposal() -> None:
    assert replace(PROPOSAL, action="delete_credential").digest != PROPOSAL.digest
    assert replace(PROPOSAL, perform=lambda: Result(say("x"))).digest == PROPOSAL.digest


def test_what_is_presented_is_what_was_shown_whatever_happens_meanwhile(
    wallet: Wallet, propose: Proposes, do: Does, tmp_path: Path
) -> None:
    do("create_did", method="key", name="school")
    mei = do("create_did", method="key", name="mei").made
    issued = do("issue_credential", type="Degree", subject="mei", claims={"gpa": "3.9"})
    request = tmp_path / "request.json"
    do("request_presentation", holder="mei", type="Degree", output=str(request), domain="jobs")
    target = tmp_path / "answer.json"
    proposal = propose(
        "present_credential", credential=issued.made, request=str(request), output=str(target)
    )
    approved = decide(proposal, YES)

    request.write_text(request.read_text().replace("jobs", "evil"))
    do("delete_credential", credential=issued.made)
    do("add_contact", name="school", did=MEI)
    result = run(wallet, proposal, approved)

    shown = {str(label): str(value) for label, value in proposal.statement.facts}
    presented = json.loads(target.read_bytes())
    assert presented == result.data["presentation"]
    assert presented["proof"]["challenge"] == shown["Challenge"]
    assert presented["proof"]["domain"] == shown["Domain"] == "jobs"
    assert presented["holder"] == mei
    (credential,) = presented["verifiableCredential"]
    assert credential["credentialSubject"] == {"id": mei, "gpa": "3.9"}


def test_two_transactions_with_one_number_are_done_once(
    wallet: Wallet, propose: Proposes, do: Does
) -> None:
    do("create_did", name="shop")
    first, second = propose("publish_did", did="shop"), propose("publish_did", did="shop")
    assert first.binding == second.binding
    run(wallet, first, decide(first, YES))
    with pytest.raises(BadInput, match="changed meanwhile"):
        run(wallet, second, decide(second, YES))
    assert wallet.chains.chosen().request("eth_blockNumber", []) == "0x1"
    assert wallet.sending.outbox.store.all() == ()
    assert [entry["outcome"] for entry in journal(wallet)][-2:] == ["done", "failed"]
    assert credentials(wallet.vault) == ()


def test_two_dids_with_one_number_are_made_once(wallet: Wallet, propose: Proposes) -> None:
    first, second = (propose("create_did", method="key", name=name) for name in "ab")
    run(wallet, first, decide(first, YES))
    with pytest.raises(BadInput, match="meanwhile"):
        run(wallet, second, decide(second, YES))
    assert [own.name for own in dids(wallet.vault)] == ["a"]
