"""The names of hosts, as DNS and certificates have them: `domain_name`.

RFC 1123, section 2.1 (the grammar of names); URL Standard, section 3.3 (IDNA, and numbers in
disguise).
"""

from __future__ import annotations

import re
from typing import Final

import idna

from did.errors import InsecureAddress, quoted

_MAX_NAME: Final = 253
"""The longest name, in characters: 255 octets on the wire (RFC 1035, section 2.3.4)."""

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that has browsers read all as an address of IPv4: 127.1, 0x7f.1, 2130706433."""


def domain_name(text: str) -> str:
    """The domain name that `text` is: lower case, ASCII, other scripts in Punycode (`xn--…`).

    Raises:
        InsecureAddress: it is no domain name, or is an IP address however written.
    """
    if len(text) > _MAX_NAME:
        raise _no_name(text)
    name = text.lower()
    if not name.isascii() or "xn--" in name:
        try:
            # Non-transitional processing of UTS #46, then IDNA 2008.
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise _no_name(text) from error
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        raise InsecureAddress(
            f"{quoted(text)} is a number, and not the name of a host",
            hint="an IP address is written in full: four numbers with dots between",
        )
    if len(name) > _MAX_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise _no_name(text)
    return name


def _no_name(text: str) -> InsecureAddress:
    return InsecureAddress(
        f"{quoted(text)} is not the name of a host",
        hint="letters, digits and hyphens, with dots between: example.com",
    )
