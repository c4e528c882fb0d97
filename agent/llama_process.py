"""The child process that llama.cpp lives in: JSON lines in, JSON lines out.

Run as `python -m agent.llama_process MODEL`. The first line out says that the model is loaded;
then each line in, `{"prompt": …, "grammar": …}`, is answered by `{"text": …}` or `{"error": …}`.
The prompt's text is never read as control tokens, whatever it says.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import llama_cpp
import numpy as np

from agent.shorthand import HANDLE_MARKS, NONE_MARK, UNKNOWN_MARK
from wallet.hardening import harden

if TYPE_CHECKING:
    from typing import BinaryIO

CONTEXT: Final = 1_024  # tokens; llama.cpp rounds to multiples of 256
LONGEST_ANSWER: Final = 192  # tokens
# A model this small gains little from a second thread, and waits for it on a busy machine.
THREADS: Final = 1
NEWLINE: Final = b"\n"
_DEFAULT_PARAMETERS: Final = llama_cpp.llama_cpp.llama_model_default_params


def main() -> None:
    """Serve until standard input ends."""
    harden()  # what a person says goes through it
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever the library prints must not stand between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    try:
        model = load(sys.argv[1])
    except (ValueError, OSError) as error:
        _reply(answers, {"error": str(error)})
        return
    _reply(answers, {"loaded": True})
    for line in sys.stdin.buffer:
        question = json.loads(line)
        try:
            _reply(answers, {"text": complete(model, question["prompt"], question["grammar"])})
        except (ValueError, RuntimeError) as error:
            _reply(answers, {"error": str(error)})


def load(path: str) -> Any:
    """The model of a GGUF file."""
    # Llama() has no argument for this. Weights repacked for AMX end the process on virtual machines
    # that list those instructions and do not have them, and gain nothing in a model this small.
    llama_cpp.llama_cpp.llama_model_default_params = _without_repacking
    return llama_cpp.Llama(
        model_path=path,
        n_ctx=CONTEXT,
        n_batch=CONTEXT,
        n_threads=THREADS,
        n_threads_batch=THREADS,
        verbose=False,
    )


def _without_repacking() -> Any:
    parameters = _DEFAULT_PARAMETERS()
    parameters.use_extra_bufts = False
    return parameters


@dataclass(frozen=True, slots=True)
class Doubt:
    """When the model is too unsure, by the probability of a single token.

    Attributes:
        none: from which probability on a request is taken for none of the wallet's, whatever is
            likelier.
        entry: below which an entry that was chosen is asked for instead.
    """

    none: float
    entry: float


# Chosen on held-out data; models/README.md has the trade-off.
DOUBT: Final = Doubt(none=0.07, entry=0.5)


def complete(model: Any, prompt: str, grammar: str, doubt: Doubt = DOUBT) -> str:
    """The likeliest line that the grammar allows.

    Raises:
        ValueError: the prompt is too long for the context, or the grammar cannot be read.
    """
    tokens = [model.token_bos(), *model.tokenize(prompt.encode(), add_bos=False, special=False)]
    if len(tokens) + LONGEST_ANSWER > CONTEXT:
        raise ValueError("that is more text than the model can read at once")
    none, unknown = (_only_token(model, mark) for mark in (NONE_MARK, UNKNOWN_MARK))
    handles = {_only_token(model, mark) for mark in HANDLE_MARKS} - {None}
    answer: list[int] = []
    model.reset()
    model.eval(tokens)
    with _Held(model, grammar) as held:
        while len(answer) < LONGEST_ANSWER:
            likely = held.likeliest()
            token = likely.token
            other = None
            if not answer and none is not None and likely.probability(none) >= doubt.none:
                other = none
            elif token in handles and likely.probability(token) < doubt.entry:
                other = unknown
            if other is not None and held.allows(other):
                token = other
            if token == model.token_eos():
                break
            answer.append(token)
            if model.detokenize([token]).endswith(NEWLINE):
                break
            held.accept(token)
            model.eval([token])
    return str(model.detokenize(answer).decode(errors="replace")).strip()


def _only_token(model: Any, mark: str) -> int | None:
    """A mark's token; None where it takes several, in a model that was not taught it."""
    tokens = model.tokenize(mark.encode(), add_bos=False, special=False)
    return tokens[0] if len(tokens) == 1 else None


@dataclass(frozen=True, slots=True)
class _Likely:
    """The likeliest allowed token, and the probabilities of all, allowed or not."""

    token: int
    probabilities: np.ndarray

    def probability(self, token: int) -> float:
        return float(self.probabilities[token])


class _Held:
    """A grammar that is asked about a few likely tokens at a time, which is fast."""

    _ASKED: Final = (8, 256)  # of the likeliest, then more, then all

    def __init__(self, model: Any, grammar: str) -> None:
        self._model = model
        self._vocabulary = llama_cpp.llama_model_get_vocab(model.model)
        self._grammar = grammar.encode()
        self._sampler: Any = None

    def __enter__(self) -> Self:
        self._sampler = llama_cpp.llama_sampler_init_grammar(
            self._vocabulary, self._grammar, b"root"
        )
        if not self._sampler:
            raise ValueError("the grammar cannot be read")
        return self

    def __exit__(self, *_: object) -> None:
        if self._sampler:
            llama_cpp.llama_sampler_free(self._sampler)

    def likeliest(self) -> _Likely:
        """The likeliest token that the grammar allows next."""
        count = self._model.n_vocab()
        raw = llama_cpp.llama_get_logits_ith(self._model.ctx, -1)
        logits = np.ctypeslib.as_array(raw, shape=(count,)).astype(np.float64)
        weights = np.exp(logits - logits.max())
        order = np.argsort(-logits)
        for asked in (*self._ASKED, count):
            for token in self._allowed(order[:asked]):
                return _Likely(token, weights / weights.sum())
        raise ValueError("the grammar allows nothing here")

    def allows(self, token: int) -> bool:
        """Whether a token may come next."""
        return bool(self._allowed(np.array([token])))

    def accept(self, token: int) -> None:
        """Go on after a token."""
        llama_cpp.llama_sampler_accept(self._sampler, token)

    def _allowed(self, tokens: np.ndarray) -> list[int]:
        """Those of the tokens that may come next, in their order."""
        data = (llama_cpp.llama_token_data * len(tokens))(
            *(llama_cpp.llama_token_data(int(token), 0.0, 0.0) for token in tokens)
        )
        listed = llama_cpp.llama_token_data_array(data, len(tokens), -1, False)  # noqa: FBT003
        llama_cpp.llama_sampler_apply(self._sampler, ctypes.byref(listed))
        return [data[at].id for at in range(listed.size) if data[at].logit > -math.inf]


def _reply(answers: BinaryIO, reply: dict[str, object]) -> None:
    answers.write(json.dumps(reply).encode() + NEWLINE)
    answers.flush()


if __name__ == "__main__":
    main()
