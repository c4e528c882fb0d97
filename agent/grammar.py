"""The grammar that holds the model's answer: actions, the wallet's entries, the message's words.

Built anew for each request, in llama.cpp's GBNF. Whatever the model's weights are, what it
writes is a draft of registered actions with handles that exist and text that stands in the
message, or `none`. Text is any run of whole words: rule `w3` is word 3 and, if it goes on, the
gap after it and `w4`; so all runs take one rule a word, not one a run. What somebody put in
quotation marks is not cut short, and no name is parted from its title.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent import shorthand
from agent.draft import MAX_STEPS, NONE
from agent.gbnf import either, literal
from agent.words import DID_MARKS, PLACE_MARKS, UNIT, Units, canonical, spaced
from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.prompt import Prompt

TITLES: Final = frozenset(["mr", "mrs", "ms", "mx", "dr", "prof"])
QUOTE: Final = '"'  # as all of them are read
LONGEST_QUOTED: Final = 12  # words in quotation marks that are one name
_LETTERS: Final = {Kind.DID: "D", Kind.CREDENTIAL: "C", Kind.CONTACT: "P", Kind.PRODUCT: "G"}


def grammar_for(prompt: Prompt, actions: Mapping[str, Action]) -> str:
    """The GBNF for one request; `root` is a draft and a newline."""
    return _Grammar(prompt).write(actions)


class _Grammar:
    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        self._rules: dict[str, str] = {}
        self._text = self._text_rules()
        self._undecided = prompt.shortlist.undecided(prompt.message.text)
        self._linked = prompt.shortlist.linked_handles(prompt.message.text)
        self._plain = prompt.shortlist.plain(prompt.message.text)

    def write(self, actions: Mapping[str, Action]) -> str:
        known = [action for action in actions.values() if shorthand.knows(action.name)]
        steps = [rule for action in known if (rule := self._action(action))]
        none = literal(shorthand.word(NONE))
        self._rules = {
            "root": f'({none} | step{{1,{MAX_STEPS}}}) "\\n"',
            "step": " | ".join(steps),
            **self._rules,
        }
        return "\n".join(f"{name} ::= {body}" for name, body in self._rules.items())

    def _action(self, action: Action) -> str:
        name = f"a-{action.name.replace('_', '-')}"
        parts = [
            f"({literal(shorthand.argument(parameter.name))} {value})?"
            for parameter in action.planned_parameters
            if (value := self._value(parameter))
        ]
        self._rules[name] = " ".join((literal(shorthand.action(action.name)), *parts))
        return name

    def _value(self, parameter: Parameter) -> str | None:
        """The rule for a parameter's value, or None where nothing can be said for it."""
        match parameter.kind:
            case Kind.DID | Kind.CREDENTIAL | Kind.CONTACT | Kind.PRODUCT:
                return either(self._entries(parameter, parameter.kind))
            case Kind.CHOICE:
                return either(map(literal, parameter.choices))
            case Kind.TEXT | Kind.TIME | Kind.AMOUNT:
                return self._words(parameter)
            case Kind.TEXTS:
                return self._text and _listed(shorthand.TEXTS_MARK, self._text)
            case Kind.CLAIMS:
                pair = f"{self._text} {literal(shorthand.IS_MARK)} {self._text}"
                return self._text and _listed("", pair)
            case Kind.NAMES:
                return self._claim_names()
            case Kind.PATH | Kind.DOCUMENTS | Kind.NUMBER | Kind.FLAG:
                return None

    def _words(self, parameter: Parameter) -> str | None:
        """Words of the person's, or an entry where one may stand in their place."""
        choices = [self._text] if self._text else []
        if parameter.entry is not None:
            choices += self._entries(parameter, parameter.entry)
        return f"({' | '.join(choices)})" if choices else None

    def _entries(self, parameter: Parameter, kind: Kind) -> list[str]:
        """What may stand for an entry: handles, earlier results, `?`, and a literal."""
        shortlist = self._prompt.shortlist
        handles = [
            handle
            for handle in shortlist.handles(_LETTERS[kind])
            if handle not in self._undecided
            and parameter.role in {None, getattr(shortlist.entry(handle), "role", None)}
        ]
        named = [handle for handle in handles if handle in self._linked]
        unknown = [] if len(named) == 1 and named[0] in self._plain else ["?"]
        results = [f"${step}" for step in range(1, MAX_STEPS)]
        said = (*(named or handles), *results, *unknown)
        choices = [literal(shorthand.word(choice)) for choice in said]
        if parameter.literal:
            marks = PLACE_MARKS if kind is Kind.CREDENTIAL else DID_MARKS
            choices += [literal(mark) for mark in marks if mark in self._prompt.message.literals]
        return choices

    def _claim_names(self) -> str | None:
        names = {
            canonical(name)
            for credential in self._prompt.shortlist.credentials
            for name in credential.entry.claims
        } - {""}
        if not names:
            return None
        return _listed(shorthand.NAMES_MARK, either(map(literal, sorted(names))) or "")

    def _text_rules(self) -> str | None:
        """Rules for every run of words of the message and of the earlier turns."""
        starts: list[str] = []
        for line, said in enumerate((self._prompt.message, *self._prompt.earlier)):
            units = Units.of(said.text)
            held = _held_together(said.text)
            for at, word in enumerate(units.words):
                rule = f"w{line}-{at}"
                body = literal(spaced(word))
                if at < len(units.gaps):
                    gap = units.gaps[at].replace(" ", "")
                    more = f"({f'{literal(gap)} ' if gap else ''}w{line}-{at + 1})"
                    body += f" {more}{'' if at in held else '?'}"
                self._rules[rule] = body
                if at == 0 or units.words[at - 1].casefold() not in TITLES:
                    starts.append(rule)
        if not starts:
            return None
        self._rules["text"] = f"({' | '.join(starts)})"
        return "text"


def _held_together(line: str) -> frozenset[int]:
    """Places of words that a run which has them goes on after: within a few in quotation marks."""
    words = [match.start() for match in UNIT.finditer(line)]
    marks = [at for at, character in enumerate(line) if character == QUOTE]
    held: set[int] = set()
    if len(marks) % 2 == 0:
        for left, right in zip(marks[::2], marks[1::2], strict=True):
            inside = [place for place, at in enumerate(words) if left < at < right]
            if len(inside) <= LONGEST_QUOTED and len(inside) < len(words):
                held.update(inside[:-1])
    return frozenset(held)


def _listed(start: str, item: str) -> str:
    """Items with marks between them, after a mark that begins the list."""
    first = f"{literal(start)} " if start else ""
    return f"{first}{item} ({literal(shorthand.NEXT_MARK)} {item})*"
