"""The lines that were typed: gone through one by one, or searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.fitting import fitting

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST: Final = 200


class History:
    """What was typed, the oldest first, and where in it one stands."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._lines = list(lines)[-MOST:]
        self._at: int | None = None  # None: in what is being typed
        self._draft = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self._lines)

    def add(self, line: str) -> None:
        """A line was sent; what was sent before moves to the end."""
        self._lines = [*(one for one in self._lines if one != line), line][-MOST:]
        self.leave()

    def clear(self) -> None:
        """Nothing was typed."""
        self._lines.clear()
        self.leave()

    def leave(self) -> None:
        """One stands in what is being typed again."""
        self._at, self._draft = None, ""

    def older(self, typed: str) -> str | None:
        """The line before; None where there is none. What was being typed is kept meanwhile."""
        at = len(self._lines) if self._at is None else self._at
        if at == 0:
            return None
        if self._at is None:
            self._draft = typed
        self._at = at - 1
        return self._lines[self._at]

    def newer(self) -> str | None:
        """The line after, or what was being typed; None where one stands in that already."""
        if self._at is None:
            return None
        self._at += 1
        if self._at < len(self._lines):
            return self._lines[self._at]
        draft = self._draft
        self.leave()
        return draft

    def search(self, query: str, *, most: int = 50) -> list[str]:
        """Lines in which the query's letters occur in that order: the best first, then the newest.

        All of them, the newest first, where nothing is asked for.
        """
        newest = self._lines[::-1]
        if not query.strip():
            return newest[:most]
        return fitting(query, newest, lambda line: line)[:most]
