"""How this wallet makes DIDs of its own: one `Registrar` for each method it can create.

A registrar joins a method's rules (`did.methods`) with the vault's keys: which key a DID has,
which verification method signs, and what publishing its document takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from did.chain.transaction import send, sign
from did.document import Relationship
from did.encoding import encode_multikey
from did.errors import ChainError
from did.identifier import DID
from did.keys.secp256k1 import Secp256k1PublicKey, address
from did.methods.ethr import ethr_did, planned_method_id, publication
from wallet.errors import BadInput
from wallet.messages import Message, say
from wallet.money import ether
from wallet.vault.derivation import KeyPath

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from did.chain import Chain
    from did.chain.transaction import Receipt, UnsignedTransaction
    from did.keys import DigestSigner, Signer
    from did.resolver import Resolver
    from wallet.resolution import Chains
    from wallet.vault.vault import Vault


_ASSERTION: Final = Relationship.ASSERTION_METHOD


def account_address(vault: Vault, number: int) -> str:
    """The address of did:ethr account `number`, with EIP-55's checksum."""
    key = vault.public_key(KeyPath.ethr(number))
    assert isinstance(key, Secp256k1PublicKey)  # noqa: S101 - as the path says
    return address(key)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that can sign for a DID.

    Attributes:
        signer: signs; the key never leaves the vault.
        verification_method: the DID URL that a proof names.
        resolvable: whether others can find the key by resolving the DID now.
    """

    signer: Signer
    verification_method: str
    resolvable: bool = True


class Publication(Protocol):
    """What publishing a DID document takes, worked out and not yet sent."""

    @property
    def facts(self) -> tuple[tuple[Message, Message | str], ...]:
        """What a person should see: chain, registry, the call and the highest cost."""
        ...

    @property
    def signing_payload(self) -> bytes:
        """The bytes that will be signed, of which everything shown is computed."""
        ...

    def send(self) -> Receipt:
        """Sign, send, and wait for the receipt."""
        ...


class Registrar(Protocol):
    """Makes DIDs of one method from the vault's keys; `number` counts the method's DIDs from 0."""

    @property
    def publishes(self) -> bool:
        """Whether documents of this method are written somewhere."""
        ...

    def derive(self, number: int, /) -> DID:
        """The DID with that number."""
        ...

    def keys(self, number: int, /) -> Message:
        """Which keys it has, for a consent."""
        ...

    def signing(
        self, did: DID, number: int, /, *, purpose: Relationship = _ASSERTION
    ) -> SigningKey:
        """The key that signs for that purpose."""
        ...

    def publication(self, did: DID, number: int, /) -> Publication:
        """What publishing it takes.

        Raises:
            BadInput: there is nothing to publish.
        """
        ...

    def unsafe_jwk(self, number: int, /) -> AbstractContextManager[bytes]:
        """The private key as a JWK, for a signer outside the vault."""
        ...


@dataclass(frozen=True, slots=True)
class KeyRegistrar:
    """did:key: one Ed25519 key; the DID is its own document."""

    vault: Vault

    @property
    def publishes(self) -> bool:
        """A did:key is never published."""
        return False

    def derive(self, number: int, /) -> DID:
        """did:key of key `number`."""
        return DID("key", encode_multikey(self.vault.public_key(KeyPath.did_key(number))))

    def keys(self, number: int, /) -> Message:
        """One Ed25519 key."""
        return say("Ed25519, {path}", path=KeyPath.did_key(number))

    def signing(
        self, did: DID, number: int, /, *, purpose: Relationship = _ASSERTION
    ) -> SigningKey:
        """The one key serves each purpose."""
        del purpose
        method = f"{did}#{did.method_specific_id}"
        return SigningKey(self.vault.signer(KeyPath.did_key(number)), method)

    def publication(self, did: DID, number: int, /) -> Publication:
        """There is nothing to publish."""
        del number
        raise BadInput(f"{did} needs no publishing: a did:key is its own document")

    def unsafe_jwk(self, number: int, /) -> AbstractContextManager[bytes]:
        """The private key as a JWK."""
        return self.vault.unsafe_expose_jwk(KeyPath.did_key(number))


@dataclass(frozen=True, slots=True)
class EthrRegistrar:
    """did:ethr on the wallet's chain: a secp256k1 account, and an Ed25519 key to sign with."""

    vault: Vault
    chains: Chains
    resolver: Resolver

    @property
    def publishes(self) -> bool:
        """The signing key of a did:ethr stands on its chain."""
        return True

    def derive(self, number: int, /) -> DID:
        """did:ethr of account `number` on the embedded chain."""
        return ethr_did(account_address(self.vault, number), self._chain().chain_id)

    def keys(self, number: int, /) -> Message:
        """An account and a signing key."""
        return say(
            "secp256k1 account, {account}; Ed25519 to sign with, {assertion}",
            account=KeyPath.ethr(number),
            assertion=KeyPath.assertion(number, 0),
        )

    def signing(
        self, did: DID, number: int, /, *, purpose: Relationship = _ASSERTION
    ) -> SigningKey:
        """The Ed25519 key, under the id it has on chain or will have when it is published."""
        path = KeyPath.assertion(number, 0)
        public = self.vault.public_key(path)
        document = self.resolver.resolve(did).require()
        for method in document.verification_methods:
            if method.public_key == public and document.authorizes(method.id, purpose):
                return SigningKey(self.vault.signer(path), method.id)
        planned = planned_method_id(self._chain_of(did), did)
        return SigningKey(self.vault.signer(path), planned, resolvable=False)

    def publication(self, did: DID, number: int, /) -> Publication:
        """A setAttribute transaction, signed by the account that is the DID."""
        public = self.vault.public_key(KeyPath.assertion(number, 0))
        document = self.resolver.resolve(did).require()
        if any(method.public_key == public for method in document.verification_methods):
            raise BadInput(f"{did} is published already, and nothing has changed since")
        chain = self._chain_of(did)
        unsigned = publication(chain, did, public)
        return _EthrPublication(unsigned, chain, self.vault.digest_signer(KeyPath.ethr(number)))

    def unsafe_jwk(self, number: int, /) -> AbstractContextManager[bytes]:
        """The Ed25519 key as a JWK."""
        return self.vault.unsafe_expose_jwk(KeyPath.assertion(number, 0))

    def _chain(self) -> Chain:
        chain = self.chains.embedded()
        if chain is None:
            raise ChainError("this wallet has no chain", hint="was chain.db removed?")
        return chain

    def _chain_of(self, did: DID) -> Chain:
        chain = self._chain()
        if f"0x{chain.chain_id:x}" != did.method_specific_id.split(":")[0]:
            raise ChainError(f"{did} belongs to another chain than this wallet's")
        return chain


@dataclass(frozen=True, slots=True)
class _EthrPublication:
    """A transaction to the registry, and what signs it."""

    unsigned: UnsignedTransaction
    chain: Chain
    signer: DigestSigner

    @property
    def facts(self) -> tuple[tuple[Message, Message | str], ...]:
        summary = self.unsigned.summary()
        arguments = ", ".join(f"{name}: {value}" for name, value in summary.arguments.items())
        return (
            (say("Chain"), str(summary.chain_id)),
            (say("From"), summary.sender),
            (say("Registry"), summary.to),
            (say("Call"), f"{summary.function}({arguments})"),
            (say("Highest cost"), f"{ether(summary.cost)} ETH"),
        )

    @property
    def signing_payload(self) -> bytes:
        return self.unsigned.signing_payload

    def send(self) -> Receipt:
        return send(self.chain, sign(self.unsigned, self.signer))
