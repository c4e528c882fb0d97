from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from agent.conversation import Conversation
from agent.dialogue import LONGEST_LINE, converse, is_goodbye, piped_lines
from agent.model import ScriptedModel
from wallet.actions.consent import Answer, By
from wallet.cli.diagnostics import ExitCode
from wallet.cli.options import Options
from wallet.entries import contacts, dids
from wallet.errors import BadInput
from wallet.pending import pending
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wallet.actions.proposal import Proposal
    from wallet.wallet import Wallet

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def says_yes(_proposal: Proposal, _language: str) -> Answer:
    return Answer(yes=True, by=By.PROMPT)


def says_no(_proposal: Proposal, _language: str) -> Answer:
    return Answer(yes=False, by=By.PROMPT)


def is_away(_proposal: Proposal, _language: str) -> None:
    return None


def hold(
    wallet: Wallet,
    said: str | bytes,
    answers: Sequence[str],
    approver: Callable[..., Answer | None] = is_away,
    **options: Any,
) -> ExitCode:
    """A conversation in a pipe, the model's part of which is written down."""
    data = said if isinstance(said, bytes) else said.encode()
    talk = Conversation(wallet, ScriptedModel(iter(answers)))
    lines = piped_lines(io.BytesIO(data))
    return converse(talk, lines, Options(home=wallet.home, **options), approver)


def test_each_line_is_a_turn_to_the_last_one(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "list my DIDs\n\n   \nwho do I know"
    assert hold(wallet, said, ["list_dids", "list_contacts"]) is ExitCode.DONE
    out = capsys.readouterr().out
    assert out.index("no DIDs yet") < out.index("no contacts yet")


@pytest.mark.parametrize("goodbye", ["bye", "Bye!", " QUIT ", "再见。", "退出", "再見", "掰掰"])
def test_a_goodbye_ends_it(wallet: Wallet, goodbye: str) -> None:
    assert hold(wallet, f"{goodbye}\nlist my DIDs\n", []) is ExitCode.DONE
    assert wallet.vault.count(Kind.JOURNAL) == 0


def test_goodbye_is_said_and_not_mentioned() -> None:
    assert not is_goodbye("add bye as a contact")
    assert not is_goodbye("exit poll")


def test_a_question_asked_back_is_answered_by_the_next_line_and_corrected_by_the_one_after(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    said = f"Acme is a new contact\n{ACME}\nno, call it Globex\n"
    answers = [
        'add_contact name="Acme"',
        'add_contact name="Acme" did="\ue000"',
        'add_contact name="Globex" did="\ue000"',
    ]
    assert hold(wallet, said, answers) is ExitCode.NOT_CONSENTED
    out = capsys.readouterr().out
    assert out.index("Which DID?") < out.index("Add Acme to your contacts")
    assert out.index("Add Acme to your contacts") < out.index("Add Globex to your contacts")
    assert contacts(wallet.vault) == ()
    waiting = pending(wallet.vault, wallet.clock())
    assert [plan.steps[0].arguments["name"] for plan in waiting] == ["Acme", "Globex"]


def test_what_reads_runs_and_a_deed_waits_under_its_digest_whatever_stands_in_the_next_line(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "make work and publish it\nyes\nyes\nlist them\n"
    answers = ['create_did name="work"; publish_did did=$1', "none", "none", "list_dids"]
    assert hold(wallet, said, answers) is ExitCode.NOT_CONSENTED
    out = capsys.readouterr().out
    assert "then: publish_did(did: $1)\ndigest " in out
    assert "no DIDs yet" in out
    assert dids(wallet.vault) == ()
    (waits,) = pending(wallet.vault, wallet.clock())
    assert f"digest {waits.digest}\n" in out
    assert [step.action for step in waits.steps] == ["create_did", "publish_did"]


def test_prints_one_event_a_line_as_json(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "publish it\nmake work\nwhat a day\nlist them\ngarbage\n"
    answers = ["publish_did", 'create_did name="work"', "none", "list_dids", "show_did did=D9"]
    assert hold(wallet, said, answers, json=True) is ExitCode.NOT_CONSENTED
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(event["turn"], event["event"]) for event in events] == [
        (1, "planned"),
        (1, "asked"),
        (1, "ended"),
        (2, "planned"),
        (2, "proposed"),
        (2, "pending"),
        (2, "ended"),
        (3, "planned"),
        (3, "none"),
        (3, "ended"),
        (4, "planned"),
        (4, "ran"),
        (4, "ended"),
        (5, "failed"),
        (5, "ended"),
    ]
    assert events[1]["missing"] == ["did"]
    assert events[4]["digest"] == events[5]["digest"]
    assert events[11]["result"] == {"dids": []}
    assert [event["exit"] for event in events if event["event"] == "ended"] == [0, 8, 1, 0, 1]


def test_the_code_is_that_of_the_last_turn_that_was_not_done(wallet: Wallet) -> None:
    assert hold(wallet, "a\nb\n", ["none", "list_dids"]) is ExitCode.FAILED
    assert hold(wallet, "make x\nb\n", ['create_did name="x"', "none"], says_no) is (
        ExitCode.NOT_CONSENTED
    )
    line = 'create_did method=key name="x"'
    assert hold(wallet, "make x\n", [line], says_yes) is ExitCode.DONE
    assert [own.name for own in dids(wallet.vault)] == ["x"]


def test_a_line_that_cannot_be_read_costs_one_turn(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    said = b"\xff\xfe\n" + b"a" * (3 * LONGEST_LINE) + b"\nlist my DIDs\n"
    assert hold(wallet, said, ["list_dids"]) is ExitCode.USAGE
    out, err = capsys.readouterr()
    assert "no DIDs yet" in out
    assert err.splitlines()[:3] == [
        "holdfast: error: a line is not UTF-8",
        "holdfast: error: a line is longer than anybody could read",
        "holdfast: hint: say it in fewer words",
    ]


def test_a_line_that_just_fits_is_one_line_and_the_last_needs_no_end() -> None:
    long = "啊" * ((LONGEST_LINE - 1) // 3)
    assert list(piped_lines(io.BytesIO(f"{long}\nx".encode()))) == [long, "x"]
    endless = list(piped_lines(io.BytesIO(b"a" * (2 * LONGEST_LINE))))
    assert [type(line) for line in endless] == [BadInput]


class Interrupts:
    """A model that is interrupted while it plans."""

    def complete(self, _prompt: str, _grammar: str, /) -> str:
        raise KeyboardInterrupt


def test_an_interruption_ends_a_conversation_in_a_pipe_and_a_turn_on_a_terminal(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Options(home=wallet.home)
    talk = Conversation(wallet, Interrupts())
    with pytest.raises(KeyboardInterrupt):
        converse(talk, iter(["a", "b"]), options, is_away)
    code = converse(talk, iter(["a", "b"]), options, is_away, resume=True)
    assert code is ExitCode.INTERRUPTED
    assert capsys.readouterr().err.count("interrupted: nothing more of this is done\n") == 2
    assert wallet.vault.count(Kind.JOURNAL) == 0
