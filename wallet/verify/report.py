"""What verification found: checks, and a verdict that is derived from them.

A check has five answers, a report six verdicts. What could not be asked leaves the verdict
indeterminate: never valid, and not invalid either. A report without a single passed check is a
refusal.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.values import dataclass
from wallet.credentials.timestamps import write_timestamp
from wallet.messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from wallet.verify.place import Place

SCHEMA_VERSION: Final = 1
"""Of the machine form; it changes when a member goes or changes its meaning, not when one comes."""


class Outcome(StrEnum):
    """What one check says."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    WARN = "warn"  # it holds, and the person should know something about it
    SKIPPED = "skipped"  # there was nothing to check
    UNKNOWN = "unknown"  # it could not be found out


class Verdict(StrEnum):
    """What the checks amount to, the weightiest first; `VALID` where nothing stands against it."""

    INVALID = "invalid"
    REVOKED = "revoked"  # or suspended
    EXPIRED = "expired"  # or not yet valid
    UNTRUSTED = "untrusted"
    INDETERMINATE = "indeterminate"
    VALID = "valid"

    @property
    def weight(self) -> int:
        """The place in that order: of several verdicts, the smallest is the worst."""
        return _WEIGHTS[self]


_WEIGHTS: Final = {verdict: weight for weight, verdict in enumerate(Verdict)}

VERDICTS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.INVALID: "invalid",
        Verdict.REVOKED: "revoked or suspended",
        Verdict.EXPIRED: "expired or not yet valid",
        Verdict.UNTRUSTED: "untrusted issuer",
        Verdict.INDETERMINATE: "indeterminate",
        Verdict.VALID: "valid",
    }
)
"""Each verdict in a person's words, which are the ids of their translations."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: the identifier of the check, such as "proof" or "status".
        place: the part of the input that was judged, and where in it the finding is.
        outcome: what the check says.
        verdict: what it alone would make of the report.
        code: what was found, for machines: constant for each finding, unique within a check.
        message: an English template with named placeholders, constant for each finding and thus a
            gettext message id.
        arguments: the values of the placeholders.

    Made by the functions below, which keep outcome and verdict in step.
    """

    name: str
    place: Place
    outcome: Outcome
    verdict: Verdict
    code: str
    message: str
    arguments: Mapping[str, str | Message]

    @property
    def subject(self) -> str:
        """The part of the input that was judged: "presentation", "credential", "credential 2"."""
        return self.place.subject

    @property
    def pointer(self) -> str:
        """Where in the input the finding is, as a JSON Pointer."""
        return self.place.pointer

    @property
    def sentence(self) -> Message:
        """The finding, for a face to render in the person's language."""
        return Message(self.message, self.arguments)

    def to_json(self) -> dict[str, Any]:
        """Machine form; `message` is rendered in English."""
        return {
            "name": self.name,
            "subject": self.subject,
            "pointer": self.pointer,
            "outcome": self.outcome.value,
            "verdict": self.verdict.value,
            "code": self.code,
            "message": str(self.sentence),
            "arguments": {name: str(value) for name, value in self.arguments.items()},
        }


def passed(name: str, place: Place, code: str, message: str, /, **arguments: str) -> Check:
    """It holds."""
    return Check(
        name, place, Outcome.PASS, Verdict.VALID, code, message, MappingProxyType(arguments)
    )


def warned(
    name: str, place: Place, code: str, message: str, /, **arguments: str | Message
) -> Check:
    """It holds, and the person should know something about it."""
    return Check(
        name, place, Outcome.WARN, Verdict.VALID, code, message, MappingProxyType(arguments)
    )


def skipped(name: str, place: Place, code: str, message: str, /, **arguments: str) -> Check:
    """There is nothing to check."""
    return Check(
        name, place, Outcome.SKIPPED, Verdict.VALID, code, message, MappingProxyType(arguments)
    )


def undecided(
    name: str, place: Place, code: str, message: str, /, **arguments: str | Message
) -> Check:
    """It could not be found out."""
    return Check(
        name,
        place,
        Outcome.UNKNOWN,
        Verdict.INDETERMINATE,
        code,
        message,
        MappingProxyType(arguments),
    )


def failed(
    name: str, place: Place, code: str, message: str, /, **arguments: str | Message
) -> Check:
    """It does not hold."""
    return Check(
        name, place, Outcome.FAIL, Verdict.INVALID, code, message, MappingProxyType(arguments)
    )


def taken_back(name: str, place: Place, code: str, message: str, /, **arguments: str) -> Check:
    """It holds no longer, or not for the time being: its issuer says so."""
    return Check(
        name, place, Outcome.FAIL, Verdict.REVOKED, code, message, MappingProxyType(arguments)
    )


def out_of_period(name: str, place: Place, code: str, message: str, /, **arguments: str) -> Check:
    """It does not hold yet, or no longer."""
    return Check(
        name, place, Outcome.FAIL, Verdict.EXPIRED, code, message, MappingProxyType(arguments)
    )


def untrusted(name: str, place: Place, code: str, message: str, /, **arguments: str) -> Check:
    """It holds, but comes from somebody whom the policy does not trust for it."""
    return Check(
        name, place, Outcome.FAIL, Verdict.UNTRUSTED, code, message, MappingProxyType(arguments)
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What a part of the input says of itself; worth as much as the checks found.

    `claims` are names only. `issuer` is None for a presentation, `holder` for a credential.
    `secured` names the mechanism of each proof: a cryptosuite, a type of proof, an `alg` of JOSE.
    """

    subject: str
    id: str | None
    types: tuple[str, ...]
    secured: tuple[str, ...] = ()
    issuer: str | None = None
    holder: str | None = None
    subjects: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Machine form; every member is always there, `null` where nothing is said."""
        return {
            "subject": self.subject,
            "id": self.id,
            "types": list(self.types),
            "secured": list(self.secured),
            "issuer": self.issuer,
            "holder": self.holder,
            "subjects": list(self.subjects),
            "claims": list(self.claims),
            "validFrom": write_timestamp(self.valid_from) if self.valid_from else None,
            "validUntil": write_timestamp(self.valid_until) if self.valid_until else None,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The checks of one verification, in the order they were made.

    Attributes:
        at: the instant the input was judged for.
        checks: what was found; the verdict is theirs.
        format: how the outermost part is secured, a name in `FORMATS`; None where unknown.
        facts: what each part that could be read says of itself, the outermost first.
    """

    at: datetime
    checks: tuple[Check, ...]
    format: str | None = None
    facts: tuple[Facts, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The weightiest among the checks; `INVALID` where none of them decided anything."""
        verdicts = [check.verdict for check in self.checks if check.outcome in _DECISIVE]
        return min(verdicts, key=_WEIGHTS.__getitem__, default=Verdict.INVALID)

    @property
    def unchecked(self) -> tuple[Check, ...]:
        """The checks whose answer could not be had, excused by the policy or not."""
        return tuple(
            check
            for check in self.checks
            if check.outcome is Outcome.UNKNOWN or check.code == EXCUSED
        )

    def to_json(self) -> dict[str, Any]:
        """The machine form, as `report.schema.json` describes it."""
        return {
            "schema": SCHEMA_VERSION,
            "verdict": self.verdict.value,
            "format": self.format,
            "at": write_timestamp(self.at),
            "facts": [facts.to_json() for facts in self.facts],
            "checks": [check.to_json() for check in self.checks],
            "unchecked": list(
                dict.fromkeys(f"{check.subject}: {check.name}" for check in self.unchecked)
            ),
        }


EXCUSED: Final = "excused"
"""The code of a warning that stands for an answer that could not be had and need not be."""

_DECISIVE: Final = frozenset({Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN})
