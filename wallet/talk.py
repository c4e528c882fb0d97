"""The conversation as it was shown, and the lines that were typed: kept sealed, and bounded.

What looks like a secret is never kept. The entries are what a person read, in the language in which
they read it; nothing reads them back but the face that shows them again. The person decides:
`keep_conversation = false` in `config.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from wallet.recognizing.secret_like import secret_in
from wallet.settings import Settings
from wallet.vault.errors import IntegrityError, RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wallet.vault.vault import Vault
    from wallet.wallet import Wallet

MOST: Final = 200
"""Of entries, and of lines."""
LONGEST: Final = 4_000
"""Of an entry, in characters; more of it is cut off."""
LONGEST_LINE: Final = 2_000
"""Of a line that was typed; a longer one is not kept."""
_ENTRIES: Final = "entries"
_LINES: Final = "lines"


class Sort(StrEnum):
    """Who said it, or what it is."""

    YOU = "you"
    WALLET = "wallet"
    PLAN = "plan"
    MODEL = "model"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that stood in the conversation."""

    sort: Sort
    text: str

    @classmethod
    def of(cls, body: Any) -> Self:
        """The entry in a record's body. Raises `KeyError`, `TypeError`, `ValueError`."""
        return cls(Sort(body["sort"]), str(body["text"])[:LONGEST])

    def body(self) -> dict[str, str]:
        """The entry as a part of a record's body."""
        return {"sort": self.sort.value, "text": self.text[:LONGEST]}


@dataclass(frozen=True, slots=True)
class Talk:
    """What is kept of a conversation, the oldest first."""

    entries: tuple[Entry, ...] = ()
    lines: tuple[str, ...] = ()


def is_kept(wallet: Wallet) -> bool:
    """Whether the person wants it kept, and it can be. Raises `BadInput`: see `Settings.read`."""
    return not wallet.vault.read_only and Settings.read(wallet.home).keep_conversation


def recall(wallet: Wallet) -> Talk:
    """What was kept. Raises `IntegrityError`."""
    try:
        entries = tuple(map(Entry.of, _kept(wallet.vault, _ENTRIES)))
    except (KeyError, TypeError, ValueError):
        raise IntegrityError("the record of the conversation", "cannot be read") from None
    return Talk(entries, tuple(map(str, _kept(wallet.vault, _LINES))))


def keep(wallet: Wallet, talk: Talk) -> None:
    """Keep this in place of what was kept: the newest of it, and nothing that looks secret.

    Where the person wants nothing kept, what is there goes.
    """
    if wallet.vault.read_only:
        return
    if not is_kept(wallet):
        forget(wallet)
        return
    lines = [line for line in talk.lines if len(line) <= LONGEST_LINE and not secret_in(line)]
    bodies: dict[str, Sequence[object]] = {
        _ENTRIES: [one.body() for one in talk.entries[-MOST:] if not secret_in(one.text)],
        _LINES: lines[-MOST:],
    }
    with wallet.vault.transaction():
        for id_, said in bodies.items():
            wallet.vault.put(Kind.TALK, {"said": list(said)}, id=id_)


def forget(wallet: Wallet) -> None:
    """Keep nothing of it any longer."""
    with wallet.vault.transaction():
        for record in wallet.vault.all(Kind.TALK):
            wallet.vault.delete(Kind.TALK, record.id)


def _kept(vault: Vault, id_: str) -> list[Any]:
    try:
        said = vault.get(Kind.TALK, id_).body["said"]
    except RecordNotFound:
        return []
    return list(said)
