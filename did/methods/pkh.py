"""did:pkh: a DID that is an account of a blockchain, and so is never published or changed.

The did:pkh Method Specification; CAIP-2 and CAIP-10 for the account, EIP-55 for its checksum. Of
the namespaces of accounts this is the one of Ethereum and its like, `eip155`.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.document import Document, Relationship
from did.errors import InvalidDID, UnsupportedMethod, quoted
from did.identifier import DID
from did.keys.secp256k1 import checksummed

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPE: Final = "EcdsaSecp256k1RecoveryMethod2020"
_CONTEXT: Final = (
    "https://www.w3.org/ns/did/v1",
    {
        "blockchainAccountId": "https://w3id.org/security#blockchainAccountId",
        _TYPE: f"https://identity.foundation/EcdsaSecp256k1RecoverySignature2020#{_TYPE}",
    },
)
_SIGNING: Final = tuple(r for r in Relationship if r is not Relationship.KEY_AGREEMENT)

_ACCOUNT_ID: Final = re.compile(r"([-a-z0-9]{3,8}):([-_a-zA-Z0-9]{1,32}):([-.%a-zA-Z0-9]{1,128})")
"""CAIP-10: namespace, reference and address."""

_CHAIN: Final = re.compile(r"[1-9][0-9]*")
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")

_FORMERLY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "btc": "bip122:000000000019d6689c085ae165831e93",
        "celo": "eip155:42220",
        "doge": "bip122:1a91e3dace36e2be3bf030a65679fe82",
        "eth": "eip155:1",
        "poly": "eip155:137",
        "sol": "solana:4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZ",
        "tz": "tezos:NetXdQprcVkpaWU",
    }
)
"""The names of networks in the specification's appendix, and what they are today."""


def pkh_did(account: str, chain_id: int) -> DID:
    """The DID of an account, `0x` and 40 digits, on the chain with that id (EIP-155).

    Raises:
        InvalidDID: `account` is none, or its checksum is wrong; or `chain_id` is not positive.
    """
    did = DID("pkh", f"eip155:{chain_id}:{account}")
    _, address = _eip155(did)
    return DID("pkh", f"eip155:{chain_id}:{checksummed(bytes.fromhex(address[2:]))}")


class Pkh:
    """The method `pkh`."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The method's name."""
        return "pkh"

    def resolve(
        self, did: DID, _options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did`, made of nothing but the account in it.

        Every version of it is the same, so that `versionId` and `versionTime` change nothing.

        Raises:
            InvalidDID: it names no account, or one whose checksum is wrong.
            UnsupportedMethod: the account is of another namespace than `eip155`.
        """
        _eip155(did)
        method = {
            "id": f"{did}#blockchainAccountId",
            "type": _TYPE,
            "controller": str(did),
            "blockchainAccountId": did.method_specific_id,
        }
        document = {
            "@context": list(_CONTEXT),
            "id": str(did),
            "verificationMethod": [method],
            **{relationship.value: [method["id"]] for relationship in _SIGNING},
        }
        return Document.parse(document), {}


def _eip155(did: DID) -> tuple[int, str]:
    """The chain's id and the address. Raises `InvalidDID` or `UnsupportedMethod`."""
    _refuse_former(did)
    account = _ACCOUNT_ID.fullmatch(did.method_specific_id)
    if account is None:
        raise InvalidDID(
            f"{quoted(str(did))} names no account",
            hint="did:pkh: is followed by namespace, chain and address: eip155:1:0x…",
        )
    namespace, reference, address = account.groups()
    if namespace != "eip155":
        raise UnsupportedMethod(
            f"did:pkh is not supported for accounts of {quoted(namespace)}",
            hint="supported: did:pkh:eip155",
        )
    if not _CHAIN.fullmatch(reference):
        raise InvalidDID(f"{quoted(reference)} is not the id of a chain", hint="a number from 1 on")
    if not _ADDRESS.fullmatch(address):
        raise InvalidDID(
            f"{quoted(address)} is not an address of Ethereum", hint="0x and 40 digits"
        )
    _check_case(address)
    return int(reference), address


def _check_case(address: str) -> None:
    """In digits of both cases the case is a checksum, and must be right (EIP-55)."""
    digits = address[2:]
    if digits in {digits.lower(), digits.upper()}:
        return
    if address != checksummed(bytes.fromhex(digits)):
        raise InvalidDID(
            f"the checksum of {quoted(address)} is wrong",
            hint="there is a typing error in it; copy it again",
        )


def _refuse_former(did: DID) -> None:
    """Identifiers as they were before accounts were named by CAIP-10."""
    network, _, address = did.method_specific_id.partition(":")
    if network in _FORMERLY and ":" not in address:
        raise UnsupportedMethod(
            f"did:pkh:{network} is a name of before, and not supported",
            hint=f"today it is did:pkh:{_FORMERLY[network]}, with the same address after it",
        )
