from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wallet.entries import credentials
from wallet.errors import BadInput
from wallet.files import LARGEST
from wallet.given import PASTED, Given, is_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]


@pytest.fixture
def degree(wallet: Wallet, do: Does) -> str:
    do("create_did", method="key", name="uni")
    do("create_did", method="key", name="mei")
    id_ = do("issue_credential", type="Degree", subject="mei", claims={"a": "b"}).made
    (stored,) = [one for one in credentials(wallet.vault) if one.id == id_]
    do("delete_credential", credential=id_, now=True)
    return stored.credential.raw.decode()


def test_a_document_stands_for_itself_and_anything_else_is_the_name_of_a_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "[a].json"
    file.write_bytes(b"{}")
    assert Given.of(' {"a": 1}\n') == Given(b'{"a": 1}', PASTED)
    assert Given.of(str(file)) == Given(b"{}", str(file))
    assert is_document(".".join(["eyJ" + "a" * 300, "b" * 40, "c" * 40]))
    assert not is_document("eyes.tar.gz")
    with pytest.raises(BadInput, match="there is no file"):
        Given.of("eyes.tar.gz")
    with pytest.raises(BadInput, match="larger than a mebibyte"):
        Given.of("{" + " " * LARGEST + "}")


def test_what_was_pasted_is_verified_and_stored_as_it_stands(
    wallet: Wallet, do: Does, propose: Proposes, degree: str
) -> None:
    assert str(do("verify_credential", credential=degree).summary) == "what you pasted: valid"
    proposal = propose("import_credential", source=degree)
    assert str(proposal.statement.title) == "Store the credential from what you pasted"
    do("import_credential", source=f"\n{degree}\n")
    (stored,) = credentials(wallet.vault)
    assert stored.credential.raw.decode() == degree
