"""What follows `did:ethr:`, read (ethr DID method, "Method Specific Identifier").

A network, left out for Ethereum's main one, then an account or the public key that controls it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from did.chain.registry.deployments import NETWORKS
from did.errors import InvalidDID, InvalidKey, UnknownNetwork
from did.identifier import DID
from did.keys.secp256k1 import Secp256k1PublicKey, address, checksummed

_SPECIFIC_ID: Final = re.compile(
    r"(?:(?P<network>.+):)?(?P<subject>0x(?:[0-9a-fA-F]{66}|[0-9a-fA-F]{40}))"
)
_CHAIN_ID: Final = re.compile(r"0x[0-9a-fA-F]{1,16}")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a did:ethr is about: an account of 20 bytes on a chain.

    `key` is the public key that the identifier names instead, if it names one.
    """

    chain_id: int
    account: bytes
    key: Secp256k1PublicKey | None = None

    @classmethod
    def of(cls, did: DID) -> Self:
        """Whom `did` is about.

        Raises:
            InvalidDID: it is no did:ethr, or its public key is no point of the curve.
            UnknownNetwork: it calls its network by a name that is not known.
        """
        match = _SPECIFIC_ID.fullmatch(did.method_specific_id)
        if did.method != "ethr" or match is None:
            raise InvalidDID(
                f"{str(did)[:80]!r} is not a did:ethr",
                hint="it ends in an account, 0x and 40 digits, or in a public key, 0x and 66",
            )
        value = bytes.fromhex(match["subject"][2:])
        if len(value) == 20:
            return cls(_chain_id(match["network"]), value)
        try:
            key = Secp256k1PublicKey(value)
        except InvalidKey as error:
            raise InvalidDID(f"{did} holds no public key: {error}") from error
        return cls(_chain_id(match["network"]), bytes.fromhex(address(key)[2:]), key)


def ethr_did(account: str, chain_id: int) -> DID:
    """The DID of an account, 0x and 40 digits, on the chain of that id.

    Raises:
        InvalidDID: it is no account.
    """
    did = DID("ethr", f"{chain_id:#x}:{account}")
    subject = Subject.of(did)
    return DID("ethr", f"{chain_id:#x}:{checksummed(subject.account)}")


def _chain_id(network: str | None) -> int:
    if network is None:
        return NETWORKS["mainnet"]
    if _CHAIN_ID.fullmatch(network):
        return int(network, 16)
    if (known := NETWORKS.get(network)) is None:
        raise UnknownNetwork(
            f"the network {network[:40]!r} is not known by name", hint="name it by its chain id"
        )
    return known
