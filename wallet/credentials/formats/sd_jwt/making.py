"""RFC 9901, sections 4.2.4 to 4.2.6: hiding claims of a payload behind digests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.formats.sd_jwt.disclosure import (
    ALGORITHM,
    DEFAULT_HASH,
    DIGESTS,
    ELEMENT,
    RESERVED,
    SALT,
    Disclosure,
)
from wallet.credentials.json_path import Trail, write_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

KEPT: Final = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"})
"""Claims that an SD-JWT VC never hides (SD-JWT VC, section 3.2.2.2), and that say until when."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A payload for the issuer to sign, and the disclosures that go with it."""

    payload: dict[str, Any] = field(repr=False)
    disclosures: tuple[Disclosure, ...] = field(repr=False)


def hide(
    payload: Mapping[str, Any], places: Collection[Trail], draw: Callable[[int], bytes]
) -> Hidden:
    """Hide what stands at `places`, each by a disclosure of its own, inner ones within outer ones.

    `draw` gives so many random bytes. Digests of one object are sorted, which says nothing of the
    order of its claims (section 4.2.4.1).

    Raises:
        InvalidCredential: a claim may not be hidden, or cannot be.
    """
    for place in places:
        if len(place) == 1 and place[0] in KEPT:
            raise InvalidCredential(write_path(place), "must not be hidden")
    run = _Run(frozenset(places), draw)
    made = run.claims(payload, ())
    if run.left:
        raise InvalidCredential(write_path(min(run.left, key=str)), "is not in the payload")
    return Hidden({**made, ALGORITHM: DEFAULT_HASH}, tuple(run.disclosures))


class _Run:
    def __init__(self, places: frozenset[Trail], draw: Callable[[int], bytes]) -> None:
        self._places: Final = places
        self._draw: Final = draw
        self.left: Final[set[Trail]] = set(places)
        self.disclosures: Final[list[Disclosure]] = []

    def claims(self, given: Mapping[str, Any], at: Trail) -> dict[str, Any]:
        """An object with its hidden claims as digests."""
        made: dict[str, Any] = {}
        digests: list[str] = []
        for name, value in given.items():
            place = (*at, name)
            if name in RESERVED or place == (ALGORITHM,):
                raise InvalidCredential(write_path(place), "has a name that no claim can have")
            inner = self._value(value, place)
            if place in self._places:
                digests.append(self._hidden(place, inner, name))
            else:
                made[name] = inner
        return {**made, DIGESTS: sorted(digests)} if digests else made

    def _value(self, value: Any, at: Trail) -> Any:
        if isinstance(value, dict):
            return self.claims(value, at)
        if not isinstance(value, list | tuple):
            return value
        made: list[Any] = []
        for index, element in enumerate(value):
            place = (*at, index)
            inner = self._value(element, place)
            hidden = place in self._places
            made.append({ELEMENT: self._hidden(place, inner)} if hidden else inner)
        return made

    def _hidden(self, place: Trail, value: object, name: str | None = None) -> str:
        disclosure = Disclosure.made(self._draw(SALT), value, name)
        self.left.discard(place)
        self.disclosures.append(disclosure)
        return disclosure.digest()
