"""Writing a message in an editor of one's own: $VISUAL or $EDITOR, as a file that is gone after it.

Only what may be said comes into that file, and no secret may. While the editor has the terminal,
the wallet still locks when it is time; what was being written is then gone, as all that was shown.
"""

from __future__ import annotations

import asyncio
import shlex
import shutil
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wallet.errors import WalletError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

_USUAL: Final = ("nano", "vi")
_LOOKS: Final = 1.0
"""Seconds between two looks at whether the wallet is still open."""


class NoEditor(WalletError):
    """There is no editor, or it did not do what was asked."""


def editor_of(environment: Mapping[str, str]) -> list[str]:
    """The command that a person wants, or one that most systems have.

    Raises:
        NoEditor: there is none.
    """
    for name in ("VISUAL", "EDITOR"):
        if wanted := environment.get(name, "").strip():
            try:
                return shlex.split(wanted)
            except ValueError as error:
                raise NoEditor(f"{name} cannot be read as a command") from error
    found = next(filter(None, map(shutil.which, _USUAL)), None)
    if found is None:
        raise NoEditor("there is no editor here", hint="name one in the variable EDITOR")
    return [found]


async def edited(
    text: str,
    command: Sequence[str],
    *,
    suspended: Callable[[], AbstractContextManager[None]],
    may_go_on: Callable[[], bool],
) -> str:
    """The text as it is when the editor ends.

    The file, and whatever the editor puts beside it, lies in a folder that only its owner can
    enter. Where it may not go on, the editor is ended.

    Raises:
        NoEditor: it could not be started, or failed, or what it left is no text.
    """
    with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
        file = Path(folder) / "message.md"
        file.touch(0o600)
        file.write_text(text, encoding="utf-8")
        with suspended(), _undisturbed():
            code = await _run([*command, str(file)], may_go_on)
        if code:
            raise NoEditor(f"{command[0]} ended with {code}: the message is as it was")
        try:
            return file.read_text(encoding="utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise NoEditor("what the editor left cannot be read") from error


async def _run(command: Sequence[str], may_go_on: Callable[[], bool]) -> int:
    try:
        process = await asyncio.create_subprocess_exec(*command)
    except OSError as error:
        raise NoEditor(f"{command[0]!r} cannot be started: {error.strerror}") from error
    while True:
        try:
            return await asyncio.wait_for(asyncio.shield(process.wait()), _LOOKS)
        except TimeoutError:
            if not may_go_on():
                process.terminate()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl+C is the editor's, which has the terminal as this program has."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
