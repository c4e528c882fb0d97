"""What is asked of the web, and of whom: an address taken apart, `Target`.

RFC 3986 and the URL Standard, where they agree; what they read differently is refused.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urljoin, urlsplit

from did.errors import DIDError, InsecureAddress, quoted
from did.hosts import domain_name

if TYPE_CHECKING:
    from did.public_addresses import Address

_MAX_URL: Final = 4096
_PORTS: Final = {"https": 443, "http": 80}
_HIDDEN: Final = re.compile(r"[\x00-\x20\x7f\\]")
"""What some readers leave out of an address, and the backslash, which some take for a slash."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked, of whom.

    `scheme` is `https` or `http`; `host` a domain name in ASCII, or the text of `address`; `path`
    begins with a slash and has the query, if any. A fragment is not sent, and not kept.
    """

    scheme: str
    host: str
    address: Address | None
    port: int
    path: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """What a URL asks. Raises `InsecureAddress` where readers could differ about it.

        A person's name and password before the host are refused, and not repeated.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise _unusable(url) from error
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if len(url) > _MAX_URL or _HIDDEN.search(url) or "%" in host or not path.isascii():
            raise _unusable(url)
        if parts.scheme not in _PORTS or port == 0:
            raise _unusable(url)
        if "@" in parts.netloc:
            raise InsecureAddress(
                "an address with a user's name in it is not asked",
                hint="leave out what is before @",
            )
        address = _literal(host)
        name = domain_name(host) if address is None else str(address)
        return cls(parts.scheme, name, address, port or _PORTS[parts.scheme], path)

    @property
    def authority(self) -> str:
        """The host, and the port where it is not the usual one (RFC 9110, section 7.2)."""
        host = f"[{self.host}]" if isinstance(self.address, ipaddress.IPv6Address) else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def redirected(self, location: str) -> Self:
        """What a server sends to, if it is the same server. Raises `InsecureAddress`."""
        try:
            there = self.parse(urljoin(f"{self.scheme}://{self.authority}{self.path}", location))
        except (DIDError, ValueError) as error:
            raise self._elsewhere(location) from error
        if (there.scheme, there.host, there.port) != (self.scheme, self.host, self.port):
            raise self._elsewhere(location)
        return there

    def _elsewhere(self, location: str) -> InsecureAddress:
        return InsecureAddress(
            f"{self.authority} sends the asker to {quoted(location)}, which is not followed",
            hint="a server may send to another path of its own, and to nobody else",
        )


def _unusable(url: str) -> InsecureAddress:
    return InsecureAddress(
        f"{quoted(url)} is not an address to get a document from",
        hint="write it as https://host/path",
    )


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
