from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wallet.actions import ACTIONS
from wallet.actions.consent import Answer, By, decide, run
from wallet.entries import StoredCredential, credential
from wallet.errors import BadInput
from wallet.vault.errors import RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from wallet.actions.proposal import Proposal
    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]
    Proposes = Callable[..., Proposal]


@pytest.fixture
def degree(do: Does) -> str:
    do("create_did", method="key", name="uni")
    do("create_did", method="key", name="mei")
    done = do("issue_credential", type="Degree", subject="mei", claims={"gpa": "3.9"})
    assert done.made is not None
    return done.made


def rows(do: Does, **arguments: Any) -> list[Any]:
    found: list[Any] = do("list_credentials", **arguments).data["credentials"]
    return found


def undone(do: Does, result: Result) -> Result:
    assert result.undo is not None
    return do(result.undo.action, **result.undo.arguments)


def test_a_credential_is_found_by_its_new_name_and_no_longer_by_the_old(
    do: Does, wallet: Wallet, degree: str
) -> None:
    done = do("rename_credential", credential="degree", name=" 学士学位 ")
    assert str(done.summary) == "Degree is called 学士学位 now"
    assert credential(wallet.index, "学士学位").id == degree
    assert [row["name"] for row in rows(do, filter="学士")] == ["学士学位"]
    with pytest.raises(BadInput, match="called so already"):
        do("rename_credential", credential=degree, name="学士学位")
    undone(do, done)
    assert credential(wallet.index, "Degree").id == degree


def test_an_empty_name_gives_the_type_back_and_can_be_undone(do: Does, degree: str) -> None:
    do("rename_credential", credential=degree, name="mine")
    done = do("rename_credential", credential=degree, name="")
    assert str(done.summary) == "mine is called Degree now"
    undone(do, done)
    assert [row["name"] for row in rows(do)] == ["mine"]


def test_renaming_leaves_the_received_bytes_and_the_role_as_they_are(
    do: Does, wallet: Wallet, degree: str
) -> None:
    before = credential(wallet.index, degree)
    do("rename_credential", credential=degree, name="mine")
    do("tag_credential", credential=degree, tags=["work"])
    after = credential(wallet.index, degree)
    assert (after.credential, after.role) == (before.credential, before.role)


@pytest.mark.parametrize(
    "name", ["a" * 101, "two\nlines", "\x1b[2J", "cred-0123abcd", "did:key:z6MkMe", "a\u202eb"]
)
def test_refuses_a_name_that_cannot_be_shown_or_is_somebody_elses(
    propose: Proposes, degree: str, name: str
) -> None:
    with pytest.raises(BadInput, match="name"):
        propose("rename_credential", credential=degree, name=name)


def test_says_that_another_credential_is_called_so_too(
    do: Does, propose: Proposes, degree: str
) -> None:
    other = do("issue_credential", type="Diploma", subject="mei", claims={"gpa": "1"}).made
    statement = propose("rename_credential", credential=other, name="DEGREE").statement
    assert [str(one) for one in statement.warnings] == [
        f"{degree} is called so, too: only their ids will tell them apart"
    ]


def test_tags_are_listed_found_as_words_and_filtered_by(do: Does, degree: str) -> None:
    other = do("issue_credential", type="Badge", subject="mei", claims={"a": "1"}).made
    do("tag_credential", credential=degree, tags=["#Work", "to renew", "work"])
    do("tag_credential", credential=other, tags=["homework"])
    assert [row["tags"] for row in rows(do)] == [["Work", "to renew"], ["homework"]]
    assert [row["id"] for row in rows(do, tag=["WORK"])] == [degree]
    assert [row["id"] for row in rows(do, tag=["work", "to renew"])] == [degree]
    assert rows(do, tag=["work", "homework"]) == []
    assert rows(do, tag=["held"]) == []  # which is a role
    assert [row["id"] for row in rows(do, filter="work")] == [degree, other]
    assert [row["id"] for row in rows(do, filter="degree", tag=["work"])] == [degree]
    assert rows(do, filter="badge", tag=["work"]) == []


def test_a_list_has_a_column_of_tags_only_where_there_are_any(do: Does, degree: str) -> None:
    def headings() -> list[str]:
        table = do("list_credentials").table
        assert table is not None
        return [str(heading) for heading in table.headings]

    assert "Tags" not in headings()
    do("tag_credential", credential=degree, tags=["work"])
    assert headings()[-1] == "Tags"
    assert ("Tags", "work") in [
        (str(a), b) for a, b in do("show_credential", credential=degree).facts
    ]


def test_every_tag_is_counted_once_however_it_is_spelled(
    do: Does, wallet: Wallet, degree: str
) -> None:
    other = do("issue_credential", type="Badge", subject="mei", claims={"a": "1"}).made
    do("tag_credential", credential=degree, tags=["work", "2027"])
    do("tag_credential", credential=other, tags=["Work"])
    assert wallet.index.tags() == {"2027": 1, "Work": 2}
    do("untag_credential", credential=other, tags=["WORK"])
    assert wallet.index.tags() == {"2027": 1, "work": 1}


def test_undoing_a_tag_takes_only_what_was_new(do: Does, degree: str) -> None:
    do("tag_credential", credential=degree, tags=["work"])
    done = do("tag_credential", credential=degree, tags=["Work", "home"])
    undone(do, done)
    assert rows(do)[0]["tags"] == ["work"]
    taken = do("untag_credential", credential=degree, tags=["WORK"])
    assert str(taken.summary) == "Degree has no tags now"
    undone(do, taken)
    assert rows(do)[0]["tags"] == ["work"]


def test_refuses_tags_that_are_none_too_many_or_there_already(
    do: Does, propose: Proposes, degree: str
) -> None:
    for tags in ([""], ["#"], ["a,b"], ["x" * 41], ["\x1b[0m"], ["a\x80b"]):
        with pytest.raises(BadInput, match="a tag has"):
            propose("tag_credential", credential=degree, tags=tags)
    do("tag_credential", credential=degree, tags=[f"t{n}" for n in range(20)])
    with pytest.raises(BadInput, match="at most 20"):
        propose("tag_credential", credential=degree, tags=["more"])
    with pytest.raises(BadInput, match="already"):
        propose("tag_credential", credential=degree, tags=["T1"])
    with pytest.raises(BadInput, match="no such tag"):
        propose("untag_credential", credential=degree, tags=["more"])


def test_the_same_bytes_imported_again_keep_name_and_tags(
    do: Does, wallet: Wallet, degree: str
) -> None:
    do("rename_credential", credential=degree, name="mine")
    do("tag_credential", credential=degree, tags=["work"])
    entry = credential(wallet.index, degree)
    again = StoredCredential.made(wallet.vault, entry.credential, name="", role="held")
    assert (again.id, again.name, again.tags) == (degree, "mine", ("work",))


def test_what_was_deleted_between_question_and_answer_stays_deleted(
    do: Does, propose: Proposes, wallet: Wallet, degree: str
) -> None:
    proposal = propose("rename_credential", credential=degree, name="mine")
    do("delete_credential", credential=degree)
    decision = decide(proposal, Answer(yes=True, by=By.PROMPT))
    with pytest.raises(RecordNotFound):
        run(wallet, proposal, decision)
    assert wallet.vault.count(Kind.CREDENTIAL) == 0


def test_a_tag_given_meanwhile_survives_a_new_name(
    do: Does, propose: Proposes, wallet: Wallet, degree: str
) -> None:
    proposal = propose("rename_credential", credential=degree, name="mine")
    do("tag_credential", credential=degree, tags=["work"])
    run(wallet, proposal, decide(proposal, Answer(yes=True, by=By.PROMPT)))
    assert credential(wallet.index, degree).tags == ("work",)


def test_none_of_it_is_planned() -> None:
    names = ("rename_credential", "tag_credential", "untag_credential", "undelete_credential")
    assert not any(ACTIONS[name].planned for name in names)
