"""The accounts of the wallet, by the number of their did:ethr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from did.keys.secp256k1 import Secp256k1PublicKey, address
from wallet.vault.derivation import KeyPath

if TYPE_CHECKING:
    from wallet.vault.vault import Vault


def account_address(vault: Vault, number: int) -> str:
    """The address of did:ethr account `number`, with EIP-55's checksum."""
    key = vault.public_key(KeyPath.ethr(number))
    assert isinstance(key, Secp256k1PublicKey)  # noqa: S101 - as the path says
    return address(key)
