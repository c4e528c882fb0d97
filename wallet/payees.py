"""Whom a payment goes to, and who was paid before: kept sealed, since it is nobody's business."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from did.errors import DIDError
from did.keys.secp256k1 import checksummed
from did.methods.ethr import Subject
from did.methods.pkh import Pkh, pkh_did
from wallet.entries import contact_or_did, contacts, dids
from wallet.errors import BadInput
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from did.chain.sending.intents import Intent
    from did.identifier import DID
    from wallet.vault.record import Record
    from wallet.vault.vault import Vault

CALL: Final = "payment"
"""What the purpose of a transaction calls a payment; its `to`, `wei` and `name` say the rest."""
ACCOUNT: Final = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_SEEN: Final = 4
"""How many digits at each end of an account people look at."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid.

    Attributes:
        address: their account, with EIP-55's checksum.
        name: what the person calls them; may be empty.
        did: the DID that names the account, if one did.
        chain_id: the chain that the DID names.
    """

    address: str
    name: str = ""
    did: DID | None = None
    chain_id: int | None = None

    @property
    def label(self) -> str:
        """The name, or else the account."""
        return self.name or self.address


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that a chain has.

    Attributes:
        chain_id: the chain.
        transaction: its hash.
        to: the account that was paid, with EIP-55's checksum.
        name: what the person called whom they paid.
        wei: how much.
        at: when that was known, ISO 8601.
    """

    chain_id: int
    transaction: str
    to: str
    name: str
    wei: int
    at: str

    @property
    def id(self) -> str:
        """The transaction's hash."""
        return self.transaction

    @classmethod
    def of(cls, record: Record) -> Self:
        """The payment that a vault record holds. Raises `IntegrityError` where it is none."""
        match dict(record.body):
            case {
                "chain": int(chain_id),
                "transaction": str(transaction),
                "to": str(to),
                "name": str(name),
                "wei": str(wei),
                "at": str(at),
            } if wei.isdecimal():
                return cls(chain_id, transaction, to, name, int(wei), at)
            case _:
                raise IntegrityError("the record of a payment", "cannot be read")

    def body(self) -> dict[str, Any]:
        """The payment as a record's body."""
        return {
            "chain": self.chain_id,
            "transaction": self.transaction,
            "to": self.to,
            "name": self.name,
            "wei": str(self.wei),  # more than a JSON number holds
            "at": self.at,
        }


def payments(vault: Vault) -> tuple[Payment, ...]:
    """What was paid, the oldest first. Raises `IntegrityError`."""
    return tuple(map(Payment.of, vault.all(Kind.PAYMENT)))


def remember(vault: Vault, payment: Payment) -> None:
    """Write down that somebody was paid; a second time changes nothing."""
    vault.put(Kind.PAYMENT, payment.body(), id=f"{payment.chain_id}/{payment.transaction}")


def under_way(intents: Iterable[Intent], chain_id: int) -> int:
    """What payments come to on a chain that are signed, and not known to be done, in wei."""
    return sum(
        int(intent.purpose["wei"])
        for intent in intents
        if intent.chain_id == chain_id and intent.purpose.get("call") == CALL
    )


def payee(vault: Vault, reference: str) -> Payee:
    """Who is meant: a contact or a DID of the wallet by name, a literal DID, or an account.

    Raises:
        NoSuchEntry: it is neither a known name, nor a DID, nor an account.
        BadInput: the DID names no account.
        DIDError: the DID is not well formed, or the checksum of the account is wrong.
    """
    if ACCOUNT.fullmatch(reference):
        address = _checked(reference)
        known = {account: name for name, account in accounts(vault) if name}
        return Payee(address, known.get(address, ""))
    found = contact_or_did(vault, reference)
    chain_id, address = account_of(found.did)
    name = "" if found.name == str(found.did) else found.name
    return Payee(address, name, found.did, chain_id)


def account_of(did: DID) -> tuple[int, str]:
    """The chain and the account that a DID names.

    Raises:
        BadInput: it names none.
        DIDError: it is not well formed, or the checksum of the account is wrong.
    """
    if did.method == "ethr":
        subject = Subject.of(did)
        written = did.method_specific_id.rpartition(":")[2]
        if ACCOUNT.fullmatch(written):
            _checked(written)
        return subject.chain_id, checksummed(subject.account)
    if did.method == "pkh":
        Pkh().resolve(did, {})  # refuses what is no account of Ethereum's kind
        _, chain_id, account = did.method_specific_id.split(":")
        return int(chain_id), _checked(account)
    raise BadInput(
        f"{did} names no account that could be paid",
        hint="a did:ethr or a did:pkh does; an account itself is 0x and 40 digits",
    )


def accounts(vault: Vault) -> Iterable[tuple[str, str]]:
    """Name and account of everybody known who has one: contacts, and the wallet's own DIDs."""
    known = [(contact.name, contact.did) for contact in contacts(vault)]
    own = [(entry.name, entry.did) for entry in dids(vault)]
    for name, did in known + own:
        if did.method in {"ethr", "pkh"}:
            with suppress(DIDError):  # of a chain that is not of Ethereum's kind
                yield name, account_of(did)[1]


def lookalike(address: str, known: Iterable[str]) -> str | None:
    """Another of the accounts that looks like this one at both ends, as forgers make them."""

    def ends(account: str) -> tuple[str, str]:
        digits = account[2:].lower()
        return digits[:_SEEN], digits[-_SEEN:]

    others = (one for one in known if one.lower() != address.lower())
    return next((one for one in others if ends(one) == ends(address)), None)


def _checked(account: str) -> str:
    """With EIP-55's checksum. Raises `InvalidDID` where it has another."""
    return pkh_did(account, 1).method_specific_id.rpartition(":")[2]
