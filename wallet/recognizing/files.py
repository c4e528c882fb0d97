"""Paths of files, as they are typed, and as terminals write those that are dropped on them."""

from __future__ import annotations

import re
import shlex
from typing import Final
from urllib.parse import unquote, urlsplit

_LONGEST: Final = 8_192
_MOST: Final = 50
_ABSOLUTE: Final = re.compile(r"(?:/|~[^/\s]*/|\.{1,2}/|[A-Za-z]:[\\/]|file://)")
_NAMED: Final = re.compile(
    r"[^\s/\\]{1,200}\.(?:json|jsonl|jsonld|jwt|jwk|vc|vp|pem|age|toml|txt|pdf"
    r"|png|jpe?g|gif|bmp|webp)",
    re.IGNORECASE,
)


def paths_in(text: str) -> tuple[str, ...]:
    """The paths that a text is made of and nothing else; none is looked for on the disk."""
    if len(text) > _LONGEST or "\0" in text:
        return ()
    if _is_path(text) and "\n" not in text and not re.search(r"['\"\\]|\s[/~.]", text):
        return (_plain(text),)  # with spaces in it, as nobody but a person writes it
    try:
        words = shlex.split(text)
    except ValueError:
        return ()
    if not 0 < len(words) <= _MOST or not all(map(_is_path, words)):
        return ()
    return tuple(map(_plain, words))


def _is_path(word: str) -> bool:
    return bool(_ABSOLUTE.match(word) and len(word) > 1) or bool(_NAMED.fullmatch(word))


def _plain(word: str) -> str:
    """RFC 8089: a file's address as its path, where it is of this machine."""
    if not word.startswith("file://"):
        return word
    try:
        parts = urlsplit(word)
    except ValueError:
        return word
    return unquote(parts.path) if parts.netloc in {"", "localhost"} else word
