"""All checks, in order. One that fails to say anything does not keep the others from it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from wallet.doctor import (
    chain,
    clock,
    files,
    process,
    profile,
    rules,
    settings,
    upstairs,
    vault,
)
from wallet.doctor.finding import unclear
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wallet.doctor.examined import Examined
    from wallet.doctor.finding import Finding
    from wallet.vault.vault import Vault

    Open = Callable[[Examined], Iterable[Finding]]
    Sealed = Callable[[Examined, Vault], Iterable[Finding]]

OPEN: Final[tuple[tuple[str, Open], ...]] = (
    (process.CHECK, process.versions),
    (process.MEMORY, process.memory),
    (profile.CHECK, profile.profile),
    (files.CHECK, files.files),
    (files.DISK, files.disk),
    (clock.CHECK, clock.clock),
    (settings.CHECK, settings.settings),
    (settings.CONTEXTS, settings.contexts),
    (chain.CHECK, chain.embedded),
    (chain.CHECK, chain.nodes),
    (upstairs.MODEL, upstairs.upstairs),
)
"""Those that need no passphrase."""

SEALED: Final[tuple[tuple[str, Sealed], ...]] = (
    (vault.CHECK, vault.integrity),
    (vault.JOURNAL, vault.journal),
    (rules.CHECK, rules.rules),
    (vault.PENDING, vault.pending),
    (vault.BACKUP, vault.backup),
)
"""Those that look into the vault."""


def examine(examined: Examined) -> Iterator[Finding]:
    """What every check finds, one after the other; nothing is changed."""
    for name, check in OPEN:
        yield from _found(name, partial(check, examined))
    yield from _vault(examined)


def _vault(examined: Examined) -> Iterator[Finding]:
    refusal = vault.refusal(examined)
    if examined.has_wallet:
        yield from _found(vault.SCHEMA, partial(vault.schema, examined))
    if refusal is not None:
        yield refusal
    for name, check in SEALED:
        if (opened := examined.vault) is not None:
            yield from _found(name, partial(check, examined, opened))
        elif refusal is not None:
            if name != refusal.check:
                yield unclear(name, say("needs a vault that opens"))
        else:
            yield unclear(
                name, say("needs the passphrase"), say("holdfast doctor, without --locked")
            )


def _found(name: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What a check finds, and that it ended where it did not come to its end."""
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
        kind = type(error).__name__
        yield unclear(name, say("could not be examined: {error}", error=f"{error} ({kind})"))
