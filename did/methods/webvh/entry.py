"""did:webvh 1.0, "The DID Log File": one entry, parsed strictly and judged nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Self

from did.errors import InvalidDID, InvalidDocument, quoted
from did.frozen import freeze, thaw
from did.methods.webvh.digest import canonical
from did.methods.webvh.proof import Proof
from did.strict_json import read_object

MAX_ENTRY: Final = 1 << 18
"""The longest entry read, in bytes."""

MAX_PROOFS: Final = 16
"""The most proofs of one entry, each of which is verified."""

_MEMBERS: Final = ("versionId", "versionTime", "parameters", "state", "proof")
_VERSION_ID: Final = re.compile(r"([1-9][0-9]{0,8})-(Qm[1-9A-HJ-NP-Za-km-z]{44})")
_UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|\+00:00)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry whose form is right, and of which nothing more is known.

    `body` is all of it but the proofs, as it was received. `time` is in UTC, cut to microseconds.
    """

    number: int
    entry_hash: str
    time: datetime
    body: Mapping[str, Any] = field(hash=False, repr=False)
    proofs: tuple[Proof, ...]

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """The entry that a line of the log is.

        Raises:
            InvalidDID: it is no strict JSON, lacks a member or has another, or one of them has not
                the form that it must have.
        """
        try:
            raw = freeze(read_object(line, limit=MAX_ENTRY))
        except InvalidDocument as error:
            raise InvalidDID(str(error), hint=error.hint) from error
        if set(raw) != set(_MEMBERS):
            raise InvalidDID(f"it has not exactly the members {', '.join(_MEMBERS)}")
        for name in ("parameters", "state"):
            if not isinstance(raw[name], Mapping):
                raise InvalidDID(f"{name!r} is not a JSON object")
        number, entry_hash = _version_id(raw["versionId"])
        return cls(
            number=number,
            entry_hash=entry_hash,
            time=_time(raw["versionTime"]),
            body=MappingProxyType({name: raw[name] for name in _MEMBERS if name != "proof"}),
            proofs=_proofs(raw["proof"]),
        )

    @property
    def version_id(self) -> str:
        """The number of the version and the hash that links it to the one before."""
        return f"{self.number}-{self.entry_hash}"

    @property
    def version_time(self) -> str:
        """When it was made, as its writer put it."""
        return str(self.body["versionTime"])

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What it says about how to read the log, unread."""
        parameters: Mapping[str, Any] = self.body["parameters"]
        return parameters

    @property
    def state(self) -> Mapping[str, Any]:
        """The DID document of this version, unread."""
        state: Mapping[str, Any] = self.body["state"]
        return state

    def canonical(self, version_id: str | None = None) -> bytes:
        """What is signed, or with another `version_id` in its place, what is hashed.

        Raises:
            InvalidDID: it has no canonical form.
        """
        body = thaw(self.body)
        return canonical(body if version_id is None else {**body, "versionId": version_id})


def _version_id(value: Any) -> tuple[int, str]:
    match = _VERSION_ID.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InvalidDID(
            f"the versionId {quoted(str(value))} is not a number, a dash and a SHA-256 multihash"
        )
    return int(match[1]), match[2]


def _time(value: Any) -> datetime:
    if not isinstance(value, str) or not _UTC.fullmatch(value):
        raise InvalidDID(f"the versionTime {quoted(str(value))} is not a date and time in UTC")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidDID(f"the versionTime {quoted(value)} is not in the calendar") from error


def _proofs(value: Any) -> tuple[Proof, ...]:
    """One proof, or a list of one or more."""
    proofs = value if isinstance(value, tuple) else (value,)
    if not 1 <= len(proofs) <= MAX_PROOFS:
        raise InvalidDID(f"it has {len(proofs)} proofs, not 1 to {MAX_PROOFS}")
    return tuple(Proof.parse(proof) for proof in proofs)
