"""What a person has chosen, as the settings list it; read in the wallet's thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from agent.models.choosing import By, chosen, found
from did.errors import DIDError
from wallet.actions import ACTIONS
from wallet.errors import WalletError
from wallet.messages import Message, say, text
from wallet.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wallet.wallet import Wallet


class Row(StrEnum):
    """What a line is about: what Enter does there."""

    LANGUAGE = "language"
    THEME = "theme"
    LOCK = "lock"
    CONVERSATION = "conversation"
    NETWORK = "network"
    MODEL = "model"
    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a line
    PHRASE = "phrase"
    MEMORY = "memory"
    NEW_MEMORY = "new_memory"
    RULE = "rule"
    NEW_RULE = "new_rule"


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be used; its `path` is None for the one that ships."""

    name: str
    path: Path | None
    in_use: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One that can be chosen: what it is about, what it says, and the id of what it means."""

    row: Row
    label: Message | str
    value: Message | str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is listed, apart from what the app itself knows."""

    settings: Settings
    network: Message
    models: tuple[Model, ...]
    memories: tuple[Line, ...]
    rules: tuple[Line, ...]

    @classmethod
    def of(cls, wallet: Wallet) -> State:
        """As it is now."""
        settings = Settings.read(wallet.home)
        own = settings.chain is None
        network = (
            say("the wallet's own chain") if own else say("chain {id}", id=settings.chain or 0)
        )
        return cls(
            settings,
            network,
            tuple(_models(wallet.home)),
            tuple(_listed(wallet, "list_memories", "memories", Row.MEMORY)),
            tuple(_listed(wallet, "list_policies", "policies", Row.RULE)),
        )


def _models(home: Path) -> Iterator[Model]:
    try:
        used = chosen(None, home).path.resolve()
    except (WalletError, DIDError, OSError):
        used = None
    for one in found(home):
        ships = one.by is By.SHIPPED
        yield Model(one.path.name, None if ships else one.path, one.path.resolve() == used)


def _listed(wallet: Wallet, action: str, name: str, row: Row) -> Iterator[Line]:
    read = ACTIONS[action].read
    if read is None:
        return
    result = read(wallet, {})
    ids = [str(one["id"]) for one in result.data[name]]
    for id_, cells in zip(ids, result.table.rows if result.table else (), strict=False):
        yield Line(row, _joined(cells[1:]), id=id_)


def _joined(cells: tuple[Any, ...]) -> Message:
    shown = [cell for cell in cells if cell]
    template = " · ".join(f"{{cell{at}}}" for at in range(len(shown)))
    return Message(template, {f"cell{at}": cell for at, cell in enumerate(shown)})


def in_words(line: Line, language: str) -> tuple[str, str]:
    """Label and value in a language; not yet made `printable`."""
    label, value = (
        text(each, language) if isinstance(each, Message) else each
        for each in (line.label, line.value)
    )
    return label, value
