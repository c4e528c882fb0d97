"""What can go wrong with a vault.

VaultError
├── WrongPassphrase     the wallet key does not open: a wrong passphrase, or a damaged header
├── Locked              the vault is closed
│   └── Unanswered      … or whoever holds its keys does not answer
├── IntegrityError      something in the file is not what this wallet wrote; names it
├── NotAVault           the file is something else
├── NewerVault          a later version of this program wrote it
├── AlreadyExists       a vault would be overwritten
├── UnsafePath          another user could read or replace the file
├── Busy                another process held the vault for too long
├── StorageFailed       the disk refuses
│   └── StorageFull     … because there is no room
├── RecordNotFound      nothing is stored under that kind and id
├── InvalidRecord       what was given is not JSON, or too large
└── InvalidPhrase       not a BIP-39 recovery phrase
"""

from __future__ import annotations

from wallet.errors import BadInput, NoSuchEntry, WalletError


class VaultError(WalletError):
    """Something is wrong with the vault, or it cannot do what was asked."""


class WrongPassphrase(VaultError):
    """The wallet key does not open. The two causes cannot be told apart, by design."""

    def __init__(self) -> None:
        super().__init__("wrong passphrase, or a damaged wallet")


class Locked(VaultError):
    """The vault is closed; nothing can be read or signed."""

    def __init__(self, reason: str = "the vault is locked", *, hint: str | None = None) -> None:
        super().__init__(reason, hint=hint)


class Unanswered(Locked):
    """The process that holds the keys is there, and does not answer."""

    def __init__(self) -> None:
        super().__init__(
            "the process that holds the keys does not answer", hint="holdfast lock ends it"
        )


class IntegrityError(VaultError):
    """Something in the file is not what this wallet wrote there."""

    def __init__(self, record: str, reason: str = "was changed or damaged") -> None:
        """`record` names what is wrong, such as `record 5f0c…`; `reason` completes the sentence."""
        super().__init__(
            f"{record} {reason}", hint="do not trust this file; restore the wallet from a backup"
        )
        self.record = record


class NotAVault(VaultError):
    """The file is something else."""


class NewerVault(VaultError):
    """A later version of this program wrote the file."""


class AlreadyExists(VaultError):
    """There is a vault already, which is never overwritten."""


class UnsafePath(VaultError):
    """Another user could read or replace the file."""


class Busy(VaultError):
    """Another process held the vault for longer than we wait."""


class StorageFailed(VaultError):
    """The disk could not be read or written; the change was not made."""


class StorageFull(StorageFailed):
    """There is no room on the disk; the change was not made."""


class RecordNotFound(VaultError, NoSuchEntry):
    """Nothing is stored under that kind and id."""

    def __init__(self, kind: str, id: str) -> None:  # noqa: A002 -- the field's own name
        super().__init__(f"the vault holds no {kind} {id!r}")
        self.kind = kind
        self.id = id


class InvalidRecord(VaultError, BadInput):
    """What was given to be stored is not JSON, or too large."""


class InvalidPhrase(VaultError, BadInput):
    """Not a BIP-39 recovery phrase that this wallet can use. Never quotes a word of it."""
