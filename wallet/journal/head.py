"""The head: how many entries a journal has and the hash of the last, signed.

Whoever has a head, and knows that it was there at some time, knows everything before it to be
unchanged since. It says nothing of what the entries are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from did.encoding import decode_multikey, encode_multikey
from did.errors import DIDError, InvalidDocument
from did.keys.ed25519 import Ed25519PublicKey
from did.strict_json import read_object
from wallet.journal.entry import GENESIS, has_signature, signature_of
from wallet.journal.errors import NotAJournal

if TYPE_CHECKING:
    from datetime import datetime

    from did.keys import Signer

MAX_SIZE: Final = 4_096  # bytes of a head as a file
_TYPE: Final = "JournalHead"
_VERSION: Final = 1
_HEAD: Final = b"holdfast journal head 1\n"
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_MEMBERS: Final = frozenset({"type", "version", "key", "at", "count", "hash", "signature"})


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it is read; `form` is the whole JSON object.

    Attributes:
        count: how many entries.
        hash: that of the last entry, in hexadecimal; 64 zeros where there is none.
        key: the journal's public key, as the head itself says.
        form: the object.
    """

    count: int
    hash: str
    key: Ed25519PublicKey
    form: dict[str, Any]

    @classmethod
    def of(cls, count: int, hash_: str, *, at: datetime, signer: Signer) -> Self:
        """The head of a journal, signed with its key."""
        form: dict[str, Any] = {
            "type": _TYPE,
            "version": _VERSION,
            "key": encode_multikey(signer.public_key),
            "at": at.isoformat(timespec="seconds"),
            "count": count,
            "hash": hash_,
        }
        return cls.read({**form, "signature": signature_of(_HEAD, form, signer)})

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The head that a file of JSON is. Raises `NotAJournal`."""
        try:
            return cls.read(read_object(data, limit=MAX_SIZE))
        except InvalidDocument as error:
            raise NotAJournal(f"the head of the journal cannot be read: {error}") from error

    @classmethod
    def read(cls, form: Any) -> Self:
        """The head that a JSON object is. Raises `NotAJournal`."""
        if not isinstance(form, dict) or form.keys() != _MEMBERS:
            raise NotAJournal("it is no head of a journal: its members are others")
        if (form["type"], form["version"]) != (_TYPE, _VERSION) or form["version"] is True:
            raise NotAJournal(f"it is no {_TYPE} of version {_VERSION}")
        count, hash_ = form["count"], form["hash"]
        if type(count) is not int or count < 0:
            raise NotAJournal("the head's 'count' is not a count")
        if not isinstance(hash_, str) or not _HASH.fullmatch(hash_):
            raise NotAJournal("the head's 'hash' is not one of 64 hexadecimal digits")
        if (count == 0) != (hash_ == GENESIS):
            raise NotAJournal("the head's 'hash' is not one of as many entries")
        return cls(count, hash_, read_key(form["key"]), form)

    def is_signed(self, key: Ed25519PublicKey) -> bool:
        """Whether the key signed it."""
        return has_signature(_HEAD, self.form, key)

    def serialized(self) -> bytes:
        """The head as a file of JSON."""
        return json.dumps(self.form, indent=1).encode() + b"\n"


def read_key(text: Any) -> Ed25519PublicKey:
    """A journal's public key: Ed25519, as a multikey or the `did:key` of it.

    Raises:
        NotAJournal: it is none.
    """
    if not isinstance(text, str):
        raise NotAJournal("the journal's key is not a text")
    try:
        key = decode_multikey(text.removeprefix("did:key:"))
    except DIDError as error:
        raise NotAJournal(f"the journal's key cannot be read: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotAJournal(f"a journal's key is of Ed25519, not {key.algorithm}")
    return key
