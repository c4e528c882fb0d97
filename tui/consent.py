"""The consent dialog: what will be done, and a yes that cannot happen by accident.

No is the default and has the focus; Esc is no. A yes is the key `y` pressed by itself, or a click:
never Enter, never a paste, marked as one or not, and nothing that was done before the dialog could
be read. Where something has to be typed beside the yes, there is no yes before it stands there,
letter for letter. Where claims can be left out, the dialog answers with those that are ticked, and
what comes of them is shown anew.

It stands beside the conversation, or below it where there is no room, and covers none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message as TextualMessage
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Static

from tui.bursts import QUIET, Bursts
from tui.keys import key
from tui.widgets.facts import Facts
from tui.widgets.moving import MovingScroll
from wallet.actions.consent import Answer, By
from wallet.actions.journal import Asker
from wallet.display import printable
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.screen import Screen
    from textual.timer import Timer

    from tui.question import Question
    from wallet.actions.proposal import Claim

GRACE: Final = 0.4  # seconds in which nothing counts, from the moment that the dialog is painted
_BELOW: Final = 6  # tenths of the screen's height that it takes at the most, below
_BORDER: Final = 2
WIDE: Final = 130  # columns, from which on it stands beside the conversation
_ANSWERS: Final = {"y": "yes", "n": "no", "a": "anew"}
_NEVER: Final = float("inf")


class _Typed(Input):
    """A field that is typed into: a paste is not something that a person has read."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()

    async def _on_key(self, event: events.Key) -> None:
        if cast("ConsentScreen", self.screen).hear(event):
            return
        event.prevent_default()
        event.stop()
        self.value = ""


class _Choice(Button):
    """A button that takes no click which was made before the dialog could be read."""

    async def _on_click(self, event: events.Click) -> None:
        if not cast("ConsentScreen", self.screen).could_read(event.time):
            event.prevent_default()
            event.stop()


class ConsentScreen(ModalScreen[Answer]):
    """Asks for consent to one proposal."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("y", "decide('yes')", say("Yes")),
        key("n", "decide('no')", say("No")),
        key("escape", "refuse", say("No")),
        key("a", "decide('anew')", say("Ask anew with what is ticked")),
        key("j,down", "scroll(1)", say("Down"), show=False),
        key("k,up", "scroll(-1)", say("Up"), show=False),
        key("pagedown,ctrl+d,space", "scroll(8)", say("Half a page down"), show=False),
        key("pageup,ctrl+u", "scroll(-8)", say("Half a page up"), show=False),
        key("G,end", "scroll(100000)", say("To the bottom"), show=False),
        key("g,home", "scroll(-100000)", say("To the top"), show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-below"), (WIDE, "-beside")]  # noqa: RUF012 - as Textual types it
    DEFAULT_CSS = """
    ConsentScreen {
      align: center bottom;
      background: $background 0%;
    }
    ConsentScreen.-beside {
      align: right bottom;
    }
    ConsentScreen > #sheet {
      width: 100%;
      height: auto;
      border: round $warning;
      border-title-color: $text-warning;
      border-title-style: bold;
      border-subtitle-color: $text-muted;
      background: $surface;
      padding: 0 1;
    }
    ConsentScreen.-beside > #sheet {
      width: 40%;
    }
    ConsentScreen #statement {
      height: auto;
    }
    ConsentScreen .title {
      text-style: bold;
    }
    ConsentScreen Checkbox {
      border: none;
      padding: 0;
      width: auto;
      background: transparent;
    }
    ConsentScreen Horizontal {
      height: auto;
      align-horizontal: right;
    }
    ConsentScreen Button {
      margin-left: 2;
    }
    """

    def __init__(
        self,
        question: Question,
        language: str,
        *,
        clock: Callable[[], float],
    ) -> None:
        """`clock` gives seconds."""
        super().__init__()
        self._question = question
        self._proposal = question.proposal
        self._language = language
        self._clock = clock
        self._shown = _NEVER
        self._painted = _NEVER
        self._bursts = Bursts()
        self._alone = False
        self._waiting: Timer | None = None
        self._behind: Screen[Any] | None = None

    def compose(self) -> ComposeResult:
        """Who asks, the statement, the digest and the buttons."""
        with Vertical(id="sheet") as sheet:
            sheet.border_title = Content(self._words(self._who()))
            with MovingScroll(id="statement"):
                yield from self._statement()
            if (wanted := self._proposal.to_type) is not None:
                sentence = say(
                    "To agree, type it here, then Enter and y: {wanted}", wanted=printable(wanted)
                )
                yield Static(self._words(sentence), markup=False)
                yield _Typed(id="typed", compact=True)
            with Horizontal():
                yield _Choice(
                    self._words(say("No (Esc)")), id="no", variant="primary", compact=True
                )
                yield _Choice(
                    self._words(say("Yes (y)")),
                    id="yes",
                    variant="warning",
                    disabled=wanted is not None,
                    compact=True,
                )
                if self._is_optional:
                    anew = self._words(say("Ask anew with what is ticked (a)"))
                    yield _Choice(anew, id="anew", disabled=True, compact=True)

    def _statement(self) -> Iterator[Static | Facts]:
        statement = self._proposal.statement
        yield Static(self._shows(statement.title), classes="title", markup=False)
        for warning in statement.warnings:
            yield Static(f"! {self._shows(warning)}", classes="warning", markup=False)
        if self._proposal.claims:
            yield Static(self._words(self._about_claims()), classes="label", markup=False)
            yield Facts(map(self._row, enumerate(self._proposal.claims)))
        rows = [(self._shows(label), self._shows(value)) for label, value in statement.facts]
        yield Facts(rows)
        digest = say("digest {digest}", digest=self._proposal.digest[:16])
        yield Static(self._words(digest), classes="label", markup=False)

    def _row(self, numbered: tuple[int, Claim]) -> tuple[str | Checkbox, str]:
        number, claim = numbered
        name, value = printable(claim.name), printable(claim.value)
        if not claim.optional:
            return f"• {name}", value
        return Checkbox(Content(name), claim.leaves, id=f"claim-{number}"), value

    def _who(self) -> Message:
        question = self._question
        if question.asked is Asker.PERSON:
            return say("You ask for this")
        if question.steps == 1:
            return say("The agent asks for this, as you said it")
        return say(
            "The agent asks for this, as you said it: step {place} of {steps}",
            place=question.place,
            steps=question.steps,
        )

    def _about_claims(self) -> Message:
        if self._is_optional:
            return say("This is shown; untick what is not to be:")
        return say("All of this is shown; the credential's format cannot leave out any of it:")

    def _words(self, message: Message) -> str:
        return text(message, self._language)

    def _shows(self, value: Message | str) -> str:
        return printable(self._words(value) if isinstance(value, Message) else value)

    @property
    def _is_optional(self) -> bool:
        """Whether anything can be left out."""
        return any(claim.optional for claim in self._proposal.claims)

    @property
    def _ticked(self) -> tuple[str, ...]:
        """The claims that would be shown."""
        return tuple(
            claim.name
            for number, claim in enumerate(self._proposal.claims)
            if (
                self.query_one(f"#claim-{number}", Checkbox).value
                if claim.optional
                else claim.leaves
            )
        )

    @property
    def _differs(self) -> bool:
        """Whether other claims are ticked than those that it is about."""
        return self._ticked != tuple(one.name for one in self._proposal.claims if one.leaves)

    @property
    def _typed(self) -> str | None:
        """What stands in the field, if there is one."""
        fields = self.query("#typed")
        return fields.only_one(_Typed).value if fields else None

    @property
    def _can_agree(self) -> bool:
        """Whether all stands there that has to be typed, and it is this that is agreed to."""
        return self._typed == self._proposal.to_type and not self._differs

    def on_mount(self) -> None:
        """No has the focus."""
        self.query_one("#no", Button).focus()

    def on_screen_resume(self) -> None:
        """Once it is painted, it can be read."""
        self._shown = self._painted = _NEVER
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._shown = self._clock()
        self._painted = TextualMessage().time  # as an event carries it that comes now
        self._make_room()

    def on_resize(self) -> None:
        """There may be more room now, or less: the statement is what gives way."""
        most = self.size.height * (10 if self.size.width >= WIDE else _BELOW) // 10
        others = _BORDER + (1 if self._proposal.to_type is None else 3)
        self.query_one("#statement").styles.max_height = max(1, most - others)
        self.call_after_refresh(self._make_room)

    def on_unmount(self) -> None:
        """What was behind has its room again."""
        if self._behind is not None:
            self._behind.styles.padding = 0

    def _make_room(self) -> None:
        """What is behind ends where the sheet begins."""
        stack = self.app.screen_stack
        if self in stack[1:]:
            self._behind = stack[stack.index(self) - 1]
            below = self.has_class("-below")
            height = self.query_one("#sheet").outer_size.height
            self._behind.styles.padding = (0, 0, height if below else 0, 0)

    @property
    def is_painted(self) -> bool:
        """Whether it is on the screen, as far as one can know."""
        return self._shown != _NEVER

    def could_read(self, at: float) -> bool:
        """Whether what was done at that time, by the events' clock, may be an answer."""
        return at > self._painted and self._clock() - self._shown >= GRACE

    def hear(self, event: events.Key) -> bool:
        """Every key comes here, before anything else is done about it; whether it counts."""
        self._call_off()
        self._alone = not self._bursts.follows(event.time)
        self._bursts.hear(event.time)
        return self.could_read(event.time) and not self._bursts.is_paste

    def on_key(self, event: events.Key) -> None:
        """Keys that do not count are swallowed, and Enter presses No alone."""
        counts = self.hear(event)
        if event.key == "escape":
            counts = event.time > self._painted  # a no is not too early once there is a question
        elif event.key == "enter" and not isinstance(self.focused, Checkbox | _Typed):
            if counts and self.focused is self.query_one("#no", Button):
                self.action_decide("no")
            counts = False
        elif counts and event.key in _ANSWERS:
            # Here, and not by the bindings: those are looked up after the next key was heard.
            self.action_decide(_ANSWERS[event.key])
            counts = False
        if not counts:
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """A paste answers nothing, and no key that comes with it does."""
        event.stop()
        self._call_off()
        self._bursts.hear(event.time)
        self._alone = False

    def _call_off(self) -> None:
        """What was pressed was not pressed by itself."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    @on(Input.Changed, "#typed")
    @on(Checkbox.Changed)
    def _reconsider(self, event: Input.Changed | Checkbox.Changed) -> None:
        """There is a yes to be pressed as long as it is a yes to what is shown."""
        event.stop()
        self.query_one("#yes", Button).disabled = not self._can_agree
        for button in self.query("#anew").results(Button):
            button.disabled = not self._may_ask_anew
        self.refresh_bindings()

    @on(Input.Submitted, "#typed")
    def _typed_all(self, event: Input.Submitted) -> None:
        """Enter agrees to nothing: it leads from the field to the yes."""
        event.stop()
        if self._can_agree:
            self.query_one("#yes", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A click."""
        event.stop()
        if self._clock() - self._shown >= GRACE:
            self._decide(str(event.button.id))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key would do anything now."""
        return action != "decide" or not self.is_mounted or self._may(str(parameters[0]))

    def action_decide(self, how: str) -> None:
        """`yes`, `no` or `anew`, unless another key comes with it or right after it."""
        if self._alone and self._may(how):
            self._waiting = self.set_timer(QUIET, lambda: self._decide(how))

    def action_refuse(self) -> None:
        """No, at once."""
        self._decide("no")

    def action_scroll(self, lines: int) -> None:
        """What has no room is scrolled to, wherever the focus is."""
        self.query_one("#statement", MovingScroll).move_by(lines)

    @property
    def _may_ask_anew(self) -> bool:
        """Whether other claims are ticked, and any at all."""
        return self._differs and bool(self._ticked)

    def _may(self, how: str) -> bool:
        """Whether that can be answered now."""
        return {"yes": self._can_agree, "anew": self._may_ask_anew}.get(how, True)

    def _decide(self, how: str) -> None:
        if not self._may(how) or not self.is_current:
            return
        yes, claims = how == "yes", self._ticked if how == "anew" else None
        typed = self._typed if yes else None
        self.dismiss(Answer(yes=yes, by=By.DIALOG, typed=typed, claims=claims))
