from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import InvalidDID
from did.web_address import WebAddress


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("example.com", "https://example.com/.well-known/did.json"),
        ("issuer.example.com", "https://issuer.example.com/.well-known/did.json"),
        ("example.com:dids:issuer", "https://example.com/dids/issuer/did.json"),
        ("example.com%3A3000:dids:issuer", "https://example.com:3000/dids/issuer/did.json"),
        ("example.com%3a3000", "https://example.com:3000/.well-known/did.json"),
        ("EXAMPLE.com", "https://example.com/.well-known/did.json"),
        ("example%2Ecom", "https://example.com/.well-known/did.json"),
        (
            "jp%E7%B4%8D%E8%B1%86.%E4%BE%8B.jp:%E7%94%A8%E6%88%B7",
            "https://xn--jp-cd2fp15c.xn--fsq.jp/%E7%94%A8%E6%88%B7/did.json",
        ),
        ("xn--jp-cd2fp15c.xn--fsq.jp", "https://xn--jp-cd2fp15c.xn--fsq.jp/.well-known/did.json"),
        ("fa%C3%9F.de", "https://xn--fa-hia.de/.well-known/did.json"),
        ("example.com:a%20b:%7euser", "https://example.com/a%20b/%7Euser/did.json"),
        ("example.com:%252e%252e", "https://example.com/%252e%252e/did.json"),
        ("1.2.3.4.example", "https://1.2.3.4.example/.well-known/did.json"),
    ],
)
def test_a_place_is_an_https_url(text: str, url: str) -> None:
    assert WebAddress.parse(text).url("did.json") == url


def test_a_folder_has_no_well_known_in_it() -> None:
    assert WebAddress.parse("example.com").folder == "https://example.com/"
    assert WebAddress.parse("example.com%3A1:a").folder == "https://example.com:1/a/"
    assert WebAddress.parse("localhost%3A8000").url("did.json") == (
        "http://localhost:8000/.well-known/did.json"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example",
        "app.localhost",
        "example..com",
        ".example.com",
        "example.com.",
        "-a.example",
        "a_b.example",
        f"{'a' * 64}.example",
        ".".join(["a" * 60] * 5),
        "127.0.0.1",
        "127.0.0.1%3A80",
        "127%2E0%2e0%2E1",
        "127.1",
        "0x7f.1",
        "127.0.0.0x1",
        "0x7f.0x0.0x",
        "2130706433",
        "017700000001",
        "%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1",
        "%5B%3A%3A1%5D",
        "%5B::1%5D",
        "user%40example.com",
        "example.com%2Fevil.example",
        "example.com%5C",
        "example.com%3F",
        "example.com%23",
        "example.com%00",
        "example.com%0D%0A",
        "example.com%20",
        "a%E2%84%80b.example",
        "%FF.example",
        "%252Eexample.com",
        "example.com%",
        "example.com%3",
        "example.com%zz",
        "example.com%3A",
        "example.com%3A0",
        "example.com%3A65536",
        "example.com%3A123456",
        "example.com%3A80%3A81",
        "example.com%3A+80",
        "example.com%3A8o",
        "example.com:",
        "example.com::a",
        "example.com:a:",
        "example.com:.",
        "example.com:..",
        "example.com:%2e%2E",
        "example.com:a%2Fb",
        "example.com:a%5Cb",
        "example.com:a%00",
        "example.com:%0A",
        "example.com:%20a",
        "example.com:a%C2%A0",
        "example.com:%C0%AE%C0%AE",
    ],
)
def test_refuses_what_is_no_place_on_the_web(text: str) -> None:
    with pytest.raises(InvalidDID):
        WebAddress.parse(text)


@given(
    domain=st.from_regex(r"[a-z]{1,9}(\.[a-z]{2,9}){1,3}", fullmatch=True),
    port=st.none() | st.integers(1, 65535),
    path=st.lists(st.text(st.characters(codec="utf-8"), min_size=1)).map(tuple),
)
def test_what_is_an_address_is_read_as_it_was_written(
    domain: str, port: int | None, path: tuple[str, ...]
) -> None:
    try:
        address = WebAddress(domain, port, path)
    except InvalidDID:
        return
    assert str(address).isascii()
    assert WebAddress.parse(str(address)) == address
    assert address.folder.count("/") == 3 + len(path)


@pytest.mark.parametrize(
    "parts", [("EXAMPLE.com", None, ()), ("example.com", 0, ()), ("example.com", None, ("",))]
)
def test_an_instance_is_an_address_always(parts: tuple[str, int | None, tuple[str, ...]]) -> None:
    with pytest.raises(InvalidDID):
        WebAddress(*parts)
