"""Asking a chain for the logs of one identity, in as few questions as its node lets one.

One question is enough where the node looks logs up by what they are about. Others answer for so
many blocks at a time only: what they say of it is heeded, and remembered as long as the chain is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from did.chain.hexadecimal import data, quantity, read_address, read_quantity
from did.chain.refusal import METHOD_NOT_FOUND, RequestRefused
from did.chain.registry.changes import Entry, in_order, missing, read_time
from did.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from did.chain import Chain

MAX_STEPS: Final = 4_096
"""The most ranges of blocks that are asked for: a hostile node would have one ask for ever."""

MAX_CHANGES: Final = 65_536
"""The most changes of one identity that are read."""

FINAL_DEPTH: Final = 64
"""How many blocks deep a block is final, on a chain that does not say itself: two epochs."""

_RANGES_AT_ONCE: Final = 50
_WIDTHS: Final = (10_000, 1_000, 100, 10, 1)
"""How many blocks to try where a node refuses more without saying what it takes."""

_AMOUNT_OF_LOGS: Final = re.compile(
    r"\d[\d,]*k?\+?\s*(?:results|logs|entries)|(?:results|logs)\D{0,12}\d[\d,]*|0x[0-9a-f]+"
)
_AMOUNT: Final = re.compile(r"(\d[\d,]*)(k?)\b")

_widths: Final[MutableMapping[Chain, int]] = WeakKeyDictionary()
"""How many blocks at a time the node of a chain answers for, of those that set a limit."""


def linked(
    chain: Chain, identity: bytes, *, after: int, last: int, first_block: int = 0
) -> list[Entry]:
    """The identity's logs of the blocks after `after`, up to `last`, which has one.

    Asks from the last block backwards and leaves out what the links between changes pass over.
    There should be none before `first_block`.

    Raises:
        ChainError: there are none where there should be, or too many.
        RequestRefused, Unreachable: the chain gave no answer.
    """
    found: list[Entry] = []
    block = last
    for _ in range(MAX_STEPS):
        if block <= after:
            return found
        least = max(after + 1, first_block) if block >= first_block else after + 1
        first, entries = _ending(chain, identity, least, block)
        if not entries or entries[-1].block != block:
            raise missing(block)
        found[:0] = entries
        _refuse_too_many(found)
        if (block := entries[0].previous) >= first:
            raise missing(block)
    raise ChainError(f"the DID was changed in more than {MAX_STEPS} blocks")


def all_after(chain: Chain, identity: bytes, *, after: int, first_block: int) -> list[Entry]:
    """The identity's logs of all blocks after `after`, where links do not say which those are.

    Raises:
        ChainError: there are too many blocks for a node that limits them, or too many logs.
        RequestRefused, Unreachable: the chain gave no answer.
    """
    first = max(after + 1, first_block)
    head = read_quantity(chain.request("eth_blockNumber", []), "the number of the last block")
    if head < first:
        return []
    if (width := _remembered(chain)) is None:
        start, entries = _ending(chain, identity, first, head)
        if start == first:
            return entries
        width = head - start + 1
    starts = range(first, head + 1, width)
    if len(starts) > MAX_STEPS:
        raise ChainError(
            f"the node answers for {width} blocks at a time, and {head + 1 - first} are to be read",
            hint="ask a node that looks up logs over all blocks",
        )
    found: list[Entry] = []
    for step in range(0, len(starts), _RANGES_AT_ONCE):
        asked = [(low, min(low + width - 1, head)) for low in starts[step : step + _RANGES_AT_ONCE]]
        answers = chain.request_many([_question(chain, identity, *one) for one in asked])
        for one, answer in zip(asked, answers, strict=True):
            found += _read(chain, identity, answer, *one)
        _refuse_too_many(found)
    return found


def with_headers(
    chain: Chain,
    entries: Sequence[Entry],
    *,
    count: Callable[[Sequence[int]], Mapping[int, int]] | None = None,
    want_final: bool = False,
) -> tuple[list[Entry], int | None]:
    """The entries, each with its block's time, and if wanted the number of a block that is final.

    Blocks are asked for what logs do not say, each once. Where the registry counts blocks in
    another way, `count` gives its numbers for blocks whose headers do not.

    Raises:
        ChainError: a block is not there, or not the one that the log was in.
    """
    lacking = {e.block for e in entries if e.timestamp is None or (count and e.counted is None)}
    headers, final = _headers(chain, sorted(lacking), want_final=want_final)
    if count is None:
        return [entry.at(_time(entry, headers), entry.block) for entry in entries], final
    numbers = {entry.block: _counted(entry, headers) for entry in entries}
    if unsaid := [block for block, number in numbers.items() if number is None]:
        numbers.update(count(unsaid))
    return [entry.at(_time(entry, headers), numbers[entry.block] or 0) for entry in entries], final


def _time(entry: Entry, headers: Mapping[int, Mapping[str, Any]]) -> int:
    if (header := headers.get(entry.block)) is None:
        assert entry.timestamp is not None  # noqa: S101  # or its block would have been asked for
        return entry.timestamp
    hash_ = header.get("hash")
    if hash_ is not None and hash_ != entry.raw.get("blockHash", hash_):
        raise ChainError(f"block {entry.block} was replaced while it was read")
    return read_time(header.get("timestamp"))


def _counted(entry: Entry, headers: Mapping[int, Mapping[str, Any]]) -> int | None:
    """The number that a contract saw in the entry's block, as far as log or header say."""
    told = headers.get(entry.block, {}).get("l1BlockNumber")
    return entry.counted if told is None else read_quantity(told, "a block's number")


def _ending(chain: Chain, identity: bytes, least: int, last: int) -> tuple[int, list[Entry]]:
    """As many blocks as the node answers for, from `least` at the earliest, up to `last`.

    The number of the first of them, and their logs.
    """
    width = _remembered(chain)
    while True:
        first = least if width is None else max(least, last - width + 1)
        method, params = _question(chain, identity, first, last)
        try:
            answer = chain.request(method, params)
        except ChainError as error:
            if (width := _narrower(error, last - first + 1)) is None:
                raise
            if isinstance(error, RequestRefused) and not _AMOUNT_OF_LOGS.search(str(error).lower()):
                _remember(chain, width)
            continue
        return first, _read(chain, identity, answer, first, last)


def _narrower(error: ChainError, blocks: int) -> int | None:
    """How many blocks to ask for after so many were refused, or None where it is no use."""
    if isinstance(error, RequestRefused) and error.number == METHOD_NOT_FOUND:
        return None
    text = _AMOUNT_OF_LOGS.sub(" ", str(error).lower())
    amounts = [
        int(digits.replace(",", "")) * (1_000 if thousands else 1)
        for digits, thousands in _AMOUNT.findall(text)
    ]
    told = [amount for amount in amounts if 1 < amount < blocks]
    if told and ("range" in text or "block" in text):
        return min(told)
    return next((width for width in _WIDTHS if width < blocks), None)


def _question(chain: Chain, identity: bytes, first: int, last: int) -> tuple[str, list[Any]]:
    wanted = {
        "address": chain.registry,
        "topics": [None, data(identity.rjust(32, b"\0"))],
        "fromBlock": quantity(first),
        "toBlock": quantity(last),
    }
    return "eth_getLogs", [wanted]


def _read(chain: Chain, identity: bytes, answer: Any, first: int, last: int) -> list[Entry]:
    if not isinstance(answer, list | tuple):
        raise ChainError("the chain's logs are none")
    registry = read_address(chain.registry)
    read = (Entry.read(log, registry=registry, identity=identity) for log in answer)
    entries = in_order([entry for entry in read if entry is not None])
    if any(not first <= entry.block <= last for entry in entries):
        raise ChainError("the chain answers with logs that were not asked for")
    return entries


def _headers(
    chain: Chain, blocks: Sequence[int], *, want_final: bool
) -> tuple[dict[int, Mapping[str, Any]], int | None]:
    """The headers of blocks by number, in one round trip with the number of a final block."""
    calls = [("eth_getBlockByNumber", [quantity(block), False]) for block in blocks]
    if not want_final:
        return _by_number(blocks, _many(chain, calls)), None
    finalized = ("eth_getBlockByNumber", ["finalized", False])
    try:
        *headers, finality = chain.request_many([*calls, finalized])
    except RequestRefused:  # the node knows no finality
        headers, finality = list(_many(chain, calls)), None
    if isinstance(finality, Mapping):
        final = read_quantity(finality.get("number"), "the number of a block")
    else:
        head = read_quantity(chain.request("eth_blockNumber", []), "the number of the last block")
        final = max(head - FINAL_DEPTH, 0)
    return _by_number(blocks, headers), final


def _many(chain: Chain, calls: Sequence[tuple[str, list[Any]]]) -> Sequence[Any]:
    return chain.request_many(calls) if calls else ()


def _by_number(blocks: Sequence[int], headers: Sequence[Any]) -> dict[int, Mapping[str, Any]]:
    for block, header in zip(blocks, headers, strict=True):
        if not isinstance(header, Mapping):
            raise ChainError(f"the chain has logs of block {block}, and no such block")
    return dict(zip(blocks, headers, strict=True))


def _refuse_too_many(entries: Sequence[Entry]) -> None:
    if len(entries) > MAX_CHANGES:
        raise ChainError(f"the DID was changed more than {MAX_CHANGES} times")


def _remembered(chain: Chain) -> int | None:
    try:
        return _widths.get(chain)
    except TypeError:  # a chain that has no place for a weak reference is asked anew each time
        return None


def _remember(chain: Chain, width: int) -> None:
    with suppress(TypeError):
        _widths[chain] = width
