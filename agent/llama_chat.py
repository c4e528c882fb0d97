"""An instruct model's part of a conversation, in the child process, by its own chat template.

The template is rendered with a word drawn anew in place of each message, and the messages are put
in its place as plain text: what a person, a wallet or a name says is never a control token.
"""

from __future__ import annotations

import codecs
import ctypes
import os
import re
import secrets
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import llama_cpp
import numpy as np
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from agent.llama_held import Grammar, read_anew, weights_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agent.models.gguf import Header

MOST_CONTEXT: Final = 4_096  # tokens; more takes memory, and longer to read than a person waits
LONGEST_PLAN: Final = 256  # tokens
LONGEST_TALK: Final = 512
_MOST_THREADS: Final = 8
_SMALL: Final = 50_000_000  # parameters
_TEMPERATURE: Final = 0.7
_MOST_CHOICES: Final = 40
_RENDERING: Final = 3.0  # seconds
_ROUND: Final = 256  # llama.cpp rounds a context up to these
_TRIAL: Final = ({"role": "system", "content": "a"}, {"role": "user", "content": "b"})


def chat_context(header: Header) -> int:
    """How many tokens of a conversation are kept."""
    context = min(header.context or MOST_CONTEXT, MOST_CONTEXT)
    return max(context // _ROUND, 1) * _ROUND


def chat_threads(header: Header) -> int:
    """How many threads a model is run by: a small one only waits for a second."""
    return 1 if header.parameters < _SMALL else min(os.cpu_count() or 1, _MOST_THREADS)


def compiled(template: str, end: str = "", start: str = "") -> Jinja2ChatFormatter:
    """What renders a template. Raises `ValueError`: llama_cpp, which compiles it too, any error."""
    try:
        return Jinja2ChatFormatter(template, end, start)
    except Exception as error:
        raise ValueError("its chat template cannot be read") from error


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` if it takes longer: a template may count to no end."""

    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Chat:
    """Answers messages, held by a grammar or freely."""

    def __init__(self, model: Any, template: str) -> None:
        """`model` is llama_cpp's.

        Raises:
            ValueError: its template cannot be used.
        """
        self._model = model
        self._vocabulary = llama_cpp.llama_model_get_vocab(model.model)
        self._chance = np.random.default_rng(0)
        names = (self._name(model.token_eos()), self._name(model.token_bos()))
        self._format = compiled(template, *names)
        self._tokens(_TRIAL)

    def answer(self, messages: Sequence[Mapping[str, str]], grammar: str) -> str:
        """One line that the grammar allows. Raises `ValueError`, and `RuntimeError` if aborted."""
        written = bytearray()
        self._begin(messages, LONGEST_PLAN)
        with Grammar(self._model, grammar) as rules, rules.held() as held:
            for _ in range(LONGEST_PLAN):
                token = held.likeliest_of(weights_of(self._model))[0]
                if self._ends(token):
                    break
                written += self._piece(token)
                if written.endswith(b"\n"):
                    break
                held.accept(token)
                self._model.eval([token])
        return written.decode(errors="replace").strip()

    def talk(self, messages: Sequence[Mapping[str, str]]) -> Iterator[str]:
        """Its message, in pieces. Raises as `answer`."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begin(messages, LONGEST_TALK)
        for _ in range(LONGEST_TALK):
            token = self._drawn()
            if self._ends(token):
                break
            if piece := decoder.decode(self._piece(token)):
                yield piece
            self._model.eval([token])
        if piece := decoder.decode(b"", final=True):
            yield piece

    def _begin(self, messages: Sequence[Mapping[str, str]], room: int) -> None:
        """Read the messages; what was read last time and is the same again is kept."""
        tokens = self._tokens(messages)
        if len(tokens) + room > self._model.n_ctx():
            raise ValueError("that is more text than the model can read at once")
        read_anew(self._model, tokens)

    def _tokens(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        try:
            return self._rendered(messages)
        except ValueError:
            # Some templates know no system: what it says is then the first that the person does.
            first, second, *others = messages
            joined = {"role": "user", "content": f"{first['content']}\n\n{second['content']}"}
            return self._rendered((joined, *others))

    def _rendered(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        mark = f"hf{secrets.token_hex(8)}n"
        standing = [
            {"role": message["role"], "content": f"{mark}{place}e"}
            for place, message in enumerate(messages)
        ]
        try:
            with _within(_RENDERING):
                prompt = self._format(messages=standing, enable_thinking=False).prompt
        except Exception as error:
            raise ValueError("its chat template cannot be used") from error
        pieces = re.split(f"{mark}([0-9]+)e", prompt)
        if [*map(int, pieces[1::2])] != [*range(len(messages))]:
            raise ValueError("its chat template leaves out what is said")
        tokens: list[int] = []
        for at, piece in enumerate(pieces):
            text = messages[int(piece)]["content"] if at % 2 else piece
            tokens += self._model.tokenize(text.encode(), add_bos=False, special=at % 2 == 0)
        start = self._model.token_bos()
        if self._model._model.add_bos_token() and tokens[:1] != [start]:  # noqa: SLF001
            tokens.insert(0, start)
        return tokens

    def _drawn(self) -> int:
        """A token by its probability, of the likeliest."""
        raw = llama_cpp.llama_get_logits_ith(self._model.ctx, -1)
        logits = np.ctypeslib.as_array(raw, shape=(self._model.n_vocab(),)).astype(np.float64)
        best = np.argsort(-logits)[:_MOST_CHOICES]
        weights = np.exp((logits[best] - logits[best[0]]) / _TEMPERATURE)
        return int(self._chance.choice(best, p=weights / weights.sum()))

    def _ends(self, token: int) -> bool:
        return bool(llama_cpp.llama_vocab_is_eog(self._vocabulary, token))

    def _piece(self, token: int) -> bytes:
        """The bytes of a token; the library's own way loses those of more than 32."""
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = llama_cpp.llama_token_to_piece(self._vocabulary, token, buffer, size, 0, False)  # noqa: FBT003
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def _name(self, token: int) -> str:
        return self._model._model.token_get_text(token) if token >= 0 else ""  # noqa: SLF001
