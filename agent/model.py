"""The model: text in, text out, held by a grammar.

`LlamaModel` runs llama.cpp in a child process (`agent.llama_process`), since an invalid grammar,
a hostile model file or a second thread ends the process it is in: that costs one turn, never the
wallet. An instruct model is told its task in messages, and talks freely, too (`agent.instruct`).
`ScriptedModel` answers from a list, for tests of everything above it.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from agent.errors import Cancelled, ModelFailed, NoModel
from wallet.hardening import clean_environment
from wallet.profiles import data_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.instruct import Said

FILE_NAME: Final = "holdfast-agent.gguf"
READER_NAME: Final = "holdfast-reader.gguf"
LOAD_SECONDS: Final = 60.0
ANSWER_SECONDS: Final = 30.0
INSTRUCT_SECONDS: Final = 300.0  # a large model reads its task slowly on a small machine
STOP_SECONDS: Final = 5.0  # to give up a question that was called off


_THOUGHT: Final = "<think>"
_THOUGHT_ENDS: Final = "</think>"
_CHUNK: Final = 1 << 16
_SLOWEST: Final = 50_000_000  # bytes a second that a disk reads at least


class Model(Protocol):
    """Continues a prompt with a line that a grammar allows."""

    def complete(self, prompt: str, grammar: str, /) -> str:
        """The line, without its newline.

        Raises:
            ModelFailed: there is no answer this time.
        """
        ...


class ScriptedModel:
    """Answers with the lines it was given, in order."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def complete(self, prompt: str, grammar: str, /) -> str:
        """The next line."""
        del prompt, grammar
        try:
            return next(self._lines)
        except StopIteration as error:
            raise ModelFailed("the script has no further line") from error


class LlamaModel:
    """A GGUF file under llama.cpp, in a child process that starts with the first question."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._process: subprocess.Popen[bytes] | None = None
        self._instructed = False
        self._number = 0
        self._received = b""
        self._writing = threading.Lock()  # `cancel` is called from other threads

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def complete(self, prompt: str, grammar: str, /) -> str:
        """The model's line for the prompt."""
        self.start()
        return self._asked({"prompt": prompt, "grammar": grammar}, ANSWER_SECONDS)

    def instructed(self) -> bool:
        """Whether it is told its task in messages: the file brings a chat template.

        Raises:
            NoModel: the file cannot be loaded.
        """
        self.start()
        return self._instructed

    def answer(self, messages: Sequence[Said], grammar: str, /) -> str:
        """An instruct model's line for the messages. Raises as `complete`."""
        self.start()
        return self._asked({"messages": _plain(messages), "grammar": grammar}, INSTRUCT_SECONDS)

    def talk(self, messages: Sequence[Said], /) -> Iterator[str]:
        """An instruct model's message, in pieces as they come; its thoughts are left out.

        Whoever stops reading calls it off.

        Raises:
            ModelFailed: there is no answer this time, or no more of it.
        """
        self.start()
        yield from _spoken(self._pieces({"messages": _plain(messages)}))

    def cancel(self) -> None:
        """Call off what is asked now, from any thread; whoever asked gets `Cancelled`."""
        process = self._process
        if process is None or process.stdin is None:
            return
        with self._writing:
            try:
                process.stdin.write(json.dumps({"cancel": self._number}).encode() + b"\n")
                process.stdin.flush()
            except (OSError, ValueError):  # it has ended: nothing is asked
                return

    def start(self) -> None:
        """Load the model, if it is not loaded.

        Raises:
            NoModel: the file cannot be loaded.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "agent.llama_process", str(self._path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(),
        )
        try:
            reply = self._read(LOAD_SECONDS + self._path.stat().st_size / _SLOWEST)
        except ModelFailed as error:
            raise NoModel(f"the model {str(self._path)!r} cannot be loaded") from error
        if "error" in reply:
            self.close()
            raise NoModel(f"the model {str(self._path)!r} cannot be loaded: {reply['error']}")
        self._instructed = bool(reply.get("instruct"))

    def close(self) -> None:
        """End the child process."""
        process, self._process = self._process, None
        self._received = b""
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what it was not told is lost with it
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _asked(self, question: dict[str, Any], seconds: float) -> str:
        """The text of the answer."""
        *_, last = self._replies(question, seconds)
        return str(last["text"])

    def _pieces(self, question: dict[str, Any]) -> Iterator[str]:
        for reply in self._replies(question, INSTRUCT_SECONDS):
            yield str(reply.get("piece", ""))

    def _replies(self, question: dict[str, Any], seconds: float) -> Iterator[dict[str, Any]]:
        """What the child says to a question, to its end; it is called off if nobody listens."""
        self._ask(question)
        ended = False
        try:
            while not ended:
                reply = self._read(seconds)
                ended = "piece" not in reply
                if "cancelled" in reply:
                    raise Cancelled("called off")
                if "error" in reply:
                    raise ModelFailed(f"the model could not answer: {reply['error']}")
                yield reply
        finally:
            if not ended:
                self._give_up()

    def _ask(self, question: dict[str, Any]) -> None:
        assert self._process is not None  # noqa: S101 - start() came before
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        try:
            with self._writing:
                self._number += 1
                line = json.dumps({"number": self._number, **question}).encode() + b"\n"
                self._process.stdin.write(line)
                self._process.stdin.flush()
        except BrokenPipeError as error:
            self.close()
            raise ModelFailed("the model's process has ended", hint="say it again") from error

    def _give_up(self) -> None:
        """Have the child stop, and pass over what it says until it has; or end it."""
        if self._process is None:
            return
        self.cancel()
        try:
            while "piece" in self._read(STOP_SECONDS):
                pass
        except (ModelFailed, KeyboardInterrupt):
            self.close()

    def _read(self, seconds: float) -> dict[str, Any]:
        """The child's next line."""
        while b"\n" not in self._received:
            self._received += self._chunk(seconds)
        line, _, self._received = self._received.partition(b"\n")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _chunk(self, seconds: float) -> bytes:
        assert self._process is not None  # noqa: S101 - start() came before
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        descriptor = self._process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            if not selector.select(seconds):
                self.close()
                raise ModelFailed("the model took too long", hint="say it again, in fewer words")
        chunk = os.read(descriptor, _CHUNK)
        if not chunk:
            self.close()
            raise ModelFailed("the model's process has ended", hint="say it again")
        return chunk


def _plain(messages: Sequence[Said]) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in messages]


def _spoken(pieces: Iterator[str]) -> Iterator[str]:
    """What is said after the thoughts that some models write first, between tags."""
    before, begun = "", False
    for piece in pieces:
        if begun:
            yield piece
            continue
        before += piece
        plain = before.lstrip()
        if plain.startswith(_THOUGHT):
            _, end, rest = plain.partition(_THOUGHT_ENDS)
            if begun := bool(end):
                yield rest.lstrip()
        elif begun := not _THOUGHT.startswith(plain):
            yield before
    if not begun and not before.lstrip().startswith(_THOUGHT):
        yield before


def find_model(given: Path | None = None) -> Path:
    """The model file: as given, by HOLDFAST_MODEL, or the one that ships.

    Raises:
        NoModel: none of these is there.
    """
    if given is not None:
        return _first_of([given])
    if named := os.environ.get("HOLDFAST_MODEL"):
        return _first_of([Path(named)])
    return embedded_model()


def embedded_model() -> Path:
    """The model that ships: of the checkout, as installed, or in the user's data folder.

    Raises:
        NoModel: it is nowhere.
    """
    places = (
        Path(__file__).parents[1] / "models",
        Path(sysconfig.get_path("data")) / "share" / "holdfast" / "models",
        data_folder() / "models",
    )
    return _first_of([place / FILE_NAME for place in places])


def reader_beside(path: Path) -> Path | None:
    """The encoder that is asked for a second opinion on what a model writes, if one lies beside."""
    beside = path.with_name(READER_NAME)
    return beside if beside.is_file() else None


def _first_of(candidates: list[Path]) -> Path:
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    places = ", ".join(map(str, candidates))
    raise NoModel("there is no model file", hint=f"looked for it at {places}")
