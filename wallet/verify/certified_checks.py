"""SD-JWT VC, section 2.5: checks of a credential whose issuer the certificate in `x5c` names.

What the document says is judged as ever. Whose signature it is, its certificates say alone: no DID
is resolved, and no address is asked for keys, whatever `iss` is.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.document import VerificationMethod
from wallet.credentials.certificate_uses import (
    check_token_signer,
    is_self_issued,
    public_key_of,
)
from wallet.credentials.certificates import read_chain, subject_of
from wallet.credentials.errors import (
    CredentialError,
    InvalidCredential,
    ProofInvalid,
    UnsupportedFormat,
)
from wallet.credentials.formats.sd_jwt import SdJwtProof
from wallet.verify import document_checks, presentation_checks, proof_checks
from wallet.verify.certificate_checks import led, not_asked, outside, unusable
from wallet.verify.report import failed, passed, undecided, warned
from wallet.verify.resource_checks import digest, schema
from wallet.verify.status_checks import status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wallet.credentials.formats.sd_jwt.certified import Certified
    from wallet.verify.case import Case
    from wallet.verify.report import Check


def signature(case: Case) -> Iterator[Check]:
    """Its signature is right for the key in the first certificate, and covers the whole of it."""
    name, place = "proof", case.place
    try:
        _verify(case)
    except (ProofInvalid, InvalidCredential) as error:
        message = "the signature of its issuer does not hold: {reason}"
        yield failed(name, place, "broken", message, reason=str(error))
    except CredentialError as error:
        message = "the signature of its issuer could not be checked: {reason}"
        yield undecided(name, place, "unsupported", message, reason=str(error))
    else:
        yield passed(name, place, "right", "the signature of its issuer is right")


def _verify(case: Case) -> None:
    """Raises CredentialError."""
    proof = _proof(case)
    if (format_ := case.part.format_of(proof)) is None:
        raise UnsupportedFormat("it is secured in a way that this wallet does not know")
    method = VerificationMethod(
        id=proof.verification_method,
        type="JsonWebKey",
        controller=proof.verification_method,
        public_key=public_key_of(read_chain(certified_of(case).chain)[0]),
        raw=MappingProxyType({}),
    )
    format_.verify(case.part.document.document, proof, method)


def certificate(case: Case) -> Iterator[Check]:
    """It is one to sign documents with, in its period, and those behind it vouch for it."""
    name, place = "certificate", case.place
    try:
        chain = read_chain(certified_of(case).chain)
        check_token_signer(chain)
    except CredentialError as error:
        yield unusable(place, error)
        return
    if (found := outside(case, place, chain[0])) is not None:
        yield found
    else:
        message = "the certificate of {subject} is for signing, and in its period"
        yield passed(name, place, "usable", message, subject=subject_of(chain[0]))
    if any(map(is_self_issued, chain)):
        message = "a root comes along, which proves nothing: roots are those that you trust"
        yield warned(name, place, "with-root", message)
    yield not_asked(place)


def issuer(case: Case) -> Iterator[Check]:
    """Its issuer is whom the certificate names; where `iss` names somebody, it is for them, too."""
    name, place = "issuer", case.place.at("iss")
    found = certified_of(case)
    if found.claimed is None:
        message = "its issuer is whom the certificate names: {subject}"
        yield passed(name, case.place, "subject", message, subject=found.subject)
    elif found.is_for_claimed:
        message = "the certificate of {subject} is for {issuer}, too"
        yield passed(name, place, "both", message, subject=found.subject, issuer=found.claimed)
    else:
        message = "it says that {issuer} issued it, which the certificate of {subject} is not for"
        yield failed(name, place, "another", message, issuer=found.claimed, subject=found.subject)


def trust(case: Case) -> Iterator[Check]:
    """Its certificates lead to a root that the person trusts for such a credential."""
    yield led(case, case.place, certified_of(case).chain)


def certified_of(case: Case) -> Certified:
    """The certificates that it brings."""
    found = _proof(case).certified
    assert found is not None  # noqa: S101 - for no other these checks are made
    return found


def _proof(case: Case) -> SdJwtProof:
    (proof,) = case.part.proofs
    assert isinstance(proof, SdJwtProof)  # noqa: S101 - as above
    return proof


CERTIFIED_CHECKS: Final[tuple[Callable[[Case], Iterator[Check]], ...]] = (
    document_checks.syntax,
    document_checks.model,
    document_checks.context,
    signature,
    certificate,
    issuer,
    proof_checks.age,
    document_checks.period,
    status,
    schema,
    digest,
    presentation_checks.presented,
    presentation_checks.binding,
    document_checks.policy,
    trust,
)
