"""The rules in the vault, and what was shown to whom, which some of them go by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import rfc8785

from wallet.rules.deed import Earlier
from wallet.rules.errors import BadRule
from wallet.rules.marks import Mark
from wallet.rules.rule import Unreadable, from_json, to_json
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from wallet.rules.deed import Disclosure
    from wallet.rules.rule import Rule
    from wallet.vault.record import Record
    from wallet.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule, and the id that it is removed by: the same rule always has the same."""

    id: str
    rule: Rule | Unreadable

    @classmethod
    def of(cls, record: Record) -> Self:
        """The entry that a vault record holds; what is no rule of ours is `Unreadable`."""
        try:
            return cls(record.id, from_json(record.body))
        except BadRule:
            return cls(record.id, Unreadable())


def rule_id(rule: Rule) -> str:
    """`rule-` and eight hex digits of the SHA-256 of its JSON."""
    return f"rule-{hashlib.sha256(rfc8785.dumps(to_json(rule))).hexdigest()[:8]}"


def kept_rules(vault: Vault) -> tuple[KeptRule, ...]:
    """All of them, the oldest first."""
    return tuple(map(KeptRule.of, vault.all(Kind.RULE)))


def keep(vault: Vault, rule: Rule) -> str:
    """Keep a rule from now on; its id."""
    return vault.put(Kind.RULE, to_json(rule), id=rule_id(rule)).id


def remember(vault: Vault, disclosure: Disclosure, at: datetime) -> None:
    """Write down that something was shown: to whom, of which types, by which DID.

    No claim is, but digests of what it can be recognized by, the claims among it.
    """
    body = {
        "verifier": disclosure.verifier,
        "types": list(disclosure.types),
        "holder": disclosure.holder,
        "marks": [mark.kept() for mark in disclosure.marks],
        "at": at.isoformat(timespec="seconds"),
    }
    vault.put(Kind.DISCLOSURE, body)


def earlier(vault: Vault) -> tuple[Earlier, ...]:
    """What was shown before, the oldest first.

    Raises:
        IntegrityError: one of the records cannot be read.
    """
    return tuple(_earlier(record) for record in vault.all(Kind.DISCLOSURE))


def _earlier(record: Record) -> Earlier:
    match dict(record.body):
        case {"verifier": str(verifier), "types": list(types)}:
            holder = str(record.body.get("holder", ""))  # of earlier releases, nobody knows
            marks = map(Mark.read, record.body.get("marks", ()))
            known = tuple(mark for mark in marks if mark is not None)
            return Earlier(verifier, tuple(map(str, types)), holder, known)
        case _:
            raise IntegrityError("the record of a disclosure", "cannot be read")
