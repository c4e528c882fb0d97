"""A form that was filled in: what was typed becomes arguments, and what is wrong is told by field.

What a single field can show to be wrong is found here, before an action is proposed; what is wrong
with all of them together, the action says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from did.errors import DIDError
from wallet.actions.registry import Kind
from wallet.entries import contact_or_did, contacts, credential, dids, find, names
from wallet.errors import Ambiguous, NoSuchEntry
from wallet.messages import Message, say
from wallet.products.product import products
from wallet.search.words import normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, TypeAlias

    from wallet.actions.registry import Action, Parameter
    from wallet.wallet import Wallet

    Typed: TypeAlias = str | bool | tuple[str, ...] | tuple[tuple[str, str], ...]

MOST: Final = 8
"""How many entries are proposed at once."""
_AMOUNT: Final = re.compile(r"[0-9]{1,60}(\.[0-9]{1,30})?", re.ASCII)
_NEEDED: Final = say("this is needed")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may be meant.

    Attributes:
        value: what the action is given for it.
        shown: what a person calls it.
        more: what tells it from others of that name.
    """

    value: str
    shown: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """Arguments, and the fields, by parameter, whose text cannot be used, with the reason."""

    arguments: Mapping[str, Any]
    problems: Mapping[str, Message]


def filled(action: Action, typed: Mapping[str, Typed]) -> Filled:
    """What was typed into the fields of an action's form; a field left empty says nothing."""
    arguments: dict[str, Any] = {}
    problems: dict[str, Message] = {}
    for parameter in action.parameters:
        given = typed.get(parameter.name, "")
        try:
            value = _value(parameter, given)
        except ValueError as error:
            problems[parameter.name] = error.args[0]
            continue
        if value is not None:
            arguments[parameter.name] = value
    for parameter in action.parameters:
        excused = parameter.unless in arguments
        if parameter.required and not excused and parameter.name not in arguments:
            problems.setdefault(parameter.name, _NEEDED)
    return Filled(arguments, problems)


def missing(
    wallet: Wallet, action: Action, arguments: Mapping[str, Any]
) -> dict[str, NoSuchEntry | Ambiguous | DIDError]:
    """The arguments that name an entry which is not there, or several, by parameter."""
    found: dict[str, NoSuchEntry | Ambiguous | DIDError] = {}
    for parameter in action.parameters:
        look, value = _LOOKS.get(parameter.kind), arguments.get(parameter.name)
        if (
            look is None
            or value is None
            or (parameter.kind is Kind.CREDENTIAL and parameter.literal)
        ):
            continue
        try:
            look(wallet, value)
        except (NoSuchEntry, Ambiguous, DIDError) as error:
            found[parameter.name] = error
    return found


def candidates(
    wallet: Wallet, kind: Kind, words: str, *, role: str | None = None
) -> list[Candidate]:
    """A few entries of a kind that have the words in what they are called; the likely ones first.

    Of credentials, those in a `role`.
    """
    if kind is Kind.CREDENTIAL:
        return _credentials(wallet, words, role)
    known = _ENTRIES[kind](wallet) if kind in _ENTRIES else ()
    wanted = normal(words).split()
    fitting = (one for one in known if _has(one, wanted))
    return [one for one, _ in zip(fitting, range(MOST), strict=False)]


def _value(parameter: Parameter, given: Typed) -> Any:
    """Raises ValueError with a message; None where nothing is said."""
    match given:
        case bool():
            return given or None
        case str():
            text = given.strip()
            if not text:
                return "" if parameter.empty else None
            return _read(parameter.kind, text)
        case _ if parameter.kind is Kind.CLAIMS:
            return dict(_claims(given)) or None
        case _:
            texts = [one.strip() for one in given if isinstance(one, str) and one.strip()]
            return texts or None


def _read(kind: Kind, text: str) -> Any:
    match kind:
        case Kind.NUMBER:
            if not text.isdecimal() or not (number := int(text[:20])):
                raise ValueError(say("a whole number from 1 on"))
            return number
        case Kind.TIME:
            try:
                datetime.fromisoformat(text)
            except ValueError:
                raise ValueError(say("a date, such as 2027-06-30, or a date and a time")) from None
            return text
        case Kind.AMOUNT if not _AMOUNT.fullmatch(text):
            raise ValueError(say("a number, such as 0.25"))
        case _:
            return text


def _claims(given: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for name, value in given:
        called, said = name.strip(), value.strip()
        if not said:
            continue  # a claim that a template proposes, and that nobody made
        if not called:
            raise ValueError(say("“{value}” is said of nothing: name the claim", value=said))
        if called in seen:
            raise ValueError(say("the claim “{name}” stands there twice", name=called))
        seen.add(called)
        yield called, said


_LOOKS: Final[Mapping[Kind, Callable[[Wallet, str], object]]] = {
    Kind.DID: lambda wallet, name: find(dids(wallet.vault), name, noun="DID"),
    Kind.CONTACT: lambda wallet, name: contact_or_did(wallet.vault, name),
    Kind.PRODUCT: lambda wallet, name: find(products(wallet.vault), name, noun="product"),
    Kind.CREDENTIAL: lambda wallet, name: credential(wallet.index, name),
}


def _own_dids(wallet: Wallet) -> Iterator[Candidate]:
    for own in reversed(dids(wallet.vault)):
        if not own.deactivated:
            yield Candidate(own.id, own.label, own.id if own.name else "")


def _contacts(wallet: Wallet) -> Iterator[Candidate]:
    taken = set()
    for contact in contacts(wallet.vault):
        taken.add(contact.name.casefold())
        yield Candidate(contact.name, contact.name, str(contact.did))
    for own in dids(wallet.vault):
        if own.name and own.name.casefold() not in taken:
            yield Candidate(own.id, own.name, own.id)


def _products(wallet: Wallet) -> Iterator[Candidate]:
    for one in products(wallet.vault):
        yield Candidate(one.id, one.label, one.id)


_ENTRIES: Final[Mapping[Kind, Callable[[Wallet], Iterator[Candidate]]]] = {
    Kind.DID: _own_dids,
    Kind.CONTACT: _contacts,
    Kind.PRODUCT: _products,
}


def _credentials(wallet: Wallet, words: str, role: str | None) -> list[Candidate]:
    known, index = names(wallet.vault), wallet.index
    query = words if role is None else f"{words} {role}"
    found = index.find(query, known=known, now=wallet.clock(), limit=MOST)
    return [
        Candidate(label.id, label.shown, known.get(label.issuer, label.issuer))
        for label in found.labels
    ]


def _has(one: Candidate, words: list[str]) -> bool:
    text = normal(f"{one.shown} {one.more} {one.value}")
    return all(word in text for word in words)
