"""What the wallet remembers about its person: listed, set and forgotten; nothing else sets it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from did.errors import DIDError
from did.identifier import DID
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table, Undo
from wallet.entries import contacts, credential, dids, find, names
from wallet.errors import Ambiguous, BadInput, NoSuchEntry
from wallet.memory import About, Memory, forget, memories, memory, remember
from wallet.messages import LANGUAGES, say
from wallet.products.product import products

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wallet.entries import Entry
    from wallet.messages import Message
    from wallet.wallet import Wallet

_WORDS: Final[Mapping[About, Message]] = {
    About.ALIAS: say("another name"),
    About.DID: say("the DID for"),
    About.LANGUAGE: say("the language to answer in"),
    About.SHOW: say("what is shown of a"),
}


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """All that is remembered, the oldest first."""
    kept, known = memories(wallet.vault), names(wallet.vault)
    return Result(
        say("things remembered: {count}", count=len(kept))
        if kept
        else say("nothing is remembered"),
        data={"memories": [{"id": one.id, **one.body()} for one in kept]},
        table=Table(
            (say("Id"), say("What"), say("Name"), say("Value")),
            tuple((one.id, _WORDS[one.about], one.key, _value(one, known)) for one in kept),
        ),
        next=say("holdfast memory forget ID") if kept else None,
    )


def set_memory(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A thing to be remembered, in place of what was remembered under its name.

    Raises:
        BadInput: it cannot be read, or the name is an entry's own.
        NoSuchEntry, Ambiguous: the wallet has no such entry, or several.
    """
    made = _made(wallet, About(arguments["about"]), arguments["words"])
    before = next((one for one in memories(wallet.vault) if one.id == made.id), None)
    known = names(wallet.vault)

    def perform() -> Result:
        remember(wallet.vault, made)
        return Result(
            say("remembered"),
            data={"id": made.id, **made.body()},
            facts=((say("Id"), made.id), *_facts(made, known)),
            made=made.id,
            undo=_setting(before) if before else Undo("forget_memory", {"memory": made.id}),
        )

    statement = Statement(
        say("Remember something about you"),
        facts=(
            *_facts(made, known),
            *(((say("Instead of"), _value(before, known)),) if before else ()),
        ),
    )
    return Proposal("set_memory", statement, rfc8785.dumps(made.body()), perform)


def forget_memory(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A thing that is forgotten. Raises `NoSuchEntry`."""
    found = memory(wallet.vault, arguments["memory"])

    def perform() -> Result:
        forget(wallet.vault, found)
        about = found.key or found.about.value
        return Result(
            say("forgotten: {about}", about=about), data={"id": found.id}, undo=_setting(found)
        )

    statement = Statement(
        say("Forget something about you"), facts=_facts(found, names(wallet.vault))
    )
    return Proposal("forget_memory", statement, found.id.encode(), perform)


def _setting(one: Memory) -> Undo:
    """What has it remembered again."""
    words = [*((one.key,) if one.key else ()), *one.values]
    return Undo("set_memory", {"about": one.about.value, "words": words})


def _made(wallet: Wallet, about: About, words: Sequence[str]) -> Memory:
    match about:
        case About.LANGUAGE:
            if len(words) != 1 or words[0] not in LANGUAGES:
                raise BadInput("a language is one of: " + ", ".join(LANGUAGES))
            return Memory(about, "", (words[0],))
        case About.SHOW:
            if len(words) < 2:
                raise BadInput(
                    "say the type, and the claims that are shown of it",
                    hint="holdfast memory set show Degree gpa",
                )
            return Memory(about, words[0], tuple(dict.fromkeys(words[1:])))
        case About.DID | About.ALIAS:
            if len(words) != 2:
                raise BadInput(
                    "say the name, and the entry that it stands for",
                    hint='holdfast memory set alias "the clinic" "Acme Clinic"',
                )
            name, reference = words[0].strip(), words[1]
            if about is About.DID:
                return Memory(about, name, (find(dids(wallet.vault), reference, noun="DID").id,))
            _refuse_taken(wallet, name)
            return Memory(about, name, (_entry(wallet, reference),))


def _entry(wallet: Wallet, reference: str) -> str:
    """The id of the one entry that is called so, of whatever kind."""
    vault = wallet.vault
    found: set[str] = set()
    looks: tuple[Callable[[], Entry], ...] = (
        lambda: find(contacts(vault), reference, noun="contact"),
        lambda: find(dids(vault), reference, noun="DID"),
        lambda: find(products(vault), reference, noun="product"),
        lambda: credential(wallet.index, reference),
    )
    for look in looks:
        with suppress(NoSuchEntry):
            found.add(look().id)
    if len(found) > 1:
        raise Ambiguous(f"several entries are called {reference!r}", hint="name one by its id")
    if not found:
        raise NoSuchEntry(f"the wallet has nothing called {reference!r}")
    return found.pop()


def _refuse_taken(wallet: Wallet, name: str) -> None:
    """A name that is an entry's own stays that entry's: nothing else answers to it."""
    try:
        DID.parse(name)
    except DIDError:
        pass
    else:
        raise BadInput("a DID is a name already")
    try:
        _entry(wallet, name)
    except NoSuchEntry:
        return
    raise BadInput(f"{name!r} is what an entry is called already", hint="choose another name")


def _facts(one: Memory, known: Mapping[str, str]) -> tuple[tuple[Message, Message | str], ...]:
    name = ((say("Name"), one.key),) if one.key else ()
    return ((say("What"), _WORDS[one.about]), *name, (say("Value"), _value(one, known)))


def _value(one: Memory, known: Mapping[str, str]) -> str:
    return ", ".join(f"{known[text]} ({text})" if text in known else text for text in one.values)


LIST_MEMORIES: Final = Action(
    name="list_memories",
    verb=("memory", "list"),
    help="List what the wallet remembers about you",
    example="holdfast memory list",
    read=listing,
    planned=False,
)

SET_MEMORY: Final = Action(
    name="set_memory",
    verb=("memory", "set"),
    help="Have the wallet remember another name, a DID for a purpose, a language, what you show",
    example='holdfast memory set alias "the clinic" "Acme Clinic"',
    parameters=(
        Parameter(
            "about",
            Kind.CHOICE,
            "what sort of thing",
            required=True,
            choices=tuple(about.value for about in About),
        ),
        Parameter(
            "words",
            Kind.TEXTS,
            "a name and its entry; a purpose and a DID; en or zh; a type and its claims",
            required=True,
        ),
    ),
    propose=set_memory,
    planned=False,
)

FORGET_MEMORY: Final = Action(
    name="forget_memory",
    verb=("memory", "forget"),
    help="Have the wallet forget something about you",
    example="holdfast memory forget mem-1f2e3d4c",
    parameters=(Parameter("memory", Kind.TEXT, "its id", required=True),),
    propose=forget_memory,
    planned=False,
)
