"""The child process that llama.cpp lives in: JSON lines in, JSON lines out.

Run as `python -m agent.llama_process MODEL`. The first line out says that the model is loaded, and
whether it is an instruct model. Then each line in is a question with a number of its own:

    {"number": 1, "prompt": …, "grammar": …}     {"text": …}
    {"number": 2, "messages": …, "grammar": …}   {"text": …}, by an instruct model
    {"number": 3, "messages": …}                 {"piece": …} …, {"text": …}: freely
    {"cancel": 3}                                {"cancelled": true} in place of what was to come

or `{"error": …}`. What a person or a wallet says is never read as control tokens.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import llama_cpp

from agent.agreement import agreed, does_something
from agent.errors import NoModel
from agent.llama_chat import Chat, chat_context, chat_threads, compiled
from agent.llama_drafts import Drafts
from agent.llama_held import Grammar
from agent.llama_loading import CONTEXT, load
from agent.llama_questions import Questions
from agent.llama_reader import Reader
from agent.model import reader_beside
from agent.models.gguf import Header, Sort
from agent.reading import Reading
from agent.shorthand import HANDLE_MARKS, NONE_MARK, UNKNOWN_MARK
from wallet.hardening import harden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

    import numpy as np

    from agent.llama_held import Held

LONGEST_ANSWER: Final = 192  # tokens
NEWLINE: Final = b"\n"


def main() -> None:
    """Serve until standard input ends."""
    _be_first_to_go()  # once hardened, its files in /proc are root's
    harden()  # what a person says goes through it
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever the library prints must not stand between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    # The terminal tells the whole group: the parent then cancels what is asked.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        path = Path(sys.argv[1])
        model, chat = _loaded(path)
    except (ValueError, OSError, NoModel) as error:
        _reply(answers, {"error": str(error)})
        return
    questions = Questions(sys.stdin.fileno())
    abort = abort_when(model, questions.cancelled)
    _reply(answers, {"loaded": True, "instruct": True} if chat else {"loaded": True})
    reader = None if chat else opened(reader_beside(path))
    for question in questions:
        try:
            for reply in _answered(model, chat, reader, question):
                _reply(answers, reply)
        except (ValueError, RuntimeError) as error:
            stopped = questions.cancelled()
            _reply(answers, {"cancelled": True} if stopped else {"error": str(error)})
            model.reset()
    del abort  # llama.cpp holds no reference to it


def _loaded(path: Path) -> tuple[Any, Chat | None]:
    header = Header.read(path)
    if header.sort is not Sort.INSTRUCT or header.template is None:
        return load(str(path)), None
    compiled(header.template)
    model = load(str(path), context=chat_context(header), threads=chat_threads(header))
    return model, Chat(model, header.template)


def _answered(
    model: Any, chat: Chat | None, reader: Reader | None, question: Mapping[str, Any]
) -> Iterator[dict[str, object]]:
    if chat is None:
        text = complete(model, question["prompt"], question["grammar"], reader=reader)
        yield {"text": text}
    elif "grammar" in question:
        yield {"text": chat.answer(question["messages"], question["grammar"])}
    else:
        for piece in chat.talk(question["messages"]):
            yield {"piece": piece}
        yield {"text": ""}


def opened(path: Path | None) -> Reader | None:
    """The encoder of a file; None without one that can be used: the model then plans alone."""
    try:
        return None if path is None else Reader(path)
    except (ValueError, NoModel):
        return None


def abort_when(model: Any, cancelled: Callable[[], bool]) -> Any:
    """Have llama.cpp ask, before each of its steps, whether to go on; to be kept while it runs."""
    callback = llama_cpp.llama_cpp.ggml_abort_callback(lambda _: cancelled())
    llama_cpp.llama_set_abort_callback(model.ctx, callback, None)
    return callback


def _be_first_to_go() -> None:
    """Where memory runs out, Linux ends this process and not the one that the person looks at."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    except OSError:  # another system, or not allowed
        return


@dataclass(frozen=True, slots=True)
class Doubt:
    """When the model is too unsure, by the probability of a single token.

    Attributes:
        none: from which probability on a request is taken for none of the wallet's, where the
            draft has a deed and nothing of it is to be asked for, however likely the draft is.
        entry: below which an entry that was chosen is asked for instead.
    """

    none: float
    entry: float


# Chosen on held-out data; models/README.md has the trade-off.
DOUBT: Final = Doubt(none=0.03, entry=0.5)


def complete(
    model: Any, prompt: str, grammar: str, doubt: Doubt = DOUBT, reader: Reader | None = None
) -> str:
    """The best line that the grammar allows, or `none` where a deed is too doubtful.

    Without a second opinion the best is the likeliest.

    Raises:
        ValueError: the prompt is too long for the context, or the grammar cannot be read.
    """
    tokens = [model.token_bos(), *model.tokenize(prompt.encode(), add_bos=False, special=False)]
    if len(tokens) + LONGEST_ANSWER > CONTEXT:
        raise ValueError("that is more text than the model can read at once")
    with Grammar(model, grammar) as held_by:
        drafts = Drafts(model, held_by, tokens, LONGEST_ANSWER)
        line = _likeliest(model, drafts, doubt, prompt)
        if reader is None:
            return line
        return agreed(reader, prompt, drafts, line, partial(only_token, model))


def _likeliest(model: Any, drafts: Drafts, doubt: Doubt, prompt: str) -> str:
    """The likeliest line, with the doubts about it."""
    none, unknown = (only_token(model, mark) for mark in (NONE_MARK, UNKNOWN_MARK))
    handles = {only_token(model, mark) for mark in HANDLE_MARKS} - {None}

    def choose(held: Held, weights: np.ndarray) -> int:
        token = held.likeliest_of(weights)[0]
        is_doubtful = token in handles and weights[token] < math.log(doubt.entry)
        if is_doubtful and unknown is not None and held.allows(unknown):
            return unknown
        return token

    line = drafts.greedy(choose)
    if none is None or drafts.after(())[none] < math.log(doubt.none):
        return line
    is_deed = does_something(line, Reading.of(prompt))
    return NONE_MARK if is_deed and drafts.allows(none) else line


def only_token(model: Any, mark: str) -> int | None:
    """A mark's token; None where it takes several, in a model that was not taught it."""
    tokens = model.tokenize(mark.encode(), add_bos=False, special=False)
    return tokens[0] if len(tokens) == 1 else None


def _reply(answers: BinaryIO, reply: dict[str, object]) -> None:
    answers.write(json.dumps(reply).encode() + NEWLINE)
    answers.flush()


if __name__ == "__main__":
    main()
