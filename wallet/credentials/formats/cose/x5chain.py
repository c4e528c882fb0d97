"""RFC 9360, section 2: the certificates in a header of COSE, which are not looked at here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import InvalidCredential

if TYPE_CHECKING:
    from collections.abc import Mapping

X5CHAIN: Final = 33


def chain_in(header: Mapping[Any, Any], place: str) -> tuple[bytes, ...]:
    """One certificate by itself, or a list of two or more: in DER, the signer's first.

    Raises:
        InvalidCredential: there is none, or something else.
    """
    match header.get(X5CHAIN):
        case None:
            raise InvalidCredential(place, "brings no certificate of its signer (x5chain)")
        case bytes(one):
            return (one,)
        case [*several] if several and all(isinstance(one, bytes) for one in several):
            return tuple(several)
        case _:
            raise InvalidCredential(place, "brings something else than certificates (x5chain)")
