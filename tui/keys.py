"""Keys of screens and widgets, described in words that are translated where they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

if TYPE_CHECKING:
    from wallet.messages import Message


def key(
    keys: str,
    action: str,
    means: Message,
    *,
    show: bool = True,
    priority: bool = False,
    label: str | None = None,
) -> Binding:
    """`keys` as Textual writes them ("j,down"); `means` has no placeholders.

    `priority` keys count before whatever has the focus sees them. `label` is what they are shown
    as, where one stands for several.
    """
    return Binding(keys, action, means.template, show=show, priority=priority, key_display=label)
