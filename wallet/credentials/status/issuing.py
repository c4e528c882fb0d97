"""Bitstring Status List 1.0, section 3.1, and Token Status List, sections 4 to 6: writing lists."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Set as AbstractSet
from secrets import randbelow
from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.form import CREDENTIALS_V2
from wallet.credentials.issuing import UNDEFINED_TERMS_V2
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.model import Credential
from wallet.credentials.status.bits import MAX_SIZE, MIN_LENGTH
from wallet.credentials.status.entries import status_entries
from wallet.credentials.status.errors import MalformedStatus, StatusListTooShort, StatusOutOfRange
from wallet.credentials.status.values import Purpose, StatusKind
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime, timedelta

    from wallet.credentials.status.bits import BitList

_TRIES: Final = 64
"""Draws from all indices before the free ones are counted; a list half full needs two."""


def unsigned_bitstring_list(
    *,
    id: str,  # noqa: A002 - the standard's word
    issuer: str,
    purposes: Sequence[str],
    bits: BitList,
    valid_from: datetime,
    valid_until: datetime | None = None,
    ttl: timedelta | None = None,
    messages: Sequence[str] = (),
) -> dict[str, Any]:
    """A BitstringStatusListCredential, to be secured and then published at `id`.

    The messages of a list have no names in the context of the data model; one that has messages
    takes the standard's context for undefined terms, so that a proof covers them.

    Raises:
        InvalidCredential: it would break a rule of the data model; `MalformedStatus`, of this one.
        StatusListTooShort: it has fewer than `MIN_LENGTH` entries.
    """
    subject = child(ROOT, "credentialSubject")
    if bits.length < MIN_LENGTH:
        raise StatusListTooShort(f"a status list has at least {MIN_LENGTH} entries")
    if not purposes or not all(purposes):
        raise MalformedStatus(child(subject, "statusPurpose"), "must be one or more names")
    if messages or bits.size > 1 or Purpose.MESSAGE in purposes:
        _check_messages(messages, bits.size, child(subject, "statusMessages"))
    document = {
        "@context": [CREDENTIALS_V2, *([UNDEFINED_TERMS_V2] if messages else [])],
        "id": id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": write_timestamp(valid_from),
        **({} if valid_until is None else {"validUntil": write_timestamp(valid_until)}),
        "credentialSubject": {
            "id": f"{id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purposes[0] if len(purposes) == 1 else list(purposes),
            "encodedList": bits.encode_bitstring(),
            **({} if ttl is None else {"ttl": _whole(ttl.total_seconds() * 1000, subject)}),
            **_size_and(messages, bits.size, "statusMessages"),
        },
    }
    Credential.of(document)
    return document


def token_list_claims(
    *,
    uri: str,
    issued: datetime,
    bits: BitList,
    expires: datetime | None = None,
    ttl: timedelta | None = None,
    issuer: str | None = None,
) -> dict[str, Any]:
    """The claims of a Status List Token, whose `typ` is `TOKEN_TYPE`; published at `uri`.

    Raises:
        MalformedStatus: `ttl` is less than a second.
        StatusOutOfRange: such a list has no values of that size.
    """
    return {
        **({} if issuer is None else {"iss": issuer}),
        "sub": uri,
        "iat": int(issued.timestamp()),
        **({} if expires is None else {"exp": int(expires.timestamp())}),
        **({} if ttl is None else {"ttl": _whole(ttl.total_seconds(), ROOT)}),
        "status_list": {"bits": bits.size, "lst": bits.encode_token()},
    }


def bitstring_entry(
    *,
    url: str,
    index: int,
    purpose: str,
    id: str | None = None,  # noqa: A002 - the standard's word
    size: int = 1,
    messages: Sequence[str] = (),
    references: Sequence[str] = (),
) -> dict[str, Any]:
    """What stands under `credentialStatus` of a credential with that index in the list at `url`.

    Raises:
        StatusError: the entry would be refused by those who read it.
    """
    if messages or size > 1:
        _check_messages(messages, size, child(ROOT, "statusMessage"))
    entry = {
        **({} if id is None else {"id": id}),
        "type": StatusKind.BITSTRING.value,
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
        **_size_and(messages, size, "statusMessage"),
        **({"statusReference": list(references)} if references else {}),
    }
    status_entries({"credentialStatus": entry})
    return entry


def token_entry(uri: str, idx: int) -> dict[str, Any]:
    """What stands under `status` of a JWT with that index in the list at `uri`.

    Raises:
        StatusError: the entry would be refused by those who read it.
    """
    status = {StatusKind.TOKEN.value: {"idx": idx, "uri": uri}}
    status_entries({"status": status})
    return status


def draw_index(
    taken: Collection[int], length: int, choose: Callable[[int], int] = randbelow
) -> int:
    """A free index of a list, each as likely as the next: those in order tell who came when.

    `choose(n)` is to give any number from 0 to n - 1, all alike.

    Raises:
        StatusOutOfRange: all are taken.
    """
    used = taken if isinstance(taken, AbstractSet) else frozenset(taken)
    for _ in range(_TRIES):
        if length > 0 and (drawn := choose(length)) not in used:
            return drawn
    within = sorted(index for index in used if 0 <= index < length)
    free = length - len(within)
    if free <= 0:
        raise StatusOutOfRange(
            "every index of the status list is taken", hint="begin another list for those to come"
        )
    nth = choose(free)
    # Each taken index that is not beyond the place moves it on by one.
    return nth + bisect_right(range(len(within)), nth, key=lambda n: within[n] - n)


def _check_messages(messages: Sequence[str], size: int, path: str) -> None:
    if size > MAX_SIZE or len(messages) != 1 << size:
        raise MalformedStatus(path, "must have one message for each value that a status can have")


def _size_and(messages: Sequence[str], size: int, name: str) -> dict[str, Any]:
    """`statusSize`, and the messages as the standard writes them; nothing where there are none."""
    if not messages:
        return {}
    listed = [{"status": f"{value:#x}", "message": text} for value, text in enumerate(messages)]
    return {"statusSize": size, name: listed}


def _whole(amount: float, path: str) -> int:
    if amount < 1:
        raise MalformedStatus(child(path, "ttl"), "must be a number above zero")
    return int(amount)
