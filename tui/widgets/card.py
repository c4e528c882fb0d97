"""A credential as a card: what it is called, how it stands, who issued it, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.widgets import Static

from tui.themes import MUTED
from tui.widgets.badges import badge
from wallet.display import printable
from wallet.messages import say, text

if TYPE_CHECKING:
    from wallet.overview import Listed

LINES: Final = 5
"""How many lines a card has, with the empty one under it."""


class Card(Static):
    """One credential."""

    DEFAULT_CSS = """
    Card {
      height: auto;
      padding: 0 1;
      border: round $primary;
    }
    """

    def __init__(self, listed: Listed, language: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(Content("\n").join(card_lines(listed, language)), id=id)


def card_lines(listed: Listed, language: str) -> tuple[Content, Content, Content, Content]:
    """A card, line by line; nothing is cut to a width yet."""
    label = listed.label
    return (
        Content.styled(printable(label.shown), "bold"),
        Content.assemble(
            badge(listed.standing, language),
            ("  ", ""),
            (text(listed.ends, language), MUTED),
        ),
        Content.styled(
            text(say("from {issuer}", issuer=printable(listed.issuer)), language),
            "" if listed.is_known else MUTED,
        ),
        Content.assemble(
            (text(say(label.role), language), MUTED),
            *((f" #{printable(tag)}", "$text-accent") for tag in label.tags),
        ),
    )
