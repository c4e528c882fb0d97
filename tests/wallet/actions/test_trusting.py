from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wallet.actions import ACTIONS
from wallet.errors import BadInput, NoSuchEntry
from wallet.trust import Trusted, add, trusted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]

SCHOOL = "did:web:school.example"
MEI = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def undone(do: Does, result: Result) -> Result:
    assert result.undo is not None
    ACTIONS[result.undo.action].check(result.undo.arguments)
    return do(result.undo.action, **result.undo.arguments)


def test_whom_one_trusts_is_listed_and_taken_back_and_put_back(do: Does, wallet: Wallet) -> None:
    done = do("trust_issuer", did=SCHOOL, types=["Degree"], name="the school")
    assert str(done.summary) == f"{SCHOOL} is trusted for Degree"
    assert do("list_trusted").data["trusted"] == [
        {"issuer": SCHOOL, "types": ["Degree"], "name": "the school"}
    ]
    removed = undone(do, done)
    assert trusted(wallet.home) == ()
    undone(do, removed)
    assert trusted(wallet.home) == (Trusted(SCHOOL, ("Degree",), "the school"),)


def test_a_contact_is_trusted_by_name(do: Does, wallet: Wallet) -> None:
    do("add_contact", name="Mei", did=MEI)
    do("trust_issuer", did="Mei")
    assert trusted(wallet.home) == (Trusted(MEI),)


def test_the_first_says_that_trust_is_judged_from_now_on(do: Does, propose: Proposes) -> None:
    (warning,) = propose("trust_issuer", did=SCHOOL).statement.warnings
    assert "told as untrusted" in str(warning)
    do("trust_issuer", did=SCHOOL)
    assert propose("trust_issuer", did=MEI).statement.warnings == ()


def test_what_somebody_signed_is_taken_over_and_nothing_that_they_did_not(
    do: Does, propose: Proposes, wallet: Wallet, tmp_path: Path
) -> None:
    me = do("create_did", method="key", name="me").made
    add(wallet.home, Trusted(SCHOOL, ("Degree",)))
    file = str(tmp_path / "trusted.json")
    do("export_trust", output=file)
    with pytest.raises(BadInput, match="already"):
        propose("import_trust", file=file, signer=me)
    with pytest.raises(BadInput, match="not signed by"):
        propose("import_trust", file=file, signer=MEI)
    do("untrust_issuer", did=SCHOOL)
    assert do("import_trust", file=file, signer=me).data["added"][0]["issuer"] == SCHOOL
    assert trusted(wallet.home) == (Trusted(SCHOOL, ("Degree",)),)


def test_no_undo_where_it_would_take_more_than_was_given(do: Does, wallet: Wallet) -> None:
    add(wallet.home, Trusted(SCHOOL, ("Badge",)))
    assert do("trust_issuer", did=SCHOOL, types=["Degree"]).undo is None
    assert do("untrust_issuer", did=SCHOOL).undo is None
    assert trusted(wallet.home) == ()


def test_refuses_who_is_trusted_already_and_who_is_not(do: Does, propose: Proposes) -> None:
    do("trust_issuer", did=SCHOOL)
    with pytest.raises(BadInput, match="already"):
        propose("trust_issuer", did=SCHOOL)
    with pytest.raises(NoSuchEntry):
        propose("untrust_issuer", did=MEI)
    with pytest.raises(NoSuchEntry):
        propose("trust_issuer", did="nobody")
