"""What must reach no log, traceback, pickle or copy: `Confidential`, and text and bytes that are.

Some crash screens print the local variables of each frame. A secret on its way is therefore a
`SecretText` or `SecretBytes`, which are text and bytes to whoever uses them, and say nothing there.
What is made of one by anything but a slice, `encode` or `decode` is plain again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, final, overload

if TYPE_CHECKING:
    from typing import SupportsIndex


class Confidential:
    """What shows itself only when asked by name. Python cannot wipe it from memory."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is never pickled or copied")


@final
class SecretText(Confidential, str):
    """Text that its `repr`, and that of its parts, says nothing of."""

    __slots__ = ()

    def __getitem__(self, key: SupportsIndex | slice, /) -> SecretText:
        return SecretText(super().__getitem__(key))

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> SecretBytes:
        """The same as bytes."""
        return SecretBytes(super().encode(encoding, errors))


@final
class SecretBytes(Confidential, bytes):
    """Bytes that their `repr`, and that of their parts, says nothing of."""

    __slots__ = ()

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> int: ...
    @overload
    def __getitem__(self, key: slice, /) -> SecretBytes: ...
    def __getitem__(self, key: SupportsIndex | slice, /) -> int | SecretBytes:
        found = super().__getitem__(key)
        return found if isinstance(found, int) else SecretBytes(found)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> SecretText:
        """The same as text."""
        return SecretText(super().decode(encoding, errors))

    def first_line(self) -> SecretBytes:
        """What stands before the first line feed, and before carriage returns that precede it."""
        return SecretBytes(self.split(b"\n", 1)[0].rstrip(b"\r"))
