"""A turn of the conversation, drawn line by line: for `holdfast ask` and for the demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.conversation import (
    Asked,
    Event,
    Failed,
    NeedsConsent,
    NotServed,
    Planned,
    Ran,
    Refused,
)
from agent.plan import Decline, Plan, Step, to_json
from wallet.cli import render
from wallet.cli.diagnostics import CODES, ExitCode, code_of, complain, note
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.conversation import Conversation
    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.cli.options import Options


def take_turn(
    conversation: Conversation,
    sentence: str,
    options: Options,
    approver: Callable[[Proposal, str], Answer | None],
    *,
    remark: Callable[[str], None] = note,
) -> ExitCode:
    """Draw one turn; `remark` gets what is not the result: the plan, and a deed not done.

    `approver` answers for the person; where it cannot, the deed is printed as pending and the
    turn ends.
    """
    turn = _Turn(conversation, options, approver, remark)
    code = turn.take(sentence)
    if options.json:
        render.show_json({"results": turn.results, "exit": int(code)})
    return code


class _Turn:
    def __init__(
        self,
        conversation: Conversation,
        options: Options,
        approver: Callable[[Proposal, str], Answer | None],
        remark: Callable[[str], None],
    ) -> None:
        self._conversation = conversation
        self._options = options
        self._approver = approver
        self._remark = remark
        self._code = ExitCode.DONE
        self.results: list[dict[str, Any]] = []

    def take(self, sentence: str) -> ExitCode:
        events = self._conversation.say(sentence)
        answer: Answer | None = None
        while True:
            try:
                event = events.send(answer)
            except StopIteration:
                return self._code
            answer = self._draw(event)
            if isinstance(event, NeedsConsent) and answer is None:
                events.close()
                self._conversation.leave(event.proposal)
                self._pending(event.proposal)
                return ExitCode.NOT_CONSENTED

    def _draw(self, event: Event) -> Answer | None:
        language = self._conversation.language
        match event:
            case Planned(planned):
                self._tell_plan(planned)
            case Asked(_, question):
                self._tell(text(question, language), {"ask": str(question)})
            case NeedsConsent(proposal):
                return self._approver(proposal, language)
            case Ran(step, result):
                self._report(step, result)
            case Refused():
                self._remark(text(say("not done"), language))
                self._code = ExitCode.NOT_CONSENTED
            case NotServed(reason):
                self._tell(text(reason, language), {"none": str(reason)})
                self._code = ExitCode.FAILED
            case Failed(error):
                self._code = code_of(error)
                complain(error)
        return None

    def _tell_plan(self, plan: Plan) -> None:
        if not self._options.quiet and not isinstance(plan, Decline):
            self._remark(text(say("plan: {plan}", plan=spoken(plan)), self._conversation.language))

    def _tell(self, line: str, data: dict[str, Any]) -> None:
        self.results.append(data)
        if not self._options.json:
            render.show_line(line)

    def _report(self, step: Step, result: Result) -> None:
        self.results.append({"action": step.action, **result.data})
        if not self._options.json:
            render.show(result, as_json=False, language=self._conversation.language)
        if result.report:
            self._code = CODES[result.report.verdict]

    def _pending(self, proposal: Proposal) -> None:
        """The deed that waits for a yes, and the digest that names it."""
        language = self._conversation.language
        self.results.append(
            {
                "pending": proposal.action,
                "statement": proposal.statement.plain(),
                "digest": proposal.digest,
            }
        )
        if not self._options.json:
            for line in render.statement_lines(proposal.statement, language):
                render.show_line(line)
            render.show_line(text(say("digest {digest}", digest=proposal.digest), language))


def spoken(plan: Plan) -> str:
    """A plan in one line: `issue_credential(type: Degree, subject: Mei); list_credentials()`."""
    steps = []
    for step in to_json(plan):
        said = ", ".join(f"{name}: {value}" for name, value in step["arguments"].items())
        steps.append(f"{step['action']}({said})")
    return "; ".join(steps)
