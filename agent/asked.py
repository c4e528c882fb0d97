"""Steps of a draft that no word of the message asks for, and what only looks at a file.

A model that reads why somebody wants something sometimes makes a step of that as well: of a disk
that is swapped a reminder, of a card that was issued to somebody a presentation. Where a draft has
several steps, such a one is left out if the message has no word for its deed and it lacks what it
would need. Nothing is ever added but a look at what would have been taken in.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from agent.draft import Draft, DraftStep, Handle, Span, Value
from agent.shorthand import DEEDS, NEEDED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")


def _words(stems: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{stems})", re.IGNORECASE)


_HISTORY_OF: Final = re.compile(
    r"\b(?:show|give|get|see|pull up|bring up|open)(?: me| us)? (?:the |my |our )?(?:history|log)"
    r" of (?:all )?(?:the |my |our )?(?P<of>[a-z][\w\- ]*?)[.!?]?$",
    re.IGNORECASE,
)
_LOOK: Final = "verify_credential"
_ON_CONDITION: Final = frozenset(
    ["present_credential", "anchor_credential", "delete_credential", "revoke_credential"]
)
_IF_GENUINE: Final = re.compile(
    r"\b(?:if|provided|assuming|[as]s? long as)\b[^.,;!?]{0,50}?\b(?:genuine|valid"
    r"|(?:still|any) good|good(?= ?,)|sound|real|legit(?:imate)?|authentic|kosher"
    r"|in (?:order|force|date)"
    r"|(?:hold|stand)s? up|checks? out|verif(?:y|ies|ied)|fake|forged|bogus|dud|expired|revoked"
    r"|wrong un)\b"
    r"|(?:要是|如果|若是?|假如)[^,.;!?]{0,16}?"
    r"(?:真|有效|没毛病|没问题|靠谱|没过期|假的|失效|作废|伪造)"
    r"|(?:真|有效|没问题|没毛病|过关)的?话",
    re.IGNORECASE,
)
_IMPORTS: Final = re.compile(
    r"\b(?:import(?:s|ed|ing)?|i[mnp]\w{1,3}(?:rt|ro?t)"
    r"|add|stor(?:e|ing)|save(?! (?:me|us|it for))|load|keep|put|bring|take"
    r"|fetch|accept|download|pull|get|grab|scan|receive|collect|pick|claim|copy|move|stow"
    r"|tuck|slurp|ingest|read in|install|pop|swap|scoop|tow|want|like|in (?:my|the|our) wallet"
    r"|(?:in|into|to) (?:here|my|the|our)"
    r"(?: \w+)? (?:wallet|others|collection)|in it goes|mine)\b",
    re.IGNORECASE,
)


def _any_of(*patterns: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile("|".join(each.pattern for each in patterns), re.IGNORECASE)


# How the words begin that people ask for a deed with: rather too many than too few.
_ASKS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType({
    "present_credential": _words(
        r"(?:show|give|send|let\b)(?! (?:me|us)\b)|present|sent|shar(?:e|ing)|prove|proof|proving"
        r"|hand|pass(?:es|ing)?\b(?! on\b)|forward|provid|submit|e?-?mail|disclos|reveal|suppl"
        r"|deliver|flash|shoot|transmit|need|want|require|see\b|sees\b|seen\b|look|read|gets?\b"
        r"|getting|goes\b|go\b|may\b|have\b|use\b|using|ask|convinc|confirm|demonstrat|open|hold"
        r"|reach|turn|across|over to"
    ),
    "set_reminder": _words(
        r"re+mi|nudge|ping|alert|alarm|forget|4get|memo|bug me|prod|poke|ring|notif|tell"
        r"|let me know|kick|pester|nag|chase|hold me|get on my|bring|say|make a note|don'?t let"
        r"|not let|cron"
    ),
    "record_event": _words(
        r"record|logs?\b|logg|not(?:e|es|ed|ing)\b|mark|enter|entry|entri|regist|writ|put\b|add"
        r"|track|event|jot|tick|updat|filed?\b|filing|report|scribble|tally|trail|diary|history"
        r"|confirm|known|journal|state|stage|line\b|save|set down|take down|document|book|chain"
        r"|[\w'’\-]+(?: [\w'’\-]+){0,3}: "
    ),
    "search": _words(
        r"find|search|look|where|hunt|dig|locat|seek|check|pull up|grep|comb|sniff|anywhere"
        r"|mention|anything|go(?:ing)? through|occur|match|do (?:you|i|we) have|contain|see if"
        r"|scan|browse|query"
    ),
    "verify_credential": _words(
        r"verif|valid|check|genuin|authentic|legit|fake|forg|real(?!ly)|trust|any good"
        r"|still (?:good|ok)|sure|confirm|true|kosher|ok\b|okay|fine|in order|holds?\b|tests?\b"
        r"|prov|look|see\b|expir|current|revok|in date|inspect|examin|scrutin|stands?\b|bona"
        r"|sound|solid|force|dodgy|dud|wrong|turns? out|legal|stale"
        r"|(?:is|be|it) good|good\?"
    ),
    "deactivate_did": _words(
        r"de-?activ|decom|retir|shut(?!ter)|kill|turn|switch|disabl|clos|end|revok|remov|delet"
        r"|stop"
        r"|wind|drop|lose|burn|scrap|done|dead|get rid|take|pull|cancel|withdraw|bury|finish|off"
        r"|put|no longer|any ?more|lay|sunset|bin\b|trash|axe|wip|destroy"
    ),
    "rotate_key": _words(
        r"rotat|key|swap|chang|new|fresh|replac|renew|roll|refresh|cycl|switch|updat|reissu|turn"
    ),
    "publish_did": re.compile(
        r"\b(?:publish(?!ed\b)"
        r"|(?:be|get|gets|it|want|wants|have|need|needs|see)(?: \w+){0,4} published"
        r"|anchor|put|push|on(?: the)? chain|regist|post|broadcast|live\b|announc|deploy"
        r"|public|upload|release|out there|too\b|also|likewise|same"
        r"|(?:please|go|see (?:to|that)|make|sure|that)\b[^.!?]{0,60}\bpublished"
        r"|p\w{2,5}sh\b|re-?solv|look(?:ed|s)?(?: \w+){0,3} up\b|world|find|reach"
        r"|visible)",
        re.IGNORECASE,
    ),
    "request_presentation": _words(
        r"ask|request|want|need|get|see\b|show|send|requir|prov|check|present|bring|share|demand"
        r"|have (?:a )?(?:look|sight)|look at|call for|chase|obtain|collect|hand over|give"
    ),
    "issue_credential": _words(
        r"issu|giv|gets?\b|mak|writ|creat|sign|grant|award|certif|draw|prepar|produc|need|want|print"
        r"|hand|due|deserv|put|set|send|do\b|entitl|earn|provid|out\b|him\b|her\b|them\b|cert|card"
    ),
    "back_up": _words(
        r"back|sav|cop(?:y|ies)|export|dump|stor|archiv|keep|duplicat|snapshot|mirror|clone|safe"
    ),
    "list_credentials": _words(
        r"list|show|what|which|credential|certificate|paper|card|document|see\b|display|view"
        r"|all\b|everything|name|run|have|got|hold|own|tell|give|count|how many|any\b|see"
    ),
})  # fmt: skip
# What may be issued: without one of these, and without a word for issuing, nothing is.
_ISSUABLE: Final = re.compile(
    r"\b(?:(?:pass|passport|diploma|degree|letter|badge|licen[cs]e|permit|statement|approval"
    r"|receipt|slip|record|report|reference|ticket|visa|voucher|qualification|membership"
    r"|attestation|proof|confirmation|endorsement|sign-?off)s?\b|becom|getting"
    r"|have (?:an?|his|her|their)\b)",
    re.IGNORECASE,
)
_TAKES_BACK: Final = _words(
    r"kill|yank|strip|must go|undo|unissu|go on|dead|lost|finish|over\b|not? "
)
_JOKING: Final = re.compile(
    r"\b(?:only|just) (?:kidding|joking|messing)\b|\bfat chance\b"
    r"|\bin (?:your|his|her|their) dreams\b",
    re.IGNORECASE,
)
# To do what an entry, a file or a note says is no request of the person's own (contract, rule 17).
_COMPLIES: Final = re.compile(
    r"\b(?:comply with|obey|follow|carry out|act on|do (?:as|what))"
    r" (?:the|its|that|this|those|their)(?: \w+){0,2}? ?(?:titles?|names?|instructions?|notes?"
    r"|remarks?|fine print|messages?|text|memos?|orders?|says?|tells?)\b",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(r"\b(?:called|named|name|call)(?: it)? ", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"(?<=[.!?]) ")
_IN_LIST: Final = re.compile(r"\b(?:and|both|also|plus|as well|too|then)\b|[,&]", re.IGNORECASE)
_DELETES: Final = _words(
    r"delet|remov|eras|trash|bin\b|throw|get rid|discard|drop|clear|wip|scrap|toss|los|chuck"
    r"|ditch|rip|out\b|gone|go(?:es)?\b|away|off\b|keep|purge|destroy|scrub|clean|dump|shred"
    r"|don'?t (?:need|want)|rm\b|nuke"
)
_GENUINE: Final = re.compile(
    r"\b(?:verify|validate|authenticate|(?:check|see|tell(?: me)?|find out|look)\b[^.!?]{0,40}?"
    r"\b(?:genuine|authentic|real|valid|fake|forged|legit(?:imate)?|trust(?:ed|worthy)?|kosher"
    r"|still good|checks out))\b",
    re.IGNORECASE,
)
_REVOKES: Final = _words(
    r"re[vx]|retra|cancel|withdr|void|invalid|annul|pull|rescind|tak|terminat|strike|call|end\b"
    r"|longer|any ?more|back|work|valid|count|red light|turned away|trust|mistake|error|told"
)
_NEVER_UNSAID: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        **{name: _ASKS[name] for name in ("publish_did", "deactivate_did", "rotate_key")},
        "import_credential": _IMPORTS,
        "issue_credential": _any_of(_ASKS["issue_credential"], _ISSUABLE),
        "revoke_credential": _any_of(_REVOKES, _TAKES_BACK),
    }
)
# Deeds of which one was taken for the other: the words that ask for the first.
_TAKEN_FOR: Final[Mapping[str, tuple[str, re.Pattern[str]]]] = MappingProxyType(
    {
        "delete_credential": ("revoke_credential", _DELETES),
        "revoke_credential": ("delete_credential", _REVOKES),
    }
)


def asked_for(
    draft: Draft, message: str, is_time: Callable[[str], bool], *, is_first: bool = False
) -> Draft:
    """The draft without what the message, as the model reads it, does not ask for.

    `is_first`: no turn stands before it that may say what it is about.
    """
    draft = _looked_at_first(_told_once(_of_history(draft, message)), message)
    if _CHINESE.search(message):
        return draft
    if _JOKING.search(message) or _COMPLIES.search(message):
        draft = Draft(tuple(step for step in draft.steps if step.action not in DEEDS))
    if is_first and draft.steps and not any(_has_word(step, message) for step in draft.steps):
        return Draft()
    steps = _only_looked_at(draft.steps, message)
    kept = [step for step in steps if not _is_unasked(step, steps, message, is_time)]
    if not kept or (len(kept) < len(steps) and any(map(_uses_result, kept))):
        return Draft(tuple(steps))
    return Draft(tuple(kept))


def _of_history(draft: Draft, message: str) -> Draft:
    """The draft, where "show me the history of key rotations" was read as a question."""
    match = _HISTORY_OF.search(message)
    if match is None or [step.action for step in draft.steps] != ["help"]:
        return draft
    return Draft((DraftStep("show_history", (("filter", Span(match["of"])),)),))


def _told_once(draft: Draft) -> Draft:
    """The draft without what another step says as well, and more: a payment, what happened."""
    left: list[DraftStep] = []
    for step in draft.steps:
        alike = [
            other for other in draft.steps if other is not step and other.action == step.action
        ]
        if step.action == "send_payment" and any(
            {*step.arguments} < {*other.arguments} for other in alike
        ):
            continue
        if step.action == "record_event" and any(_is_within(step, other) for other in alike):
            continue
        left.append(_with_place(step, [each for each in alike if _is_within(each, step)]))
    return Draft(tuple(left))


def _with_place(step: DraftStep, parts: Sequence[DraftStep]) -> DraftStep:
    """What happened with the place that a part of it says."""
    said = (dict(each.arguments).get("place") for each in parts)
    found = [place for place in said if place is not None]
    if len(found) != 1 or "place" in dict(step.arguments):
        return step
    return DraftStep(step.action, (*step.arguments, ("place", found[0])))


def _is_within(step: DraftStep, other: DraftStep) -> bool:
    """Whether what happened by a step is but words of what happened to the same by another."""
    mine, theirs = dict(step.arguments), dict(other.arguments)
    event, whole = mine.get("event"), theirs.get("event")
    if not isinstance(event, Span) or not isinstance(whole, Span):
        return False
    is_part = event.text != whole.text and event.text in whole.text
    return is_part and mine.get("product") == theirs.get("product")


def _looked_at_first(draft: Draft, message: str) -> Draft:
    """The draft with a look at the credential that something is done with if it is genuine.

    "If the permit is still good, show it to Olga" is two steps (contract, rule 9).
    """
    if any(step.action == _LOOK for step in draft.steps) or not _IF_GENUINE.search(message):
        return draft
    for at, step in enumerate(draft.steps):
        credential = dict(step.arguments).get("credential")
        if step.action in _ON_CONDITION and isinstance(credential, Handle):
            look = DraftStep(_LOOK, (("credential", credential),))
            later = {value.name for value in _values(draft.steps[at:]) if isinstance(value, Handle)}
            if any(name[0] == "$" and name > f"${at}" for name in later):
                return draft  # what a later step makes would have another number
            return Draft((*draft.steps[:at], look, *draft.steps[at:]))
    return draft


def _has_word(step: DraftStep, message: str) -> bool:
    """Whether a step is none of those deeds that the message has no word at all for."""
    words = _NEVER_UNSAID.get(step.action)
    return words is None or bool(words.search(message))


def _is_unasked(
    step: DraftStep, steps: Sequence[DraftStep], message: str, is_time: Callable[[str], bool]
) -> bool:
    """Whether a step was made of words that tell why, or of what another step was made of."""
    others = [other for other in steps if other is not step]
    alike = [other for other in others if other.action == step.action]
    if alike:
        return _is_said_already(step, alike, message)
    if step.action in _ASKS:
        has_word = _ASKS[step.action].search(message)
        return bool(others) and not has_word and _lacks_something(step, steps, message, is_time)
    said = dict(step.arguments)
    if step.action == "show_credential":
        return not said and any(other.action == "show_did" for other in others)
    same, words = _TAKEN_FOR.get(step.action, ("", None))
    return words is not None and _is_of(same, said, others) and not words.search(message)


def _is_said_already(step: DraftStep, alike: Sequence[DraftStep], message: str) -> bool:
    """Whether a step is part of another of its kind, which has more of what is said.

    "The red one too" is not: the word for both was said before.
    """
    if not step.arguments:
        return any(isinstance(value, Span) for value in _values(alike))
    said = dict(step.arguments)
    is_part = any(set(step.arguments) < set(other.arguments) for other in alike)
    if is_part and not NEEDED.get(step.action, {}).keys() <= said.keys():
        return True
    match step.action:
        case "record_event":
            event = said.get("event")
            return _is_told(event, message) and not _ASKS[step.action].search(
                _sentence_of(event, message)
            )
        case "search":
            query = said.get("query")
            return not _ASKS["search"].search(_sentence_of(query, message))
        case "create_did":
            names = [dict(other.arguments).get("name") for other in alike]
            return not _is_called(said.get("name"), message) and any(
                _is_called(name, message) for name in names
            )
        case "verify_credential":
            files = [dict(other.arguments).get("credential") for other in alike]
            return not isinstance(said.get("credential"), Span) and any(
                isinstance(file, Span) and not _IN_LIST.search(_sentence_of(file, message))
                for file in files
            )
        case _:
            return False


def _is_called(name: Value | None, message: str) -> bool:
    """Whether words are what something is to be called."""
    if not isinstance(name, Span):
        return False
    before, found, _ = message.partition(name.text)
    return bool(found and _CALLED.search(before[-len("call it  ") - 3 :]))


def _sentence_of(value: Value | None, message: str) -> str:
    """The sentence that words stand in."""
    words = value.text if isinstance(value, Span) else ""
    sentences = _SENTENCE.split(message)
    return next((one for one in sentences if words and words in one), message)


def _lacks_something(
    step: DraftStep, steps: Sequence[DraftStep], message: str, is_time: Callable[[str], bool]
) -> bool:
    """Whether a step has not what it would have if it were asked for."""
    said = dict(step.arguments)
    match step.action:
        case "present_credential":
            others = [other for other in steps if other is not step]
            return not _has_own_entry(said.get("credential"), others)
        case "set_reminder":
            when = said.get("when")
            return not (isinstance(when, Span) and is_time(when.text))
        case "record_event":
            return steps[-1] is not step and _is_told(said.get("event"), message)
        case "verify_credential":
            value = said.get("credential")
            return isinstance(value, Handle) and value.name[0] != "$"
        case "list_credentials":
            return "filter" not in said
        case _:
            return True


def _has_own_entry(value: Value | None, others: Sequence[DraftStep]) -> bool:
    """Whether an entry of the wallet is meant that no other step is about."""
    return isinstance(value, Handle) and value.name[0] != "$" and value not in _values(others)


def _is_told(event: Value | None, message: str) -> bool:
    """Whether what happened stands in a sentence before the last one."""
    if not isinstance(event, Span):
        return True
    return bool(re.search(r"[.!?] (?!so\b)", message.partition(event.text)[2]))


def _is_of(action: str, said: Mapping[str, Value], others: Sequence[DraftStep]) -> bool:
    """Whether that is done with the same credential by another step."""
    return any(
        other.action == action and dict(other.arguments).get("credential") == said.get("credential")
        for other in others
    )


def _only_looked_at(steps: Sequence[DraftStep], message: str) -> Sequence[DraftStep]:
    """The steps, where a file is only to be verified and nobody asks to take it in."""
    taken_in = [step for step in steps if step.action == "import_credential"]
    if len(taken_in) != 1 or not _GENUINE.search(message) or _IMPORTS.search(message):
        return steps
    source = dict(taken_in[0].arguments).get("source")
    looks = [step for step in steps if step.action == "verify_credential"]
    if not isinstance(source, Span) or any(
        _uses_result(step) for step in steps if step not in looks
    ):
        return steps
    look = DraftStep("verify_credential", (("credential", source),))
    if not looks:
        return [look if step is taken_in[0] else step for step in steps]
    rest = [step for step in steps if step is not taken_in[0]]
    return [look if _lacks_what_to_verify(step) else step for step in rest]


def _lacks_what_to_verify(step: DraftStep) -> bool:
    value = dict(step.arguments).get("credential")
    is_listed = isinstance(value, Handle) and value.name[0] != "$"
    return step.action == "verify_credential" and not (is_listed or isinstance(value, Span))


def _uses_result(step: DraftStep) -> bool:
    return any(isinstance(value, Handle) and value.name[0] == "$" for _, value in step.arguments)


def _values(steps: Sequence[DraftStep]) -> list[Value]:
    return [value for step in steps for _, value in step.arguments]
