"""Data Integrity 1.0, sections 2.3 and 4.4: checks of the proofs of one part.

A part may have several proofs; every one of them must pass every check here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from did.document import Document
from wallet.credentials.errors import CredentialError, InvalidCredential, ProofInvalid
from wallet.credentials.timestamps import write_timestamp
from wallet.verify.evidence import Absent, Deactivated, Unavailable, did_of
from wallet.verify.report import failed, out_of_period, passed, undecided, warned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from did.document import VerificationMethod
    from wallet.credentials.formats import Proof
    from wallet.verify.case import Case
    from wallet.verify.report import Check

_WITHOUT_KEY: Final = "it could not be checked without the key {method}"


def document(case: Case) -> Iterator[Check]:
    """The DID of each proof has a document, and was not deactivated (DID Resolution 1.0)."""
    name, subject = "document", case.part.subject
    earlier = {did_of(proof): proof for proof in case.part.proofs if case.earlier(proof)}
    for did in dict.fromkeys(map(did_of, case.part.proofs)):
        answer = case.evidence.documents[did]
        if (proof := earlier.get(did)) is not None and proof.created is not None:
            then = case.earlier(proof)
            if isinstance(then, Document):
                message = (
                    "judged by the document that {did} had at {created}; today's lists no such key"
                )
                created = write_timestamp(proof.created)
                yield warned(name, subject, message, did=did, created=created)
                continue
            answer = then or answer
        match answer:
            case Document() if (since := case.evidence.kept.get(did)) is not None:
                message = "the document of {did} is one kept since {time}"
                yield passed(name, subject, message, did=did, time=write_timestamp(since))
            case Document():
                yield passed(name, subject, "the document of {did} was found", did=did)
            case Deactivated():
                yield failed(name, subject, "{did} was deactivated by its controller", did=did)
            case Absent(reason):
                message = "{did} has no document: {reason}"
                yield failed(name, subject, message, did=did, reason=reason)
            case Unavailable(why):
                message = "the document of {did} could not be had: {reason}"
                yield undecided(name, subject, message, did=did, reason=why)
            case _:
                assert_never(answer)


def signature(case: Case) -> Iterator[Check]:
    """The signature of each proof is right for the key it names, and covers the whole part."""
    name, subject = "proof", case.part.subject
    for proof in case.part.proofs:
        method_id, method = proof.verification_method, case.method(proof)
        if case.document(proof) is None:
            yield undecided(name, subject, _WITHOUT_KEY, method=method_id)
        elif method is None:
            message = "the document of its DID lists no key {method}"
            yield failed(name, subject, message, method=method_id)
        else:
            yield _verify(case, proof, method)


def _verify(case: Case, proof: Proof, method: VerificationMethod) -> Check:
    name, subject = "proof", case.part.subject
    try:
        case.part.format.verify(case.part.document.document, proof, method)
    except (ProofInvalid, InvalidCredential) as error:
        message = "the signature by {method} does not hold: {reason}"
        return failed(name, subject, message, method=method.id, reason=str(error))
    except CredentialError as error:
        message = "the signature by {method} could not be checked: {reason}"
        return undecided(name, subject, message, method=method.id, reason=str(error))
    return passed(name, subject, "the signature by {method} is right", method=method.id)


def purpose(case: Case) -> Iterator[Check]:
    """Each proof was made to assert or to authenticate, and its key is listed for that.

    Proof Purpose Validation, and Controlled Identifiers 1.0, section 2.3.
    """
    name, subject, needed = "purpose", case.part.subject, case.purpose
    for proof in case.part.proofs:
        method_id, its_document = proof.verification_method, case.document(proof)
        if proof.purpose != needed.value:
            message = "its proof was made for {purpose}, and must be for {needed}"
            yield failed(name, subject, message, purpose=proof.purpose, needed=needed.value)
        elif its_document is None:
            yield undecided(name, subject, _WITHOUT_KEY, method=method_id)
        elif not its_document.authorizes(method_id, needed):
            message = "the key {method} is not listed for {needed}"
            yield failed(name, subject, message, method=method_id, needed=needed.value)
        else:
            message = "the key {method} is listed for {needed}"
            yield passed(name, subject, message, method=method_id, needed=needed.value)


def key(case: Case) -> Iterator[Check]:
    """Each key is in force: Controlled Identifiers 1.0, section 2.2, `expires` and `revoked`."""
    for proof in case.part.proofs:
        method = case.method(proof)
        if method is None:
            method_id = proof.verification_method
            yield undecided("key", case.part.subject, _WITHOUT_KEY, method=method_id)
        else:
            yield _in_force(case, method)


def _in_force(case: Case, method: VerificationMethod) -> Check:
    """Not at or after: the instant itself is already too late."""
    name, subject, at = "key", case.part.subject, case.question.at
    if method.revoked is not None and at >= method.revoked:
        message, end = "the key {method} was revoked at {end}", write_timestamp(method.revoked)
        return failed(name, subject, message, method=method.id, end=end)
    if method.expires is not None and at >= method.expires:
        message, end = "the key {method} expired at {end}", write_timestamp(method.expires)
        return failed(name, subject, message, method=method.id, end=end)
    return passed(name, subject, "the key {method} is in force", method=method.id)


def maker(case: Case) -> Iterator[Check]:
    """Each proof is by the issuer or holder whom the part names, with a key of their own.

    VC Data Model 2.0, sections 4.7 and 4.13; Controlled Identifiers 1.0, `controller`.
    """
    subject, party = case.part.subject, case.part.party
    name = "issuer" if case.presentation is None else "holder"
    for proof in case.part.proofs:
        maker_did, method = did_of(proof), case.method(proof)
        if party is None:
            message = "it names no holder; its proof is by {maker}"
            yield warned(name, subject, message, maker=maker_did)
        elif maker_did != party:
            message = _OF_ANOTHER[name]
            yield failed(name, subject, message, party=party, maker=maker_did)
        elif method is None:
            yield undecided(name, subject, _WITHOUT_KEY, method=proof.verification_method)
        elif method.controller != party:
            message = "the key {method} is controlled by {controller}, not by {party}"
            controller = method.controller
            yield failed(
                name, subject, message, method=method.id, controller=controller, party=party
            )
        else:
            yield passed(name, subject, _OF_ITS_OWN[name], party=party)


_OF_ANOTHER: Final = {
    "issuer": "its issuer is {party}, but its proof is by {maker}",
    "holder": "its holder is {party}, but its proof is by {maker}",
}
_OF_ITS_OWN: Final = {
    "issuer": "its proof is by its issuer, {party}",
    "holder": "its proof is by its holder, {party}",
}


def age(case: Case) -> Iterator[Check]:
    """Each proof was made before now and has not run out; a presentation, not too long ago."""
    name, subject, at = "age", case.part.subject, case.question.at
    policy = case.question.policy
    oldest = policy.presentation_age if case.presentation is not None else None
    for proof in case.part.proofs:
        created = proof.created
        if created is not None and created - at > policy.skew:
            message = "its proof was made at {created}, which is yet to come"
            yield out_of_period(name, subject, message, created=write_timestamp(created))
        elif proof.expires is not None and at >= proof.expires:
            message = "its proof expired at {expires}"
            yield out_of_period(name, subject, message, expires=write_timestamp(proof.expires))
        elif oldest is not None and (created is None or at - created > oldest):
            yield out_of_period(name, subject, "its proof was not made recently enough")
        elif created is None:
            yield passed(name, subject, "its proof does not say when it was made, nor must it")
        else:
            message = "its proof was made at {created}"
            yield passed(name, subject, message, created=write_timestamp(created))
