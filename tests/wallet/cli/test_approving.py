from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from agent.conversation import Conversation, NeedsConsent
from agent.model import ScriptedModel
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.cli.diagnostics import ExitCode
from wallet.entries import dids
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.wallet import Wallet

    Sit = Callable[..., tuple[int, str]]

PASSPHRASE: Final = "correct horse battery staple"
OPENED: Final = ("Passphrase: ", PASSPHRASE)
ACME: Final = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def leave(home: Path, line: str, sentence: str) -> str:
    """A plan that nobody could be asked about; its digest."""
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        talk = Conversation(wallet, ScriptedModel(iter([line])))
        events = talk.say(sentence)
        asked = next(event for event in events if isinstance(event, NeedsConsent))
        events.close()
        talk.leave(asked)
        return asked.proposal.digest


def did(home: Path, action: str, /, **arguments: Any) -> None:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        propose = ACTIONS[action].propose
        assert propose is not None
        proposal = propose(wallet, arguments)
        run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))


def looked(home: Path, look: Callable[[Wallet], Any]) -> Any:
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        return look(wallet)


def waiting(home: Path) -> int:
    return int(looked(home, lambda wallet: wallet.vault.count(Kind.PENDING)))


def named(home: Path) -> list[str]:
    return list(looked(home, lambda wallet: [own.name for own in dids(wallet.vault)]))


def last(home: Path) -> tuple[str, str, str, str]:
    body = looked(home, lambda wallet: wallet.vault.all(Kind.JOURNAL)[-1].body)
    return body["action"], body["outcome"], body["asked"], body["by"]


def without_a_terminal(home: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    passphrase = home.with_name("passphrase")
    passphrase.write_text(PASSPHRASE)
    common = ["--home", str(home), "--passphrase-file", str(passphrase)]
    return subprocess.run(
        [sys.executable, "-P", "-m", "wallet.cli.main", *argv, *common],
        input="yes\nyes\n",
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=60,
    )


def test_a_plan_is_shown_again_with_the_digest_that_was_printed_and_done_on_a_yes(
    home: Path, sit: Sit
) -> None:
    digest = leave(home, 'create_did name="work"', "make work")
    code, seen = sit("approve", digest, dialogue=(OPENED, ("agree: ", "yes")))
    assert code == ExitCode.DONE
    assert "Create a did:ethr identifier\n  Name  work\n" in seen
    assert "not what was printed" not in seen
    assert named(home) == ["work"]
    assert last(home) == ("create_did", "done", "agent", "prompt")
    assert looked(home, lambda w: w.vault.all(Kind.JOURNAL)[-1].body["digest"]) == digest
    assert waiting(home) == 0


def test_a_presentation_that_was_drawn_then_is_the_same_now(home: Path, sit: Sit) -> None:
    did(home, "create_did", method="key", name="mei")
    did(home, "issue_credential", type="Degree", subject="mei", issuer="mei", claims={"gpa": "3.9"})
    did(home, "add_contact", name="Acme", did=ACME)
    digest = leave(home, "present_credential credential=C1 verifier=P1", "show my degree to Acme")
    code, seen = sit("approve", digest, dialogue=(OPENED, ("agree: ", "yes")))
    assert code == ExitCode.DONE, seen
    assert "not what was printed" not in seen
    assert "presented Degree to Acme" in seen


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("rotate_key did=D1", "rotate the key of log"),
        ('add_service did=D1 endpoint="\ue008"', "add https://a.example/inbox to log"),
        ("deactivate_did did=D1", "deactivate log"),
    ],
)
def test_an_entry_of_a_log_is_dated_as_it_was_printed(
    home: Path, sit: Sit, monkeypatch: pytest.MonkeyPatch, line: str, sentence: str
) -> None:
    monkeypatch.chdir(home.parent)  # where logs are written
    did(home, "create_did", method="webvh", address="log.example", name="log")
    digest = leave(home, line, sentence)
    time.sleep(1.1)  # entries are dated to the second
    code, seen = sit("approve", digest, dialogue=(OPENED, ("agree: ", "yes")))
    assert code == ExitCode.DONE, seen
    assert "not what was printed" not in seen
    assert looked(home, lambda w: w.vault.all(Kind.JOURNAL)[-1].body["digest"]) == digest


def test_an_entry_of_a_log_that_went_on_is_shown_as_changed(
    home: Path, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home.parent)
    did(home, "create_did", method="webvh", address="log.example", name="log")
    digest = leave(home, "rotate_key did=D1", "rotate the key of log")
    time.sleep(1.1)
    did(home, "rotate_key", did="log")
    code, seen = sit("approve", digest, dialogue=(OPENED, ("agree: ", "yes")))
    assert code == ExitCode.DONE, seen
    assert "not what was printed under that digest; what changed since:" in seen


def test_what_has_changed_is_named_shown_and_asked_about(home: Path, sit: Sit) -> None:
    digest = leave(home, 'create_did method=key name="work"', "make work")
    did(home, "create_did", method="key", name="other")
    code, seen = sit("approve", digest[:12], dialogue=(OPENED, ("agree: ", "yes")))
    assert code == ExitCode.DONE
    assert (
        "  ! this is not what was printed under that digest; what changed since: DID, Keys" in seen
    )
    assert named(home) == ["other", "work"]
    assert looked(home, lambda w: w.vault.all(Kind.JOURNAL)[-1].body["digest"]) != digest


def test_what_can_no_longer_be_done_says_so_and_goes_on_waiting(home: Path, sit: Sit) -> None:
    did(home, "create_did", method="key", name="mei")
    did(home, "issue_credential", type="Degree", subject="mei", issuer="mei", claims={"gpa": "3.9"})
    digest = leave(home, "delete_credential credential=C1", "delete my degree")
    code, _ = sit("approve", digest, dialogue=(OPENED, ("agree: ", "yes")))
    assert code == ExitCode.DONE
    digest = leave(home, 'add_contact name="Acme" did="\ue000"', f"Acme is {ACME}")
    did(home, "add_contact", name="Acme", did=ACME)
    code, seen = sit("approve", digest, dialogue=(OPENED,))
    assert code == ExitCode.USAGE
    assert "holdfast: error: " in seen
    assert waiting(home) == 1


def test_a_no_is_written_down_and_uses_the_plan_up(home: Path, sit: Sit) -> None:
    digest = leave(home, 'create_did name="work"', "make work")
    code, seen = sit("approve", digest, dialogue=(OPENED, ("agree: ", "no")))
    assert code == ExitCode.NOT_CONSENTED
    assert named(home) == []
    assert last(home) == ("create_did", "refused", "agent", "prompt")
    code, seen = sit("approve", digest, dialogue=(OPENED,))
    assert code == ExitCode.FAILED
    assert "no plan waits under" in seen


def test_the_steps_after_it_are_asked_about_one_by_one(home: Path, sit: Sit) -> None:
    line = 'create_did name="shop"; publish_did did=$1; list_dids'
    digest = leave(home, line, "make shop, publish it, list them")
    code, seen = sit(
        *("approve", digest), dialogue=(OPENED, ("agree: ", "yes"), ("agree: ", "yes"))
    )
    assert code == ExitCode.DONE, seen
    assert "published shop" in seen
    assert "DIDs: 1" in seen


def test_without_a_terminal_it_is_shown_and_not_done_whatever_comes_through_the_pipe(
    home: Path,
) -> None:
    digest = leave(home, 'create_did name="work"', "make work")
    done = without_a_terminal(home, "approve", digest)
    assert done.returncode == ExitCode.NOT_CONSENTED
    assert done.stdout.startswith("Create a did:ethr identifier\n  Name  work\n")
    assert "nothing else agrees to a planned step" in done.stderr
    assert named(home) == []
    assert last(home) == ("create_did", "refused", "agent", "nobody")
    assert waiting(home) == 1


def test_nothing_can_be_agreed_to_beforehand(home: Path) -> None:
    digest = leave(home, 'create_did name="work"', "make work")
    done = without_a_terminal(home, "approve", digest, "--yes")
    assert done.returncode == ExitCode.USAGE
    assert "unrecognized arguments: --yes" in done.stderr
    done = without_a_terminal(home, "approve", digest, "--read-only")
    assert done.returncode == ExitCode.USAGE
    assert named(home) == []


def test_what_waits_is_listed_and_forgotten(home: Path) -> None:
    digest = leave(home, 'create_did name="work"; publish_did did=$1', "make work, publish it")
    listed = without_a_terminal(home, "pending")
    assert listed.returncode == ExitCode.DONE
    assert re.search(rf"\n  {digest[:16]}  Create a did:ethr identifier  2      20", listed.stdout)
    (waits,) = json.loads(without_a_terminal(home, "pending", "--json").stdout)["pending"]
    assert waits["digest"] == digest
    assert waits["steps"][1] == {"action": "publish_did", "arguments": {"did": "$1"}}
    assert "seed" not in waits
    gone = without_a_terminal(home, "pending", "remove", digest[:8], "--yes", "--quiet")
    assert gone.stdout == "forgotten: Create a did:ethr identifier\n"
    assert without_a_terminal(home, "pending").stdout.startswith("nothing waits for a yes\n")


@pytest.mark.parametrize("text", ["xyz", "0" * 64])
def test_a_digest_that_is_none_is_one_clear_line(home: Path, text: str) -> None:
    done = without_a_terminal(home, "approve", text)
    assert done.returncode in {ExitCode.USAGE, ExitCode.FAILED}
    assert len(done.stderr.splitlines()) == 2
