"""Keys of screens and widgets, described in words that are translated where they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

if TYPE_CHECKING:
    from wallet.messages import Message


def key(
    keys: str, action: str, means: Message, *, show: bool = True, priority: bool = False
) -> Binding:
    """`keys` as Textual writes them ("j,down"); `means` has no placeholders.

    `priority` keys count before whatever has the focus sees them.
    """
    return Binding(keys, action, means.template, show=show, priority=priority)
