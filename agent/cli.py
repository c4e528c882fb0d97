"""`holdfast ask`: one turn of the conversation on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.conversation import Conversation
from agent.judge import Denied, judge
from agent.lines import take_turn
from agent.model import LlamaModel, find_model
from agent.plan import to_json
from agent.planner import plan
from agent.state import state_of
from wallet.actions import PLANNED
from wallet.cli import render
from wallet.cli.asking import answer_of
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, note
from wallet.errors import NotConsented
from wallet.messages import say, text

if TYPE_CHECKING:
    import argparse

    from agent.model import Model
    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.cli.options import Options
    from wallet.wallet import Wallet


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sentence", help="what you want, in English or Chinese")
    parser.add_argument(
        "--plan", action="store_true", help="print the plan as JSON and run nothing"
    )
    parser.add_argument("--model", type=Path, metavar="FILE", help="another GGUF file")


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    with LlamaModel(find_model(parsed.model)) as model, options.open_wallet() as wallet:
        if parsed.plan:
            return _print_plan(parsed.sentence, wallet, model)
        conversation = Conversation(wallet, model)
        return take_turn(conversation, parsed.sentence, options, _ask_consent)


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
    help="ask for something in plain words",
    example='holdfast ask "create a DID called work"',
    configure=_configure,
    run=_run,
    reads=True,
)
