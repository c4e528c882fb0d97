"""Watching the local variables of a program: what a crash screen that prints them would show.

Whatever is called may raise, and a traceback then has the frame that called. So at each call, of
Python or of C, the locals of the frame that calls are printed as such a screen does, and looked
through for what must not be seen. A place in the program is looked at once for each place that it
was called from.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import CodeType, FrameType

_CALLS: Final = frozenset({"call", "c_call"})
_NEVER_RAISES: Final = frozenset({len, isinstance})
"""For what they are given here."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A local variable that shows a secret."""

    where: str
    name: str
    canary: str


@dataclass(slots=True)
class Watch:
    """Looks for `canaries`, by name, in the frames of the files in `folders`."""

    canaries: dict[str, str]
    folders: tuple[Path, ...]
    found: dict[Finding, int] = field(default_factory=dict)
    """With the line where it was found first."""
    looked: int = 0
    _seen: set[tuple[object, ...]] = field(default_factory=set)
    _ours: dict[CodeType, bool] = field(default_factory=dict)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Looks for as long as it is entered, in threads that begin meanwhile, too."""
        threading.setprofile(self._look)
        sys.setprofile(self._look)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def _look(self, frame: FrameType, event: str, called: object) -> None:
        if event not in _CALLS or (event == "c_call" and called in _NEVER_RAISES):
            return
        calling = frame if event == "c_call" else frame.f_back
        if calling is None or not self._is_ours(calling.f_code):
            return
        above = calling.f_back
        from_where = None if above is None else (above.f_code, above.f_lasti)
        place = (calling.f_code, calling.f_lasti, from_where)
        if place in self._seen:
            return
        self._seen.add(place)
        sys.setprofile(None)
        try:
            self._search(calling)
        finally:
            sys.setprofile(self._look)

    def _search(self, frame: FrameType) -> None:
        self.looked += 1
        where = f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}"
        for name, value in frame.f_locals.items():
            shown = _shown(value)
            for canary, text in self.canaries.items():
                if text in shown:
                    self.found.setdefault(Finding(where, name, canary), frame.f_lineno)

    def _is_ours(self, code: CodeType) -> bool:
        known = self._ours.get(code)
        if known is None:
            known = any(code.co_filename.startswith(f"{folder}/") for folder in self.folders)
            self._ours[code] = known
        return known


def _shown(value: Any) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 -- half made, or closed: then nothing is shown of it
        return ""
