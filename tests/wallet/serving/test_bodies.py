from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.judging import Asked
from wallet.serving.bodies import (
    DeriveRequest,
    IssueRequest,
    ProveRequest,
    StatusRequest,
    VerifyRequest,
)
from wallet.serving.problems import Problem
from wallet.serving.verifying import Verifier
from wallet.verify.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAMES = st.sampled_from(
    [
        *("credential", "presentation", "verifiableCredential", "verifiablePresentation"),
        *("options", "checks", "challenge", "domain", "created", "expires", "previousProof"),
        *("mandatoryPointers", "selectivePointers", "credentialId", "credentialStatus", "status"),
        *("type", "proof", "@context", "id", "statusListIndex", "statusListCredential", "x"),
    ]
)
WORDS = st.sampled_from(["", "proof", "2026-01-01T00:00:00Z", "/issuer", "VerifiableCredential"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**54), 2**54) | WORDS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=16,
)
READERS: list[Callable[[bytes], object]] = [
    IssueRequest.parse,
    ProveRequest.parse,
    DeriveRequest.parse,
    StatusRequest.parse,
    lambda data: VerifyRequest.parse(data, "verifiableCredential"),
    lambda data: VerifyRequest.parse(data, "verifiablePresentation"),
]


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_any_json_is_read_or_is_a_problem(value: object) -> None:
    data = json.dumps(value).encode()
    refused = [problem for read in READERS if (problem := _refusal(read, data)) is not None]
    assert {problem.status.value for problem in refused} <= {400}
    assert {problem.more["check"] for problem in refused} <= {"request", "syntax"}


def _refusal(read: Callable[[bytes], object], data: bytes) -> Problem | None:
    try:
        read(data)
    except Problem as problem:
        return problem
    return None


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_are_a_problem(data: bytes) -> None:
    for read in READERS:
        with pytest.raises(Problem):
            read(data)


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verifier]:
    home: Path = tmp_path_factory.mktemp("nobody")
    made = Verifier(Asked(home, Policy(offline=True)))
    yield made
    made.close()


TASKS = ("verify-credential", "verify-presentation", "derive", "derive bbs-2023", "check")


@given(st.sampled_from(TASKS), st.dictionaries(NAMES, VALUES, max_size=5))
def test_any_json_gets_an_answer_that_is_no_yes(
    verifier: Verifier, task: str, value: object
) -> None:
    answer = verifier.answer(task, json.dumps(value).encode())
    assert answer.status == 400
    assert isinstance(json.loads(answer.body), dict)


def test_what_is_no_task_is_not_done(verifier: Verifier) -> None:
    assert verifier.answer("sign", b"{}").status == 501
