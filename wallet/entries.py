"""The wallet's entries as values: its DIDs, credentials and contacts, found by id or by name."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar

from did.errors import DIDError
from did.identifier import DID
from wallet.credentials.received import read_credential
from wallet.errors import Ambiguous, NoSuchEntry
from wallet.search.index import SearchIndex
from wallet.vault.errors import InvalidRecord, RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.credentials.model import Credential
    from wallet.vault.record import Record
    from wallet.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class OwnDID:
    """A DID whose keys the vault derives.

    Attributes:
        did: the DID.
        name: what the person calls it; may be empty.
        number: which key of its method's paths it has (docs/keys.md).
        published: where its document was seen to stand: a transaction's hash, a block, an address.
        algorithm: of the key that it signs with.
        rotation: how many keys that it signed with came before that one.
        deactivated: whether it was given up for good.
        kept: JSON that its method's registrar keeps about it, such as the document to publish.
    """

    did: DID
    name: str
    number: int
    published: str | None = None
    algorithm: str = "Ed25519"
    rotation: int = 0
    deactivated: bool = False
    kept: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    @property
    def id(self) -> str:
        """The DID itself."""
        return str(self.did)

    @property
    def label(self) -> str:
        """The name, or else the DID."""
        return self.name or self.id

    @property
    def described(self) -> str:
        """The name and the DID, or the DID alone: `work (did:key:…)`."""
        return f"{self.name} ({self.id})" if self.name else self.id

    @classmethod
    def of(cls, record: Record) -> Self:
        """The entry that a vault record holds."""
        body = record.body
        return cls(
            DID.parse(body["did"]),
            body["name"],
            body["number"],
            body["published"],
            algorithm=body.get("algorithm", "Ed25519"),
            rotation=body.get("rotation", 0),
            deactivated=body.get("deactivated", False),
            kept=body.get("kept", {}),
        )

    def body(self) -> dict[str, Any]:
        """The entry as a record's body."""
        return {
            "did": self.id,
            "name": self.name,
            "number": self.number,
            "published": self.published,
            "algorithm": self.algorithm,
            "rotation": self.rotation,
            "deactivated": self.deactivated,
            "kept": dict(self.kept),
        }


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """A credential in the wallet.

    Attributes:
        id: `cred-` and eight hex digits of the received bytes' SHA-256.
        name: what the person calls it.
        credential: the credential, its received bytes kept.
        role: `held` where its subject is a DID of this wallet, else `issued`.
    """

    id: str
    name: str
    credential: Credential
    role: str

    @property
    def label(self) -> str:
        """The name, or else the type."""
        return self.name or self.type

    @classmethod
    def of(cls, record: Record) -> Self:
        """The entry that a vault record holds."""
        body = record.body
        credential = read_credential(body["raw"].encode())
        return cls(body["id"], body["name"], credential, body["role"])

    @property
    def type(self) -> str:
        """The most specific type: the last one that is not every credential's."""
        return self.credential.special_type

    @classmethod
    def made(cls, credential: Credential, *, name: str, role: str) -> Self:
        """A new entry for a credential; the same bytes always get the same id."""
        digest = hashlib.sha256(credential.raw).hexdigest()
        return cls(f"cred-{digest[:8]}", name, credential, role)

    def body(self) -> dict[str, Any]:
        """The entry as a record's body."""
        raw = self.credential.raw.decode()
        return {"id": self.id, "name": self.name, "raw": raw, "role": self.role}


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody the person knows, by name."""

    name: str
    did: DID

    @property
    def id(self) -> str:
        """A contact's id is its name."""
        return self.name

    @property
    def label(self) -> str:
        """The name."""
        return self.name

    @classmethod
    def of(cls, record: Record) -> Self:
        """The entry that a vault record holds."""
        return cls(record.body["name"], DID.parse(record.body["did"]))

    def body(self) -> dict[str, Any]:
        """The entry as a record's body."""
        return {"name": self.name, "did": str(self.did)}


_LISTED: Final = 6
"""One more than a hint names, so that it can say that there are others."""


class Entry(Protocol):
    """What can be found by id or by name."""

    @property
    def id(self) -> str:
        """What it is called for good."""
        ...

    @property
    def name(self) -> str:
        """What the person calls it; may be empty."""
        ...

    @property
    def label(self) -> str:
        """What it is shown as."""
        ...


E = TypeVar("E", bound=Entry)


def dids(vault: Vault) -> tuple[OwnDID, ...]:
    """The wallet's DIDs, oldest first."""
    return tuple(map(OwnDID.of, vault.all(Kind.DID)))


def credentials(vault: Vault, *, role: str | None = None) -> tuple[StoredCredential, ...]:
    """The wallet's credentials, oldest first; of one role, if asked."""
    stored = map(StoredCredential.of, vault.all(Kind.CREDENTIAL))
    return tuple(entry for entry in stored if role in {None, entry.role})


def credential(vault: Vault, reference: str) -> StoredCredential:
    """The one credential with that id, or else the one with that name (case is ignored).

    Raises:
        NoSuchEntry: there is none.
        Ambiguous: there are several of that name.
    """
    with suppress(RecordNotFound, InvalidRecord):
        return StoredCredential.of(vault.get(Kind.CREDENTIAL, reference))
    named = SearchIndex(vault).named(reference)
    # With nothing of that name, the newest are what the hint lists.
    records = named or vault.page(Kind.CREDENTIAL, limit=_LISTED).records
    oldest_first = sorted(records, key=lambda record: record.sequence)
    return find(tuple(map(StoredCredential.of, oldest_first)), reference, noun="credential")


def contacts(vault: Vault) -> tuple[Contact, ...]:
    """The wallet's contacts, oldest first."""
    return tuple(map(Contact.of, vault.all(Kind.CONTACT)))


def find(entries: Sequence[E], reference: str, *, noun: str) -> E:
    """The one entry with that id, or else the one with that name (case is ignored).

    Raises:
        NoSuchEntry: there is none.
        Ambiguous: there are several of that name.
    """
    for entry in entries:
        if entry.id == reference:
            return entry
    wanted = reference.casefold()
    named = [entry for entry in entries if entry.name.casefold() == wanted]
    if len(named) == 1:
        return named[0]
    if named:
        ids = ", ".join(entry.id for entry in named)
        raise Ambiguous(f"several {noun}s are called {reference!r}", hint=f"name one by id: {ids}")
    raise NoSuchEntry(f"the wallet has no {noun} {reference!r}", hint=f"it has: {_listed(entries)}")


def contact_or_did(vault: Vault, reference: str) -> Contact:
    """A contact by name, a DID of the wallet by name, or a literal DID as a nameless contact.

    Raises:
        NoSuchEntry: it is neither a known name nor a DID.
    """
    try:
        did = DID.parse(reference)
    except DIDError:
        own = [Contact(entry.name, entry.did) for entry in dids(vault) if entry.name]
        known = contacts(vault)
        taken = {contact.name.casefold() for contact in known}
        return find(
            (*known, *(entry for entry in own if entry.name.casefold() not in taken)),
            reference,
            noun="contact",
        )
    for contact in contacts(vault):
        if contact.did == did:
            return contact
    return Contact(reference, did)


def name_of(did: str, names: Mapping[str, str]) -> str:
    """A DID with the name the person knows it by, if any: `Acme (did:key:…)`."""
    return f"{names[did]} ({did})" if did in names else did


def names(vault: Vault) -> dict[str, str]:
    """DID -> the name the person gave it."""
    own = {entry.id: entry.name for entry in dids(vault) if entry.name}
    return {**own, **{str(contact.did): contact.name for contact in contacts(vault)}}


def _listed(entries: Sequence[Entry]) -> str:
    labels = [entry.label for entry in entries[:5]]
    more = "" if len(entries) <= 5 else f" and {len(entries) - 5} more"
    return (", ".join(labels) or "none") + more
