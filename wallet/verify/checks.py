"""The checks, pure functions in the order they are made, and those of the document itself.

VC Data Model 2.0, section 7.1 and appendix A. Each yields what it found; a check that has nothing
to say about a part yields nothing. To add one, write a function of a `Case` and list it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from wallet.credentials.issuing import UNDEFINED_TERMS_V2
from wallet.credentials.timestamps import write_timestamp
from wallet.verify import presentation_checks, proof_checks
from wallet.verify.report import (
    failed,
    out_of_period,
    passed,
    skipped,
    undecided,
    untrusted,
    warned,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wallet.verify.case import Case
    from wallet.verify.report import Check


def form(case: Case) -> Iterator[Check]:
    """The part is well formed (it was parsed), and its proofs are a plain set (2.1.1).

    Proof chains are refused: what `previousProof` points to would have to be checked first. So
    are contexts that a suite lets be added after signing (vc-di-eddsa, 3.3.2): they could say that
    what was signed means something else.
    """
    name, subject = "form", case.part.subject
    contexts = case.part.document.document["@context"]
    proofs = [proof.raw for proof in case.part.proofs]
    if any("previousProof" in proof for proof in proofs):
        yield failed(name, subject, "a proof of it builds on another proof, which is not supported")
    elif any(proof in proofs[:index] for index, proof in enumerate(proofs)):
        yield failed(name, subject, "it holds the same proof twice")
    elif any(proof.get("@context", contexts) != contexts for proof in proofs):
        yield failed(name, subject, "it names contexts that were not there when it was signed")
    elif case.presentation is not None and not case.presentation.credentials:
        yield warned(name, subject, "it is well formed, but holds no credential")
    elif any(map(_defines_own_terms, contexts)):
        yield passed(name, subject, "it is well formed, with names that no standard defines")
    else:
        yield passed(name, subject, "it is well formed")


def _defines_own_terms(context: object) -> bool:
    """A context in the document itself is one that gives every name an IRI, or no proof holds."""
    return context == UNDEFINED_TERMS_V2 or not isinstance(context, str)


def period(case: Case) -> Iterator[Check]:
    """4.9 Validity Period: both ends belong to it."""
    if case.credential is None:
        return
    name, subject, at = "period", case.part.subject, case.question.at
    start, end = case.credential.valid_from, case.credential.valid_until
    if start is not None and at < start:
        message = "it is not valid before {start}"
        yield out_of_period(name, subject, message, start=write_timestamp(start))
    elif end is None:
        yield passed(name, subject, "it is valid, without an end")
    elif at > end:
        yield out_of_period(name, subject, "it expired at {end}", end=write_timestamp(end))
    else:
        yield passed(name, subject, "it is valid until {end}", end=write_timestamp(end))


def status(case: Case) -> Iterator[Check]:
    """4.10 Status: whether the issuer took the credential back."""
    if case.credential is None:
        return
    name, subject = "status", case.part.subject
    answer = case.evidence.statuses.get(subject)
    if answer is None:
        yield skipped(name, subject, "its issuer keeps no status of it")
    else:
        message = "whether it was revoked could not be found out: {reason}"
        yield undecided(name, subject, message, reason=answer.reason)


def schema(case: Case) -> Iterator[Check]:
    """4.11 Data Schemas: whether the claims have the shape that the issuer promises."""
    if case.credential is None:
        return
    name, subject = "schema", case.part.subject
    answer = case.evidence.schemas.get(subject)
    if answer is None:
        yield skipped(name, subject, "its issuer promises no schema for it")
    else:
        message = "whether it keeps to its schema could not be found out: {reason}"
        yield undecided(name, subject, message, reason=answer.reason)


def trust(case: Case) -> Iterator[Check]:
    """Whether the policy trusts the issuer for what the credential says."""
    if case.credential is None:
        return
    name, subject, rule = "trust", case.part.subject, case.question.policy.trust
    if rule is None:
        yield skipped(name, subject, "no issuers were named as trusted")
    elif rule.accepts(case.credential):
        message = "{issuer} is trusted for it"
        yield passed(name, subject, message, issuer=case.credential.issuer)
    else:
        message = "{issuer} is not among those trusted for it"
        yield untrusted(name, subject, message, issuer=case.credential.issuer)


Judge: TypeAlias = "Callable[[Case], Iterator[Check]]"

CHECKS: Final[tuple[Judge, ...]] = (
    form,
    proof_checks.document,
    proof_checks.signature,
    proof_checks.purpose,
    proof_checks.key,
    proof_checks.maker,
    proof_checks.age,
    period,
    status,
    schema,
    presentation_checks.presented,
    presentation_checks.binding,
    presentation_checks.challenge,
    presentation_checks.domain,
    trust,
)
