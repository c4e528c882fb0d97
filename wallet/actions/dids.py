"""DIDs: created from the wallet's own keys, listed, shown, and published on a chain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from did.errors import UnsupportedMethod
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table
from wallet.entries import OwnDID, dids, find
from wallet.errors import BadInput, NoSuchEntry
from wallet.messages import Message, say
from wallet.vault.record import Kind as RecordKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet

DEFAULT_METHOD: Final = "ethr"
METHODS: Final = ("key", "jwk", "peer", "web", "webvh", "ethr", "pkh")
LONGEST_NAME: Final = 100


def create(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A new DID from the next key of its method; nothing is published yet."""
    method = arguments.get("method", DEFAULT_METHOD)
    name = arguments.get("name", "").strip()
    held = dids(wallet.vault)
    _check_name(name, held)
    registrar = wallet.registrars.get(method)
    if registrar is None:
        known = ", ".join(f"did:{known}" for known in wallet.registrars)
        raise UnsupportedMethod(
            f"this wallet cannot create did:{method} yet", hint=f"it can: {known}"
        )
    number = 1 + max((own.number for own in held if own.did.method == method), default=-1)
    own = OwnDID(registrar.derive(number), name, number)

    def perform() -> Result:
        with wallet.vault.transaction():
            if any(other.did == own.did for other in dids(wallet.vault)):
                raise BadInput("another DID was created meanwhile", hint="ask again")
            wallet.vault.put(RecordKind.DID, own.body(), id=own.id)
        return Result(
            say("created {did}", did=own.label),
            data={"did": own.id, "name": name, "method": method},
            facts=((say("DID"), own.id),),
            made=own.id,
            next=say("publish it, so that others can check what it signs")
            if registrar.publishes
            else None,
        )

    statement = Statement(
        say("Create a did:{method} identifier", method=method),
        facts=(
            *(((say("Name"), name),) if name else ()),
            (say("DID"), own.id),
            (say("Keys"), registrar.keys(number)),
            (say("Cost"), say("none: nothing is sent to a chain")),
        ),
    )
    return Proposal("create_did", statement, own.id.encode(), perform)


def _check_name(name: str, held: tuple[OwnDID, ...]) -> None:
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(f"a DID's name has at most {LONGEST_NAME} printable characters")
    for own in held:
        if name and own.name.casefold() == name.casefold():
            raise BadInput(f"a DID is already called {own.name!r}", hint="choose another name")


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """All DIDs of the wallet."""
    held = dids(wallet.vault)
    return Result(
        say("DIDs: {count}", count=len(held)) if held else say("no DIDs yet"),
        data={"dids": [_data(wallet, own) for own in held]},
        table=Table(
            (say("Name"), say("DID"), say("State")),
            tuple((own.name, own.id, _state(wallet, own)) for own in held),
        ),
        next=None if held else say('create one: holdfast did create --name "me"'),
    )


def show(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """A DID's document as it resolves now: one of the wallet's by name, or any DID."""
    reference = arguments["did"]
    held = dids(wallet.vault)
    try:
        did = find(held, reference, noun="DID").id
    except NoSuchEntry:
        if not reference.startswith("did:"):
            raise
        did = reference
    document = wallet.resolver.resolve(did).require()
    return Result(
        say("the DID document of {did}", did=did),
        data={"did": did, "document": document.to_json()},
        document=document.to_json(),
    )


def publish(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The transaction that writes a DID's signing key into the registry on its chain."""
    own = find(dids(wallet.vault), arguments["did"], noun="DID")
    registrar = wallet.registrars[own.did.method]
    publication = registrar.publication(own.did, own.number)

    def perform() -> Result:
        receipt = publication.send()
        published = replace(own, published=receipt.transaction_hash)
        wallet.vault.put(RecordKind.DID, published.body(), id=own.id)
        return Result(
            say("published {did} in block {block}", did=own.label, block=receipt.block),
            data={
                "did": own.id,
                "transaction": receipt.transaction_hash,
                "block": receipt.block,
                "gas_used": receipt.gas_used,
            },
            facts=(
                (say("Transaction"), receipt.transaction_hash),
                (say("Gas used"), str(receipt.gas_used)),
            ),
            made=own.id,
        )

    statement = Statement(
        say("Publish the DID document of {did}", did=own.label),
        facts=((say("DID"), own.id), *publication.facts),
        warnings=(say("what is written on a chain stays there for everybody to read"),),
    )
    return Proposal("publish_did", statement, publication.signing_payload, perform)


def _state(wallet: Wallet, own: OwnDID) -> Message:
    if not wallet.registrars[own.did.method].publishes:
        return say("needs no publishing")
    return say("published") if own.published else say("not published")


def _data(wallet: Wallet, own: OwnDID) -> dict[str, Any]:
    return {
        "id": own.id,
        "name": own.name,
        "method": own.did.method,
        "published": own.published is not None or not wallet.registrars[own.did.method].publishes,
    }


CREATE_DID: Final = Action(
    name="create_did",
    verb=("did", "create"),
    help="Create a DID from the wallet's own keys",
    example="holdfast did create --method ethr --name work",
    parameters=(
        Parameter(
            "method",
            Kind.CHOICE,
            "the DID method; ethr if not named",
            choices=METHODS,
            flag="--method",
        ),
        Parameter("name", Kind.TEXT, "what you call it", flag="--name"),
    ),
    propose=create,
)

LIST_DIDS: Final = Action(
    name="list_dids",
    verb=("did", "list"),
    help="List your DIDs",
    example="holdfast did list",
    read=listing,
)

SHOW_DID: Final = Action(
    name="show_did",
    verb=("did", "show"),
    help="Show a DID's document as it resolves now",
    example="holdfast did show work",
    parameters=(
        Parameter("did", Kind.DID, "one of your DIDs, or any DID", required=True, literal=True),
    ),
    read=show,
)

PUBLISH_DID: Final = Action(
    name="publish_did",
    verb=("did", "publish"),
    help="Write a DID's signing key into the registry on its chain",
    example="holdfast did publish work",
    parameters=(Parameter("did", Kind.DID, "one of your DIDs", required=True),),
    propose=publish,
)
