"""Whether the issuer took a credential back: Bitstring Status List 1.0, Token Status List.

A list is believed only where it is the issuer's own, and holds itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from wallet.credentials.errors import CredentialError, InvalidCredential
from wallet.credentials.json_path import steps
from wallet.credentials.timestamps import write_timestamp
from wallet.messages import Message, say
from wallet.verify.attested_checks import held_credential, held_token
from wallet.verify.evidence import Unavailable
from wallet.verify.policy import Excused
from wallet.verify.report import (
    EXCUSED,
    failed,
    passed,
    skipped,
    taken_back,
    undecided,
    warned,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from wallet.credentials.formats.cwt import Cwt
    from wallet.credentials.formats.jose import Token
    from wallet.credentials.status import StatusEntry, StatusList, StatusValue
    from wallet.verify.attested_checks import Held
    from wallet.verify.case import Case
    from wallet.verify.evidence import Attested, Evidence
    from wallet.verify.place import Place
    from wallet.verify.report import Check

_NAME: Final = "status"
_NOT_ASKED: Final = Unavailable(say("it was not asked for"))


def status(case: Case) -> Iterator[Check]:
    """VC Data Model 2.0, 4.10 Status: what each list that the credential points to says of it."""
    if case.credential is None:
        return
    document = case.credential.document
    if "credentialStatus" not in document and "status" not in document:
        yield without_status(case)
        return
    # Deferred: most credentials have no status.
    from wallet.credentials.status import UnknownEntry, status_entries  # noqa: PLC0415

    try:
        entries = status_entries(document)
    except InvalidCredential as error:
        message = "what it says of its status cannot be used: {reason}"
        place = case.place.at(*steps(error.path))
        yield failed(_NAME, place, "malformed", message, reason=str(error))
        return
    except CredentialError as error:
        yield unknown_status(case, case.place, "unusable", str(error))
        return
    for entry in entries:
        place = case.place.at(*steps(entry.pointer))
        if isinstance(entry, UnknownEntry):
            reason = say("a status of the type {type} is not known here", type=entry.type)
            yield unknown_status(case, place, "unsupported", reason)
        else:
            yield from _judge(case, place, entry)


def without_status(case: Case) -> Check:
    """Nobody says whether it was taken back: nothing to check, unless the policy asks for it."""
    if case.question.policy.require_status:
        message = "its issuer keeps no status of it, and the policy asks for one"
        return failed(_NAME, case.place, "none", message)
    return skipped(_NAME, case.place, "none", "its issuer keeps no status of it")


def _judge(case: Case, place: Place, entry: StatusEntry) -> Iterator[Check]:
    from wallet.credentials.status.standing import check_current  # noqa: PLC0415 - as above

    attested = case.evidence.attested.get(entry.url, _NOT_ASKED)
    if isinstance(attested, Unavailable):
        yield unknown_status(case, place, "unavailable", attested.reason)
        return
    try:
        found = _read(case, entry, attested)
        if isinstance(found, Message):
            reason = say("the status list does not hold: {reason}", reason=found)
            yield unknown_status(case, place, "list", reason)
            return
        if (newer := _newer(case, entry, attested, found)) is not None:
            message = "its issuer's status list is older than one seen before, which counts"
            yield warned(_NAME, place, "rolled-back", message)
            found = newer
        check_current(found, case.question.at, leeway=case.question.policy.skew)
        yield _said(place, found.status(entry), attested.retrieved)
    except CredentialError as error:
        yield unknown_status(case, place, "list", str(error))


def _newer(
    case: Case, entry: StatusEntry, attested: Attested, found: StatusList
) -> StatusList | None:
    """The list seen before, where it holds and was issued after the one that is there now."""
    from wallet.credentials.status.standing import is_older  # noqa: PLC0415 - as above

    if attested.earlier is None:
        return None
    try:
        before = _read(case, entry, attested.earlier)
    except CredentialError:
        return None
    return before if not isinstance(before, Message) and is_older(found, before) else None


def _read(case: Case, entry: StatusEntry, attested: Attested) -> StatusList | Message:
    """The list, where it holds; or why it does not. Raises CredentialError."""
    from wallet.credentials.status import read_bitstring_list, read_token_list  # noqa: PLC0415

    assert case.credential is not None  # noqa: S101 - only credentials have a status
    issuer = case.credential.issuer
    if attested.token is not None:
        claims = _claims(case, attested.token, attested.evidence)
        return (
            claims
            if isinstance(claims, Message)
            else read_token_list(claims, entry, typ=attested.token.typ)
        )
    document = held_credential(attested, case.question, issuer)
    return document if isinstance(document, Message) else read_bitstring_list(document, entry)


def _claims(case: Case, token: Token | Cwt, evidence: Evidence) -> Held:
    """The claims of a list by the credential's issuer, whom a DID names, or a certificate."""
    if not case.part.is_certified:
        return held_token(token, evidence, case.part.party or "")
    # Deferred: most issuers are named by DIDs.
    from wallet.verify.certified_lists import held_under_certificate  # noqa: PLC0415

    return held_under_certificate(token, case)


def _said(place: Place, value: StatusValue, retrieved: datetime | None) -> Check:
    from wallet.credentials.status import Meaning  # noqa: PLC0415 - loaded above

    match value.meaning:
        case Meaning.REVOKED:
            return taken_back(_NAME, place, "revoked", "its issuer revoked it")
        case Meaning.SUSPENDED:
            return taken_back(_NAME, place, "suspended", "its issuer suspended it for a time")
        case Meaning.OTHER:
            message = "its issuer marked it with {value}, which is not good news"
            return taken_back(_NAME, place, "other", message, value=f"{value.value:#x}")
        case Meaning.REFRESH:
            message = "its issuer has a newer one to be had"
            return warned(_NAME, place, "refresh", message)
        case Meaning.MESSAGE:
            message = "its issuer says of it: {message}"
            return warned(_NAME, place, "message", message, message=value.message)
        case Meaning.GOOD if retrieved is not None:
            message = "its issuer had not taken it back at {time}"
            return passed(_NAME, place, "good-then", message, time=write_timestamp(retrieved))
        case Meaning.GOOD:
            return passed(_NAME, place, "good", "its issuer has not taken it back")
        case _:
            assert_never(value.meaning)


def unknown_status(case: Case, place: Place, code: str, reason: str | Message) -> Check:
    """Whether it was taken back is not known, which the policy may put up with."""
    message = "whether it was revoked could not be found out: {reason}"
    if Excused.STATUS in case.question.policy.excuse:
        return warned(_NAME, place, EXCUSED, message, reason=reason)
    return undecided(_NAME, place, code, message, reason=reason)
