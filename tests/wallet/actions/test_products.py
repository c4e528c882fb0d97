from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from did.errors import TransactionFailed
from wallet.actions.consent import Answer, By, decide, run
from wallet.entries import dids
from wallet.errors import BadInput, NoSuchEntry
from wallet.products.errors import LogBroken, NotALog
from wallet.products.exported import Anchored, Exported
from wallet.products.product import Product, keep, products
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Proposes = Callable[..., Proposal]
    Does = Callable[..., Result]

YES = Answer(yes=True, by=By.PROMPT)


@pytest.fixture
def kettle(do: Does) -> str:
    do("create_did", method="key", name="maker")
    made = do("add_product", name="Blue kettle").made
    assert made is not None
    do("record_event", product=made, event="left the kiln", place="Jingdezhen")
    return made


def exported(do: Does, folder: Path) -> dict[str, Any]:
    file = folder / "kettle.json"
    file.unlink(missing_ok=True)
    do("export_product", product="blue kettle", output=str(file))
    form: dict[str, Any] = json.loads(file.read_bytes())
    return form


def verify(
    form: dict[str, Any], wallet: Wallet | None = None, signer: str | None = None
) -> tuple[Anchored, ...]:
    found = Exported.parse(json.dumps(form).encode())
    chains = (lambda _: None) if wallet is None else wallet.chains
    return found.verify(chains, signer=signer)


def test_events_are_signed_one_by_one_and_traced(do: Does, kettle: str, wallet: Wallet) -> None:
    do("record_event", product="BLUE KETTLE", event="sold")
    traced = do("trace_product", product=kettle)
    assert [event.get("event") for event in traced.data["events"]] == [
        None,
        "left the kiln",
        "sold",
    ]
    assert str(traced.summary) == "Blue kettle: its log holds, events: 3"
    (kept,) = products(wallet.vault)
    assert len({event["proof"]["proofValue"] for event in kept.events}) == 3
    assert all(event["previous"] for event in kept.events)


def test_nothing_is_signed_without_a_yes(propose: Proposes, kettle: str, wallet: Wallet) -> None:
    proposal = propose("record_event", product=kettle, event="sold")
    assert len(products(wallet.vault)[0].events) == 2
    facts = {str(label): str(value) for label, value in proposal.statement.facts}
    assert (facts["Event"], facts["Number"]) == ("sold", "3")
    assert "Place" not in facts


def test_two_events_with_one_number_are_signed_once(
    propose: Proposes, kettle: str, wallet: Wallet
) -> None:
    first, second = (propose("record_event", product=kettle, event=name) for name in "ab")
    run(wallet, first, decide(first, YES))
    with pytest.raises(BadInput, match="another event meanwhile"):
        run(wallet, second, decide(second, YES))
    assert [event.get("event") for event in products(wallet.vault)[0].events][2:] == ["a"]


def test_a_name_is_one_products(do: Does, propose: Proposes, kettle: str, wallet: Wallet) -> None:
    for name in ("Blue kettle", " blue KETTLE "):
        with pytest.raises(BadInput, match="already called 'Blue kettle'") as refused:
            propose("add_product", name=name)
        assert kettle in str(refused.value.hint)
    first, second = (propose("add_product", name="cup") for _ in "ab")
    run(wallet, first, decide(first, YES))
    with pytest.raises(BadInput, match="already called"):
        run(wallet, second, decide(second, YES))
    assert [one["name"] for one in do("list_products").data["products"]] == ["Blue kettle", "cup"]


@pytest.mark.parametrize("event", ["", "a\nb", "\x1b[31mred", "a\u202eb", "x" * 501])
def test_an_event_is_a_line_of_plain_writing(propose: Proposes, kettle: str, event: str) -> None:
    with pytest.raises(BadInput, match="printable"):
        propose("record_event", product=kettle, event=event)
    with pytest.raises(BadInput, match="printable"):
        propose("record_event", product=kettle, event="sold", place=event)


def test_a_product_that_is_not_there_is_none(do: Does, propose: Proposes, wallet: Wallet) -> None:
    assert str(do("list_products").summary) == "no products yet"
    with pytest.raises(NoSuchEntry, match="no product 'kettle'"):
        do("trace_product", product="kettle")
    with pytest.raises(NoSuchEntry, match="no DID to sign"):
        propose("add_product", name="kettle")
    do("create_did", name="account")  # lives on a chain, which whoever reads the log may not have
    with pytest.raises(NoSuchEntry, match="no DID to sign"):
        propose("add_product", name="kettle")
    assert wallet.vault.all(Kind.PRODUCT) == ()


def test_without_the_did_that_signs_a_log_nothing_is_added_to_it(
    propose: Proposes, kettle: str, wallet: Wallet
) -> None:
    (own,) = dids(wallet.vault)
    wallet.vault.delete(Kind.DID, own.id)
    with pytest.raises(NoSuchEntry, match="no DID"):
        propose("record_event", product=kettle, event="sold")


def test_to_a_log_that_does_not_hold_nothing_is_added(
    propose: Proposes, do: Does, kettle: str, wallet: Wallet
) -> None:
    (kept,) = products(wallet.vault)
    first, second = kept.events
    broken = Product(kept.name, kept.signer, (first, {**second, "event": "burst"}))
    keep(wallet.vault, broken)
    with pytest.raises(LogBroken, match="event 2 was changed"):
        propose("record_event", product=kettle, event="sold")
    with pytest.raises(LogBroken, match="event 2 was changed"):
        do("trace_product", product=kettle)


def test_an_exported_log_is_checked_without_the_wallet(
    do: Does, kettle: str, tmp_path: Path
) -> None:
    form = exported(do, tmp_path)
    assert form["product"] == kettle
    assert verify(form) == ()
    assert verify(form, signer=form["signer"]) == ()
    with pytest.raises(LogBroken, match="another signer"):
        verify(form, signer="did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    with pytest.raises(BadInput, match="exists already"):
        do("export_product", product=kettle, output=str(tmp_path / "kettle.json"))


def altered(form: dict[str, Any]) -> dict[str, tuple[dict[str, Any], str]]:
    events = form["events"]
    return {
        "dropped": ({**form, "events": [events[0], events[2]]}, "event 2 is missing"),
        "cut short": ({**form, "events": events[:2]}, "event 3 is missing"),
        "cut short, with its count": (
            {**form, "events": events[:2], "count": 2},
            "event 2 is not the one that the log ends in",
        ),
        "reordered": (
            {**form, "events": [events[0], events[2], events[1]]},
            "event 2 stands in another place",
        ),
        "altered": (
            {**form, "events": [events[0], {**events[1], "event": "burst"}, events[2]]},
            "event 2 was changed",
        ),
        "doubled": ({**form, "events": [*events, events[2]]}, "event 3 stands there twice"),
        "renamed": ({**form, "name": "Gold kettle"}, "event 1 was changed"),
        "of another product": ({**form, "product": "prod-00000000"}, "event 1 was changed"),
        "empty": ({**form, "events": []}, "event 1 is missing"),
        "signed by nobody": ({**form, "proof": {}}, "the file was changed"),
        "without anchors": ({**form, "anchors": []}, "the file was changed"),
    }


CHANGES = (
    *("dropped", "cut short", "cut short, with its count", "reordered", "altered", "doubled"),
    *("renamed", "of another product", "empty", "signed by nobody", "without anchors"),
)


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_done_to_an_exported_log_is_named(
    do: Does, kettle: str, tmp_path: Path, change: str
) -> None:
    do("create_did", name="payer")
    do("record_event", product=kettle, event="sold")
    do("anchor_product", product=kettle)
    form, named = altered(exported(do, tmp_path))[change]
    with pytest.raises(LogBroken, match=named):
        verify(form)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Other"},
        {"version": 2},
        {"version": True},
        {"count": 0},
        {"count": "2"},
        {"events": {}},
        {"anchors": None},
        {"name": 7},
        {"signer": "did:web:acme.example"},
        {"more": 1},
        {"anchors": [7]},
        {"anchors": [{"head": {}, "receipt": {}}]},
    ],
)
def test_a_file_that_is_no_log_is_said_to_be_none(
    do: Does, kettle: str, tmp_path: Path, change: dict[str, Any]
) -> None:
    assert kettle
    with pytest.raises(NotALog):
        verify({**exported(do, tmp_path), **change})
    with pytest.raises(NotALog):
        Exported.parse(b"[]")


def test_an_anchor_shows_when_the_log_was_there(
    do: Does, kettle: str, wallet: Wallet, tmp_path: Path
) -> None:
    do("create_did", name="payer")
    done = do("anchor_product", product=kettle, output=str(tmp_path / "receipts"))
    do("record_event", product=kettle, event="sold")
    traced = do("trace_product", product=kettle)
    assert traced.data["anchors"] == [{"count": 2, "block": done.data["block"]}]
    form = exported(do, tmp_path)
    (anchored,) = verify(form, wallet)
    assert (anchored.count, anchored.block) == (2, done.data["block"])
    (unseen,) = verify(form)  # where nobody has the chain
    assert (unseen.count, unseen.block) == (2, None)


def test_a_receipt_is_kept_in_the_vault_too(
    do: Does, kettle: str, wallet: Wallet, tmp_path: Path
) -> None:
    do("create_did", name="payer")
    do("anchor_product", product=kettle, output=str(tmp_path / "receipts"))
    for file in (tmp_path / "receipts").iterdir():
        file.unlink()
    (anchored,) = verify(exported(do, tmp_path), wallet)
    assert anchored.block is not None


def test_an_anchor_of_another_log_is_named(
    do: Does, kettle: str, wallet: Wallet, tmp_path: Path
) -> None:
    do("create_did", name="payer")
    do("anchor_product", product=kettle)
    form = exported(do, tmp_path)
    (one,) = form["anchors"]
    for head, named in (
        ({**one["head"], "hash": "0" * 64}, "event 2 is not the one that was anchored"),
        ({**one["head"], "product": "prod-0"}, "event 2 is not the one that was anchored"),
        ({**one["head"], "count": 1}, "event 1 is not the one that was anchored"),
        ({**one["head"], "count": 9}, "event 9 is missing"),
    ):
        with pytest.raises(LogBroken, match=named):
            verify({**form, "anchors": [{**one, "head": head}]}, wallet)
    salt = {**one["receipt"]["leaf"], "salt": "0x" + "00" * 32}
    forged = {**one, "receipt": {**one["receipt"], "leaf": salt}}
    with pytest.raises(LogBroken, match="event 2 was not anchored as the log says"):
        verify({**form, "anchors": [forged]}, wallet)


def test_of_an_anchor_that_the_chain_refuses_nothing_is_kept(
    do: Does, propose: Proposes, kettle: str, wallet: Wallet
) -> None:
    do("create_did", name="payer")
    first, second = (propose("anchor_product", product=kettle) for _ in "ab")
    run(wallet, first, decide(first, YES))
    with pytest.raises((TransactionFailed, BadInput)):
        run(wallet, second, decide(second, YES))
    assert len(products(wallet.vault)[0].anchors) == 1


def test_a_product_is_forgotten_with_a_yes(
    do: Does, propose: Proposes, kettle: str, wallet: Wallet
) -> None:
    proposal = propose("remove_product", product="blue kettle")
    assert len(products(wallet.vault)) == 1
    run(wallet, proposal, decide(proposal, YES))
    assert products(wallet.vault) == ()
    with pytest.raises(NoSuchEntry, match="no product"):
        do("trace_product", product=kettle)


def test_products_are_found_by_what_happened_to_them_and_are_in_the_journal(
    do: Does, kettle: str, wallet: Wallet
) -> None:
    assert do("search", query="jingdezhen kiln").data["found"] == [
        {"kind": "product", "id": kettle, "name": "Blue kettle"}
    ]
    entry = wallet.vault.all(Kind.JOURNAL)[-1].body
    assert (entry["action"], entry["made"]) == ("record_event", kettle)
    assert "kiln" not in str(entry)


def test_a_product_is_found_by_its_id_before_a_name(do: Does) -> None:
    do("create_did", method="key", name="maker")
    first = do("add_product", name="kettle").made
    do("add_product", name=first)
    assert do("trace_product", product=first).data["name"] == "kettle"
