"""How answers to the contract's cases are scored.

A plan is right when it equals the expected plan, or one that is as good: the same actions in the
same order, each with the same arguments, case and white space of text aside. There is no partial
credit. Two counts stand alone: deeds proposed where nothing was asked for, and arguments that are
neither in the message nor in the wallet.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from wallet.actions import PLANNED
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Steps = list[dict[str, Any]]


@dataclass
class Scores:
    """Right and all, by key: a language, an action of it, or both languages together."""

    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    deeds_unasked: int = 0
    made_up: int = 0
    mistakes: list[tuple[str, Steps, Steps]] = field(default_factory=list)

    def add(self, case: Mapping[str, Any], steps: Steps) -> bool:
        """Score one answer; whether it is right."""
        expected: Steps = case["expect"]
        accepted = (expected, *case.get("accept", ()))
        is_right = any(same(steps, wanted) for wanted in accepted)
        action = _asked_for(expected)
        keys = ("all", case["lang"], f"{case['lang']} {action}", f"action {action}")
        self.total.update(keys)
        self.right.update(keys if is_right else ())
        if not is_right:
            self.mistakes.append((f"{case['id']} {case['text']}", expected, steps))
        if expected[0]["action"] == "none":
            self.deeds_unasked += sum(map(_needs_consent, steps))
        self.made_up += sum(1 for _ in made_up(case, steps))
        return is_right


def _asked_for(expected: Steps) -> str:
    return "several steps" if len(expected) > 1 else str(expected[0]["action"])


def same(got: Steps, wanted: Steps) -> bool:
    """Whether two plans are the same under the contract's scoring."""
    return len(got) == len(wanted) and all(map(_same_step, got, wanted))


def _same_step(got: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    if got["action"] != wanted["action"]:
        return False
    ours, theirs = got.get("arguments", {}), wanted.get("arguments", {})
    if got["action"] == "ask":
        same_missing = set(ours["missing"]) == set(theirs["missing"])
        return bool(ours["action"] == theirs["action"] and same_missing)
    return ours.keys() == theirs.keys() and all(
        _folded(ours[name], _kind(got["action"], name))
        == _folded(theirs[name], _kind(got["action"], name))
        for name in ours
    )


def _kind(action: str, name: str) -> Kind | None:
    known = PLANNED.get(action)
    parameters = known.planned_parameters if known else ()
    return next((each.kind for each in parameters if each.name == name), None)


def _folded(value: Any, kind: Kind | None = None) -> Any:
    match value:
        case dict():
            return {_folded(name): _folded(item) for name, item in value.items()}
        case list():
            return frozenset(map(_folded, value))
        case str() if kind is Kind.TIME:
            return _moment(value)
        case str() if kind is Kind.AMOUNT:
            return _decimal(value)
        case str():
            return " ".join(unicodedata.normalize("NFC", value).casefold().split())
        case _:
            return value


def _moment(value: str) -> date | str:
    """A date as that date, a date-time as that instant."""
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return value


def _decimal(value: str) -> Decimal | str:
    try:
        return Decimal(value)
    except InvalidOperation:
        return value


def _needs_consent(step: Mapping[str, Any]) -> bool:
    return step["action"] in PLANNED and PLANNED[step["action"]].needs_consent


def made_up(case: Mapping[str, Any], steps: Steps) -> Iterator[str]:
    """Texts and entries of a plan that are neither in what the person wrote nor in the wallet."""
    said = [_folded(turn["text"]) for turn in case.get("history", ()) if turn["role"] == "user"]
    said.append(_folded(case["text"]))
    wallet = case["wallet"]
    listed = [each for name in ("dids", "credentials", "contacts", "products")
              for each in wallet.get(name, ())]  # fmt: skip
    known = {_folded(str(each.get("id", each.get("name")))) for each in listed}
    claims = {_folded(claim) for each in listed for claim in each.get("claims", ())}
    for step in steps:
        for name, value in step.get("arguments", {}).items():
            if step["action"] == "ask":
                continue
            kind = _kind(step["action"], name)
            if kind in {Kind.TIME, Kind.AMOUNT, Kind.CHOICE}:
                continue
            for text in _texts(value):
                folded = _folded(text)
                is_entry = folded in known or folded in claims or text.startswith("$")
                if not is_entry and not any(folded in line for line in said):
                    yield text


def _texts(value: Any) -> Sequence[str]:
    match value:
        case dict():
            return [*value.keys(), *value.values()]
        case list():
            return value
        case _:
            return [str(value)]


def brief(steps: Steps) -> str:
    """A plan in one line."""
    return "; ".join(
        f"{step['action']} {json.dumps(step.get('arguments', {}), ensure_ascii=False)}"
        for step in steps
    )
