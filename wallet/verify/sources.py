"""Whom verification may ask: the seam that the network, a cache and a bundle are put behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from did.errors import Unreachable
from did.values import dataclass, field
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from did.resolver import Resolves
    from wallet.credentials.formats import Format
    from wallet.credentials.jsonld import Contexts

MAX_BODY: Final = 1 << 20
"""The longest status list, schema or related resource read, in bytes."""


@dataclass(frozen=True, slots=True)
class Body:
    """What stands at an address.

    `retrieved` is None where it was asked for just now; `earlier` is then what stood there when it
    was asked for before, where that is still known.
    """

    data: bytes = field(repr=False)
    retrieved: datetime | None = None
    earlier: bytes | None = field(default=None, repr=False)


class Get(Protocol):
    """Gets what stands at an address."""

    def __call__(self, url: str, /, *, accept: str = "*/*") -> Body:
        """What is there, of at most `MAX_BODY` bytes.

        Raises:
            DIDError: there is nothing, it must not be asked, or it cannot be reached.
        """
        ...


def nobody(url: str, /, *, accept: str = "*/*") -> Body:
    """A `Get` that asks nobody. Raises `Unreachable`."""
    del url, accept
    raise Unreachable("nobody may be asked")


@dataclass(frozen=True, slots=True)
class Sources:
    """Whom to ask for DID documents and for what stands at addresses, and what is known already.

    Attributes:
        resolver: answers for DIDs.
        get: answers for addresses: status lists, schemas, related resources.
        contexts: the JSON-LD contexts that are known. None is ever asked for.
        formats: how documents may be secured; those that need contexts must have these.
    """

    resolver: Resolves
    get: Get = nobody
    contexts: Contexts = field(default=SHIPPED, repr=False)
    formats: Mapping[str, Format] = field(default_factory=lambda: FORMATS, repr=False)
