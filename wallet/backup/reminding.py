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

    One is due when there is a credential that came after the last backup that was verified.
    """
    newest = max((record.created for record in vault.all(Kind.CREDENTIAL)), default=None)
    if newest is None:
        return None
    kept = _kept(vault, _VERIFIED)
    if kept is None:
        return say("no backup of this wallet was ever verified: holdfast backup FILE")
    created = datetime.fromisoformat(kept["created"])
    if newest <= created:
        return None
    return say(
        "the last verified backup is of {day}, and there are newer credentials:"
        " holdfast backup FILE",
        day=created.date().isoformat(),
    )


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
