"""The transactions that this wallet signed and is not done with, in its vault: an `IntentStore`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from did.chain.sending.intents import Intent, NonceTaken, same_nonce
from did.errors import ChainError
from wallet.vault.errors import IntegrityError, RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class VaultIntents:
    """Kept sealed like everything else: whom one deals with is nobody's business."""

    vault: Vault

    def put(self, intent: Intent, /) -> None:
        """Keep it, in the place of the one with its id.

        Raises:
            NonceTaken: another intent has its chain, sender and nonce.
        """
        with self.vault.transaction():  # nobody else writes between looking and keeping
            others = (one for one in self.all() if one.id != intent.id)
            if any(same_nonce(one, intent) for one in others):
                raise NonceTaken(f"nonce {intent.nonce} of {intent.sender} is another intent's")
            self.vault.put(Kind.TRANSACTION, intent.to_json(), id=intent.id)

    def all(self) -> tuple[Intent, ...]:
        """Those that are kept, the oldest first.

        Raises:
            IntegrityError: one of them cannot be read.
        """
        try:
            records = self.vault.all(Kind.TRANSACTION)
            return tuple(Intent.from_json(record.body) for record in records)
        except ChainError as error:
            raise IntegrityError("a transaction's record", f"cannot be read: {error}") from error

    def remove(self, id_: str, /) -> None:
        """Forget the intent with that id, if there is one."""
        try:
            self.vault.delete(Kind.TRANSACTION, id_)
        except RecordNotFound:
            return
