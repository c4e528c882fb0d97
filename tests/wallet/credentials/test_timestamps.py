from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.timestamps import read_timestamp, write_timestamp


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-31T09:00:00Z", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ("2026-01-31T09:00:00.5+01:00", datetime(2026, 1, 31, 8, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-01-31T09:00:00.123456789Z", datetime(2026, 1, 31, 9, 0, 0, 123_456, tzinfo=UTC)),
        ("2024-02-29T23:59:59-14:00", datetime(2024, 3, 1, 13, 59, 59, tzinfo=UTC)),
        ("2026-01-31T09:00:00-00:00", datetime(2026, 1, 31, 9, tzinfo=UTC)),
    ],
)
def test_reads_an_instant_in_utc(text: str, instant: datetime) -> None:
    assert read_timestamp(text, path="$.created") == instant


@pytest.mark.parametrize(
    "text",
    [
        "2026-W01-1",
        "20260131T090000Z",
        "2026-01-31",
        "2026-01-31T09:00:00",
        "2026-01-31T09:00:00,5Z",
        "2026-01-31T09:00Z",
        "2026-01-31T09:00:60Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31t09:00:00z",
        "2026-01-31 09:00:00Z",
        "2026-01-31T09:00:00+15:00",
        "2026-01-31T09:00:00+0100",
        "2026-01-31T09:00:00Z\n",
        "٢٠٢٦-01-31T09:00:00Z",
        "2026-02-30T09:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "",
        None,
        1769850000,
        ["2026-01-31T09:00:00Z"],
    ],
)
def test_refuses_every_other_way_to_write_a_time(text: object) -> None:
    with pytest.raises(InvalidCredential, match=r"^\$\.created (must be a time|is no date)"):
        read_timestamp(text, path="$.created")


@given(st.datetimes(timezones=st.just(UTC)))
def test_reads_back_what_it_writes_to_the_second(instant: datetime) -> None:
    assert read_timestamp(write_timestamp(instant), path="$") == instant.replace(microsecond=0)


def test_writes_utc_whatever_the_offset() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert write_timestamp(datetime(2026, 1, 31, 17, tzinfo=shanghai)) == "2026-01-31T09:00:00Z"


def test_refuses_to_write_a_time_that_names_no_instant() -> None:
    with pytest.raises(ValueError, match="names no instant"):
        write_timestamp(datetime(2026, 1, 31))  # noqa: DTZ001 - the point of the test
