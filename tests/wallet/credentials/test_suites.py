from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from did.keys import ALGORITHMS
from wallet.credentials.errors import InvalidCredential, TooComplex, UnsupportedFormat
from wallet.credentials.formats.data_integrity import (
    SELECTIVE_SUITES,
    SUITES,
    TOKENS_ALONE,
    default_suite,
)
from wallet.credentials.formats.data_integrity.canonical_json import canonical_json
from wallet.credentials.formats.data_integrity.suites import suite_named
from wallet.credentials.formats.data_integrity.suites.keys import KEY_KINDS
from wallet.credentials.formats.jose.algorithms import algorithm_of

SECURING = ["Ed25519", "P-256", "P-384"]

# Text that looks like a number in JSON, or whose order in UTF-16 is another than by code points.
TEXTS = st.text() | st.sampled_from(
    ['":1.5', ",1e5", "[-1.0", "10:00:00", "\U00010000", "\ue000", "\uffff", "\x7f", "\u2028", "\\"]
)
NUMBERS = (
    st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0.0, -0.0, 1.0, 1e16, 1e21, 1e-7, 5e-324, 999_999_999_999_999])
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("name", sorted(SUITES))
def test_every_suite_is_listed_under_its_name_and_signs_with_known_algorithms(name: str) -> None:
    suite = SUITES[name]
    assert suite.name == name
    assert suite.algorithms
    for algorithm in suite.algorithms:
        assert algorithm in ALGORITHMS
        assert algorithm in KEY_KINDS


@pytest.mark.parametrize("name", sorted(SUITES))
def test_a_suite_that_reads_names_as_terms_says_where_its_own_are_defined(name: str) -> None:
    assert bool(SUITES[name].contexts) is ("jcs" not in name)


@pytest.mark.parametrize("name", sorted(SELECTIVE_SUITES))
def test_every_suite_that_shows_parts_is_listed_under_its_name_and_in_that_table_alone(
    name: str,
) -> None:
    suite = SELECTIVE_SUITES[name]
    assert suite.name == name
    assert suite.algorithms
    assert {*suite.algorithms} <= ALGORITHMS.keys()
    assert suite.contexts == SUITES["ecdsa-rdfc-2019"].contexts
    assert name not in SUITES
    with pytest.raises(UnsupportedFormat, match="signs no document whole"):
        suite_named(name)


def test_the_suites_that_show_parts_are_known_before_one_is_loaded() -> None:
    assert list(SELECTIVE_SUITES) == ["ecdsa-sd-2023", "bbs-2023"]
    assert len(SELECTIVE_SUITES) == 2
    assert "ecdsa-rdfc-2019" not in SELECTIVE_SUITES
    with pytest.raises(UnsupportedFormat) as caught:
        suite_named("ecdsa-sd-2019")
    for name in (*SUITES, *SELECTIVE_SUITES):
        assert name in str(caught.value.hint)


@pytest.mark.parametrize("algorithm", SECURING)
def test_a_signature_has_the_size_that_is_listed(algorithm: str) -> None:
    key = ALGORITHMS[algorithm].private_key(b"\x05" * ALGORITHMS[algorithm].secret_size)
    assert len(key.sign(b"")) == KEY_KINDS[algorithm].signature_size  # type: ignore[attr-defined]


@pytest.mark.parametrize("algorithm", SECURING)
def test_the_default_suite_of_a_key_is_listed_and_signs_with_it(algorithm: str) -> None:
    key = ALGORITHMS[algorithm].private_key(b"\x05" * ALGORITHMS[algorithm].secret_size)
    assert algorithm in SUITES[default_suite(key.public_key)].algorithms


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS.keys() - set(SECURING)))
def test_a_key_that_no_suite_signs_with_has_no_default(algorithm: str) -> None:
    key = ALGORITHMS[algorithm].private_key(b"\x01" * ALGORITHMS[algorithm].secret_size)
    with pytest.raises(UnsupportedFormat, match=algorithm) as caught:
        default_suite(key.public_key)
    signature = TOKENS_ALONE.get(algorithm)
    assert (f"a JWT, which {signature} can sign" in str(caught.value.hint)) is bool(signature)


def test_a_key_that_no_suite_signs_with_signs_tokens_by_that_name() -> None:
    for algorithm, name in TOKENS_ALONE.items():
        key = ALGORITHMS[algorithm].private_key(b"\x01" * ALGORITHMS[algorithm].secret_size)
        assert algorithm_of(key.public_key).name == name


@given(VALUES)
@example({"\U00010000": 1, "\ue000": 2})
@example({"a": [1e21, 1e16, 0.1, -0.0]})
@example({"a": ["x", 9_007_199_254_740_991, {"b": -9_007_199_254_740_991}]})
@example({"": {"": [[], {}]}, "\x00": '\x1f\b\f\n\r\t"\\/'})
def test_canonical_json_is_what_another_writer_makes(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


def test_what_has_no_canonical_json_is_refused() -> None:
    huge, lone = 10**5000, "\ud800"
    numbers = [2**53, -(2**53), huge, float("nan"), float("-inf")]
    for value in (*numbers, lone, {lone: 1}, b"", {1: object()}):
        for place in (value, [value], {"a": value}, {"\U00010000": value}):
            with pytest.raises(InvalidCredential, match=r"\$ has no canonical JSON"):
                canonical_json(place)


def test_canonical_json_is_not_written_of_what_is_nested_too_deep() -> None:
    deep: Any = 1.5
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(TooComplex, match="nested too deep"):
        canonical_json(deep)
