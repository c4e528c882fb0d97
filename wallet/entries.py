"""The wallet's entries as values: its DIDs, credentials and contacts, found by id or by name."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar

from did.errors import DIDError
from did.identifier import DID
from wallet.credentials.received import certified_name, read_credential
from wallet.errors import Ambiguous, NoSuchEntry
from wallet.search.label import label_of
from wallet.vault.errors import InvalidRecord, RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wallet.credentials.model import Credential
    from wallet.search.index import SearchIndex
    from wallet.vault.record import Record
    from wallet.vault.vault import Vault


NO_NUMBER: Final = -1
"""Of what no path leads to; there is no key at it either."""


@dataclass(frozen=True, slots=True)
class OwnDID:
    """A DID whose keys the vault derives, or keeps because they were imported.

    Attributes:
        did: the DID.
        name: what the person calls it; may be empty.
        number: which key of its method's paths it has (docs/keys.md); an imported one, `NO_NUMBER`.
        published: where its document was seen to stand: a transaction's hash, a block, an address.
        algorithm: of the key that it signs with.
        rotation: how many keys that it signed with came before that one.
        deactivated: whether it was given up for good.
        kept: JSON that its method's registrar keeps about it, such as the document to publish.
        imported: the name of the imported key that it is (`wallet.vault.sealed_key`), if it is one.
    """

    did: DID
    name: str
    number: int
    published: str | None = None
    algorithm: str = "Ed25519"
    rotation: int = 0
    deactivated: bool = False
    kept: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    imported: str | None = None

    @property
    def id(self) -> str:
        """The DID itself."""
        return str(self.did)

    @property
    def pairwise(self) -> str | None:
        """The verifier that alone knows it, a DID; None of one that anybody may know."""
        found = self.kept.get("verifier")
        return found if isinstance(found, str) else None

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
            imported=body.get("imported"),
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
            **({} if self.imported is None else {"imported": self.imported}),
        }


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """A credential in the wallet.

    Attributes:
        id: `cred-` and eight hex digits of the received bytes' SHA-256, or more of them where
            other bytes have the same eight, as two of 100,000 credentials well may.
        name: what the person calls it.
        credential: the credential, its received bytes kept.
        role: `held` where its subject is a DID of this wallet, else `issued`.
        tags: words that the person sorts it by.
        holder: the DID that holds it, where it says of nobody whom it is about; may be empty.
    """

    id: str
    name: str
    credential: Credential
    role: str
    tags: tuple[str, ...] = ()
    holder: str = ""

    @property
    def label(self) -> str:
        """The name, or else the type."""
        return self.name or self.type

    @classmethod
    def of(cls, record: Record) -> Self:
        """The entry that a vault record holds."""
        body = record.body
        credential = read_credential(body["raw"].encode())
        tags, holder = tuple(body.get("tags", ())), body.get("holder", "")
        return cls(body["id"], body["name"], credential, body["role"], tags, holder)

    @property
    def type(self) -> str:
        """The most specific type: the last one that is not every credential's."""
        return self.credential.special_type

    @classmethod
    def made(cls, vault: Vault, credential: Credential, *, name: str, role: str) -> Self:
        """A new entry for a credential of a vault.

        The same bytes get the id, the tags and the holder that they have, and the name unless there
        is one.
        """
        id_, known = _id_of(vault, credential.raw)
        tags, holder = tuple(known.get("tags", ())), known.get("holder", "")
        return cls(id_, name or known.get("name", ""), credential, role, tags, holder)

    def body(self) -> dict[str, Any]:
        """The entry as a record's body."""
        raw = self.credential.raw.decode()
        tags = {"tags": list(self.tags)} if self.tags else {}
        holder = {"holder": self.holder} if self.holder else {}
        return {"id": self.id, "name": self.name, "raw": raw, "role": self.role, **tags, **holder}


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


_DIGITS: Final = (8, 16, 32, 64)
"""Of the digest, in an id."""
_LISTED: Final = 5
"""In a hint."""


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


def known_dids(vault: Vault) -> tuple[OwnDID, ...]:
    """Those that anybody may know, oldest first: without the ones made for one verifier each."""
    return tuple(own for own in dids(vault) if own.pairwise is None)


def holder_of(own: Sequence[OwnDID], entry: StoredCredential) -> OwnDID | None:
    """The one of these DIDs that can present a credential.

    It is the one that the credential is about; of a credential that names nobody, the one under
    which it was accepted.
    """
    subjects = entry.credential.subjects or (entry.holder,)
    return next((one for one in own if one.id in subjects), None)


def _id_of(vault: Vault, raw: bytes) -> tuple[str, Mapping[str, Any]]:
    """The id for a credential's bytes, and its record's body where it is there already."""
    digest, text = hashlib.sha256(raw).hexdigest(), raw.decode()
    for digits in _DIGITS:
        id_ = f"cred-{digest[:digits]}"
        body = _body(vault, Kind.CREDENTIAL, id_)
        deleted = _body(vault, Kind.TRASH, id_).get("body", {})  # it may come back under its id
        if body.get("raw", text) == text == deleted.get("raw", text):
            return id_, body
    raise AssertionError("two credentials have one SHA-256")


def _body(vault: Vault, kind: Kind, id_: str) -> Mapping[str, Any]:
    try:
        return vault.get(kind, id_).body
    except RecordNotFound:
        return MappingProxyType({})


def credentials(vault: Vault) -> tuple[StoredCredential, ...]:
    """The wallet's credentials, oldest first, where they are known to be few."""
    return tuple(each_credential(vault))


def each_credential(vault: Vault) -> Iterator[StoredCredential]:
    """The same one by one, for what has to read them all; a few hundred are held at a time.

    Of one that is added or deleted meanwhile, nothing is certain.
    """
    for block in vault.blocks(Kind.CREDENTIAL):
        yield from map(StoredCredential.of, vault.block(Kind.CREDENTIAL, block).values())


def credential(index: SearchIndex, reference: str) -> StoredCredential:
    """The one credential with that id, or else the one with that name (case is ignored).

    Raises:
        NoSuchEntry: there is none.
        Ambiguous: there are several of that name.
    """
    with suppress(RecordNotFound, InvalidRecord):
        return StoredCredential.of(index.vault.get(Kind.CREDENTIAL, reference))
    if named := index.named(reference):
        return find(tuple(map(StoredCredential.of, named[::-1])), reference, noun="credential")
    newest = index.vault.page(Kind.CREDENTIAL, limit=_LISTED).records
    labels = [label_of(record.body).shown for record in reversed(newest)]
    raise _none("credential", reference, labels, index.vault.count(Kind.CREDENTIAL))


def has_credential(vault: Vault, id_: str) -> bool:
    """Whether a credential of that id is there."""
    return bool(_body(vault, Kind.CREDENTIAL, id_))


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
    labels = [entry.label for entry in entries[:_LISTED]]
    raise _none(noun, reference, labels, len(entries))


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


def issuer_of(credential: Credential, names: Mapping[str, str]) -> str:
    """Who issued it, with the name that the person knows, or that a certificate has for them."""
    called = certified_name(credential)
    if called is None:
        return name_of(credential.issuer, names)
    return f"{called} ({credential.issuer})"


def names(vault: Vault) -> dict[str, str]:
    """DID -> the name the person gave it."""
    own = {entry.id: entry.name for entry in dids(vault) if entry.name}
    return {**own, **{str(contact.did): contact.name for contact in contacts(vault)}}


def _name(entry: Entry) -> str:
    return entry.name


def _none(noun: str, reference: str, labels: Sequence[str], total: int) -> NoSuchEntry:
    """What to raise where there is none of that name among so many; `labels` are of a few."""
    listed = ", ".join(labels) or "none"
    more = f" and {total - len(labels)} more" if total > len(labels) else ""
    return NoSuchEntry(f"the wallet has no {noun} {reference!r}", hint=f"it has: {listed}{more}")
