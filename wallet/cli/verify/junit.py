"""A JUnit report of a batch, for what shows the results of tests: a test case for each input.

What is invalid, revoked, expired or untrusted is a failure; what could not be read or found out is
an error. Nothing is "skipped", which those who read such reports take for no objection. The file
is written as the answers come and takes its name when it is whole.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from wallet.cli.verify.answers import UNREADABLE
from wallet.errors import BadInput
from wallet.files import at_home
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from typing import BinaryIO

    from wallet.cli.verify.answers import Answer

_SUITE: Final = "holdfast verify"
_HEADER: Final = 256  # bytes kept free at the beginning, for the counts
_ERRORS: Final = frozenset({UNREADABLE, Verdict.INDETERMINATE.value})

# XML 1.0, section 2.2: Char. Others cannot stand in a document, not even as a reference.
_NO_CHARACTER: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Section 3.3.3: a tab or the end of a line would be read as a space.
_ESCAPES: Final = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)


class JUnit:
    """A report that grows: `add` each answer; leaving without an error gives it its name.

    Raises `BadInput` where it cannot be written.
    """

    def __init__(self, name: str) -> None:
        self._path: Final = at_home(Path(name))
        if not self._path.name or "\0" in name or self._path.is_dir():
            raise BadInput(f"{name!r} cannot be written: it names no file")
        self._part: Final = self._path.with_name(f".holdfast-{secrets.token_hex(8)}.part")
        self._counts: Final = {"tests": 0, "failures": 0, "errors": 0}
        try:
            self._file: Final[BinaryIO] = self._part.open("xb")
            self._file.write(b"\n" * _HEADER)
        except (OSError, ValueError) as error:  # ValueError: a name that cannot be encoded
            raise self._refusal(error) from error

    def add(self, answer: Answer) -> None:
        """One test case."""
        self._counts["tests"] += 1
        case = f'<testcase classname="{_SUITE}" name="{escaped(answer.name)}"'
        if answer.verdict == Verdict.VALID:
            self._write(f"{case}/>\n")
            return
        kind = "error" if answer.verdict in _ERRORS else "failure"
        self._counts[f"{kind}s"] += 1
        why = escaped(answer.why or answer.verdict)
        self._write(f'{case}><{kind} type="{answer.verdict}" message="{why}"/></testcase>\n')

    def _write(self, text: str) -> None:
        try:
            self._file.write(text.encode())
        except OSError as error:
            raise self._refusal(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            with self._file as file:
                if kind is None:
                    counts = "".join(f' {name}="{count}"' for name, count in self._counts.items())
                    file.write(b"</testsuite>\n")
                    file.seek(0)
                    file.write(
                        b'<?xml version="1.0" encoding="UTF-8"?>\n'
                        + f'<testsuite name="{_SUITE}"{counts}>'.encode()
                    )
                    file.flush()
                    os.fsync(file.fileno())
            if kind is None:
                self._part.replace(self._path)
        except OSError as error:
            raise self._refusal(error) from error
        finally:
            self._part.unlink(missing_ok=True)

    def _refusal(self, error: OSError | ValueError) -> BadInput:
        reason = error.strerror if isinstance(error, OSError) else error
        return BadInput(f"{str(self._path)!r} cannot be written: {reason}")


def escaped(text: str) -> str:
    """`text` as an attribute's value; what XML cannot say is left out."""
    return _NO_CHARACTER.sub("", text).translate(_ESCAPES)
