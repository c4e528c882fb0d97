"""Templates for issuing: seen, added, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import rfc8785

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table, Undo
from wallet.credentials.terms import claim_term, type_term
from wallet.errors import BadInput, NoSuchEntry
from wallet.messages import LANGUAGES, Message, say, text
from wallet.templates import BUILT_IN, MOST, Claim, Template, template, templates
from wallet.vault.errors import RecordNotFound
from wallet.vault.record import Kind as Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """All templates: those that are built in first."""
    known = templates(wallet.vault)
    return Result(
        say("templates: {count}", count=len(known)),
        data={"templates": [{**one.body(), "own": one.own} for one in known]},
        table=Table(
            (say("Name"), say("Title"), say("Type"), say("Claims"), say("Days")),
            tuple((one.name, one.title, one.type, _claims(one), _days(one)) for one in known),
        ),
        next=say("holdfast issue --template NAME --subject WHOM --claim NAME=VALUE"),
    )


def add(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A template of the person's own.

    Raises:
        BadInput: it is none, or there is one of that name.
        InvalidCredential: its type or a claim of it is called what nothing can be.
    """
    name, known = arguments["name"].strip(), templates(wallet.vault)
    claims = tuple(_claim(word) for word in arguments["claims"])
    made = Template(name, name, arguments["type"].strip(), claims, arguments.get("days"), own=True)
    for term, words in ((type_term, made.type), *((claim_term, one.name) for one in claims)):
        term(words)  # what no credential could say
    if name.casefold() in {taken.casefold() for one in known for taken in _names(one)}:
        raise BadInput(f"a template is called {name!r} already", hint="choose another name")
    if len(known) - len(BUILT_IN) >= MOST:
        raise BadInput(f"no more than {MOST} templates are kept", hint="remove some first")

    def perform() -> Result:
        wallet.vault.put(Sort.TEMPLATE, made.body(), id=made.id)
        return Result(
            say("the template {name} is there", name=name),
            data=made.body(),
            made=name,
            undo=Undo(REMOVE_TEMPLATE.name, {"template": name}),
        )

    statement = Statement(say("Keep a template for issuing"), facts=_facts(made))
    return Proposal(ADD_TEMPLATE.name, statement, rfc8785.dumps(made.body()), perform)


def remove(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """One of the person's own templates less."""
    found = template(wallet.vault, arguments["template"])
    if not found.own:
        raise BadInput(f"the template {found.name!r} is built in, and stays")
    again = {
        "name": found.name,
        "type": found.type,
        "claims": [f"{one.name}={one.hint}" if one.hint else one.name for one in found.claims],
        **({} if found.days is None else {"days": found.days}),
    }

    def perform() -> Result:
        try:
            wallet.vault.delete(Sort.TEMPLATE, found.id)
        except RecordNotFound:
            raise NoSuchEntry(f"the template {found.name!r} is gone already") from None
        return Result(
            say("the template {name} is gone", name=found.name),
            data={"name": found.name},
            undo=Undo(ADD_TEMPLATE.name, again),
        )

    statement = Statement(say("Remove a template for issuing"), facts=_facts(found))
    return Proposal(REMOVE_TEMPLATE.name, statement, found.name.encode(), perform)


def _names(one: Template) -> tuple[str, ...]:
    return (one.name, *(text(one.title, language) for language in LANGUAGES))


def _claim(word: str) -> Claim:
    name, _, hint = word.partition("=")
    return Claim(name.strip(), hint.strip())


def _facts(one: Template) -> tuple[tuple[Message, Message | str], ...]:
    return (
        (say("Name"), one.name),
        (say("Type"), one.type),
        (say("Claims"), _claims(one)),
        (say("Days"), _days(one)),
    )


def _claims(one: Template) -> str:
    return ", ".join(claim.name for claim in one.claims)


def _days(one: Template) -> Message | str:
    return say("no end") if one.days is None else str(one.days)


LIST_TEMPLATES: Final = Action(
    name="list_templates",
    verb=("template", "list"),
    help="List the templates for issuing",
    example="holdfast template list",
    read=listing,
    planned=False,
)

ADD_TEMPLATE: Final = Action(
    name="add_template",
    verb=("template", "add"),
    help="Keep a template of your own for issuing",
    example='holdfast template add boat --type "Boat Licence" --claim class --claim waters=inland',
    parameters=(
        Parameter("name", Kind.TEXT, "what to call it", required=True),
        Parameter("type", Kind.TEXT, "what sort of credential", required=True, flag="--type"),
        Parameter(
            "claims",
            Kind.TEXTS,
            "a claim's name, perhaps with a hint: NAME=HINT",
            required=True,
            flag="--claim",
        ),
        Parameter("days", Kind.NUMBER, "for how many days it usually holds", flag="--days"),
    ),
    propose=add,
    planned=False,
)

REMOVE_TEMPLATE: Final = Action(
    name="remove_template",
    verb=("template", "remove"),
    help="Remove a template of your own",
    example="holdfast template remove boat",
    parameters=(Parameter("template", Kind.TEXT, "its name", required=True),),
    propose=remove,
    planned=False,
)
