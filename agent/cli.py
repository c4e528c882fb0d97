"""`holdfast ask`: one turn of the conversation on the command line, or a whole conversation."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agent.conversation import Conversation
from agent.dialogue import converse, piped_lines, typed_lines
from agent.judge import Denied, judge
from agent.lines import take_turn
from agent.models.choosing import opened
from agent.plan import to_json
from agent.planner import plan
from agent.state import state_of
from wallet.actions import PLANNED
from wallet.cli import render
from wallet.cli.acting import pick_up
from wallet.cli.asking import answer_of
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, note
from wallet.cli.reminding import remind
from wallet.cli.restore import new_passphrase
from wallet.errors import BadInput, NotConsented
from wallet.messages import say, text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from agent.model import Model
    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.cli.options import Options
    from wallet.messages import Message
    from wallet.wallet import Wallet


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sentence",
        nargs="?",
        help="what you want, in English or Chinese; without it, a conversation, one turn a line",
    )
    parser.add_argument(
        "--plan", action="store_true", help="print the plan as JSON and run nothing"
    )
    parser.add_argument("--model", type=Path, metavar="FILE", help="another GGUF file")


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    if parsed.sentence is None and parsed.plan:
        raise BadInput("--plan wants a sentence", hint='holdfast ask --plan "list my DIDs"')
    if parsed.sentence is None and options.passphrase_fd == 0:
        raise BadInput(
            "standard input cannot be the passphrase and the conversation",
            hint="use --passphrase-file, or holdfast unlock before",
        )
    with (
        opened(parsed.model, options.home, _telling(options)) as model,
        options.open_wallet() as wallet,
    ):
        if parsed.plan:
            return _print_plan(parsed.sentence, wallet, model)
        pick_up(wallet, options)
        remind(wallet, options, changed=False)
        conversation = conversation_with(wallet, model)
        if parsed.sentence is not None:
            return take_turn(conversation, parsed.sentence, options, _ask_consent)
        if sys.stdin is None:  # it was closed before we began
            return ExitCode.DONE
        typed = sys.stdin.isatty()
        lines = typed_lines() if typed else piped_lines(sys.stdin.buffer)
        return converse(conversation, lines, options, _ask_consent, resume=typed)


def conversation_with(wallet: Wallet, model: Model) -> Conversation:
    """A conversation of the command line, which can ask for the passphrase of a backup."""
    return Conversation(replace(wallet, new_passphrase=new_passphrase), model)


def _telling(options: Options) -> Callable[[Message], None]:
    return lambda message: note(f"holdfast: {text(message, options.language)}")


def _print_plan(sentence: str, wallet: Wallet, model: Model) -> ExitCode:
    state = state_of(wallet, sentence)
    planned = plan(sentence, state, model)
    judgement = judge(planned.plan, said=(sentence,), state=state, actions=PLANNED)
    if isinstance(judgement, Denied):
        note(f"holdfast: error: {judgement.reason}")
        return ExitCode.FAILED
    render.show_json(to_json(planned.plan))
    return ExitCode.DONE


def _ask_consent(proposal: Proposal, language: str) -> Answer | None:
    """The person's answer at the terminal; None where there is no terminal."""
    try:
        return answer_of(proposal, language)
    except NotConsented:
        note(text(say("pending: this needs a yes on a terminal"), language))
        return None


COMMAND = Command(
    help="ask for something in plain words; without a sentence, hold a conversation",
    example='holdfast ask "create a DID called work"',
    configure=_configure,
    run=_run,
    reads=True,
)
