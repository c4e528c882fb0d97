"""Mounting file systems, where that is allowed; each is unmounted again."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class CannotMount(Exception):
    """It is not allowed here, or the tool is missing."""


@contextmanager
def mounted(place: Path, *arguments: str) -> Iterator[Path]:
    """A file system at `place`.

    Raises:
        CannotMount: mount(8) refuses.
    """
    run("mount", *arguments, str(place))
    try:
        yield place
    finally:
        run("umount", str(place))


def run(tool: str, *arguments: str) -> str:
    """What a system tool prints.

    Raises:
        CannotMount: it is missing, or fails.
    """
    found = shutil.which(tool, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        raise CannotMount(f"there is no {tool} here")
    done = subprocess.run([found, *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise CannotMount(f"{tool}: {done.stderr.strip()}")
    return done.stdout
