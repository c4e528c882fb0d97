"""A process that judges chunks of inputs for another one, until there are no more."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from typing import TYPE_CHECKING

from wallet.cli.verify.answers import Shape, answer
from wallet.cli.verify.pool import unpacked
from wallet.frames import read_frame, write_frame
from wallet.judging import Judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from wallet.cli.verify.answers import Judges
    from wallet.judging import Asked


def serve(opened: Callable[[Asked], AbstractContextManager[Judges]] = Judge) -> None:
    """Judge what comes in on standard input, and answer on standard output.

    `opened` makes what judges, out of what was asked.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this one ends it
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    if (opening := read_frame(sys.stdin.buffer)) is None:
        return
    shape = Shape.of(opening[0])
    asked: Asked = pickle.loads(opening[1])  # noqa: S301 - from whoever started this one
    with opened(asked) as judge:
        while (frame := read_frame(sys.stdin.buffer)) is not None:
            found = [answer(input_, judge, shape) for input_ in unpacked(*frame)]
            try:
                write_frame(answers, [[a.name, a.verdict, a.text, a.why] for a in found])
            except BrokenPipeError:
                # Nobody waits for it any more: no last flush shall complain of that.
                os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())
                return
