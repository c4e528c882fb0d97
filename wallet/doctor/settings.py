"""What a person chose: `config.toml`, `trust.toml`, and the contexts that they added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.credentials.contexts.added import AddedContexts
from wallet.doctor.finding import broken, sound
from wallet.errors import WalletError
from wallet.messages import say
from wallet.settings import CONFIG_FILE, Settings
from wallet.sources import CONTEXTS_FOLDER
from wallet.trust import TRUST_FILE, trusted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wallet.doctor.examined import Examined
    from wallet.doctor.finding import Finding

CHECK: Final = "settings"
CONTEXTS: Final = "contexts"


def settings(examined: Examined) -> Iterator[Finding]:
    """Whether each of the files can be read, and says what is understood."""
    kinds: tuple[tuple[str, Callable[[Path], object]], ...] = (
        (CONFIG_FILE, Settings.read),
        (TRUST_FILE, trusted),
    )
    for name, read in kinds:
        try:
            read(examined.home)
        except WalletError as error:
            sentence = say("{file} cannot be used: {error}", file=name, error=error)
            yield broken(CHECK, sentence, say("mend the file, or move it away"))
        else:
            there = (examined.home / name).exists()
            yield sound(
                CHECK,
                say("{file} can be used", file=name) if there else say("no {file}", file=name),
            )


def contexts(examined: Examined) -> Iterator[Finding]:
    """Whether each added context is the one that was added."""
    kept = AddedContexts(examined.home / CONTEXTS_FOLDER)
    try:
        added = kept.listed()
    except WalletError as error:
        sentence = say("the list of contexts cannot be used: {error}", error=error)
        yield broken(CONTEXTS, sentence, say("delete the list, and add the contexts once more"))
        return
    changed = False
    for one in added:
        try:
            kept.read(one)
        except WalletError as error:
            changed = True
            yield broken(
                CONTEXTS,
                say("a context is not as it was: {error}", error=error),
                say("holdfast context remove {url}, or add it once more", url=one.url),
            )
    if not changed:
        yield sound(CONTEXTS, say("added contexts, all as they were: {count}", count=len(added)))
