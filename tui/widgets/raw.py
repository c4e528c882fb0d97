"""A document as it is: JSON laid out, or a token; scrolled by lines, selected and copied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widgets import Log

from tui.keys import key
from tui.widgets.moving import Moving
from wallet.display import printable
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.binding import BindingType

_WIDE: Final = 2_000
"""Characters of one line; a token, which has no lines, is cut into `_TOKEN`."""
_TOKEN: Final = 76
_MOST: Final = 50_000
"""Lines."""


class RawView(Log, Moving):
    """Draws the lines in sight alone, however many there are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+b", "page_up", say("A page up"), show=False),
        key("ctrl+f", "page_down", say("A page down"), show=False),
    ]
    DEFAULT_CSS = """
    RawView {
      background: transparent;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(auto_scroll=False, max_lines=_MOST, id=id)

    def show(self, raw: bytes) -> None:
        """Another document in its place."""
        self.clear()
        self.write_lines(list(lines_of(raw)))
        self.scroll_home(animate=False)


def lines_of(raw: bytes) -> Iterator[str]:
    """The lines in which a document is shown, each of them safe."""
    text = raw.decode(errors="replace").strip()
    try:
        laid_out = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        yield from (printable(text[at : at + _TOKEN]) for at in range(0, len(text), _TOKEN))
        return
    for line in laid_out.split("\n"):
        for at in range(0, len(line), _WIDE):
            yield printable(line[at : at + _WIDE])
