"""RFC 5280, section 6: what is found out about a certificate, whatever is signed under it.

A root is trusted because the person said so, and for nothing else: where none is, nothing that a
certificate vouches for is valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.credentials.certificates import (
    is_within,
    issuer_of,
    leads_by_name,
    read_certificate,
    read_chain,
    subject_of,
    trusted_path,
)
from wallet.credentials.errors import CredentialError, ProofInvalid
from wallet.credentials.timestamps import write_timestamp
from wallet.verify.report import failed, out_of_period, passed, undecided, untrusted, warned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate

    from wallet.verify.case import Case
    from wallet.verify.place import Place
    from wallet.verify.report import Check

_NAME = "certificate"


def unusable(place: Place, error: CredentialError) -> Check:
    """It is none to sign such a document with."""
    message = "the certificate of its issuer is not right: {reason}"
    return failed(_NAME, place, "unusable", message, reason=str(error))


def outside(case: Case, place: Place, signer: Certificate) -> Check | None:
    """It is not in its period; None where it is."""
    at, subject = case.question.at, subject_of(signer)
    if at < signer.not_valid_before_utc:
        message = "the certificate of {subject} is not valid before {start}"
        start = write_timestamp(signer.not_valid_before_utc)
        return out_of_period(_NAME, place, "not-yet", message, subject=subject, start=start)
    if not is_within(signer, at):
        message = "the certificate of {subject} expired at {end}"
        end = write_timestamp(signer.not_valid_after_utc)
        return out_of_period(_NAME, place, "expired", message, subject=subject, end=end)
    return None


def not_asked(place: Place) -> Check:
    """No list of certificates that were taken back is ever fetched."""
    message = "whether the certificate was taken back was not asked"
    return warned(_NAME, place, "not-asked", message)


def led(case: Case, place: Place, chain: Sequence[bytes]) -> Check:
    """Its certificate leads to a root that the person trusts for such a document."""
    name = "trust"
    policy, types = case.question.policy, case.part.document.types
    try:
        read = read_chain(chain)
        known = [read_certificate(one.certificate) for one in policy.roots if one.is_for(types)]
        if not leads_by_name(read, known):
            message = "it leads to {issuer}, which is not among the roots that are trusted for it"
            issuer = issuer_of(read[-1])
            return untrusted(name, place, "unknown-root", message, issuer=issuer)
        root = trusted_path(read, known, case.question.at)
    except ProofInvalid as error:
        message = "its certificate does not lead to a trusted root: {reason}"
        return untrusted(name, place, "no-path", message, reason=str(error))
    except CredentialError as error:
        message = "whether its certificate leads to a trusted root is not known: {reason}"
        return undecided(name, place, "unsupported", message, reason=str(error))
    message = "its certificate leads to {root}, which is trusted for it"
    return passed(name, place, "trusted", message, root=subject_of(root))
