from __future__ import annotations

import pytest

from wallet.credentials.errors import CredentialError, InvalidCredential, TooComplex
from wallet.credentials.status.errors import (
    MalformedStatus,
    StatusError,
    StatusListTooLarge,
    StatusListTooShort,
    StatusOutOfRange,
    StatusUnavailable,
    StatusUnverified,
)

STATUS = "https://www.w3.org/ns/credentials/status-list#"
MODEL = "https://www.w3.org/TR/vc-data-model#"


@pytest.mark.parametrize(
    ("error", "type_", "undecided"),
    [
        (StatusUnavailable("x"), f"{STATUS}STATUS_RETRIEVAL_ERROR", True),
        (StatusUnverified("x"), f"{STATUS}STATUS_VERIFICATION_ERROR", False),
        (StatusListTooLarge("x"), f"{STATUS}STATUS_VERIFICATION_ERROR", True),
        (StatusListTooShort("x"), f"{STATUS}STATUS_LIST_LENGTH_ERROR", False),
        (StatusOutOfRange("x"), f"{MODEL}RANGE_ERROR", False),
        (MalformedStatus("$.a", "is missing"), f"{MODEL}MALFORMED_VALUE_ERROR", False),
    ],
)
def test_an_error_is_a_problem_by_the_name_of_the_standard(
    error: StatusError, type_: str, *, undecided: bool
) -> None:
    assert isinstance(error, CredentialError)
    assert error.problem()["type"] == type_
    assert error.problem()["detail"] == str(error)
    assert error.undecided is undecided


def test_a_problem_has_a_title_in_words() -> None:
    assert StatusListTooShort("x").problem()["title"] == "Status list length"


def test_who_catches_what_is_malformed_or_too_much_catches_these_as_well() -> None:
    malformed = MalformedStatus("$.a", "is missing", hint="put it in")
    assert isinstance(malformed, InvalidCredential)
    assert (malformed.path, malformed.reason, malformed.hint) == ("$.a", "is missing", "put it in")
    assert str(malformed) == "$.a is missing"
    assert isinstance(StatusListTooLarge("x"), TooComplex)
