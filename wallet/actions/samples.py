"""A sample credential to play with: added, and taken away with all that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import rfc8785

from wallet.actions.credentials import claim_facts
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Undo
from wallet.credentials.received import as_json
from wallet.entries import dids, find
from wallet.errors import BadInput, NoSuchEntry
from wallet.messages import LANGUAGES, preferred_language, say
from wallet.samples import TAG, added, keep, sample
from wallet.samples import remove as remove_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet


def add(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A sample credential about one of the person's DIDs, the oldest where none is named."""
    if added(wallet.vault) is not None:
        raise BadInput("the sample is there already", hint="holdfast sample remove")
    own = [one for one in dids(wallet.vault) if not one.deactivated]
    if not own:
        raise NoSuchEntry("the wallet has no DID yet", hint="create one: holdfast did create")
    subject = find(own, arguments["subject"], noun="DID") if "subject" in arguments else own[0]
    made = sample(
        wallet.vault,
        wallet.home,
        subject.id,
        now=wallet.clock(),
        draw=wallet.draw,
        language=arguments.get("language", preferred_language()),
    )

    def perform() -> Result:
        entry = keep(wallet.vault, made)
        return Result(
            say("{name} is there to be played with, as {id}", name=entry.label, id=entry.id),
            data={
                "id": entry.id,
                "name": entry.name,
                "issuer": str(made.issuer.did),
                "contact": made.issuer.name,
                "credential": as_json(entry.credential),
            },
            made=entry.id,
            next=say("to take all of it away: holdfast sample remove"),
            undo=Undo(REMOVE_SAMPLE.name),
        )

    statement = Statement(
        say("Add a sample credential to play with"),
        facts=(
            (say("Type"), made.credential.special_type),
            (say("Issuer"), f"{made.issuer.name} ({made.issuer.did})"),
            (say("Subject"), subject.described),
            *claim_facts(made.credential.document),
            (say("Tags"), TAG),
        ),
    )
    return Proposal(ADD_SAMPLE.name, statement, made.credential.raw, perform)


def remove(wallet: Wallet, _arguments: Mapping[str, Any]) -> Proposal:
    """Whatever of the sample is left goes, for good: the credential and its issuer's contact."""
    what = added(wallet.vault)
    if what is None:
        raise NoSuchEntry("there is no sample", hint="holdfast sample add")

    def perform() -> Result:
        count = remove_all(wallet.vault, what)
        return Result(
            say("the sample is gone"),
            data={"id": what.credential, "issuer": str(what.issuer), "removed": count},
        )

    statement = Statement(
        say("Remove the sample credential, and the contact of its issuer"),
        facts=((say("Id"), what.credential), (say("Issuer"), str(what.issuer))),
    )
    binding = rfc8785.dumps([what.credential, str(what.issuer)])
    return Proposal(REMOVE_SAMPLE.name, statement, binding, perform)


ADD_SAMPLE: Final = Action(
    name="add_sample",
    verb=("sample", "add"),
    help="Add a sample credential to play with",
    example="holdfast sample add",
    parameters=(
        Parameter("subject", Kind.DID, "the DID of yours that it is about", flag="--subject"),
        Parameter(
            "language",
            Kind.CHOICE,
            "the language that it is written in",
            choices=LANGUAGES,
            flag="--language",
        ),
    ),
    propose=add,
    planned=False,
)

REMOVE_SAMPLE: Final = Action(
    name="remove_sample",
    verb=("sample", "remove"),
    help="Remove the sample credential and all that came with it",
    example="holdfast sample remove",
    propose=remove,
    planned=False,
)
