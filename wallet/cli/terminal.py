"""Questions to the person, asked and answered on the terminal itself, never through a pipe."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, TextIO

from wallet.display import printable
from wallet.errors import BadInput, NotConsented
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Iterable

_TERMINAL = "/dev/tty"


def ask_secret(question: str) -> str:
    """A line that is not shown while it is typed.

    Raises:
        BadInput: there is no terminal to ask on.
    """
    try:
        with open(_TERMINAL, "r+b", buffering=0):  # noqa: PTH123 - a device, not a file
            pass
    except OSError as error:
        raise BadInput(
            "there is no terminal to ask for the passphrase on", hint="use --passphrase-file"
        ) from error
    return getpass.getpass(question)


def ask_consent(lines: Iterable[str], language: str) -> bool:
    """Show lines and ask for a yes; anything but the whole word is a no.

    Raises:
        NotConsented: there is no terminal to ask on.
    """
    try:
        terminal = open(_TERMINAL, "r+", encoding="utf-8")  # noqa: PTH123, SIM115
    except OSError as error:
        raise NotConsented(
            "this needs a yes, and there is no terminal to ask on",
            hint="on a command typed out in full, --yes agrees beforehand",
        ) from error
    with terminal:
        terminal.writelines(printable(line) + "\n" for line in lines)
        question = text(say("Do it? Type yes to agree: "), language)
        return _answer(terminal, question) in {"yes", "是", "同意"}


def _answer(terminal: TextIO, question: str) -> str:
    terminal.write(question)
    terminal.flush()
    return terminal.readline().strip().casefold()
