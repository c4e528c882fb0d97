"""The refusals of safe mode that several of its readers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Never

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.json_path import write_path

if TYPE_CHECKING:
    from wallet.credentials.json_path import Trail


def check_set(elements: list[Any], trail: Trail) -> None:
    """JSON-LD reads a list as a set: an empty one says nothing, a double says it once.

    Raises:
        InvalidCredential: it is empty, or holds a plain value twice.
    """
    if not elements:
        refuse(trail, "is an empty list, which no proof would cover")
    if len(elements) == 1:
        return
    scalars = [
        (type(element), element)
        for element in elements
        if isinstance(element, str | bool | int | float)
    ]
    if len(set(scalars)) != len(scalars):
        refuse(trail, "holds a value twice, of which a proof would cover one")


def refuse(trail: Trail, reason: str) -> Never:
    """Refuse what stands at a place.

    Raises:
        InvalidCredential: always.
    """
    raise InvalidCredential(write_path(trail), reason)
