"""How it stands with a DID of the wallet: published or not, given up, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallet.entries import dids
from wallet.memory import About, memories
from wallet.messages import say

if TYPE_CHECKING:
    from wallet.entries import OwnDID
    from wallet.messages import Message
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Identity:
    """A DID of the wallet, as a list shows it.

    Attributes:
        own: the DID.
        state: how it stands with it.
        purposes: what the person said that it is for.
        can_change: whether its document can be changed, by its method and its state.
    """

    own: OwnDID
    state: Message
    purposes: tuple[str, ...]
    can_change: bool


def identities(wallet: Wallet) -> tuple[Identity, ...]:
    """All DIDs of the wallet, the oldest first."""
    purposes: dict[str, tuple[str, ...]] = {}
    for kept in memories(wallet.vault):
        if kept.about is About.DID:
            purposes[kept.values[0]] = (*purposes.get(kept.values[0], ()), kept.key)
    return tuple(
        Identity(own, state_of(wallet, own), purposes.get(own.id, ()), can_change(wallet, own))
        for own in dids(wallet.vault)
    )


def state_of(wallet: Wallet, own: OwnDID) -> Message:
    """Whether others find its document, in a few words."""
    if own.pairwise is not None:
        return say("for one verifier alone: {verifier}", verifier=own.pairwise)
    if own.imported is not None:
        return say("imported; needs no publishing")
    if not wallet.registrars[own.did.method].publishes:
        return say("needs no publishing")
    if own.deactivated:
        return say("deactivated")
    return say("published") if own.published else say("not published")


def can_change(wallet: Wallet, own: OwnDID) -> bool:
    """Whether its document is one that can be changed, and was not given up."""
    return wallet.registrars[own.did.method].publishes and not own.deactivated
