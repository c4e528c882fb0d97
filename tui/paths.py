"""Completing the path of a file while it is typed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Final

from textual.suggester import Suggester

_MOST: Final = 2_000
"""Entries of a folder that are looked at."""


class PathSuggester(Suggester):
    """Proposes the first file or folder whose path goes on from what was typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The path, with a slash behind a folder; nothing where there is none."""
        return await asyncio.to_thread(completed, value)


def completed(typed: str) -> str | None:
    """What a path that was typed in part goes on to; hidden files only after a dot."""
    folder, _, begun = typed.rpartition("/")
    if not typed or "\n" in typed:
        return None
    start = typed[: len(typed) - len(begun)]
    try:
        with os.scandir(Path(start or ".").expanduser()) as entries:
            fitting = sorted(
                (entry.name, entry.is_dir())
                for entry, _ in zip(entries, range(_MOST), strict=False)
                if entry.name.startswith(begun) and (begun or not entry.name.startswith("."))
            )
    except (OSError, RuntimeError, ValueError):  # no such folder, no such person's home, a NUL
        return None
    del folder
    for name, is_dir in fitting:
        found = f"{start}{name}{'/' if is_dir else ''}"
        if found != typed:
            return found
    return None
