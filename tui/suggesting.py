"""Completions of what is being typed: commands and their arguments, and names after an `@`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui import mentions, slash
from tui.widgets.choices import Choice
from wallet.display import printable
from wallet.messages import Message, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.mentions import Mention

_PARTS: Final = re.compile(r"[\s'\"\\]")


def may_suggest(before: str) -> bool:
    """Whether there may be something to suggest: told at once, at every key."""
    return before[:1] in set(slash.SLASHES) or mentions.fragment(before) is not None


def suggested(
    before: str, known: Sequence[Mention], language: str, *, folder: Path | None = None
) -> list[Choice]:
    """What may be meant by what stands before the cursor. It looks into folders: not in the UI."""
    named = mentions.fragment(before)
    command = slash.is_command(before) or before in set(slash.SLASHES)
    if named is not None:
        return [
            _named(one, len(named) + 1, language, quoted=command)
            for one in _mentioned(named, known, folder or Path())
        ]
    if not command:
        return []
    offers = [
        Choice(offer.word, _shown(offer.means, language), offer.place)
        for offer in slash.offers(before, language)
    ]
    if not offers and (entry := slash.takes_entry(before)) is not None:
        return [
            _named(one, len(entry), language, quoted=True)
            for one in mentions.matching(entry, known)
        ]
    return offers


def _mentioned(named: str, known: Sequence[Mention], folder: Path) -> list[Mention]:
    """Entries of the wallet, and then files; files alone where a path is being typed."""
    files = mentions.files(named, folder)
    if "/" in named or named.startswith(("~", ".")):
        return files
    return [*mentions.matching(named, known), *files]


def _named(one: Mention, place: int, language: str, *, quoted: bool) -> Choice:
    about = f"{text(one.kind, language)} {printable(one.about)}".strip()
    if one.name.endswith("/"):  # a folder: what is in it comes next
        return Choice(f"@{one.name}", about, place, printable(one.name))
    # In a sentence, the words of a path would be taken for others; those of a name are meant.
    parts = bool(_PARTS.search(one.name)) and (quoted or "/" in one.name)
    name = shlex.quote(one.name) if parts else one.name
    return Choice(f"{name} ", about, place, printable(one.name))


def _shown(means: Message | str, language: str) -> str:
    return printable(text(means, language))
