"""What a key is to the rest of the house, and what an algorithm gives to the table of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


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

    def verify(self, signature: bytes, message: bytes, /) -> bool:
        """Whether `signature` is this key's over `message`. Never raises for a bad one."""
        ...


class Signer(Protocol):
    """What can sign with a key and does not reveal it."""

    @property
    def public_key(self) -> PublicKey:
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


class PrivateKey(Signer, Protocol):
    """A signer that is the key itself. Its `repr` says nothing; it is never pickled or copied."""

    @property
    def algorithm(self) -> str:
        """The name in `ALGORITHMS`."""
        ...


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An entry of `ALGORITHMS`.

    `multicodec` is the prefix of a public key, a varint in bytes. `public_key` and `private_key`
    make keys of bytes, or raise `InvalidKey`. In a JWK the key is `kty` and `crv`, and a member of
    32 bytes for each of `coordinates`; `split` takes the raw public key to them, `join` back.
    """

    name: str
    multicodec: bytes
    public_key: Callable[[bytes], PublicKey]
    private_key: Callable[[bytes], PrivateKey]
    kty: str
    crv: str
    coordinates: tuple[str, ...]
    split: Callable[[bytes], tuple[bytes, ...]]
    join: Callable[[tuple[bytes, ...]], bytes]


class Confidential:
    """What must reach no log, traceback, pickle or copy. Python cannot wipe it from memory."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        raise TypeError("a private key is never pickled or copied")
