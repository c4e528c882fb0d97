"""What an action gives back: data for machines, and the same for people, drawn by any face."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wallet.messages import Message
    from wallet.verify.report import Report


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; every cell is shown as it is, never as markup."""

    headings: tuple[Message, ...]
    rows: tuple[tuple[Message | str, ...], ...]


@dataclass(frozen=True, slots=True)
class Undo:
    """An action with its arguments that takes a deed back; it needs consent as any other does."""

    action: str
    arguments: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of an action.

    Attributes:
        summary: one sentence: what was done or found.
        data: JSON for `--json`; never a secret.
        table: a list, where the action lists something.
        facts: label and value, line by line.
        document: a JSON document to be read as such.
        report: a verification's report.
        drawing: lines of a picture in characters, to be shown as they are.
        made: the id of what came into being, for a later step to use.
        saved: the file that was written.
        next: what the person may want to do now.
        undo: what takes it back, where that is one action.
    """

    summary: Message
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    table: Table | None = None
    facts: tuple[tuple[Message, Message | str], ...] = ()
    document: Mapping[str, Any] | None = None
    report: Report | None = None
    drawing: tuple[str, ...] = ()
    made: str | None = None
    saved: Path | None = None
    next: Message | None = None
    undo: Undo | None = None
