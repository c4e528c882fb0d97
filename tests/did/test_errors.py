from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from did import errors
from did.errors import DIDError, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator


TYPES: Final[dict[str, str]] = json.loads(
    (Path(__file__).parents[1] / "vectors/did-resolution/examples.json").read_text()
)["errors"]


CONTROLLED_IDENTIFIERS: Final = frozenset(
    {
        "https://w3id.org/security#INVALID_VERIFICATION_METHOD",
        "https://w3id.org/security#INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
    }
)


def tree(root: type[DIDError]) -> Iterator[type[DIDError]]:
    yield root
    for branch in root.__subclasses__():
        yield from tree(branch)


@pytest.mark.parametrize("error", list(tree(DIDError)))
def test_every_error_has_a_code_in_camel_case_a_sentence_and_a_place_in_the_tree(
    error: type[DIDError],
) -> None:
    assert re.fullmatch(r"[a-z][A-Za-z]+", error.code)
    assert error.__doc__
    assert error.__doc__.endswith(".") or "\n" in error.__doc__
    if error.__module__ == errors.__name__:
        assert errors.__doc__ is not None
        assert error.__name__ in errors.__doc__


def test_an_error_carries_its_sentence_and_perhaps_a_hint() -> None:
    assert str(DIDError("it broke")) == "it broke"
    assert DIDError("it broke").hint is None
    assert DIDError("it broke", hint="mend it").hint == "mend it"


def test_what_is_quoted_is_escaped_and_short() -> None:
    assert quoted("did:a:b") == "'did:a:b'"
    assert quoted("\x1b]0;") == r"'\x1b]0;'"
    assert len(quoted("x" * 10_000)) == 102


@pytest.mark.parametrize("name", TYPES)
def test_every_error_of_the_standard_is_raised_by_somebody_with_its_type(name: str) -> None:
    types = {error("it broke").problem()["type"] for error in tree(DIDError)}
    assert TYPES[name] in types


@pytest.mark.parametrize("error", list(tree(DIDError)))
def test_an_error_is_a_problem_of_a_known_type(error: type[DIDError]) -> None:
    problem = error("it broke").problem()
    known = {*TYPES.values(), *CONTROLLED_IDENTIFIERS}
    assert problem["type"] in known
    assert problem["detail"] == "it broke"
    assert problem["code"] == error.code
    assert re.fullmatch(r"[A-Z][A-Za-z ]+", problem["title"])


def test_an_error_that_no_standard_knows_is_an_internal_one_with_a_code_of_its_own() -> None:
    assert errors.Unreachable("nobody answers").problem() == {
        "type": "https://www.w3.org/ns/did#INTERNAL_ERROR",
        "title": "Unreachable",
        "detail": "nobody answers",
        "code": "unreachable",
    }
    assert errors.InvalidDIDURL("it is none").problem()["title"] == "Invalid DID URL"


def test_what_says_nothing_of_the_did_is_undecided() -> None:
    decided = {error for error in tree(DIDError) if not error.undecided}
    assert not decided & {
        errors.InternalError,
        errors.FeatureNotSupported,
        errors.UnsupportedOption,
        errors.RepresentationNotSupported,
        errors.InsecureAddress,
        errors.TooLarge,
        errors.Unreachable,
        errors.NodesDisagree,
        errors.NotChainBound,
        errors.InsufficientFunds,
    }
    assert {errors.InvalidDID, errors.NotFound, errors.InvalidDocument} <= decided
