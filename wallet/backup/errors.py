"""What can be wrong with a backup.

BackupError
├── NotABackup      the file is something else
├── NewerBackup     a later version of this program wrote it
├── DamagedBackup   it is not what was written: changed, cut off, or not by this program; says where
├── WrongKey        neither the passphrase nor the identities open it
└── OtherWallet     it is sound, and of another wallet than this one
"""

from __future__ import annotations

from wallet.errors import BadInput


class BackupError(BadInput):
    """Something is wrong with a backup; nothing was restored of it."""


class NotABackup(BackupError):
    """The file is something else."""


class NewerBackup(BackupError):
    """A later version of this program wrote the backup."""


class DamagedBackup(BackupError):
    """The backup is not what was written."""


class WrongKey(BackupError):
    """What was given does not open the backup."""


class OtherWallet(BackupError):
    """The backup is of a wallet with another recovery phrase or extra word."""
