"""A process that judges for the server, until the server ends."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING

from wallet.frames import read_frame, write_frame
from wallet.serving.problems import Problem
from wallet.serving.verifying import Answer, Verifier

if TYPE_CHECKING:
    from wallet.judging import Asked


def serve() -> None:
    """Do the tasks that come in on standard input, and answer on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this one ends it
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    if (opening := read_frame(sys.stdin.buffer)) is None:
        return
    asked: Asked = pickle.loads(opening[1])  # noqa: S301 - from whoever started this one
    verifier = Verifier(asked)
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        head, body = frame
        if "lists" in head:
            verifier.publish(head["lists"])
        answer = _answer(verifier, head["task"], body)
        try:
            write_frame(answers, answer.status.value, answer.body)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())
            break
    verifier.close()


def _answer(verifier: Verifier, task: str, body: bytes) -> Answer:
    try:
        return verifier.answer(task, body)
    except Exception as error:  # noqa: BLE001 - a defect here says nothing about the document
        problem = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"it broke off: {type(error).__name__}")
        return Answer(problem.status, problem.body())
