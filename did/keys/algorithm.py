"""What a key is to the rest of the house, and what an algorithm gives to the table of them.

A key either signs or agrees on a secret, and its type says which: what verifies is a `VerifyingKey`
and what signs a `Signer`, and a key for agreement is neither.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn, Protocol, runtime_checkable

from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable


class Use(StrEnum):
    """What the keys of an algorithm are for. The value is that of a JWK's `use` (RFC 7517, 4.2)."""

    SIGNATURE = "sig"
    KEY_AGREEMENT = "enc"


class PublicKey(Protocol):
    """A key that anyone may know. An instance is a valid point, always."""

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        ...

    @property
    def raw(self) -> bytes:
        """The bytes that follow the multicodec prefix: 32 for Ed25519, 33 for secp256k1."""
        ...


@runtime_checkable
class VerifyingKey(PublicKey, Protocol):
    """A public key of signatures."""

    def verify(self, signature: bytes, message: bytes, /) -> bool:
        """Whether `signature` is this key's over `message`. Never raises for a bad one."""
        ...


class Signer(Protocol):
    """What can sign with a key and does not reveal it."""

    @property
    def public_key(self) -> VerifyingKey:
        """The key that verifies what this signs."""
        ...

    def sign(self, message: bytes, /) -> bytes:
        """The signature over `message`, in the form that the public key verifies."""
        ...


class DigestSigner(Signer, Protocol):
    """A signer of secp256k1 that takes a hash made elsewhere, as Ethereum's transactions need."""

    def sign_digest(self, digest: bytes, /) -> bytes:
        """The signature over a 32-byte hash: 65 bytes r ‖ s ‖ v, with v 0 or 1."""
        ...


class PrivateKey(Protocol):
    """A key that its holder alone knows. Its `repr` says nothing; it is never pickled or copied."""

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """The half that anyone may know."""
        ...

    def expose_secret(self) -> bytes:
        """The seed or scalar, `secret_size` bytes: for an export that its holder asked for."""
        ...


@runtime_checkable
class SigningKey(PrivateKey, Signer, Protocol):
    """A signer that is the key itself."""

    @property
    def public_key(self) -> VerifyingKey:
        """The key that verifies what this signs."""
        ...


@runtime_checkable
class KeyAgreementKey(PrivateKey, Protocol):
    """A private key with which two agree on a secret. It signs nothing."""

    def exchange(self, peer: PublicKey, /) -> bytes:
        """The secret shared with the holder of `peer`, 32 bytes: to be hashed before it is a key.

        Raises:
            InvalidKey: `peer` is of another algorithm, or would make a secret that is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An entry of `ALGORITHMS`.

    `name` is that of the curve in a JWK (`crv`). `multicodec` is the prefix of a public key, a
    varint in bytes. `public_key` and `private_key` make keys of bytes, or raise `InvalidKey`; a
    private key has `secret_size` bytes. In a JWK the key is of the type `kty`, and a member of
    `size` bytes for each of `coordinates`; `split` takes the raw public key to them, `join` back.
    """

    name: str
    multicodec: bytes
    use: Use
    public_key: Callable[[bytes], PublicKey]
    private_key: Callable[[bytes], PrivateKey]
    secret_size: int
    kty: str
    coordinates: tuple[str, ...]
    size: int
    split: Callable[[bytes], tuple[bytes, ...]]
    join: Callable[[tuple[bytes, ...]], bytes]


class Confidential:
    """What must reach no log, traceback, pickle or copy. Python cannot wipe it from memory."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        raise TypeError("a private key is never pickled or copied")
