"""The vault: its schema, and whether all in it is what this wallet wrote last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from did.encoding import encode_multikey
from wallet.backup.reminding import overdue
from wallet.doctor.finding import broken, odd, sound, unclear
from wallet.intents import VaultIntents
from wallet.journal.examining import examine, unclaimed
from wallet.journal.head import read_key
from wallet.journal.journal import Journal
from wallet.messages import say
from wallet.vault.database import SCHEMA_VERSION
from wallet.vault.errors import Busy, IntegrityError, NewerVault, UnsafePath
from wallet.vault.files import VAULT_FILE
from wallet.vault.record import Kind
from wallet.vault.sealed_key import SealedKey
from wallet.vault.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.doctor.examined import Examined
    from wallet.doctor.finding import Finding
    from wallet.vault.vault import Vault

SCHEMA: Final = "schema"
CHECK: Final = "vault"
JOURNAL: Final = "journal"
BACKUP: Final = "backup"
PENDING: Final = "transactions"
_SHOWN: Final = 3


def schema(examined: Examined) -> Iterator[Finding]:
    """The version of the vault's tables, which can be read without the passphrase."""
    try:
        store = Store.open(examined.home / VAULT_FILE, read_only=True)
    except NewerVault as error:
        sentence = say("the vault's tables are not known here: {error}", error=error)
        yield broken(SCHEMA, sentence, say("upgrade holdfast"))
        return
    try:
        version = store.schema_version
    finally:
        store.close()
    sentence = say("the vault's tables are of version {version}", version=version)
    if version == SCHEMA_VERSION:
        yield sound(SCHEMA, sentence)
    else:
        yield odd(SCHEMA, sentence, say("the next command that opens it carries it over"))


def refusal(examined: Examined) -> Finding | None:
    """Why there is no vault to look into; None where there is one, or nobody tried."""
    if not examined.has_wallet:
        sentence = say("there is no wallet in {home}", home=examined.home)
        return broken(CHECK, sentence, say("holdfast init"))
    error = examined.refused
    if error is None:
        return None
    sentence = say("the vault cannot be opened: {error}", error=error)
    match error:
        case Busy():
            return unclear(CHECK, sentence, say("try again when the other command is done"))
        case UnsafePath():
            return broken(CHECK, sentence, say("see to the files first"))
        case NewerVault():
            return broken(CHECK, sentence, say("upgrade holdfast"))
        case _:
            return broken(CHECK, sentence, say("holdfast restore, from a backup"))


def integrity(examined: Examined, vault: Vault) -> Iterator[Finding]:
    """Every record, to the last; of a large wallet this waits."""
    del examined
    try:
        vault.check()
        count = sum(vault.count(kind) for kind in Kind)
        for record in vault.all(Kind.KEY):
            vault.public_key(SealedKey.of(record))
    except IntegrityError as error:
        sentence = say("the vault is damaged: {error}", error=error)
        yield broken(CHECK, sentence, say("holdfast restore, from a backup"))
    else:
        yield sound(CHECK, say("records, all as they were written: {count}", count=count))


def journal(examined: Examined, vault: Vault) -> Iterator[Finding]:
    """Every entry of the journal, by its key."""
    kept = Journal(vault, examined.clock)
    found, public = kept.found(), kept.signer.public_key
    if findings := examine(found, read_key(encode_multikey(public))):
        shown = "; ".join(map(str, findings[:_SHOWN]))
        yield broken(
            JOURNAL,
            say("the journal is not what was written: {faults}", faults=shown),
            say("holdfast history verify names every entry; compare with a backup"),
        )
    elif (open_ := unclaimed(found)) > 0:
        yield odd(
            JOURNAL,
            say("entries of the journal that nothing vouches for yet: {count}", count=open_),
            say("the next entry carries them over"),
        )
    else:
        yield sound(JOURNAL, say("entries of the journal, all sound: {count}", count=found.count))


def backup(examined: Examined, vault: Vault) -> Iterator[Finding]:
    """Whether there is more to lose than the last verified backup holds."""
    del examined
    if (due := overdue(vault)) is not None:
        yield odd(BACKUP, due, say("verify it, too: holdfast backup verify FILE"))
    else:
        yield sound(BACKUP, say("no credential is newer than the last verified backup"))


def pending(examined: Examined, vault: Vault) -> Iterator[Finding]:
    """Transactions that were signed and are not known to be done."""
    del examined
    if count := len(VaultIntents(vault).all()):
        sentence = say("transactions not known to be done: {count}", count=count)
        yield odd(PENDING, sentence, say("holdfast chain pending"))
    else:
        yield sound(PENDING, say("no transaction is open"))
