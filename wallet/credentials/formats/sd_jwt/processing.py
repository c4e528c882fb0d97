"""RFC 9901, section 7.1, step 3: from a payload and its disclosures to what was disclosed.

The issuer's signature is not looked at here, and what comes out means nothing without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass, field
from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.formats.sd_jwt.disclosure import (
    ALGORITHM,
    DIGESTS,
    ELEMENT,
    Disclosure,
    algorithm_of,
)
from wallet.credentials.json_path import Trail, write_path
from wallet.credentials.strict_json import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One disclosure, and where its value stands in the processed payload.

    `digest` is the one that it was found by. `within` is the disclosure in whose value that digest
    stands, or None where it stands in what the issuer signed.
    """

    disclosure: Disclosure
    place: Trail
    digest: str
    within: Disclosed | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Processed:
    """The processed payload; it is the caller's own, and shares nothing with what was read.

    Attributes:
        payload: the claims, without digests and `_sd_alg`.
        disclosed: what of it came by disclosures, outermost first.
        hidden: digests that no disclosure was given for: hidden claims, or decoys.
    """

    payload: dict[str, Any] = field(repr=False)
    disclosed: tuple[Disclosed, ...]
    hidden: int


def process(payload: Mapping[str, Any], disclosures: Sequence[Disclosure]) -> Processed:
    """Put the disclosures where their digests stand.

    Raises:
        InvalidCredential: a step of section 7.1 refuses it; the place is named.
        UnsupportedFormat: its digests are made by a hash function that is not accepted.
        TooComplex: with all disclosures in their places it is nested too deep.
    """
    algorithm = algorithm_of(payload)
    by_digest = {each.digest(algorithm): each for each in disclosures}
    if len(by_digest) != len(disclosures):
        raise InvalidCredential("disclosure", "is given twice")
    run = _Run(by_digest)
    found = run.claims({k: v for k, v in payload.items() if k != ALGORITHM}, (), None)
    if len(run.disclosed) != len(disclosures):
        raise InvalidCredential("disclosure", "belongs to no digest of the token")
    return Processed(found, tuple(run.disclosed), len(run.digests) - len(run.disclosed))


class _Run:
    """One pass over the payload. The marks are those of section 7.1, step 3."""

    def __init__(self, by_digest: Mapping[str, Disclosure]) -> None:
        self._by_digest: Final = by_digest
        self.digests: Final[set[str]] = set()
        self.disclosed: Final[list[Disclosed]] = []

    def claims(
        self, given: Mapping[str, Any], at: Trail, within: Disclosed | None
    ) -> dict[str, Any]:
        """An object with its hidden claims put in."""
        _look_at_depth(at)
        if ELEMENT in given:
            raise InvalidCredential(write_path(at), "is a digest where there is no list")
        made = {
            name: self._value(value, (*at, name), within)
            for name, value in given.items()
            if name != DIGESTS  # 3.5
        }
        for digest in self._digests(given, at):
            disclosed = self._found(digest, at, within)
            if disclosed is None:
                continue  # 3.3.1
            name, value = disclosed.disclosure.name, disclosed.disclosure.value
            if name is None:  # 3.3.2.1
                raise InvalidCredential(write_path(at), "has a digest of an element of a list")
            if name in given or name in made:  # 3.3.2.3
                raise InvalidCredential(write_path((*at, name)), "is there already")
            made[name] = self._value(value, (*at, name), disclosed)  # 3.3.2.4 and 3.3.2.5
        return made

    def _array(self, given: Sequence[Any], at: Trail, within: Disclosed | None) -> list[Any]:
        _look_at_depth(at)
        made: list[Any] = []
        for value in given:
            place = (*at, len(made))
            if not (isinstance(value, dict) and ELEMENT in value):
                made.append(self._value(value, place, within))
                continue
            digest = value[ELEMENT]
            if len(value) != 1 or not isinstance(digest, str):
                raise InvalidCredential(write_path(place), "is no digest, and named as one")
            disclosed = self._found(digest, at, within, index=len(made))
            if disclosed is None:
                continue  # 3.4
            if disclosed.disclosure.name is not None:  # 3.3.3.1
                raise InvalidCredential(write_path(place), "has the digest of a claim")
            made.append(self._value(disclosed.disclosure.value, place, disclosed))
        return made

    def _value(self, value: Any, at: Trail, within: Disclosed | None) -> Any:
        if isinstance(value, dict):
            return self.claims(value, at, within)
        if isinstance(value, list | tuple):
            return self._array(value, at, within)
        return value

    def _digests(self, given: Mapping[str, Any], at: Trail) -> Iterator[str]:
        digests = given.get(DIGESTS, ())
        if not isinstance(digests, list | tuple) or not all(isinstance(d, str) for d in digests):
            raise InvalidCredential(write_path((*at, DIGESTS)), "must be a list of digests")
        yield from digests

    def _found(
        self, digest: str, at: Trail, within: Disclosed | None, *, index: int | None = None
    ) -> Disclosed | None:
        if digest in self.digests:  # step 4
            raise InvalidCredential(write_path(at), "has a digest that occurs twice")
        self.digests.add(digest)
        disclosure = self._by_digest.get(digest)
        if disclosure is None:
            return None
        place = (*at, disclosure.name if index is None else index)
        disclosed = Disclosed(disclosure, tuple(p for p in place if p is not None), digest, within)
        self.disclosed.append(disclosed)
        return disclosed


def _look_at_depth(at: Trail) -> None:
    if len(at) > MAX_DEPTH:
        raise TooComplex(f"with its disclosures it is nested more than {MAX_DEPTH} deep")
