"""Settings: how it looks, speaks and locks; network, model, keys; what is remembered, and rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui import themes
from tui.chosen import Line, Row, State, in_words
from tui.keys import key
from tui.naming import LANGUAGE_NAMES
from tui.picking import PickScreen
from tui.screens.passphrase import ChangeScreen, RevealScreen
from tui.screens.room import Room
from tui.widgets.moving import MovingOptions
from wallet.actions.memorizing import FORGET_MEMORY
from wallet.actions.ruling import REMOVE_POLICY
from wallet.display import printable
from wallet.messages import LANGUAGES, Message, say
from wallet.settings import keep_conversation, use_keyring, use_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from wallet.wallet import Wallet

MINUTES: Final = (1, 5, 15, 30, 60, 0)
"""What can be chosen; the file may say anything."""


class _Lines(MovingOptions):
    """What Enter does is shown among the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "select", say("Change"))]


class SettingsScreen(Room):
    """A list; Enter changes what stands in a line."""

    ROOM = "settings"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("d,delete", "remove", say("Forget it")),
    ]
    DEFAULT_CSS = """
    SettingsScreen MovingOptions, SettingsScreen MovingOptions:focus {
      height: 1fr;
      border: none;
      padding: 0 1;
      background: $background;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._state: State | None = None
        self._lines: list[Line | Message] = []

    def furnish(self) -> ComposeResult:
        """One list."""
        yield _Lines(id="settings-list", markup=False)

    def on_mount(self) -> None:
        """To the list."""
        self.query_one(MovingOptions).focus()

    def load(self) -> None:
        """The list anew."""
        self.look(State.of, self._show)

    def _show(self, state: State) -> None:
        self._state = state
        listed = self.query_one(MovingOptions)
        at = listed.highlighted
        self._lines = list(self._all(state))
        listed.clear_options()
        listed.add_options([self._option(line) for line in self._lines])
        listed.highlighted = 1 if at is None else min(at, len(self._lines) - 1)

    def _option(self, line: Line | Message) -> Option:
        if isinstance(line, Message):
            return Option(Content.styled(f"\n{self.words(line)}", "bold $primary"), disabled=True)
        label, value = (printable(each) for each in in_words(line, self.holdfast.language))
        between = "  " if value else ""
        return Option(Content.assemble(f"  {label}{between}", (value, themes.MUTED)))

    def _all(self, state: State) -> Iterator[Line | Message]:
        yield from self._of_the_program(state)
        yield from self._of_the_wallet(state)
        yield say("Remembered")
        yield from state.memories
        yield Line(Row.NEW_MEMORY, say("Remember something …"))
        yield say("Rules")
        yield from state.rules
        yield Line(Row.NEW_RULE, say("Set a rule …"))

    def _of_the_program(self, state: State) -> Iterator[Line | Message]:
        app = self.holdfast
        yield say("This program")
        yield Line(Row.LANGUAGE, say("Language"), LANGUAGE_NAMES[app.language])
        yield Line(Row.THEME, say("Theme"), app.theme)
        yield Line(Row.LOCK, say("Locks when nobody is there"), _minutes(app.looks.lock_after))
        kept = state.settings.keep_conversation
        yield Line(Row.CONVERSATION, say("Keeps the conversation"), _yes(kept))

    @staticmethod
    def _of_the_wallet(state: State) -> Iterator[Line | Message]:
        yield say("This wallet")
        used = next((one.name for one in state.models if one.in_use), say("none"))
        yield Line(Row.NETWORK, say("New DIDs live on"), state.network)
        yield Line(Row.MODEL, say("Model"), used)
        yield Line(Row.KEYRING, say("Asks the system's keyring"), _yes(state.settings.keyring))
        yield Line(Row.PASSPHRASE, say("Change the passphrase …"))
        yield Line(Row.PHRASE, say("Show the recovery phrase …"))

    # What Enter does

    @property
    def _here(self) -> Line | None:
        """The line one is at."""
        at = self.query_one(MovingOptions).highlighted if self.is_mounted else None
        line = self._lines[at] if at is not None and at < len(self._lines) else None
        return line if isinstance(line, Line) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is remembered can be forgotten, and rules removed."""
        here = self._here
        if action == "remove":
            return here is not None and here.row in {Row.MEMORY, Row.RULE}
        return super().check_action(action, parameters)

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _chosen(self, chosen: OptionList.OptionSelected) -> None:
        chosen.stop()
        self._change()

    def _change(self) -> None:
        """Change what stands in the line."""
        here, state = self._here, self._state
        if here is None or state is None:
            return
        change: dict[Row, Callable[[State], None]] = {
            Row.LANGUAGE: self._change_language,
            Row.THEME: self._change_theme,
            Row.LOCK: self._change_lock,
            Row.CONVERSATION: self._change_conversation,
            Row.MODEL: self._change_model,
            Row.KEYRING: self._change_keyring,
            Row.NETWORK: lambda _: self.holdfast.action_go("chain"),
            Row.PASSPHRASE: lambda _: self._change_passphrase(),
            Row.PHRASE: lambda _: self._reveal(),
            Row.MEMORY: lambda _: self.action_remove(),
            Row.RULE: lambda _: self.action_remove(),
            Row.NEW_MEMORY: lambda _: self.fill("set_memory"),
            Row.NEW_RULE: lambda _: self.fill("add_policy"),
        }
        change[here.row](state)

    def action_remove(self) -> None:
        """Forget what the line says, after a question."""
        here = self._here
        if here is not None and here.row is Row.MEMORY:
            self.do(FORGET_MEMORY.name, {"memory": here.id})
        elif here is not None and here.row is Row.RULE:
            self.do(REMOVE_POLICY.name, {"policy": here.id})

    def _pick(
        self, title: Message, options: Sequence[str], at: int, then: Callable[[int], None]
    ) -> None:
        def picked(which: int | None) -> None:
            if which is not None:
                then(which)
                self.load()

        self.app.push_screen(PickScreen(self.words(title), options, at=at), picked)

    def _change_language(self, _state: State) -> None:
        names = [LANGUAGE_NAMES[one] for one in LANGUAGES]
        at = LANGUAGES.index(self.holdfast.language)

        def then(which: int) -> None:
            self.holdfast.choose_language(LANGUAGES[which])

        self._pick(say("Language"), names, at, then)

    def _change_theme(self, _state: State) -> None:
        own = [theme.name for theme in themes.OWN]
        names = [*own, *sorted(set(self.app.available_themes) - set(own))]

        def then(which: int) -> None:
            self.holdfast.choose_theme(names[which])

        self._pick(say("Theme"), names, names.index(self.app.theme), then)

    def _change_lock(self, _state: State) -> None:
        words = [self.words(_minutes(minutes)) for minutes in MINUTES]
        now = self.holdfast.looks.lock_after
        at = MINUTES.index(now) if now in MINUTES else 0

        def then(which: int) -> None:
            looks = self.holdfast.looks
            self.holdfast.choose(replace(looks, lock_after=MINUTES[which]))

        self._pick(say("Locks when nobody is there"), words, at, then)

    def _write(self, work: Callable[[Wallet], None]) -> None:
        """Write a setting down, and look again."""
        if self.holdfast.session.read_only:
            self.tell(say("for reading only"))
        else:
            self.look(work, lambda _: self.load())

    def _change_conversation(self, state: State) -> None:
        keep = not state.settings.keep_conversation
        self._write(lambda wallet: keep_conversation(wallet.home, keep=keep))

    def _change_keyring(self, state: State) -> None:
        if state.settings.keyring:
            self._write(lambda wallet: use_keyring(wallet.home, use=False))
        else:
            self.tell(say("holdfast passphrase --keep-in-keyring has the keyring keep it"))

    def _change_model(self, state: State) -> None:
        at = next((at for at, one in enumerate(state.models) if one.in_use), 0)

        def then(which: int) -> None:
            path = state.models[which].path
            self._write(lambda wallet: use_model(wallet.home, path and Path(path)))
            self.tell(say("the model is used from the next start on"))

        self._pick(say("Model"), [one.name for one in state.models], at, then)

    def _change_passphrase(self) -> None:
        if self.holdfast.session.read_only:
            self.tell(say("for reading only"))
        else:
            self.app.push_screen(ChangeScreen())

    def _reveal(self) -> None:
        self.app.push_screen(RevealScreen())


def _minutes(minutes: int) -> Message:
    return say("after {minutes} min", minutes=minutes) if minutes else say("never")


def _yes(value: object) -> Message:
    return say("yes") if value else say("no")
