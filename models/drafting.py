"""From the meanings of a case's words to its draft, entries by their handles."""

from __future__ import annotations

from dataclasses import replace
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
from agent.state import ContactEntry, CredentialEntry, DIDEntry, ProductEntry
from agent.words import canonical
from wallet.actions import PLANNED
from wallet.actions.registry import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.prompt import Prompt
    from agent.state import Entry, State
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
    Kind.PRODUCT: ProductEntry,
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
            Kind.PRODUCT: state.products,
        }
        said = step.arguments.get(parameter.name)
        alone = said is None and len(held.get(parameter.kind, ())) == 1
        if parameter.required and (said is None or isinstance(said, Unknown)) and not alone:
            lacking.append(parameter.name)
    return tuple(lacking)


def drafted(steps: tuple[Step, ...], prompt: Prompt) -> Draft | None:
    """The draft of these steps, entries by handle; None where the prompt lists one of them not."""
    try:
        return _draft(steps, prompt, prompt.shortlist.handle)
    except _Unlisted:
        return None


def told(steps: tuple[Step, ...], prompt: Prompt) -> tuple[Draft, dict[str, Entry]]:
    """The draft of an earlier turn, and the entries that its handles stand for."""
    entries: dict[str, Entry] = {}

    def named(entry: Entry) -> str:
        name = f"X{len(entries) + 1}"
        entries[name] = entry
        return name

    return _draft(steps, prompt, named), entries


class _Unlisted(Exception):
    """The prompt lists an entry not."""


def _draft(
    steps: tuple[Step, ...], prompt: Prompt, handle_of: Callable[[Entry], str | None]
) -> Draft:
    written = []
    for step in steps:
        arguments: list[tuple[str, Value]] = []
        for parameter in PLANNED[step.action].planned_parameters:
            meaning = step.arguments.get(parameter.name)
            if meaning is not None:
                arguments.append((parameter.name, _value(meaning, prompt, handle_of)))
        written.append(DraftStep(step.action, tuple(arguments)))
    return Draft(tuple(written))


def _value(meaning: Meaning, prompt: Prompt, handle_of: Callable[[Entry], str | None]) -> Value:
    if isinstance(meaning, tuple(ENTRIES.values())):
        handle = handle_of(meaning)
        if handle is None:
            raise _Unlisted
        return Handle(handle)

    def hidden(text: str) -> str:
        return _as_read(text, prompt)

    match meaning:
        case Span(text):
            return Span(hidden(text))
        case Spans(texts):
            return Spans(tuple(map(hidden, texts)))
        case Pairs(pairs):
            return Pairs(tuple((hidden(key), hidden(value)) for key, value in pairs))
        case Names(names):
            return Names(tuple(canonical(name).strip(" ") for name in names))
        case Handle() | Unknown() | Word():
            return meaning


def _as_read(text: str, prompt: Prompt) -> str:
    """The text as it stands in the line that the model reads."""
    for line in (prompt.message, *reversed(prompt.earlier)):
        found = replace(line, literals=prompt.message.literals).reads(text)
        if found is not None:
            return found
    return text


def held_of(kind: Kind, state: State) -> tuple[Entry, ...]:
    """The wallet's entries of a kind."""
    held: dict[Kind, tuple[Entry, ...]] = {
        Kind.DID: state.dids, Kind.CREDENTIAL: state.credentials, Kind.CONTACT: state.contacts,
        Kind.PRODUCT: state.products,
    }  # fmt: skip
    return held[kind]


def from_earlier(
    kind: Kind, name: str, earlier: list[Step], role: str | None = None
) -> Meaning | None:
    """What a step lacks, taken from the step that makes it or that spoke of it."""
    for place in range(len(earlier), 0, -1):
        step = earlier[place - 1]
        if MAKES.get(step.action) is kind:
            return Handle(f"${place}")
        if name in step.arguments and isinstance(step.arguments[name], (*ENTRIES.values(), Handle)):
            return step.arguments[name] if _fits(step.arguments[name], role) else None
    for step in reversed(earlier):
        for meaning in step.arguments.values():
            if isinstance(meaning, ENTRIES[kind]) and _fits(meaning, role):
                return meaning
    return None


def _fits(meaning: Meaning, role: str | None) -> bool:
    return role is None or getattr(meaning, "role", role) == role
