"""A sample credential to play with, of an issuer that is there for nothing else.

The issuer is a did:key whose private key signs this once and is forgotten: nobody can issue in its
name again. What was added is written down, so that all of it can be taken away in one step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from did.confidential import SecretBytes
from did.document import Relationship
from did.identifier import DID
from did.keys.ed25519 import Ed25519PrivateKey
from did.methods.key import key_did
from wallet.credentials.formats.data_integrity import attach, default_suite, proposal
from wallet.credentials.issuing import unsigned_credential
from wallet.credentials.received import read_credential
from wallet.credentials.strict_json import write_json
from wallet.entries import Contact, StoredCredential, contacts
from wallet.messages import say, text
from wallet.sources import wallet_contexts
from wallet.vault.errors import IntegrityError, RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from wallet.credentials.model import Credential
    from wallet.vault.vault import Vault

TAG: Final = "sample"
TYPE: Final = "Sample Certificate"
_RECORD: Final = "sample"
_LIFETIME: Final = timedelta(days=365)
_SEED: Final = 32


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample that was worked out, and is not in the wallet yet.

    Attributes:
        issuer: who it is by, as the contact it becomes.
        credential: it is about the person's own DID.
    """

    issuer: Contact
    credential: Credential = field(repr=False)


@dataclass(frozen=True, slots=True)
class Added:
    """What of a sample is in the wallet, or was.

    Attributes:
        credential: its id.
        issuer: the DID of the contact that was added.
    """

    credential: str
    issuer: DID

    @classmethod
    def of(cls, body: Any) -> Self:
        """What a record of it says. Raises `IntegrityError`."""
        match dict(body):
            case {"credential": str(credential), "issuer": str(issuer)}:
                return cls(credential, DID.parse(issuer))
            case _:
                raise IntegrityError("the record of the sample", "cannot be read")


def sample(
    vault: Vault,
    home: Path,
    subject: str,
    *,
    now: datetime,
    draw: Callable[[int], bytes],
    language: str,
) -> Sample:
    """A credential about a DID, signed. `draw` gives so many random bytes."""
    key = Ed25519PrivateKey(SecretBytes(draw(_SEED)))
    issuer = key_did(key.public_key)
    unsigned = unsigned_credential(
        issuer=str(issuer),
        subject=subject,
        type=TYPE,
        claims={
            "course": text(say("A wallet of one's own"), language),
            "level": text(say("for beginners"), language),
            "hours": "2",
            "grade": text(say("passed"), language),
        },
        valid_from=now,
        valid_until=now + _LIFETIME,
    )
    proposed = proposal(
        unsigned,
        signer=key,
        verification_method=f"{issuer}#{issuer.method_specific_id}",
        purpose=Relationship.ASSERTION_METHOD.value,
        created=now,
        suite=default_suite(key.public_key),
        contexts=wallet_contexts(home),
    )
    raw = write_json(attach(proposed, key.sign(proposed.signing_bytes)))
    name = _free_name(vault, text(say("Sample issuer"), language))
    return Sample(Contact(name, issuer), read_credential(raw))


def keep(vault: Vault, made: Sample) -> StoredCredential:
    """Put the sample into the wallet, and write down what was added."""
    with vault.transaction():
        entry = StoredCredential.made(vault, made.credential, name=TYPE, role="held")
        vault.put(Kind.CREDENTIAL, {**entry.body(), "tags": [TAG]}, id=entry.id)
        vault.put(Kind.CONTACT, made.issuer.body(), id=made.issuer.id)
        body = {"credential": entry.id, "issuer": str(made.issuer.did)}
        vault.put(Kind.SETTING, body, id=_RECORD)
    return entry


def added(vault: Vault) -> Added | None:
    """What was added and not removed yet; None where there is no sample."""
    try:
        return Added.of(vault.get(Kind.SETTING, _RECORD).body)
    except RecordNotFound:
        return None


def remove(vault: Vault, what: Added) -> int:
    """Remove whatever of it is left, from the trash as well, for good; how many records it was."""
    known = [(Kind.CONTACT, one.id) for one in contacts(vault) if one.did == what.issuer]
    found = [(Kind.CREDENTIAL, what.credential), (Kind.TRASH, what.credential), *known]
    with vault.transaction():
        left = [(kind, id_) for kind, id_ in found if _is_there(vault, kind, id_)]
        for kind, id_ in (*left, (Kind.SETTING, _RECORD)):
            vault.delete(kind, id_)
    return len(left)


def _is_there(vault: Vault, kind: Kind, id_: str) -> bool:
    try:
        vault.get(kind, id_)
    except RecordNotFound:
        return False
    return True


def _free_name(vault: Vault, name: str) -> str:
    taken = {one.name.casefold() for one in contacts(vault)}
    names = (name, *(f"{name} {number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one.casefold() not in taken)
