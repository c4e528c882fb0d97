"""DIDs that are their own keys, and so are never published or changed: key, jwk, pkh, peer."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.document import Relationship
from did.encoding import encode_multikey
from did.keys.secp256k1 import Secp256k1PublicKey, address
from did.methods.jwk import jwk_did
from did.methods.key import key_did
from did.methods.peer import peer0_did, peer2_did, peer4_did
from did.methods.pkh import pkh_did
from wallet.entries import OwnDID
from wallet.errors import BadInput
from wallet.messages import say
from wallet.registrars.registrar import (
    ALGORITHMS,
    ASSERTION,
    BBS,
    SIGNS,
    SIGNS_PARTS,
    BbsKey,
    Creation,
    NewDID,
    OwnKey,
    SigningKey,
    no_bbs,
    one_of,
    refuse_unused,
)
from wallet.vault.derivation import KeyPath
from wallet.vault.record import Kind
from wallet.vault.sealed_key import SealedKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from typing import NoReturn

    from did.identifier import DID
    from did.keys import PublicKey
    from did.resolver import Resolves
    from wallet.registrars.registrar import Change, Wanted
    from wallet.vault.derivation import Branch
    from wallet.vault.sealed_key import KeyRef
    from wallet.vault.vault import Vault

_USES: Final = (Relationship.AUTHENTICATION, Relationship.ASSERTION_METHOD)
_CONTEXTS: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")

NAMED: Final[Mapping[str, Callable[[PublicKey], DID]]] = MappingProxyType(
    {"key": key_did, "jwk": jwk_did}
)
"""By method, the DID that a key is."""
MAINNET: Final = 1
"""The chain that a did:pkh names: an account is the same on each, and this one is known to all."""


@dataclass(frozen=True, slots=True)
class FixedRegistrar:
    """What these methods have in common: one key, found in the document that the DID itself is."""

    vault: Vault
    resolver: Resolves
    method: str
    branch: Branch

    @property
    def publishes(self) -> bool:
        """Such a DID is its own document."""
        return False

    def keys(self, own: OwnDID, /) -> tuple[OwnKey, ...]:
        """The key that the DID is."""
        return (OwnKey(self._key(own), SIGNS_PARTS if own.algorithm == BBS else SIGNS),)

    def signing(self, own: OwnDID, /, *, purpose: Relationship = ASSERTION) -> SigningKey:
        """The key that the DID is."""
        if own.algorithm == BBS:
            raise BadInput(
                f"{own.described} signs by bbs-2023 alone, and {purpose.value} is done otherwise",
                hint="use a DID whose key is of another algorithm",
            )
        signer = self.vault.signer(self._key(own))
        return SigningKey(signer, self._method(own, signer.public_key, purpose))

    def bbs_signing(self, own: OwnDID, /) -> BbsKey:
        """The key that the DID is, where it is such a one."""
        if own.algorithm != BBS:
            raise no_bbs(own)
        signer = self.vault.bbs_signer(self._key(own))
        return BbsKey(signer, self._method(own, signer.public_key, ASSERTION))

    def _method(self, own: OwnDID, key: PublicKey, purpose: Relationship) -> str:
        document = self.resolver.resolve(own.did).require()
        for method in document.verification_methods:
            if method.public_key == key and document.authorizes(method.id, purpose):
                return method.id
        raise BadInput(f"{own.described} has no key that others could check a signature with")

    def change(self, own: OwnDID, _wanted: Wanted, /, *, payer: OwnDID | None = None) -> Change:
        """Nothing of it can be changed."""
        del payer
        self._refuse(own)

    def unsafe_jwk(self, own: OwnDID, /) -> AbstractContextManager[bytes]:
        """The private key as a JWK."""
        return self.vault.unsafe_expose_jwk(self._key(own))

    def _key(self, own: OwnDID) -> KeyRef:
        if own.imported is not None:
            return SealedKey.of(self.vault.get(Kind.KEY, own.imported))
        return self._path(own.number, own.algorithm)

    def _refuse(self, own: OwnDID) -> NoReturn:
        raise BadInput(
            f"{own.described} is its own document: it needs no publishing and cannot be changed",
            hint="make another DID, or one of a method that can change: ethr, web, webvh",
        )

    def _path(self, number: int, algorithm: str) -> KeyPath:
        return KeyPath.did(self.branch, number, algorithm=algorithm)

    def _created(self, wanted: NewDID, did: DID, path: KeyPath) -> Creation:
        own = OwnDID(did, wanted.name, wanted.number, algorithm=path.algorithm)
        return Creation(own, say("{algorithm}, {path}", algorithm=path.algorithm, path=path))


@dataclass(frozen=True, slots=True)
class KeyRegistrar(FixedRegistrar):
    """did:key and did:jwk: one key each, of an algorithm that can be chosen."""

    def create(self, wanted: NewDID, /) -> Creation:
        """did:key or did:jwk of key `number`."""
        refuse_unused(wanted, self.method, "algorithm")
        algorithm = one_of(wanted.algorithm, ALGORITHMS, noun="algorithm")
        path = self._path(wanted.number, algorithm)
        return self._created(wanted, NAMED[self.method](self.vault.public_key(path)), path)


@dataclass(frozen=True, slots=True)
class PeerRegistrar(FixedRegistrar):
    """did:peer: a key for each purpose and perhaps a service, known to those it is given to."""

    def create(self, wanted: NewDID, /) -> Creation:
        """did:peer of key `number`, of numalgo 2 if nothing else is said."""
        refuse_unused(wanted, self.method, "variant", "endpoint")
        variant = one_of(wanted.variant, ("2", "0", "4"), noun="numalgo")
        path = self._path(wanted.number, "Ed25519")
        key = self.vault.public_key(path)
        did = _peer(variant, key, wanted.endpoint)
        return self._created(wanted, did, path)


@dataclass(frozen=True, slots=True)
class AccountRegistrar(FixedRegistrar):
    """did:pkh: an account of Ethereum's kind, of which others know the address alone."""

    def create(self, wanted: NewDID, /) -> Creation:
        """did:pkh of account `number`."""
        refuse_unused(wanted, self.method)
        path = KeyPath.pkh(wanted.number)
        key = self.vault.public_key(path)
        assert isinstance(key, Secp256k1PublicKey)  # noqa: S101 - as the path says
        return self._created(wanted, pkh_did(address(key), MAINNET), path)

    def keys(self, own: OwnDID, /) -> tuple[OwnKey, ...]:
        """The key of the account, which signs nothing here."""
        return (OwnKey(KeyPath.pkh(own.number), say("holds the account")),)

    def signing(self, own: OwnDID, /, *, purpose: Relationship = ASSERTION) -> SigningKey:
        """No cryptosuite here makes proofs that an address alone can check."""
        del purpose
        self._refuse_signing(own)

    def unsafe_jwk(self, own: OwnDID, /) -> AbstractContextManager[bytes]:
        """Its key is never given out."""
        self._refuse_signing(own)

    def _refuse_signing(self, own: OwnDID) -> NoReturn:
        raise BadInput(
            f"{own.described} names an account, and credentials are signed with a key",
            hint="sign with a DID of another method",
        )


@dataclass(frozen=True, slots=True)
class ForeignRegistrar(FixedRegistrar):
    """did:tz, which didkit makes: the holder of a key on Tezos, who may have changed it there."""

    def create(self, wanted: NewDID, /) -> Creation:
        """did:tz of key `number`."""
        refuse_unused(wanted, self.method)
        path = self._path(wanted.number, "Ed25519")
        # Deferred: didkit's pipe loads every format that credentials come in.
        from wallet.foreign import foreign_did  # noqa: PLC0415

        return self._created(wanted, foreign_did(self.method, self.vault.public_key(path)), path)

    def signing(self, own: OwnDID, /, *, purpose: Relationship = ASSERTION) -> SigningKey:
        """Nobody could check it who does not ask Tezos, and nobody here does."""
        del purpose
        raise BadInput(
            f"what {own.described} signs could not be checked without asking its chain",
            hint="sign with a DID of another method",
        )


def _peer(variant: str, key: PublicKey, endpoint: str | None) -> DID:
    """The did:peer of a key, by numalgo; only 0 has no room for a service."""
    if variant == "0":
        if endpoint is not None:
            raise BadInput("a did:peer of numalgo 0 says nothing but its key")
        return peer0_did(key)
    service = {"type": "DIDCommMessaging", "serviceEndpoint": endpoint}
    services = () if endpoint is None else (service,)
    if variant == "2":
        return peer2_did(dict.fromkeys(_USES, (key,)), services)
    method = {"id": "#key-1", "type": "Multikey", "publicKeyMultibase": encode_multikey(key)}
    return peer4_did(
        {
            "@context": list(_CONTEXTS),
            "verificationMethod": [method],
            **{use.value: ["#key-1"] for use in _USES},
            **({"service": [{"id": "#service-1", **service}]} if services else {}),
        }
    )
