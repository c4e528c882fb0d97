"""ISO/IEC 18013-5, section 9.3.1: checks of an mdoc, whose issuer a certificate names.

What its device signed when it was presented is over a session that is not known here, and whether
a certificate was taken back is not asked: both are said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wallet.credentials.certificate_uses import check_mdoc_signer
from wallet.credentials.certificates import (
    countries_of,
    is_within,
    key_of,
    read_chain,
    subject_of,
)
from wallet.credentials.errors import CredentialError, ProofInvalid
from wallet.credentials.formats.mdoc import MdocProof
from wallet.credentials.timestamps import write_timestamp
from wallet.messages import say
from wallet.verify import document_checks, presentation_checks, status_checks
from wallet.verify.certificate_checks import led, not_asked, outside, unusable
from wallet.verify.policy import Excused
from wallet.verify.report import EXCUSED, failed, out_of_period, passed, undecided, warned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cryptography.x509 import Certificate

    from wallet.verify.case import Case
    from wallet.verify.report import Check

_NAMESPACE, _COUNTRY = "org.iso.18013.5.1", "issuing_country"


def syntax(case: Case) -> Iterator[Check]:
    """The input is CBOR that every reader reads alike: it was parsed."""
    yield passed("syntax", case.place, "strict", "it is strict CBOR")


def model(case: Case) -> Iterator[Check]:
    """It is well formed (it was parsed), and of the type that stands beside it (step 4)."""
    proof = proof_of(case)
    if proof.said is not None and proof.said != proof.issued.security.doctype:
        message = "it is of the type {type}, and {said} stands beside it"
        signed = proof.issued.security.doctype
        place = case.place.at("docType")
        yield failed("model", place, "type", message, type=signed, said=proof.said)
    else:
        yield passed("model", case.place, "well-formed", "it is well formed")


def signature(case: Case) -> Iterator[Check]:
    """Its issuer's signature is right for the key in the certificate that it brings (step 2)."""
    issued = proof_of(case).issued
    name, place = "proof", case.place.at("issuerAuth")
    try:
        issued.signature.check(key_of(read_chain(issued.signature.chain)[0]))
    except ProofInvalid as error:
        message = "the signature of its issuer does not hold: {reason}"
        yield failed(name, place, "broken", message, reason=str(error))
    except CredentialError as error:
        message = "the signature of its issuer could not be checked: {reason}"
        yield undecided(name, place, "unsupported", message, reason=str(error))
    else:
        yield passed(name, place, "right", "the signature of its issuer is right")


def digests(case: Case) -> Iterator[Check]:
    """Each element that is shown has the digest that its issuer signed (step 3)."""
    issued, name = proof_of(case).issued, "digest"
    wrong = 0
    for item in issued.items:
        place = case.place.at("nameSpaces", item.namespace, item.identifier)
        try:
            issued.check_item(item)
        except ProofInvalid as error:
            wrong += 1
            message = "{element} is not what its issuer signed: {reason}"
            yield failed(name, place, "another", message, element=item.name, reason=str(error))
    if not wrong:
        message = "each of the elements that are shown ({count}) is what its issuer signed"
        place = case.place.at("nameSpaces")
        yield passed(name, place, "same", message, count=str(len(issued.items)))


def certificate(case: Case) -> Iterator[Check]:
    """It is one to sign mdocs with, in its period, of the country that is named (step 1)."""
    name, place = "certificate", case.place.at("issuerAuth", "x5chain")
    try:
        signer = read_chain(proof_of(case).issued.signature.chain)[0]
        check_mdoc_signer(signer)
    except CredentialError as error:
        yield unusable(place, error)
        return
    if (found := outside(case, place, signer)) is not None:
        yield found
    else:
        message = "the certificate of {subject} is for signing mdocs, and in its period"
        yield passed(name, place, "usable", message, subject=subject_of(signer))
    yield from _country(case, signer)
    yield not_asked(place)


def _country(case: Case, signer: Certificate) -> Iterator[Check]:
    """Section 9.3.1: an issuer speaks for its own country."""
    countries = countries_of(signer)
    for item in proof_of(case).issued.items:
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
    """Its certificate leads to a root that the person trusts for such a document (9.3.3)."""
    place = case.place.at("issuerAuth", "x5chain")
    yield led(case, place, proof_of(case).issued.signature.chain)


def age(case: Case) -> Iterator[Check]:
    """It was signed before now, while the certificate was in its period (step 5)."""
    name, proof = "age", proof_of(case)
    place, signed = case.place.at("issuerAuth"), proof.issued.security.signed
    try:
        signer = read_chain(proof.issued.signature.chain)[0]
    except CredentialError:
        return  # which the check of the certificate says
    written = write_timestamp(signed)
    if signed - case.question.at > case.question.policy.skew:
        message = "its proof was made at {created}, which is yet to come"
        yield out_of_period(name, place, "future", message, created=written)
    elif not is_within(signer, signed):
        message = "it was signed at {created}, outside the period of its issuer's certificate"
        yield failed(name, place, "outside", message, created=written)
    else:
        yield passed(name, place, "made", "its proof was made at {created}", created=written)


def status(case: Case) -> Iterator[Check]:
    """Whether its issuer took it back: what its status list says, where it names one."""
    said = proof_of(case).issued.security.status
    if said is None or (isinstance(said, dict) and any(isinstance(v, dict) for v in said.values())):
        yield from status_checks.status(case)
        return
    reason = say("it names no way to learn its status")
    yield status_checks.unknown_status(case, case.place.at("status"), "unsupported", reason)


def presented(case: Case) -> Iterator[Check]:
    """Who presents it, and to whom: its device signed that, over a session not known here.

    ISO/IEC 18013-5, section 9.1.3. A policy that asks who presents it is not met.
    """
    policy, place = case.question.policy, case.place.at("deviceSigned")
    if not proof_of(case).presented:
        yield from presentation_checks.presented(case)
        return
    asked = case.question.challenge is not None or case.question.domain is not None
    asked = asked or policy.require_challenge or policy.require_domain or policy.require_holder
    message = (
        "who presents it was not checked: what its device signed is over a session, whose"
        " transcript is not given here; whoever has a copy could show it"
    )
    if Excused.DEVICE in policy.excuse and not asked:
        yield warned("device", place, EXCUSED, message)
    else:
        yield undecided("device", place, "no-transcript", message)


def proof_of(case: Case) -> MdocProof:
    """The one proof of an mdoc."""
    (proof,) = case.part.proofs
    assert isinstance(proof, MdocProof)  # noqa: S101 - for no other these checks are made
    return proof


MDOC_CHECKS: Final[tuple[Callable[[Case], Iterator[Check]], ...]] = (
    syntax,
    model,
    signature,
    digests,
    certificate,
    age,
    document_checks.period,
    status,
    presented,
    document_checks.policy,
    trust,
)
