"""ISO/IEC 18013-5, sections 8.3.2.1.2.2 and 9.1.2.4: `IssuerSigned`, and the items shown of it."""

from __future__ import annotations

from typing import Any, Final, Self

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, ProofInvalid, TooComplex
from wallet.credentials.formats.cose.cbor import Encoded
from wallet.credentials.formats.mdoc.cose import IssuerAuth
from wallet.credentials.formats.mdoc.security_object import SecurityObject, is_number
from wallet.credentials.json_path import ROOT, child

MOST_ITEMS: Final = 1_000
LEAST_RANDOM: Final = 16
"""In bytes (section 9.1.2.5): who knows a digest alone must not be able to guess the value."""
_MEMBERS: Final = frozenset({"digestID", "random", "elementIdentifier", "elementValue"})


@dataclass(frozen=True, slots=True)
class Item:
    """One element that is shown: where it stands, what digest it must have, and what it says."""

    namespace: str
    number: int
    identifier: str
    value: Any = field(repr=False)
    received: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """The element as a person calls it; a slash in a namespace is written as RFC 6901 does."""
        return f"{self.namespace.replace('~', '~0').replace('/', '~1')}/{self.identifier}"

    @classmethod
    def read(cls, namespace: str, embedded: object, path: str) -> Self:
        """An `IssuerSignedItemBytes`.

        Raises:
            InvalidCredential, InvalidCBOR, TooComplex, UnsupportedFormat: it is none.
        """
        value = embedded.value() if isinstance(embedded, Encoded) else None
        if not isinstance(embedded, Encoded) or not isinstance(value, dict):
            raise InvalidCredential(path, "is no item that an issuer signed")
        if value.keys() != _MEMBERS:
            raise InvalidCredential(path, "must have the four members of an item, and no other")
        number, identifier, random = (
            value["digestID"],
            value["elementIdentifier"],
            value["random"],
        )
        if not is_number(number) or not isinstance(identifier, str) or not identifier:
            raise InvalidCredential(path, "must have a number and a name")
        if not isinstance(random, bytes) or len(random) < LEAST_RANDOM:
            raise InvalidCredential(path, f"must have {LEAST_RANDOM} random bytes or more")
        return cls(namespace, number, identifier, value["elementValue"], embedded.received)


@dataclass(frozen=True, slots=True)
class IssuerSigned:
    """What an issuer signed, and the items shown of it; well formed, and nothing of it checked."""

    items: tuple[Item, ...] = field(repr=False)
    signature: IssuerAuth = field(repr=False)
    security: SecurityObject

    @classmethod
    def read(cls, value: object, path: str = ROOT) -> Self:
        """What a CBOR value is.

        Raises:
            InvalidCredential, InvalidCBOR, TooComplex, UnsupportedFormat: it is none.
        """
        if not isinstance(value, dict) or "issuerAuth" not in value:
            raise InvalidCredential(path, "is nothing that an issuer signed")
        signature = IssuerAuth.read(value["issuerAuth"])
        security = SecurityObject.read(signature.sign1.payload)
        items = _items(value.get("nameSpaces"), child(path, "nameSpaces"))
        return cls(items, signature, security)

    def check_item(self, item: Item) -> None:
        """Return where the issuer signed the digest of the item, as it was received.

        Raises:
            ProofInvalid: another one, or none of its number.
        """
        signed = self.security.digests.get(item.namespace, {}).get(item.number)
        if signed is None:
            raise ProofInvalid("its issuer signed no digest of such a number")
        if signed != self.security.digest_of(item.received):
            raise ProofInvalid("its digest is not the one that its issuer signed")


def _items(spaces: object, path: str) -> tuple[Item, ...]:
    if not isinstance(spaces, dict) or not spaces:
        raise InvalidCredential(path, "must hold the elements that are shown")
    found: list[Item] = []
    for namespace, listed in spaces.items():
        within = child(path, str(namespace))
        if not isinstance(namespace, str) or not isinstance(listed, list) or not listed:
            raise InvalidCredential(within, "must be a list of items")
        if len(found) + len(listed) > MOST_ITEMS:
            raise TooComplex(f"it shows more than {MOST_ITEMS} elements")
        own = [Item.read(namespace, one, child(within, at)) for at, one in enumerate(listed)]
        if len({item.number for item in own}) != len(own):
            raise InvalidCredential(within, "holds two items of one digest")
        if len({item.identifier for item in own}) != len(own):
            raise InvalidCredential(within, "says two things by one name")
        found += own
    return tuple(found)
