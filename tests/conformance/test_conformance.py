from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from did.encoding import to_jwk
from did.keys import ALGORITHMS, PrivateKey
from did.private_jwk import unsafe_encode_private_jwk
from tests.conformance.configuration import ISSUING, Server
from tests.conformance.jose_cose import FEATURES, Result, answered
from tests.conformance.misses import MISSES, Why, explained, outdated
from tests.conformance.nothing import MANNERS, NOBODY, Manner, serving_nothing
from tests.conformance.page import Row, measured, surprises
from tests.conformance.resolving import Resolving
from tests.conformance.running import Came, Run, Tried
from tests.conformance.suites import SUITES

if TYPE_CHECKING:
    from pathlib import Path

CREDENTIAL: Final[dict[str, Any]] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "https://e.x/issuer",
    "credentialSubject": {"id": "did:example:ada", "name": "Ada"},
}
PRESENTATION: Final[dict[str, Any]] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiablePresentation"],
    "holder": "https://e.x/issuer",
}


def key(algorithm: str = "P-256", seed: int = 7) -> dict[str, Any]:
    private: PrivateKey = ALGORITHMS[algorithm].private_key(bytes([seed]) * 32)
    return {
        "id": "https://e.x/issuer#1",
        "publicKeyJwk": to_jwk(private.public_key),
        "secretKeyJwk": unsafe_encode_private_jwk(private),
    }


def made(feature: str, document: dict[str, Any], by: dict[str, Any]) -> bytes:
    answer = answered("issue", feature, json.dumps(document).encode(), by, [])
    assert answer.result is Result.SUCCESS, answer.data
    return answer.data.encode()


def result(feature: str, given: bytes, by: dict[str, Any]) -> Result:
    return answered("verify", feature, given, by, []).result


@pytest.mark.parametrize("algorithm", ["P-256", "Ed25519"])
@pytest.mark.parametrize("feature", FEATURES)
def test_what_the_command_issues_verifies_with_its_key_alone(feature: str, algorithm: str) -> None:
    document = CREDENTIAL if feature.startswith("credential") else PRESENTATION
    token = made(feature, document, key(algorithm))
    assert result(feature, token, key(algorithm)) is Result.SUCCESS
    assert result(feature, token, key(algorithm, 8)) is Result.FAILURE
    middle = len(token) // 2
    broken = token[:middle] + token[middle + 2 :]
    assert result(feature, broken, key(algorithm)) is Result.FAILURE


def test_a_token_is_of_what_was_asked_for_and_json_is_none() -> None:
    token = made("credential_jose", CREDENTIAL, key())
    assert result("presentation_jose", token, key()) is Result.FAILURE
    assert result("credential_jose", json.dumps(CREDENTIAL).encode(), key()) is Result.FAILURE


def test_what_is_hidden_is_in_a_disclosure_and_not_in_the_token() -> None:
    given = json.dumps(CREDENTIAL).encode()
    answer = answered("issue", "credential_sdjwt", given, key(), ["credentialSubject.name"])
    assert answer.data.count("~") == 2
    assert result("credential_sdjwt", answer.data.encode(), key()) is Result.SUCCESS


def test_a_key_that_is_not_known_decides_nothing() -> None:
    other = {**key(), "secretKeyJwk": {"kty": "OKP", "crv": "Ed448", "d": "A", "x": "A"}}
    answer = answered("issue", "credential_jose", json.dumps(CREDENTIAL).encode(), other, [])
    assert answer.result is Result.INDETERMINATE


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: str(manner.command))
def test_a_server_that_proves_nothing_looks_at_nothing(manner: Manner, tmp_path: Path) -> None:
    with serving_nothing(manner, tmp_path) as server:
        for path, body, status in (
            ("/bbs-2023/credentials/issue", {"credential": {"nothing": 1}}, manner.issues),
            ("/credentials/verify", {"verifiableCredential": {}}, manner.verifies),
        ):
            assert _posted(f"{server.address}{path}", body) == status


def _posted(url: str, body: dict[str, Any]) -> int:
    request = Request(url, data=json.dumps(body).encode())  # noqa: S310 - on loopback
    try:
        with urlopen(request, context=ssl._create_unverified_context()) as answer:  # noqa: S310, S323
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def test_a_resolver_says_in_old_words_what_the_wallet_says() -> None:
    answering = Resolving()
    assert answering.get(f"/identifiers/{NOBODY}")[1]["didDocument"]["id"] == NOBODY
    status, found = answering.get("/identifiers/did%3Akey%3A%40")
    assert (status, found["didResolutionMetadata"]) == (400, {"error": "invalidDid"})
    status, found = answering.get(f"/identifiers/{NOBODY}%23none")
    assert (status, found["didDereferencingMetadata"]) == (400, {"error": "notFound"})


def test_a_suite_is_told_of_what_there_are_issuers_for_and_no_token_is_in_a_file() -> None:
    told = json.loads(Server("https://localhost:1", {"P-256": "did:key:z"}, "t").configuration())
    issuers = told["implementations"][0]["issuers"]
    assert {issuer["id"] for issuer in issuers} == {"did:key:z"}
    assert len(issuers) == sum(issuing.algorithm == "P-256" for issuing in ISSUING)
    assert all(issuer["headers"] == {"Authorization": "Bearer t"} for issuer in issuers)


def _run(*tests: Tried) -> Run:
    return Run(SUITES[0], tests)


def test_every_miss_names_a_suite_and_gives_a_reason() -> None:
    names = {suite.name for suite in SUITES}
    assert all(miss.suite in names and miss.reason for miss in MISSES)


def test_a_miss_that_nobody_explained_and_one_that_is_none_any_more_are_surprises() -> None:
    known = next(miss for miss in MISSES if miss.suite == SUITES[0].name)
    run = _run(Tried(f"a {known.name} b", Came.FAILED), Tried("new", Came.FAILED, "why | so"))
    assert explained(SUITES[0], run.failed[0]) == known
    assert explained(SUITES[0], run.failed[1]).why is Why.UNKNOWN
    assert known not in outdated(run)
    said = list(surprises([Row(run, "abc", 0)]))
    assert any("new: missed, and not explained" in one for one in said)
    assert any("a hook hides some" in one for one in said)
    assert sum("no miss any more" in one for one in said) == len(outdated(run)) > 0


def test_the_table_counts_what_passed_failed_and_was_left_out() -> None:
    run = _run(Tried("a", Came.PASSED), Tried("b", Came.LEFT_OUT), Tried("c", Came.FAILED, "x | y"))
    table = measured([Row(run, "abc", 7, _run(Tried("a", Came.PASSED)))])
    assert "| 3 | **1** | 1 | 1 | 7 | 49 of 59 |" in table
    assert r"x \| y" in table
    assert "Asked for the proof alone, it passes **1** and misses 0." in table
