"""What verification found: checks, and a verdict that is derived from them.

There are three answers. What could not be asked leaves the verdict undecided: never valid, and
not invalid either. A report without a single passed check is a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, assert_never

from wallet.credentials.timestamps import write_timestamp
from wallet.messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Outcome(StrEnum):
    """What one check says."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    WARN = "warn"  # it holds, and the person should know something about it
    SKIPPED = "skipped"  # there was nothing to check
    UNKNOWN = "unknown"  # it could not be found out


class Reason(StrEnum):
    """Why the verdict is what it is, the weightiest first."""

    INVALID = "invalid"
    REVOKED = "revoked"  # or suspended
    EXPIRED = "expired"  # or not yet valid
    UNTRUSTED = "untrusted"
    INDETERMINATE = "indeterminate"
    NONE = "none"


class Verdict(StrEnum):
    """What the checks amount to."""

    VALID = "valid"
    INVALID = "invalid"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    `message` is an English template with named placeholders, constant for each finding and thus
    a gettext message id; `arguments` are the values. `subject` is the part of the input that was
    judged: "presentation", "credential", "credential 2". Made by the functions below, which keep
    outcome and reason in step.
    """

    name: str
    subject: str
    outcome: Outcome
    reason: Reason
    message: str
    arguments: Mapping[str, str | Message]

    @property
    def sentence(self) -> Message:
        """The finding, for a face to render in the person's language."""
        return Message(self.message, self.arguments)

    def to_json(self) -> dict[str, Any]:
        """Machine form; `message` is rendered in English."""
        return {
            "name": self.name,
            "subject": self.subject,
            "outcome": self.outcome.value,
            "reason": self.reason.value,
            "message": str(self.sentence),
            "arguments": {name: str(value) for name, value in self.arguments.items()},
        }


def passed(name: str, subject: str, message: str, /, **arguments: str) -> Check:
    """It holds."""
    return _check(name, subject, Outcome.PASS, Reason.NONE, message, arguments)


def warned(name: str, subject: str, message: str, /, **arguments: str) -> Check:
    """It holds, and the person should know something about it."""
    return _check(name, subject, Outcome.WARN, Reason.NONE, message, arguments)


def skipped(name: str, subject: str, message: str, /, **arguments: str) -> Check:
    """There is nothing to check."""
    return _check(name, subject, Outcome.SKIPPED, Reason.NONE, message, arguments)


def undecided(name: str, subject: str, message: str, /, **arguments: str | Message) -> Check:
    """It could not be found out."""
    return _check(name, subject, Outcome.UNKNOWN, Reason.INDETERMINATE, message, arguments)


def failed(name: str, subject: str, message: str, /, **arguments: str) -> Check:
    """It does not hold."""
    return _check(name, subject, Outcome.FAIL, Reason.INVALID, message, arguments)


def out_of_period(name: str, subject: str, message: str, /, **arguments: str) -> Check:
    """It does not hold yet, or no longer."""
    return _check(name, subject, Outcome.FAIL, Reason.EXPIRED, message, arguments)


def untrusted(name: str, subject: str, message: str, /, **arguments: str) -> Check:
    """It holds, but comes from somebody whom the policy does not trust for it."""
    return _check(name, subject, Outcome.FAIL, Reason.UNTRUSTED, message, arguments)


def _check(
    name: str,
    subject: str,
    outcome: Outcome,
    reason: Reason,
    message: str,
    arguments: Mapping[str, str | Message],
) -> Check:
    return Check(name, subject, outcome, reason, message, MappingProxyType(dict(arguments)))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a part of the input says of itself; worth as much as the checks found.

    `claims` are names only. `issuer` is None for a presentation, `holder` for a credential.
    """

    subject: str
    id: str | None
    types: tuple[str, ...]
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
    def reason(self) -> Reason:
        """The weightiest reason among the checks; `INVALID` where none of them decided anything."""
        weights = list(Reason)
        reasons = [check.reason for check in self.checks if check.outcome in _DECISIVE]
        return min(reasons, key=weights.index, default=Reason.INVALID)

    @property
    def verdict(self) -> Verdict:
        """A fail beats an unknown, an unknown beats a pass; a warning decides nothing."""
        match self.reason:
            case Reason.NONE:
                return Verdict.VALID
            case Reason.INDETERMINATE:
                return Verdict.UNDECIDED
            case Reason.INVALID | Reason.REVOKED | Reason.EXPIRED | Reason.UNTRUSTED:
                return Verdict.INVALID
            case _:
                assert_never(self.reason)

    def to_json(self) -> dict[str, Any]:
        """The machine form: `verdict`, `reason`, `format`, `at`, `facts`, `checks`."""
        return {
            "verdict": self.verdict.value,
            "reason": self.reason.value,
            "format": self.format,
            "at": write_timestamp(self.at),
            "facts": [facts.to_json() for facts in self.facts],
            "checks": [check.to_json() for check in self.checks],
        }


_DECISIVE = frozenset({Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN})
