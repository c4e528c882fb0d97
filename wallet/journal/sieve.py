"""Looking through the journal, newest first, a block of records at a time: of 100,000 entries, too.

Whoever shows a long journal asks for one block after another, and does other things between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from wallet.journal.entry import Asker, Outcome, is_read
from wallet.messages import Message, say
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.vault.vault import Vault

ASKERS: Final[Mapping[Asker, Message]] = MappingProxyType(
    {
        Asker.PERSON: say("you"),
        Asker.SCRIPT: say("a script"),
        Asker.AGENT: say("the agent"),
        Asker.MCP: say("another program"),
    }
)
"""Who asked for something, in words."""
OUTCOMES: Final[Mapping[Outcome, Message]] = MappingProxyType(
    {
        Outcome.DONE: say("done"),
        Outcome.REFUSED: say("refused"),
        Outcome.FAILED: say("failed"),
        Outcome.CANCELLED: say("cancelled"),
    }
)
"""What became of it, in words."""
_CHAINING: Final = frozenset({"number", "previous", "signature", "digest", "approved"})


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which entries are wanted; what is left out is not asked for.

    Attributes:
        words: all of them occur in the entry, or in what `titles` calls its action.
        action: the action's name.
        outcome: what became of it.
        asked: who asked for it.
        reads: whether those of what only reads are wanted, too.
        titles: what actions are called besides their names, by name.
    """

    words: str = ""
    action: str | None = None
    outcome: Outcome | None = None
    asked: Asker | None = None
    reads: bool = False
    titles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def lets(self, entry: Mapping[str, Any]) -> bool:
        """Whether the entry is wanted."""
        return (
            (self.reads or not is_read(entry))
            and self.action in {None, entry.get("action")}
            and self.outcome in {None, entry.get("outcome")}
            and self.asked in {None, entry.get("asked")}
            and self._says(entry)
        )

    def _says(self, entry: Mapping[str, Any]) -> bool:
        if not self.words:
            return True
        said = [str(value) for name, value in entry.items() if name not in _CHAINING]
        said.append(self.titles.get(str(entry.get("action")), ""))
        text = " ".join(said).casefold()
        return all(word in text for word in self.words.casefold().split())


@dataclass(frozen=True, slots=True)
class Found:
    """What was found so far.

    Attributes:
        numbers: the records that are wanted, the newest first.
        left: the blocks that were not looked through yet, the newest first.
    """

    numbers: tuple[int, ...]
    left: tuple[int, ...]


def begin(vault: Vault) -> Found:
    """Nothing is looked through yet."""
    return Found((), tuple(sorted(vault.blocks(Kind.JOURNAL), reverse=True)))


def go_on(vault: Vault, sieve: Sieve, found: Found) -> Found:
    """The same after one block more."""
    block, *left = found.left
    records = vault.block(Kind.JOURNAL, block)
    wanted = (number for number, record in records.items() if sieve.lets(record.body))
    return Found((*found.numbers, *sorted(wanted, reverse=True)), tuple(left))


def entries(vault: Vault, numbers: Sequence[int]) -> tuple[Mapping[str, Any], ...]:
    """The entries of these records, in this order; what was deleted meanwhile is left out."""
    found = vault.numbered(Kind.JOURNAL, numbers)
    return tuple(record.body for record in found)


def state_of(vault: Vault) -> Mapping[int, bytes]:
    """Something that is another as soon as an entry was added."""
    return vault.blocks(Kind.JOURNAL)
