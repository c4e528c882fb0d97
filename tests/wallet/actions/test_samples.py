from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from wallet.actions import ACTIONS
from wallet.entries import contacts, credentials
from wallet.errors import BadInput, NoSuchEntry
from wallet.samples import TAG
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]


@pytest.fixture
def mei(do: Does) -> str:
    made = do("create_did", method="key", name="mei").made
    do("create_did", method="key", name="later")
    assert made is not None
    return made


def records(wallet: Wallet) -> list[tuple[Kind, str]]:
    return [
        (one.kind, one.id)
        for one in wallet.vault.each()
        if one.kind is not Kind.JOURNAL and (one.kind, one.id) != (Kind.SETTING, "journal")
    ]


def test_the_sample_is_about_the_first_did_and_holds(do: Does, mei: str) -> None:
    done = do("add_sample", language="en")
    assert done.data["credential"]["credentialSubject"]["id"] == mei
    report = do("verify_credential", credential=done.made).report
    assert report is not None
    assert report.verdict is Verdict.VALID
    (row,) = do("list_credentials", tag=[TAG]).data["credentials"]
    assert (row["role"], row["issuer_name"]) == ("held", "Sample issuer")
    saved = do("present_credential", credential=done.made, verifier=mei)
    assert saved.saved is not None
    saved.saved.unlink()


def test_all_of_it_goes_in_one_step_whatever_became_of_it(
    do: Does, wallet: Wallet, mei: str
) -> None:
    before = records(wallet)
    done = do("add_sample")
    assert done.undo is not None
    do(done.undo.action, **done.undo.arguments)
    assert records(wallet) == before

    made = do("add_sample", subject=mei).made
    do("rename_credential", credential=made, name="mine")
    do("untag_credential", credential=made, tags=[TAG])
    do("rename_contact", contact=contacts(wallet.vault)[0].name, name="Somebody")
    do("delete_credential", credential=made)
    do("remove_sample")
    assert records(wallet) == before

    do("add_sample")
    do("remove_contact", contact=contacts(wallet.vault)[0].name)
    do("delete_credential", credential=credentials(wallet.vault)[0].id, now=True)
    assert do("remove_sample").data["removed"] == 0
    assert records(wallet) == before


def test_there_is_one_sample_at_a_time_and_none_without_a_did(
    do: Does, propose: Proposes, mei: str
) -> None:
    with pytest.raises(NoSuchEntry, match="no sample"):
        propose("remove_sample")
    do("add_sample", subject=mei)
    with pytest.raises(BadInput, match="already"):
        propose("add_sample")


def test_without_a_did_it_says_what_to_do_first(propose: Proposes) -> None:
    with pytest.raises(NoSuchEntry, match="no DID yet"):
        propose("add_sample")


def test_its_issuer_takes_nobodys_name(do: Does, wallet: Wallet, mei: str) -> None:
    do("add_contact", name="sample issuer", did=mei)
    do("add_sample", language="en")
    assert [one.name for one in contacts(wallet.vault)] == ["sample issuer", "Sample issuer 2"]
    do("remove_sample")
    assert [one.name for one in contacts(wallet.vault)] == ["sample issuer"]


def test_it_is_written_in_the_language_that_is_asked_for(do: Does, mei: str) -> None:
    done = do("add_sample", language="zh", subject=mei)
    assert done.data["contact"] == "示例签发者"
    assert done.data["credential"]["credentialSubject"]["grade"] == "合格"


def test_the_same_draw_makes_the_same_sample_so_that_a_yes_can_come_later(
    wallet: Wallet, mei: str
) -> None:
    still = replace(wallet, draw=bytes, clock=lambda: replace_time)
    replace_time = wallet.clock()
    propose = ACTIONS["add_sample"].propose
    assert propose is not None
    first, second = (propose(still, {"subject": mei}) for _ in range(2))
    assert first.digest == second.digest


def test_a_damaged_record_of_it_is_told_as_damage(propose: Proposes, wallet: Wallet) -> None:
    wallet.vault.put(Kind.SETTING, {"credential": 5}, id="sample")
    with pytest.raises(IntegrityError):
        propose("remove_sample")
