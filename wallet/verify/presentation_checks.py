"""Data Integrity 1.0, section 4.4, and VC Data Model 2.0, section 4.13: checks of presenting.

Who shows a credential, to whom, and whether for the first time. A verifier that asked for nothing
in particular cannot tell a copy from the original: that is said, and a policy can refuse it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.credentials.form import read_subjects
from wallet.verify.report import failed, passed, undecided, warned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.verify.case import Case
    from wallet.verify.report import Check


def presented(case: Case) -> Iterator[Check]:
    """Who gave a challenge or a domain asked for a presentation; a lone credential is none."""
    asked = case.question.challenge is not None or case.question.domain is not None
    if asked and case.presentation is None and case.part.presentation is None:
        message = "a presentation was asked for, and this is none"
        yield failed("presentation", case.place, "none", message)


def binding(case: Case) -> Iterator[Check]:
    """A presented credential is about who presents it, and about nobody else."""
    if case.credential is None or case.part.presentation is None:
        return
    name, place = "binding", case.place.at("credentialSubject")
    judge = failed if case.question.policy.require_holder else warned
    holder = case.part.presentation.holder
    subjects = {claims.get("id") for claims in read_subjects(case.credential.document)}
    if holder is None:
        yield judge(name, place, "no-holder", "nobody is named as the one who presents it")
    elif None in subjects:
        message = "it does not say whom it is about, and could be anyone's"
        yield judge(name, place, "no-subject", message)
    elif subjects != {holder}:
        message = "it is about {subjects}, not only about {holder}, who presents it"
        named = ", ".join(sorted(case.credential.subjects))
        yield judge(name, place, "another", message, subjects=named, holder=holder)
    else:
        message = "it is about {holder}, who presents it"
        yield passed(name, place, "holder", message, holder=holder)


def challenge(case: Case) -> Iterator[Check]:
    """Every proof of a presentation answers the challenge that the verifier set."""
    if case.presentation is None:
        return
    name, place, asked = "challenge", case.place, case.question.challenge
    given = {proof.challenge for proof in case.part.proofs}
    required = case.question.policy.require_challenge
    if asked is None and None in given:
        judge = failed if required else warned
        message = "it answers no challenge, so it may be a copy shown again"
        yield judge(name, place, "unbound", message)
    elif asked is None:
        message = "the challenge that it answers was not given to compare: it may be a copy"
        judge = undecided if required else warned
        yield judge(name, place, "not-asked", message)
    elif given == {asked}:
        yield passed(name, place, "answered", "it answers the challenge that was set")
    elif None in given:
        message = "it answers no challenge, though one was set"
        yield failed(name, place, "missing", message)
    else:
        message = "it answers another challenge than the one that was set"
        yield failed(name, place, "another", message)


def domain(case: Case) -> Iterator[Check]:
    """Every proof of a presentation was made for this verifier, and for nobody else.

    Texts are compared as they are; a proof's list is the set of its elements.
    """
    if case.presentation is None:
        return
    name, place, asked = "domain", case.place, case.question.domain
    given = {frozenset(proof.domains) for proof in case.part.proofs}
    domains = ", ".join(sorted({text for proof in case.part.proofs for text in proof.domains}))
    required = case.question.policy.require_domain
    if asked is None and frozenset() in given:
        judge = failed if required else warned
        yield judge(name, place, "unbound", "it does not say for whom it was made")
    elif asked is None:
        message = "it was made for {domains}, and who is asking was not given to compare"
        judge = undecided if required else warned
        yield judge(name, place, "not-asked", message, domains=domains)
    elif given == {frozenset({asked})}:
        yield passed(name, place, "for-us", "it was made for {domain}", domain=asked)
    elif frozenset() in given:
        message = "it does not say that it was made for {domain}"
        yield failed(name, place, "missing", message, domain=asked)
    else:
        message = "it was made for {domains}, not for {domain}"
        yield failed(name, place, "another", message, domains=domains, domain=asked)
