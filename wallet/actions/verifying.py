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
from wallet.verify.report import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.messages import Message
    from wallet.verify.report import Report
    from wallet.wallet import Wallet


def check(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """A report on a stored credential, on a document itself, or else on the file of that name."""
    data, source, stored = _data(wallet, arguments["credential"])
    # Only its holder can judge what is bound to a secret; who issued it keeps a copy.
    holders = wallet.vault.bbs_holder if stored == "held" else None
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
        as_holder=stored is not None,
    )
    with Judge(asked, clock=wallet.clock, holders=holders) as judge:
        return reported(judge(data), source)


def _data(wallet: Wallet, reference: str) -> tuple[bytes, Message | str, str | None]:
    """The bytes to be judged, what to call where they come from, and as what they lie here."""
    if not is_document(reference):
        with suppress(NoSuchEntry):
            entry = stored_credential(wallet.index, reference)
            return entry.credential.raw, reference, entry.role
    given = Given.of(reference)
    return given.raw, given.source, None


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
