"""Asking didkit something, in child processes that may crash or hang without harm."""

from __future__ import annotations

import json
import os
import sys
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, final

from did.confidential import SecretText
from wallet.credentials.errors import DidkitFailed
from wallet.credentials.formats.didkit_child import Child, Died, TooLate

if TYPE_CHECKING:
    from collections.abc import Mapping

# By its path, so that the child imports nothing of the wallet; isolated (-I) from the environment,
# the current folder and the person's own packages.
_COMMAND: Final = (sys.executable, "-I", str(Path(__file__).with_name("didkit_process.py")))

MAX_CHILDREN: Final = 4
"""How many children answer at once; who asks more waits for a turn."""
MAX_KEPT: Final = 2
"""How many children wait for another question."""
MAX_QUESTION: Final = 8 * 1024 * 1024
"""The longest question, in bytes: room for the largest document, its contexts written out."""

_HELLO: Final = b'{"operation": "hello"}\n'
"""A question that has no answer but an error."""

_SIGNING: Final = frozenset({"issue_credential", "issue_presentation"})
"""The operations that are given a private key."""


@final
class DidkitPipe:
    """Asks children that run `command`; an answer that takes over `timeout` seconds is none.

    A child that answered well is kept for the next question. One that was given a private key
    answers nothing else. Any thread may ask, and so may a process forked off, of children of its
    own. They end with `close`, with the pipe, and with this process, however it ends.
    """

    __slots__ = ("__weakref__", "_children", "_turns", "command", "timeout")

    def __init__(self, command: tuple[str, ...] = _COMMAND, timeout: float = 10.0) -> None:
        """No child is started before the first question."""
        self.command = command
        self.timeout = timeout
        self._children = _Children()
        self._turns = threading.BoundedSemaphore(MAX_CHILDREN)
        weakref.finalize(self, self._children.end)
        _PIPES.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the children that wait. Another question would start one again."""
        self._children.end()

    def ask(self, operation: str, **request: Any) -> Mapping[str, Any]:
        """What didkit answers: a JSON object.

        Raises:
            DidkitFailed: the child crashed, hung, or answered with an error of its own.
        """
        id_ = os.urandom(8).hex()
        try:
            line = SecretText(json.dumps({"operation": operation, **request, "id": id_}) + "\n")
        except (TypeError, ValueError, RecursionError) as error:
            raise DidkitFailed("the question to didkit is not expressible as JSON") from error
        if len(line) > MAX_QUESTION:
            raise DidkitFailed(f"the question to didkit is over {MAX_QUESTION} bytes long")
        with self._turns:
            answer = self._answer(line.encode(), id_, secret=operation in _SIGNING)
        match answer:
            case {"result": dict() as result}:
                return result
            case {"error": str(reason)}:
                raise DidkitFailed(f"didkit could not tell: {reason}")
            case _:
                raise DidkitFailed("didkit gave no readable answer")

    def _answer(self, line: bytes, id_: str, *, secret: bool) -> Any:
        """The JSON answered: by a child that waited, or a fresh one where that had died."""
        while True:
            kept = None if secret else self._children.take()
            child = kept or (self._withdrawn() if secret else self._start())
            answer = self._exchange(child, line)
            told = answer.pop("id", None) if isinstance(answer, dict) else None
            if told == id_ and child.in_step and not secret:
                self._children.keep(child)
            else:
                self._children.drop(child)
            if told == id_:
                return answer
            if kept is not None:
                continue  # it had died, or said more than was asked before
            if answer is None:
                raise DidkitFailed("didkit crashed before it answered")
            if told is not None:
                raise DidkitFailed("didkit answered another question")
            return answer  # one that has been asked nothing else need not say what it answers

    def _exchange(self, child: Child, line: bytes) -> Any:
        """The JSON that one child answers, or None where it dies before."""
        try:
            return json.loads(child.exchange(line, self.timeout))
        except Died:
            return None
        except TooLate as error:
            self._children.drop(child)
            raise DidkitFailed(f"didkit did not answer in {self.timeout:g} seconds") from error
        except (ValueError, RecursionError) as error:
            self._children.drop(child)
            raise DidkitFailed("didkit gave no readable answer") from error
        except BaseException:  # Ctrl-C: its answer would be the next question's
            self._children.drop(child)
            raise

    def _withdrawn(self) -> Child:
        """A fresh child that can be given a secret: it has answered, so nobody can look into it."""
        child = self._start()
        if self._exchange(child, _HELLO) is None:
            self._children.drop(child)
            raise DidkitFailed("didkit crashed before it answered")
        return child

    def _start(self) -> Child:
        try:
            return self._children.add(Child(self.command))
        except OSError as error:
            raise DidkitFailed("didkit could not be started") from error

    def _forked(self) -> None:
        """In a process forked off: the children are the other's, and so is who waits for a turn."""
        self._children.forget()
        self._turns = threading.BoundedSemaphore(MAX_CHILDREN)


class _Children:
    """The children that a pipe started and has not ended, those that wait among them."""

    __slots__ = ("_all", "_lock", "_waiting")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: set[Child] = set()
        self._waiting: list[Child] = []

    def add(self, child: Child) -> Child:
        with self._lock:
            self._all.add(child)
        return child

    def take(self) -> Child | None:
        """The one that answered last: the others may have ended for want of questions."""
        with self._lock:
            return self._waiting.pop() if self._waiting else None

    def keep(self, child: Child) -> None:
        with self._lock:
            if len(self._waiting) < MAX_KEPT:
                self._waiting.append(child)
                return
        self.drop(child)

    def drop(self, child: Child) -> None:
        with self._lock:
            self._all.discard(child)
        child.end()

    def end(self) -> None:
        while (child := self.take()) is not None:
            self.drop(child)

    def forget(self) -> None:
        self._lock = threading.Lock()
        for child in self._all:
            child.forget()
        self._all, self._waiting = set(), []


_PIPES: Final[weakref.WeakSet[DidkitPipe]] = weakref.WeakSet()


def _forget_all() -> None:
    for pipe in tuple(_PIPES):
        pipe._forked()  # noqa: SLF001 - this module's own


os.register_at_fork(after_in_child=_forget_all)

SHARED: Final = DidkitPipe()
"""The pipe of whoever has none of their own: one child serves them all."""
