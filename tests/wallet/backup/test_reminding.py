from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from did.keys import ALGORITHMS
from did.private_jwk import unsafe_encode_private_jwk
from wallet.backup.reminding import overdue, remember, reminder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_wallet_without_credentials_needs_no_reminder(wallet: Wallet) -> None:
    assert overdue(wallet.vault) is None
    assert reminder(wallet.vault, NOON) is None


def test_a_reminder_comes_once_a_day_until_a_backup_was_verified(
    small: Wallet, backups: Any
) -> None:
    assert "ever verified" in str(reminder(small.vault, NOON))
    assert reminder(small.vault, NOON + timedelta(hours=11)) is None
    assert reminder(small.vault, NOON + timedelta(hours=12)) is not None
    remember(small.vault, backups.compare(backups.write(small), small), NOON)
    assert overdue(small.vault) is None


def test_a_newer_credential_makes_the_backup_an_old_one(
    small: Wallet, backups: Any, do: Does
) -> None:
    compared = backups.compare(backups.write(small), small)
    remember(small.vault, compared, NOON)
    do("issue_credential", type="Badge", issuer="school", subject="school", claims={"n": "2"})
    newer = backups.compare(backups.write(small, "newer.age"), small)
    assert str(compared.created.date()) in str(overdue(small.vault))
    remember(small.vault, newer, NOON)
    remember(small.vault, compared, NOON)  # an older one does not count for more
    assert overdue(small.vault) is None


def test_an_imported_key_makes_the_backup_an_old_one(
    small: Wallet, backups: Any, do: Does, tmp_path: Path
) -> None:
    remember(small.vault, backups.compare(backups.write(small), small), NOON)
    key = ALGORITHMS["Ed25519"].private_key(b"\x07" * 32)
    (tmp_path / "key.json").write_text(json.dumps(unsafe_encode_private_jwk(key)))
    do("import_key", file=str(tmp_path / "key.json"))
    assert "a key was imported since" in str(overdue(small.vault))
    newer = backups.compare(backups.write(small, "newer.age"), small)
    remember(small.vault, newer, NOON)
    assert overdue(small.vault) is None


def test_a_wallet_with_nothing_but_an_imported_key_needs_a_backup(
    wallet: Wallet, do: Does, tmp_path: Path
) -> None:
    key = ALGORITHMS["Ed25519"].private_key(b"\x07" * 32)
    (tmp_path / "key.json").write_text(json.dumps(unsafe_encode_private_jwk(key)))
    do("import_key", file=str(tmp_path / "key.json"))
    assert "ever verified" in str(overdue(wallet.vault))
