"""Plans that wait for a yes: what nobody could be asked about, kept sealed for a day.

A plan is kept under the digest of what was shown of its first step, with what that was worked out
from: its words, the moment, and what was drawn at random. So it can be worked out anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from wallet.errors import Ambiguous, BadInput, NoSuchEntry
from wallet.vault.errors import IntegrityError, RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.vault.record import Record
    from wallet.vault.vault import Vault

LIFETIME: Final = timedelta(days=1)
MOST: Final = 20
"""How many are kept; the oldest gives way."""
_SHORTEST: Final = 8
_DIGEST: Final = re.compile(r"[0-9a-f]{8,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One action and its arguments; `"$1"` for an entry is what the first step makes."""

    action: str
    arguments: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class PendingPlan:
    """A plan whose first step needs a yes.

    Attributes:
        digest: of what was shown of the first step, 64 hex digits.
        steps: the steps that are left, the shown one first.
        statement: what was shown, as `Statement.plain` gives it.
        at: when it was worked out.
        seed: what randomness was drawn from.
    """

    digest: str
    steps: tuple[PlannedStep, ...]
    statement: Sequence[Any]
    at: datetime
    seed: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The digest."""
        return self.digest

    @property
    def title(self) -> str:
        """The deed that was shown, in one sentence of English."""
        return str(self.statement[0])

    @property
    def until(self) -> datetime:
        """When it is forgotten."""
        return self.at + LIFETIME

    @classmethod
    def of(cls, record: Record) -> Self:
        """The plan that a vault record holds. Raises `IntegrityError` where it is none."""
        try:
            body = record.body
            steps = tuple(
                PlannedStep(str(step["action"]), dict(step["arguments"])) for step in body["steps"]
            )
            at, seed = datetime.fromisoformat(body["at"]), bytes.fromhex(body["seed"])
            title, facts, warnings = body["statement"]
            statement = [str(title), [[str(a), str(b)] for a, b in facts], list(map(str, warnings))]
        except (KeyError, TypeError, ValueError):
            raise IntegrityError("the record of a pending plan", "cannot be read") from None
        if not steps or at.tzinfo is None:
            raise IntegrityError("the record of a pending plan", "cannot be read")
        return cls(record.id, steps, statement, at, seed)

    def body(self) -> dict[str, Any]:
        """The plan as a record's body."""
        return {
            "steps": [
                {"action": step.action, "arguments": dict(step.arguments)} for step in self.steps
            ],
            "statement": list(self.statement),
            "at": self.at.isoformat(),
            "seed": self.seed.hex(),
        }


def pending(vault: Vault, now: datetime) -> tuple[PendingPlan, ...]:
    """Those that still wait, the oldest first. Raises `IntegrityError`."""
    kept = map(PendingPlan.of, vault.all(Kind.PENDING))
    return tuple(plan for plan in kept if plan.at <= now < plan.until)


def pending_plan(vault: Vault, digest: str, now: datetime) -> PendingPlan:
    """The one with that digest, of which the first eight digits are enough.

    Raises:
        BadInput: it is no digest.
        NoSuchEntry: there is none, or no longer.
        Ambiguous: several begin like that.
    """
    wanted = digest.strip().lower()
    if not _DIGEST.fullmatch(wanted):
        raise BadInput(
            f"{digest!r:.100} is no digest", hint=f"64 hex digits, or the first {_SHORTEST} of them"
        )
    found = [plan for plan in pending(vault, now) if plan.digest.startswith(wanted)]
    if len(found) > 1:
        raise Ambiguous(f"several pending plans begin with {wanted!r}", hint="type more of it")
    if not found:
        raise NoSuchEntry(
            f"no plan waits under {wanted!r:.100}",
            hint="see: holdfast pending; a plan waits for a day",
        )
    return found[0]


def keep(vault: Vault, plan: PendingPlan) -> None:
    """Keep a plan for a day; those whose day is over go, and the oldest of too many."""
    with vault.transaction():
        vault.put(Kind.PENDING, plan.body(), id=plan.digest)
        kept = pending(vault, plan.at)
        staying = {one.digest for one in kept[-MOST:]} | {plan.digest}
        for record in vault.all(Kind.PENDING):
            if record.id not in staying:
                vault.delete(Kind.PENDING, record.id)


def forget(vault: Vault, plan: PendingPlan) -> None:
    """Forget a plan: it was answered. Raises `NoSuchEntry` where somebody else answered it."""
    try:
        vault.delete(Kind.PENDING, plan.digest)
    except RecordNotFound as error:
        raise NoSuchEntry("this plan was answered meanwhile", hint="holdfast history") from error
