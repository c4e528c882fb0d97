from __future__ import annotations

import pytest

from did.errors import NotFound, TooLarge, Unreachable
from did.fetch import StaticFetch

URL = "https://did.test/did.json"


def test_knows_what_it_was_made_with() -> None:
    fetch = StaticFetch({URL: b"abc", f"{URL}l": Unreachable("did.test does not answer")})
    assert fetch(URL, limit=3, accept="application/json") == b"abc"
    with pytest.raises(Unreachable, match="does not answer"):
        fetch(f"{URL}l")
    with pytest.raises(NotFound, match=r"nothing at 'https://did\.test/'"):
        fetch("https://did.test/")


def test_gives_no_more_than_is_asked_for() -> None:
    with pytest.raises(TooLarge, match="longer than 2 bytes"):
        StaticFetch({URL: b"abc"})(URL, limit=2)
