"""Which model is used: what was said on the command line, in the environment or the settings.

One of the person's own that does not load costs a line, and the one that ships takes its place.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import NoModel
from agent.model import LlamaModel, embedded_model, find_model
from agent.models.gguf import Header
from agent.models.memory import require_room
from wallet.messages import say
from wallet.profiles import data_folder
from wallet.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wallet.messages import Message


class By(StrEnum):
    """What said so."""

    OPTION = "--model"
    ENVIRONMENT = "HOLDFAST_MODEL"
    SETTINGS = "config.toml"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model file, and by what it was chosen."""

    path: Path
    by: By


def models_folder() -> Path:
    """Where a person's models lie, beside the wallets' folder: all of them share it.

    Inside, a wallet could not be restored to where only models are, and replacing one would put
    them away with it.
    """
    folder = data_folder()
    return folder.with_name(f"{folder.name}-models")


def chosen(given: Path | None, home: Path) -> Chosen:
    """The model that is to be used for the wallet in `home`.

    Raises:
        NoModel: one was named that is not there, and not in the settings; or there is none at all.
        BadInput: the settings cannot be read.
    """
    if given is not None:
        return Chosen(find_model(given), By.OPTION)
    if os.environ.get("HOLDFAST_MODEL"):
        return Chosen(find_model(), By.ENVIRONMENT)
    if (named := Settings.read(home).model) is not None:
        return Chosen(Path(named), By.SETTINGS)
    return Chosen(embedded_model(), By.SHIPPED)


def opened(given: Path | None, home: Path, tell: Callable[[Message], None]) -> LlamaModel:
    """The model for the wallet in `home`; `tell` hears why another than was chosen.

    Raises:
        NoModel, BadInput: as `chosen`.
    """
    choice = chosen(given, home)
    if choice.by is By.SHIPPED:
        return LlamaModel(choice.path)  # it loads while the wallet is opened
    try:
        return loaded(choice.path)
    except NoModel as error:
        tell(say("{error}; the model that ships is used", error=error))
        return LlamaModel(embedded_model())


def loaded(path: Path) -> LlamaModel:
    """A model that was looked at, has room, and runs.

    Raises:
        NoModel: it has not, or does not.
    """
    require_room(Header.read(path))
    model = LlamaModel(path)
    try:
        model.start()
    except BaseException:
        model.close()
        raise
    return model


def found(home: Path) -> Iterator[Chosen]:
    """The models there are: the one that ships, those in the user's folder, and any named."""
    listed: set[Path] = set()
    for one in _places(home):
        if (resolved := one.path.resolve()) not in listed and one.path.is_file():
            listed.add(resolved)
            yield one


def _places(home: Path) -> Iterator[Chosen]:
    with suppress(NoModel):
        yield Chosen(embedded_model(), By.SHIPPED)
    if named := os.environ.get("HOLDFAST_MODEL"):
        yield Chosen(Path(named), By.ENVIRONMENT)
    if (named := Settings.read(home).model) is not None:
        yield Chosen(Path(named), By.SETTINGS)
    for path in sorted(models_folder().glob("*.gguf")):
        yield Chosen(path, By.OPTION)


def by_name(name: str) -> Path:
    """A file as a person names it: by its path, or by its name in the user's folder.

    Raises:
        NoModel: there is none.
    """
    folder = models_folder()
    for path in (Path(name).expanduser(), folder / name, folder / f"{name}.gguf"):
        if path.is_file():
            return path.absolute()
    raise NoModel(f"there is no model {name!r:.200}", hint="holdfast model list")
