"""The child process that llama.cpp lives in: JSON lines in, JSON lines out.

Run as `python -m agent.llama_process MODEL`. The first line out says that the model is loaded;
then each line in, `{"prompt": …, "grammar": …}`, is answered by `{"text": …}` or `{"error": …}`.
The prompt's text is never read as control tokens, whatever it says.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, Final

import llama_cpp

from wallet.hardening import harden

if TYPE_CHECKING:
    from typing import BinaryIO

CONTEXT: Final = 1_024  # tokens; llama.cpp rounds to multiples of 256
LONGEST_ANSWER: Final = 192  # tokens
# A model this small gains nothing from a second thread, and waits for it on a busy machine.
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


def complete(model: Any, prompt: str, grammar: str) -> str:
    """The likeliest line that the grammar allows.

    Raises:
        ValueError: the prompt is too long for the context.
    """
    tokens = [model.token_bos(), *model.tokenize(prompt.encode(), add_bos=False, special=False)]
    if len(tokens) + LONGEST_ANSWER > CONTEXT:
        raise ValueError("that is more text than the model can read at once")
    held = llama_cpp.LlamaGrammar.from_string(grammar, verbose=False)
    answer: list[int] = []
    for token in model.generate(tokens, temp=0.0, repeat_penalty=1.0, grammar=held):
        if token == model.token_eos() or len(answer) == LONGEST_ANSWER:
            break
        answer.append(token)
        if model.detokenize([token]).endswith(NEWLINE):
            break
    return str(model.detokenize(answer).decode(errors="replace")).strip()


def _reply(answers: BinaryIO, reply: dict[str, object]) -> None:
    answers.write(json.dumps(reply).encode() + NEWLINE)
    answers.flush()


if __name__ == "__main__":
    main()
