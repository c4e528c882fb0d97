"""The chains that DIDs live on: the wallet's own file, and the nodes of others."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from did.chain.check import check
from did.chain.embedded import EmbeddedChain
from did.chain.embedded.store import reading_mode
from did.chain.hexadecimal import read_quantity
from did.errors import ChainBusy, ChainError, DIDError, Unreachable
from wallet.doctor.finding import broken, odd, sound, unclear
from wallet.messages import say
from wallet.resolution import CHAIN_FILE, Chains

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wallet.doctor.examined import Examined
    from wallet.doctor.finding import Finding
    from wallet.messages import Message

CHECK: Final = "chain"


def embedded(examined: Examined) -> Iterator[Finding]:
    """Whether the wallet's own chain opens, its file is sound, and it has a last block."""
    path = examined.home / CHAIN_FILE
    if not path.exists():
        sentence = say("this wallet has no chain of its own")
        if not examined.has_wallet or Chains(examined.home).settings().chain is not None:
            yield sound(CHECK, sentence)
        else:
            yield broken(CHECK, sentence, say("holdfast restore, or holdfast chain use URL"))
        return
    try:
        sentence = _head(path)
    except ChainBusy as error:
        yield unclear(CHECK, say("the chain is in use: {error}", error=error))
    except (ChainError, sqlite3.DatabaseError) as error:
        yield broken(
            CHECK,
            say("the wallet's own chain cannot be used: {error}", error=error),
            say("restore it from a backup: holdfast restore, or holdfast chain import"),
        )
    else:
        yield sound(CHECK, sentence)


def _head(path: Path) -> Message:
    """The last block, after every page of the file was read."""
    with EmbeddedChain.open(path, read_only=True) as chain:
        address = f"{path.absolute().as_uri()}?{reading_mode(path)}"
        with closing(sqlite3.connect(address, uri=True)) as file:
            (sound_or_not,) = file.execute("pragma integrity_check(1)").fetchone()
        if sound_or_not != "ok":
            raise ChainError("the chain's file is damaged")
        number = chain.request("eth_blockNumber")
        return say(
            "the wallet's own chain {id}; block {block}",
            id=chain.chain_id,
            block=read_quantity(number, "the last block"),
        )


def nodes(examined: Examined) -> Iterator[Finding]:
    """Whether each chain that `config.toml` names answers, as itself and with a registry."""
    chains = Chains(examined.home)
    try:
        for chain_id in chains.settings().chains:
            yield from _node(chains, chain_id)
    finally:
        chains.close()


def _node(chains: Chains, chain_id: int) -> Iterator[Finding]:
    try:
        chain = chains(chain_id)
        assert chain is not None  # noqa: S101 - only those that are known are asked
        checked = check(chain)
    except Unreachable as error:
        yield unclear(
            CHECK,
            say("chain {id} does not answer: {error}", id=chain_id, error=error),
            say("see to the network and to the address: holdfast chain use URL"),
        )
    except DIDError as error:
        yield broken(
            CHECK,
            say("chain {id} is not as it should be: {error}", id=chain_id, error=error),
            say("see to the address and to the registry: holdfast chain use URL"),
        )
    else:
        said = say("chain {id}; block {block}", id=chain_id, block=checked.head)
        if not checked.warnings:
            yield sound(CHECK, said)
        for warning in checked.warnings:
            sentence = say("chain {id}: {warning}", id=chain_id, warning=warning)
            yield odd(CHECK, sentence, say("ask another node: holdfast chain use URL"))
