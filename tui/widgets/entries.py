"""Entries of the journal, reminders and payments: as lines of a list, and one in full."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from textual.content import Content

from did.chain.amounts import ether
from tui.times import local
from wallet.actions import ACTIONS
from wallet.display import printable
from wallet.journal.entry import Asker, Outcome
from wallet.journal.sieve import ASKERS, OUTCOMES
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wallet.payees import Payment

_SIGNS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        Outcome.DONE: ("✓", "$text-success"),
        Outcome.REFUSED: ("-", "$text-warning"),
        Outcome.FAILED: ("✗", "$text-error"),
        Outcome.CANCELLED: ("~", "$text-warning"),
    }
)
_WHO: Final = 16
"""Cells in which it stands who asked."""
_ROOMY: Final = 60
"""From so many cells on, there is room for who asked."""
_LABELS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "number": say("Number"),
        "at": say("When"),
        "action": say("Action"),
        "asked": say("Asked by"),
        "by": say("Agreed by"),
        "outcome": say("Outcome"),
        "made": say("Made"),
        "error": say("Error"),
        "digest": say("Digest of what was shown"),
        "approved": say("Digest of what was agreed to"),
        "previous": say("Hash of the entry before"),
        "signature": say("Signature"),
    }
)


def title_of(action: object, language: str) -> str:
    """What an action does, in words; its name, where it is none of today's."""
    known = ACTIONS.get(str(action))
    return printable(str(action)) if known is None else text(known.help, language)


def entry_line(entry: Mapping[str, Any], cells: int, language: str) -> Content:
    """An entry in a list: when, how it ended, what, and who asked where there is room."""
    sign, colour = _SIGNS.get(str(entry.get("outcome")), ("·", "dim"))
    when = local(str(entry.get("at", "")))
    what = title_of(entry.get("action"), language)
    line = Content.assemble((when, "dim"), (f" {sign} ", colour), what)
    if cells < _ROOMY:
        return line
    who = asker(entry.get("asked"), language)
    room = cells - _WHO
    padded = f"{who}{' ' * max(0, _WHO - 1 - cell_len(who))}"
    return Content.assemble(line.truncate(room, ellipsis=True, pad=True), (f" {padded}", "dim"))


def entry_page(entry: Mapping[str, Any], language: str) -> Content:
    """All that an entry says."""
    return Content("\n").join(_entry_lines(entry, language))


def _entry_lines(entry: Mapping[str, Any], language: str) -> Iterator[Content]:
    yield Content.styled(title_of(entry.get("action"), language), "bold")
    yield Content("")
    for name in (*_LABELS, *(other for other in entry if other not in _LABELS)):
        if (value := entry.get(name)) is not None:
            label = text(_LABELS.get(name, name), language)
            yield Content.assemble((f"{label}: ", "dim"), _shown(name, value, language))


def _shown(name: str, value: object, language: str) -> str:
    match name:
        case "at":
            return local(str(value), seconds=True)
        case "asked":
            return asker(value, language)
        case "outcome" | "by":
            return text(say(str(value)), language)
        case _:
            return printable(str(value))


def asker(value: object, language: str) -> str:
    """Who asked for it, in words."""
    known = ASKERS.get(Asker(str(value))) if value in set(Asker) else None
    return printable(str(value or "")) if known is None else text(known, language)


def outcome(value: Outcome, language: str) -> str:
    """What became of it, in a word."""
    return text(OUTCOMES[value], language)


def payment_line(payment: Payment, language: str) -> Content:
    """A payment: when, how much, to whom, and where it is written."""
    whom = printable(f"{payment.name} ({payment.to})" if payment.name else payment.to)
    chain = text(say("chain {id}", id=payment.chain_id), language)
    return Content.assemble(
        (f"{local(payment.at)}  ", "dim"),
        (f"{ether(payment.wei)} ETH", "bold $text-accent"),
        f"  {whom}",
        (f"\n{chain} · {printable(payment.transaction)}", "dim"),
    )


def reminder_line(row: tuple[Message | str, ...], language: str) -> Content:
    """A reminder, or a credential that ends: when, what, and what there is to say of its state."""
    _, when, what, state = (
        text(cell, language) if isinstance(cell, Message) else cell for cell in row
    )
    due = row[3] == say("due")
    shown = "" if row[3] == say("open") else f"  {printable(state)}"
    return Content.assemble(
        (f"{local(when)}  ", "dim"),
        (printable(what), "bold $text-warning" if due else "bold"),
        (shown, "$text-warning" if due else "dim"),
    )
