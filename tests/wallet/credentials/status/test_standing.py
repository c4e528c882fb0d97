from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from wallet.credentials.status import BitList, StatusKind, StatusList
from wallet.credentials.status.errors import StatusUnverified
from wallet.credentials.status.standing import check_current, is_older

NOW = datetime(2026, 1, 15, tzinfo=UTC)
DAY = timedelta(days=1)
LIST = StatusList(
    kind=StatusKind.TOKEN,
    bits=BitList.empty(8),
    purposes=(),
    url="https://example.com/l",
    issuer=None,
    issued=NOW,
    expires=NOW + DAY,
    ttl=timedelta(hours=1),
)


def test_clocks_may_differ_by_the_leeway() -> None:
    leeway = timedelta(minutes=5)
    check_current(LIST, NOW - leeway, leeway=leeway)
    check_current(LIST, NOW + DAY + leeway - timedelta(seconds=1), leeway=leeway)
    with pytest.raises(StatusUnverified, match="before"):
        check_current(LIST, NOW - leeway - timedelta(seconds=1), leeway=leeway)
    with pytest.raises(StatusUnverified, match="expired"):
        check_current(LIST, NOW + DAY + leeway, leeway=leeway)


def test_the_last_instant_of_a_credential_counts_and_that_of_a_token_does_not() -> None:
    check_current(replace(LIST, kind=StatusKind.BITSTRING), NOW + DAY, leeway=timedelta(0))
    with pytest.raises(StatusUnverified, match="expired"):
        check_current(LIST, NOW + DAY, leeway=timedelta(0))


def test_a_list_without_ends_is_always_current() -> None:
    check_current(replace(LIST, issued=None, expires=None), NOW, leeway=timedelta(0))


def test_a_list_that_stops_saying_when_it_was_issued_counts_as_older() -> None:
    undated = replace(LIST, issued=None)
    assert is_older(undated, LIST)
    assert not is_older(LIST, undated)
    assert not is_older(undated, undated)
