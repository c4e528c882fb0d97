"""The registry of DIDs on a chain (ERC-1056): asking it, and the calls that change it.

An identity's changes are a list that runs backwards through the blocks: `changed` names the last
block with one, and each change names the block of the one before.
"""

from __future__ import annotations

from did.chain.registry.calls import (
    FUNCTIONS,
    SIGNED_FUNCTIONS,
    add_delegate,
    change_owner,
    described,
    revoke_attribute,
    revoke_delegate,
    set_attribute,
    word,
)
from did.chain.registry.changes import (
    ATTRIBUTE_CHANGED,
    DELEGATE_CHANGED,
    OWNER_CHANGED,
    AttributeChanged,
    Change,
    DelegateChanged,
    OwnerChanged,
)
from did.chain.registry.history import history, logs_of
from did.chain.registry.logs import MAX_STEPS
from did.chain.registry.reads import block_timestamp, changed, identity_owner, signed_nonce

__all__ = [
    "ATTRIBUTE_CHANGED",
    "DELEGATE_CHANGED",
    "FUNCTIONS",
    "MAX_STEPS",
    "OWNER_CHANGED",
    "SIGNED_FUNCTIONS",
    "AttributeChanged",
    "Change",
    "DelegateChanged",
    "OwnerChanged",
    "add_delegate",
    "block_timestamp",
    "change_owner",
    "changed",
    "described",
    "history",
    "identity_owner",
    "logs_of",
    "revoke_attribute",
    "revoke_delegate",
    "set_attribute",
    "signed_nonce",
    "word",
]
