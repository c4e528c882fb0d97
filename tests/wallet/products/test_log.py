from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.keys.ed25519 import Ed25519PrivateKey
from did.methods.key import key_did
from wallet.credentials.formats.data_integrity import attach
from wallet.credentials.signed_json import signing
from wallet.errors import BadInput
from wallet.journal.entry import hash_of
from wallet.products.log import MOST_EVENTS, Fault, begun, examine, happened, head_of

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = Ed25519PrivateKey(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey(bytes(range(1, 33)))
NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


def did_of(key: Ed25519PrivateKey) -> str:
    return str(key_did(key.public_key))


SIGNER = did_of(KEY)


def signed(event: dict[str, Any], key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    did = did_of(key)
    method = f"{did}#{did.removeprefix('did:key:')}"
    proposed = signing(event, signer=key, verification_method=method, created=NOW)
    return attach(proposed, key.sign(proposed.signing_bytes))


def log(count: int, key: Ed25519PrivateKey = KEY) -> list[dict[str, Any]]:
    events = [signed(begun("kettle", signer=did_of(key), at=NOW), key)]
    while len(events) < count:
        at = NOW + timedelta(hours=len(events))
        event = happened(events, f"step {len(events)}", place="Jingdezhen", at=at)
        events.append(signed(event, key))
    return events


EVENTS = log(6)
END = hash_of(EVENTS[-1])


def faults(events: list[Any], *, count: int = 6, end: str | None = END) -> list[tuple[int, Fault]]:
    found = examine(events, SIGNER, count=count, end=end)
    return [(finding.number, finding.fault) for finding in found]


def test_a_log_that_nobody_touched_holds() -> None:
    assert faults(EVENTS) == []
    assert faults(EVENTS[:1], count=1, end=hash_of(EVENTS[0])) == []


@pytest.mark.parametrize("number", range(1, 7))
def test_an_event_that_was_dropped_is_named(number: int) -> None:
    assert (number, Fault.MISSING) in faults(EVENTS[: number - 1] + EVENTS[number:])


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("event", "burst"),
        ("place", "Paris"),
        ("at", "2020-01-01T00:00:00Z"),
        ("number", 77),
        ("previous", "0" * 64),
        ("type", "Other"),
        ("more", 1),
        ("proof", {}),
        ("proof", None),
    ],
)
def test_an_event_that_was_altered_is_named(member: str, value: Any) -> None:
    events = [*EVENTS]
    events[2] = {**events[2], member: value}
    assert (3, Fault.CHANGED) in faults(events)


def test_an_event_that_was_moved_is_named() -> None:
    events = [EVENTS[0], EVENTS[3], EVENTS[2], EVENTS[1], *EVENTS[4:]]
    assert faults(events) == [(2, Fault.MOVED), (3, Fault.MOVED)]


def test_an_event_that_stands_there_twice_is_named() -> None:
    assert faults([*EVENTS[:3], EVENTS[2], *EVENTS[3:]]) == [(3, Fault.TWICE)]


def test_an_event_of_another_is_named() -> None:
    strange = log(3, OTHER_KEY)[2]
    assert faults([*EVENTS[:3], strange, *EVENTS[3:]]) == [(4, Fault.INSERTED)]
    assert faults([*EVENTS[:2], strange, *EVENTS[3:]]) == [(3, Fault.CHANGED)]


def test_an_event_of_another_log_of_the_same_signer_does_not_fit() -> None:
    other = log(6)
    assert other[0] != EVENTS[0]
    found = faults([*EVENTS[:3], *other[3:]])
    assert (4, Fault.UNCHAINED) in found
    assert faults(other) == [(6, Fault.END)]


def test_events_beyond_the_end_are_named() -> None:
    assert faults(EVENTS, count=5, end=hash_of(EVENTS[4])) == [(6, Fault.BEYOND)]


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, {"number": True}, {"number": 2.0}])
def test_junk_in_place_of_an_event_is_named(junk: Any) -> None:
    events: list[Any] = [*EVENTS]
    events[1] = junk
    assert (2, Fault.CHANGED) in faults(events)
    assert faults([*EVENTS, junk]) == [(7, Fault.INSERTED)]


@given(st.lists(st.sampled_from(EVENTS), max_size=8))
def test_no_other_arrangement_of_the_events_holds(events: list[dict[str, Any]]) -> None:
    assert (faults(events) == []) == (events == EVENTS)


@pytest.mark.parametrize("text", ["", " ", "a\nb", "a\x1b[2J", "a\u202eb", "\u200b", "x" * 501])
def test_what_cannot_be_shown_on_a_line_is_no_event(text: str) -> None:
    writes: list[Callable[[], object]] = [
        lambda: happened(EVENTS, text, place=None, at=NOW),
        lambda: happened(EVENTS, "moved", place=text, at=NOW),
        lambda: begun(text, signer=SIGNER, at=NOW),
    ]
    for write in writes:
        with pytest.raises(BadInput, match="printable characters"):
            write()


def test_a_log_is_full_at_some_time() -> None:
    with pytest.raises(BadInput, match="at most 5000"):
        happened([EVENTS[0]] * MOST_EVENTS, "moved", place=None, at=NOW)


def test_a_head_is_of_all_events_before_it() -> None:
    head = head_of("prod-1", EVENTS[:3])
    assert (head["count"], head["hash"]) == (3, hash_of(EVENTS[2]))
