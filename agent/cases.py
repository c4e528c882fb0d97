"""`holdfast plan --jsonl` and `holdfast model eval`: the contract's cases, planned and scored."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import MessageTooLong, ModelFailed
from agent.history import turns
from agent.model import LlamaModel
from agent.models.choosing import chosen
from agent.plan import Decline, to_json
from agent.planner import plan
from agent.scoring import Scores, Steps, brief
from agent.state import State
from wallet.actions import PLANNED
from wallet.cli import render
from wallet.cli.command import Command
from wallet.cli.diagnostics import ExitCode, note
from wallet.errors import BadInput

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    from agent.model import Model
    from wallet.cli.options import Options


def answer(case: Mapping[str, Any], model: Model) -> Steps:
    """The plan for a case; of a message that cannot be planned, `none`, with a note why.

    Raises:
        BadInput: the case is not of the contract's shape.
    """
    try:
        state = State.from_json(case["wallet"])
        history = turns(case.get("history") or (), state, PLANNED)
        text = case["text"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"case {_name(case)} is not of the contract's shape: {error!r}") from error
    try:
        return to_json(plan(text, state, model, history=history).plan)
    except (MessageTooLong, ModelFailed) as error:
        note(f"holdfast: case {_name(case)}: {error}")
        return to_json(Decline())


def _name(case: Any) -> str:
    return repr(case.get("id")) if isinstance(case, dict) else "without an id"


def read_cases(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Cases, one JSON object a line; empty lines are passed over.

    Raises:
        BadInput: a line is no JSON object.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"line {number} is not JSON: {error}") from error
        if not isinstance(case, dict):
            raise BadInput(f"line {number} is no case", hint="a case is a JSON object")
        yield case


def _configure_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jsonl", action="store_true", required=True, help="cases from standard input, one a line"
    )
    parser.add_argument("--model", type=Path, metavar="FILE", help="another GGUF file")


def _plan(parsed: argparse.Namespace, options: Options) -> ExitCode:
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    with LlamaModel(chosen(parsed.model, options.home).path) as model:
        for case in read_cases(sys.stdin):
            line = {"id": case.get("id"), "plan": answer(case, model)}
            render.show_safe(f"{json.dumps(line)}\n")  # ASCII: what is not plain is escaped
    return ExitCode.DONE


def configure_evaluation(parser: argparse.ArgumentParser) -> None:
    """Add what `holdfast model eval` takes."""
    parser.add_argument("cases", type=Path, help="an evaluation set, JSON lines")
    parser.add_argument("--model", type=Path, metavar="FILE", help="another GGUF file")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="so many mistakes, too")


def evaluate(parsed: argparse.Namespace, options: Options) -> ExitCode:
    """Score a model on a file of cases."""
    try:
        lines = parsed.cases.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise BadInput(f"{str(parsed.cases)!r} cannot be read: {error}") from error
    scores = Scores()
    with LlamaModel(chosen(parsed.model, options.home).path) as model:
        for case in read_cases(lines):
            scores.add(_expecting(case), answer(case, model))
    if options.json:
        render.show_json(_figures(scores))
        return ExitCode.DONE
    for line in told(scores, parsed.show):
        render.show_line(line)
    return ExitCode.DONE


def _expecting(case: dict[str, Any]) -> dict[str, Any]:
    if not case.get("expect") or "lang" not in case:
        raise BadInput(f"case {_name(case)} does not say what is right", hint="lang and expect")
    return case


def _figures(scores: Scores) -> dict[str, Any]:
    return {
        "right": dict(scores.right),
        "total": dict(scores.total),
        "deeds_unasked": scores.deeds_unasked,
        "made_up": scores.made_up,
    }


def told(scores: Scores, mistakes: int) -> Iterator[str]:
    """The scores as lines, and some of the mistakes."""
    for key, total in sorted(scores.total.items()):
        yield f"{key:32} {scores.right[key]:5}/{total:<5} {scores.right[key] / total:7.1%}"
    yield f"deeds proposed where nothing was asked for: {scores.deeds_unasked}"
    yield f"arguments neither said nor in the wallet: {scores.made_up}"
    for text, wanted, got in scores.mistakes[:mistakes]:
        yield ""
        yield text
        yield f"  wanted {brief(wanted)}"
        yield f"  got    {brief(got)}"


PLAN = Command(
    help="plan cases of the agent's contract, one a line, and run nothing",
    example="holdfast plan --jsonl < cases.jsonl",
    configure=_configure_plan,
    run=_plan,
)
