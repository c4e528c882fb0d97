"""Data Integrity 1.0, sections 2.3 and 4.4: checks of the proofs of one part.

A part may have several proofs; every one of them must pass every check here, but that not all of
them need be by the issuer: others may sign beside or after them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from did.document import Document
from wallet.credentials.errors import CredentialError, InvalidCredential, ProofInvalid
from wallet.credentials.formats.data_integrity import selective_suite_of
from wallet.credentials.timestamps import write_timestamp
from wallet.verify.evidence import Absent, Deactivated, Unavailable, did_of
from wallet.verify.report import failed, out_of_period, passed, undecided, warned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from did.document import VerificationMethod
    from wallet.credentials.formats import Proof
    from wallet.verify.case import Case
    from wallet.verify.evidence import Answer
    from wallet.verify.report import Check

_NO_KEY: Final = "no-key"
_WITHOUT_KEY: Final = "it could not be checked without the key {method}"


def resolution(case: Case) -> Iterator[Check]:
    """The DID of each proof has a document, and was not deactivated (DID Resolution 1.0)."""
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
                place = case.part.place_of(proof)
                yield warned("resolution", place, "earlier", message, did=did, created=created)
                continue
            answer = then or answer
        yield _resolved(case, did, answer)


def _resolved(case: Case, did: str, answer: Answer) -> Check:
    name, place = "resolution", case.place
    match answer:
        case Document() if (since := case.evidence.kept.get(did)) is not None:
            message = "the document of {did} is one kept since {time}"
            return passed(name, place, "kept", message, did=did, time=write_timestamp(since))
        case Document():
            return passed(name, place, "found", "the document of {did} was found", did=did)
        case Deactivated():
            message = "{did} was deactivated by its controller"
            return failed(name, place, "deactivated", message, did=did)
        case Absent(reason):
            message = "{did} has no document: {reason}"
            return failed(name, place, "absent", message, did=did, reason=reason)
        case Unavailable(why):
            message = "the document of {did} could not be had: {reason}"
            return undecided(name, place, "unavailable", message, did=did, reason=why)
        case _:
            assert_never(answer)


def signature(case: Case) -> Iterator[Check]:
    """The signature of each proof is right for the key it names, and covers the whole part."""
    for proof in case.part.proofs:
        name, place = "proof", case.part.place_of(proof)
        method_id, method = proof.verification_method, case.method(proof)
        if case.document(proof) is None:
            yield undecided(name, place, _NO_KEY, _WITHOUT_KEY, method=method_id)
        elif method is None:
            message = "the document of its DID lists no key {method}"
            yield failed(name, place, "not-listed", message, method=method_id)
        else:
            yield _verify(case, proof, method)


def _verify(case: Case, proof: Proof, method: VerificationMethod) -> Check:
    name, place, id_ = "proof", case.part.place_of(proof), method.id
    if (format_ := case.part.format_of(proof)) is None:
        message = "it is secured in a way that this wallet does not know: {type}"
        return undecided(name, place, "unsupported", message, type=proof.cryptosuite or proof.type)
    try:
        format_.verify(case.part.document.document, proof, method)
    except (ProofInvalid, InvalidCredential) as error:
        message = "the signature by {method} does not hold: {reason}"
        return failed(name, place, "broken", message, method=id_, reason=str(error))
    except CredentialError as error:
        message = "the signature by {method} could not be checked: {reason}"
        return undecided(name, place, "unsupported", message, method=id_, reason=str(error))
    suite = selective_suite_of(proof.type, proof.cryptosuite)
    if suite is not None and suite.is_base(proof.raw):  # judged as its holder does
        message = "the base proof by {method} is right: parts of the credential can be shown"
        return passed(name, place, "right", message, method=id_)
    return passed(name, place, "right", "the signature by {method} is right", method=id_)


def purpose(case: Case) -> Iterator[Check]:
    """Each proof was made to assert or to authenticate, and its key is listed for that.

    Proof Purpose Validation, and Controlled Identifiers 1.0, section 2.3.
    """
    needed = case.purpose
    for proof in case.part.proofs:
        name, place = "purpose", case.part.place_of(proof)
        method_id, its_document = proof.verification_method, case.document(proof)
        method = case.method(proof)
        if proof.purpose != needed.value:
            message, given = (
                "its proof was made for {purpose}, and must be for {needed}",
                proof.purpose,
            )
            yield failed(name, place, "another", message, purpose=given, needed=needed.value)
        elif its_document is None:
            yield undecided(name, place, _NO_KEY, _WITHOUT_KEY, method=method_id)
        elif method is None or not its_document.authorizes(method.id, needed):
            message = "the key {method} is not listed for {needed}"
            yield failed(name, place, "not-listed", message, method=method_id, needed=needed.value)
        else:
            message = "the key {method} is listed for {needed}"
            yield passed(name, place, "listed", message, method=method.id, needed=needed.value)


def key(case: Case) -> Iterator[Check]:
    """Each key is in force: Controlled Identifiers 1.0, section 2.2, `expires` and `revoked`."""
    for proof in case.part.proofs:
        if (method := case.method(proof)) is None:
            place, method_id = case.part.place_of(proof), proof.verification_method
            yield undecided("key", place, _NO_KEY, _WITHOUT_KEY, method=method_id)
        else:
            yield _in_force(case, proof, method)


def _in_force(case: Case, proof: Proof, method: VerificationMethod) -> Check:
    """Not at or after: the instant itself is already too late."""
    name, place, at = "key", case.part.place_of(proof), case.question.at
    if method.revoked is not None and at >= method.revoked:
        message, end = "the key {method} was revoked at {end}", write_timestamp(method.revoked)
        return failed(name, place, "revoked", message, method=method.id, end=end)
    if method.expires is not None and at >= method.expires:
        message, end = "the key {method} expired at {end}", write_timestamp(method.expires)
        return failed(name, place, "expired", message, method=method.id, end=end)
    return passed(name, place, "in-force", "the key {method} is in force", method=method.id)


def maker(case: Case) -> Iterator[Check]:
    """A proof is by the issuer or holder whom the part names, with a key of their own.

    VC Data Model 2.0, sections 4.7 and 4.13; Controlled Identifiers 1.0, `controller`. Others may
    have signed as well.
    """
    party = case.part.party
    name = "issuer" if case.presentation is None else "holder"
    own = [proof for proof in case.part.proofs if did_of(proof) == party]
    others = [proof for proof in case.part.proofs if did_of(proof) != party]
    if party is None:
        for proof in others:
            message = "it names no holder; its proof is by {maker}"
            yield warned(name, case.place, "unnamed", message, maker=did_of(proof))
        return
    for proof in own:
        yield _own_key(case, proof, party)
    for proof in others:
        place, by = case.part.place_of(proof), did_of(proof)
        if own:
            yield warned(name, place, "others", "it is signed by {maker}, too", maker=by)
        else:
            message = _OF_ANOTHER[name]
            yield failed(name, place, "another", message, party=party, maker=by)


def _own_key(case: Case, proof: Proof, party: str) -> Check:
    name = "issuer" if case.presentation is None else "holder"
    place, method = case.part.place_of(proof), case.method(proof)
    if method is None:
        method_id = proof.verification_method
        return undecided(name, place, _NO_KEY, _WITHOUT_KEY, method=method_id)
    if method.controller != party:
        message = "the key {method} is controlled by {controller}, not by {party}"
        controller = method.controller
        return failed(
            name,
            place,
            "controller",
            message,
            method=method.id,
            controller=controller,
            party=party,
        )
    return passed(name, place, "own", _OF_ITS_OWN[name], party=party)


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
    name, at = "age", case.question.at
    policy = case.question.policy
    oldest = policy.presentation_age if case.presentation is not None else None
    for proof in case.part.proofs:
        created, place = proof.created, case.part.place_of(proof)
        if created is not None and created - at > policy.skew:
            message, made = "its proof was made at {created}, which is yet to come", created
            yield out_of_period(name, place, "future", message, created=write_timestamp(made))
        elif proof.expires is not None and at >= proof.expires:
            message, end = "its proof expired at {expires}", write_timestamp(proof.expires)
            yield out_of_period(name, place, "expired", message, expires=end)
        elif oldest is not None and (created is None or at - created > oldest):
            message = "its proof was not made recently enough"
            yield out_of_period(name, place, "too-old", message)
        elif created is None:
            message = "its proof does not say when it was made, nor must it"
            yield passed(name, place, "no-time", message)
        else:
            message = "its proof was made at {created}"
            yield passed(name, place, "made", message, created=write_timestamp(created))


CHECKS: Final = (resolution, signature, purpose, key, maker, age)
