"""RFC 9901, section 7.2: which disclosures a holder gives out for what is to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.json_path import Trail, write_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wallet.credentials.formats.sd_jwt.processing import Disclosed, Processed


def select(processed: Processed, wanted: Iterable[Trail]) -> tuple[Disclosed, ...]:
    """What shows the claims at those places, in the order of the token.

    A claim is shown with what it stands in and, an object or a list, with all that is in it.

    Raises:
        InvalidCredential: there is nothing at a place.
    """
    chosen: set[str] = set()
    for place in wanted:
        _look_for(processed, place)
        for disclosed in processed.disclosed:
            if _is_part(place, disclosed.place) or _is_part(disclosed.place, place):
                chosen |= {one.digest for one in _outward(disclosed)}
    return tuple(one for one in processed.disclosed if one.digest in chosen)


def _look_for(processed: Processed, place: Trail) -> None:
    value: Any = processed.payload
    for step in place:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError) as error:
            raise InvalidCredential(write_path(place), "is not in the credential") from error


def _is_part(whole: Trail, part: Trail) -> bool:
    return part[: len(whole)] == whole


def _outward(disclosed: Disclosed) -> Iterator[Disclosed]:
    one: Disclosed | None = disclosed
    while one is not None:
        yield one
        one = one.within
