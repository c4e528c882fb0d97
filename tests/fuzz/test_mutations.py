"""A little of what fuzzing does, without atheris, and the judge of what may be valid itself.

The changes tried are always the same: to look for others is what fuzzing is for.
"""

from __future__ import annotations

import json
import random
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.corpus import LISTS
from tests.fuzz.examining import examine
from tests.fuzz.meaning import Known, statement
from tests.fuzz.mutating import mutated_input
from tests.fuzz.parties import ISSUER, LIST, unsigned
from tests.fuzz.seeds import FAST, seed

LIMIT: Final = 16_384


def blind(data: bytes, limit: int) -> bytes:
    chance = random.Random(data)  # noqa: S311 - chance is to be repeated, not to be secret
    changed = bytearray(data or b"x")
    changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[:limit])


@pytest.mark.parametrize("name", FAST)
@settings(max_examples=60, derandomize=True)
@given(number=st.integers(0, 2**32 - 1))
def test_whatever_is_made_of_something_signed_was_signed_or_is_not_valid(
    name: str, number: int
) -> None:
    examine(mutated_input(seed(name).data, LIMIT, number, blind))


@pytest.mark.parametrize(("mark", "name"), LISTS.items())
@settings(max_examples=60, derandomize=True)
@given(number=st.integers(0, 2**32 - 1))
def test_whatever_is_made_of_a_status_list_was_signed_or_tells_nothing(
    mark: bytes, name: str, number: int
) -> None:
    examine(mutated_input(mark + seed(name).web[LIST], LIMIT, number, blind))


@settings(max_examples=200)
@given(st.binary(max_size=64))
def test_arbitrary_bytes_are_examined(data: bytes) -> None:
    examine(data)


@pytest.mark.parametrize("name", FAST)
def test_what_was_signed_is_known_and_a_changed_claim_is_not(name: str) -> None:
    given = seed(name)
    known = Known.of([given.data])
    assert known.holds(given.data)
    assert known.holds(b" " + given.data + b"\n")
    assert not known.holds(given.data.replace(b"e", b"f"))
    assert not known.holds(b"{}")
    assert not Known.of([]).holds(given.data)


def test_a_text_is_another_where_json_ld_reads_the_same() -> None:
    text, statements = (seed(f"eddsa-{way}-2022 Ed25519").data for way in ("jcs", "rdfc"))
    for data, expected in ((text, False), (statements, True)):
        document: dict[str, Any] = json.loads(data)
        document["type"] = document["type"][::-1]
        document["issuer"] = [document["issuer"]]
        assert Known.of([data]).holds(json.dumps(document).encode()) is expected


def test_a_context_that_names_nothing_says_nothing() -> None:
    document = unsigned(ISSUER.did, ISSUER.did)
    contexts = [*document["@context"], {}]
    assert statement({**document, "@context": contexts}) == statement(document)


def test_statements_are_told_apart() -> None:
    document = unsigned(ISSUER.did, ISSUER.did)
    every: tuple[dict[str, Any], ...] = (
        {"id": "urn:x"},
        {"a": None},
        {"a": []},
        {"@context": [{"a": "urn:a"}]},
    )
    for members in every:
        assert statement({**document, **members}) != statement(document)
