"""When the last good backup is older than what there is to lose; asked by every face."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wallet.messages import say
from wallet.vault.errors import RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wallet.backup.comparing import Comparison
    from wallet.messages import Message
    from wallet.vault.vault import Vault

_VERIFIED: Final = "backup verified"
_REMINDED: Final = "backup reminded"
_LOOKED_AT: Final = 100


def remember(vault: Vault, compared: Comparison, now: datetime) -> None:
    """Write down that a backup of this wallet was read back whole."""
    earlier = _kept(vault, _VERIFIED)
    if earlier is not None and datetime.fromisoformat(earlier["created"]) > compared.created:
        return  # an older one than the last
    body = {
        "at": now.isoformat(timespec="seconds"),
        "created": compared.created.isoformat(),
        "sha256": compared.digest,
    }
    vault.put(Kind.SETTING, body, id=_VERIFIED)


def overdue(vault: Vault) -> Message | None:
    """What to say to the person where a backup is due; None where none is.

    One is due when a credential or an imported key came after the last backup that was verified.
    """
    # Several, since what was put back out of a backup comes after what is newer.
    pages = {kind: vault.page(kind, limit=_LOOKED_AT) for kind in (Kind.CREDENTIAL, Kind.KEY)}
    newest = {
        kind: max(record.created for record in page.records)
        for kind, page in pages.items()
        if page.records
    }
    if not newest:
        return None
    kept = _kept(vault, _VERIFIED)
    if kept is None:
        return say("no backup of this wallet was ever verified: holdfast backup FILE")
    created = datetime.fromisoformat(kept["created"])
    day = created.date().isoformat()
    if Kind.KEY in newest and newest[Kind.KEY] > created:
        return say(
            "the last verified backup is of {day}, and a key was imported since, which the recovery"
            " phrase does not bring back: holdfast backup FILE",
            day=day,
        )
    if Kind.CREDENTIAL in newest and newest[Kind.CREDENTIAL] > created:
        return say(
            "the last verified backup is of {day}, and there are newer credentials:"
            " holdfast backup FILE",
            day=day,
        )
    return None


def reminder(vault: Vault, now: datetime) -> Message | None:
    """The same, at most once a day; that it was said is written down."""
    today = now.astimezone(UTC).date().isoformat()
    kept = _kept(vault, _REMINDED)
    if kept is not None and kept["day"] == today:
        return None
    if (said := overdue(vault)) is not None:
        vault.put(Kind.SETTING, {"day": today}, id=_REMINDED)
    return said


def _kept(vault: Vault, id_: str) -> Mapping[str, Any] | None:
    try:
        return vault.get(Kind.SETTING, id_).body
    except RecordNotFound:
        return None
