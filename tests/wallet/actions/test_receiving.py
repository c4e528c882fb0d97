from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions.presentations import PRESENT_CREDENTIAL
from wallet.entries import credential, dids, holder_of
from wallet.errors import BadInput, NoSuchEntry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]

BEARER = json.dumps(
    {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/undefined-terms/v2",
        ],
        "type": ["VerifiableCredential", "Ticket"],
        "issuer": "did:web:club.example",
        "credentialSubject": {"seat": "4A"},
    }
)


@pytest.fixture(autouse=True)
def me(do: Does) -> str:
    made = str(do("create_did", method="key", name="me").made)
    do("create_did", method="key", name="other")
    return made


def test_it_is_accepted_under_a_name_with_tags(wallet: Wallet, do: Does) -> None:
    made = do("import_credential", source=BEARER, name=" Seat ", tags=["#club", "2030"])
    found = credential(wallet.index, str(made.made))
    assert (found.name, found.tags, found.holder) == ("Seat", ("club", "2030"), "")


def test_one_that_names_nobody_is_accepted_under_a_did_of_choice(
    wallet: Wallet, do: Does, propose: Proposes, me: str, tmp_path: Path
) -> None:
    proposal = propose("import_credential", source=BEARER, holder="me")
    facts = {str(label): str(value) for label, value in proposal.statement.facts}
    assert facts["Holder"] == f"me ({me})"
    assert "this credential is about none of your DIDs" not in map(str, proposal.statement.warnings)
    do("import_credential", source=BEARER, holder="me", name="Old")
    do("rename_credential", credential="Old", name="Seat")
    found = credential(wallet.index, "Seat")
    assert found.holder == me
    output = str(tmp_path / "shown.json")
    shown = do("present_credential", credential="Seat", verifier="other", output=output)
    presentation: Any = shown.data["presentation"]
    assert presentation["holder"] == me


def test_without_a_did_it_is_nobodys_to_present(wallet: Wallet, do: Does, tmp_path: Path) -> None:
    do("import_credential", source=BEARER, name="Ticket")
    assert holder_of(dids(wallet.vault), credential(wallet.index, "Ticket")) is None
    with pytest.raises(NoSuchEntry, match="none of your DIDs"):
        do(
            PRESENT_CREDENTIAL.name,
            credential="Ticket",
            verifier="other",
            output=str(tmp_path / "p"),
        )


def test_one_that_says_whom_it_is_about_is_held_by_nobody_else(do: Does, me: str) -> None:
    bound = json.loads(BEARER)
    bound["credentialSubject"]["id"] = me
    with pytest.raises(BadInput, match="says whom it is about"):
        do("import_credential", source=json.dumps(bound), holder="other")
    do("import_credential", source=json.dumps(bound))


def test_what_it_is_accepted_under_is_part_of_what_is_agreed_to(propose: Proposes) -> None:
    digests = {
        propose("import_credential", source=BEARER, **more).digest
        for more in ({}, {"name": "a"}, {"tags": ["a"]}, {"holder": "me"}, {"holder": "other"})
    }
    assert len(digests) == 5


def test_taken_in_again_it_keeps_its_tags_and_its_holder(wallet: Wallet, do: Does, me: str) -> None:
    do("import_credential", source=BEARER, holder="me", tags=["club"], name="Ticket")
    do("import_credential", source=BEARER, tags=["new"])
    found = credential(wallet.index, "Ticket")
    assert (found.tags, found.holder) == (("club", "new"), me)


@pytest.mark.parametrize("more", [{"name": "did:web:a.example"}, {"tags": ["a,b"]}])
def test_what_is_no_name_and_no_tag_is_refused(do: Does, more: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        do("import_credential", source=BEARER, **more)


def test_what_is_invalid_is_listed_as_that_once_it_was_accepted(do: Does, tmp_path: Path) -> None:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "Unsigned"],
        "issuer": "did:web:zoo.example",
        "credentialSubject": {"level": "1"},
    }
    (tmp_path / "unsigned.json").write_text(json.dumps(document))
    id_ = do("import_credential", source=str(tmp_path / "unsigned.json")).made
    listed = do("list_credentials").data["credentials"]
    assert {one["id"]: one["state"] for one in listed}[id_] == "invalid"
