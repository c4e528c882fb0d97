"""From all changes of an account to one version of its document: `derived`.

The same for whoever asked a chain and whoever was shown what it said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from did.document import Document
from did.methods.ethr.document import Account, account_after, readable
from did.methods.ethr.version import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from did.chain.registry import Change
    from did.identifier import DID
    from did.methods.ethr.identifier import Subject
    from did.methods.ethr.version import Version


def each_version(did: DID, subject: Subject, every: Iterable[Change]) -> Iterator[Document]:
    """The document before anything was changed, and the one after each of the changes.

    Each as of the moment of its change; after the DID was given up, what it then is.
    """
    account = Account(did, subject, subject.account)
    document = Document.parse(account.document())
    yield document
    for change in every:
        if readable(change) and not account.deactivated:
            account.add(change, now=change.timestamp)
            document = Document.parse(account.document())
        yield document


def derived(
    did: DID, subject: Subject, every: Iterable[Change], version: Version, *, instant: int
) -> tuple[Document, Mapping[str, Any]]:
    """The document of that version, and its metadata.

    `every` are the changes, the oldest first. `instant`, in Unix seconds, is what the times are
    compared with at which keys expire.
    """
    changes = [change for change in every if readable(change)]
    later = (i for i, change in enumerate(changes) if version.later(change, instant))
    end = next(later, len(changes))
    account = account_after(did, subject, changes[:end], now=instant)
    document = Document.parse(account.document())
    if account.deactivated:
        last = account.counted  # what came after it changes nothing any more
        return document, {**metadata(changes[:last], last), "deactivated": True}
    return document, metadata(changes, end)
