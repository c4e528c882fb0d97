from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from did.identifier import DID
from wallet.entries import Contact
from wallet.messages import text
from wallet.overview import SOON, Among, Order, Overview, Standing, Wanted, listed, when
from wallet.statuses_seen import remember
from wallet.vault.record import Kind
from wallet.verify.place import Place
from wallet.verify.report import Report, failed, passed, taken_back, undecided

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

NOW = datetime(2030, 1, 10, 12, tzinfo=UTC)
CREDENTIAL = Place("credential")
LIST = "https://issuer.example/status/1"


@pytest.fixture
def wallet(wallet: Wallet) -> Wallet:
    return replace(wallet, clock=lambda: NOW)


def _put(wallet: Wallet, number: int, name: str, **more: Any) -> str:
    role, tags = more.pop("role", "held"), more.pop("tags", [])
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "Badge"],
        "issuer": "did:web:zoo.example",
        "credentialSubject": {"id": "did:web:me.example", "level": "1"},
        **more,
    }
    id_ = f"cred-{number:08x}"
    body = {"id": id_, "name": name, "raw": json.dumps(document), "role": role, "tags": tags}
    wallet.vault.put(Kind.CREDENTIAL, body, id=id_)
    return id_


def _until(days: float) -> str:
    return (NOW + timedelta(days=days)).isoformat().replace("+00:00", "Z")


@pytest.fixture
def five(wallet: Wallet) -> Wallet:
    _put(wallet, 1, "delta", validUntil=_until(400), tags=["work"])
    _put(wallet, 2, "Alpha", validUntil=_until(-3))
    _put(wallet, 3, "charlie", issuer="did:web:acme.example", role="issued")
    _put(wallet, 4, "bravo", validUntil=_until(12), tags=["Work", "home"])
    _put(wallet, 5, "echo")
    contact = Contact("Acme", DID.parse("did:web:acme.example"))
    wallet.vault.put(Kind.CONTACT, contact.body(), id=contact.id)
    return wallet


def _names(wallet: Wallet, **wanted: Any) -> list[str]:
    overview = Overview(wallet, Wanted(**wanted))
    rows = overview.rows(0, 100)
    assert overview.total == len(rows)
    return [row.label.name for row in rows]


def test_the_newest_come_first_unless_another_order_is_wanted(five: Wallet) -> None:
    assert _names(five) == ["echo", "bravo", "charlie", "Alpha", "delta"]
    assert _names(five, backwards=True) == ["delta", "Alpha", "charlie", "bravo", "echo"]
    assert _names(five, order=Order.NAME) == ["Alpha", "bravo", "charlie", "delta", "echo"]
    assert _names(five, order=Order.UNTIL) == ["Alpha", "bravo", "delta", "echo", "charlie"]


def test_issuers_that_the_person_knows_come_first(five: Wallet) -> None:
    assert _names(five, order=Order.ISSUER)[0] == "charlie"
    row = Overview(five, Wanted(order=Order.ISSUER)).rows(0, 1)[0]
    assert (row.issuer, row.is_known) == ("Acme", True)


def test_each_state_has_its_own(five: Wallet) -> None:
    assert _names(five, among=Among.IN_FORCE) == ["echo", "bravo", "charlie", "delta"]
    assert _names(five, among=Among.SOON) == ["bravo"]
    assert _names(five, among=Among.EXPIRED) == ["Alpha"]
    assert _names(five, among=Among.HELD) == ["echo", "bravo", "Alpha", "delta"]
    assert _names(five, among=Among.ISSUED) == ["charlie"]
    assert _names(five, among=Among.REVOKED) == []


def test_a_tag_and_words_narrow_it_down(five: Wallet) -> None:
    assert _names(five, tag="work") == ["bravo", "delta"]
    assert _names(five, tag="work", among=Among.SOON) == ["bravo"]
    assert _names(five, words="alp") == ["Alpha"]
    assert _names(five, words="acme") == ["charlie"]


def test_a_page_is_a_part_of_the_whole_in_its_order(five: Wallet) -> None:
    overview = Overview(five, Wanted(order=Order.NAME))
    assert [row.label.name for row in overview.rows(1, 2)] == ["bravo", "charlie"]
    assert overview.rows(5, 10) == ()


def test_what_was_deleted_is_looked_through_by_itself(five: Wallet, do: Does) -> None:
    do("delete_credential", credential="bravo")
    do("delete_credential", credential="Alpha")
    assert _names(five) == ["echo", "charlie", "delta"]
    assert _names(five, among=Among.DELETED) == ["Alpha", "bravo"]
    assert _names(five, among=Among.DELETED, order=Order.NAME, backwards=True) == ["bravo", "Alpha"]
    assert _names(five, among=Among.DELETED, words="brav") == ["bravo"]
    assert _names(five, among=Among.DELETED, tag="WORK") == ["bravo"]
    (row,) = Overview(five, Wanted(among=Among.DELETED, words="brav")).rows(0, 5)
    assert row.standing is Standing.DELETED
    assert str(row.ends) == "gone for good: in 7 days"


def test_one_that_is_taken_from_the_wallet_meanwhile_is_left_out(five: Wallet) -> None:
    overview = Overview(five, Wanted())
    five.vault.delete(Kind.CREDENTIAL, "cred-00000003")
    five.index.refresh()
    assert [row.label.name for row in overview.rows(0, 9)] == ["echo", "bravo", "Alpha", "delta"]


def test_what_the_wallet_took_back_is_known_to_be(wallet: Wallet, do: Does) -> None:
    do("create_did", method="key", name="uni")
    do("add_contact", name="Mei", did="did:web:mei.example")
    for purpose in ("revocation", "suspension"):
        output = str(wallet.home / f"{purpose}.json")
        do(
            "create_status_list",
            name=purpose,
            url=f"{LIST}{purpose}",
            purpose=purpose,
            output=output,
        )
    lists = ["revocation", "suspension"]
    made = [
        str(do("issue_credential", type=name, subject="Mei", claims={"a": name}, status=lists).made)
        for name in ("First", "Second", "Third")
    ]
    do("revoke_credential", credential=made[0])
    do("suspend_credential", credential=made[1])
    rows = {row.id: row.standing for row in Overview(wallet, Wanted()).rows(0, 9)}
    assert rows == {
        made[0]: Standing.REVOKED,
        made[1]: Standing.SUSPENDED,
        made[2]: Standing.IN_FORCE,
    }
    found = Overview(wallet, Wanted(among=Among.REVOKED)).rows(0, 9)
    assert {row.id for row in found} == {made[0], made[1]}


def test_one_can_be_looked_up_by_itself(five: Wallet) -> None:
    row = listed(five, "bravo")
    assert (row.id, row.standing, str(row.ends)) == ("cred-00000004", Standing.SOON, "in 12 days")
    assert str(listed(five, "echo").ends) == "no end"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (30, "in 30 days"),
        (-2, "2 days ago"),
        (400, "on 2031-02-14"),
        (-400, "on 2028-12-06"),
    ],
)
def test_a_time_is_said_as_people_say_it(days: int, said: str) -> None:
    assert str(when(NOW + timedelta(days=days), NOW)) == said
    assert text(when(NOW + timedelta(days=days), NOW), "zh") not in {said, ""}


def test_soon_is_up_to_the_very_end_of_it(wallet: Wallet) -> None:
    _put(wallet, 1, "just", validUntil=_until(SOON.days - 0.001))
    _put(wallet, 2, "not", validUntil=_until(SOON.days))
    _put(wallet, 3, "now", validUntil=_until(0))
    assert _names(wallet, among=Among.SOON) == ["now", "just"]


def test_what_was_seen_to_be_revoked_says_so_and_when_without_asking_anybody(five: Wallet) -> None:
    revoked = taken_back("status", CREDENTIAL, "revoked", "its issuer revoked it")
    suspended = taken_back("status", CREDENTIAL, "suspended", "its issuer suspended it")
    seen = NOW - timedelta(days=3)
    remember(five.vault, "cred-00000005", Report(seen, (suspended, revoked)), seen)
    remember(five.vault, "cred-00000004", Report(seen, (suspended,)), seen)
    assert _names(five, among=Among.REVOKED) == ["echo", "bravo"]
    row = listed(five, "echo")
    assert row.standing is Standing.REVOKED
    assert text(row.ends, "en") == "seen 3 days ago"
    assert text(row.ends, "zh") == "3 天前得知"
    assert listed(five, "bravo").standing is Standing.SUSPENDED
    assert listed(five, "delta").standing is Standing.IN_FORCE


def test_what_was_never_seen_to_be_taken_back_is_not_written_down(five: Wallet) -> None:
    good = passed("status", CREDENTIAL, "good", "its issuer has not taken it back")
    remember(five.vault, "cred-00000005", Report(NOW, (good,)), NOW)
    assert listed(five, "echo").standing is Standing.IN_FORCE
    assert not five.vault.page(Kind.SETTING, limit=10).records  # nothing to write down


def test_what_was_found_to_be_invalid_says_so_until_it_is_found_to_hold(five: Wallet) -> None:
    bad = failed("proof", CREDENTIAL, "signature", "it does not fit")
    good = passed("proof", CREDENTIAL, "signed", "it fits")
    unknown = undecided("status", CREDENTIAL, "unavailable", "nobody answers")
    id_ = "cred-00000005"
    remember(five.vault, id_, Report(NOW, (bad,)), NOW)
    assert listed(five, "echo").standing is Standing.INVALID
    assert text(listed(five, "echo").ends, "en") == "seen today"
    assert "echo" not in _names(five, among=Among.IN_FORCE)
    remember(five.vault, id_, Report(NOW, (unknown,)), NOW)
    assert listed(five, "echo").standing is Standing.INVALID  # it could not be found out
    remember(five.vault, id_, Report(NOW, (good,)), NOW)
    assert listed(five, "echo").standing is Standing.IN_FORCE
