"""Receiving: what somebody sent is shown, verified, and only then accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Input, Select, Static

from tui.background import in_background
from tui.judging import asked_of, judged
from tui.keys import key
from tui.screens.room import Room
from tui.times import on_the_wall
from tui.widgets.badges import verdict_badge
from tui.widgets.facts import Facts
from tui.widgets.moving import MovingScroll
from tui.widgets.report import ReportView
from tui.widgets.source import Source
from wallet.actions.explaining import why
from wallet.actions.incoming import Incoming, incoming
from wallet.actions.receiving import IMPORT_CREDENTIAL
from wallet.actions.reception import reception
from wallet.display import printable
from wallet.messages import Message, say
from wallet.recognizing import What

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from did.errors import DIDError
    from wallet.actions.reception import Reception
    from wallet.actions.result import Result
    from wallet.errors import WalletError
    from wallet.judging import Asked
    from wallet.verify.report import Report


class ReceivingScreen(Room):
    """On top of the list of credentials."""

    ROOM = "credentials"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+s", "accept", say("Accept"), priority=True),
        key("escape", "back", say("Back")),
    ]
    DEFAULT_CSS = """
    ReceivingScreen #title {
      padding: 0 1;
      color: $primary;
      text-style: bold;
    }
    ReceivingScreen #about {
      padding: 0 1;
      height: auto;
      color: $text-muted;
    }
    ReceivingScreen #seen {
      padding: 1 1 0 1;
      height: 1fr;
    }
    ReceivingScreen .part {
      height: auto;
      margin-bottom: 1;
    }
    ReceivingScreen #accepting {
      height: auto;
      padding: 0 1;
    }
    ReceivingScreen #accepting Input {
      background: $panel;
      padding: 0 1;
    }
    """

    def __init__(self, text: str | None = None) -> None:
        """`text` is what came in, where that is known already."""
        super().__init__()
        self._text = text
        self._incoming: Incoming | None = None
        self._reception: Reception | None = None

    def furnish(self) -> ComposeResult:
        """Where to put it, what it is, and what to call it."""
        yield Static(self.words(say("Receive a credential")), id="title", markup=False)
        yield Source(self.words(say("paste it, drop its file here, or type the file's path")))
        yield Static(id="about", markup=False)
        with MovingScroll(id="seen"):
            yield Vertical(id="facts", classes="part")
            yield Vertical(id="report", classes="part")
        with Vertical(id="accepting"):
            yield Input(placeholder=self.words(say("what to call it")), compact=True, id="name")
            yield Input(
                placeholder=self.words(say("tags, with commas between them")),
                compact=True,
                id="tags",
            )
            yield Select[str](
                [], prompt=self.words(say("under which DID")), compact=True, id="holder"
            )
            yield Button(self.words(say("Accept")), variant="primary", compact=True, id="accept")

    def on_mount(self) -> None:
        """There is nothing to accept yet."""
        self.query_one("#accepting").display = False
        self._tell(_HOW)
        self.query_one(Source).focus()
        if self._text is not None:
            self._look_at(self._text)

    def _tell(self, *sentences: Message | str) -> None:
        lines = "\n".join(printable(self.words(one)) for one in sentences)
        self.query_one("#about", Static).update(lines)

    @on(Source.Given)
    def _give(self, given: Source.Given) -> None:
        given.stop()
        self._look_at(given.text)

    def _look_at(self, text: str) -> None:
        self._forget()
        self._await(in_background(lambda: incoming(text)), self._take)

    def _forget(self) -> None:
        self._incoming = self._reception = None
        self.query_one("#accepting").display = False
        for place in ("#facts", "#report"):
            self.query_one(place, Vertical).remove_children()
        self.refresh_bindings()

    def _take(self, came: Incoming) -> None:
        if came.what.kind is not What.CREDENTIAL:
            self._refuse(came)
            return
        self._incoming = came
        if came.path is not None:
            self.query_one(Source).value = came.path
        raw = came.text.encode()
        self.look(lambda wallet: (reception(wallet, raw), asked_of(wallet)), self._show)

    def _refuse(self, came: Incoming) -> None:
        """It is no credential: say what it is, and what can be done with that."""
        if came.paths:
            self._tell(say("One credential at a time is received; many are verified at Verify."))
            return
        if came.what.kind is What.WORDS:
            self._tell(say("This is no credential, and there is no file of that name."))
            return
        self._tell(
            say("This is {what}, and no credential.", what=came.what.title),
            *filter(None, (came.what.warning, _INSTEAD.get(came.what.kind))),
        )

    def _show(self, found: tuple[Reception, Asked]) -> None:
        came, (received, asked) = self._incoming, found
        if came is None:
            return
        self._reception = received
        self._tell(received.note)
        rows = [(printable(label), printable(value)) for label, value in self._facts(received)]
        self.query_one("#facts", Vertical).mount(Facts(rows))
        verifying = Static(self.words(say("verifying …")), markup=False)
        self.query_one("#report", Vertical).mount(verifying)
        self._ask_for_the_did(received)
        self._await(in_background(lambda: judged(asked, came.text.encode())), self._judge)

    def _facts(self, received: Reception) -> Iterator[tuple[str, str]]:
        credential = received.credential
        yield self.words(say("Type")), ", ".join(credential.types)
        yield self.words(say("Issuer")), received.issuer
        yield self.words(say("Subject")), ", ".join(received.subjects) or self.words(say("nobody"))
        for one in received.claims:
            yield one.name, self.words(one.value) if isinstance(one.value, Message) else one.value
        until = credential.valid_until
        yield (
            self.words(say("Until")),
            on_the_wall(until) if until else self.words(say("no end")),
        )

    def _ask_for_the_did(self, received: Reception) -> None:
        choose = self.query_one("#holder", Select)
        choose.set_options([(printable(shown), did) for did, shown in received.holders])
        choose.display = bool(received.holders)
        if len(received.holders) == 1:
            choose.value = received.holders[0][0]

    def _judge(self, report: Report) -> None:
        """Only what was verified can be accepted, whatever came of it."""
        if self._reception is None:
            return
        place = self.query_one("#report", Vertical)
        place.remove_children()
        place.mount(ReportView(report, self.holdfast.language))
        self._tell_verdict(report, self._reception)
        self.query_one("#accepting").display = True
        self.query_one("#seen").focus()
        self.refresh_bindings()

    def _tell_verdict(self, report: Report, received: Reception) -> None:
        """Above all else: the report may be out of sight."""
        means = (printable(self.words(sentence)) for sentence in why(report))
        badge = verdict_badge(report.verdict, self.holdfast.language).stylize("bold")
        said = Content.assemble(badge, f"  {next(means, '')}")
        note = Content(printable(self.words(received.note)))
        self.query_one("#about", Static).update(Content("\n").join([said, note]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is accepted before it was verified."""
        if action == "accept":
            return self.is_mounted and bool(self.query_one("#accepting").display)
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#accept")
    def _press(self) -> None:
        self.action_accept()

    @on(Input.Submitted, "#name, #tags")
    def _next(self) -> None:
        self.focus_next()

    def action_accept(self) -> None:
        """Into the wallet, once the person has said yes."""
        if self._incoming is None:
            return
        name = self.query_one("#name", Input).value.strip()
        tags = [one.strip() for one in self.query_one("#tags", Input).value.split(",")]
        holder = self.query_one("#holder", Select)
        chosen = holder.value if holder.display and isinstance(holder.value, str) else None
        given = {"name": name, "tags": [one for one in tags if one], "holder": chosen}
        arguments = {"source": self._incoming.given, **{k: v for k, v in given.items() if v}}
        self.do(IMPORT_CREDENTIAL.name, arguments, self._accepted)

    def _accepted(self, _: Result) -> None:
        self.action_back()

    def action_back(self) -> None:
        """To the list."""
        self.dismiss()

    def complain(self, error: WalletError | DIDError) -> None:
        """What cannot be read is told where it was asked for."""
        if self._reception is None:
            self._tell(str(error), *filter(None, (error.hint,)))
        else:
            super().complain(error)


_HOW: Final = say(
    "It is shown and verified first. Nothing is kept before you accept it, and nothing is fetched."
)
_INSTEAD: Final = {
    What.PRESENTATION: say("It is what somebody shows you. Check it at Verify."),
    What.REQUEST: say("A verifier asks you for something. Answer it with p, at Credentials."),
    What.DID: say("Somebody's DID can be kept at Contacts."),
}
