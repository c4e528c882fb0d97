"""What links a presentation to an earlier one: told before it leaves, out of what is remembered.

Of what was shown, the vault keeps to whom, by which DID, and digests of what it can be recognized
by (`wallet.rules.marks`).
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final

from wallet.entries import names
from wallet.messages import Message, say
from wallet.rules.marks import Sort
from wallet.rules.store import earlier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wallet.entries import OwnDID
    from wallet.rules.marks import Mark
    from wallet.wallet import Wallet

_NAMED: Final = 3
"""How many verifiers a warning names."""


def recognized_by(holder: OwnDID, marks: Sequence[Mark], *, binds_key: bool) -> Message:
    """What a presentation can be recognized by, whoever sees another one.

    A signature says it all: what is rare beside it is left out then.
    """
    who = say("your DID") if holder.pairwise is None else say("a DID for this verifier alone")
    found = [who, *([say("the key that it is bound to")] if binds_key else ())]
    sorts = {mark.sort for mark in marks}
    signed = Sort.SIGNATURE in sorts
    if signed:
        found.append(say("the issuer's signature"))
    if Sort.STATUS in sorts:
        found.append(say("its place in a status list"))
    if not signed and (members := _of(marks, Sort.MEMBER)):
        found.append(say("its {names}", names=members))
    if not signed and (claims := _of(marks, Sort.CLAIM)):
        found.append(say("rare values of {names}", names=claims))
    return _joined(found)


def linked(
    wallet: Wallet, holder: OwnDID, verifier: str, marks: Sequence[Mark], *, parts: bool
) -> Iterator[Message]:
    """Says what earlier verifiers saw that is in this presentation, too.

    `parts` says that something stays hidden: then the same verifier, too, could put together what
    it was shown then and now.
    """
    before, known = earlier(wallet.vault), names(wallet.vault)
    seen = dict.fromkeys(one.verifier for one in before if one.holder == holder.id)
    if seen and verifier not in seen:  # who knows it already learns nothing new
        yield say(
            "{others} saw {holder} before: if they compare, they know that it is the same person",
            others=_listed([known.get(did, did) for did in seen]),
            holder=holder.label,
        )
    same: dict[tuple[Mark, ...], dict[str, None]] = {}
    wanted = set(marks)
    for one in before:
        found = tuple(mark for mark in dict.fromkeys(one.marks) if mark in wanted)
        if found and (parts or one.verifier != verifier or one.holder != holder.id):
            same.setdefault(found, {})[one.verifier] = None
    for found, verifiers in same.items():
        yield say(
            "{others} saw {what} before: if they compare, what was shown then and now can be put"
            " together",
            others=_listed([known.get(did, did) for did in verifiers]),
            what=_joined([*_told(found)]),
        )


def _told(marks: Sequence[Mark]) -> Iterator[Message]:
    sorts = {mark.sort for mark in marks}
    if Sort.SIGNATURE in sorts:
        yield say("the same signature of its issuer")
    if Sort.STATUS in sorts:
        yield say("the same place in a status list")
    if same := ", ".join(filter(None, (_of(marks, Sort.MEMBER), _of(marks, Sort.CLAIM)))):
        yield say("the same {names}", names=same)


def _of(marks: Iterable[Mark], sort: Sort) -> str:
    return ", ".join(dict.fromkeys(mark.name for mark in marks if mark.sort is sort))


def _joined(messages: Sequence[Message]) -> Message:
    return reduce(lambda one, other: say("{former}, {latter}", former=one, latter=other), messages)


def _listed(others: Sequence[str]) -> str:
    return ", ".join(others[:_NAMED]) + (", …" if len(others) > _NAMED else "")
