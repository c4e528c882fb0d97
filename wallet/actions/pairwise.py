"""DIDs for one verifier each: made when something is first shown to it, and found again later.

They are of did:peer, which nobody publishes, and their keys' numbers come of whom they are for: a
wallet that was made anew from its phrase gives the same verifier the same DID, and no other one. A
credential that says whom it is about can be shown
by that DID alone, and so by none of these.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wallet.entries import dids
from wallet.errors import BadInput
from wallet.messages import say
from wallet.registrars.registrar import NewDID
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.credentials.model import Credential
    from wallet.entries import OwnDID
    from wallet.messages import Message
    from wallet.wallet import Wallet

_METHOD: Final = "peer"
_FROM: Final = 1 << 30


def pairwise_for(wallet: Wallet, verifier: str) -> OwnDID:
    """The DID that this verifier alone knows; where there is none, what would be made for it."""
    for own in dids(wallet.vault):
        if own.pairwise == verifier:
            return own
    own = wallet.registrars[_METHOD].create(NewDID(number_for(verifier))).own
    return replace(own, kept={**own.kept, "verifier": verifier})


def number_for(verifier: str) -> int:
    """The number of the key for a verifier: from 2**30 on, where no other did:peer's comes to."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return _FROM + int.from_bytes(digest[:4]) % _FROM


def remember_pairwise(wallet: Wallet, own: OwnDID) -> None:
    """Keep it, where it is new; in the transaction of what it is shown by.

    Raises:
        BadInput: its key was taken meanwhile.
    """
    if own.pairwise is None:
        return
    for other in dids(wallet.vault):
        if other.did == own.did:
            if other.pairwise != own.pairwise:
                raise BadInput("another DID was created meanwhile", hint="ask again")
            return
    wallet.vault.put(Kind.DID, own.body(), id=own.id)


def check_fits(credential: Credential, own: OwnDID, label: str) -> None:
    """Refuse to show by a pairwise DID what is about another.

    Raises:
        BadInput: it says whom it is about, or whose key it is bound to.
    """
    if credential.subjects and own.id not in credential.subjects:
        raise BadInput(
            f"{label} says whom it is about, and can be shown by nobody else",
            hint="ask its issuer for one that names nobody (bbs-2023), or show it without"
            " --pairwise",
        )


def advice(credential: Credential, holder: OwnDID) -> Message | None:
    """What could be done about a DID that links; None where it is known to one verifier alone."""
    if holder.pairwise is not None:
        return None
    if credential.subjects:
        return say(
            "its issuer bound it to this DID, so that a DID for this verifier alone cannot show it"
        )
    return say("with --pairwise, a DID for this verifier alone would show it")
