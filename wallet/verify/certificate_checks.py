"""ISO/IEC 18013-5, section 9.3.3: the certificate of who signed, and whether it leads to a root.

A root is trusted because the person said so, and for nothing else: where none is, nothing that a
certificate vouches for is valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.credentials.certificates import (
    check_signer,
    countries_of,
    is_within,
    issuer_of,
    leads_by_name,
    read_certificate,
    read_chain,
    subject_of,
    trusted_path,
)
from wallet.credentials.errors import CredentialError, ProofInvalid
from wallet.credentials.formats.mdoc import MdocProof
from wallet.credentials.timestamps import write_timestamp
from wallet.verify.report import failed, out_of_period, passed, undecided, untrusted, warned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.x509 import Certificate

    from wallet.verify.case import Case
    from wallet.verify.report import Check

_NAMESPACE, _COUNTRY = "org.iso.18013.5.1", "issuing_country"


def certificate(case: Case) -> Iterator[Check]:
    """The certificate is one to sign mdocs with, in its period, of the country that is named."""
    name, place = "certificate", case.place.at("issuerAuth", "x5chain")
    try:
        signer = chain_of(case)[0]
        check_signer(signer)
    except CredentialError as error:
        message = "the certificate of its issuer is not right: {reason}"
        yield failed(name, place, "unusable", message, reason=str(error))
        return
    at, subject = case.question.at, subject_of(signer)
    if at < signer.not_valid_before_utc:
        message = "the certificate of {subject} is not valid before {start}"
        start = write_timestamp(signer.not_valid_before_utc)
        yield out_of_period(name, place, "not-yet", message, subject=subject, start=start)
    elif not is_within(signer, at):
        message = "the certificate of {subject} expired at {end}"
        end = write_timestamp(signer.not_valid_after_utc)
        yield out_of_period(name, place, "expired", message, subject=subject, end=end)
    else:
        message = "the certificate of {subject} is for signing mdocs, and in its period"
        yield passed(name, place, "usable", message, subject=subject)
    yield from _country(case, signer)
    message = "whether the certificate was taken back was not asked"
    yield warned(name, place, "not-asked", message)


def _country(case: Case, signer: Certificate) -> Iterator[Check]:
    """Section 9.3.1: an issuer speaks for its own country."""
    countries = countries_of(signer)
    for item in _proof(case).issued.items:
        if (item.namespace, item.identifier) != (_NAMESPACE, _COUNTRY):
            continue
        # As a tuple: what it says may be a list, which no set holds.
        if countries and item.value not in tuple(countries):
            message = "it says that {said} issued it, and its certificate is of {country}"
            place = case.place.at("nameSpaces", _NAMESPACE, _COUNTRY)
            country = ", ".join(sorted(countries))
            said = str(item.value)
            yield failed("issuer", place, "country", message, said=said, country=country)


def trust(case: Case) -> Iterator[Check]:
    """Its certificate leads to a root that the person trusts for such a document."""
    name, place = "trust", case.place.at("issuerAuth", "x5chain")
    policy, types = case.question.policy, case.part.document.types
    try:
        chain = chain_of(case)
        known = [read_certificate(one.certificate) for one in policy.roots if one.is_for(types)]
        if not leads_by_name(chain, known):
            message = "it leads to {issuer}, which is not among the roots that are trusted for it"
            issuer = issuer_of(chain[-1])
            yield untrusted(name, place, "unknown-root", message, issuer=issuer)
            return
        root = trusted_path(chain, known, case.question.at)
    except ProofInvalid as error:
        message = "its certificate does not lead to a trusted root: {reason}"
        yield untrusted(name, place, "no-path", message, reason=str(error))
    except CredentialError as error:
        message = "whether its certificate leads to a trusted root is not known: {reason}"
        yield undecided(name, place, "unsupported", message, reason=str(error))
    else:
        message = "its certificate leads to {root}, which is trusted for it"
        yield passed(name, place, "trusted", message, root=subject_of(root))


def chain_of(case: Case) -> tuple[Certificate, ...]:
    """The certificates that an mdoc brings, its signer's first. Raises as `read_chain`."""
    return read_chain(_proof(case).issued.signature.chain)


def _proof(case: Case) -> MdocProof:
    (proof,) = case.part.proofs
    assert isinstance(proof, MdocProof)  # noqa: S101 - for no other these checks are made
    return proof
