"""Getting a document from the web, as the methods that need it ask for it: `Fetch`.

What is got is bytes and nothing more is known of them. `did.https` is the real one.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from did.errors import DIDError, NotFound, TooLarge, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BODY: Final = 1 << 20
"""The longest body read where the asker sets no limit, in bytes."""


class Fetch(Protocol):
    """Gets what stands at an address."""

    def __call__(self, url: str, /, *, limit: int = MAX_BODY, accept: str = "*/*") -> bytes:
        """The body that the server at `url` answers with, of at most `limit` bytes.

        Raises:
            NotFound: the server says that there is no such thing (404 or 410).
            InsecureAddress: it must not be asked: not https, not a public address, not able to
                prove its name, or it sends the asker elsewhere.
            TooLarge: the body is longer than `limit`.
            Unreachable: it does not answer, not in time, or with another status.
        """
        ...


class StaticFetch:
    """Knows the bodies it was made with and no others."""

    __slots__ = ("_bodies",)

    def __init__(self, bodies: Mapping[str, bytes | DIDError]) -> None:
        """`bodies` by address: bytes, or the error that asking for it gives."""
        self._bodies: Final = MappingProxyType(dict(bodies))

    def __call__(self, url: str, /, *, limit: int = MAX_BODY, accept: str = "*/*") -> bytes:
        """The body at `url`. Raises the error it was made with, `NotFound` or `TooLarge`."""
        del accept
        body = self._bodies.get(url)
        if body is None:
            raise NotFound(f"there is nothing at {quoted(url)}")
        if isinstance(body, DIDError):
            raise body
        if len(body) > limit:
            raise TooLarge(f"what is at {quoted(url)} is longer than {limit} bytes")
        return body
