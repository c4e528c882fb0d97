"""The header of a block, as far as evidence goes on from it (Yellow Paper, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Self

from did.chain.evidence.errors import InvalidEvidence
from did.chain.evidence.skimming import NotSkimmed, members, whole_list
from did.keccak import keccak256

if TYPE_CHECKING:
    from did.chain.evidence.skimming import Span

_LEAST: Final = 15
"""How many members a header has at least; forks have added more behind them."""

_LAST_SECOND: Final = 253_402_300_799  # 9999-12-31T23:59:59Z


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says. `hash` is of all of it, `timestamp` is in seconds since 1970."""

    hash: bytes
    parent: bytes
    state_root: bytes
    receipts_root: bytes
    number: int
    timestamp: int

    @classmethod
    def read(cls, encoded: bytes) -> Self:
        """The header that is encoded so. Raises `InvalidEvidence`."""
        try:
            fields = list(islice(members(encoded, whole_list(encoded)), _LEAST))
        except NotSkimmed as error:
            raise InvalidEvidence(f"a header cannot be read: {error}") from error
        if len(fields) < _LEAST:
            raise InvalidEvidence("a header has too few members")
        parent, state_root, receipts_root = (_hash(encoded, fields[at]) for at in (0, 3, 5))
        number, timestamp = (_number(encoded, fields[at]) for at in (8, 11))
        if timestamp > _LAST_SECOND:
            raise InvalidEvidence("a header's time is out of range")
        return cls(keccak256(encoded), parent, state_root, receipts_root, number, timestamp)


def _hash(encoded: bytes, field: Span) -> bytes:
    if field.is_list or field.end - field.start != 32:
        raise InvalidEvidence("a header has something else where a hash should be")
    return encoded[field.start : field.end]


def _number(encoded: bytes, field: Span) -> int:
    """A number below 2^63, as long as it has to be and no longer."""
    digits = encoded[field.start : field.end]
    number = int.from_bytes(digits[:9], "big")
    if field.is_list or len(digits) > 8 or digits[:1] == b"\0" or number >= 1 << 63:
        raise InvalidEvidence("a header has something else where a number should be")
    return number
