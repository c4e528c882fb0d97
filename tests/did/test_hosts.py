from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import InsecureAddress
from did.hosts import domain_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("example.com", "example.com"),
        ("EXAMPLE.com", "example.com"),
        ("localhost", "localhost"),
        ("a-b.1a.example", "a-b.1a.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("例子。example", "xn--fsqu00a.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("XN--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_is_the_name_in_dns_and_certificates(text: str, name: str) -> None:
    assert domain_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "example.com.",
        ".example.com",
        "a..b",
        "-a.example",
        "a-.example",
        "a_b.example",
        "a b.example",
        "a%2eb.example",
        "exam\x00ple.com",
        "exam\u200bple\u2028.com",
        "xn--a.example",
        "xn--ls8h.example\udcff",
        "\u2488.com",
        "x" * 64 + ".com",
        ".".join(["x" * 60] * 5),
        "ü" * 60 + ".com",
        "a@b.example",
        "[::1]",
    ],
)
def test_refuses_what_is_no_name(text: str) -> None:
    with pytest.raises(InsecureAddress) as caught:
        domain_name(text)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x", "a.0x7f", "a.1", "１２７.0.0.1"]
)
def test_refuses_numbers_that_a_browser_takes_for_an_address(text: str) -> None:
    with pytest.raises(InsecureAddress):
        domain_name(text)


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_is_refused(text: str) -> None:
    try:
        name = domain_name(text)
    except InsecureAddress:
        return
    assert domain_name(name) == name
    assert name.isascii()
