"""The grammar that holds the model's answer: actions, the wallet's entries, the message's words.

Built anew for each request, in llama.cpp's GBNF. Whatever the model's weights are, what it
writes is a draft of registered actions with handles that exist and text that stands in the
message, or `none`. Text is any run of whole words: rule `w3` is word 3 and, if it goes on, the
gap after it and `w4`; so all runs take one rule a word, not one a run. What somebody put in
quotation marks is not cut short, and no name is parted from its title.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from agent import shorthand
from agent.candidates import TITLES
from agent.draft import MAX_STEPS, NONE
from agent.gbnf import either, literal
from agent.words import DID_MARKS, PLACE_MARKS, UNIT, Units, canonical, spaced
from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from agent.prompt import Prompt
    from agent.state import CredentialEntry

_AS_WELL: Final = ("as", "well")  # which no phrase begins in
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
        kinds = {parameter.kind for parameter in action.planned_parameters}
        said = either(self._of_each(action)) if Kind.NAMES in kinds else self._arguments(action, {})
        self._rules[name] = f"{literal(shorthand.action(action.name))} {said}".rstrip()
        return name

    def _of_each(self, action: Action) -> Iterator[str]:
        """What is said of an action with each credential: its claims alone can be named then."""
        of = {parameter.kind: parameter for parameter in action.planned_parameters}
        credential, names = of[Kind.CREDENTIAL], of[Kind.NAMES]
        handles = self._handles(credential, Kind.CREDENTIAL)
        listed = self._prompt.shortlist.credentials
        for handle in handles:
            claims = self._claim_names([listed[int(handle[1:]) - 1].entry])
            entry = literal(shorthand.word(handle))
            said = self._arguments(action, {names.name: claims}, sure={credential.name: entry})
            yield said
        claims = self._claim_names([each.entry for each in listed])
        others = either(self._others(credential, Kind.CREDENTIAL, handles))
        yield self._arguments(action, {credential.name: others, names.name: claims})

    def _arguments(
        self,
        action: Action,
        given: Mapping[str, str | None],
        sure: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """The rules for an action's arguments: those that are given, or sure, and the others.

        One that is sure is not left out: its claims would be taken for anything's.
        """
        parts = [
            f"({literal(shorthand.argument(parameter.name))} {value}){optional}"
            for parameter in action.planned_parameters
            if (value := {**given, **sure}.get(parameter.name) or self._value(parameter))
            for optional in ("" if parameter.name in sure else "?",)
        ]
        return " ".join(parts)

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
            case Kind.NAMES | Kind.PATH | Kind.DOCUMENTS | Kind.NUMBER | Kind.FLAG:
                return None

    def _words(self, parameter: Parameter) -> str | None:
        """Words of the person's, or an entry where one may stand in their place."""
        choices = [self._text] if self._text else []
        if parameter.entry is not None:
            choices += self._entries(parameter, parameter.entry)
        return f"({' | '.join(choices)})" if choices else None

    def _entries(self, parameter: Parameter, kind: Kind) -> list[str]:
        """What may stand for an entry: handles, earlier results, `?`, and a literal."""
        handles = self._handles(parameter, kind)
        entries = [literal(shorthand.word(handle)) for handle in handles]
        return entries + self._others(parameter, kind, handles)

    def _handles(self, parameter: Parameter, kind: Kind) -> list[str]:
        """Handles of the entries that may be meant: those that are named, if any are."""
        shortlist = self._prompt.shortlist
        handles = [
            handle
            for handle in shortlist.handles(_LETTERS[kind])
            if handle not in self._undecided
            and parameter.role in {None, getattr(shortlist.entry(handle), "role", None)}
        ]
        named = [handle for handle in handles if handle in self._linked]
        if kind is Kind.CREDENTIAL:
            tied = self._prompt.shortlist.tied(self._prompt.message.text, parameter.role)
            return [] if tied.issuperset(named) and len(named) > 1 else named or handles
        return named or handles

    def _others(self, parameter: Parameter, kind: Kind, handles: list[str]) -> list[str]:
        """What may stand in an entry's place, where these might be meant."""
        plain = self._prompt.shortlist.plain(self._prompt.message.text, parameter.role)
        is_plain = len(handles) == 1 and handles[0] in self._linked & plain
        said = (*(f"${step}" for step in range(1, MAX_STEPS)), *([] if is_plain else ["?"]))
        choices = [literal(shorthand.word(choice)) for choice in said]
        if parameter.literal:
            marks = PLACE_MARKS if kind is Kind.CREDENTIAL else DID_MARKS
            choices += [literal(mark) for mark in marks if mark in self._prompt.message.literals]
        return choices

    def _claim_names(self, credentials: Iterable[CredentialEntry]) -> str | None:
        """A list of their claims: none that is kept back, and all where there is no doubt."""
        mark = literal(shorthand.NAMES_MARK)
        names: set[str] = set()
        exact: list[str] = []
        for credential in credentials:
            said = self._prompt.said_of(credential)
            names.update(set(credential.claims) - said.kept_back)
            if listed := self._prompt.exact_claims(credential):
                each = (literal(read) for read in map(canonical, listed) if read)
                exact.append(f"{mark} {f' {literal(shorthand.NEXT_MARK)} '.join(each)}")
        if exact:
            return either(exact)
        choice = either(map(literal, sorted({*map(canonical, names)} - {""})))
        return choice and _listed(shorthand.NAMES_MARK, choice)

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
                before = units.words[at - 1].casefold() if at else ""
                after = units.words[at + 1].casefold() if at + 1 < len(units.words) else ""
                is_as_well = _AS_WELL in {(before, word.casefold()), (word.casefold(), after)}
                if before not in TITLES and not is_as_well:
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
