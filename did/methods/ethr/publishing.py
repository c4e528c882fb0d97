"""Publishing a key of a did:ethr: the transaction it takes, and the name that the key will have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from did.chain.registry import history, identity_owner
from did.chain.sending.transaction import prepare
from did.document import Relationship
from did.errors import ChainError
from did.keys.secp256k1 import checksummed
from did.methods.ethr.document import account_after
from did.methods.ethr.operations import VALIDITY, Purpose, call_of, key_attribute, publish_key
from did.methods.ethr.planning import subject_on

if TYPE_CHECKING:
    from datetime import timedelta

    from did.chain import Chain
    from did.chain.history import HistoryStore
    from did.chain.sending.transaction import UnsignedTransaction
    from did.document import Document
    from did.identifier import DID
    from did.keys import PublicKey

ATTRIBUTE: Final = key_attribute(Purpose.SIG_AUTH)
"""What the registry calls a key that signs, its value behind the multicodec prefix of its kind."""


def publication(
    chain: Chain, did: DID, key: PublicKey, *, validity: timedelta = VALIDITY
) -> UnsignedTransaction:
    """The transaction after which `key` may sign for `did`, to be signed by the DID's owner.

    Raises:
        InvalidDID, UnknownNetwork: `did` is no did:ethr, or is on another chain.
        TransactionFailed: the registry would refuse it.
        ChainError, Unreachable: the chain gave no answer.
    """
    subject = subject_on(chain, did)
    call = call_of(publish_key(key, validity=validity), subject.account)
    owner = checksummed(identity_owner(chain, subject.account))
    return prepare(chain, sender=owner, to=chain.registry, data=call)


def planned_method_id(chain: Chain, did: DID, *, histories: HistoryStore | None = None) -> str:
    """The DID URL of the next key to be published, so that it can be named before that.

    Raises:
        ChainError: the DID was given up, and no key will be published any more; or the chain gave
            no answer that can be relied on.
        Unreachable: the chain did not answer.
    """
    subject = subject_on(chain, did)
    changes = history(chain, subject.account, histories=histories)
    account = account_after(did, subject, changes, now=0)
    if account.deactivated:
        raise ChainError(f"{did} was deactivated, which is for good")
    return f"{did}#delegate-{account.keys_named + 1}"


def published_method_id(document: Document, key: PublicKey) -> str | None:
    """The DID URL under which `key` signs in the DID's document, or None where it does not."""
    return next(
        (
            method.id
            for method in document.verification_methods
            if method.public_key == key
            and document.authorizes(method.id, Relationship.ASSERTION_METHOD)
        ),
        None,
    )
