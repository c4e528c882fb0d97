"""What a proof over statements does not cover: which object makes them.

Two objects with one identifier are one thing to JSON-LD. Whoever holds a credential that speaks of
itself by its identifier could move its end, or its status, into that place: the statements that
were signed are the same. It is no row of the catalogue; fuzzing led to it.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any, Final

import pytest

from tests.fuzz.parties import (
    HOLDER,
    ID,
    INDEX,
    ISSUER,
    LIST,
    NOW,
    Party,
    embedded,
    judge,
    older,
    unsigned,
)
from tests.fuzz.seeds import bits, bitstring_list
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.form import CREDENTIALS_V2
from wallet.credentials.status.issuing import bitstring_entry
from wallet.credentials.strict_json import write_json
from wallet.verify.report import Report, Verdict

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
LATER: Final = NOW + timedelta(days=90)
ITSELF: Final = {"id": ID, "type": "VerifiableCredential"}


def judged(document: dict[str, Any], **asked: Any) -> Report:
    return judge(write_json(document), {LIST: bitstring_list(bits(INDEX))}, **asked)


def speaking_of_itself(document: dict[str, Any], suite: str) -> dict[str, Any]:
    document["credentialSubject"] = {**document["credentialSubject"], "about": {"id": ID}}
    return embedded(document, ISSUER, suite)


def moved(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The same statements, that of `name` made where nobody looks for it."""
    changed = deepcopy(document)
    changed["credentialSubject"]["about"] = {**ITSELF, name: changed.pop(name)}
    return changed


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "Ed25519Signature2020"])
def test_a2_21_an_end_cannot_be_moved_out_of_sight(suite: str) -> None:
    is_older = suite == "Ed25519Signature2020"
    made = older(ISSUER.did, HOLDER.did) if is_older else unsigned(ISSUER.did, HOLDER.did)
    document = speaking_of_itself(made, suite)
    assert judged(document).verdict is Verdict.VALID
    assert judged(document, at=LATER).verdict is Verdict.EXPIRED
    ended = moved(document, "expirationDate" if is_older else "validUntil")
    assert judged(ended, at=LATER).verdict is not Verdict.VALID


def test_a2_21_a_status_cannot_be_moved_out_of_sight() -> None:
    entry = bitstring_entry(url=LIST, index=INDEX, purpose="revocation")
    made = unsigned(ISSUER.did, HOLDER.did, credentialStatus=entry)
    document = speaking_of_itself(made, "eddsa-rdfc-2022")
    assert judged(document).verdict is Verdict.REVOKED
    assert judged(moved(document, "credentialStatus")).verdict is not Verdict.VALID


def test_a2_21_what_somebody_says_of_themselves_may_stand_in_either_of_two_objects() -> None:
    document = embedded(unsigned(ISSUER.did, ISSUER.did), ISSUER)
    assert judged(document).verdict is Verdict.VALID
    degree = document["credentialSubject"].pop("degree")
    document["issuer"] = {"id": ISSUER.did, "degree": degree}
    # The issuer is the subject, and could sign either: nothing is gained by it.
    assert judged(document).verdict is Verdict.VALID


def test_a2_21_a_subject_is_not_the_credential_itself() -> None:
    made = unsigned(ISSUER.did, HOLDER.did)
    made["credentialSubject"]["id"] = made["id"]
    with pytest.raises(InvalidCredential, match="the document itself"):
        embedded(made, ISSUER)


def test_a2_21_of_a_proof_over_the_text_nothing_can_be_moved() -> None:
    made = unsigned(ISSUER.did, HOLDER.did)
    document = speaking_of_itself(made, "eddsa-jcs-2022")
    assert judged(document, at=LATER).verdict is Verdict.EXPIRED
    assert judged(moved(document, "validUntil"), at=LATER).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "other",
    ["https://www.w3.org/2018/credentials#validUntil", "@nest", "@included", "@graph", "@reverse"],
)
def test_a2_21_an_end_cannot_be_said_in_other_words(other: str) -> None:
    document = embedded(unsigned(ISSUER.did, HOLDER.did), ISSUER)
    end = document.pop("validUntil")
    document[other] = {
        "@nest": {"validUntil": end},
        "@included": [{**ITSELF, "validUntil": end}],
        "@graph": [{**ITSELF, "validUntil": end}],
        "@reverse": {},
    }.get(other, {"@value": end, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"})
    assert judged(document, at=LATER).verdict is Verdict.INVALID


def test_a2_21_an_identifier_cannot_be_hidden_under_another_name() -> None:
    for place in ((), ("credentialSubject",)):
        document = embedded(unsigned(ISSUER.did, HOLDER.did), ISSUER)
        spot: Any = document
        for step in place:
            spot = spot[step]
        spot["@id"] = spot.pop("id")
        assert judged(document).verdict is not Verdict.VALID


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "Ed25519Signature2020"])
def test_a2_21_the_end_of_a_proof_cannot_be_called_by_another_name(suite: str) -> None:
    is_older = suite == "Ed25519Signature2020"
    made = older(ISSUER.did, HOLDER.did) if is_older else unsigned(ISSUER.did, HOLDER.did)
    document = embedded(made, ISSUER, suite, expires=NOW - timedelta(minutes=5))
    assert judged(document).verdict is Verdict.EXPIRED
    # The same statement, by the end of its IRI.
    end = {"@value": document["proof"].pop("expires"), "@type": f"{XSD}dateTime"}
    document["proof"]["expiration"] = end
    document["@context"].append({"expiration": "https://w3id.org/security#expiration"})
    assert judged(document).verdict is Verdict.INVALID


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "Ed25519Signature2020", "ecdsa-rdfc-2019"])
def test_a2_21_the_end_of_a_proof_cannot_be_called_as_other_contexts_do(
    suite: str, version: str
) -> None:
    issuer = Party.of("P-256") if suite.startswith("ecdsa") else ISSUER
    made = unsigned(issuer.did, HOLDER.did)
    document = embedded(made, issuer, suite, expires=NOW - timedelta(minutes=5))
    assert judged(document).verdict is Verdict.EXPIRED
    document["proof"]["expiration"] = document["proof"].pop("expires")
    document["@context"].append(f"https://w3id.org/security/{version}")
    assert judged(document).verdict is Verdict.INVALID


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "Ed25519Signature2020"])
def test_a2_21_a_credential_of_1_1_cannot_be_shown_as_one_of_2_0_without_its_end(
    suite: str,
) -> None:
    document = embedded(older(ISSUER.did, HOLDER.did), ISSUER, suite)
    assert judged(document, at=LATER).verdict is Verdict.EXPIRED
    named = {}
    for name in ("issuanceDate", "expirationDate"):
        named[name] = f"https://www.w3.org/2018/credentials#{name}"
        document[name] = {"@value": document[name], "@type": f"{XSD}dateTime"}
    document["@context"] = [CREDENTIALS_V2, *document["@context"][1:], named]
    assert judged(document, at=LATER).verdict is Verdict.INVALID
