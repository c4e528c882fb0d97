"""Questions to the person, asked and answered on the terminal itself, never through a pipe."""

from __future__ import annotations

import getpass
import termios
from typing import TYPE_CHECKING

from did.confidential import SecretText
from wallet.display import printable
from wallet.errors import BadInput, NotConsented
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Iterable

_TERMINAL = "/dev/tty"


def ask_secret(question: str, *, instead: str = "--passphrase-file") -> SecretText:
    """A line that is not shown while it is typed; `instead` is the option that spares the question.

    Raises:
        BadInput: there is no terminal to ask on, or what is typed there is no line of text.
    """
    asked = repr(question.rstrip(": "))
    try:
        with open(_TERMINAL, "r+b", buffering=0):  # noqa: PTH123 - a device, not a file
            pass
    except OSError as error:
        raise BadInput(f"there is no terminal to ask on: {asked}", hint=f"use {instead}") from error
    try:
        return SecretText(getpass.getpass(question))
    except EOFError:  # Ctrl-D, or the terminal was closed
        raise BadInput(f"nothing was typed: {asked}") from None
    except UnicodeDecodeError:
        # `from None`: the error holds what was typed.
        raise BadInput(f"what was typed is not UTF-8: {asked}", hint=f"use {instead}") from None


def ask_consent(lines: Iterable[str], language: str) -> bool:
    """Show lines and ask for a yes; anything but the whole word is a no.

    Raises:
        NotConsented: there is no terminal to ask on.
    """
    try:
        # Two streams, since a terminal cannot be sought in, which "r+" would need.
        writer = open(_TERMINAL, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        reader = open(_TERMINAL, encoding="utf-8", errors="replace")  # noqa: PTH123, SIM115
    except OSError as error:
        raise NotConsented(
            "this needs a yes, and there is no terminal to ask on",
            hint="on a command typed out in full, --yes agrees beforehand",
        ) from error
    with writer, reader:
        # What was typed or pasted before the question is no answer to it.
        termios.tcflush(reader, termios.TCIFLUSH)
        writer.writelines(printable(line) + "\n" for line in lines)
        writer.write(text(say("Do it? Type yes to agree: "), language))
        writer.flush()
        return reader.readline().strip().casefold() in {"yes", "是", "同意"}


def ask_sentence(lines: Iterable[str], sentence: str, language: str) -> bool:
    """Show lines and ask for a whole sentence to be typed; anything but it is a no.

    Raises:
        NotConsented: there is no terminal to ask on. Nothing agrees to this beforehand.
    """
    try:
        writer = open(_TERMINAL, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - as above
        reader = open(_TERMINAL, encoding="utf-8", errors="replace")  # noqa: PTH123, SIM115
    except OSError as error:
        raise NotConsented(
            "this needs a sentence to be typed, and there is no terminal to ask on"
        ) from error
    with writer, reader:
        termios.tcflush(reader, termios.TCIFLUSH)
        writer.writelines(printable(line) + "\n" for line in lines)
        asked = text(say("To agree, type: {sentence}", sentence=sentence), language)
        writer.write(f"{printable(asked)}\n> ")
        writer.flush()
        typed = " ".join(reader.readline().split())
    return typed.casefold() == sentence.casefold()
