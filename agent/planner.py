"""From a message to a plan: prompt, grammar, model, and then rules.

The model says which actions were asked for and which words and entries belong to them. What
follows from that is not left to it: literals are put back, times are worked out of words that the
person said, what is missing is found, and an entry that nobody named is taken only where the wallet
holds just one that fits (`agent.rules`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from agent.answers import Answers
from agent.asked import asked_for
from agent.draft import Draft, Handle
from agent.errors import MessageTooLong, ModelFailed
from agent.instruct import line_of
from agent.others_words import is_others
from agent.phrases import asks_for_secret
from agent.plainly import plainly_asked
from agent.plan import Ask, Decline, Plan, Steps
from agent.prompt import LONGEST_MESSAGE, TURNS_KEPT, Prompt, Turn, compose
from agent.rules import Rules, fits
from agent.state import CredentialEntry
from agent.times import time_of
from wallet.actions import PLANNED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from agent.model import Model
    from agent.state import Entry, State
    from wallet.actions.registry import Action

MOST_OFFERED: Final = 4
_TELLING: Final = frozenset({"show_did", "list_dids", "show_credential", "search"})


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and the turn that a later message may refer to."""

    plan: Plan
    turn: Turn


def plan(
    message: str,
    state: State,
    model: Model,
    *,
    history: Sequence[Turn] = (),
    actions: Mapping[str, Action] = PLANNED,
) -> Planned:
    """What the message asks for.

    Raises:
        MessageTooLong: there is more text than the model can read.
        ModelFailed, NoModel: the model gave no answer.
    """
    if len(message) > LONGEST_MESSAGE:
        raise MessageTooLong(
            f"that is more than {LONGEST_MESSAGE} characters", hint="say it in fewer words"
        )
    prompt = compose(state, history, message)
    line = line_of(model, prompt, actions)
    said = (message, *(turn.text for turn in history[-TURNS_KEPT:]))
    try:
        is_time = partial(_is_time, now=state.now)
        own = [step for step in Draft.read(line).steps if not is_others(step, prompt.message.typed)]
        draft = asked_for(Draft(tuple(own)), prompt.message.text, is_time, is_first=not history)
        before = history[-1] if history else None
        rules = Rules(prompt, state, actions, said, before)
        if not draft.steps and before is None:
            draft = plainly_asked(prompt) or draft
        understood = rules.plan(draft)
        if before is not None:
            understood = Answers(rules, before).pointed(understood)
    except (ValueError, KeyError) as error:
        raise ModelFailed("the model's answer cannot be read", hint="say it again") from error
    if _tells(understood) and asks_for_secret(message):
        understood = Decline()
    if not isinstance(understood, Ask):
        return Planned(understood, Turn(message, draft, (), _entries(draft, prompt)))
    offered = _offered(understood, actions[understood.action], prompt)
    turn = Turn(message, draft, understood.missing, _entries(draft, prompt), offered)
    return Planned(understood, turn)


def _is_time(words: str, now: datetime) -> bool:
    return time_of(words, now, by_rule=True) is not None


def _tells(plan: Plan) -> bool:
    """Whether a plan does nothing but tell of what the wallet has, or asks of what."""
    match plan:
        case Steps(steps):
            return {step.action for step in steps} <= _TELLING
        case Ask(action=action):
            return action in _TELLING
        case _:
            return False


def _offered(ask: Ask, action: Action, prompt: Prompt) -> tuple[Entry, ...]:
    """The few entries that the message may mean by what is asked for first."""
    parameter = action.parameter(ask.missing[0])
    entries = prompt.shortlist.named(parameter.kind)
    fitting = tuple(
        entry
        for entry in entries
        if not isinstance(entry, CredentialEntry) or fits(parameter, entry)
    )
    return fitting if 1 < len(fitting) <= MOST_OFFERED else ()


def _entries(draft: Draft, prompt: Prompt) -> dict[str, Entry]:
    """What the draft's handles stand for."""
    values = [value for step in draft.steps for _, value in step.arguments]
    names = [value.name for value in values if isinstance(value, Handle)]
    return {name: prompt.shortlist.entry(name) for name in names if not name.startswith("$")}
