"""The keys of a DID: what its document lists, and which of them the wallet has."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.document import Relationship
from did.keys.secp256k1 import Secp256k1PublicKey, address
from wallet.messages import Message, say
from wallet.vault.derivation import KeyPath

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from did.document import Document, VerificationMethod
    from did.keys import PublicKey
    from wallet.entries import OwnDID
    from wallet.registrars.registrar import OwnKey
    from wallet.wallet import Wallet


PURPOSES: Final[Mapping[Relationship, Message]] = MappingProxyType(
    {
        Relationship.AUTHENTICATION: say("says who one is"),
        Relationship.ASSERTION_METHOD: say("signs credentials"),
        Relationship.KEY_AGREEMENT: say("opens what is encrypted"),
        Relationship.CAPABILITY_INVOCATION: say("uses capabilities"),
        Relationship.CAPABILITY_DELEGATION: say("passes capabilities on"),
    }
)
"""What a key may be used for, in words (DID Core 1.0, section 5.3)."""


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key of a DID.

    Attributes:
        name: what the document calls it, without the DID; empty where it does not list it.
        algorithm: its algorithm; its type, where that is all that is known of it.
        purposes: what the document lets it be used for.
        place: where the wallet has it: a path, or that it was imported; or that it does not.
        use: what the wallet has it for; None where it does not.
    """

    name: str
    algorithm: str
    purposes: tuple[Relationship, ...]
    place: Message
    use: Message | None = None


def keys_of(wallet: Wallet, own: OwnDID, document: Document | None) -> tuple[ListedKey, ...]:
    """Those that the document lists, in its order, and then those that only the wallet knows of."""
    held = [(key, _public(wallet, key)) for key in wallet.registrars[own.did.method].keys(own)]
    found, listed = list[ListedKey](), set[int]()
    if document is None:
        return tuple(_unlisted(key, public) for key, public in held)
    for method in document.verification_methods:
        at = next((n for n, (_, public) in enumerate(held) if _is(method, public)), None)
        found.append(
            _listed(method, document, (None, method.public_key) if at is None else held[at])
        )
        listed |= set() if at is None else {at}
    left = (pair for n, pair in enumerate(held) if n not in listed)
    return (*found, *(_unlisted(key, public) for key, public in left))


def _public(wallet: Wallet, key: OwnKey) -> PublicKey:
    return wallet.vault.public_key(key.ref) if isinstance(key.ref, KeyPath) else key.ref.public_key


def _unlisted(key: OwnKey, public: PublicKey) -> ListedKey:
    return ListedKey("", public.algorithm, (), _place(key), key.use)


def _listed(
    method: VerificationMethod, document: Document, has: tuple[OwnKey | None, PublicKey | None]
) -> ListedKey:
    key, known = has
    return ListedKey(
        f"#{method.id.partition('#')[2]}",
        method.type if known is None else known.algorithm,
        tuple(_purposes(document, method.id)),
        say("not in this wallet") if key is None else _place(key),
        None if key is None else key.use,
    )


def _purposes(document: Document, id_: str) -> Iterator[Relationship]:
    return (purpose for purpose in Relationship if document.authorizes(id_, purpose))


def _place(key: OwnKey) -> Message:
    if isinstance(key.ref, KeyPath):
        return say("{path} of the recovery phrase", path=key.ref)
    return say("imported")


def _is(method: VerificationMethod, public: PublicKey) -> bool:
    """Whether a method is of that key, by the key or by its account (CAIP-10)."""
    if method.public_key is not None:
        return method.public_key == public
    account = str(method.raw.get("blockchainAccountId")).rpartition(":")[2]
    return isinstance(public, Secp256k1PublicKey) and account == address(public)
