from __future__ import annotations

import pytest

from did.keys import ALGORITHMS
from wallet.credentials.formats.data_integrity import DEFAULT_SUITE, SUITES


@pytest.mark.parametrize("name", sorted(SUITES))
def test_every_suite_is_listed_under_its_name_and_signs_with_a_known_algorithm(name: str) -> None:
    assert SUITES[name].name == name
    assert SUITES[name].algorithm in ALGORITHMS
    assert SUITES[name].signature_size == 64


def test_the_default_suite_is_listed() -> None:
    assert DEFAULT_SUITE in SUITES
