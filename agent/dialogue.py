"""A whole conversation in lines: one turn a line, out of a pipe or typed at a prompt.

It goes on to the end of the lines, or to a goodbye. What was asked back and what was said before
stays known from line to line. Nothing that stands in a line is a yes: a deed is agreed to on the
terminal itself, or waits under its digest.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from agent.han import simplified
from agent.lines import take_turn
from agent.prompt import LONGEST_MESSAGE
from wallet.cli import render
from wallet.cli.diagnostics import ExitCode, code_of, complain, note
from wallet.errors import BadInput
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from agent.conversation import Conversation
    from agent.lines import Voice
    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.cli.options import Options

GOODBYES: Final = frozenset({"bye", "goodbye", "exit", "quit", "再见", "拜拜", "掰掰", "退出"})
LONGEST_LINE: Final = 4 * LONGEST_MESSAGE + 2
"""In bytes, with its end: no character takes more than four."""
_PROMPT: Final = "> "

Line = str | BadInput
"""What was said, or why it cannot be read."""


def converse(
    conversation: Conversation,
    lines: Iterator[Line],
    options: Options,
    approver: Callable[[Proposal, str], Answer | None],
    *,
    resume: bool = False,
    voice: Voice | None = None,
) -> ExitCode:
    """Every line a turn, to a goodbye or the last one.

    The exit code is 8 where a deed waits or was refused, else that of the last turn that ended
    otherwise than done. `resume` is whether an interruption ends a turn alone; `voice` is
    that of `take_turn`.

    Raises:
        KeyboardInterrupt: somebody interrupted between two turns, or a turn where `resume` is not.
    """
    codes: list[ExitCode] = []
    for number, line in enumerate(lines, start=1):
        if isinstance(line, str) and is_goodbye(line):
            break
        try:
            codes.append(_turn(conversation, line, options, approver, number, voice))
        except KeyboardInterrupt:
            if not resume:
                raise
            codes.append(ExitCode.INTERRUPTED)
            note(text(say("interrupted: nothing more of this is done"), conversation.language))
    if ExitCode.NOT_CONSENTED in codes:
        return ExitCode.NOT_CONSENTED
    return next((code for code in reversed(codes) if code is not ExitCode.DONE), ExitCode.DONE)


def _turn(
    conversation: Conversation,
    line: Line,
    options: Options,
    approver: Callable[[Proposal, str], Answer | None],
    number: int,
    voice: Voice | None,
) -> ExitCode:
    def stream(event: dict[str, Any]) -> None:
        render.show_json_line({"turn": number, **event})

    if isinstance(line, str):
        return take_turn(
            conversation,
            line,
            options,
            approver,
            remark=note if voice is None else (lambda said: render.show_line(voice(said))),
            stream=stream if options.json else None,
            voice=voice,
        )
    if options.json:
        stream({"event": "failed", "error": str(line), "hint": line.hint})
        stream({"event": "ended", "exit": int(code_of(line))})
    return complain(line)


def is_goodbye(line: str) -> bool:
    """Whether a line is nothing but a goodbye."""
    return simplified(line).strip(" .!。！~～\t").casefold() in GOODBYES


def piped_lines(source: BinaryIO) -> Iterator[Line]:
    """The lines of a pipe or a file that say something, as they come."""
    while data := source.readline(LONGEST_LINE):
        if len(data) == LONGEST_LINE and not data.endswith(b"\n"):
            while (rest := source.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield BadInput("a line is longer than anybody could read", hint="say it in fewer words")
            continue
        try:
            line = data.decode().strip()
        except UnicodeDecodeError:
            yield BadInput("a line is not UTF-8")
            continue
        if line:
            yield line


def typed_lines(prompt: str = _PROMPT) -> Iterator[Line]:
    """What the person types after a prompt on the terminal, until they end it with Ctrl-D."""
    # Deferred, and unused by name: with it, what is typed can be edited.
    import readline  # noqa: F401, PLC0415

    while True:
        try:
            line = input(prompt) if sys.stdout.isatty() else _asked_beside(prompt)
        except EOFError:
            note("")
            return
        except UnicodeDecodeError:
            yield BadInput("a line is not UTF-8")
            continue
        if line.strip():
            yield line.strip()


def _asked_beside(prompt: str) -> str:
    """A line typed where the results go elsewhere: the prompt stands beside them."""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line
