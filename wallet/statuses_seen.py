"""What was seen when a credential was verified last: that it is invalid, revoked or suspended.

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
from wallet.verify.report import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.vault.vault import Vault
    from wallet.verify.report import Report

INVALID: Final = "invalid"
REVOKED: Final = "revoked"
SUSPENDED: Final = "suspended"
_GOOD: Final = "good"
_CHECK: Final = "status"
_RECORD: Final = "statuses seen"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: `INVALID`, `REVOKED` or `SUSPENDED`, and when."""

    status: str
    at: datetime


def remember(vault: Vault, id_: str, report: Report, at: datetime) -> None:
    """Write down what the report on a credential of the wallet says against it.

    Where that could not be found out, what was seen before stands. In a vault for reading only,
    nothing is written.
    """
    before = _kept(vault)
    kept = {one: seen for one, seen in before.items() if one != id_ or not _is_over(seen, report)}
    if (against := _against(report)) is not None:
        kept[id_] = [against, at.isoformat(timespec="seconds")]
    if kept != before and not vault.read_only:
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


def _against(report: Report) -> str | None:
    """The weightiest that was found out."""
    if report.verdict is Verdict.INVALID:
        return INVALID
    checks = (one for one in report.checks if one.name == _CHECK)
    codes = {one.code for one in checks if one.outcome is Outcome.FAIL}
    return next((status for status in (REVOKED, SUSPENDED) if status in codes), None)


def _is_over(seen: Any, report: Report) -> bool:
    """Whether what was seen was looked at anew: a status where all of it is good, and as of now."""
    status, _ = seen
    if status == INVALID:
        return report.verdict is not Verdict.INDETERMINATE
    codes = [one.code for one in report.checks if one.name == _CHECK]
    return bool(codes) and set(codes) == {_GOOD}


def _kept(vault: Vault) -> Mapping[str, Any]:
    try:
        kept = vault.get(Kind.SETTING, _RECORD).body["seen"]
    except RecordNotFound:
        return {}
    return dict(kept)
