from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.keys.ed25519 import Ed25519PrivateKey
from wallet.errors import BadInput
from wallet.journal.entry import GENESIS, chained, digest_of, hash_of
from wallet.journal.errors import JournalBroken, NotAJournal
from wallet.journal.examining import Fault, Finding
from wallet.journal.exported import Exported, csv_pieces, harmless, json_pieces
from wallet.journal.head import Head, read_key

KEY = Ed25519PrivateKey(bytes(range(32)))
OTHER = Ed25519PrivateKey(bytes(32))
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BEFORE: list[dict[str, Any]] = [{"action": "create_did", "n": n} for n in range(3)]


def journal(count: int, *, signer: Ed25519PrivateKey = KEY, made: str = "") -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    previous = GENESIS
    for number in range(1, count + 1):
        facts: dict[str, Any] = {"action": "add_contact", "at": AT.isoformat(), "made": made}
        if number == 1:
            facts["carried"] = {"count": len(BEFORE), "digest": digest_of(BEFORE)}
        entries.append(chained(facts, number=number, previous=previous, signer=signer))
        previous = hash_of(entries[-1]) or ""
    return entries


def exported(entries: list[Any], *, head: Head | None = None) -> bytes:
    head = head or Head.of(len(ENTRIES), hash_of(ENTRIES[-1]) or "", at=AT, signer=KEY)
    return b"".join(json_pieces(head, BEFORE, entries))


ENTRIES = journal(12)
FORM = json.loads(exported(ENTRIES))


def findings(entries: list[Any]) -> set[tuple[int, Fault]]:
    try:
        Exported.parse(exported(entries)).verify(KEY.public_key)
    except JournalBroken as error:
        return {(finding.number, finding.fault) for finding in error.findings}
    return set()


def test_a_journal_that_nobody_touched_holds() -> None:
    assert findings(ENTRIES) == set()
    Exported.parse(exported(ENTRIES)).verify()


def test_a_journal_without_entries_holds() -> None:
    head = Head.of(0, GENESIS, at=AT, signer=KEY)
    Exported.parse(b"".join(json_pieces(head, (), ()))).verify(KEY.public_key)


def test_another_key_is_not_the_journals() -> None:
    with pytest.raises(JournalBroken, match="the head was changed, or signed with another key"):
        Exported.parse(exported(ENTRIES)).verify(OTHER.public_key)


numbers = st.integers(1, len(ENTRIES))


@given(numbers, st.sampled_from([*ENTRIES[1]]), st.data())
def test_a_changed_entry_is_named(number: int, name: str, data: st.DataObject) -> None:
    entries = deepcopy(ENTRIES)
    value = data.draw(st.none() | st.booleans() | st.integers(-9, 99) | st.text())
    changed = json.dumps(entries[number - 1][name]) != json.dumps(value)
    entries[number - 1][name] = value
    assert findings(entries) == ({(number, Fault.CHANGED)} if changed else set())


@given(numbers, st.integers(0, 85), st.sampled_from("AQgw_-09"))
def test_a_changed_signature_is_named(number: int, place: int, letter: str) -> None:
    entries = deepcopy(ENTRIES)
    signature = entries[number - 1]["signature"]
    other = signature[:place] + letter + signature[place + 1 :]
    entries[number - 1]["signature"] = other
    assert findings(entries) == ({(number, Fault.CHANGED)} if other != signature else set())


@given(numbers)
def test_a_re_signed_entry_is_named(number: int) -> None:
    entries = deepcopy(ENTRIES)
    entry = {name: value for name, value in entries[number - 1].items() if name != "signature"}
    del entry["number"], entry["previous"]
    previous = entries[number - 1]["previous"]
    entries[number - 1] = chained(entry, number=number, previous=previous, signer=OTHER)
    assert findings(entries) == {(number, Fault.CHANGED)}


@given(numbers)
def test_a_chain_made_anew_with_another_key_is_named_from_there_on(number: int) -> None:
    entries = [*ENTRIES[: number - 1], *journal(12, signer=OTHER)[number - 1 :]]
    assert findings(entries) == {(n, Fault.CHANGED) for n in range(number, 13)}


@given(numbers, st.integers(1, 12))
def test_dropped_entries_are_named(first: int, count: int) -> None:
    gone = range(first, min(13, first + count))
    entries = [*ENTRIES[: gone.start - 1], *ENTRIES[gone.stop - 1 :]]
    expected = {(number, Fault.MISSING) for number in gone}
    assert {found for found in findings(entries) if found[1] is not Fault.OUTSIDE} == expected


@given(numbers, numbers)
def test_two_entries_that_change_places_are_named(one: int, other: int) -> None:
    entries = list(ENTRIES)
    entries[one - 1], entries[other - 1] = entries[other - 1], entries[one - 1]
    found = findings(entries)
    if one == other:
        assert found == set()
    else:
        assert found
        assert {fault for _, fault in found} == {Fault.MOVED}
        assert {number for number, _ in found} <= set(range(min(one, other), max(one, other) + 1))
        assert {one, other} & {number for number, _ in found}


@given(numbers, st.integers(0, 12))
def test_an_entry_that_stands_there_twice_is_named(number: int, place: int) -> None:
    entries = [*ENTRIES[:place], ENTRIES[number - 1], *ENTRIES[place:]]
    found = findings(entries)
    assert {(n, fault) for n, fault in found if fault is not Fault.CARRIED} == {
        (number, Fault.TWICE)
    }


@given(
    st.integers(0, 12),
    st.sampled_from([None, 1, "entry", [], {}, {"number": 5}, journal(12, signer=OTHER)[4]]),
)
def test_what_was_put_in_is_named_by_its_place(place: int, strange: Any) -> None:
    entries = [*ENTRIES[:place], strange, *ENTRIES[place:]]
    assert findings(entries) == {(place + 1, Fault.INSERTED)}


def test_an_entry_of_another_journal_of_the_same_key_is_named() -> None:
    other = journal(14, made="other")
    assert findings([*ENTRIES[:6], other[6], *ENTRIES[7:]]) == {
        (7, Fault.UNCHAINED),
        (8, Fault.UNCHAINED),
    }
    assert findings([*ENTRIES, other[12]]) == {(13, Fault.BEYOND)}
    assert findings(other[:12]) == {(12, Fault.HEAD)}


@given(st.data())
def test_any_single_change_to_an_exported_journal_is_found(data: st.DataObject) -> None:
    form = deepcopy(FORM)
    path = data.draw(st.sampled_from(list(_paths(form))))
    *way, last = path
    place: Any = form
    for step in way:
        place = place[step]
    before = json.dumps(form, sort_keys=True)
    match data.draw(st.sampled_from(["set", "drop", "double"])):
        case "set":
            place[last] = data.draw(st.none() | st.integers(-9, 99) | st.text() | st.just({}))
        case "drop":
            del place[last]
        case _ if isinstance(place, list):
            place.insert(last, place[last])
        case _:
            place[f"{last}2"] = place[last]
    if json.dumps(form, sort_keys=True) == before:
        return
    with pytest.raises((JournalBroken, BadInput)) as caught:
        Exported.parse(json.dumps(form).encode()).verify(KEY.public_key)
    if path[0] == "entries" and len(path) > 1:
        assert isinstance(caught.value, JournalBroken)
        assert path[1] + 1 in {finding.number for finding in caught.value.findings}


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if isinstance(value, dict | list):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield (*path, step)
            yield from _paths(value[step], (*path, step))


@pytest.mark.parametrize(
    "member",
    [
        {"count": 11},
        {"count": 11, "hash": hash_of(ENTRIES[10])},
        {"at": "2027-01-02T03:04:05+00:00"},
    ],
)
def test_a_changed_head_is_named(member: dict[str, Any]) -> None:
    form = deepcopy(FORM)
    form["head"] |= member
    with pytest.raises(JournalBroken, match="the head was changed"):
        Exported.parse(json.dumps(form).encode()).verify(KEY.public_key)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Other"},
        {"version": 2},
        {"version": True},
        {"entries": {}},
        {"before": None},
        {"head": []},
        {"more": 1},
    ],
)
def test_refuses_what_is_no_exported_journal(change: dict[str, Any]) -> None:
    with pytest.raises(NotAJournal):
        Exported.parse(json.dumps(FORM | change).encode())


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Other"},
        {"version": 2},
        {"version": True},
        {"count": -1},
        {"count": True},
        {"count": 0},
        {"hash": "x"},
        {"hash": GENESIS},
        {"hash": None},
        {"key": 1},
        {"key": "z"},
        {"key": "z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc"},
        {"more": 1},
    ],
)
def test_refuses_what_is_no_head(change: dict[str, Any]) -> None:
    with pytest.raises(NotAJournal):
        Head.parse(json.dumps(FORM["head"] | change).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"[" * 100_000, b"\xff", b'{"a":1,"a":2}'])
def test_refuses_what_is_not_json(data: bytes) -> None:
    with pytest.raises(NotAJournal):
        Exported.parse(data)
    with pytest.raises(NotAJournal):
        Head.parse(data)


def test_a_head_is_read_as_it_was_written() -> None:
    head = Head.of(12, hash_of(ENTRIES[-1]) or "", at=AT, signer=KEY)
    assert Head.parse(head.serialized()) == head
    assert head.is_signed(KEY.public_key)
    assert not head.is_signed(OTHER.public_key)


def test_a_key_is_read_as_a_multikey_or_a_did_key() -> None:
    written = FORM["head"]["key"]
    assert read_key(written) == read_key(f"did:key:{written}") == KEY.public_key


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=HYPERLINK(1)"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    row = b"".join(csv_pieces([{"action": text}])).decode().split("\r\n", 1)[1]
    assert f"'{text}" in row


def test_other_cells_are_as_they_are() -> None:
    assert harmless("did:key:z6Mk") == "did:key:z6Mk"
    lines = b"".join(csv_pieces([{"number": 1, "action": 'a "b", c', "made": None}])).decode()
    assert lines.split("\r\n")[1] == '1,,"a ""b"", c",,,,,,,,,'


def test_the_error_names_each_entry_and_says_how_many_more() -> None:
    with pytest.raises(JournalBroken, match="entry 2 is missing; entry 7 is missing"):
        Exported.parse(exported([*ENTRIES[:1], *ENTRIES[2:6], *ENTRIES[7:]])).verify()
    with pytest.raises(JournalBroken, match="entry 11 is missing; and 1 more"):
        Exported.parse(exported(ENTRIES[:1])).verify()


def test_a_finding_is_a_sentence() -> None:
    assert str(Finding(5, Fault.MISSING)) == "entry 5 is missing"
    assert str(Finding(3, Fault.INSERTED)).startswith("what stands in place 3 was put in")
