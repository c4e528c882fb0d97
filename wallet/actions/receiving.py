"""Credentials that somebody sent: verified, shown, and only then accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from wallet.actions.credentials import claim_facts
from wallet.actions.naming import checked_name, tags_of
from wallet.actions.parts import parts_told
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Undo
from wallet.actions.selective import holder_among
from wallet.credentials.received import read_credential
from wallet.entries import (
    OwnDID,
    StoredCredential,
    dids,
    find,
    has_credential,
    issuer_of,
    names,
)
from wallet.errors import BadInput
from wallet.given import Given
from wallet.judging import Asked, Judge, policy_of
from wallet.messages import say
from wallet.statuses_seen import remember
from wallet.vault.record import Kind as RecordKind
from wallet.verify.report import VERDICTS, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wallet.credentials.model import Credential
    from wallet.messages import Message
    from wallet.verify.report import Report
    from wallet.wallet import Wallet

_TROUBLES: Final = frozenset({Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN})


def importing(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A credential from a file, or itself: verified, shown, and stored with consent."""
    given = Given.of(arguments["source"])
    credential = read_credential(given.raw)
    asked = Asked(wallet.home, policy_of(wallet.home), as_holder=True)
    with Judge(asked, clock=wallet.clock, holders=wallet.vault.bbs_holder) as judge:
        report = judge(given.raw)
    own = dids(wallet.vault)
    stored = _stored(wallet, credential, own, arguments)
    holder = _holder(credential, own, arguments.get("holder"))
    if holder is not None:
        stored = replace(stored, holder=holder.id)
    is_known = has_credential(wallet.vault, stored.id)

    def perform() -> Result:
        with wallet.vault.transaction():
            wallet.vault.put(RecordKind.CREDENTIAL, stored.body(), id=stored.id)
            remember(wallet.vault, stored.id, report, wallet.clock())
        return Result(
            say("stored {name} as {id}", name=stored.label, id=stored.id),
            data={"id": stored.id, "name": stored.name, "role": stored.role},
            report=report,
            made=stored.id,
            undo=None if is_known else Undo("delete_credential", {"credential": stored.id}),
        )

    statement = Statement(
        say("Store the credential from {source}", source=given.source),
        facts=(
            (say("Type"), stored.type),
            (say("Issuer"), issuer_of(credential, names(wallet.vault))),
            *claim_facts(credential.document),
            *parts_told(credential),
            *(((say("Name"), stored.name),) if stored.name else ()),
            *(((say("Tags"), ", ".join(stored.tags)),) if stored.tags else ()),
            *(((say("Holder"), holder.described),) if holder is not None else ()),
            (say("Verdict"), say(VERDICTS[report.verdict])),
        ),
        warnings=tuple(_warnings(wallet, report, stored, is_known=is_known)),
    )
    binding = "\n".join((stored.name, *stored.tags, stored.holder, "")).encode() + given.raw
    return Proposal(IMPORT_CREDENTIAL.name, statement, binding, perform)


def _stored(
    wallet: Wallet, credential: Credential, own: tuple[OwnDID, ...], arguments: Mapping[str, Any]
) -> StoredCredential:
    """The entry, with the name and the tags that were chosen."""
    ids = {one.id for one in own}
    is_ours = credential.issuer in ids and holder_among(wallet, credential) is None
    name = checked_name(arguments.get("name", "").strip())
    role = "issued" if is_ours and "holder" not in arguments else "held"
    stored = StoredCredential.made(wallet.vault, credential, name=name, role=role)
    return replace(stored, tags=tags_of((*stored.tags, *arguments.get("tags", ()))))


def _holder(
    credential: Credential, own: tuple[OwnDID, ...], reference: str | None
) -> OwnDID | None:
    """The DID under which it is accepted, where it says of nobody whom it is about."""
    if reference is None:
        return None
    if credential.subjects:
        raise BadInput(
            "the credential says whom it is about, and can be held by nobody else",
            hint="leave out the DID",
        )
    return find(own, reference, noun="DID")


def _warnings(
    wallet: Wallet, report: Report, stored: StoredCredential, *, is_known: bool
) -> Iterator[Message]:
    if report.verdict is not Verdict.VALID:
        yield from (check.sentence for check in report.checks if check.outcome in _TROUBLES)
    is_named = {one.id for one in dids(wallet.vault)} & {stored.credential.issuer, stored.holder}
    if not is_named and holder_among(wallet, stored.credential) is None:
        yield say("this credential is about none of your DIDs")
    if is_known:
        yield say("it is in the wallet already, as {id}", id=stored.id)


IMPORT_CREDENTIAL: Final = Action(
    name="import_credential",
    verb=("import",),
    help="Store a credential that you received",
    example="holdfast import diploma.json",
    parameters=(
        Parameter("source", Kind.TEXT, "the file it is in", required=True),
        Parameter("name", Kind.TEXT, "what you call it", flag="--name", planned=False),
        Parameter("tags", Kind.TEXTS, "words to sort it by", flag="--tag", planned=False),
        Parameter(
            "holder",
            Kind.DID,
            "the DID that holds it, where it does not say whom it is about",
            flag="--holder",
            planned=False,
        ),
    ),
    propose=importing,
)
