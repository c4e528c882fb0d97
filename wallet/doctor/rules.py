"""The rules that the person set: whether each can be read, and can be kept to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.doctor.finding import broken, odd, sound
from wallet.messages import say
from wallet.rules.rule import OnlyToContacts, Unreadable, words
from wallet.rules.store import earlier, kept_rules
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wallet.doctor.examined import Examined
    from wallet.doctor.finding import Finding
    from wallet.rules.store import KeptRule
    from wallet.vault.vault import Vault

CHECK: Final = "rules"


def rules(examined: Examined, vault: Vault) -> Iterator[Finding]:
    """Whether any of them forbids more than the person meant, and what they go by is readable."""
    del examined
    kept = kept_rules(vault)
    found = [*_forbidding_all(kept, contacts=vault.count(Kind.CONTACT)), *_earlier(vault)]
    yield from found
    if not found:
        yield sound(CHECK, say("rules of yours, all understood: {count}", count=len(kept)))


def _forbidding_all(kept: Iterable[KeptRule], *, contacts: int) -> Iterator[Finding]:
    for one in kept:
        advice = say("holdfast policy remove {id}", id=one.id)
        match one.rule:
            case Unreadable():
                sentence = say("{id} is no rule that is known here, and forbids all", id=one.id)
                yield broken(CHECK, sentence, advice)
            case OnlyToContacts() if not contacts:
                sentence = say("{rule}; there is no contact", rule=words(one.rule))
                yield odd(CHECK, sentence, say("holdfast contact add, or {other}", other=advice))
            case _:
                pass


def _earlier(vault: Vault) -> Iterator[Finding]:
    try:
        earlier(vault)
    except IntegrityError as error:
        sentence = say("what was shown before cannot be read: {error}", error=error)
        yield broken(CHECK, sentence, say("holdfast restore, from a backup"))
