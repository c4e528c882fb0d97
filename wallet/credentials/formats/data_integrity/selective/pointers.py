"""JSON Pointer (RFC 6901), and the part of a document that some lead to.

Data Integrity ECDSA Cryptosuites 1.0, sections 3.3.10 to 3.3.13: on the way to what is selected,
every object shows its identifier and its types.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.errors import NotInDocument, TooComplex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MAX_POINTERS: Final = 1024
MAX_LENGTH: Final = 1024
"""Characters in one pointer."""

_ALWAYS: Final = ("id", "@id", "type", "@type")
_NEVER_WITHHELD: Final = (
    *("issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate"),
    *("credentialStatus", "credentialSchema", "termsOfUse"),
)
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_ESCAPED: Final = re.compile(r"~(.?)")

# What is selected in a value: all of it, or some of its members or elements.
_Mask = dict[Any, Any] | None


def select(document: Mapping[str, Any], pointers: Sequence[str]) -> dict[str, Any] | None:
    """3.3.13 selectJsonLd: the part of a document, or None where there are no pointers.

    Nothing is copied; the parts are those of the document itself.

    Raises:
        NotInDocument: a pointer is none, or leads to nothing.
        TooComplex: there are too many, or they are too long.
    """
    if len(pointers) > MAX_POINTERS:
        raise TooComplex(f"there are more than {MAX_POINTERS} JSON pointers")
    if not pointers:
        return None
    mask: _Mask = {}
    for pointer in pointers:
        mask = _merged(mask, _path(document, pointer))
    context = {"@context": document["@context"]} if "@context" in document else {}
    # All of it, whatever leads into it: without it nothing means what it did.
    return {**context, **_part(document, mask), **context}


def never_withheld(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Pointers that an issuer does well to make mandatory, of those that lead somewhere.

    Where they are not, a holder may leave out that a credential has ended, or was taken back.
    """
    return tuple(write_pointer((name,)) for name in _NEVER_WITHHELD if name in document)


def parse_pointer(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a pointer (RFC 6901, section 4).

    Raises:
        NotInDocument: it is not one.
        TooComplex: it is too long.
    """
    if len(pointer) > MAX_LENGTH:
        raise TooComplex(f"a JSON pointer is longer than {MAX_LENGTH} characters")
    if pointer and not pointer.startswith("/"):
        raise NotInDocument(f"{pointer!r} is no JSON pointer", hint="it begins with '/'")
    return tuple(_unescaped(token, pointer) for token in pointer.split("/")[1:])


def write_pointer(path: Iterable[str | int]) -> str:
    """The pointer to where a path leads (RFC 6901, section 3)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def _unescaped(token: str, pointer: str) -> str:
    def read(match: re.Match[str]) -> str:
        try:
            return {"0": "~", "1": "/"}[match[1]]
        except KeyError as error:
            raise NotInDocument(f"{pointer!r} is no JSON pointer") from error

    return _ESCAPED.sub(read, token)


def _path(document: Mapping[str, Any], pointer: str) -> list[str | int]:
    """The way to what a pointer leads to, which is there."""
    value: Any = document
    path: list[str | int] = []
    for token in parse_pointer(pointer):
        match value:
            case dict() if token in value:
                step: str | int = token
            case list() if _INDEX.fullmatch(token) and int(token) < len(value):
                step = int(token)
            case _:
                raise NotInDocument(f"{pointer!r} leads to nothing in the document")
        value = value[step]
        path.append(step)
    return path


def _merged(mask: _Mask, path: Sequence[str | int]) -> _Mask:
    """A mask that selects what a path leads to as well."""
    if mask is None or not path:
        return None
    return {**mask, path[0]: _merged(mask.get(path[0], {}), path[1:])}


def _part(value: Any, mask: _Mask) -> Any:
    if mask is None:
        return value
    if isinstance(value, list):
        return [_part(value[index], mask[index]) for index in sorted(mask)]
    shown = {name: value[name] for name in _ALWAYS if name in value}
    return {**shown, **{name: _part(value[name], below) for name, below in mask.items()}}
