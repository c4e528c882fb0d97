"""Consent: the only way from a proposal to its deed.

`run` takes an `Approved`, and only `decide` makes one, out of an answer that a face got from a
person (or that a person gave beforehand with `--yes` on a verb typed out in full). An `Approved`
carries the digest of what was shown; it fits that proposal alone, once.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wallet.actions import journal
from wallet.actions.aliases import by_own_names
from wallet.actions.journal import Asker, By, Outcome
from wallet.actions.ruled import ruled
from wallet.errors import Ambiguous, BadInput, NoSuchEntry, NotConsented, ReadOnly
from wallet.rules.errors import RefusedByRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from wallet.actions.proposal import Proposal
    from wallet.actions.registry import Action
    from wallet.actions.result import Result
    from wallet.wallet import Wallet


__all__ = [
    "Answer",
    "Approved",
    "Asker",
    "By",
    "Declined",
    "decide",
    "ended_early",
    "offered",
    "proposed",
    "refuse",
    "revised",
    "run",
    "unanswered",
]

_NOT_POSSIBLE: Final = (BadInput, NoSuchEntry, Ambiguous, NotConsented)
"""What refuses a request as it stands; whatever else goes wrong is a failure."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said when shown a proposal.

    Attributes:
        yes: whether they agreed to it.
        by: how they said so.
        typed: what they typed beside it, where that is asked for.
        claims: those that they want shown instead. It is a no to what they were shown: the deed
            is worked out anew (`revised`), and they are asked again.
    """

    yes: bool
    by: By
    typed: str | None = None
    claims: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """A no: nothing is done."""

    digest: str
    by: By


_SEAL: Final = object()


class Approved:
    """A yes to exactly what was shown; only `decide` can make one."""

    __slots__ = ("by", "digest", "spent", "typed")

    def __init__(self, digest: str, by: By, *, seal: object, typed: str | None = None) -> None:
        if seal is not _SEAL:
            raise TypeError("an Approved is made by wallet.actions.consent.decide alone")
        self.digest = digest
        self.by = by
        self.typed = typed
        self.spent = False


def proposed(
    wallet: Wallet,
    action: Action,
    arguments: Mapping[str, Any],
    *,
    asked: Asker,
    can_type: bool = False,
) -> Proposal:
    """What every face shows a person: worked out, and held against the rules that they set.

    `can_type` is whether the face can ask for something to be typed.

    Raises:
        ReadOnly: the wallet is open for reading only.
        RefusedByRule: a rule forbids it; the journal says so, and nobody is asked.
        NotConsented: something has to be typed, which the face cannot ask for.
        WalletError, DIDError: it cannot be worked out; the journal says that it was asked.
    """

    def work_out() -> Proposal:
        action.check(arguments)
        assert action.propose is not None  # noqa: S101 - what only reads is read
        return action.propose(wallet, by_own_names(wallet, action, arguments))

    return offered(wallet, action.name, work_out, asked=asked, can_type=can_type)


def offered(
    wallet: Wallet,
    action: str,
    work_out: Callable[[], Proposal],
    *,
    asked: Asker,
    can_type: bool = False,
) -> Proposal:
    """The same for a deed that is no action; `work_out` makes its proposal. Raises the same."""
    if wallet.vault.read_only:
        raise ReadOnly(action)
    with ended_early(wallet, action, asked=asked):
        proposal = work_out()
        if proposal.to_type is not None and not can_type:
            raise NotConsented(
                "this needs something to be typed, and nobody can be asked for it here",
                hint="type the command out in full, on a terminal",
            )
    try:
        return ruled(wallet, proposal, can_type=can_type)
    except RefusedByRule as error:
        journal.write(wallet, proposal, By.RULE, journal.Outcome.REFUSED, asked=asked, error=error)
        raise


@contextmanager
def ended_early(wallet: Wallet, action: str, *, asked: Asker) -> Iterator[None]:
    """Writes down what ends the block, in which it is worked out what is to be proposed."""
    try:
        yield
    except BaseException as error:
        outcome = Outcome.CANCELLED
        if isinstance(error, Exception):
            outcome = Outcome.REFUSED if isinstance(error, _NOT_POSSIBLE) else Outcome.FAILED
        journal.note(wallet, action, By.UNSHOWN, outcome, asked=asked, error=error)
        raise


def decide(proposal: Proposal, answer: Answer) -> Approved | Declined:
    """A person's answer to a proposal, made into what `run` accepts or does not."""
    if answer.yes and answer.claims is None:
        return Approved(proposal.digest, answer.by, seal=_SEAL, typed=answer.typed)
    return Declined(proposal.digest, answer.by)


def revised(arguments: Mapping[str, Any], answer: Answer) -> Mapping[str, Any] | None:
    """The arguments with the claims that the person wants instead; None where they want no other.

    Whatever comes of them is a proposal of its own, to be agreed to by itself.
    """
    return None if not answer.claims else {**arguments, "claims": list(answer.claims)}


def run(
    wallet: Wallet,
    proposal: Proposal,
    decision: Approved | Declined,
    *,
    asked: Asker = Asker.PERSON,
) -> Result:
    """Do what was approved, and write it down; a refusal is written down, too.

    `asked` is who asked for it, which is not always who agreed to it.

    Raises:
        NotConsented: the decision is a no, is another proposal's, was used before, or lacks what a
            rule of the person's wants typed.
        RefusedByRule: a rule forbids it, perhaps one that was set since it was shown.
        WalletError, DIDError: the deed failed; the journal says so.
    """
    if isinstance(decision, Declined):
        refuse(wallet, proposal, decision, asked=asked)
        raise NotConsented("not done, since it was not agreed to")
    if decision.digest != proposal.digest or decision.spent:
        outcome, other = journal.Outcome.REFUSED, decision.digest
        journal.write(wallet, proposal, decision.by, outcome, asked=asked, approved=other)
        raise NotConsented("that consent was given for something else", hint="ask again")
    _hold_to_rules(wallet, proposal, decision, asked)
    decision.spent = True
    try:
        result = proposal.perform()
    except BaseException as error:
        outcome = journal.Outcome.FAILED
        journal.write(wallet, proposal, decision.by, outcome, asked=asked, error=error)
        raise
    outcome = journal.Outcome.DONE
    journal.write(wallet, proposal, decision.by, outcome, asked=asked, result=result)
    return result


def _hold_to_rules(wallet: Wallet, proposal: Proposal, decision: Approved, asked: Asker) -> None:
    """Once more, for whoever came here otherwise than by `proposed`, and for rules since then."""
    outcome = journal.Outcome.REFUSED
    try:
        needed = ruled(wallet, proposal).to_type
    except RefusedByRule as error:
        journal.write(wallet, proposal, By.RULE, outcome, asked=asked, error=error)
        raise
    if needed is not None and decision.typed != needed:
        journal.write(wallet, proposal, decision.by, outcome, asked=asked)
        hint = "your rules: holdfast policy list" if proposal.deed is not None else None
        raise NotConsented(f"not done, since it was not typed: {needed}", hint=hint)


def refuse(
    wallet: Wallet, proposal: Proposal, declined: Declined, *, asked: Asker = Asker.PERSON
) -> None:
    """Write a refusal down; nothing else happens."""
    journal.write(wallet, proposal, declined.by, journal.Outcome.REFUSED, asked=asked)


def unanswered(
    wallet: Wallet, proposal: Proposal, *, asked: Asker, error: BaseException | None = None
) -> None:
    """Write down that nobody could be asked, or that `error` broke the question off."""
    broken_off = error is not None and not isinstance(error, NotConsented)
    outcome = journal.Outcome.CANCELLED if broken_off else journal.Outcome.REFUSED
    journal.write(wallet, proposal, By.NOBODY, outcome, asked=asked, error=error)
