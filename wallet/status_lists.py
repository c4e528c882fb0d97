"""The status lists that the wallet keeps for what it issued: who has which index, and what is set.

A list is kept here, and published as a signed file at its address; until the file there is a new
one, nobody can see that something changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from did.base_encodings import NotEncoded, decode_base64url, encode_base64url
from wallet.credentials.status import BitList, Purpose
from wallet.credentials.status.issuing import (
    bitstring_entry,
    draw_index,
    token_entry,
    token_list_claims,
    unsigned_bitstring_list,
)
from wallet.errors import BadInput, NoSuchEntry
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from wallet.vault.record import Record
    from wallet.vault.vault import Vault

BITSTRING: Final = "bitstring"
TOKEN: Final = "token"  # noqa: S105 - a word
KINDS: Final = (BITSTRING, TOKEN)

REVOKED: Final = 1
SUSPENDED_TOKEN: Final = 2
"""Token Status List, section 7.1: 1 is invalid for good, 2 suspended."""


@dataclass(frozen=True, slots=True)
class OwnStatusList:
    """A list of the wallet's.

    Attributes:
        url: the address at which the file is to stand; the list's id.
        name: what the person calls it.
        issuer: the DID that signs it.
        kind: `BITSTRING` (Bitstring Status List 1.0) or `TOKEN` (Token Status List).
        purpose: what a set value means; of a token list, every meaning of its registry.
        bits: the values.
        taken: the index of each credential, by the credential's id in the wallet.
        messages: what each value says, for the purpose "message".
    """

    url: str
    name: str
    issuer: str
    kind: str
    purpose: str
    bits: BitList = field(repr=False)
    taken: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    messages: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """A list is known by its address."""
        return self.url

    @property
    def label(self) -> str:
        """What the person calls it."""
        return self.name

    @classmethod
    def of(cls, record: Record) -> Self:
        """The entry that a vault record holds.

        Raises:
            BadInput: the record is damaged.
        """
        body = record.body
        try:
            bits = BitList(decode_base64url(body["bits"]), body["size"])
        except NotEncoded as error:
            raise BadInput(f"the status list {body['name']!r} is damaged: {error}") from error
        return cls(
            body["url"],
            body["name"],
            body["issuer"],
            body["kind"],
            body["purpose"],
            bits,
            MappingProxyType(dict(body["taken"])),
            tuple(body["messages"]),
        )

    def body(self) -> dict[str, Any]:
        """The entry as a record's body."""
        return {
            "url": self.url,
            "name": self.name,
            "issuer": self.issuer,
            "kind": self.kind,
            "purpose": self.purpose,
            "bits": encode_base64url(self.bits.data),
            "size": self.bits.size,
            "taken": dict(self.taken),
            "messages": list(self.messages),
        }

    def draw(self, drawn: Callable[[int], bytes]) -> int:
        """A free index, out of random bytes of which `drawn` gives so many.

        Raises:
            StatusOutOfRange: every one is taken.
        """

        def below(limit: int) -> int:
            return int.from_bytes(drawn(16)) % limit  # 128 bits: nobody could tell it is uneven

        return draw_index(frozenset(self.taken.values()), self.bits.length, below)

    def entry(self, index: int, *, is_named: bool = False) -> Mapping[str, Any]:
        """The members that a credential with that index has: `credentialStatus`, or `status`.

        `is_named` gives the entry an `id`, which VCDM 1.1 asks for.
        """
        if self.kind == TOKEN:
            return {"status": token_entry(self.url, index)}
        entry = bitstring_entry(
            url=self.url,
            index=index,
            purpose=self.purpose,
            id=f"{self.url}#{index}" if is_named else None,
            size=self.bits.size,
            messages=self.messages,
        )
        return {"credentialStatus": entry}

    def holding(self, credential: str, index: int) -> Self:
        """The list in which that index is a credential's."""
        return replace(self, taken=MappingProxyType({**self.taken, credential: index}))

    def with_value(self, credential: str, value: int) -> Self:
        """The list in which a credential has another value.

        Raises:
            NoSuchEntry: the credential has no index in it.
            StatusOutOfRange: the list has no such value.
        """
        if credential not in self.taken:
            raise NoSuchEntry(f"{credential} has no place in the status list {self.name!r}")
        return replace(self, bits=self.bits.with_value(self.taken[credential], value))

    def value_of(self, credential: str) -> int:
        """The value that a credential has, which is in the list."""
        return self.bits.value(self.taken[credential])

    def unsigned(self, now: datetime) -> dict[str, Any]:
        """The list as a document to be secured: a credential, or the claims of a token."""
        if self.kind == TOKEN:
            return token_list_claims(uri=self.url, issued=now, bits=self.bits, issuer=self.issuer)
        return unsigned_bitstring_list(
            id=self.url,
            issuer=self.issuer,
            purposes=(self.purpose,),
            bits=self.bits,
            valid_from=now,
            messages=self.messages,
        )


def status_lists(vault: Vault) -> tuple[OwnStatusList, ...]:
    """The wallet's lists, oldest first."""
    return tuple(map(OwnStatusList.of, vault.all(Kind.STATUS_LIST)))


def keep(vault: Vault, kept: OwnStatusList) -> None:
    """Write a list into the vault, in place of what it was."""
    vault.put(Kind.STATUS_LIST, kept.body(), id=kept.url)


def lists_of(vault: Vault, credential: str) -> tuple[OwnStatusList, ...]:
    """The lists in which a credential has an index."""
    return tuple(one for one in status_lists(vault) if credential in one.taken)


def initial_bits(kind: str, purpose: str, messages: tuple[str, ...]) -> BitList:
    """An empty list: of single bits, of two for a token, or of as many as there are messages.

    Raises:
        BadInput: messages for another purpose, or not as many as values.
    """
    if kind == TOKEN:
        return BitList.empty(size=2)
    if purpose != Purpose.MESSAGE:
        if messages:
            raise BadInput("messages are for the purpose 'message'", hint="--purpose message")
        return BitList.empty()
    size = max(1, (len(messages) - 1).bit_length())
    if len(messages) != 1 << size:
        raise BadInput(
            f"there are {len(messages)} messages, and a list has one for each of 2, 4, 8 … values",
            hint="--message once for each value, the first for 0",
        )
    return BitList.empty(size=size)
