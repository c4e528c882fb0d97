from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wallet.doctor.examined import Examined
from wallet.doctor.finding import Health
from wallet.doctor.rules import rules
from wallet.rules.rule import NeverAbove, OnlyToContacts
from wallet.rules.store import keep
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.doctor.finding import Finding
    from wallet.wallet import Wallet

ACME = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


@pytest.fixture
def examined(wallet: Wallet, home: Path) -> Examined:
    return Examined(home, wallet.vault)


def found(examined: Examined) -> list[tuple[Health, str]]:
    assert examined.vault is not None
    return [*map(told, rules(examined, examined.vault))]


def told(finding: Finding) -> tuple[Health, str]:
    return finding.result, f"{finding.sentence}; {finding.advice}"


def test_rules_that_are_understood_are_counted(wallet: Wallet, examined: Examined) -> None:
    keep(wallet.vault, NeverAbove(1))
    assert found(examined) == [(Health.OK, "rules of yours, all understood: 1; None")]


def test_a_rule_that_nobody_knows_is_named_with_how_to_remove_it(
    wallet: Wallet, examined: Examined
) -> None:
    wallet.vault.put(Kind.RULE, {"rule": "from the future"}, id="rule-12345678")
    ((health, sentence),) = found(examined)
    assert health is Health.FAIL
    assert "rule-12345678 is no rule that is known here, and forbids all" in sentence
    assert "holdfast policy remove rule-12345678" in sentence


def test_only_to_contacts_without_a_contact_is_to_be_known(
    wallet: Wallet, examined: Examined
) -> None:
    keep(wallet.vault, OnlyToContacts(("Degree",)))
    ((health, sentence),) = found(examined)
    assert health is Health.WARN
    assert "show Degree only to contacts; there is no contact" in sentence
    wallet.vault.put(Kind.CONTACT, {"name": "Acme", "did": ACME}, id="Acme")
    assert [health for health, _ in found(examined)] == [Health.OK]


def test_what_was_shown_before_and_cannot_be_read_fails(wallet: Wallet, examined: Examined) -> None:
    wallet.vault.put(Kind.DISCLOSURE, {"verifier": 7})
    assert [health for health, _ in found(examined)] == [Health.FAIL]
