from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result

    Proposes = Callable[..., Proposal]
    Does = Callable[..., Result]

ACME = "did:pkh:eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
EVE = "did:pkh:eip155:1:0x52908400098527886E0F7030069857D2E4169EE7"
DOUBLE = "\u0410cme"


@pytest.mark.parametrize("name", [EVE, "did:web:acme.example", EVE.rpartition(":")[2]])
def test_a_contact_is_not_called_by_what_names_somebody_already(
    propose: Proposes, name: str
) -> None:
    with pytest.raises(BadInput, match="is no name"):
        propose("add_contact", name=name, did=ACME)


def test_says_so_where_a_new_contact_looks_like_another(propose: Proposes, do: Does) -> None:
    do("add_contact", name="Acme", did=ACME)
    (warning,) = propose("add_contact", name=DOUBLE, did=EVE).statement.warnings
    assert str(warning) == f"{DOUBLE} looks like another contact of yours, Acme, who is {ACME}"
    assert propose("add_contact", name="Bob", did=EVE).statement.warnings == ()


def test_says_so_wherever_the_double_is_to_get_something(propose: Proposes, do: Does) -> None:
    for name, method in (("school", "key"), ("me", "key"), ("purse", "ethr")):
        do("create_did", name=name, method=method)
    for name, did in (("Acme", ACME), (DOUBLE, EVE)):
        do("add_contact", name=name, did=did)
    held = do("issue_credential", type="A", subject="me", issuer="school", claims={"a": "b"}).made
    for proposal in (
        propose("send_payment", to=DOUBLE, amount="1"),
        propose("present_credential", credential=held, verifier=DOUBLE),
        propose("request_presentation", holder=DOUBLE, type="A"),
        propose("issue_credential", type="A", subject=DOUBLE, claims={"a": "b"}),
    ):
        warned = f"{DOUBLE} looks like another contact of yours, Acme, who is {ACME}"
        assert warned in map(str, proposal.statement.warnings), proposal.action
        assert EVE.rpartition(":")[2] in str(proposal.statement.facts), proposal.action
