"""Verify: what somebody showed, from a file, a folder, a picture or the clipboard, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from textual import on
from textual.containers import Horizontal
from textual.message import Message as TextualMessage
from textual.widgets import ContentSwitcher, Input, Static

from tui.background import in_background
from tui.batches import Batch
from tui.browsing import BrowseScreen
from tui.judging import asked_of, judged, seen, stored
from tui.keys import key
from tui.screens.receiving import ReceivingScreen
from tui.screens.room import Room
from tui.widgets.answers import Answers
from tui.widgets.empty import Empty
from tui.widgets.long_list import LongList
from tui.widgets.moving import MovingScroll
from tui.widgets.report import report_content
from tui.widgets.source import Source
from wallet.actions.journal import Asker
from wallet.actions.reading import noted
from wallet.actions.trusting import TRUST_ISSUER
from wallet.actions.verifying import VERIFY_CREDENTIAL
from wallet.cli.verify.given import Many, Named, One, Other, one_of, wanted
from wallet.display import printable
from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from did.errors import DIDError
    from tui.judging import Stored
    from wallet.cli.verify.answers import Answer
    from wallet.errors import WalletError
    from wallet.judging import Asked
    from wallet.verify.report import Report
    from wallet.wallet import Wallet

T = TypeVar("T")


class VerifyScreen(Room):
    """One report, or a line for each of many."""

    ROOM = "verify"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+o,o", "browse", say("Files")),
        key("slash", "to_source", say("Something else")),
        key("a", "accept", say("Accept into the wallet")),
        key("T", "trust", say("Trust issuer")),
        key("escape", "stop", say("Stop")),
        key("escape", "back_to_list", say("Back to the list")),
        key("escape", "leave", say("Leave the line"), show=False),
    ]
    DEFAULT_CSS = """
    VerifyScreen #asked {
      height: 1;
      margin-top: 1;
    }
    VerifyScreen #asked Input {
      width: 1fr;
      padding: 0 1;
      margin-right: 1;
      background: $panel;
    }
    VerifyScreen #told {
      height: 1;
      padding: 0 1;
      color: $text-muted;
    }
    VerifyScreen ContentSwitcher {
      height: 1fr;
      padding: 0 1;
    }
    VerifyScreen MovingScroll {
      height: 1fr;
    }
    """

    @dataclass
    class Heard(TextualMessage):
        """Answers of a batch, or that there are no more."""

        batch: Batch
        answers: list[Answer] | None

    def __init__(self) -> None:
        super().__init__()
        self._batch: Batch | None = None
        self._was_stopped = False
        self._turn = 0
        self._one: One | None = None
        self._report: Report | None = None
        self._is_own = False

    def furnish(self) -> ComposeResult:
        """Where to put it, what was asked of whoever shows it, and what came of it."""
        yield Source(self.words(say("paste it, drop files here, or type a path")), id="source")
        with Horizontal(id="asked"):
            for name, label in _ASKED:
                yield Input(placeholder=self.words(label), compact=True, id=name)
        yield Static(id="told", markup=False)
        with ContentSwitcher(initial="nothing"):
            yield Empty(self.words(say("Nothing verified yet")), self.words(_HOW), id="nothing")
            with MovingScroll(id="one"):
                yield Static(id="report", markup=False)
            yield Answers(self.holdfast.language, id="many")

    def on_mount(self) -> None:
        """What is pasted goes into the line."""
        self.query_one(Source).focus()

    def on_unmount(self) -> None:
        """The wallet was locked, or the program ends."""
        if self._batch is not None:
            self._batch.call_off()

    @property
    def _many(self) -> Answers:
        return self.query_one("#many", Answers)

    @property
    def _shown(self) -> str | None:
        return self.query_one(ContentSwitcher).current

    def _switch(self, part: str) -> None:
        self.query_one(ContentSwitcher).current = part
        inner = self.query_one(f"#{part}")
        if inner.focusable:
            inner.focus()
        self.refresh_bindings()

    def _tell(self, sentence: Message | str) -> None:
        self.query_one("#told", Static).update(printable(self.words(sentence)))

    # What is to be verified

    @on(Source.Given)
    def _give(self, given: Source.Given) -> None:
        given.stop()
        self._begin(given.text)

    def action_browse(self) -> None:
        """Pick a file or a folder."""

        def picked(path: Path | None) -> None:
            if path is not None:
                self.query_one(Source).value = str(path)
                self._begin(str(path))

        self.holdfast.push_screen(BrowseScreen(Path.cwd(), self.holdfast.language), picked)

    def action_to_source(self) -> None:
        """To the line in which one says what is to be verified."""
        source = self.query_one(Source)
        source.value = ""
        source.focus()

    def _begin(self, text: str) -> None:
        """Something else is wanted: what is under way is of no interest any more."""
        self._call_off()
        self._turn += 1
        self._one = self._report = None
        self._is_own = self._was_stopped = False
        self._many.begin_anew()
        self._tell(say("verifying …"))
        self._wait(in_background(lambda: wanted(text)), self._take)

    def _wait(self, work: Future[T], then: Callable[[T], None]) -> None:
        """Go on with what comes of it, unless something else is wanted by then."""
        turn = self._turn
        self._await(work, lambda found: then(found) if turn == self._turn else None)

    def _take(self, found: One | Many | Named | Other) -> None:
        match found:
            case One():
                self._one = found
                self.look(_asked_once, self._judge)
            case Many(names):
                self.look(_asked_once, lambda asked: self._start(names, asked))
            case Named(words):
                self.look(lambda wallet: stored(wallet, words), self._judge_stored)
            case Other(what):
                self._tell("")
                self._say(say("This is {what}: there is nothing to verify.", what=what.title))
                if what.warning is not None:
                    self._say(what.warning)

    def _say(self, sentence: Message) -> None:
        self.notify(printable(self.words(sentence)), severity="warning", markup=False)

    def _for(self, asked: Asked) -> Asked:
        """With the challenge and the domain that stand there."""
        given = {name: self.query_one(f"#{name}", Input).value.strip() for name, _ in _ASKED}
        challenge, domain = given["challenge"] or None, given["domain"] or None
        return replace(asked, challenge=challenge, domain=domain)

    # One

    def _judge_stored(self, found: Stored) -> None:
        self._one, self._is_own = One(found.raw, say("a credential of yours")), True

        def show(report: Report) -> None:
            self._show(report)
            if not (asked.challenge or asked.domain):
                self.look(lambda wallet: seen(wallet, found.id, report), lambda _: None)

        asked = self._for(found.asked)
        self._wait(in_background(lambda: judged(asked, found.raw)), show)

    def _judge(self, asked: Asked) -> None:
        if (one := self._one) is not None:
            asked = self._for(asked)
            self._wait(in_background(lambda: judged(asked, one.data)), self._show)

    def _show(self, report: Report) -> None:
        self._report = report
        source = self._one.source if self._one is not None else ""
        self._tell(source)
        self.query_one("#report", Static).update(report_content(report, self.holdfast.language))
        self.query_one("#one", MovingScroll).scroll_home(animate=False)
        self._switch("one")

    # Many

    def _start(self, names: Sequence[str], asked: Asked) -> None:
        self._switch("many")
        language = self.holdfast.language
        self._batch = Batch(names, self._for(asked), language, self._hear)
        self._batch.start()
        self.refresh_bindings()

    def _hear(self, batch: Batch, answers: list[Answer] | None) -> None:
        """Called in the batch's thread."""
        self.post_message(self.Heard(batch, answers))

    @on(Heard)
    def _listen(self, heard: Heard) -> None:
        if heard.batch is not self._batch:
            return
        if heard.answers is not None:
            self._many.add(heard.answers)
            return
        self._batch = None
        self._many.draw()
        self.refresh_bindings()

    @on(Answers.Drawn)
    def _tell_more(self) -> None:
        if self._shown == "many":
            self._tell_how_far()

    def _tell_how_far(self) -> None:
        tally = self._many.tally
        summary = tally.summary(self.holdfast.language)
        if self._batch is not None:
            self._tell(say("verifying … {summary}", summary=summary))
        elif self._was_stopped:
            self._tell(say("{ended} {summary}", ended=say("stopped:"), summary=summary))
        elif not tally.total:
            self._tell(say("there is nothing to verify"))
        else:
            self._tell(summary)

    @on(LongList.Chosen, "#many")
    def _open(self, chosen: LongList.Chosen) -> None:
        """Judge that one again, for its whole report."""
        name = self._many.answers[chosen.at].name

        def take(one: One) -> None:
            self._one = one
            self.look(asked_of, self._judge)

        self._wait(in_background(lambda: one_of(name)), take)

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that mean something now."""
        if not self.is_mounted:
            return True
        match action:
            case "stop":
                return self._batch is not None and self._shown != "one"
            case "leave":
                return isinstance(self.focused, Input)
            case "back_to_list":
                return self._shown == "one" and bool(self._many.answers)
            case "accept":
                return self._shown == "one" and self._credential is not None
            case "trust":
                return self._shown == "one" and self._issuer is not None
            case _:
                return super().check_action(action, parameters)

    @property
    def _issuer(self) -> str | None:
        """Who issued what was verified."""
        facts = self._report.facts if self._report is not None else ()
        return next((one.issuer for one in facts if one.issuer is not None), None)

    @property
    def _credential(self) -> str | None:
        """What was verified, where it is a credential by itself, and none of the wallet's yet."""
        facts = self._report.facts if self._report is not None else ()
        if self._one is None or self._is_own or not facts or facts[0].subject != "credential":
            return None
        return self._one.data.decode(errors="replace")

    def _call_off(self) -> None:
        if self._batch is not None:
            self._batch.call_off()
            self._batch = None

    def action_stop(self) -> None:
        """Verify no more of them; what came of the others stays."""
        self._call_off()
        self._was_stopped = True
        self._many.draw()
        self.refresh_bindings()

    def action_back_to_list(self) -> None:
        """From one report to the many."""
        self._tell_how_far()
        self._switch("many")

    def action_leave(self) -> None:
        """Out of the line in which one types, so that other keys work."""
        self.set_focus(None)

    def action_accept(self) -> None:
        """Receive it: it is shown once more, and asked under which DID."""
        if self._credential is not None:
            self.holdfast.push_screen(ReceivingScreen(self._credential))

    def action_trust(self) -> None:
        """A form for trusting the issuer."""
        if (issuer := self._issuer) is not None:
            self.fill(TRUST_ISSUER.name, {"did": issuer}, lambda _: self._again())

    def _again(self) -> None:
        """Judge the same once more, now that somebody is trusted."""
        self.look(asked_of, self._judge)

    def complain(self, error: WalletError | DIDError) -> None:
        """Nothing is under way any more."""
        self._tell("")
        super().complain(error)


def _asked_once(wallet: Wallet) -> Asked:
    """What is asked; that somebody wanted to know is written down."""
    with noted(wallet, VERIFY_CREDENTIAL.name, asked=Asker.PERSON):
        return asked_of(wallet)


_ASKED: Final = (
    ("challenge", say("the challenge you gave, if any")),
    ("domain", say("the domain you gave, if any")),
)
_HOW: Final = say(
    "Paste a credential or a presentation, drop its file or a picture of its QR code,"
    " or type a path; several files and folders are verified at once.\n"
    "Ctrl+O looks for files on the disk."
)
