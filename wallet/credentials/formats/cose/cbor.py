"""RFC 8949: CBOR that every reader reads alike, of a bounded size, and bytes as they were received.

`cbor2` takes the last of two members of one name, follows references, and reads any tag. So what
is given to it is walked through before: one item and nothing behind it, no name twice, no tag but
those of ISO/IEC 18013-5. Lengths that are not said beforehand are read, as the standard lets them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cbor2

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCBOR, TooComplex, UnsupportedFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 16
MAX_ITEMS: Final = 20_000

EMBEDDED: Final = 24
"""RFC 8949, section 3.4.5.1: a byte string that is CBOR itself."""
_TAGS: Final = frozenset({0, EMBEDDED, 1004})
"""Beside that, a date and time (section 3.4.1), and a date (RFC 8943)."""

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)
_NAMES: Final = frozenset({_UNSIGNED, _NEGATIVE, _TEXT})
_INDEFINITE: Final = 31
_BREAK: Final = 0xFF
_LEAST: Final = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}
"""What an argument of one, two, four and eight bytes is needed for."""
_SIMPLE: Final = frozenset({20, 21, 22, 25, 26, 27})
"""false, true, null, and numbers with a fraction in two, four and eight bytes."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """CBOR in a byte string. `received` are the very bytes with tag and length: digests are of it.

    `content` is what stands in the byte string, and `level` how many such strings it stands in.
    """

    received: bytes = field(repr=False)
    content: bytes = field(repr=False)
    level: int = 1

    def value(self) -> Any:
        """What it is. Raises as `read_cbor`."""
        return read_cbor(self.content, level=self.level)


def read_cbor(data: bytes, *, level: int = 0) -> Any:
    """The value that the bytes are, from the first to the last, being embedded at a `level`.

    Maps are dictionaries whose names are text or whole numbers, times and dates those of Python,
    and embedded CBOR is an `Encoded`.

    Raises:
        InvalidCBOR: they are no CBOR, or may be read in more ways than one.
        TooComplex: they are more than is read here.
        UnsupportedFormat: there is a tag that is not known here.
    """
    if len(data) > MAX_BYTES:
        raise TooComplex(f"it has {len(data)} bytes of CBOR; {MAX_BYTES} are read")
    if level > MAX_DEPTH:
        raise TooComplex("its CBOR is embedded in itself too deep")
    walk = _Walk(data)
    if walk.item(0, 0) != len(data):
        raise InvalidCBOR("there is something behind the CBOR")
    spans = iter(walk.embedded)
    try:
        return cbor2.loads(data, tag_hook=lambda _, tag: _encoded(data, spans, tag, level))
    except (cbor2.CBORDecodeError, ValueError, OverflowError) as error:
        raise InvalidCBOR(f"it is no CBOR: {error}") from error


def _encoded(data: bytes, spans: Iterator[slice], tag: cbor2.CBORTag, level: int) -> Encoded:
    """The next one: they are met in the order in which they stand."""
    return Encoded(data[next(spans)], tag.value, level + 1)


class _Walk:
    """One way through the bytes; `embedded` are the places of embedded CBOR, in their order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = MAX_ITEMS
        self.embedded: list[slice] = []

    def item(self, at: int, depth: int) -> int:
        """Where the item that begins at `at` ends."""
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            raise TooComplex("its CBOR is nested too deep, or of too many parts")
        major, detail, value, end = self._head(at)
        if major in {_UNSIGNED, _NEGATIVE}:
            return end
        if major in {_BYTES, _TEXT}:
            return self._string(major, detail, value, end)
        if major == _ARRAY:
            return self._array(detail, value, end, depth)
        if major == _MAP:
            return self._map(detail, value, end, depth)
        if major == _TAG:
            return self._tagged(at, value, end, depth)
        if detail not in _SIMPLE:
            raise InvalidCBOR("it holds a simple value that is none of JSON's")
        return end

    def _head(self, at: int) -> tuple[int, int, int, int]:
        """The kind, how its argument is written, the argument, and where the head ends."""
        if at >= len(self._data):
            raise InvalidCBOR("it breaks off")
        major, detail = self._data[at] >> 5, self._data[at] & 31
        if detail < 24:
            return major, detail, detail, at + 1
        if detail == _INDEFINITE and major in {_BYTES, _TEXT, _ARRAY, _MAP}:
            return major, detail, 0, at + 1
        if detail > 27:
            raise InvalidCBOR("it holds a head that means nothing")
        end = at + 1 + (1 << detail - 24)
        if end > len(self._data):
            raise InvalidCBOR("it breaks off")
        return major, detail, int.from_bytes(self._data[at + 1 : end]), end

    def _string(self, major: int, detail: int, length: int, at: int) -> int:
        if detail != _INDEFINITE:
            if length > len(self._data) - at:
                raise InvalidCBOR("it breaks off")
            return at + length
        while not self._broken(at):
            self._left -= 1
            inner, how, length, end = self._head(at)
            if self._left < 0:
                raise TooComplex("its CBOR is of too many parts")
            if inner != major or how == _INDEFINITE:
                raise InvalidCBOR("a text or byte string is made of something else")
            at = self._string(inner, how, length, end)
        return at + 1

    def _array(self, detail: int, length: int, at: int, depth: int) -> int:
        if detail == _INDEFINITE:
            while not self._broken(at):
                at = self.item(at, depth + 1)
            return at + 1
        for _ in range(length):
            at = self.item(at, depth + 1)
        return at

    def _map(self, detail: int, length: int, at: int, depth: int) -> int:
        names: set[bytes] = set()
        left = -1 if detail == _INDEFINITE else length
        while left and not (left < 0 and self._broken(at)):
            left -= left > 0
            end = self._name(at, names)
            at = self.item(end, depth + 1)
        return at + (detail == _INDEFINITE)

    def _name(self, at: int, names: set[bytes]) -> int:
        """A name is text or a whole number, in its one shortest form: so the bytes are compared."""
        self._left -= 1
        major, detail, value, end = self._head(at)
        if self._left < 0:
            raise TooComplex("its CBOR is of too many parts")
        if major not in _NAMES or detail == _INDEFINITE:
            raise InvalidCBOR("a name in a map is neither text nor a whole number")
        if value < _LEAST.get(detail, 0):
            raise InvalidCBOR("a name in a map is not written in its shortest form")
        if major == _TEXT:
            end = self._string(major, detail, value, end)
        name = self._data[at:end]
        if name in names:
            raise InvalidCBOR("a map holds the same name twice")
        names.add(name)
        return end

    def _tagged(self, start: int, tag: int, at: int, depth: int) -> int:
        if tag not in _TAGS:
            raise UnsupportedFormat(f"its CBOR holds the tag {tag}, which is not read here")
        major, *_ = self._head(at)
        if major != (_BYTES if tag == EMBEDDED else _TEXT):
            raise InvalidCBOR(f"the tag {tag} stands before something that it is not for")
        end = self.item(at, depth + 1)
        if tag == EMBEDDED:
            self.embedded.append(slice(start, end))
        return end

    def _broken(self, at: int) -> bool:
        if at >= len(self._data):
            raise InvalidCBOR("it breaks off")
        return self._data[at] == _BREAK
