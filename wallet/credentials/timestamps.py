"""Points in time, as XML Schema 1.1 dateTimeStamp and RFC 3339 both write them.

The one reader of times in this room. `datetime.fromisoformat` reads far more than the standards
allow (week dates, dates without a time, times without an offset).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from wallet.credentials.errors import InvalidCredential

_TIMESTAMP: Final = re.compile(
    r"(?P<instant>\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)"
    r"(?:\.(?P<fraction>\d{1,12}))?"
    r"(?P<offset>Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))",
    re.ASCII,
)


def read_timestamp(value: object, *, path: str) -> datetime:
    """An instant in UTC, from text such as `2026-11-23T09:00:00Z` or `…T10:00:00.5+01:00`.

    Digits of the fraction beyond microseconds are cut off.

    Raises:
        InvalidCredential: at `path` stands something else.
    """
    found = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise InvalidCredential(path, "must be a time with an offset, as 2026-01-31T09:00:00Z")
    microseconds = (found["fraction"] or "")[:6].ljust(6, "0")
    offset = "+00:00" if found["offset"] == "Z" else found["offset"]
    try:
        return datetime.fromisoformat(f"{found['instant']}.{microseconds}{offset}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidCredential(path, "is no date of the calendar") from error


def in_utc(instant: datetime, *, path: str) -> datetime:
    """The same instant in UTC.

    Raises:
        InvalidCredential: what stands at `path` is before the calendar's first day there, or after
            its last.
    """
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise InvalidCredential(path, "is no date of the calendar") from error


def write_timestamp(instant: datetime) -> str:
    """`2026-11-23T09:00:00Z`: UTC, whole seconds. The instant must know its offset."""
    if instant.tzinfo is None:
        msg = "a time without an offset names no instant"
        raise ValueError(msg)
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="seconds") + "Z"
