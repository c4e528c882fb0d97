"""One DID of the wallet as a screen shows it: its document, its keys, and whether others see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from did.document import Document
from did.errors import DIDError
from wallet.identities.keys import keys_of
from wallet.identities.publication import kept_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.entries import OwnDID
    from wallet.identities.keys import ListedKey
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to see of a DID now.

    Attributes:
        own: the DID.
        document: its document; None where there is none to be had.
        keys: its keys.
        problem: why the document is not what others find, or not to be had at all.
    """

    own: OwnDID
    document: Document | None = field(hash=False)
    keys: tuple[ListedKey, ...]
    problem: DIDError | None = None

    @property
    def json(self) -> Mapping[str, Any] | None:
        """The document as JSON."""
        return None if self.document is None else self.document.to_json()


def look_at(wallet: Wallet, own: OwnDID) -> Look:
    """The document as it resolves; else the one that the wallet keeps, and why not the other."""
    document: Document | None = None
    problem: DIDError | None = None
    try:
        document = wallet.resolver.resolve(own.did).require()
    except DIDError as error:
        kept = kept_document(wallet, own)
        document, problem = None if kept is None else Document.parse(kept), error
    return Look(own, document, keys_of(wallet, own, document), problem)
