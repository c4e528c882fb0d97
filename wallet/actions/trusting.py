"""Whom a person trusts, for the faces that ask for a yes, and as a signed file for others.

The command line's `trust add|list|remove` need no vault, and so no yes in it (`wallet.cli.trust`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Undo
from wallet.actions.signed_files import own_signer, prepare_file
from wallet.actions.trusted import (
    added,
    is_address,
    issuer_in,
    listed,
    offered,
    removed,
    root_added,
    root_facts,
    root_in,
    root_named,
    root_statement,
    taken_over,
)
from wallet.entries import contact_or_did, name_of, names
from wallet.errors import BadInput, NoSuchEntry
from wallet.files import at_home, read_file, write_new
from wallet.messages import say
from wallet.trust import Trusted, to_document, trust_rule, trusted, trusted_roots

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.messages import Message
    from wallet.trust import TrustedRoot
    from wallet.wallet import Wallet


def trust(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """An issuer whose credentials count, for everything or for some types; or a root of them."""
    if "x509" in arguments:
        return _trust_root(wallet, arguments)
    types = tuple(dict.fromkeys(arguments.get("types", ())))
    named = arguments["did"]
    issuer = issuer_in(named) if is_address(named) else str(contact_or_did(wallet.vault, named).did)
    entry = Trusted(issuer, types, arguments.get("name", ""))
    before = trusted(wallet.home)
    if any((one.issuer, one.types) == (entry.issuer, entry.types) for one in before):
        raise BadInput(f"{entry.issuer} is trusted already", hint="see: holdfast trust list")
    is_first = trust_rule(wallet.home) is None
    is_new = all(one.issuer != entry.issuer for one in before)

    def perform() -> Result:
        undo = Undo(UNTRUST_ISSUER.name, {"did": entry.issuer}) if is_new else None
        return replace(added(wallet.home, entry), undo=undo)

    statement = Statement(
        say("Trust an issuer"),
        facts=_facts(wallet, entry),
        warnings=(_FIRST,) if is_first else (),
    )
    return Proposal(TRUST_ISSUER.name, statement, rfc8785.dumps(entry.to_json()), perform)


def _trust_root(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A certificate under which issuers are trusted."""
    if "did" in arguments:
        raise BadInput("an issuer is trusted by a DID or under a root, and not by both at once")
    root = root_in(
        arguments["x509"], types=arguments.get("types", ()), name=arguments.get("name", "")
    )
    if any(one.fingerprint == root.fingerprint for one in trusted_roots(wallet.home)):
        raise BadInput("this root is trusted already", hint="see: holdfast trust list")

    def perform() -> Result:
        undo = Undo(UNTRUST_ISSUER.name, {"did": root.fingerprint})
        return replace(root_added(wallet.home, root), undo=undo)

    binding = rfc8785.dumps({**root.to_json(), "certificate": root.pem})
    return Proposal(TRUST_ISSUER.name, root_statement(root), binding, perform)


def _untrust_root(wallet: Wallet, root: TrustedRoot) -> Proposal:
    again = {
        "x509": root.pem,
        **({"types": list(root.types)} if root.types else {}),
        **({"name": root.name} if root.name else {}),
    }

    def perform() -> Result:
        done = removed(wallet.home, root.fingerprint)
        return replace(done, undo=Undo(TRUST_ISSUER.name, again))

    statement = Statement(say("Trust a root no longer"), facts=root_facts(root))
    return Proposal(UNTRUST_ISSUER.name, statement, root.fingerprint.encode(), perform)


_FIRST: Final = say("from now on, whoever issues and is not trusted by name is told as untrusted")


def untrust(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """An issuer whose credentials count no longer, of whatever type; or a root of them."""
    did = arguments["did"]
    if (root := root_named(wallet.home, did)) is not None:
        return _untrust_root(wallet, root)
    gone = [one for one in trusted(wallet.home) if one.issuer == did]
    if not gone:
        raise NoSuchEntry(f"{did} is not among those trusted", hint="see: holdfast trust list")
    again = gone[0].to_json()
    again["did"] = again.pop("issuer")

    def perform() -> Result:
        undo = Undo(TRUST_ISSUER.name, again) if len(gone) == 1 else None
        return replace(removed(wallet.home, did), undo=undo)

    statement = Statement(
        say("Trust an issuer no longer"),
        facts=tuple(fact for one in gone for fact in _facts(wallet, one)),
    )
    return Proposal(UNTRUST_ISSUER.name, statement, did.encode(), perform)


def take_over(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The issuers that somebody else trusts, by a list that they signed."""
    data, signer = read_file(arguments["file"]), arguments["signer"]
    fresh = offered(wallet.home, data, signer)
    if not fresh:
        raise BadInput("all of these are trusted already", hint="see: holdfast trust list")
    statement = Statement(
        say("Trust these issuers, as {signer} does:", signer=signer),
        facts=tuple(fact for one in fresh for fact in _facts(wallet, one)),
        warnings=(_FIRST,) if trust_rule(wallet.home) is None else (),
    )
    return Proposal(IMPORT_TRUST.name, statement, data, lambda: taken_over(wallet.home, fresh))


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """Those who are trusted by name."""
    return listed(wallet.home)


def _facts(wallet: Wallet, entry: Trusted) -> tuple[tuple[Message, Message | str], ...]:
    return (
        (say("Issuer"), name_of(entry.issuer, names(wallet.vault))),
        (say("Types"), ", ".join(entry.types) or say("all")),
        *(((say("Name"), entry.name),) if entry.name else ()),
    )


def export(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The list of trusted issuers, signed by one of the wallet's DIDs."""
    entries = trusted(wallet.home)
    if not entries:
        raise NoSuchEntry("nobody is trusted yet", hint="holdfast trust add DID --type TYPE")
    signer = own_signer(wallet, arguments.get("signer"))
    prepared = prepare_file(wallet, signer, to_document(entries, wallet.clock()))
    target = at_home(Path(arguments["output"]))

    def perform() -> Result:
        saved = write_new(target, prepared.finish())
        return Result(
            say("the list of whom you trust is signed"),
            data={"file": str(saved), "signer": signer.id, "issuers": len(entries)},
            made=str(saved),
            saved=saved,
            next=say(
                "others take it over by: holdfast trust import {file} --signer {did}",
                file=saved,
                did=signer.id,
            ),
        )

    statement = Statement(
        say("Sign the list of whom you trust"),
        facts=(
            *((say("Trusted"), f"{one.issuer} {', '.join(one.types)}".strip()) for one in entries),
            (say("Signer"), signer.described),
            (say("Saved as"), str(target)),
        ),
    )
    return Proposal("export_trust", statement, prepared.binding, perform)


TRUST_ISSUER: Final = Action(
    name="trust_issuer",
    verb=("trust", "add"),
    help="Trust an issuer, for everything or for some types of credentials",
    example="holdfast trust add did:web:university.example --type UniversityDegree",
    parameters=(
        Parameter("did", Kind.CONTACT, "the issuer", required=True, literal=True, unless="x509"),
        Parameter("types", Kind.TEXTS, "for credentials of this type alone", flag="--type"),
        Parameter("name", Kind.TEXT, "what you call them", flag="--name"),
        Parameter(
            "x509",
            Kind.TEXT,
            "a root certificate (PEM or DER); issuers whom certificates under it name are trusted",
            flag="--x509",
            planned=False,
        ),
    ),
    propose=trust,
    planned=False,
)

UNTRUST_ISSUER: Final = Action(
    name="untrust_issuer",
    verb=("trust", "remove"),
    help="Trust an issuer no longer",
    example="holdfast trust remove did:web:university.example",
    parameters=(
        Parameter(
            "did", Kind.TEXT, "the issuer, or the name or fingerprint of a root", required=True
        ),
    ),
    propose=untrust,
    planned=False,
)

LIST_TRUSTED: Final = Action(
    name="list_trusted",
    verb=("trust", "list"),
    help="List the issuers that you trust",
    example="holdfast trust list",
    read=listing,
    planned=False,
)

IMPORT_TRUST: Final = Action(
    name="import_trust",
    verb=("trust", "import"),
    help="Take over a list of trusted issuers that somebody signed",
    example="holdfast trust import trusted.json --signer did:key:z6Mk…",
    parameters=(
        Parameter("file", Kind.PATH, "a list that somebody exported", required=True),
        Parameter(
            "signer",
            Kind.TEXT,
            "who must have signed it: ask them",
            required=True,
            flag="--signer",
        ),
    ),
    propose=take_over,
    planned=False,
)

EXPORT_TRUST: Final = Action(
    name="export_trust",
    verb=("trust", "export"),
    help="Write the list of whom you trust to a file, signed by one of your DIDs",
    example="holdfast trust export --output trusted.json",
    parameters=(
        Parameter("output", Kind.PATH, "the file to write", required=True, flag="--output"),
        Parameter("signer", Kind.DID, "the DID that signs it", flag="--signer"),
    ),
    propose=export,
    planned=False,
)
