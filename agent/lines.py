"""A turn of the conversation, drawn line by line: for `holdfast ask` and for the demonstration."""

from __future__ import annotations

from contextlib import closing, contextmanager
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
    Spoke,
    Told,
)
from agent.plan import Decline, Plan, Step, to_json
from wallet.cli import render
from wallet.cli.diagnostics import CODES, ExitCode, code_of, complain, note
from wallet.display import printable_lines
from wallet.messages import say, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.conversation import Conversation
    from did.errors import DIDError
    from wallet.actions.consent import Answer
    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.cli.options import Options
    from wallet.errors import WalletError

    Voice = Callable[[str], str]


def take_turn(
    conversation: Conversation,
    sentence: str,
    options: Options,
    approver: Callable[[Proposal, str], Answer | None],
    *,
    remark: Callable[[str], None] = note,
    stream: Callable[[dict[str, Any]], None] | None = None,
    voice: Voice | None = None,
) -> ExitCode:
    """Draw one turn; `remark` gets what is not the result: the plan, and a deed not done.

    `voice` makes of each line what it is for somebody who cannot see who says it; errors, too, are
    then said by it.

    `approver` answers for the person; where it cannot, the deed is printed as pending and the
    turn ends. Where JSON is wanted, `stream` gets each event; without it, one document is printed.
    """
    turn = _Turn(conversation, options, approver, remark, stream, voice)
    code = turn.take(sentence)
    if stream is not None:
        stream({"event": "ended", "exit": int(code)})
    elif options.json:
        render.show_json({"results": turn.results, "exit": int(code)})
    return code


def show_result(result: Result, language: str, voice: Voice | None = None) -> None:
    """Print a result; what is indented belongs to the line above it, and is in its voice."""
    for line in render.result_lines(result, language):
        render.show_line(line if voice is None or line.startswith("  ") else voice(line))


class _Turn:
    def __init__(
        self,
        conversation: Conversation,
        options: Options,
        approver: Callable[[Proposal, str], Answer | None],
        remark: Callable[[str], None],
        stream: Callable[[dict[str, Any]], None] | None,
        voice: Voice | None,
    ) -> None:
        self._conversation = conversation
        self._options = options
        self._approver = approver
        self._remark = remark
        self._stream = stream
        self._voice = voice
        self._code = ExitCode.DONE
        self.results: list[dict[str, Any]] = []
        self._spoken = False  # whether the model's own words have begun, and not ended

    def take(self, sentence: str) -> ExitCode:
        with closing(self._conversation.say(sentence)) as events, self._whole_lines():
            answer: Answer | None = None
            while True:
                try:
                    event = events.send(answer)
                except StopIteration:
                    return self._code
                if self._stream is not None:
                    self._stream(as_json(event))
                try:
                    answer = self._draw(event)
                except BaseException as error:
                    events.close()
                    if isinstance(event, NeedsConsent):
                        self._conversation.break_off(event, error)
                    raise
                if isinstance(event, NeedsConsent) and answer is None:
                    events.close()
                    self._conversation.leave(event)
                    self._pending(event)
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
            case NotServed() | Told() | Spoke():
                self._hear(event, language)
            case Failed(error):
                self._code = code_of(error)
                self._complain(error)
        return None

    def _hear(self, event: NotServed | Told | Spoke, language: str) -> None:
        match event:
            case NotServed(reason):
                self._tell(text(reason, language), {"none": str(reason)})
                self._code = ExitCode.FAILED
            case Told(sentences):
                for sentence in sentences:
                    self._say(text(sentence, language))
                self.results.append({"told": list(map(str, sentences))})
            case Spoke(piece):
                self._speak(piece)

    def _complain(self, error: WalletError | DIDError) -> None:
        if self._voice is None:
            complain(error)
            return
        for line in filter(None, (str(error), error.hint)):
            self._remark(line)

    def _tell_plan(self, plan: Plan) -> None:
        if not self._options.quiet and not isinstance(plan, Decline):
            self._remark(text(say("plan: {plan}", plan=spoken(plan)), self._conversation.language))

    def _tell(self, line: str, data: dict[str, Any]) -> None:
        self.results.append(data)
        self._say(line)

    def _say(self, line: str) -> None:
        if not self._options.json:
            render.show_line(line if self._voice is None else self._voice(line))

    @contextmanager
    def _whole_lines(self) -> Iterator[None]:
        """What the model was saying ends its line, however the turn ends."""
        try:
            yield
        finally:
            if self._spoken:
                self._speak("")

    def _speak(self, piece: str) -> None:
        """A piece of the model's own words, as it comes; the empty one ends them."""
        if not piece and not self._spoken:
            return  # nothing was said
        if self._options.json:
            if not self._spoken:
                self.results.append({"said": ""})
            self.results[-1]["said"] += piece
        else:
            lead = "" if self._spoken else text(say("the model says:"), self._conversation.language)
            shown = printable_lines(piece) if piece else "\n"
            render.show_safe(f"{lead} {shown}" if lead else shown)
        self._spoken = bool(piece)

    def _report(self, step: Step, result: Result) -> None:
        self.results.append({"action": step.action, **result.data})
        if not self._options.json:
            show_result(result, self._conversation.language, self._voice)
        if result.report:
            self._code = CODES[result.report.verdict]

    def _pending(self, event: NeedsConsent) -> None:
        """The deed that waits for a yes, what comes after it, and the digest that names it."""
        language, proposal = self._conversation.language, event.proposal
        later = [spoken_step(step.action, step.arguments) for step in event.pending.steps[1:]]
        self.results.append(
            {
                "pending": proposal.action,
                "statement": proposal.statement.plain(),
                "digest": proposal.digest,
                "then": later,
            }
        )
        if self._stream is not None:
            self._stream({"event": "pending", "digest": proposal.digest, "then": later})
        if self._options.json:
            return
        for line in render.statement_lines(proposal.statement, language):
            render.show_line(line)
        for step in later:
            render.show_line(text(say("then: {step}", step=step), language))
        render.show_line(text(say("digest {digest}", digest=proposal.digest), language))


def as_json(event: Event) -> dict[str, Any]:
    """An event as data; what a person would read in it is in English."""
    match event:
        case Planned(planned):
            return {"event": "planned", "plan": to_json(planned)}
        case Asked(ask, question):
            missing = list(ask.missing)
            return {
                "event": "asked",
                "action": ask.action,
                "missing": missing,
                "question": str(question),
            }
        case NeedsConsent(proposal):
            return {
                "event": "proposed",
                "action": proposal.action,
                "statement": proposal.statement.plain(),
                "digest": proposal.digest,
            }
        case Ran(step, result):
            return {"event": "ran", "action": step.action, "result": result.data}
        case Refused(proposal):
            return {"event": "refused", "action": proposal.action, "digest": proposal.digest}
        case NotServed(reason):
            return {"event": "none", "reason": str(reason)}
        case Told(sentences):
            return {"event": "told", "sentences": list(map(str, sentences))}
        case Spoke(piece):
            return {"event": "spoke", "piece": piece}
        case Failed(error):
            return {"event": "failed", "error": str(error), "hint": error.hint}


def spoken(plan: Plan) -> str:
    """A plan in one line: `issue_credential(type: Degree, subject: Mei); list_credentials()`."""
    return "; ".join(spoken_step(step["action"], step["arguments"]) for step in to_json(plan))


def spoken_step(action: str, arguments: Any) -> str:
    """A step in one line."""
    said = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    return f"{action}({said})"
