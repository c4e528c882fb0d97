"""Least disclosure: which credential answers a verifier, and what it shows beside what was asked.

Of those that say what is asked, the one that shows least beside it is proposed. A format that
cannot hide claims shows all of them, and this says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallet.actions.proposal import Claim
from wallet.actions.selective import holder_among, names_in
from wallet.entries import StoredCredential, credential, dids, holder_of
from wallet.errors import NoSuchEntry
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from wallet.credentials.model import Credential
    from wallet.exchange.request_file import PresentationRequest
    from wallet.messages import Message
    from wallet.search.label import Label
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What of a credential's claims is shown.

    Attributes:
        asked: those that were asked for; none where all are meant.
        shown: those that can be read.
        more: those that can be read, and nobody asked for.
        hidden: those that cannot be read.
        hides: whether the holder can leave claims out.
    """

    asked: tuple[str, ...]
    shown: tuple[str, ...]
    more: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    hides: bool = False

    @classmethod
    def of(
        cls,
        claims: Sequence[str],
        asked: Sequence[str],
        readable: Collection[str],
        *,
        hides: bool = False,
    ) -> Disclosed:
        """Of a credential that makes these claims, of which some can be read in what is shown."""
        shown = tuple(claim for claim in claims if claim in readable)
        more = tuple(claim for claim in shown if asked and claim not in names_in(asked))
        hidden = tuple(claim for claim in claims if claim not in shown)
        return cls(tuple(asked), shown, more, hidden, hides)

    @property
    def facts(self) -> Iterator[tuple[Message, Message | str]]:
        """What is shown, and beside it what was asked for where that is less."""
        if self.more:
            yield say("Asked for"), ", ".join(self.asked)
        yield say("Reveals"), ", ".join(self.shown) or say("no claims")
        if self.hidden:
            yield say("Hides"), ", ".join(self.hidden)

    @property
    def warnings(self) -> Iterator[Message]:
        """What is shown without having been asked for."""
        if self.more and self.hides:
            yield say(
                "its issuer lets nobody hide these claims: {claims} would be shown, too",
                claims=", ".join(self.more),
            )
        elif self.more:
            yield say(
                "this credential's format cannot hide claims: {claims} would be shown, too",
                claims=", ".join(self.more),
            )


def claims_of(
    credential: Credential, shown: Sequence[str], *, optional: Collection[str]
) -> tuple[Claim, ...]:
    """What a credential says, claim by claim; of several subjects, each one's after the other.

    `optional` are the claims that its holder can leave out.
    """
    subject = credential.document["credentialSubject"]
    subjects = subject if isinstance(subject, list) else [subject]
    return tuple(
        Claim(
            name,
            "; ".join(_written(one[name]) for one in subjects if name in one),
            leaves=name in shown,
            optional=name in optional,
        )
        for name in credential.claims
    )


def chosen(wallet: Wallet, request: PresentationRequest) -> StoredCredential:
    """The credential that answers a request and shows least; of several, the newest.

    Raises:
        NoSuchEntry: none of the wallet's does.
    """
    label = next(_answering(wallet, request.credential_type, request.claims), None)
    if label is not None:
        return credential(wallet.index, label.id)
    wanted = request.credential_type
    if request.claims:
        wanted += f" with {', '.join(request.claims)}"
    raise NoSuchEntry(
        f"none of your credentials in force is a {wanted!r:.200}", hint="see: holdfast list"
    )


def lesser(
    wallet: Wallet,
    entry: StoredCredential,
    type_: str,
    asked: Sequence[str],
    shown: Sequence[str],
) -> Message | None:
    """Says that another credential answers as well, and shows less than is shown of this one."""
    if not asked:
        return None
    best = next(_answering(wallet, type_, asked), None)
    if best is None or len(best.claims) >= len(shown) or best.id == entry.id:
        return None
    return say(
        "{name} ({id}) would answer, too, and show less: {claims}",
        name=best.shown,
        id=best.id,
        claims=", ".join(best.claims),
    )


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _answering(wallet: Wallet, type_: str, asked: Sequence[str]) -> Iterator[Label]:
    """The labels of what answers, the one that shows least first; of as little, the newest."""
    now, own = wallet.clock(), dids(wallet.vault)
    labels = wallet.index.find(limit=None).labels
    fitting = (
        label
        for label in labels
        if label.role == "held"
        and type_ in label.types
        and set(names_in(asked)) <= set(label.claims)
        and not label.expired(now)
    )
    for label in sorted(fitting, key=lambda label: len(label.claims)):
        entry = credential(wallet.index, label.id)
        if holder_of(own, entry) or holder_among(wallet, entry.credential):
            yield label
