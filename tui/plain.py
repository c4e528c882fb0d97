"""`holdfast --plain`: the same conversation in lines, for a screen reader or a plain terminal.

Nothing moves, nothing is drawn over, and nothing is said by a place or a colour alone: who speaks
stands before each line. A deed is agreed to by a word that is typed on the terminal itself.
"""

from __future__ import annotations

import readline
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from agent.conversation import Conversation
from agent.dialogue import converse, piped_lines, typed_lines
from agent.lines import show_result
from did.errors import DIDError
from tui import slash
from tui.rooms import ROOMS
from tui.slash import Doing, Explaining, Going, Own, as_typed_here
from wallet.actions import ACTIONS
from wallet.actions.consent import decide, proposed, run, unanswered
from wallet.actions.journal import Asker
from wallet.actions.reading import reading
from wallet.cli import render
from wallet.cli.acting import pick_up
from wallet.cli.asking import answer_of
from wallet.cli.restore import new_passphrase
from wallet.errors import BadInput, NotConsented, WalletError
from wallet.messages import Message, say, text
from wallet.recognizing import recognize
from wallet.reminders.telling import tell
from wallet.talk import Entry, Sort, Talk, forget, keep, recall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType

    from agent.dialogue import Line
    from agent.model import Model
    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.actions.registry import Action
    from wallet.actions.result import Result, Undo
    from wallet.cli.diagnostics import ExitCode
    from wallet.cli.options import Options
    from wallet.wallet import Wallet

    Approver = Callable[[Proposal, str], Answer]

_SHOWN_AGAIN: Final = 6
"""Of the entries of an earlier conversation."""
_LONGEST_AGAIN: Final = 400
"""Of one of them, in characters: whoever listens has heard it."""
_READS: Final[Mapping[str, str]] = {
    "credentials": "list_credentials",
    "identities": "list_dids",
    "contacts": "list_contacts",
    "activity": "show_history",
    "chain": "show_balance",
}
"""What is read out in the place of a room."""

_OF_LINES: Final[Mapping[Own, Message]] = MappingProxyType(
    {
        Own.KEYS: say("Enter sends a line; up and down go through those before"),
        Own.COPY: say("copy it with your terminal: nothing is drawn over it here"),
        Own.EDIT: say("a line is typed here: no editor takes the place of the conversation"),
    }
)
"""What is said in place of what only a drawn conversation has."""


_SAID_BY_THE_WALLET: Final = MappingProxyType({Sort.WARNING: Sort.WALLET, Sort.ERROR: Sort.WALLET})


class PlainTalk:
    """A conversation with an open wallet, line by line; `is_left` once the person goes."""

    def __init__(
        self, wallet: Wallet, model: Model, options: Options, *, approver: Approver = answer_of
    ) -> None:
        """`approver` has the person asked about a deed."""
        self._wallet = replace(wallet, new_passphrase=new_passphrase)
        self._options = options
        self._approver = approver
        self._conversation = Conversation(self._wallet, model)
        self._undo: Undo | None = None
        self._lines: list[str] = []
        self._entries: list[Entry] = []
        self._label: Final = f"{self._words(say('wallet'))}: "
        self.is_left = True

    def begin(self) -> None:
        """Say how it works, what was said before and what is due."""
        told = recall(self._wallet)
        self._lines = list(told.lines)
        for line in self._lines:
            readline.add_history(line)
        for entry in told.entries[-_SHOWN_AGAIN:]:
            label = _SAID_BY_THE_WALLET.get(entry.sort, entry.sort).value
            who = self._words(say("earlier, {who}", who=say(label)))
            for line in _shortened(entry.text).split("\n"):
                render.show_line(f"{who}: {line}")
        self.say(say("Say what you want in your own words. /help says more, /quit ends."))
        self._entries = list(told.entries)  # that is said each time
        pick_up(self._wallet, self._options)
        for due in tell(self._wallet.vault, self._wallet.clock()):
            self.say(due)

    def hold(self, lines: Iterator[Line], *, resume: bool) -> ExitCode:
        """Every line a turn or a command; `resume` is whether an interruption ends a turn alone."""
        try:
            return converse(
                self._conversation,
                self._through(lines),
                self._options,
                self._approver,
                resume=resume,
                voice=self._voice,
            )
        finally:
            self._save()

    def say(self, message: Message) -> None:
        """The wallet says something."""
        self.say_lines(self._words(message))

    def say_lines(self, said: str) -> None:
        """The same, of several lines."""
        for line in said.split("\n"):
            render.show_line(self._voice(line))

    def _voice(self, line: str) -> str:
        said = as_typed_here(line)
        self._entries.append(Entry(Sort.WALLET, said))
        return f"{self._label}{said}"

    def do(self, action: Action, arguments: Mapping[str, object]) -> Result | None:
        """Do it, once the person has agreed where it takes that; what went wrong is said."""
        try:
            result = self._done(action, arguments)
        except NotConsented:
            self.say(say("not done"))
            return None
        except (WalletError, DIDError) as error:
            self.complain(error)
            return None
        show_result(result, self._options.language, self._voice)
        if result.undo is not None:
            self._undo = result.undo
            self.say(say("to take it back: /undo"))
        return result

    def complain(self, error: WalletError | DIDError) -> None:
        """Say what went wrong, and what can be done about it."""
        for line in filter(None, (str(error), error.hint)):
            self.say_lines(line)

    def _done(self, action: Action, arguments: Mapping[str, object]) -> Result:
        if not action.needs_consent:
            return reading(self._wallet, action, arguments, asked=Asker.PERSON)
        proposal = proposed(self._wallet, action, arguments, asked=Asker.PERSON, can_type=True)
        try:
            answer = self._approver(proposal, self._options.language)
        except BaseException as error:
            unanswered(self._wallet, proposal, asked=Asker.PERSON, error=error)
            raise
        return run(self._wallet, proposal, decide(proposal, answer))

    def _through(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The lines that are no commands; commands are done, and secrets refused, on the way."""
        for line in lines:
            if not isinstance(line, str):
                yield line
            elif (found := recognize(line)).is_secret:
                _forget_typed()
                warning = found.warning or say("not shown")
                self.say(
                    say("{what}: it was not taken. {warning}", what=found.title, warning=warning)
                )
            elif not slash.is_command(line):
                self._keep(line)
                yield line
            elif not self._command(line):
                return

    def _command(self, line: str) -> bool:
        """Do what a command says; false where it ends the conversation."""
        self._keep(line)
        try:
            command = slash.parse(line, self._options.language)
        except BadInput as error:
            self.complain(error)
            return True
        match command:
            case Own.QUIT:
                return False
            case Doing(action, arguments):
                self.do(action, arguments)
                self.is_left = action.name != "lock"
                return self.is_left
            case Explaining(action):
                self._explain(action)
            case Going(room):
                self._read_out(room)
            case Own.UNDO:
                self._take_back()
            case Own.CLEAR:
                self.say(say("the conversation is forgotten"))
                forget(self._wallet)
                self._lines.clear()
                self._entries.clear()
                readline.clear_history()
            case Own.KEYS | Own.COPY | Own.EDIT:
                self.say(_OF_LINES[command])
        return True

    def _explain(self, action: Action) -> None:
        self.say(say(action.help))
        self.say_lines(action.example)
        for parameter in action.parameters:
            name = parameter.flag or parameter.name.upper()
            self.say_lines(f"{name}: {self._words(say(parameter.help))}")

    def _read_out(self, room: str) -> None:
        if (action := _READS.get(room)) is not None:
            self.do(ACTIONS[action], {})
            return
        (title,) = (door.title for door in ROOMS if door.name == room)
        self.say(say("{room} is a screen of its own; it has no lines. /help says more", room=title))

    def _take_back(self) -> None:
        undo, self._undo = self._undo, None
        if undo is None:
            self.say(say("there is nothing to take back"))
        else:
            self.do(ACTIONS[undo.action], undo.arguments)

    def _keep(self, line: str) -> None:
        self._lines.append(line)
        self._entries.append(Entry(Sort.YOU, line))
        self._save()

    def _save(self) -> None:
        keep(self._wallet, Talk(tuple(self._entries), tuple(self._lines)))

    def _words(self, message: Message) -> str:
        return text(message, self._options.language)


def lines_of(language: str) -> Iterator[Line]:
    """What is typed after a prompt that says whose turn it is, or what comes through a pipe."""
    if sys.stdin is None:
        return iter(())
    if not sys.stdin.isatty():
        return piped_lines(sys.stdin.buffer)
    return typed_lines(f"{text(say('you'), language)}: ")


class Idle(Exception):
    """Nobody typed anything for a while."""


def attentive(lines: Iterator[Line], seconds: float) -> Iterator[Line]:
    """The lines, unless nobody types one for so long. Raises `Idle`. For the main thread."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Idle

    before = signal.signal(signal.SIGALRM, end)
    try:
        while True:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            line = next(lines, None)
            signal.setitimer(signal.ITIMER_REAL, 0)
            if line is None:
                return
            yield line
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _forget_typed() -> None:
    """A secret that was typed is no line to go back to."""
    with suppress(ValueError):  # nothing was typed at a prompt
        readline.remove_history_item(readline.get_current_history_length() - 1)


def _shortened(said: str) -> str:
    return said if len(said) <= _LONGEST_AGAIN else f"{said[:_LONGEST_AGAIN]}…"
