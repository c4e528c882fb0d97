"""Drafts written out, for models that were not taught the shorthand: their grammar, and back.

    present_credential credential=C1 verifier=P2 claims=[gpa]; list_contacts

What may be said is what `agent.grammar` lets be said; a literal that was taken out of the message
is `<did1>` or `<place1>` there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent.draft import MAX_STEPS, NONE
from agent.gbnf import either, literal
from agent.shorthand import spelt
from agent.words import DID_MARKS, PLACE_MARKS, Units, canonical, spaced
from wallet.actions.registry import Action, Kind, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.prompt import Prompt

_LETTERS: Final = {Kind.DID: "D", Kind.CREDENTIAL: "C", Kind.CONTACT: "P", Kind.PRODUCT: "G"}
_SHOWN: Final = {
    mark: f"<{sort}{number}>"
    for sort, marks in (("did", DID_MARKS), ("place", PLACE_MARKS))
    for number, mark in enumerate(marks, start=1)
}
_UNWRITABLE: Final = frozenset(
    ',]"\n'
)  # with one of these a name would end the list, or be another


def shown(text: str) -> str:
    """A text of the prompt as such a model reads it."""
    for mark, name in _SHOWN.items():
        text = text.replace(mark, name)
    return spelt(text)


def unshown(line: str, literals: Mapping[str, str]) -> str:
    """What the model wrote, with the marks of the literals that the message has."""
    for mark in literals:
        line = line.replace(_SHOWN.get(mark, mark), mark)
    return line


def written_grammar(prompt: Prompt, actions: Mapping[str, Action]) -> str:
    """The GBNF for one request; `root` is a draft, written out, and a newline."""
    return _Written(prompt).write(actions)


class _Written:
    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        self._rules: dict[str, str] = {}
        self._text = self._text_rules()

    def write(self, actions: Mapping[str, Action]) -> str:
        steps = [self._action(action) for action in actions.values()]
        self._rules = {
            "root": f'({literal(NONE)} | step ("; " step){{0,{MAX_STEPS - 1}}}) "\\n"',
            "step": " | ".join(steps),
            **self._rules,
        }
        return "\n".join(f"{name} ::= {body}" for name, body in self._rules.items())

    def _action(self, action: Action) -> str:
        name = f"a-{action.name.replace('_', '-')}"
        parts = [
            f"({literal(f' {parameter.name}=')} {value})?"
            for parameter in action.planned_parameters
            if (value := self._value(parameter))
        ]
        self._rules[name] = " ".join((literal(action.name), *parts))
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
                return self._text and _listed("[", self._text, "]")
            case Kind.CLAIMS:
                return self._text and _listed("{", f'{self._text} "=" {self._text}', "}")
            case Kind.NAMES:
                return self._claim_names()
            case Kind.PATH | Kind.DOCUMENTS | Kind.NUMBER | Kind.FLAG:
                return None

    def _words(self, parameter: Parameter) -> str | None:
        choices = [self._text] if self._text else []
        if parameter.entry is not None:
            choices += self._entries(parameter, parameter.entry)
        return either(choices) if choices else None

    def _entries(self, parameter: Parameter, kind: Kind) -> list[str]:
        shortlist = self._prompt.shortlist
        handles = [
            handle
            for handle in shortlist.handles(_LETTERS[kind])
            if parameter.role is None
            or getattr(shortlist.entry(handle), "role", None) == parameter.role
        ]
        results = [f"${step}" for step in range(1, MAX_STEPS)]
        choices = [*handles, *results, "?"]
        if parameter.literal:
            marks = PLACE_MARKS if kind is Kind.CREDENTIAL else DID_MARKS
            said = self._prompt.message.literals
            choices += [f'"{_SHOWN[mark]}"' for mark in marks if mark in said]
        return [*map(literal, choices)]

    def _claim_names(self) -> str | None:
        names = {
            canonical(name).strip(" ")
            for credential in self._prompt.shortlist.credentials
            for name in credential.entry.claims
        }
        listed = sorted(name for name in names if name and not _UNWRITABLE & set(name))
        if not listed:
            return None
        return _listed("[", either(map(literal, listed)) or "", "]")

    def _text_rules(self) -> str | None:
        """Rules for every run of words, in quotation marks; none goes on over such a mark."""
        starts: list[str] = []
        for line, said in enumerate((self._prompt.message, *self._prompt.earlier)):
            units = Units.of(said.text)
            for at, word in enumerate(units.words):
                rule = f"w{line}-{at}"
                body = literal(_SHOWN.get(word, word))
                if at < len(units.gaps) and '"' not in units.gaps[at]:
                    following = units.words[at + 1]
                    gap = units.gaps[at].replace(" ", "") + spaced(following)[: -len(following)]
                    body += f" ({f'{literal(gap)} ' if gap else ''}w{line}-{at + 1})?"
                self._rules[rule] = body
                starts.append(rule)
        if not starts:
            return None
        self._rules["text"] = f'"\\"" ({" | ".join(starts)}) "\\""'
        return "text"


def _listed(start: str, item: str, end: str) -> str:
    return f'{literal(start)} {item} ("," {item})* {literal(end)}'
