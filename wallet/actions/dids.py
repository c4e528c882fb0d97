"""DIDs: created from the wallet's own keys, listed and shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.errors import UnsupportedMethod
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table
from wallet.entries import OwnDID, contact_or_did, dids, find
from wallet.errors import BadInput, NoSuchEntry
from wallet.files import at_home, refuse_other, write_public
from wallet.identities.state import state_of
from wallet.messages import Message, say
from wallet.registrars.registrar import ALGORITHMS, NewDID
from wallet.vault.record import Kind as RecordKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.registrars.registrar import Creation, PublicFile, Registrar
    from wallet.wallet import Wallet

DEFAULT_METHOD: Final = "ethr"
METHODS: Final = ("key", "jwk", "peer", "web", "webvh", "ethr", "pkh")
FOREIGN: Final = ("tz",)
"""Made by didkit, on a chain that the wallet cannot ask: for who asks for it by name."""
LONGEST_NAME: Final = 100
_OPTIONS: Final = ("algorithm", "address", "variant", "endpoint", "threshold")


def create(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A new DID from the next key of its method; nothing is published yet."""
    method = arguments.get("method", DEFAULT_METHOD)
    name = arguments.get("name", "").strip()
    held = dids(wallet.vault)
    check_name(name, held)
    registrar = wallet.registrars.get(method)
    if registrar is None:
        known = ", ".join(f"did:{known}" for known in wallet.registrars)
        raise UnsupportedMethod(
            f"this wallet cannot create did:{method} yet", hint=f"it can: {known}"
        )
    taken = (own.number for own in held if own.did.method == method and own.pairwise is None)
    number = 1 + max(taken, default=-1)
    options = {option: arguments.get(option) for option in _OPTIONS}
    creation = registrar.create(
        NewDID(number, name, witnesses=_witnesses(wallet, arguments), **options)
    )
    own = creation.own
    if any(other.did == own.did for other in held):
        raise BadInput(f"the wallet has {own.did} already", hint="holdfast did list")
    target = _target(arguments, creation)

    def perform() -> Result:
        kept, file = creation.finish() if creation.finish else (own, None)
        with wallet.vault.transaction():
            if any(other.did == kept.did for other in dids(wallet.vault)):
                raise BadInput("another DID was created meanwhile", hint="ask again")
            wallet.vault.put(RecordKind.DID, kept.body(), id=kept.id)
            saved = write_public(target, file.data, did=kept.did) if file and target else None
        return Result(
            say("created {did}", did=kept.label),
            data={
                "did": kept.id,
                "name": name,
                "method": method,
                **({"file": str(saved), "url": file.url} if file else {}),
            },
            facts=((say("DID"), kept.id), *(((say("Address"), file.url),) if file else ())),
            made=kept.id,
            saved=saved,
            next=_next(registrar, file, saved),
        )

    statement = Statement(
        say("Create a did:{method} identifier", method=method),
        facts=(
            *(((say("Name"), name),) if name else ()),
            (say("DID"), own.id),
            (say("Keys"), creation.keys),
            *creation.facts,
            *(((say("Saved as"), str(target)),) if target else ()),
            (say("Cost"), say("none: nothing is sent to a chain")),
        ),
    )
    return Proposal("create_did", statement, own.id.encode() + creation.binding, perform)


def _witnesses(wallet: Wallet, arguments: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The DIDs of those who were named as witnesses; whether they can be is for the method."""
    if "witness" not in arguments:
        return None
    return tuple(str(contact_or_did(wallet.vault, name).did) for name in arguments["witness"])


def _next(registrar: Registrar, file: PublicFile | None, saved: Path | None) -> Message | None:
    if file is not None:
        return file.next(saved)
    return (
        say("publish it, so that others can check what it signs") if registrar.publishes else None
    )


def _target(arguments: Mapping[str, Any], creation: Creation) -> Path | None:
    """Where the file that has to be published is written, if there is one."""
    if creation.file_name is None:
        if "output" in arguments:
            raise BadInput(f"a did:{creation.own.did.method} has no file to be written")
        return None
    target = at_home(Path(arguments.get("output", creation.file_name)))
    refuse_other(target, creation.own.did)
    return target


def check_name(name: str, held: tuple[OwnDID, ...]) -> None:
    """Refuse a name that cannot be shown, or that another DID of the wallet has."""
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
            tuple((own.name, own.id, state_of(wallet, own)) for own in held),
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


def _data(wallet: Wallet, own: OwnDID) -> dict[str, Any]:
    return {
        "id": own.id,
        "name": own.name,
        "method": own.did.method,
        "published": own.published is not None or not wallet.registrars[own.did.method].publishes,
        **({} if own.imported is None else {"imported": True}),
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
            unplanned=FOREIGN,
            flag="--method",
        ),
        Parameter("name", Kind.TEXT, "what you call it", flag="--name"),
        Parameter(
            "algorithm",
            Kind.CHOICE,
            "of the key; Ed25519 if not named. BLS12381G2, for bbs-2023, is added in a did:web",
            choices=ALGORITHMS,
            flag="--algorithm",
            planned=False,
        ),
        Parameter(
            "address",
            Kind.TEXT,
            "host, and perhaps port and path, of a did:web or did:webvh: example.com/team",
            flag="--address",
            planned=False,
        ),
        Parameter(
            "variant",
            Kind.CHOICE,
            "the numalgo of a did:peer; 2 if not named",
            choices=("0", "2", "4"),
            flag="--numalgo",
            planned=False,
        ),
        Parameter(
            "endpoint",
            Kind.TEXT,
            "where to reach whoever has the did:peer",
            flag="--endpoint",
            planned=False,
        ),
        Parameter(
            "witness",
            Kind.TEXTS,
            "who must approve each version of a did:webvh: a did:key or its name; for each anew",
            flag="--witness",
            planned=False,
        ),
        Parameter(
            "threshold",
            Kind.NUMBER,
            "how many of the witnesses are enough; all if not said",
            flag="--threshold",
            planned=False,
        ),
        Parameter(
            "output",
            Kind.PATH,
            "where to write the file that has to be published",
            flag="--output",
            planned=False,
        ),
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
