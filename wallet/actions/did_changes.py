"""Changes of a DID's document: published, another key, services, delegates, owner, given up.

Each is worked out by the registrar of the DID's method; what it takes is the same for all: the
person sees what changes in the document and what it costs, and nothing is signed before the yes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.entries import dids, find
from wallet.errors import BadInput
from wallet.files import at_home, refuse_other, write_public
from wallet.messages import say
from wallet.registrars.registrar import (
    AddDelegate,
    AddService,
    Deactivate,
    Publish,
    RemoveService,
    RevokeDelegate,
    Rotate,
    Transfer,
)
from wallet.rules.deed import Spending
from wallet.vault.record import Kind as RecordKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wallet.entries import OwnDID
    from wallet.messages import Message
    from wallet.registrars.registrar import Change, Wanted
    from wallet.wallet import Wallet

ROLES: Final = ("veriKey", "sigAuth")
DAYS: Final = 365
SERVICE: Final = "LinkedDomains"


def _changes(
    action: str,
    wanted: Callable[[Mapping[str, Any]], Wanted],
    title: Callable[[str], Message],
    done: Callable[[str], Message],
) -> Callable[[Wallet, Mapping[str, Any]], Proposal]:
    """The `propose` of an action that changes a document in one way."""

    def propose(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
        held = dids(wallet.vault)
        own = find(held, arguments["did"], noun="DID")
        named = arguments.get("payer")
        payer = None if named is None else find(held, named, noun="DID")
        change = wallet.registrars[own.did.method].change(own, wanted(arguments), payer=payer)
        target = _target(arguments, change, own)

        def perform() -> Result:
            changed = change.perform()
            file, saved = changed.file, None
            with wallet.vault.transaction():  # a file that is not there changed nothing
                wallet.vault.put(RecordKind.DID, changed.own.body(), id=own.id)
                if file and target:
                    saved = write_public(target, file.data, did=own.did)
            return Result(
                say("{did} is not at its address yet", did=own.label)
                if changed.missing
                else done(own.label),
                data={
                    "did": own.id,
                    **changed.data,
                    **({"file": str(saved), "url": file.url} if file else {}),
                },
                facts=changed.facts,
                made=own.id,
                saved=saved,
                next=file.next(saved) if file else None,
            )

        statement = Statement(
            title(own.label),
            facts=(
                (say("DID"), own.id),
                *change.facts,
                *(((say("Saved as"), str(target)),) if target else ()),
            ),
            warnings=change.warnings,
        )
        deed = Spending(change.cost) if change.cost else None
        return Proposal(action, statement, change.binding, perform, deed)

    return propose


def _target(arguments: Mapping[str, Any], change: Change, own: OwnDID) -> Path | None:
    if change.file_name is None:
        if "output" in arguments:
            raise BadInput("this change has no file to be written", hint="leave out --output")
        return None
    target = at_home(Path(arguments.get("output", change.file_name)))
    refuse_other(target, own.did)
    return target


_DID: Final = Parameter("did", Kind.DID, "one of your DIDs", required=True)
_PAYER: Final = Parameter(
    "payer",
    Kind.DID,
    "another of your did:ethr, whose account pays in place of the DID's own",
    flag="--payer",
    planned=False,
)
_OUTPUT: Final = Parameter(
    "output",
    Kind.PATH,
    "where to write the file that has to be published",
    flag="--output",
    planned=False,
)
_ACCOUNT: Final = Parameter(
    "account", Kind.TEXT, "an account, 0x and 40 digits, or a did:ethr", required=True
)
_ROLE: Final = Parameter(
    "role",
    Kind.CHOICE,
    "sigAuth may also authenticate, veriKey only sign credentials; veriKey if not named",
    choices=ROLES,
    flag="--role",
)

PUBLISH_DID: Final = Action(
    name="publish_did",
    verb=("did", "publish"),
    help="Write a DID's signing key where others find it: on its chain, or in a file for the web",
    example="holdfast did publish work",
    parameters=(_DID, _PAYER, _OUTPUT),
    propose=_changes(
        "publish_did",
        lambda _: Publish(),
        lambda did: say("Publish the DID document of {did}", did=did),
        lambda did: say("published {did}", did=did),
    ),
)

ROTATE_KEY: Final = Action(
    name="rotate_key",
    verb=("did", "rotate"),
    help="Sign with a new key from now on",
    example="holdfast did rotate work",
    parameters=(
        _DID,
        Parameter(
            "keep",
            Kind.FLAG,
            "leave the old key in the document, so that what it signed still holds",
            flag="--keep",
            planned=False,
        ),
        _PAYER,
        _OUTPUT,
    ),
    propose=_changes(
        "rotate_key",
        lambda arguments: Rotate(keep=arguments.get("keep", False)),
        lambda did: say("Give {did} a new key to sign with", did=did),
        lambda did: say("{did} signs with a new key", did=did),
    ),
)

ADD_SERVICE: Final = Action(
    name="add_service",
    verb=("did", "service"),
    help="Say in a DID's document where to reach its subject",
    example="holdfast did service work --endpoint https://example.com --type LinkedDomains",
    parameters=(
        _DID,
        Parameter("endpoint", Kind.TEXT, "the address", required=True, flag="--endpoint"),
        Parameter("type", Kind.TEXT, "its type; LinkedDomains if not named", flag="--type"),
        _PAYER,
        _OUTPUT,
    ),
    propose=_changes(
        "add_service",
        lambda arguments: AddService(arguments["endpoint"], arguments.get("type", SERVICE)),
        lambda did: say("Add a service to the DID document of {did}", did=did),
        lambda did: say("added a service to {did}", did=did),
    ),
)

REMOVE_SERVICE: Final = Action(
    name="remove_service",
    verb=("did", "unservice"),
    help="Take a service out of a DID's document",
    example="holdfast did unservice work https://example.com",
    parameters=(
        _DID,
        Parameter("service", Kind.TEXT, "its id or its address", required=True),
        _PAYER,
        _OUTPUT,
    ),
    propose=_changes(
        "remove_service",
        lambda arguments: RemoveService(arguments["service"]),
        lambda did: say("Take a service out of the DID document of {did}", did=did),
        lambda did: say("took a service out of {did}", did=did),
    ),
    planned=False,
)

ADD_DELEGATE: Final = Action(
    name="add_delegate",
    verb=("did", "delegate"),
    help="Let another account act for a did:ethr for a time",
    example="holdfast did delegate work 0x5B38Da6a701c568545dCfcB03FcB875f56beddC4 --days 30",
    parameters=(
        _DID,
        _ACCOUNT,
        _ROLE,
        Parameter("days", Kind.NUMBER, "for how many days; 365 if not said", flag="--days"),
        _PAYER,
    ),
    propose=_changes(
        "add_delegate",
        lambda arguments: AddDelegate(
            arguments["account"], arguments.get("role", ROLES[0]), arguments.get("days", DAYS)
        ),
        lambda did: say("Let another account act for {did}", did=did),
        lambda did: say("added a delegate to {did}", did=did),
    ),
    planned=False,
)

REVOKE_DELEGATE: Final = Action(
    name="revoke_delegate",
    verb=("did", "revoke"),
    help="End what an account may do for a did:ethr",
    example="holdfast did revoke work 0x5B38Da6a701c568545dCfcB03FcB875f56beddC4",
    parameters=(_DID, _ACCOUNT, _ROLE, _PAYER),
    propose=_changes(
        "revoke_delegate",
        lambda arguments: RevokeDelegate(arguments["account"], arguments.get("role", ROLES[0])),
        lambda did: say("Let an account no longer act for {did}", did=did),
        lambda did: say("took a delegate from {did}", did=did),
    ),
    planned=False,
)

TRANSFER_DID: Final = Action(
    name="transfer_did",
    verb=("did", "transfer"),
    help="Give control of a did:ethr to another account",
    example="holdfast did transfer work 0x5B38Da6a701c568545dCfcB03FcB875f56beddC4",
    parameters=(_DID, _ACCOUNT, _PAYER),
    propose=_changes(
        "transfer_did",
        lambda arguments: Transfer(arguments["account"]),
        lambda did: say("Give {did} away to another account", did=did),
        lambda did: say("gave {did} away", did=did),
    ),
    planned=False,
)

DEACTIVATE_DID: Final = Action(
    name="deactivate_did",
    verb=("did", "deactivate"),
    help="Give a DID up for good",
    example="holdfast did deactivate work",
    parameters=(_DID, _PAYER, _OUTPUT),
    propose=_changes(
        "deactivate_did",
        lambda _: Deactivate(),
        lambda did: say("Give {did} up for good", did=did),
        lambda did: say("{did} is given up", did=did),
    ),
)
