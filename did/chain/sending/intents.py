"""What was signed for a chain and is not known to be done: written down before it is sent.

An intent is one nonce of one account: the transaction first signed for it, and those made since to
take its place. One of them at most counts.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from did.chain.hexadecimal import data, read_data
from did.chain.sending.inclusion import Place
from did.chain.sending.signed import SignedTransaction
from did.errors import ChainBusy, ChainError
from did.keys.secp256k1 import checksummed

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION: Final = 1
"""The form of `Intent.to_json`."""

MAX_TRANSACTIONS: Final = 64
"""The most transactions of one intent: each costs an eighth more than the one before."""

MAX_WORDS: Final = 16
MAX_LENGTH: Final = 1_000
"""How much a purpose may say: entries, and letters of each name and each text."""

_ID: Final = re.compile(r"[0-9a-f]{32}")
_MEMBERS: Final = frozenset(
    {
        "version",
        "id",
        "chainId",
        "from",
        "nonce",
        "transactions",
        "purpose",
        "created",
        "state",
        "seen",
    }
)


class State(StrEnum):
    """How far an intent has come, as far as was seen."""

    SIGNED = "signed"
    """It is written down. It may have been sent, and may not."""
    SENT = "sent"
    """A node took it."""
    INCLUDED = "included"
    """It was seen in a block that is not deep enough to be believed."""


class NonceTaken(ChainBusy):
    """Another intent has this nonce of this account already."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One nonce of one account, and what was signed for it. All its transactions agree on both.

    Attributes:
        id: 32 hexadecimal digits, drawn by lot.
        transactions: the first, and then its replacements in the order in which they were made.
        purpose: what it is for, such as {"action": "publish", "did": "did:ethr:…"}.
        created: when the first was signed, in UTC.
        state: how far it has come.
        seen: where one of them was last seen, if it is `INCLUDED`.
    """

    id: str
    transactions: tuple[SignedTransaction, ...]
    purpose: Mapping[str, str]
    created: datetime
    state: State = State.SIGNED
    seen: Place | None = None

    def __post_init__(self) -> None:
        """Raises `ChainError` where its parts contradict one another."""
        if not _ID.fullmatch(self.id):
            raise ChainError(f"an intent's id has 32 hexadecimal digits, not {self.id!r:.60}")
        if not 0 < len(self.transactions) <= MAX_TRANSACTIONS:
            raise ChainError(f"an intent has from 1 to {MAX_TRANSACTIONS} transactions")
        if len({(one.chain_id, one.sender, one.nonce) for one in self.transactions}) != 1:
            raise ChainError("an intent's transactions have one chain, sender and nonce")
        if self.created.tzinfo is None:
            raise ChainError("an intent's time has no time zone")
        if (self.seen is not None) != (self.state is State.INCLUDED):
            raise ChainError("an intent was seen in a block, or was not")
        if self.seen is not None and self.seen.transaction not in self.hashes:
            raise ChainError("an intent was seen as another transaction than its own")
        object.__setattr__(self, "purpose", _purpose(self.purpose))

    @classmethod
    def of(cls, raw: bytes, *, purpose: Mapping[str, str], created: datetime) -> Self:
        """A new intent of one signed transaction. Raises `ChainError`."""
        return cls(secrets.token_hex(16), (SignedTransaction.parse(raw),), purpose, created)

    @property
    def last(self) -> SignedTransaction:
        """The transaction that is meant to count now."""
        return self.transactions[-1]

    @property
    def chain_id(self) -> int:
        """The chain that it is bound to."""
        return self.last.chain_id

    @property
    def sender(self) -> str:
        """The account that signed it, with EIP-55's checksum."""
        return checksummed(self.last.sender)

    @property
    def nonce(self) -> int:
        """Which of the account's transactions it is."""
        return self.last.nonce

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The names of its transactions, of 32 bytes each."""
        return tuple(one.hash for one in self.transactions)

    def replaced_by(self, raw: bytes) -> Self:
        """The intent with one more signed transaction, which is the one to count now.

        Raises:
            ChainError: it is of another chain, sender or nonce, or no transaction.
        """
        more = (*self.transactions, SignedTransaction.parse(raw))
        return replace(self, transactions=more, state=State.SIGNED, seen=None)

    def cancels(self, transaction_hash: bytes) -> bool:
        """Whether that transaction of its does nothing but use the nonce up."""
        return any(
            one.hash == transaction_hash and one.to == one.sender and not (one.value or one.data)
            for one in self.transactions[1:]
        )

    def to_json(self) -> dict[str, Any]:
        """The intent as JSON; `from_json` reads it. It holds what was signed, and no key."""
        return {
            "version": VERSION,
            "id": self.id,
            "chainId": self.chain_id,
            "from": self.sender,
            "nonce": self.nonce,
            "transactions": [data(one.raw) for one in self.transactions],
            "purpose": dict(self.purpose),
            "created": self.created.astimezone(UTC).isoformat(),
            "state": self.state.value,
            "seen": None if self.seen is None else _place_json(self.seen),
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """The intent that the JSON object describes.

        Raises:
            ChainError: it describes none, or its members contradict its transactions.
        """
        if not isinstance(value, Mapping) or set(value) != _MEMBERS:
            raise ChainError("the JSON is no intent: its members are others")
        if value["version"] is True or value["version"] != VERSION:
            raise ChainError(
                f"the intent is of version {value['version']!r:.20}, and {VERSION} is read here",
                hint="a later Holdfast wrote it: use that",
            )
        transactions, id_ = value["transactions"], value["id"]
        if not isinstance(transactions, Sequence) or not isinstance(id_, str):
            raise ChainError("the JSON is no intent: it has no transactions, or no id")
        intent = cls(
            id=id_,
            transactions=tuple(SignedTransaction.parse(read_data(raw)) for raw in transactions),
            purpose=value["purpose"],
            created=_time(value["created"]),
            state=_state(value["state"]),
            seen=None if value["seen"] is None else _place(value["seen"]),
        )
        said = tuple(value[name] for name in ("chainId", "from", "nonce"))
        if said != (intent.chain_id, intent.sender, intent.nonce) or bool in map(type, said):
            raise ChainError("the intent says another chain, sender or nonce than is signed")
        return intent


class IntentStore(Protocol):
    """Where intents are kept: they must be there again after the process was killed."""

    def put(self, intent: Intent, /) -> None:
        """Keep it, in the place of the one with its id; on return it is on the disk.

        Raises:
            NonceTaken: an intent with another id has its chain, sender and nonce. Looking and
                keeping are one step, in which no other process can keep one.
        """
        ...

    def all(self) -> Iterable[Intent]:
        """Those that are kept, in any order."""
        ...

    def remove(self, id_: str, /) -> None:
        """Forget the intent with that id, if there is one."""
        ...


class MemoryIntents:
    """Intents that are kept as long as the process runs."""

    def __init__(self) -> None:
        self._intents: Final[dict[str, Intent]] = {}
        self._lock: Final = threading.Lock()

    def put(self, intent: Intent, /) -> None:
        """Keep it. Raises `NonceTaken`."""
        with self._lock:
            others = (one for one in self._intents.values() if one.id != intent.id)
            if any(same_nonce(one, intent) for one in others):
                raise NonceTaken(f"nonce {intent.nonce} of {intent.sender} is another intent's")
            self._intents[intent.id] = intent

    def all(self) -> tuple[Intent, ...]:
        """Those that are kept, the oldest first."""
        with self._lock:
            return tuple(self._intents.values())

    def remove(self, id_: str, /) -> None:
        """Forget it."""
        with self._lock:
            self._intents.pop(id_, None)


def same_nonce(one: Intent, other: Intent) -> bool:
    """Whether at most one of two intents can count."""
    return (one.chain_id, one.sender, one.nonce) == (other.chain_id, other.sender, other.nonce)


def _purpose(words: Any) -> Mapping[str, str]:
    if not isinstance(words, Mapping) or len(words) > MAX_WORDS:
        raise ChainError(f"a purpose has at most {MAX_WORDS} entries")
    for text in (*words, *words.values()):
        if not isinstance(text, str) or len(text) > MAX_LENGTH:
            raise ChainError(f"a purpose is made of texts of at most {MAX_LENGTH} letters")
    return MappingProxyType(dict(words))


def _time(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ChainError(f"the intent's time is none: {text!r:.60}") from error


def _state(text: Any) -> State:
    try:
        return State(text)
    except ValueError as error:
        raise ChainError(f"an intent has no state {text!r:.60}") from error


def _place_json(place: Place) -> dict[str, Any]:
    return {
        "transactionHash": data(place.transaction),
        "blockNumber": place.block,
        "blockHash": data(place.block_hash),
    }


def _place(value: Any) -> Place:
    match value:
        case {
            "transactionHash": name,
            "blockNumber": int(number),
            "blockHash": hash_,
            **others,
        } if not others and number >= 0:
            return Place(
                read_data(name, "the transaction's hash", size=32),
                number,
                read_data(hash_, "the block's hash", size=32),
            )
        case _:
            raise ChainError("the intent's block is none")
