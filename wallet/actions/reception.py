"""A credential that came in and is not accepted yet: what it says, and who can hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wallet.credentials.readable import claims_said
from wallet.credentials.received import read_credential
from wallet.entries import (
    StoredCredential,
    dids,
    has_credential,
    issuer_of,
    name_of,
    names,
)
from wallet.messages import say

if TYPE_CHECKING:
    from wallet.credentials.model import Credential
    from wallet.credentials.readable import Said
    from wallet.messages import Message
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Reception:
    """What a person looks at before they accept it.

    Attributes:
        credential: as it was sent.
        claims: what it says.
        issuer: who issued it, with the name that the person knows.
        subjects: whom it is about.
        holders: the DIDs under which it can be accepted, id and name; none where it says itself
            whom it is about.
        note: how it stands to this wallet.
    """

    credential: Credential
    claims: tuple[Said, ...]
    issuer: str
    subjects: tuple[str, ...]
    holders: tuple[tuple[str, str], ...]
    note: Message


def reception(wallet: Wallet, raw: bytes) -> Reception:
    """Raises `CredentialError` where the bytes are no credential."""
    credential, known = read_credential(raw), names(wallet.vault)
    own = dids(wallet.vault)
    is_bound = bool(credential.subjects)
    holders = () if is_bound else tuple((one.id, one.described) for one in own[::-1])
    return Reception(
        credential,
        claims_said(credential),
        issuer_of(credential, known),
        tuple(name_of(subject, known) for subject in credential.subjects),
        holders,
        _note(wallet, credential, {one.id for one in own}),
    )


def _note(wallet: Wallet, credential: Credential, own: set[str]) -> Message:
    stored = StoredCredential.made(wallet.vault, credential, name="", role="held")
    if has_credential(wallet.vault, stored.id):
        return say("it is in the wallet already, as {id}", id=stored.id)
    if not credential.subjects:
        return say("it does not say whom it is about: choose under which DID you hold it")
    if own & set(credential.subjects):
        return say("it is about you")
    if credential.issuer in own:
        return say("you issued it yourself")
    return say("it is about none of your DIDs: you could keep it, and not present it")
