"""What is examined: a wallet's folder, and its vault where that could be opened."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallet.clock import now
from wallet.vault.files import VAULT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from wallet.errors import WalletError
    from wallet.vault.vault import Vault


def free_bytes(folder: Path) -> int:
    """How much room there is on the disk of a folder, or of where it would be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class Examined:
    """A wallet to be examined.

    Attributes:
        home: its folder.
        vault: opened read-only; None where it is not open.
        refused: why it could not be opened; None where nobody tried.
        clock: the time.
        free: bytes of room on a folder's disk.
        profile: the name of the profile that it is; None where the folder was named itself.
    """

    home: Path
    vault: Vault | None = None
    refused: WalletError | None = None
    clock: Callable[[], datetime] = now
    free: Callable[[Path], int] = free_bytes
    profile: str | None = None

    @property
    def has_wallet(self) -> bool:
        """Whether there is a file of a vault, whatever is in it."""
        path = self.home / VAULT_FILE
        return path.exists() or path.is_symlink()
