"""The model: text in, text out, held by a grammar.

`LlamaModel` runs llama.cpp in a child process (`agent.llama_process`), since an invalid grammar,
a hostile model file or a second thread ends the process it is in: that costs one turn, never the
wallet. `ScriptedModel` answers from a list, for tests of everything above it.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import platformdirs

from agent.errors import ModelFailed, NoModel

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE_NAME: Final = "holdfast-agent.gguf"
LOAD_SECONDS: Final = 60.0
ANSWER_SECONDS: Final = 30.0


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

    def complete(self, prompt: str, grammar: str, /) -> str:
        """The model's line for the prompt."""
        self.start()
        reply = self._exchange({"prompt": prompt, "grammar": grammar}, ANSWER_SECONDS)
        if "error" in reply:
            raise ModelFailed(f"the model could not answer: {reply['error']}")
        return str(reply["text"])

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
            env=_child_environment(),
        )
        try:
            reply = self._read(LOAD_SECONDS)
        except ModelFailed as error:
            raise NoModel(f"the model {str(self._path)!r} cannot be loaded") from error
        if "error" in reply:
            self.close()
            raise NoModel(f"the model {str(self._path)!r} cannot be loaded: {reply['error']}")

    def close(self) -> None:
        """End the child process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(self, question: dict[str, str], seconds: float) -> dict[str, Any]:
        assert self._process is not None  # noqa: S101 - start() came before
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            self.close()
            raise ModelFailed("the model's process has ended", hint="say it again") from error
        return self._read(seconds)

    def _read(self, seconds: float) -> dict[str, Any]:
        assert self._process is not None  # noqa: S101 - start() came before
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                self.close()
                raise ModelFailed("the model took too long", hint="say it again, in fewer words")
        line = self._process.stdout.readline()
        if not line:
            self.close()
            raise ModelFailed("the model's process has ended", hint="say it again")
        reply: dict[str, Any] = json.loads(line)
        return reply


def find_model(given: Path | None = None) -> Path:
    """The model file: as given, by HOLDFAST_MODEL, of the checkout, as installed, or the user's.

    Raises:
        NoModel: none of these is there.
    """
    if given is not None:
        candidates = [given]
    elif named := os.environ.get("HOLDFAST_MODEL"):
        candidates = [Path(named)]
    else:
        candidates = [
            Path(__file__).parents[1] / "models" / FILE_NAME,
            Path(sysconfig.get_path("data")) / "share" / "holdfast" / "models" / FILE_NAME,
            Path(platformdirs.user_data_dir("holdfast", appauthor=False)) / "models" / FILE_NAME,
        ]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    places = ", ".join(map(str, candidates))
    raise NoModel("there is no model file", hint=f"looked for it at {places}")


def _child_environment() -> dict[str, str]:
    """What the child needs to find its modules, and nothing that may be a secret."""
    kept = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")
    return {name: os.environ[name] for name in kept if name in os.environ}
