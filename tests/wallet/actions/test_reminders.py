from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.errors import BadInput, NoSuchEntry
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


@pytest.fixture
def wallet(wallet: Wallet) -> Wallet:
    return replace(wallet, clock=lambda: NOW)


def propose(wallet: Wallet, action: str, **arguments: Any) -> Proposal:
    found = ACTIONS[action].propose
    assert found is not None
    return found(wallet, arguments)


def issued(do: Does, name: str, expires: str) -> str:
    about: dict[str, Any] = {"type": name, "subject": "mei", "issuer": "mei"}
    done = do("issue_credential", claims={"a": "b"}, expires=expires, **about)
    assert done.made is not None
    return done.made


def states(result: Result) -> list[tuple[str, ...]]:
    assert result.table is not None
    return [tuple(map(str, row[1:])) for row in result.table.rows]


def test_reminders_and_the_ends_of_credentials_are_listed_in_the_order_of_time(
    do: Does, wallet: Wallet
) -> None:
    do("create_did", method="key", name="mei")
    issued(do, "Permit", "2027-01-01T00:00:00Z")
    issued(do, "Degree", "9999-12-31T23:59:59Z")
    do("set_reminder", about="call the school", when="2027-02-01")
    done = do("set_reminder", about="feed the cat", when="2026-11-26T18:00:01+08:00")
    later = replace(wallet, clock=lambda: datetime(2026, 11, 26, 10, 0, 1, tzinfo=UTC))
    listing = ACTIONS["list_reminders"].read
    assert listing is not None
    assert states(listing(later, {})) == [
        ("2026-11-26T18:00:01+08:00", "feed the cat", "due"),
        ("2027-01-01T00:00:00Z", "Permit", "ends"),
        ("2027-02-01", "call the school", "open"),
    ]
    whole = states(listing(later, {"all": True}))
    assert whole[-1] == ("9999-12-31T23:59:59Z", "Degree", "ends")
    do("finish_reminder", reminder=done.made)
    assert [row[1] for row in states(do("list_reminders"))] == ["Permit", "call the school"]
    assert ("2026-11-26T18:00:01+08:00", "feed the cat", "done") in states(
        do("list_reminders", all=True)
    )


def test_a_reminder_about_a_credential_is_called_by_its_name(do: Does) -> None:
    do("create_did", method="key", name="mei")
    card = issued(do, "Permit", "2027-01-01")
    done = do("set_reminder", about=card, when="2026-12-01")
    assert done.data["credential"] == card
    assert str(done.summary) == f"you will be reminded of Permit ({card})"
    with pytest.raises(NoSuchEntry, match="no credential 'cred-00000000'"):
        do("set_reminder", about="cred-00000000", when="2026-12-01")


def test_the_same_is_not_set_twice_unless_it_is_done_with(do: Does) -> None:
    made = do("set_reminder", about="call", when="2026-12-01").made
    with pytest.raises(BadInput, match="there already"):
        do("set_reminder", about="call", when="2026-12-01")
    do("finish_reminder", reminder=made)
    with pytest.raises(BadInput, match="done with already"):
        do("finish_reminder", reminder=made)
    assert do("set_reminder", about="call", when="2026-12-01").made == made
    do("remove_reminder", reminder=made)
    with pytest.raises(NoSuchEntry, match="no reminder"):
        do("remove_reminder", reminder=made)


@pytest.mark.parametrize("about", ["", "  ", "a\nb", "a\x1b[31m", "a\u202eb", "x" * 501])
def test_what_cannot_be_shown_on_a_line_is_no_reminder(wallet: Wallet, about: str) -> None:
    with pytest.raises(BadInput, match="printable"):
        propose(wallet, "set_reminder", about=about, when="2026-12-01")


@pytest.mark.parametrize("when", ["2026-11-25", "2026-11-26T09:59:59Z", "1999-01-01"])
def test_nobody_is_reminded_in_the_past(wallet: Wallet, when: str) -> None:
    with pytest.raises(BadInput, match="has passed"):
        propose(wallet, "set_reminder", about="call", when=when)
    assert wallet.vault.all(Kind.REMINDER) == ()


def test_a_calendar_has_what_is_to_come_and_nothing_that_is_done_with(
    do: Does, wallet: Wallet, tmp_path: Path
) -> None:
    file = tmp_path / "holdfast.ics"
    with pytest.raises(BadInput, match="nothing to be reminded of"):
        propose(wallet, "export_reminders", output=str(file))
    do("create_did", method="key", name="mei")
    issued(do, "Permit", "2027-01-01")
    do("set_reminder", about="call", when="2026-12-01")
    over = do("set_reminder", about="over", when="2026-12-02").made
    do("finish_reminder", reminder=over)
    proposal = propose(wallet, "export_reminders", output=str(file))
    assert not file.exists()
    run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["call", "Permit ends"]
    with pytest.raises(BadInput, match="exists already"):
        propose(wallet, "export_reminders", output=str(file))


def test_reminders_are_found_and_in_the_journal(do: Does, wallet: Wallet) -> None:
    done = do("set_reminder", about="renew the licence", when="2026-12-01")
    assert do("search", query="licence").data["found"] == [
        {"kind": "reminder", "id": done.made, "name": "renew the licence"}
    ]
    entry = wallet.vault.all(Kind.JOURNAL)[-1].body
    assert (entry["action"], entry["made"]) == ("set_reminder", done.made)
    assert "licence" not in str(entry)
