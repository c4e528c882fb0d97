from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from did.errors import DIDError, Unreachable
from did.fetch import StaticFetch
from wallet.cache import Cache
from wallet.fetching import MAX_AGE, KeepingGet

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://school.example/status"
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


class Web:
    """One address, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.said: bytes | DIDError = b"first"
        self.asked = 0
        self.now = NOW
        self.cache = Cache(folder / "cache.db")

    def get(self, *, offline: bool = False) -> KeepingGet:
        def fetch() -> StaticFetch:
            self.asked += 1
            return StaticFetch({URL: self.said})

        return KeepingGet(fetch, self.cache, offline=offline, clock=lambda: self.now)


@pytest.fixture
def web(tmp_path: Path) -> Web:
    return Web(tmp_path)


def test_what_is_young_is_not_asked_for_again(web: Web) -> None:
    first = web.get()(URL)
    web.now += MAX_AGE
    again = web.get()(URL)
    assert (first.data, first.retrieved) == (b"first", None)
    assert (again.data, again.retrieved) == (b"first", NOW)
    assert web.asked == 1


def test_what_is_old_is_asked_for_and_what_was_there_is_told(web: Web) -> None:
    web.get()(URL)
    web.now += MAX_AGE + timedelta(seconds=1)
    web.said = b"second"
    body = web.get()(URL)
    assert (body.data, body.retrieved, body.earlier) == (b"second", None, b"first")


def test_what_comes_from_the_future_is_asked_for_again(web: Web) -> None:
    web.get()(URL)
    web.now -= timedelta(hours=1)
    web.get()(URL)
    assert web.asked == 2


def test_offline_answers_with_what_is_kept_and_asks_nobody(web: Web) -> None:
    with pytest.raises(Unreachable):
        web.get(offline=True)(URL)
    web.get()(URL)
    web.now += timedelta(days=99)
    assert web.get(offline=True)(URL).retrieved == NOW
    assert web.asked == 1


def test_when_the_network_fails_nothing_old_is_passed_off_as_new(web: Web) -> None:
    web.get()(URL)
    web.now += timedelta(days=1)
    web.said = Unreachable("no network")
    with pytest.raises(Unreachable, match="no network"):
        web.get()(URL)
