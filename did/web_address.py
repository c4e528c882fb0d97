"""`WebAddress`: where on the web a DID's files stand, as its method-specific identifier says it.

A domain, perhaps a port, and the segments of a path, between colons: did:web (section 3.2, "Read")
and did:webvh 1.0 ("The DID to HTTPS Transformation"); RFC 5891 (IDNA2008) for the domain.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote, unquote_to_bytes

import idna

from did.errors import InvalidDID, quoted

_PERCENT: Final = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
_PORT: Final = re.compile(r"[0-9]{1,5}")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that makes a URL's host an IPv4 address (WHATWG URL, "ends in a number checker")."""

_MAX_DOMAIN: Final = 253
_HERE: Final = "localhost"


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A place on the web, over https. Always a fully qualified domain, never an IP address.

    One name is neither, and is for trying things out: `localhost`, this very machine, over http,
    which only those fetch from who were told to.

    `domain` is in A-labels and lower case; `path` has its segments as they are meant, without
    percent-encoding.
    """

    domain: str
    port: int | None = None
    path: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises `InvalidDID`."""
        _refuse_domain(self.domain)
        if self.port is not None and not 1 <= self.port <= 65535:
            raise InvalidDID(f"{self.port} is not a port")
        for segment in self.path:
            _refuse_segment(segment)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The address in `example.com%3A3000:dids:issuer`; each part is percent-decoded once.

        Raises:
            InvalidDID: the domain is not fully qualified or an IP address, the port is none, a
                segment is empty, or means another folder than its place says.
        """
        first, *rest = text.split(":")
        name, colon, port = _decoded(first).partition(":")
        if colon and not _PORT.fullmatch(port):
            raise InvalidDID(f"{quoted(port)} is not a port")
        return cls(
            _ascii_domain(name),
            int(port) if colon else None,
            tuple(_decoded(segment) for segment in rest),
        )

    def __str__(self) -> str:
        """The text that `parse` reads, in its canonical form."""
        port = "" if self.port is None else f"%3A{self.port}"
        return ":".join((f"{self.domain}{port}", *map(_encoded, self.path)))

    @property
    def folder(self) -> str:
        """The URL of the folder that the path names, with a slash at its end."""
        port = "" if self.port is None else f":{self.port}"
        scheme = "http" if self.domain == _HERE else "https"
        return f"{scheme}://{self.domain}{port}/" + "".join(f"{_encoded(s)}/" for s in self.path)

    def url(self, file: str) -> str:
        """The URL of the file of the method, which without a path stands in `.well-known`."""
        return f"{self.folder}{'' if self.path else '.well-known/'}{file}"


def _decoded(text: str) -> str:
    """`text` percent-decoded, once."""
    try:
        if not _PERCENT.fullmatch(text):
            raise InvalidDID(f"{quoted(text)} is not percent-encoded as it should be")
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError as error:
        raise InvalidDID(f"{quoted(text)} does not encode text in UTF-8") from error


def _encoded(segment: str) -> str:
    """RFC 3986, section 2.1, with upper-case digits; what a DID allows stays as it is."""
    return quote(segment, safe="").replace("~", "%7E")


def _ascii_domain(name: str) -> str:
    """The domain in A-labels (RFC 5891, section 4), after the mapping of UTS 46."""
    try:
        return idna.encode(name, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise InvalidDID(f"{quoted(name)} is not a domain: {error}") from error


def _refuse_domain(domain: str) -> None:
    if domain == _HERE:
        return
    labels = domain.split(".")
    if len(domain) > _MAX_DOMAIN or not all(map(_LABEL.fullmatch, labels)):
        raise InvalidDID(f"{quoted(domain)} is not a domain")
    if _NUMBER.fullmatch(labels[-1]):
        raise InvalidDID(
            f"{quoted(domain)} is an IP address",
            hint="a DID on the web names a domain, whose certificate can be checked",
        )
    if len(labels) < 2 or labels[-1] == _HERE:
        raise InvalidDID(f"{quoted(domain)} is not a domain that everyone can reach")


def _refuse_segment(segment: str) -> None:
    """A segment that means another folder, or that a server may read as two."""
    if not segment:
        raise InvalidDID("the path has an empty segment")
    if segment in {".", ".."} or set(segment) & {"/", "\\"}:
        raise InvalidDID(f"the segment {quoted(segment)} would lead to another folder")
    if segment != segment.strip() or any(unicodedata.category(c) == "Cc" for c in segment):
        raise InvalidDID(
            f"the segment {quoted(segment)} has a control character or ends in a space"
        )
