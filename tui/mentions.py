"""What can be named with `@`: the wallet's credentials, contacts and DIDs, and files."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.fitting import fitting
from wallet.entries import contacts, dids
from wallet.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wallet.wallet import Wallet

_NAMED: Final = re.compile(r"(?:^|[\s\"'(\[（「，。、：]|[\u4e00-\u9fff])[@＠]([^\s@＠]*)$")
_MOST: Final = 20
_MOST_LOOKED_AT: Final = 2_000
"""Entries of a folder."""
_FUZZY_FROM: Final = 3_000
"""So many names are searched letter by letter; of more, only those that hold the very words."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that can be named.

    Attributes:
        name: what is put into the message.
        kind: what it is.
        about: what tells it from others of its name.
    """

    name: str
    kind: Message
    about: str = ""

    @property
    def searched(self) -> str:
        """What is looked through."""
        return f"{self.name} {self.about}".casefold()


def fragment(before: str) -> str | None:
    """What stands after an `@` at the end of what was typed; None where there is none."""
    found = _NAMED.search(before)
    return None if found is None else found[1]


def anew(wallet: Wallet, at: int | None) -> tuple[int, tuple[Mention, ...]] | None:
    """What `entries` gives, and a number that changes when it may; None where it is still `at`."""
    changes = wallet.vault.changes
    return None if changes == at else (changes, entries(wallet))


def entries(wallet: Wallet) -> tuple[Mention, ...]:
    """All that can be named; credentials the newest first, and by id where several share a name."""
    credentials = wallet.index.find(limit=None, now=wallet.clock()).labels
    named = Counter(label.name.casefold() for label in credentials)
    return (
        *(Mention(own.label, say("DID"), own.id) for own in dids(wallet.vault)),
        *(Mention(one.name, say("contact"), str(one.did)) for one in contacts(wallet.vault)),
        *(
            Mention(
                label.name if named[label.name.casefold()] == 1 and label.name else label.id,
                say("credential"),
                f"{label.shown} {label.id}",
            )
            for label in credentials
        ),
    )


def matching(wanted: str, mentions: Sequence[Mention], *, most: int = _MOST) -> list[Mention]:
    """Those that the letters fit: the very words first, then letters that lie apart."""
    plain = wanted.casefold()
    words = [one for one in mentions if plain in one.searched]
    words.sort(key=lambda one: not one.name.casefold().startswith(plain))
    if len(words) >= most or len(mentions) > _FUZZY_FROM or not plain:
        return words[:most]
    apart = [one for one in mentions if plain not in one.searched]
    return [*words, *fitting(wanted, apart, lambda one: one.name)][:most]


def files(wanted: str, folder: Path, *, most: int = _MOST) -> list[Mention]:
    """Files and folders whose path begins as what was typed, or whose name its letters fit."""
    shown = wanted[: wanted.rfind("/") + 1]
    beginning = wanted[len(shown) :]
    listed = [
        Mention(f"{shown}{name}", say("file"))
        for name in _listed(folder, shown)
        if name.startswith(".") <= beginning.startswith(".")
    ]
    return matching(wanted, listed, most=most) if beginning else listed[:most]


def _listed(folder: Path, inner: str) -> Iterable[str]:
    """The names in a folder, sorted; folders end in a slash. Nothing where it cannot be read."""
    try:
        return sorted(islice(_names(folder / Path(inner).expanduser()), _MOST_LOOKED_AT))
    except (OSError, RuntimeError):  # RuntimeError: `~nobody`
        return ()


def _names(folder: Path) -> Iterator[str]:
    for path in folder.iterdir():
        if path.name.isprintable():
            yield f"{path.name}/" if path.is_dir() else path.name
