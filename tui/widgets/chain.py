"""A chain, its blocks and what waits for it: as lines that a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from textual.content import Content

from did.chain.amounts import ether
from did.chain.hexadecimal import read_data, read_quantity
from did.chain.registry import described
from did.chain.sending.intents import State
from did.errors import ChainError
from tui.widgets.identity import shortened
from wallet.display import printable
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from did.chain.sending.intents import Intent
    from wallet.entries import OwnDID
    from wallet.networks import Block, Network, Standing

_STATES: Final[Mapping[State, Message]] = MappingProxyType(
    {
        State.SIGNED: say("signed, and perhaps not sent"),
        State.SENT: say("waits for a block"),
        State.INCLUDED: say("in a block that is not deep enough yet"),
    }
)
_IN_STEP: Final = 900
"""How old the last block of a chain that others use is at most, in seconds."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_GWEI: Final = 10**9


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a did:ethr, and what it has; None where its chain was not asked."""

    own: OwnDID
    chain_id: int
    address: str
    wei: int | None = None


def network_title(network: Network, language: str) -> str:
    """A network by its id and what it is."""
    if network.nodes is None:
        return text(say("chain {id}, this wallet's own: play money", id=network.chain_id), language)
    hosts = printable(", ".join(network.hosts))
    return text(say("chain {id}, by {hosts}", id=network.chain_id, hosts=hosts), language)


def standing_lines(network: Network, seen: Standing, language: str) -> Content:
    """How it stands with a chain: its last block, whether it is in step, its registry."""
    return Content("\n").join(_standing_lines(network, seen, language))


def _standing_lines(network: Network, seen: Standing, language: str) -> Iterator[Content]:
    sign, colour = ("●", "$text-success") if seen.has_registry else ("●", "$text-warning")
    old = say("block {block}, {age} old", block=seen.head, age=age(seen.age, language))
    step = ""
    if network.nodes is not None:
        in_step = abs(seen.age) <= _IN_STEP
        step = text(say(" · in step") if in_step else say(" · not in step, or idle"), language)
    client = f" · {printable(seen.client)}" if seen.client else ""
    yield Content.assemble(
        (f"{sign} ", colour),
        (network_title(network, language), "bold"),
    )
    yield Content.assemble(text(old, language), step, (client, "dim"))
    if seen.has_registry:
        yield Content.styled(
            text(say("registry {address}", address=printable(seen.registry)), language), "dim"
        )
    else:
        missing = say("This chain has no registry of DIDs yet. Press D to put one there.")
        yield Content.styled(text(missing, language), "$text-warning")
    if seen.missing:
        silent = say("no answer from {hosts}", hosts=printable(", ".join(seen.missing)))
        yield Content.styled(text(silent, language), "$text-warning")


def unreachable_lines(network: Network, error: Exception, language: str) -> Content:
    """A chain that gives no answer, in one clear line."""
    return Content.assemble(
        ("✗ ", "$text-error"),
        (network_title(network, language), "bold"),
        (f"\n{printable(str(error))}", "$text-error"),
    )


def block_line(block: Block, cells: int, language: str) -> Content:
    """A block in a list."""
    count = say("transactions: {count}", count=len(block.transactions))
    line = Content.assemble(
        (f"{block.number:>8}", "bold"),
        (f"  {moment(block.at)}", "dim"),
        f"  {text(count, language)}",
    )
    more = f"  {shortened(block.hash, 20)}"
    return Content.assemble(line, (more, "dim")) if cells >= _WIDE else line


_WIDE: Final = 70


def block_page(
    block: Block, sent: tuple[Mapping[str, Any], ...], names: Mapping[str, str], language: str
) -> Content:
    """A block, and what each of its transactions did; `names` are those of accounts."""
    return Content("\n").join(
        (
            _fact(say("Hash"), block.hash, language),
            _fact(say("When"), f"{moment(block.at)}", language),
            _fact(say("Gas used"), str(block.gas_used), language),
            *(line for one in sent for line in _transaction_lines(one, names, language)),
        )
    )


def _transaction_lines(
    sent: Mapping[str, Any], names: Mapping[str, str], language: str
) -> Iterator[Content]:
    yield Content("")
    yield Content.styled(printable(str(sent.get("hash"))), "bold")
    for label, member in ((say("From"), "from"), (say("To"), "to")):
        account = str(sent.get(member) or "")
        name = names.get(account.lower())
        yield _fact(label, f"{name} ({account})" if name else account, language)
    try:
        value = read_quantity(sent.get("value", "0x0"), "an amount")
        call = described(read_data(sent.get("input", "0x"), "a call"))
    except ChainError as error:
        yield Content.styled(printable(str(error)), "$text-warning")
        return
    if value:
        yield _fact(say("Amount"), f"{ether(value)} ETH", language)
    if call is not None:
        function, arguments = call
        said = ", ".join(f"{name}: {value}" for name, value in arguments.items())
        yield _fact(say("Call"), f"{function}({said})", language)


def pending_line(intent: Intent, waits: float, language: str) -> Content:
    """A transaction that is signed and not known to be done."""
    purpose = intent.purpose
    whom = purpose.get("name") or purpose.get("to") or purpose.get("did", "")
    amount = f"{ether(int(purpose['wei']))} ETH " if purpose.get("wei", "").isdecimal() else ""
    fee = f"{intent.last.max_fee_per_gas / _GWEI:g} gwei"
    state = text(_STATES[intent.state], language)
    since = text(say("for {age}", age=age(waits, language)), language)
    chain = text(say("chain {id}", id=intent.chain_id), language)
    nonce = text(say("nonce {nonce}", nonce=intent.nonce), language)
    return Content.assemble(
        (printable(text(say(purpose.get("call", "")), language)), "bold"),
        f" {amount}{printable(whom)}",
        (f"\n{state} · {since}", "$text-warning"),
        (f" · {chain} · {nonce} · {fee} · {intent.id[:8]}", "dim"),
    )


def account_line(account: Account, language: str) -> Content:
    """An account, and what it has."""
    if account.wei is None:
        has = text(say("on chain {id}", id=account.chain_id), language)
    else:
        has = f"{ether(account.wei)} ETH"
    return Content.assemble(
        (printable(account.own.label), "bold"),
        (f"  {has}", "dim" if account.wei is None else "$text-accent"),
        (f"\n{account.address}", "dim"),
    )


def network_line(network: Network, language: str) -> Content:
    """A network in a list; the chosen one has a mark."""
    mark, colour = ("✓", "$text-success") if network.chosen else (" ", "")
    here = f" · {text(say('new DIDs live here'), language)}" if network.chosen else ""
    return Content.assemble((f"{mark} ", colour), network_title(network, language), (here, "dim"))


def age(seconds: float, language: str) -> str:
    """A span of time, in its largest unit."""
    whole = max(0, int(seconds))
    for unit, sentence in (
        (_DAY, say("{count} days", count=whole // _DAY)),
        (_HOUR, say("{count} h", count=whole // _HOUR)),
        (_MINUTE, say("{count} min", count=whole // _MINUTE)),
    ):
        if whole >= 2 * unit:
            return text(sentence, language)
    return text(say("{count} s", count=whole), language)


def moment(seconds: int) -> str:
    """A block's time, on the clock on the wall."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC).astimezone():%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def _fact(label: Message, value: str, language: str) -> Content:
    return Content.assemble((f"{text(label, language)}: ", "dim"), printable(value))
