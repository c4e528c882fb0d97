"""Who signs with BBS and who shows, whoever holds their secrets: both may be in another process.

`KeyIssuer` and `SecretHolder` hold them here.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Protocol

from did.bbs import blind, signatures
from did.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from did.keys.bls12381 import Bls12381G2PrivateKey, Bls12381G2PublicKey


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature of `key` over a header and messages, as its holder has it.

    It is as it was received: whether it holds is another question.
    """

    key: Bls12381G2PublicKey
    value: bytes = field(repr=False)
    header: bytes
    messages: tuple[bytes, ...] = field(repr=False)


class Issuer(Protocol):
    """Signs messages, and does not reveal its key."""

    @property
    def public_key(self) -> Bls12381G2PublicKey:
        """The key that judges what this signs."""
        ...

    def sign_messages(
        self, header: bytes, messages: Sequence[bytes], commitment: bytes | None = None, /
    ) -> bytes:
        """A signature of 80 bytes; with the commitment of a holder, a blind one.

        Raises:
            NoProof: the commitment does not show that what it hides is known.
            TooManyMessages: there are too many messages.
        """
        ...


class Holder(Protocol):
    """Has a secret that signatures are bound to, and does not reveal it."""

    def holds(self, signature: Signature, /) -> bool:
        """Whether the signature is bound to this secret, and holds.

        Raises:
            TooManyMessages: there are too many messages.
        """
        ...

    def prove(
        self, signature: Signature, presentation_header: bytes, disclosed: Sequence[int], /
    ) -> bytes:
        """A proof of such a signature that tells the messages at those places.

        Raises:
            NoProof, TooManyMessages, ValueError: as `proofs.prove`.
        """
        ...


@dataclass(frozen=True, slots=True)
class KeyIssuer:
    """An issuer whose key is here."""

    key: Bls12381G2PrivateKey

    @property
    def public_key(self) -> Bls12381G2PublicKey:
        """The key's public half."""
        return self.key.public_key

    def sign_messages(
        self, header: bytes, messages: Sequence[bytes], commitment: bytes | None = None, /
    ) -> bytes:
        """The signature."""
        if commitment is None:
            return signatures.sign(self.key, header, messages)
        return blind.blind_sign(self.key, commitment, header, messages)


@dataclass(frozen=True, slots=True)
class SecretHolder:
    """A holder whose secret is here: what was committed to, and what opens the commitment."""

    secret: bytes = field(repr=False)
    blind: bytes = field(repr=False)
    random: Callable[[int], bytes] = field(default=secrets.token_bytes, repr=False)

    def holds(self, signature: Signature, /) -> bool:
        """Whether the signature is bound to the secret, and holds; no bad opening opens it."""
        return blind.blind_verify(
            signature.key,
            signature.value,
            signature.header,
            signature.messages,
            [self.secret],
            self.blind,
        )

    def prove(
        self, signature: Signature, presentation_header: bytes, disclosed: Sequence[int], /
    ) -> bytes:
        """The proof."""
        return blind.blind_prove(
            signature.key,
            signature.value,
            signature.header,
            presentation_header,
            signature.messages,
            disclosed,
            [self.secret],
            self.blind,
            random=self.random,
        )


def holds_alone(signature: Signature) -> bool:
    """Whether a signature that is bound to nobody holds. Raises `TooManyMessages`."""
    return signatures.verify(signature.key, signature.value, signature.header, signature.messages)
