from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.moment import Moment
from wallet.actions.stepping import after, filled
from wallet.errors import Ambiguous, BadInput, NoSuchEntry
from wallet.pending import (
    LIFETIME,
    MOST,
    PendingPlan,
    PlannedStep,
    forget,
    keep,
    pending,
    pending_plan,
)
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.wallet import Wallet

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def plan(digest: str = "ab" * 32, at: datetime = NOW) -> PendingPlan:
    steps = (PlannedStep("create_did", {"name": "work"}), PlannedStep("list_dids", {}))
    return PendingPlan(digest, steps, ["Create it", [["Name", "work"]], ["mind"]], at, b"s" * 32)


def test_a_plan_is_kept_whole(wallet: Wallet) -> None:
    keep(wallet.vault, plan())
    assert pending(wallet.vault, NOW) == (plan(),)
    assert pending_plan(wallet.vault, "ABABABAB", NOW) == plan()
    assert "sss" not in repr(plan())


def test_a_plan_waits_for_a_day_and_is_gone_then(wallet: Wallet) -> None:
    keep(wallet.vault, plan())
    assert pending(wallet.vault, NOW + LIFETIME - timedelta(seconds=1)) == (plan(),)
    assert pending(wallet.vault, NOW + LIFETIME) == ()
    with pytest.raises(NoSuchEntry, match="no plan waits"):
        pending_plan(wallet.vault, "ab" * 32, NOW + LIFETIME)
    keep(wallet.vault, plan("cd" * 32, NOW + LIFETIME))
    assert wallet.vault.count(Kind.PENDING) == 1


def test_a_clock_that_was_set_back_brings_no_plan_to_life(wallet: Wallet) -> None:
    keep(wallet.vault, plan())
    assert pending(wallet.vault, NOW - timedelta(seconds=1)) == ()


def test_the_oldest_of_too_many_gives_way(wallet: Wallet) -> None:
    for number in range(MOST + 2):
        keep(wallet.vault, plan(f"{number:064x}", NOW + timedelta(seconds=number)))
    left = pending(wallet.vault, NOW + timedelta(minutes=1))
    assert [int(one.digest, 16) for one in left] == list(range(2, MOST + 2))


def test_a_digest_is_told_from_what_is_none_and_from_several(wallet: Wallet) -> None:
    keep(wallet.vault, plan("ab" * 32))
    keep(wallet.vault, plan("ab" * 31 + "cd"))
    for text in ("abababa", "", "the first one", "ab" * 33, "٣" * 8):
        with pytest.raises(BadInput, match="no digest"):
            pending_plan(wallet.vault, text, NOW)
    with pytest.raises(Ambiguous):
        pending_plan(wallet.vault, "ab" * 31, NOW)


def test_a_plan_is_answered_once(wallet: Wallet) -> None:
    keep(wallet.vault, plan())
    forget(wallet.vault, plan())
    with pytest.raises(NoSuchEntry, match="answered meanwhile"):
        forget(wallet.vault, plan())


@pytest.mark.parametrize(
    "change",
    [
        {"steps": []},
        {"steps": [{"action": "x"}]},
        {"at": "soon"},
        {"at": "2026-01-01T00:00:00"},
        {"seed": "xyz"},
        {"statement": "yes"},
        {"statement": [1]},
    ],
)
def test_a_record_that_cannot_be_read_is_damage(wallet: Wallet, change: dict[str, Any]) -> None:
    wallet.vault.put(Kind.PENDING, {**plan().body(), **change}, id="ab" * 32)
    with pytest.raises(IntegrityError, match="pending plan"):
        pending(wallet.vault, NOW)


def test_what_an_earlier_step_made_is_put_where_an_entry_is_wanted_alone() -> None:
    add, publish = ACTIONS["add_contact"], ACTIONS["publish_did"]
    assert filled(publish, {"did": "$1"}, ["did:x:1"]) == {"did": "did:x:1"}
    assert filled(publish, {"did": "$2"}, ["did:x:1", None]) == {"did": "$2"}
    assert filled(add, {"name": "$1", "did": "$1"}, ["did:x:1"]) == {"name": "$1", "did": "$1"}


def test_the_steps_that_are_left_are_counted_anew() -> None:
    steps = [
        PlannedStep("create_did", {"name": "a"}),
        PlannedStep("create_did", {"name": "b"}),
        PlannedStep("publish_did", {"did": "$1"}),
        PlannedStep("publish_did", {"did": "$2"}),
    ]
    left = after(steps, ["did:x:a"], ACTIONS)
    assert [dict(step.arguments) for step in left] == [
        {"name": "b"},
        {"did": "did:x:a"},
        {"did": "$1"},
    ]


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("present_credential", {"credential": "Degree", "verifier": ACME}),
        ("request_presentation", {"holder": ACME, "type": "Degree"}),
        (
            "issue_credential",
            {"type": "Pass", "subject": "mei", "issuer": "mei", "claims": {"zone": "A"}},
        ),
        ("create_did", {"name": "work"}),
    ],
)
def test_the_same_moment_comes_to_the_same_digest_and_another_does_not(
    wallet: Wallet, do: Any, action: str, arguments: dict[str, Any]
) -> None:
    do("create_did", method="key", name="mei")
    do("issue_credential", type="Degree", subject="mei", issuer="mei", claims={"gpa": "3.9"})
    propose = ACTIONS[action].propose
    assert propose is not None

    def digest(moment: Moment) -> str:
        with moment.held(wallet) as held:
            return propose(held, arguments).digest

    moment = Moment.of(wallet)
    assert digest(moment) == digest(Moment(moment.at, moment.seed))
    if "presentation" in action or "present" in action:
        assert digest(moment) != digest(Moment(moment.at, b"other" + moment.seed[5:]))


def test_what_is_done_after_the_moment_is_done_in_its_own_time(wallet: Wallet) -> None:
    moment = Moment(NOW - timedelta(hours=5), b"s" * 32)
    with moment.held(wallet) as held:
        assert held.clock() == moment.at
        first, second = held.draw(32), held.draw(32)
        assert first != second
    assert held.clock() != moment.at
    assert held.draw(32) not in {first, second}
    with moment.held(wallet) as again:
        assert (again.draw(32), again.draw(32)) == (first, second)
