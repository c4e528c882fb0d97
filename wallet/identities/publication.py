"""Publishing a DID: the document that others find now, the one that they are to find, the cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from did.document import Document
from did.methods.webvh.log import read_log
from wallet.registrars.registrar import Publish, differences
from wallet.registrars.sending import Planned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.entries import OwnDID
    from wallet.registrars.registrar import Facts
    from wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing a DID comes to.

    Attributes:
        published: the document that others find now; None where there is none to be found.
        wanted: the one that they find afterwards.
        cost: what that costs at most, in wei.
    """

    published: Mapping[str, Any] | None = field(hash=False)
    wanted: Mapping[str, Any] = field(hash=False)
    cost: int = 0

    @property
    def changes(self) -> Facts:
        """What differs, a line each."""
        return differences(self.published or {"id": self.wanted["id"]}, self.wanted)


def publication(wallet: Wallet, own: OwnDID) -> Publication:
    """What publishing the DID comes to now; nothing is sent.

    Raises:
        BadInput: it needs no publishing, or nothing has changed since.
        ChainError, Unreachable: the chain gave no answer.
    """
    change = wallet.registrars[own.did.method].change(own, Publish())
    if isinstance(change, Planned):
        plan = change.plan
        return Publication(plan.before.to_json(), plan.after.to_json(), change.cost)
    found = wallet.resolver.resolve(own.did, noCache=True).document
    published = None if found is None else found.to_json()
    return Publication(published, kept_document(wallet, own) or published or {"id": own.id})


def kept_document(wallet: Wallet, own: OwnDID) -> Mapping[str, Any] | None:
    """The document as the wallet has it, of methods whose documents are files; None of others."""
    match own.kept:
        case {"document": document}:
            return Document.parse(document).to_json()
        case {"log": str(log)}:
            state = read_log(log.encode(), wallet.clock()).last.entry.state
            return Document.parse(state).to_json()
        case _:
            return None
