"""`holdfast approve DIGEST`: a plan that waited for a yes, worked out anew, shown and asked about.

The digest of what is shown now is held against the one that was printed. Only an answer typed on
the terminal counts; there is no --yes here, and an answer uses the plan up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wallet.actions import PLANNED
from wallet.actions.consent import decide, proposed, run, unanswered
from wallet.actions.journal import Asker
from wallet.actions.moment import Moment
from wallet.actions.reading import reading
from wallet.actions.stepping import filled
from wallet.cli import render
from wallet.cli.acting import pick_up, told
from wallet.cli.asking import answer_of
from wallet.cli.command import Command
from wallet.cli.diagnostics import CODES, ExitCode
from wallet.cli.reminding import remind
from wallet.errors import BadInput, NotConsented
from wallet.messages import say
from wallet.pending import forget, pending_plan

if TYPE_CHECKING:
    import argparse

    from wallet.actions.proposal import Proposal, Statement
    from wallet.actions.registry import Action
    from wallet.actions.result import Result
    from wallet.cli.options import Options
    from wallet.messages import Message
    from wallet.pending import PendingPlan, PlannedStep
    from wallet.wallet import Wallet


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("digest", metavar="DIGEST", help="as it was printed, or its beginning")


def _run(parsed: argparse.Namespace, options: Options) -> ExitCode:
    with options.open_wallet() as wallet:
        pick_up(wallet, options)
        plan = pending_plan(wallet.vault, parsed.digest, wallet.clock())
        approving = _Approving(wallet, options, plan)
        try:
            approving.go()
        finally:
            approving.close()
        remind(wallet, options, changed=True)
        return approving.code


class _Approving:
    """The plan's steps, one after another; each that needs a yes is shown and asked about."""

    def __init__(self, wallet: Wallet, options: Options, plan: PendingPlan) -> None:
        self._wallet = wallet
        self._options = options
        self._plan = plan
        self._made: list[str | None] = []
        self._results: list[dict[str, Any]] = []
        self.code = ExitCode.DONE

    def go(self) -> None:
        """Every step. Raises what ends it; what was done before stays done, and is shown."""
        for place, step in enumerate(self._plan.steps):
            action = _action(step)
            arguments = filled(action, step.arguments, self._made)
            if action.needs_consent:
                shown = self._proposal(action, arguments, first=place == 0)
                result = self._ask(shown, first=place == 0)
            else:
                result = reading(
                    self._wallet, action, arguments, asked=Asker.AGENT, remark=told(self._options)
                )
            self._made.append(result.made)
            self._show(action, result)

    def close(self) -> None:
        """Where JSON is wanted, one document of all that was done."""
        if self._options.json:
            render.show_json({"results": self._results})

    def _proposal(self, action: Action, arguments: dict[str, Any], *, first: bool) -> Proposal:
        """What is to be shown; of the first step, with what is different from what was printed."""
        if not first:
            return proposed(self._wallet, action, arguments, asked=Asker.AGENT, can_type=True)
        with Moment(self._plan.at, self._plan.seed).held(self._wallet) as held:
            shown = proposed(held, action, arguments, asked=Asker.AGENT, can_type=True)
        if shown.digest == self._plan.digest:
            return shown
        warning = say(
            "this is not what was printed under that digest; what changed since: {what}",
            what=_changed(self._plan, shown.statement),
        )
        statement = shown.statement
        return replace(shown, statement=replace(statement, warnings=(*statement.warnings, warning)))

    def _ask(self, proposal: Proposal, *, first: bool) -> Result:
        try:
            answer = answer_of(proposal, self._options.language)
        except NotConsented as error:
            unanswered(self._wallet, proposal, asked=Asker.AGENT, error=error)
            for line in render.statement_lines(proposal.statement, self._options.language):
                render.show_line(line)
            raise NotConsented(
                "this needs a yes, and there is no terminal to ask on",
                hint="run it on a terminal: nothing else agrees to a planned step",
            ) from error
        except BaseException as error:
            unanswered(self._wallet, proposal, asked=Asker.AGENT, error=error)
            raise
        decision = decide(proposal, answer)
        if first:  # before it is done: what fails half-way is not done a second time by its digest
            forget(self._wallet.vault, self._plan)
        return run(self._wallet, proposal, decision, asked=Asker.AGENT)

    def _show(self, action: Action, result: Result) -> None:
        self._results.append({"action": action.name, **result.data})
        if not self._options.json:
            render.show(result, as_json=False, language=self._options.language)
        if result.report:
            self.code = CODES[result.report.verdict]


def _action(step: PlannedStep) -> Action:
    action = PLANNED.get(step.action)
    if action is None:
        raise BadInput(f"{step.action!r} can no longer be planned", hint="ask for it again")
    return action


def _changed(plan: PendingPlan, statement: Statement) -> Message | str:
    """The labels of what is shown otherwise now; what they stand for may be shown alike."""
    title, facts, warnings = plan.statement
    now_title, now_facts, now_warnings = statement.plain()
    labels = dict.fromkeys(
        label
        for label, value in [*_pairs(facts), *_pairs(now_facts)]
        if ((label, value) in _pairs(facts)) != ((label, value) in _pairs(now_facts))
    )
    if title != now_title:
        return say("what it is about")
    if labels:
        return ", ".join(labels)
    if warnings != now_warnings:
        return say("the warnings")
    return say("the bytes, not what is shown of them")


def _pairs(facts: Any) -> list[tuple[str, str]]:
    return [(str(label), str(value)) for label, value in facts]


APPROVE = Command(
    help="run a plan that waits for your yes, after showing it again",
    example="holdfast approve 5f2e8d0c",
    configure=_configure,
    run=_run,
)
