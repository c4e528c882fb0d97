"""Bitstring Status List 1.0, section 3.2, and Token Status List, section 8.3: is a list to be used?

Whether a list speaks of a time, and beside another copy of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.credentials.status.errors import StatusUnverified
from wallet.credentials.status.values import StatusKind
from wallet.credentials.timestamps import write_timestamp

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from wallet.credentials.status.values import StatusList


def check_current(found: StatusList, now: datetime, *, leeway: timedelta) -> None:
    """Whether the list is valid at `now`, give or take `leeway` where clocks differ.

    Raises:
        StatusUnverified: it is not yet, or no longer.
    """
    if found.issued is not None and found.issued - leeway > now:
        raise StatusUnverified(
            f"the status list is not valid before {write_timestamp(found.issued)}"
        )
    if found.expires is not None and _is_over(found.kind, found.expires, now - leeway):
        raise StatusUnverified(f"the status list expired at {write_timestamp(found.expires)}")


def is_older(found: StatusList, known: StatusList) -> bool:
    """Whether a list just found was issued before one known already: somebody turned it back.

    Where neither says when it was issued there is no telling, and the newly found one counts; one
    that no longer says so does not.
    """
    if known.issued is None:
        return False
    return found.issued is None or found.issued < known.issued


def _is_over(kind: StatusKind, end: datetime, at: datetime) -> bool:
    """`validUntil` is the last instant that counts; `exp`, by RFC 7519, the first that does not."""
    return end < at or (kind is StatusKind.TOKEN and end == at)
