"""An embedded chain as text: its first block, then every signed transaction, a line of JSON each.

Whoever has the text can make the chain again by running it: each block's hash, which stands for
all that the transaction did, must come out as it is written.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from did.chain import jsonrpc
from did.chain.embedded.blocks import Header
from did.chain.embedded.calls import mine
from did.chain.embedded.creation import created
from did.chain.embedded.genesis import Genesis
from did.chain.embedded.ledger import Ledger
from did.chain.hexadecimal import data, read_data
from did.chain.rlp import InvalidRLP
from did.chain.sending.signed import MAX_SIZE, SignedTransaction
from did.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import TextIO

    from did.chain.embedded import EmbeddedChain
    from did.chain.embedded.store import BlockRow

FORMAT: Final = "holdfast-chain-1"
"""The first member of the first line, with the version of what follows."""

MAX_FIRST_LINE: Final = 4 << 20
"""The longest first line taken, in characters: it has the contracts of the first block."""

MAX_LINE: Final = 2 * MAX_SIZE + 1024
"""The longest line after it, in characters: it has one transaction."""

_NEVER: Final = partial(datetime.fromtimestamp, 0, UTC)
"""A clock for what asks none: the blocks say themselves when they were made."""


def export_chain(chain: EmbeddedChain) -> Iterator[str]:
    """The lines, each with its end, up to the block that is the last when the first is asked for.

    Raises:
        ChainError: the chain's file is damaged.
    """
    ledger = chain.ledger
    try:
        with ledger.store.reading():
            head = ledger.store.head()
        yield _line({"format": FORMAT, "blocks": head, **Genesis.of(ledger).json()})
        for number in range(1, head + 1):  # blocks that are there stay as they are
            with ledger.store.reading():
                block = ledger.block(number)
            yield _line(_block_json(block))
    except InvalidRLP as error:
        raise ChainError(f"the chain's file is damaged: {error}") from error


def import_chain(
    path: Path, lines: Iterable[str], *, progress: Callable[[int], None] | None = None
) -> int:
    """Makes the chain that the lines tell of, in a new file; the number of its blocks is returned.

    The file is there in full or not at all. `progress` is told the number of each block made.
    Lines read from a stranger's file come through `bounded`, or one may fill the memory.

    Raises:
        ChainError: a line is not what it should be, a block comes out otherwise, or there is
            something at `path`; the message names the line.
    """
    rest = iter(lines)
    first = _read(next(rest, ""), 1, limit=MAX_FIRST_LINE)
    if not isinstance(first, dict) or first.pop("format", None) != FORMAT:
        raise ChainError(
            "this is no transcript of a chain", hint=f"its first line has the format {FORMAT!r}"
        )
    blocks = first.pop("blocks", None)
    genesis = Genesis.parse(first)
    with created(path, chain_id=genesis.chain_id, registry=genesis.registry) as store:
        ledger = Ledger(store, _NEVER)
        genesis.begin(ledger)
        number = 0
        for number, line in enumerate(rest, 1):
            _replay(ledger, number, line)
            if progress is not None:
                progress(number)
        if number != blocks:
            raise ChainError(
                f"the transcript has {number} blocks, and its first line promises {blocks!r:.20}",
                hint="it may have been cut off: export the chain again",
            )
    return number


def bounded(file: TextIO) -> Iterator[str]:
    """The lines of a file, of which none is read further than an import would take it."""
    while line := file.readline(MAX_FIRST_LINE + 1):
        yield line


def _replay(ledger: Ledger, number: int, line: str) -> None:
    given = _read(line, number + 1, limit=MAX_LINE)
    try:
        timestamp, hash_, raw = _parsed(given, number)
        mine(ledger, SignedTransaction.parse(raw), timestamp=timestamp)
        made = ledger.block(number).hash
    except ChainError as error:
        raise ChainError(f"line {number + 1}: {error}", hint=error.hint) from error
    if made != hash_:
        raise ChainError(f"line {number + 1}: block {number} comes out otherwise than written")


def _parsed(given: Any, number: int) -> tuple[int, bytes, bytes]:
    """The time, the hash and the transaction of a line that is for block `number`."""
    match given:
        case {"block": int(said), "timestamp": int(timestamp), "hash": hash_, "transaction": raw}:
            if said != number:
                raise ChainError(f"block {said} stands where {number} should")
            if not 0 <= timestamp < 2**53:
                raise ChainError("the block's time is none")
            return (
                timestamp,
                read_data(hash_, "the hash", size=32),
                read_data(raw, "the transaction"),
            )
        case _:
            raise ChainError("this is no block")


def _block_json(block: BlockRow) -> dict[str, Any]:
    if block.payload is None:
        raise ChainError(f"the chain's file is damaged: block {block.number} has no transaction")
    return {
        "block": block.number,
        "timestamp": Header.of(block).timestamp,
        "hash": data(block.hash),
        "transaction": data(block.payload),
    }


def _line(value: dict[str, Any]) -> str:
    return jsonrpc.encoded(value).decode() + "\n"


def _read(line: str, number: int, *, limit: int) -> Any:
    if len(line) > limit:
        raise ChainError(f"line {number} is longer than {limit} characters")
    try:
        return jsonrpc.decoded(line.encode(errors="replace"))
    except jsonrpc.NotJSON as error:
        raise ChainError(f"line {number} is not JSON") from error
