"""Questions about the conversation itself, which need no plan: why, and what will happen.

They are answered out of what was just found or proposed, and only when they stand alone: "why did
it fail?" is one, "why does Acme want my degree" is a message like any other. Whoever asks for
something to be remembered is told which command does that: no sentence does, and no model plans it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agent.han import simplified
from wallet.actions.explaining import why
from wallet.actions.topics import REMEMBERING
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.actions.registry import Action
    from wallet.messages import Message
    from wallet.pending import PlannedStep
    from wallet.verify.report import Report

_END: Final = r"[\s.!?。！？]*"
_WHY: Final = re.compile(
    rf"(?:(?:and|but|so|ok|okay|tell me|explain)[, ]+)?why(?: not| so| is that"
    rf"| (?:did|does|has|was|is) (?:it|this|that|the (?:check|verification))(?: not)?"
    rf"(?: (?:fail(?:ed)?|valid|invalid|wrong|rejected|refused|bad|so))?)?{_END}"
    rf"|(?:what(?:'s| is) wrong(?: with (?:it|this|that))?){_END}"
    rf"|(?:这是)?(?:为[什甚]么|为何|为啥|怎么回事)(?:会)?(?:失败|无效|没有?通过|不行|不通过|这样)?"
    rf"(?:了|呢|啊)?{_END}",
    re.IGNORECASE,
)
_WHAT: Final = re.compile(
    rf"(?:and |but |so )?what (?:will|would|is going to|is about to) happen"
    rf"(?: (?:now|next|then|if i (?:say yes|agree)))?{_END}"
    rf"|what (?:will|would) (?:it|you|that) do{_END}"
    rf"|what are you (?:going|about) to do{_END}"
    rf"|(?:接下来|然后)?会(?:发生|怎么样)[什甚]?么?(?:呢)?{_END}"
    rf"|(?:你|您)?(?:要|打算|准备)做[什甚]么(?:呢)?{_END}",
    re.IGNORECASE,
)

_LANGUAGE: Final = r"(?:english|chinese|mandarin)"
# What is to be remembered is a statement; "remember to renew it" and 记住周五续护照 are reminders.
_REMEMBER: Final = re.compile(
    rf"(?:please )?(?:remember|note|keep in mind|don'?t forget|do not forget)(?: that .+"
    rf"| (?!to\b).+ (?:is|are|means|as|stands for) .+)"
    rf"|when(?:ever)? i say .+ i (?:mean|am talking about) .+"
    rf"|(?:from now on|always|please)?,? ?(?:answer|reply|speak|talk)(?: to)?(?: me)?(?: always)?"
    rf" in {_LANGUAGE}(?: from now on| always| please)?{_END}"
    rf"|(?:from now on,? )?(?:always )?use .+ for (?:issuing|asking)"
    rf"(?: from now on| by default| always)?{_END}"
    rf"|(?:what|which (?:names|things)) do you (?:remember|know)(?: about me)?{_END}"
    rf"|(?:list|show)(?: me)? (?:what|everything|all) you (?:remember|know)(?: about me)?{_END}"
    rf"|forget (?:what|everything|all) you (?:remember|know)(?: about me)?{_END}"
    rf"|请?(?:你|您)?(?:帮我)?(?:记住|记着|记下)[,，:：]?.*(?:就?是|叫做?|指的?是?|代表|喜欢|等于|意思).+"
    rf"|我说.+(?:就?是指|指的是|意思是).+"
    rf"|(?:以后|今后|从现在起)?[,，]?请?(?:都|一直|总是)?用(?:中文|英文|英语|汉语)(?:回答|回复|说话?|跟我说)(?:我|吧)?{_END}"
    rf"|(?:你|您)(?:还|都)?(?:记得|记住|知道)了?(?:关于)?(?:我的?)?(?:什么|哪些|些什么)(?:事|名字|别名)?{_END}"
    rf"|(?:忘掉|忘记|忘了)(?:你|您)?(?:记得|记住|知道)的.*",
    re.IGNORECASE,
)


def explained(
    message: str,
    *,
    report: Report | None,
    steps: Sequence[PlannedStep],
    actions: Mapping[str, Action],
) -> tuple[Message, ...]:
    """The answer to such a question; nothing where the message is none, or there is none to give.

    `report` is the last one that was shown, and `steps` what was planned last and is not done.
    """
    said = simplified(message.strip())
    if _REMEMBER.fullmatch(said):
        return (REMEMBERING,)
    if report is not None and _WHY.fullmatch(said):
        return why(report) or (say("It is valid: nothing was found against it."),)
    if steps and _WHAT.fullmatch(said):
        return tuple(_step(place, step, actions) for place, step in enumerate(steps, start=1))
    return ()


def _step(place: int, step: PlannedStep, actions: Mapping[str, Action]) -> Message:
    action = actions[step.action]
    given = ", ".join(f"{name}: {value}" for name, value in step.arguments.items())
    what = say(action.help)
    if action.needs_consent:
        return say(
            "{place}. {what} ({given}); only after your yes", place=place, what=what, given=given
        )
    return say("{place}. {what} ({given}); it only reads", place=place, what=what, given=given)
