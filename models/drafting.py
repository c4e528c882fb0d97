"""From the meanings of a case's words to its draft, entries by their handles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent.draft import (
    Draft,
    DraftStep,
    Handle,
    Names,
    Pairs,
    Span,
    Spans,
    Unknown,
    Value,
    Word,
)
from agent.state import ContactEntry, CredentialEntry, DIDEntry
from wallet.actions import PLANNED
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from agent.prompt import Prompt
    from agent.state import State
    from models.told import Meaning, Step

# What a step makes, for a later step to use.
MAKES: Final = {
    "create_did": Kind.DID,
    "add_contact": Kind.CONTACT,
    "issue_credential": Kind.CREDENTIAL,
    "import_credential": Kind.CREDENTIAL,
}
ENTRIES: Final = {
    Kind.DID: DIDEntry,
    Kind.CREDENTIAL: CredentialEntry,
    Kind.CONTACT: ContactEntry,
}


def missing(step: Step, state: State) -> tuple[str, ...]:
    """Required arguments that were neither said nor the only one of their sort."""
    lacking = []
    for parameter in PLANNED[step.action].planned_parameters:
        held: dict[Kind, tuple[object, ...]] = {
            Kind.DID: state.dids,
            Kind.CREDENTIAL: tuple(
                entry for entry in state.credentials if parameter.role in {None, entry.role}
            ),
            Kind.CONTACT: state.contacts,
        }
        said = step.arguments.get(parameter.name)
        alone = said is None and len(held.get(parameter.kind, ())) == 1
        if parameter.required and (said is None or isinstance(said, Unknown)) and not alone:
            lacking.append(parameter.name)
    return tuple(lacking)


def drafted(steps: tuple[Step, ...], prompt: Prompt) -> Draft | None:
    """The draft of these steps, entries by handle; None where the prompt lists one of them not."""
    written = []
    for step in steps:
        arguments: list[tuple[str, Value]] = []
        for parameter in PLANNED[step.action].planned_parameters:
            meaning = step.arguments.get(parameter.name)
            if meaning is None:
                continue
            value = _value(meaning, prompt)
            if value is None:
                return None
            arguments.append((parameter.name, value))
        written.append(DraftStep(step.action, tuple(arguments)))
    return Draft(tuple(written))


def _value(meaning: Meaning, prompt: Prompt) -> Value | None:
    masked = prompt.message.literals

    def hidden(text: str) -> str:
        for mark, literal in masked.items():
            text = text.replace(literal, mark)
        return text

    match meaning:
        case DIDEntry() | CredentialEntry() | ContactEntry():
            handle = prompt.shortlist.handle(meaning)
            return None if handle is None else Handle(handle)
        case Span(text):
            return Span(hidden(text))
        case Spans(texts):
            return Spans(tuple(map(hidden, texts)))
        case Pairs(pairs):
            return Pairs(tuple((hidden(key), hidden(value)) for key, value in pairs))
        case Handle() | Unknown() | Word() | Names():
            return meaning


def from_earlier(kind: Kind, name: str, earlier: list[Step]) -> Meaning | None:
    """What a step lacks, taken from the step that makes it or that spoke of it."""
    for place in range(len(earlier), 0, -1):
        step = earlier[place - 1]
        if MAKES.get(step.action) is kind:
            return Handle(f"${place}")
        if name in step.arguments:
            return step.arguments[name]
    for step in reversed(earlier):
        for meaning in step.arguments.values():
            if isinstance(meaning, ENTRIES[kind]):
                return meaning
    return None
