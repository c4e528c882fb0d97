"""`holdfast trust export`: whom you trust, as a file that others can check is yours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.actions.signed_files import own_signer, prepare_file
from wallet.errors import NoSuchEntry
from wallet.files import at_home, write_new
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.wallet import Wallet


def export(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The list of trusted issuers, signed by one of the wallet's DIDs."""
    # Deferred: few commands hand the list on.
    from wallet.trust import to_document, trusted  # noqa: PLC0415

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
