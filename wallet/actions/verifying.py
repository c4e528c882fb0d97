"""Verifying: a credential of the wallet, or a file that anybody sent."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result
from wallet.entries import credential as stored_credential
from wallet.errors import NoSuchEntry
from wallet.given import Given, is_document
from wallet.judging import Asked, Judge, policy_of
from wallet.messages import say
from wallet.statuses_seen import remember
from wallet.verify.report import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.entries import StoredCredential
    from wallet.messages import Message
    from wallet.verify.report import Report
    from wallet.wallet import Wallet


def check(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """A report on a stored credential, on a document itself, or else on the file of that name."""
    source: Message | str = arguments["credential"]
    entry = _stored(wallet, arguments["credential"])
    if entry is None:
        given = Given.of(arguments["credential"])
        data, source = given.raw, given.source
    else:
        data = entry.credential.raw
    # Only its holder can judge what is bound to a secret; who issued it keeps a copy.
    holders = wallet.vault.bbs_holder if entry is not None and entry.role == "held" else None
    policy = policy_of(
        wallet.home,
        at_signing=arguments.get("at_signing", False),
        offline=arguments.get("offline", False),
    )
    asked = Asked(
        wallet.home,
        policy,
        challenge=arguments.get("challenge"),
        domain=arguments.get("domain"),
        as_holder=entry is not None,
    )
    with Judge(asked, clock=wallet.clock, holders=holders) as judge:
        report = judge(data)
    if entry is not None and not (asked.challenge or asked.domain):
        remember(wallet.vault, entry.id, report, wallet.clock())
    return reported(report, source)


def _stored(wallet: Wallet, reference: str) -> StoredCredential | None:
    """The credential of the wallet's that is meant, unless it is a document, or a file's name."""
    if not is_document(reference):
        with suppress(NoSuchEntry):
            return stored_credential(wallet.index, reference)
    return None


def reported(report: Report, source: Message | str) -> Result:
    """A report as the result of an action."""
    return Result(
        say("{source}: {verdict}", source=source, verdict=say(VERDICTS[report.verdict])),
        data=report.to_json(),
        report=report,
    )


VERIFY_CREDENTIAL: Final = Action(
    name="verify_credential",
    verb=("verify",),
    help="Check a credential or a presentation, and say why",
    example="holdfast verify presentation.json --challenge dT0x… --domain shop.example",
    parameters=(
        Parameter(
            "credential",
            Kind.CREDENTIAL,
            "a file, - for standard input, or one of your credentials",
            required=True,
            literal=True,
        ),
        Parameter(
            "challenge", Kind.TEXT, "the challenge you gave", flag="--challenge", planned=False
        ),
        Parameter("domain", Kind.TEXT, "the domain you gave", flag="--domain", planned=False),
        Parameter(
            "at_signing",
            Kind.FLAG,
            "accept a key that was valid when it signed and is no longer",
            flag="--at-signing",
            planned=False,
        ),
        Parameter(
            "offline",
            Kind.FLAG,
            "ask nobody: go by the DID documents that are kept, whatever their age",
            flag="--offline",
            planned=False,
        ),
    ),
    read=check,
)
