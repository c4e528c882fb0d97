"""Bitstring Status List 1.0, sections 2.2 and 3.2, and Token Status List, section 5: reading lists.

The document was fetched, and its own proof verified, before it comes here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeGuard

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import read_party
from wallet.credentials.json_path import ROOT, child
from wallet.credentials.status.bits import MIN_LENGTH, TOKEN_SIZES, BitList
from wallet.credentials.status.errors import (
    MalformedStatus,
    StatusListTooShort,
    StatusUnverified,
)
from wallet.credentials.status.form import read_messages, read_names, read_size, read_text
from wallet.credentials.status.values import StatusEntry, StatusKind, StatusList
from wallet.credentials.timestamps import read_timestamp

TOKEN_TYPE: Final = "statuslist+jwt"  # noqa: S105 - a media type
"""The `typ` of a Status List Token; `application/` before it is what a server calls it."""
CBOR_TOKEN_TYPE: Final = "application/statuslist+cwt"  # noqa: S105 - as above
"""That of one in CBOR."""

_TYPES: Final = {
    StatusKind.BITSTRING: ("BitstringStatusListCredential", "BitstringStatusList"),
    StatusKind.STATUS_LIST_2021: ("StatusList2021Credential", "StatusList2021"),
}
_SUBJECT: Final = child(ROOT, "credentialSubject")
_STATUS_LIST: Final = child(ROOT, "status_list")
_LONGEST_TTL: Final = timedelta(days=3650)
_PERIODS: Final = (("validFrom", "validUntil"), ("issuanceDate", "expirationDate"))


def read_bitstring_list(document: Mapping[str, Any], entry: StatusEntry) -> StatusList:
    """The list of a status list credential, of 2021 too, for the entry that points to it.

    Raises:
        MalformedStatus: it is no such credential.
        StatusUnverified: it is another list, or has another purpose.
        StatusListTooShort: it has fewer than `MIN_LENGTH` entries.
        StatusListTooLarge: it expands to more than is read.
        StatusOutOfRange: the entry's index is not in it.
    """
    if entry.kind not in _TYPES:
        raise StatusUnverified("the credential points to a list of another standard")
    try:
        found = _read_bitstring_list(document, entry)
    except InvalidCredential as error:
        if isinstance(error, MalformedStatus):
            raise
        raise MalformedStatus(error.path, error.reason) from error
    if found.bits.length < MIN_LENGTH:
        raise StatusListTooShort(
            f"the status list has {found.bits.length} entries, which is fewer than {MIN_LENGTH}"
        )
    found.value(entry.index)
    return found


def _read_bitstring_list(document: Mapping[str, Any], entry: StatusEntry) -> StatusList:
    of_document, of_subject = _TYPES[entry.kind]
    _check_type(document, ROOT, of_document)
    subject = _read_subject(document)
    _check_type(subject, _SUBJECT, of_subject)
    url = read_text(document, "id", ROOT) if "id" in document else None
    # A list found at the address of another, both honestly signed, would answer for it.
    if url is not None and url != entry.url and not entry.url.startswith("data:"):
        raise StatusUnverified("the list at that address says that it is another one")
    purposes = read_names(subject, "statusPurpose", _SUBJECT)
    if entry.purpose not in purposes:
        raise StatusUnverified(f"the status list is not for the purpose {entry.purpose!r}")
    size = _agreed_size(subject, entry)
    messages = read_messages(subject, "statusMessages", _SUBJECT, size=size)
    decode = BitList.decode_bitstring if entry.kind is StatusKind.BITSTRING else BitList.decode_2021
    issued, expires = _read_period(document)
    return StatusList(
        kind=entry.kind,
        bits=decode(
            read_text(subject, "encodedList", _SUBJECT),
            size,
            path=child(_SUBJECT, "encodedList"),
        ),
        purposes=purposes,
        url=url,
        issuer=read_party(document, "issuer"),
        issued=issued,
        expires=expires,
        ttl=_read_ttl(subject, _SUBJECT, unit=timedelta(milliseconds=1)),
        messages=messages,
    )


def read_token_list(claims: Mapping[str, Any], entry: StatusEntry, *, typ: object) -> StatusList:
    """The list of a Status List Token whose header has this `typ`, for what points to it.

    The claims of one in CBOR are called as those of a JWT; its `lst` are bytes.

    Raises:
        MalformedStatus: the claims are no status list's.
        StatusUnverified: it is another list, or a token of another type.
        StatusListTooLarge: it expands to more than is read.
        StatusOutOfRange: the entry's index is not in it.
    """
    if entry.kind is not StatusKind.TOKEN:
        raise StatusUnverified("the credential points to a list of another standard")
    if typ not in (TOKEN_TYPE, CBOR_TOKEN_TYPE):
        raise StatusUnverified(f"the token is of the type {typ!r}, not {TOKEN_TYPE!r}")
    if read_text(claims, "sub", ROOT) != entry.url:
        raise StatusUnverified("the token at that address says that it is another list")
    found = StatusList(
        kind=entry.kind,
        bits=_read_lst(claims),
        purposes=(),
        url=entry.url,
        issuer=read_text(claims, "iss", ROOT) if "iss" in claims else None,
        issued=_read_instant(claims, "iat"),
        expires=_read_instant(claims, "exp") if "exp" in claims else None,
        ttl=_read_ttl(claims, ROOT, unit=timedelta(seconds=1)),
    )
    found.value(entry.index)
    return found


def _read_lst(claims: Mapping[str, Any]) -> BitList:
    raw = claims.get("status_list")
    if not isinstance(raw, Mapping):
        raise MalformedStatus(_STATUS_LIST, "must be an object with bits and lst")
    size = raw.get("bits")
    if type(size) is not int or size not in TOKEN_SIZES:
        raise MalformedStatus(child(_STATUS_LIST, "bits"), "must be 1, 2, 4 or 8")
    given = raw.get("lst")
    packed = given if isinstance(given, bytes) else read_text(raw, "lst", _STATUS_LIST)
    return BitList.decode_token(packed, size, path=child(_STATUS_LIST, "lst"))


def _check_type(document: Mapping[str, Any], path: str, required: str) -> None:
    if required not in read_names(document, "type", path):
        raise MalformedStatus(child(path, "type"), f"must name {required}")


def _read_subject(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one subject of a list: the list."""
    subject = document.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    if not isinstance(subject, Mapping):
        raise MalformedStatus(_SUBJECT, "must be one object, the list")
    return subject


def _agreed_size(subject: Mapping[str, Any], entry: StatusEntry) -> int:
    size = read_size(subject, _SUBJECT) if "statusSize" in subject else entry.size
    if size is None or size != entry.size:
        raise StatusUnverified("the credential and its status list differ in the size of a status")
    return size


def _read_period(document: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """The validity period, by the names of either version of the data model."""
    start, end = next(
        (names for names in _PERIODS if any(name in document for name in names)), _PERIODS[0]
    )
    return _read_time(document, start), _read_time(document, end)


def _read_time(document: Mapping[str, Any], name: str) -> datetime | None:
    return read_timestamp(document[name], path=child(ROOT, name)) if name in document else None


def _read_ttl(document: Mapping[str, Any], path: str, *, unit: timedelta) -> timedelta | None:
    """A time to live above zero; more than ten years are ten years."""
    if "ttl" not in document:
        return None
    value = document["ttl"]
    if not _is_number(value) or value <= 0:
        raise MalformedStatus(child(path, "ttl"), "must be a number above zero")
    return unit * value if value < _LONGEST_TTL / unit else _LONGEST_TTL


def _read_instant(claims: Mapping[str, Any], name: str) -> datetime:
    """A NumericDate of RFC 7519, section 2: seconds since 1970."""
    value, path = claims.get(name), child(ROOT, name)
    if not _is_number(value):
        raise MalformedStatus(path, "must be a time, in seconds")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedStatus(path, "is no time that a calendar has") from error


def _is_number(value: object) -> TypeGuard[float]:
    return type(value) is int or (type(value) is float and math.isfinite(value))
