from __future__ import annotations

import signal
import subprocess
import sys
from itertools import count
from typing import TYPE_CHECKING, Final

import pytest

from agent.conversation import Conversation, Event, NeedsConsent, Planned, Ran
from agent.lines import take_turn
from agent.model import ScriptedModel
from wallet.actions.consent import Answer, By
from wallet.actions.histories import verify
from wallet.cli.options import Options
from wallet.entries import dids
from wallet.pending import pending
from wallet.vault.record import Kind
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.wallet import Wallet

PASSPHRASE: Final = "correct horse battery staple"
YES: Final = Answer(yes=True, by=By.DIALOG)
LINE: Final = 'list_dids; create_did method=key name="a"; create_did name="b"; publish_did did=$3'
MESSAGE: Final = "list them, make a and b, publish b"
KINDS: Final = (
    *(Planned, Ran, NeedsConsent, Ran, NeedsConsent, Ran, NeedsConsent, Ran),
)  # the events of that turn, where everything is agreed to
NAMED: Final = (0, 0, 0, 0, 1, 1, 2, 2, 2)  # DIDs that are there after so many events
PROGRAM: Final = """
import os, signal, sys
from pathlib import Path
from agent.conversation import Conversation, NeedsConsent
from agent.model import ScriptedModel
from wallet.actions.consent import Answer, By
from wallet.vault.secret import Secret
from wallet.wallet import open_wallet

home, passphrase, line, message, events = sys.argv[1:]
with open_wallet(Path(home), Secret(passphrase)) as wallet:
    stream = Conversation(wallet, ScriptedModel(iter([line]))).say(message)
    answer = None
    for _ in range(int(events)):
        event = stream.send(answer)
        answer = Answer(yes=True, by=By.DIALOG) if isinstance(event, NeedsConsent) else None
    os.kill(os.getpid(), signal.SIGKILL)
"""


def after(wallet: Wallet, events: int) -> tuple[Conversation, list[Event]]:
    """A turn that was closed after so many of its events."""
    talk = Conversation(wallet, ScriptedModel(iter([LINE, "list_dids"])))
    stream = talk.say(MESSAGE)
    seen: list[Event] = []
    answer: Answer | None = None
    for _ in range(events):
        seen.append(stream.send(answer))
        answer = YES if isinstance(seen[-1], NeedsConsent) else None
    stream.close()
    return talk, seen


def is_whole(wallet: Wallet, events: int) -> None:
    """What was done before the end of the turn is done, the rest is not, and the journal fits."""
    assert len(dids(wallet.vault)) == NAMED[events]
    published = [own.name for own in dids(wallet.vault) if own.published]
    assert published == (["b"] if events == len(KINDS) else [])
    done = [
        record.body["action"]
        for record in wallet.vault.all(Kind.JOURNAL)
        if record.body["outcome"] == "done"
    ]
    ran = sum(kind is Ran for kind in KINDS[:events])
    assert done == ["list_dids", "create_did", "create_did", "publish_did"][:ran]
    assert wallet.vault.count(Kind.TRANSACTION) == 0
    assert pending(wallet.vault, wallet.clock()) == ()
    assert verify(wallet, {}).data["count"] == wallet.vault.count(Kind.JOURNAL)


def test_the_turn_has_these_events(wallet: Wallet) -> None:
    _, seen = after(wallet, len(KINDS))
    assert tuple(map(type, seen)) == KINDS


@pytest.mark.parametrize("events", range(1, len(KINDS) + 1))
def test_a_turn_that_is_cancelled_at_any_event_leaves_nothing_half_done(
    wallet: Wallet, events: int
) -> None:
    talk, _ = after(wallet, events)
    is_whole(wallet, events)
    assert [type(event) for event in talk.say("list them")] == [Planned, Ran]


@pytest.mark.parametrize("events", range(1, len(KINDS) + 1))
def test_a_process_that_is_killed_at_any_event_leaves_nothing_half_done(
    home: Path, events: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(home), PASSPHRASE, LINE, MESSAGE, str(events)],
        check=False,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL
    with open_wallet(home, Secret(PASSPHRASE)) as wallet:
        is_whole(wallet, events)


def test_a_question_that_is_broken_off_is_written_down_and_nothing_waits(wallet: Wallet) -> None:
    def breaks_off(*_: object) -> Answer:
        raise KeyboardInterrupt

    talk = Conversation(wallet, ScriptedModel(iter(['create_did name="a"'])))
    with pytest.raises(KeyboardInterrupt):
        take_turn(talk, "make a", Options(home=wallet.home), breaks_off)
    assert dids(wallet.vault) == ()
    assert pending(wallet.vault, wallet.clock()) == ()
    entry = wallet.vault.all(Kind.JOURNAL)[-1].body
    assert (entry["outcome"], entry["by"], entry["error"]) == (
        *("cancelled", "nobody"),
        "KeyboardInterrupt",
    )


def test_a_deed_that_was_done_is_not_taken_up_by_the_next_message(wallet: Wallet) -> None:
    lines = iter(['create_did method=key name="a"; create_did name="b"', "none"])
    seen: list[str] = []

    class Watched:
        def complete(self, prompt: str, _grammar: str, /) -> str:
            seen.append(prompt)
            return next(lines)

    talk = Conversation(wallet, Watched())
    stream = talk.say("make a and b")
    for answer in (None, None, YES, None):
        stream.send(answer)
    stream.close()
    list(talk.say("no, call it c"))
    assert "make a and b" not in seen[1]


def test_a_plan_none_of_which_was_done_can_still_be_corrected(wallet: Wallet) -> None:
    lines = iter(['list_dids; create_did name="b"', "none"])
    seen: list[str] = []

    class Watched:
        def complete(self, prompt: str, _grammar: str, /) -> str:
            seen.append(prompt)
            return next(lines)

    talk = Conversation(wallet, Watched())
    stream = talk.say("list them and make b")
    for _ in range(3):
        next(stream)
    stream.close()
    list(talk.say("no, call it c"))
    assert "list them and make b" in seen[1]


def test_calling_off_a_model_that_cannot_be_is_nothing(wallet: Wallet) -> None:
    Conversation(wallet, ScriptedModel(iter(()))).cancel()


def test_calling_off_reaches_the_model_that_is_asked(wallet: Wallet) -> None:
    called = count()

    class Stops:
        def complete(self, _prompt: str, _grammar: str, /) -> str:
            return "none"

        def cancel(self) -> None:
            next(called)

    Conversation(wallet, Stops()).cancel()
    assert next(called) == 1
