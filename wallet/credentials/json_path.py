"""Naming a place inside a JSON document, as RFC 9535 (JSONPath) writes it: `$.proof[0].created`."""

from __future__ import annotations

import json
import re
from typing import Final, TypeAlias

ROOT: Final = "$"

Trail: TypeAlias = tuple[str | int, ...]
"""The names and indices on the way from the root: cheap to carry, written only when needed."""

_PLAIN: Final = re.compile(r"[^\W\d]\w*")
_LONGEST_NAME: Final = 60


def child(path: str, step: str | int) -> str:
    """The path of a member (`str`) or an element (`int`) of what `path` names.

    A name that is no plain word stands quoted and escaped, so that a message shows it for what
    it is; a very long one is cut short.
    """
    if isinstance(step, int):
        return f"{path}[{step}]"
    name = step if len(step) <= _LONGEST_NAME else step[:_LONGEST_NAME] + "…"
    # Of ASCII, the two say the same; the first is quicker.
    if (name.isascii() and name.isidentifier()) or _PLAIN.fullmatch(name):
        return f"{path}.{name}"
    return f"{path}[{json.dumps(name)}]"


def write_path(trail: Trail) -> str:
    """The path that a trail leads to; the empty one is the root, `$`."""
    path = ROOT
    for step in trail:
        path = child(path, step)
    return path


def steps(path: str) -> Trail:
    """The names and indices that a path written by `child` leads through.

    A name that was cut short is given as it stands.
    """
    return tuple(
        int(index) if index else json.loads(quoted) if quoted else plain
        for plain, index, quoted in re.findall(_STEP, path)
    )


# Compiled when it is first needed: only what is wrong has its place looked for.
_STEP: Final = r"\.([^\W\d]\w*…?)|\[(\d+)\]|\[(\"(?:[^\"\\]|\\.)*\")\]"
