"""The checks, pure functions in the order they are made.

VC Data Model 2.0, section 7.1 and appendix A. Each yields what it found; a check that has nothing
to say about a part yields nothing. To add one, write a function of a `Case` and list it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from wallet.verify import document_checks, presentation_checks, proof_checks
from wallet.verify.resource_checks import digest, schema
from wallet.verify.status_checks import status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wallet.verify.case import Case
    from wallet.verify.detect import Part
    from wallet.verify.report import Check

Judge: TypeAlias = "Callable[[Case], Iterator[Check]]"

CHECKS: Final[tuple[Judge, ...]] = (
    document_checks.syntax,
    document_checks.model,
    document_checks.context,
    *proof_checks.CHECKS,
    document_checks.period,
    status,
    schema,
    digest,
    presentation_checks.presented,
    presentation_checks.binding,
    presentation_checks.challenge,
    presentation_checks.domain,
    document_checks.policy,
    document_checks.trust,
)


def checks_of(part: Part) -> tuple[Judge, ...]:
    """Those that a part is judged by: a certificate's signer, and an mdoc, by some of their own."""
    if part.is_mdoc:
        # Deferred: few documents are mdocs.
        from wallet.verify.mdoc_checks import MDOC_CHECKS  # noqa: PLC0415

        return MDOC_CHECKS
    if part.is_certified:
        # Deferred: most issuers are named by DIDs.
        from wallet.verify.certified_checks import CERTIFIED_CHECKS  # noqa: PLC0415

        return CERTIFIED_CHECKS
    return CHECKS
