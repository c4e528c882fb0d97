"""Whether a credential still counts: Bitstring Status List 1.0, its draft of 2021, and tokens' own.

Entries, lists and values are read and written here. Fetching a list and verifying its proof are
for who asks; nothing here looks at a clock or a network.
"""

from __future__ import annotations

from wallet.credentials.status.bits import MAX_LENGTH, MIN_LENGTH, BitList
from wallet.credentials.status.entries import status_entries
from wallet.credentials.status.lists import (
    CBOR_TOKEN_TYPE,
    TOKEN_TYPE,
    read_bitstring_list,
    read_token_list,
)
from wallet.credentials.status.values import (
    Meaning,
    Purpose,
    StatusEntry,
    StatusKind,
    StatusList,
    StatusValue,
    UnknownEntry,
)

__all__ = [
    "CBOR_TOKEN_TYPE",
    "MAX_LENGTH",
    "MIN_LENGTH",
    "TOKEN_TYPE",
    "BitList",
    "Meaning",
    "Purpose",
    "StatusEntry",
    "StatusKind",
    "StatusList",
    "StatusValue",
    "UnknownEntry",
    "read_bitstring_list",
    "read_token_list",
    "status_entries",
]
