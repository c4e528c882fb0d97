from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui import mentions
from tui.mentions import Mention
from tui.suggesting import suggested
from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.messages import say

if TYPE_CHECKING:
    from pathlib import Path

    from wallet.wallet import Wallet

KNOWN = (
    Mention("work", say("DID"), "did:key:z6MkwAAA"),
    Mention("Mei Lin", say("contact"), "did:key:z6MkmBBB"),
    Mention("cred-1f2e3d4c", say("credential"), "Degree cred-1f2e3d4c"),
)


def words(before: str, folder: Path) -> list[str]:
    return [choice.word for choice in suggested(before, KNOWN, "en", folder=folder)]


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("show @", ""),
        ("show @wo", "wo"),
        ("发给@mei", "mei"),
        ("@x", "x"),
        ("＠x", "x"),
        ("mail me@example", None),
        ("show @work now", None),
        ("show", None),
    ],
)
def test_finds_what_stands_after_an_at_sign(before: str, found: str | None) -> None:
    assert mentions.fragment(before) == found


def test_names_entries_by_their_words_and_by_letters_that_lie_apart(tmp_path: Path) -> None:
    assert words("show @wo", tmp_path) == ["work "]
    assert words("send it to @mln", tmp_path) == ["Mei Lin "]
    assert words("show @degree", tmp_path) == ["cred-1f2e3d4c "]
    assert words("show @nothing", tmp_path) == []
    assert set(words("@", tmp_path)) == {"work ", "Mei Lin ", "cred-1f2e3d4c "}


def test_names_files_and_goes_into_folders(tmp_path: Path) -> None:
    (tmp_path / "my papers").mkdir()
    (tmp_path / "my papers" / "diploma.json").write_bytes(b"{}")
    (tmp_path / "work.json").write_bytes(b"{}")
    (tmp_path / ".hidden").write_bytes(b"")
    (tmp_path / "evil\x1b[2J.json").write_bytes(b"")
    assert words("verify @work", tmp_path) == ["work ", "work.json "]
    assert words("verify @./my", tmp_path) == ["@./my papers/"]
    assert words("verify @./my papers/", tmp_path) == []  # a name ends at a space
    assert words(f"verify @{tmp_path}/wo", tmp_path) == [f"{tmp_path}/work.json "]
    assert words("verify @./.hi", tmp_path) == ["./.hidden "]
    assert words("verify @evil", tmp_path) == []
    assert words("verify @/nowhere/at/all", tmp_path) == []
    assert words("verify @~nobody-at-all/", tmp_path) == []


def test_a_name_in_a_command_is_one_word(tmp_path: Path) -> None:
    assert words("/pay @mei", tmp_path) == ["'Mei Lin' "]
    assert words("/pay mei", tmp_path) == ["'Mei Lin' "]
    assert words("/did show wo", tmp_path) == ["work "]
    (choice,) = suggested("/did show 工", (Mention("工作", say("DID")),), "zh", folder=tmp_path)
    assert choice.word == "工作 "


def test_a_choice_says_what_it_takes_the_place_of_and_what_it_is(tmp_path: Path) -> None:
    (choice,) = suggested("show @wo", KNOWN, "zh", folder=tmp_path)
    assert choice.place == len("@wo")
    assert choice.means == "DID did:key:z6MkwAAA"


def test_the_wallets_entries_can_be_named(wallet: Wallet) -> None:
    def do(action: str, **arguments: object) -> str | None:
        propose = ACTIONS[action].propose
        assert propose is not None
        proposal = propose(wallet, arguments)
        return run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.DIALOG))).made

    uni = do("create_did", method="key", name="uni")
    mei = do("create_did", method="key", name="mei")
    degree = do("issue_credential", type="Degree", subject="mei", claims={"a": "b"})
    do("add_contact", name="Acme", did=mei)
    assert uni is not None
    assert mei is not None
    assert degree is not None
    found = mentions.entries(wallet)
    assert [one.name for one in found] == ["uni", "mei", "Acme", "Degree"]
    assert [one.about for one in mentions.matching("degree", found)] == [f"Degree {degree}"]
    other = do("issue_credential", type="Degree", subject="mei", claims={"a": "c"})
    assert [one.name for one in mentions.entries(wallet)][3:] == [other, degree]
