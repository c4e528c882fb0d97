from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from did.document import Relationship
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.entries import dids, find
from wallet.errors import BadInput
from wallet.identities.looking import look_at
from wallet.identities.publication import publication
from wallet.identities.state import identities
from wallet.identities.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.result import Result
    from wallet.entries import OwnDID
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

FRIEND = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"


@pytest.fixture
def do(wallet: Wallet, monkeypatch: pytest.MonkeyPatch) -> Does:
    monkeypatch.chdir(wallet.home)  # where files to publish are written

    def done(action: str, /, **arguments: Any) -> Result:
        propose = ACTIONS[action].propose
        assert propose is not None
        proposal = propose(wallet, arguments)
        return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))

    return done


def own(wallet: Wallet, name: str) -> OwnDID:
    return find(dids(wallet.vault), name, noun="DID")


def said(changes: Any) -> list[str]:
    return [f"{label}: {value}" for label, value in changes]


def test_each_change_on_the_chain_is_an_event_with_its_block_time_and_transaction(
    wallet: Wallet, do: Does
) -> None:
    do("create_did", method="ethr", name="work")
    assert timeline(wallet, own(wallet, "work")) == ()
    published = do("publish_did", did="work").data
    do("add_service", did="work", endpoint="https://example.com")
    do("add_delegate", did="work", account=FRIEND, days=3)
    do("remove_service", did="work", service="https://example.com")

    events = timeline(wallet, own(wallet, "work"))

    assert [event.block for event in events] == [1, 2, 3, 4]
    assert events[0].transaction == published["transaction"]
    assert events[0].version == str(published["block"])
    assert abs((wallet.clock() - events[0].at).total_seconds()) < 3600
    assert said(events[0].changes)[0].startswith("Adds: key #delegate-1: Multikey z6Mk")
    assert said(events[1].changes) == [
        "Adds: service #service-1: LinkedDomains https://example.com"
    ]
    assert FRIEND in said(events[2].changes)[0]
    assert said(events[3].changes)[0].startswith("Removes: service #service-1")
    assert (
        events[-1].document == wallet.resolver.resolve(own(wallet, "work").did).require().to_json()
    )


def test_the_last_event_of_a_did_given_up_takes_all_its_keys_away(wallet: Wallet, do: Does) -> None:
    do("create_did", method="ethr", name="work")
    do("publish_did", did="work")
    do("deactivate_did", did="work")

    last = timeline(wallet, own(wallet, "work"))[-1]

    assert any(line.startswith("Removes: key #controller") for line in said(last.changes))
    (shown,) = identities(wallet)
    assert (str(shown.state), shown.can_change) == ("deactivated", False)


def test_the_entries_of_a_log_are_the_events_of_a_did_webvh(wallet: Wallet, do: Does) -> None:
    do("create_did", method="webvh", name="shop", address="example.com")
    first = own(wallet, "shop")

    (event,) = timeline(wallet, first)

    assert event.version.startswith("1-Qm")
    assert event.transaction is None
    assert any(line.startswith("Adds: key #z6Mk") for line in said(event.changes))


def test_a_did_that_is_its_own_document_has_no_past(wallet: Wallet, do: Does) -> None:
    do("create_did", method="key", name="me")
    assert timeline(wallet, own(wallet, "me")) == ()


def test_keys_say_what_they_are_for_and_where_the_wallet_has_them(wallet: Wallet, do: Does) -> None:
    do("create_did", method="ethr", name="work")
    before = look_at(wallet, own(wallet, "work")).keys
    assert [(key.name, str(key.place)) for key in before] == [
        ("#controller", "m/44'/60'/0'/0/0 of the recovery phrase"),
        ("", "m/6580580'/1'/0'/0' of the recovery phrase"),
    ]
    do("publish_did", did="work")
    do("add_delegate", did="work", account=FRIEND, days=3)

    look = look_at(wallet, own(wallet, "work"))

    controller, signing, friend = look.keys
    assert look.problem is None
    assert (signing.name, signing.algorithm, str(signing.use)) == (
        "#delegate-1",
        "Ed25519",
        "signs",
    )
    assert signing.purposes == (Relationship.AUTHENTICATION, Relationship.ASSERTION_METHOD)
    assert str(controller.use) == "controls the DID, and pays"
    assert (str(friend.place), friend.use) == ("not in this wallet", None)


@pytest.mark.parametrize(
    ("method", "count"), [("key", 1), ("jwk", 1), ("peer", 1), ("pkh", 1), ("web", 1), ("webvh", 2)]
)
def test_the_keys_of_every_method_are_found(
    wallet: Wallet, do: Does, method: str, count: int
) -> None:
    address = {"address": "example.com"} if method.startswith("web") else {}
    do("create_did", method=method, name="one", **address)
    (one,) = identities(wallet)
    keys = [key for key in look_at(wallet, one.own).keys if key.use is not None]
    places = {str(key.place) for key in keys}
    assert len(places) == count
    assert all("recovery phrase" in place for place in places)


def test_what_cannot_be_resolved_is_shown_as_the_wallet_keeps_it_with_the_reason(
    wallet: Wallet, do: Does
) -> None:
    do("create_did", method="web", name="shop", address="localhost")
    look = look_at(wallet, own(wallet, "shop"))
    assert look.problem is not None
    assert look.json == own(wallet, "shop").kept["document"]


def test_publishing_says_what_others_find_now_what_then_and_at_what_cost(
    wallet: Wallet, do: Does
) -> None:
    do("create_did", method="ethr", name="work")

    coming = publication(wallet, own(wallet, "work"))

    assert coming.cost > 0
    assert coming.published is not None
    assert said(coming.changes)[0].startswith("Adds: key #delegate-1: Multikey z6Mk")
    do("publish_did", did="work")
    assert look_at(wallet, own(wallet, "work")).json == coming.wanted


def test_publishing_a_file_compares_it_with_what_stands_on_the_web(
    wallet: Wallet, do: Does
) -> None:
    do("create_did", method="web", name="shop", address="localhost")
    coming = publication(wallet, own(wallet, "shop"))
    assert (coming.published, coming.cost) == (None, 0)
    assert coming.wanted == own(wallet, "shop").kept["document"]
    assert any("Adds: key #z6Mk" in line for line in said(coming.changes))


def test_what_is_its_own_document_cannot_be_published(wallet: Wallet, do: Does) -> None:
    do("create_did", method="key", name="me")
    with pytest.raises(BadInput, match="needs no publishing"):
        publication(wallet, own(wallet, "me"))


def test_a_list_says_what_each_did_is_for(wallet: Wallet, do: Does) -> None:
    do("create_did", method="key", name="me")
    do("set_memory", about="did", words=["issuing", "me"])
    (one,) = identities(wallet)
    assert (one.purposes, str(one.state), one.can_change) == (
        ("issuing",),
        "needs no publishing",
        False,
    )


def test_a_did_is_renamed_and_called_back(wallet: Wallet, do: Does) -> None:
    do("create_did", method="key", name="me")
    do("create_did", method="key", name="work")

    renamed = do("rename_did", did="me", name="myself")

    assert own(wallet, "myself").name == "myself"
    assert renamed.undo is not None
    do(renamed.undo.action, **renamed.undo.arguments)
    assert own(wallet, "me").name == "me"
    with pytest.raises(BadInput, match="already called 'work'"):
        do("rename_did", did="me", name="Work")
    with pytest.raises(BadInput, match="at least one character"):
        do("rename_did", did="me", name=" ")
    with pytest.raises(BadInput, match="called so already"):
        do("rename_did", did="me", name="me")
