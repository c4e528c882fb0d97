"""RFC 3986, section 5: what a relative reference means beside a base URI."""

from __future__ import annotations

import re
from typing import Final, Self

from did.values import dataclass

_PARTS: Final = re.compile(
    r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL
)
"""Appendix B: scheme, authority, path, query, fragment."""
_CHARACTERS: Final = r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
"""Section 2: the characters of a URI, whatever their place."""
_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.-]*"


def has_uri_characters(text: str) -> bool:
    """Whether `text` is of the characters that a URI or a relative reference is of."""
    return re.fullmatch(_CHARACTERS, text) is not None


@dataclass(frozen=True, slots=True)
class Reference:
    """A URI or a relative reference, cut at its delimiters. `str` gives back what was cut.

    A part that is None is missing with its delimiter; an empty one has it (section 5.3).
    """

    path: str
    scheme: str | None = None
    authority: str | None = None
    query: str | None = None
    fragment: str | None = None

    @classmethod
    def cut(cls, text: str) -> Self:
        """The parts of `text`. Every text has some: nothing is checked."""
        parts = _PARTS.fullmatch(text)
        assert parts is not None  # noqa: S101  # the pattern takes any text
        scheme, authority, path, query, fragment = parts.groups()
        return cls(path, scheme, authority, query, fragment)

    @property
    def is_relative(self) -> bool:
        """Whether it means something only beside a base, and leaves the base's host (4.2)."""
        first = self.path.partition("/")[0]
        return self.scheme is None and self.authority is None and ":" not in first

    @property
    def is_hierarchical(self) -> bool:
        """Whether it has a scheme and names a host: a base that a path can be taken against."""
        return (
            self.scheme is not None
            and re.fullmatch(_SCHEME, self.scheme) is not None
            and bool(self.authority)
        )

    def against(self, base: Reference) -> Reference:
        """What a relative reference means beside `base` (section 5.2.2, where R has no scheme)."""
        query = self.query
        if self.path.startswith("/"):
            path = _without_dot_segments(self.path)
        elif self.path:
            path = _without_dot_segments(_merged(base, self.path))
        else:
            path = base.path
            query = base.query if query is None else query
        return Reference(path, base.scheme, base.authority, query, self.fragment)

    def __str__(self) -> str:
        parts = (
            "" if self.scheme is None else f"{self.scheme}:",
            "" if self.authority is None else f"//{self.authority}",
            self.path,
            "" if self.query is None else f"?{self.query}",
            "" if self.fragment is None else f"#{self.fragment}",
        )
        return "".join(parts)


def _merged(base: Reference, path: str) -> str:
    """Section 5.2.3: the base's path up to its last slash, and `path` after it."""
    if base.authority is not None and not base.path:
        return f"/{path}"
    return base.path[: base.path.rfind("/") + 1] + path


def _without_dot_segments(path: str) -> str:
    """Section 5.2.4: `path` with `.` and `..` followed, and never above its root."""
    *folders, last = path.split("/")
    kept: list[str] = []
    for folder in folders:
        _step(folder, kept)
    # What ends in a dot segment is a folder, and keeps the slash of one.
    _step(last, kept)
    if last in {".", ".."}:
        kept.append("")
    text = "/".join(kept)
    return f"/{text}" if path.startswith("/") and not text.startswith("/") else text


def _step(segment: str, kept: list[str]) -> None:
    if segment == "..":
        # The empty segment before the first slash is the root, and stays.
        if len(kept) > 1 or (kept and kept[0]):
            kept.pop()
    elif segment != ".":
        kept.append(segment)
