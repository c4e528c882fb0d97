"""RFC 9052, section 4.2: `COSE_Sign1`, whoever signed it and by whatever algorithm.

The protected header is taken as it was received, for its bytes are signed. A header that is in
both places, or says what is not understood and must be, is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

import cbor2

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.formats.cose.cbor import read_cbor

if TYPE_CHECKING:
    from collections.abc import Mapping

ALG: Final = 1
CRIT: Final = 2


@dataclass(frozen=True, slots=True)
class Sign1:
    """A signed payload whose form is right; whether the signature is, is for its reader.

    Attributes:
        protected: the bytes of the signed header.
        header: what they say, `alg` at the least.
        unprotected: the header that nobody signed; none of its names is in the other.
        payload: what is signed.
        signature: as it stands there.
    """

    protected: bytes = field(repr=False)
    header: Mapping[Any, Any]
    unprotected: Mapping[Any, Any] = field(repr=False)
    payload: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @classmethod
    def read(cls, value: Any, place: str) -> Self:
        """The signature that a CBOR value, which stands at `place`, is.

        Raises:
            InvalidCredential, InvalidCBOR: it is none, or its headers contradict each other.
        """
        match value:
            case [bytes(protected), dict(unprotected), bytes(payload), bytes(signature)]:
                pass
            case [_, _, None, _]:
                raise InvalidCredential(place, "is without what it signs")
            case _:
                raise InvalidCredential(place, "is no COSE_Sign1")
        header = read_cbor(protected) if protected else {}
        if not isinstance(header, dict):
            raise InvalidCredential(place, "has a signed header that is no map")
        if header.keys() & unprotected.keys():
            raise InvalidCredential(place, "says the same in both of its headers")
        if CRIT in header or CRIT in unprotected:
            raise InvalidCredential(place, "asks for an extension, and none is understood here")
        if ALG not in header:
            raise InvalidCredential(place, "does not say in its signed header how it was made")
        return cls(protected, header, unprotected, payload, signature)

    @property
    def alg(self) -> object:
        """The algorithm that the signed header names: a number of the registry, mostly."""
        return self.header[ALG]

    @property
    def signed(self) -> bytes:
        """The bytes that the signature is over."""
        return signing_input(self.protected, self.payload)


def signing_input(protected: bytes, payload: bytes) -> bytes:
    """Section 4.4: the bytes to be signed."""
    return cbor2.dumps(["Signature1", protected, b"", payload])
