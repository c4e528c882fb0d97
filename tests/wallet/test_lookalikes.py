from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.lookalikes import double_of, looks_like, skeleton


@pytest.mark.parametrize(
    "double",
    [
        pytest.param("\u0410cme", id="cyrillic capital"),
        pytest.param("A\u0441m\u0435", id="cyrillic letters"),
        pytest.param("\u0391cme", id="greek capital"),
        pytest.param("\uff21\uff43\uff4d\uff45", id="full width"),
        pytest.param("\U0001d400cme", id="mathematical"),
        pytest.param("Acm\u00e9", id="accent"),
        pytest.param("Acme\u0301", id="combining accent"),
        pytest.param("Ac\u200bme", id="zero width"),
        pytest.param("Ac\u00adme", id="soft hyphen"),
        pytest.param("Acme\U000e0065", id="tag character"),
        pytest.param("Acrne", id="two letters for one"),
        pytest.param("A cme", id="space"),
        pytest.param("ACME", id="case"),
        pytest.param("\u202eemcA", id="turned around"),
    ],
)
def test_tells_what_looks_like_a_name(double: str) -> None:
    assert looks_like(double, "Acme")
    assert looks_like("Acme", double)
    assert double_of(double, ["Bob", "Acme"]) == "Acme"


@pytest.mark.parametrize(
    ("name", "other"),
    [("Acme", "Acme"), ("Acme", "Acne"), ("Acme", "emcA"), ("张三", "三张"), ("林梅", "林楠"),
     ("", ""), ("\u200b", "\u200c"), ("Ann", "Anne"), ("Мир", "Mia")],
)  # fmt: skip
def test_leaves_other_names_apart(name: str, other: str) -> None:
    assert not looks_like(name, other)
    assert double_of(name, [other]) is None


@pytest.mark.parametrize(
    ("name", "read_as"), [("РАУРАL", "paypal"), ("ΒΑΝΚ", "bank"), ("оррenheimer", "oppenhelmer")]
)
def test_reads_other_scripts_as_the_letters_they_look_like(name: str, read_as: str) -> None:
    assert skeleton(name) == skeleton(read_as)


@given(st.text(), st.text())
def test_looks_both_ways(name: str, other: str) -> None:
    assert looks_like(name, other) == looks_like(other, name)
