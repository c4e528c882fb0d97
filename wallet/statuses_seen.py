"""Statuses as they were seen: that a credential was revoked or suspended when it was verified last.

A list of credentials goes by it without asking anybody, and says when it was seen. What the wallet
issued itself it knows better (`wallet.status_lists`).
"""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass
from wallet.vault.errors import IntegrityError, RecordNotFound
from wallet.vault.record import Kind
from wallet.verify.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.vault.vault import Vault
    from wallet.verify.report import Report

REVOKED: Final = "revoked"
SUSPENDED: Final = "suspended"
_GOOD: Final = "good"
_CHECK: Final = "status"
_RECORD: Final = "statuses seen"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: `REVOKED` or `SUSPENDED`, and when."""

    status: str
    at: datetime


def remember(vault: Vault, id_: str, report: Report, at: datetime) -> None:
    """Write down what the report on a credential of the wallet says of its status.

    Where its status could not be found out, what was seen before stands. In a vault for reading
    only, nothing is written.
    """
    status = _status(report)
    if vault.read_only or status is None:
        return
    kept = dict(_kept(vault))
    if status == _GOOD:
        if kept.pop(id_, None) is None:
            return
    else:
        kept[id_] = [status, at.isoformat(timespec="seconds")]
    vault.put(Kind.SETTING, {"seen": kept}, id=_RECORD)


def statuses_seen(vault: Vault) -> Mapping[str, Seen]:
    """What was seen, by the credential's id. Raises `IntegrityError`."""
    try:
        return MappingProxyType(
            {
                id_: Seen(str(status), datetime.fromisoformat(at))
                for id_, (status, at) in _kept(vault).items()
            }
        )
    except (TypeError, ValueError):
        raise IntegrityError("the record of statuses seen", "cannot be read") from None


def _status(report: Report) -> str | None:
    """The weightiest that was found out; good only where all of it is, and as of now."""
    checks = [one for one in report.checks if one.name == _CHECK]
    codes = {one.code for one in checks if one.outcome is not Outcome.UNKNOWN}
    for status in (REVOKED, SUSPENDED):
        if status in codes:
            return status
    return _GOOD if checks and all(one.code == _GOOD for one in checks) else None


def _kept(vault: Vault) -> Mapping[str, Any]:
    try:
        kept = vault.get(Kind.SETTING, _RECORD).body["seen"]
    except RecordNotFound:
        return {}
    return dict(kept)
