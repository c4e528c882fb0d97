"""Examinations that rooms above hand down, as entry points of the group `holdfast.examinations`."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

from wallet.doctor.finding import Finding, unclear
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wallet.doctor.examined import Examined

GROUP: Final = "holdfast.examinations"
MODEL: Final = "model"


def upstairs(examined: Examined) -> Iterator[Finding]:
    """What each of them finds; each is a function without arguments that gives findings."""
    del examined
    entries = entry_points(group=GROUP)
    for entry in entries:
        yield from _findings(entry.load()())
    if not any(entry.name == MODEL for entry in entries):
        yield unclear(MODEL, say("nothing here examines a model"), say("reinstall holdfast"))


def _findings(found: Iterable[object]) -> Iterator[Finding]:
    return (one for one in found if isinstance(one, Finding))
