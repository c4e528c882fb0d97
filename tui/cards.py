"""What stands beside the conversation: a result, a statement or a pasted text, as blocks of text.

Every value is made printable here, and nothing is markup: a block is `Content`, in which colours
are spans of their own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.highlight import highlight

from tui.times import on_the_wall
from tui.widgets.report import report_content
from wallet.display import printable, printable_lines
from wallet.messages import Message, say, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wallet.actions.proposal import Statement
    from wallet.actions.registry import Action
    from wallet.actions.result import Result, Table
    from wallet.recognizing import Recognized
    from wallet.verify.report import Facts

_MOST_ROWS: Final = 40
_MOST_COLOURED: Final = 20_000
"""In characters of JSON; what is longer is shown without colours."""
_LABEL: Final = "$text-muted"
_TITLE: Final = "bold $primary"


def result_blocks(result: Result, language: str) -> tuple[Content, ...]:
    """A result in full; nothing where its one sentence says it all."""
    return tuple(_result(result, language))


def statement_blocks(statement: Statement, language: str) -> tuple[Content, ...]:
    """What a person is asked to agree to."""
    warnings = (
        Content.styled(f"! {printable(text(warning, language))}", "$text-warning")
        for warning in statement.warnings
    )
    return (
        _block(
            statement.title,
            (*_facts(statement.facts, language), *warnings),
            language,
        ),
    )


def recognized_blocks(found: Recognized, language: str) -> tuple[Content, ...]:
    """What a pasted text says of itself."""
    lines = [*_facts(found.facts, language)]
    if found.warning is not None:
        lines.append(Content.styled(printable(text(found.warning, language)), "$text-warning"))
    if not found.is_secret:
        unverified = say("This is what it says of itself; nothing of it has been verified.")
        lines.append(Content.styled(text(unverified, language), _LABEL))
    return (_block(found.title, lines, language),)


def usage_blocks(action: Action, language: str) -> tuple[Content, ...]:
    """How a command is typed, and what it takes."""
    lines = [Content.styled(action.example.replace("holdfast ", "/", 1), "$text-accent")]
    for parameter in action.parameters:
        name = parameter.flag or parameter.name.upper()
        lines.append(
            Content.assemble((f"{name}  ", _LABEL), printable(text(parameter.help, language)))
        )
    return (_block(say(action.help), lines, language),)


def _result(result: Result, language: str) -> Iterator[Content]:
    if result.report is not None:
        yield from (_part(facts, language) for facts in result.report.facts)
        yield report_content(result.report, language)
    if result.facts:
        yield _block(result.summary, _facts(result.facts, language), language)
    if result.drawing:
        yield Content("\n".join(result.drawing))
    if result.table is not None:
        yield from _rows(result.table, language)
    if result.document is not None:
        yield _json(result.document)


def _part(facts: Facts, language: str) -> Content:
    """What one part of a verified input says of itself."""
    told: list[tuple[Message, str]] = [
        (say("Issuer"), facts.issuer or ""),
        (say("Holder"), facts.holder or ""),
        (say("Subject"), ", ".join(facts.subjects)),
        (say("Claims"), ", ".join(facts.claims)),
        (say("Expires"), on_the_wall(facts.valid_until) if facts.valid_until else ""),
    ]
    special = [name for name in facts.types if name != "VerifiableCredential"]
    title = ", ".join(special or facts.types) or facts.subject
    rows = [(label, value) for label, value in told if value]
    return _block(printable(title), _facts(rows, language), language)


def _rows(table: Table, language: str) -> Iterator[Content]:
    """Each row as a card of its own, since the panel is narrow: its first cell is its title."""
    for row in table.rows[:_MOST_ROWS]:
        cells = [(heading, cell) for heading, cell in zip(table.headings, row, strict=True) if cell]
        if cells:
            (_, title), *others = cells
            yield _block(title, _facts(others, language), language)
    if (more := len(table.rows) - _MOST_ROWS) > 0:
        yield Content.styled(text(say("and {count} more", count=more), language), _LABEL)


def _block(title: Message | str, lines: Iterable[Content], language: str) -> Content:
    return Content("\n").join([Content.styled(_shown(title, language), _TITLE), *lines])


def _facts(facts: Iterable[tuple[Message, Message | str]], language: str) -> Iterator[Content]:
    for label, value in facts:
        yield Content.assemble((f"{text(label, language)}  ", _LABEL), _shown(value, language))


def _shown(value: Message | str, language: str) -> str:
    return printable(text(value, language) if isinstance(value, Message) else value)


def _json(document: Mapping[str, object]) -> Content:
    shown = printable_lines(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))
    return highlight(shown, language="json") if len(shown) <= _MOST_COLOURED else Content(shown)


def _plain(value: object) -> object:
    """What `json` does not know: mappings that cannot be changed."""
    items = getattr(value, "items", None)
    return dict(items()) if callable(items) else str(value)
