"""VC Data Model 2.0, section 7.1 and appendix A: checks of the document itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.form import UNDEFINED_TERMS_V2
from wallet.credentials.formats.data_integrity import check_chains
from wallet.credentials.formats.proof import COSE
from wallet.credentials.json_path import steps
from wallet.credentials.timestamps import write_timestamp
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
    from collections.abc import Iterator

    from wallet.credentials.formats import Proof
    from wallet.credentials.jsonld import Contexts
    from wallet.verify.case import Case
    from wallet.verify.report import Check


def syntax(case: Case) -> Iterator[Check]:
    """The input is JSON that every reader reads alike (RFC 7493): it was parsed."""
    yield passed("syntax", case.place, "strict", "it is strict JSON")


def model(case: Case) -> Iterator[Check]:
    """The part is well formed (it was parsed), and so is what its proofs say of one another."""
    name, place, proofs = "model", case.place, case.part.proofs
    try:
        if not case.part.enveloped:
            check_chains(proofs)
    except InvalidCredential as error:
        message = "its proofs do not fit together: {reason}"
        found = place.at(*steps(error.path))
        yield failed(name, found, "chain", message, reason=str(error))
        return
    except TooComplex as error:
        message = "its proofs are too many to be checked: {reason}"
        yield undecided(name, place.at("proof"), "too-many", message, reason=str(error))
        return
    raw = [proof.raw for proof in proofs]
    if any(proof in raw[:index] for index, proof in enumerate(raw)):
        # Data Integrity 1.0, section 2.1.1: they are a set, and it counts once.
        yield warned(name, place.at("proof"), "same-proof", "it holds the same proof twice")
    if case.presentation is not None and not case.presentation.members:
        yield warned(name, place, "no-credential", "it is well formed, but holds no credential")
    else:
        yield passed(name, place, "well-formed", "it is well formed")


def context(case: Case) -> Iterator[Check]:
    """Data Integrity 1.0, section 4.6: what the names of the part mean is known.

    Contexts that a suite lets be added after signing (vc-di-eddsa, 3.3.2) are refused: they could
    say that what was signed means something else. Where a signature covers the text and not its
    meaning, a context that is not known is a warning.
    """
    name, place = "context", case.place.at("@context")
    contexts = case.part.document.document["@context"]
    over_text = [proof for proof in case.part.proofs if _covers_text(proof)]
    if any(proof.raw.get("@context", contexts) != contexts for proof in over_text):
        message = "it names contexts that were not there when it was signed"
        yield failed(name, place, "added", message)
        return
    known = case.evidence.contexts
    unknown = [one for one in contexts if isinstance(one, str) and one not in known]
    if unknown:
        message = "what its names mean is not known here: it names the context {context}"
        judge = warned if len(over_text) == len(case.part.proofs) else undecided
        yield judge(name, place, "unknown", message, context=unknown[0])
    elif over_text and (reason := _contradiction(case, known)) is not None:
        message = "its contexts contradict each other: {reason}"
        yield failed(name, place, "redefined", message, reason=reason)
    elif any(map(_defines_own_terms, contexts)):
        message = "it uses names that no standard defines"
        if case.question.policy.vocabulary:
            yield passed(name, place, "own-terms", message)
        else:
            yield failed(name, place, "own-terms", message)
    else:
        yield passed(name, place, "known", "what its names mean is known")


def _covers_text(proof: Proof) -> bool:
    """Whether a proof is over the JSON as it stands, whatever its names mean."""
    return proof.type in {"JWT", COSE} or "-jcs-" in (proof.cryptosuite or "")


def _contradiction(case: Case, known: Contexts) -> str | None:
    """What a context that stands in the document says of a name that another one protects."""
    contexts = case.part.document.document["@context"]
    if all(isinstance(one, str) for one in contexts):
        return None
    # Deferred: the rooms of JSON-LD, which few proofs over text need.
    from wallet.credentials.jsonld.protecting import check_protected  # noqa: PLC0415

    try:
        check_protected(contexts, case.part.document.types, known)
    except InvalidCredential as error:
        return str(error)
    return None


def _defines_own_terms(context: object) -> bool:
    """A context in the document itself is one that gives every name an IRI, or no proof holds."""
    return context == UNDEFINED_TERMS_V2 or not isinstance(context, str)


def period(case: Case) -> Iterator[Check]:
    """4.9 Validity Period: both ends belong to it. A verifier may want it to have begun lately."""
    if case.credential is None:
        return
    name, place, at = "period", case.place, case.question.at
    start, end = case.credential.valid_from, case.credential.valid_until
    oldest = case.question.policy.max_age
    if start is not None and at < start:
        message = "it is not valid before {start}"
        yield out_of_period(name, place, "not-yet", message, start=write_timestamp(start))
    elif end is not None and at > end:
        message = "it expired at {end}"
        yield out_of_period(name, place, "expired", message, end=write_timestamp(end))
    elif oldest is not None and (start is None or at - start > oldest):
        message = "it was not issued recently enough"
        yield out_of_period(name, place, "too-old", message)
    elif end is None:
        yield passed(name, place, "open", "it is valid, without an end")
    else:
        message = "it is valid until {end}"
        yield passed(name, place, "within", message, end=write_timestamp(end))


def policy(case: Case) -> Iterator[Check]:
    """What the verifier's policy asks of every credential: a type, a way of securing it."""
    asked, place = case.question.policy, case.place
    if asked.suites:
        secured = case.part.facts.secured
        others = [mechanism for mechanism in secured if mechanism not in asked.suites]
        if others:
            message = "it is secured by {suite}, which the policy does not allow"
            yield failed("policy", place, "suite", message, suite=others[0])
        else:
            message = "it is secured by {suite}, which the policy allows"
            yield passed("policy", place, "suite-allowed", message, suite=", ".join(secured))
    if asked.types and case.credential is not None:
        if asked.types.isdisjoint(case.credential.types):
            message = "it is none of the types that the policy asks for"
            yield failed("policy", place.at("type"), "type", message)
        else:
            message = "it is of a type that the policy asks for"
            yield passed("policy", place.at("type"), "type-asked", message)


def trust(case: Case) -> Iterator[Check]:
    """Whether the policy trusts the issuer for what the credential says."""
    if case.credential is None:
        return
    name, place, rule = "trust", case.place.at("issuer"), case.question.policy.trust
    issuer = case.credential.issuer
    if rule is None:
        yield skipped(name, place, "nobody-named", "no issuers were named as trusted")
    elif rule.accepts(case.credential):
        yield passed(name, place, "trusted", "{issuer} is trusted for it", issuer=issuer)
    else:
        message = "{issuer} is not among those trusted for it"
        yield untrusted(name, place, "untrusted", message, issuer=issuer)
