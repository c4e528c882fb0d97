"""Bitstring Status List 1.0, section 2: the form of the members that entries and lists share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from wallet.credentials.form import is_absolute_iri
from wallet.credentials.json_path import child
from wallet.credentials.status.bits import MAX_LENGTH, MAX_SIZE
from wallet.credentials.status.errors import MalformedStatus, StatusOutOfRange, StatusUnavailable

_DIGITS: Final = re.compile(r"[0-9]+")
_HEXADECIMAL: Final = re.compile(r"0x0{0,8}([0-9a-fA-F]{1,4})")
_MOST_DIGITS: Final = len(str(MAX_LENGTH))
_LONGEST_ADDRESS: Final = 4096
_WITH_HOST: Final = frozenset({"http", "https"})
_SCHEMES: Final = _WITH_HOST | {"did", "data"}


def read_text(document: Mapping[str, Any], name: str, path: str) -> str:
    """A member that must be text, and not empty."""
    place = child(path, name)
    if name not in document:
        raise MalformedStatus(place, "is missing")
    value = document[name]
    if not isinstance(value, str) or not value:
        raise MalformedStatus(place, "must be text")
    return value


def read_names(document: Mapping[str, Any], name: str, path: str) -> tuple[str, ...]:
    """A member that must be a name, or a list of names."""
    place = child(path, name)
    if name not in document:
        raise MalformedStatus(place, "is missing")
    value = document[name]
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(element, str) and element for element in names):
        raise MalformedStatus(place, "must be a name, or a list of names")
    return tuple(names)


def read_list_url(document: Mapping[str, Any], name: str, path: str) -> str:
    """The URL of a list: absolute, and of a kind that can be looked up at all.

    Raises:
        MalformedStatus: it is no URL.
        StatusUnavailable: it is one, but nobody could fetch it.
    """
    url, place = read_text(document, name, path), child(path, name)
    if not is_absolute_iri(url):
        raise MalformedStatus(place, "must be an absolute URL")
    if len(url) > _LONGEST_ADDRESS and not url.startswith("data:"):
        raise MalformedStatus(place, f"is longer than {_LONGEST_ADDRESS} characters")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise MalformedStatus(place, "must be an absolute URL") from error
    if parts.scheme not in _SCHEMES:
        raise StatusUnavailable(f"nothing is fetched from a URL of the scheme {parts.scheme!r}")
    if parts.scheme in _WITH_HOST and (not host or "@" in parts.netloc):
        raise MalformedStatus(place, "must name a host, and no user")
    return url


def read_index(text: object, place: str) -> int:
    """An index in decimal digits of ASCII.

    Raises:
        MalformedStatus: it is written otherwise.
        StatusOutOfRange: no list that is read could be so long.
    """
    if not isinstance(text, str) or not _DIGITS.fullmatch(text):
        raise MalformedStatus(place, "must be a whole number, written as text in the digits 0 to 9")
    digits = text.lstrip("0") or "0"
    # Before `int`, which takes quadratic time and refuses more than 4,300 digits in its own way.
    if len(digits) > _MOST_DIGITS:
        raise StatusOutOfRange(f"no status list has an index of {len(digits)} digits")
    return check_index(int(digits))


def check_index(index: int) -> int:
    """The index, where the longest list that is read has it."""
    if index >= MAX_LENGTH:
        raise StatusOutOfRange(f"no status list has {MAX_LENGTH} entries or more")
    return index


def read_size(document: Mapping[str, Any], path: str) -> int:
    """`statusSize`: the bits of a value, 1 where nothing is said.

    Raises:
        MalformedStatus: it is no whole number above zero.
        StatusOutOfRange: it is more than is read.
    """
    size = document.get("statusSize", 1)
    if type(size) is not int or size < 1:
        raise MalformedStatus(child(path, "statusSize"), "must be a whole number above zero")
    if size > MAX_SIZE:
        raise StatusOutOfRange(f"a status of more than {MAX_SIZE} bits is not read")
    return size


def read_messages(
    document: Mapping[str, Any], name: str, path: str, *, size: int
) -> tuple[str, ...]:
    """One message for each value of `size` bits, in their order; none where the member is not."""
    if name not in document:
        return ()
    listed, place = document[name], child(path, name)
    if not isinstance(listed, list) or len(listed) != 1 << size:
        raise MalformedStatus(place, f"must list the {1 << size} messages of a {size}-bit status")
    messages: dict[int, str] = {}
    for index, element in enumerate(listed):
        value, message = _read_message(element, child(place, index))
        if value in messages or value >= len(listed):
            raise MalformedStatus(child(place, index), "names a value twice, or one too large")
        messages[value] = message
    return tuple(messages[value] for value in range(len(listed)))


def read_references(document: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """`statusReference`: URLs of what explains the values; none where there is no such member."""
    if "statusReference" not in document:
        return ()
    urls = read_names(document, "statusReference", path)
    if not all(is_absolute_iri(url) for url in urls):
        raise MalformedStatus(child(path, "statusReference"), "must be absolute URLs")
    return urls


def _read_message(element: object, path: str) -> tuple[int, str]:
    if not isinstance(element, Mapping):
        raise MalformedStatus(path, "must be an object with status and message")
    written = _HEXADECIMAL.fullmatch(read_text(element, "status", path))
    if written is None:
        raise MalformedStatus(child(path, "status"), "must be hexadecimal, as 0x1")
    message = element.get("message")
    if not isinstance(message, str):
        raise MalformedStatus(child(path, "message"), "must be text")
    return int(written[1], 16), message
