"""How a wallet comes to be in a folder: from its recovery phrase, or out of a backup.

These are no actions: there is no wallet yet that could be asked. Each is done whole or not at all,
and leaves nobody's keys in this process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.backup.parts import ChainLine, End, Phrase
from wallet.backup.placing import replaced
from wallet.backup.reading import opened
from wallet.backup.restoring import New, restore_new, restore_over
from wallet.clock import now
from wallet.errors import BadInput
from wallet.journal.journal import Journal
from wallet.messages import say
from wallet.profiles import refuse_with_profiles
from wallet.vault.files import VAULT_FILE
from wallet.vault.header import DEFAULT
from wallet.vault.record import Record
from wallet.wallet import MAKING_CHAIN, MAKING_VAULT, create_wallet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from wallet.actions.journal import Asker
    from wallet.backup.age.keys import Unlocks
    from wallet.backup.parts import Part
    from wallet.messages import Message
    from wallet.vault.header import KdfCost
    from wallet.vault.phrase import RecoveryPhrase
    from wallet.vault.secret import Secret
    from wallet.vault.vault import Vault

    Tells = Callable[[Message], None]

RESTORE: Final = "restore_backup"
"""What the journal calls it."""
READING: Final = say("deriving the key of the backup")
RECORDS: Final = say("bringing back what was kept")
PUTTING: Final = say("putting it in its place")
MAKING: Final = (MAKING_VAULT, MAKING_CHAIN)
"""What `move_in` tells of, in order."""
RESTORING: Final = (READING, MAKING_VAULT, MAKING_CHAIN, RECORDS, PUTTING)
"""What `restore` tells of, in order; a backup may lack one of them."""


def move_in(
    home: Path,
    passphrase: Secret,
    phrase: RecoveryPhrase,
    *,
    tell: Tells,
    over: bool = False,
    kdf: KdfCost = DEFAULT,
) -> Path | None:
    """A wallet with the keys of a phrase; `kdf` is what trying a passphrase costs.

    `over` puts it in the place of one whose passphrase nobody knows. Nothing of that is lost: it
    gives the folder that the other one is kept in.

    Raises:
        AlreadyExists: there is a wallet, and it is not to be put away.
        BadInput: other wallets lie in the folder of the one that is to be put away.
    """
    if not over:
        create_wallet(home, passphrase, phrase=phrase, kdf=kdf, notify=tell)[0].close()
        return None
    refuse_with_profiles(home)
    kept = kept_as(home)
    with replaced(home, kept) as folder:
        create_wallet(folder, passphrase, phrase=phrase, kdf=kdf, notify=tell)[0].close()
    return kept


def restore(
    file: Path,
    keys: Sequence[Unlocks],
    home: Path,
    passphrase: Secret,
    *,
    asked: Asker,
    tell: Tells,
    over: bool = False,
    kdf: KdfCost = DEFAULT,
) -> Path | None:
    """The wallet of a backup. `over`, `kdf` and what it gives are as in `move_in`.

    Raises:
        BackupError: the backup cannot be opened, or is not whole and sound; nothing is there.
        BadInput: something is there already.
    """
    if not over and (home / VAULT_FILE).exists():
        raise BadInput(f"there is a wallet in {str(home)!r} already")
    new = New(VAULT_FILE, passphrase, journalled(by="prompt", asked=asked), kdf)
    tell(READING)
    with opened(file, keys) as parts:
        watched = _told(parts, tell)
        if not over:
            restore_new(watched, home, new)
            return None
        refuse_with_profiles(home)
        kept = kept_as(home)
        restore_over(watched, home, new, earlier=None, kept=kept)
    return kept


def journalled(*, by: str, asked: Asker, digest: str | None = None) -> Callable[[Vault], None]:
    """Has the journal say that it was restored, and state what came to it from another."""

    def write(vault: Vault) -> None:
        journal = Journal(vault, now)
        journal.carry_over()
        journal.append(
            {
                "action": RESTORE,
                "at": now().isoformat(timespec="seconds"),
                "asked": asked.value,
                "by": by,
                "digest": digest,
                "approved": digest,
                "outcome": "done",
                "made": None,
                "error": None,
            }
        )

    return write


def kept_as(home: Path) -> Path:
    """What the folder is called in which a wallet is kept whose place another one takes."""
    return home.with_name(f"{home.name}.before-{now():%Y%m%dT%H%M%S}")


def _told(parts: Iterable[Part], tell: Tells) -> Iterator[Part]:
    """The parts, and word of it when another sort of them begins."""
    begun = {Phrase: MAKING_VAULT, ChainLine: MAKING_CHAIN, Record: RECORDS, End: PUTTING}
    for part in parts:
        if (word := begun.pop(type(part), None)) is not None:
            tell(word)
        yield part
