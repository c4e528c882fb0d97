"""Publishing a key of a did:ethr: the transaction it takes, and the name that the key will have."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from did.chain.registry import history, identity_owner, set_attribute
from did.chain.transaction import prepare
from did.document import Relationship
from did.encoding import encode_multicodec
from did.errors import ChainError, UnknownNetwork
from did.keys.secp256k1 import checksummed
from did.methods.ethr.document import Account
from did.methods.ethr.identifier import Subject

if TYPE_CHECKING:
    from did.chain import Chain
    from did.chain.transaction import UnsignedTransaction
    from did.document import Document
    from did.identifier import DID
    from did.keys import PublicKey

ATTRIBUTE: Final = "did/pub/Multikey/sigAuth"
"""What the registry calls a key that signs, its value behind the multicodec prefix of its kind.

`sigAuth` puts it under authentication and assertionMethod, so that one key both issues and
presents; `veriKey` would put it under assertionMethod alone.
"""

VALIDITY: Final = timedelta(days=3650)
"""How long a key is published for."""


def publication(
    chain: Chain, did: DID, key: PublicKey, *, validity: timedelta = VALIDITY
) -> UnsignedTransaction:
    """The transaction after which `key` may sign for `did`, to be signed by the DID's owner.

    Raises:
        InvalidDID, UnknownNetwork: `did` is no did:ethr, or is on another chain.
        TransactionFailed: the registry would refuse it.
        ChainError, Unreachable: the chain gave no answer.
    """
    subject = _subject(chain, did)
    call = set_attribute(
        subject.account,
        ATTRIBUTE,
        encode_multicodec(key),
        validity=int(validity.total_seconds()),
    )
    owner = checksummed(identity_owner(chain, subject.account))
    return prepare(chain, sender=owner, to=chain.registry, data=call)


def planned_method_id(chain: Chain, did: DID) -> str:
    """The DID URL of the next key to be published, so that it can be named before that.

    Raises:
        ChainError: the DID was given up, and no key will be published any more.
        NotFound, Unreachable: the chain gave no answer.
    """
    subject = _subject(chain, did)
    account = Account(did, subject, subject.account)
    for change in history(chain, subject.account):
        account.add(change, now=change.timestamp)
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


def _subject(chain: Chain, did: DID) -> Subject:
    subject = Subject.of(did)
    if subject.chain_id != chain.chain_id:
        raise UnknownNetwork(f"{did} is on chain {subject.chain_id}, not on {chain.chain_id}")
    return subject
