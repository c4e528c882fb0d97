"""What "it" means: the entry of the wanted kind that was done something with last.

Only where the plan lacks an entry and the message has such a word, and never for whom something
goes to: people are named. "That contact" is no credential, and "that visa" no degree. What is
filled in is checked and shown like anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from agent.candidates import folded, labels
from agent.han import simplified
from agent.plan import Ask, Plan, Step, Steps
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.state import Entry, State
    from wallet.actions.registry import Action, Parameter

KEPT: Final = 20
"""How many entries are remembered as spoken of."""
_NOUNS: Final = {
    Kind.DID: "dids? identit(?:y|ies) identifiers? 身份 标识",
    Kind.CREDENTIAL: "credentials? certificates? vcs? 凭证 证书 证件",
    Kind.PRODUCT: "products? items? 产品 商品",
    Kind.CONTACT: "contacts? person people friends? compan(?:y|ies) accounts? 联系人 朋友 公司 人",
}
_KINDS: Final = {
    kind: re.compile("|".join(noun.split()), re.IGNORECASE) for kind, noun in _NOUNS.items()
}
_ENGLISH: Final = re.compile(
    r"\b(?P<it>it|(?:this|that|the same) (?:one|thing|document|paper))\b"
    r"|\b(?:this|that|the same)\b(?P<after>(?: [^\W_][\w\-]*){0,3})",
    re.IGNORECASE,
)
# After one of these words "that" stands for something itself.
_ALONE: Final = frozenset(
    ["to", "from", "for", "with", "and", "or", "but", "please", "now", "again", "as", "in", "on",
     "at", "by", "until", "till", "back", "off", "out", "up", "away", "over", "too", "then", "when",
     "if", "today", "tomorrow", "is", "was", "has", "so", "right", "instead", "also", "before",
     "after", "into", "onto", "of", "still", "ok", "okay", "good", "valid", "genuine", "real"]
)  # fmt: skip
_CHINESE: Final = re.compile(
    r"(?:(?P<it>它)|[这那]一?[个份张本件条]|刚才|刚刚)(?:[新旧]?的)?(?P<after>[^\W_]{0,6})"
)
_PAPER: Final = re.compile(r"[^给我你他她看把让发出a-zA-Z\W]{1,4}?[证照卡单票牌]")  # 签证, 成绩单


@dataclass(frozen=True, slots=True)
class _Pointer:
    """A word that points at something, and what the noun after it says of that, if there is one."""

    kind: Kind | None = None
    noun: str = ""

    def may_mean(self, kind: Kind, entry: Entry) -> bool:
        """Whether it may point at an entry of that kind."""
        if self.kind is not None:
            return self.kind is kind
        if not self.noun:
            return True
        own = [folded(label) for label in labels(entry)]
        said = folded(self.noun)
        return any(
            not set(said.words).isdisjoint(label.words) or (said.han and said.han in label.han)
            for label in own
        )


def _pointers(message: str) -> Iterator[_Pointer]:
    """The words of a message that point at something."""
    plain = simplified(message)
    for match in _ENGLISH.finditer(plain):
        after = (match["after"] or "").split()
        if not after or after[0].casefold() in _ALONE:
            yield _Pointer()
            continue
        kinds = [kind for word in after for kind in _KINDS if _KINDS[kind].fullmatch(word)]
        yield _Pointer(kinds[0]) if kinds else _Pointer(noun=" ".join(after))
    for match in _CHINESE.finditer(plain):
        after_it = match["after"] if not match["it"] else ""
        kind = next((kind for kind in _KINDS if _KINDS[kind].match(after_it)), None)
        paper = _PAPER.match(after_it)
        yield _Pointer(kind, paper[0] if paper and kind is None else "")


@dataclass(slots=True)
class Spoken:
    """The ids of entries that were done something with, the last one first."""

    ids: list[str] = field(default_factory=list)

    def remember(self, step: Mapping[str, Any], action: Action, made: str | None) -> None:
        """A step was done with these arguments, and made that."""
        used = [
            value
            for name, value in step.items()
            if _names_entry(action.parameter(name)) and isinstance(value, str)
        ]
        new = [made, *used] if made else used
        self.ids = [*new, *(id_ for id_ in self.ids if id_ not in new)][:KEPT]

    def filled(self, plan: Plan, message: str, state: State, actions: Mapping[str, Action]) -> Plan:
        """The plan with what "it" means in the place of what it lacks."""
        pointers = tuple(_pointers(message))
        if not isinstance(plan, Ask) or not pointers:
            return plan
        action, found = actions[plan.action], {}
        for name in plan.missing:
            parameter = action.parameter(name)
            if not _names_entry(parameter):
                continue
            if (id_ := self._meant(parameter, state, pointers)) is not None:
                found[name] = id_
                break  # one word means one entry
        known = MappingProxyType({**plan.known, **found})
        left = tuple(name for name in plan.missing if name not in found)
        return Ask(plan.action, known, left) if left else Steps((Step(plan.action, known),))

    def _meant(
        self, parameter: Parameter, state: State, pointers: tuple[_Pointer, ...]
    ) -> str | None:
        fitting = {
            entry.id
            for entry in state.entries(parameter.kind, role=parameter.role)
            if any(pointer.may_mean(parameter.kind, entry) for pointer in pointers)
        }
        return next((id_ for id_ in self.ids if id_ in fitting), None)


def _names_entry(parameter: Parameter) -> bool:
    return parameter.kind in {Kind.DID, Kind.CREDENTIAL, Kind.PRODUCT}
