"""Status lists of one's own: begun, given out, set, cleared and published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from did.base_encodings import decode_base64url
from did.errors import NotFound
from wallet.credentials.formats.data_integrity import TOKENS_ALONE
from wallet.errors import BadInput, NoSuchEntry
from wallet.status_lists import status_lists
from wallet.statuses_seen import remember, statuses_seen
from wallet.verify.pipeline import verify
from wallet.verify.report import Report, Verdict
from wallet.verify.sources import Body, Sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

URL = "https://school.example/status/1"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def judged(wallet: Wallet, folder: Path) -> Callable[[], Report]:
    """The report on the credential `Pass`, the list being published as `list`."""

    def get(url: str, /, *, accept: str = "*/*") -> Body:
        del accept
        if url != URL:
            raise NotFound("nothing there")
        return Body((folder / "list").read_bytes())

    def judge() -> Report:
        return verify(
            (folder / "pass").read_bytes(), sources=Sources(wallet.resolver, get), at=wallet.clock()
        )

    return judge


def begin(
    do: Does, folder: Path, format_: str = "di", *, algorithm: str = "Ed25519", **options: Any
) -> None:
    """A list, and a credential that points to it."""
    do("create_did", method="key", name="school", algorithm=algorithm)
    output = str(folder / "list")
    do("create_status_list", name="passes", url=URL, issuer="school", output=output, **options)
    do(
        "issue_credential",
        type="Pass",
        subject="school",
        issuer="school",
        claims={"level": "1"},
        status=["passes"],
        format=format_,
    )
    do("show_credential", credential="Pass", output=str(folder / "pass"))


@pytest.mark.parametrize(
    ("format_", "kind"),
    [("di", "bitstring"), ("jwt", "bitstring"), ("jwt", "token"), ("jwt-vc", "bitstring")],
)
def test_a_credential_is_revoked_and_brought_back_by_the_published_list(
    wallet: Wallet,
    do: Does,
    folder: Path,
    judged: Callable[[], Report],
    format_: str,
    kind: str,
) -> None:
    begin(do, folder, format_, kind=kind)
    output = str(folder / "list")
    assert judged().verdict is Verdict.VALID
    do("revoke_credential", credential="Pass", output=output)
    assert judged().verdict is Verdict.REVOKED
    assert do("list_status_lists").data["status_lists"][0]["set"] == 1
    assert do("list_credentials").data["credentials"][0]["state"] == "revoked"
    assert do("show_credential", credential="Pass").data["state"] == "revoked"
    do("reinstate_credential", credential="Pass", output=output)
    assert judged().verdict is Verdict.VALID
    assert do("list_credentials").data["credentials"][0]["state"] == "in force"
    (kept,) = status_lists(wallet.vault)
    assert list(kept.taken) == [do("list_credentials").data["credentials"][0]["id"]]


@pytest.mark.parametrize(
    ("format_", "kind"), [("di", "bitstring"), ("jwt", "bitstring"), ("jwt", "token")]
)
def test_whoever_holds_it_remembers_what_was_seen_until_something_else_is(
    wallet: Wallet,
    do: Does,
    folder: Path,
    judged: Callable[[], Report],
    format_: str,
    kind: str,
) -> None:
    begin(do, folder, format_, kind=kind)
    output, held, now = str(folder / "list"), "cred-of-the-holder", wallet.clock()
    action = "suspend_credential" if kind == "token" else "revoke_credential"
    do(action, credential="Pass", output=output)
    remember(wallet.vault, held, judged(), now)
    found = statuses_seen(wallet.vault)[held]
    assert found.status == ("suspended" if kind == "token" else "revoked")
    assert found.at == now.replace(microsecond=0)
    published = (folder / "list").read_bytes()
    (folder / "list").write_bytes(b"nothing of a list")
    remember(wallet.vault, held, judged(), now)
    assert held in statuses_seen(wallet.vault)  # it could not be found out
    (folder / "list").write_bytes(published)
    do("reinstate_credential", credential="Pass", output=output)
    remember(wallet.vault, held, judged(), now)
    assert held not in statuses_seen(wallet.vault)


@pytest.mark.parametrize("algorithm", sorted(TOKENS_ALONE))
@pytest.mark.parametrize("kind", ["bitstring", "token"])
def test_a_list_by_a_key_that_no_suite_signs_with_is_a_token(
    do: Does, folder: Path, judged: Callable[[], Report], algorithm: str, kind: str
) -> None:
    begin(do, folder, "jwt", algorithm=algorithm, kind=kind)
    header = decode_base64url((folder / "list").read_text("ascii").partition(".")[0])
    assert json.loads(header)["alg"] == TOKENS_ALONE[algorithm]
    assert judged().verdict is Verdict.VALID
    do("revoke_credential", credential="Pass", output=str(folder / "list"))
    assert judged().verdict is Verdict.REVOKED


def test_a_suspension_is_told_from_a_revocation(
    do: Does, folder: Path, judged: Callable[[], Report]
) -> None:
    begin(do, folder, purpose="suspension")
    with pytest.raises(NoSuchEntry, match="revocation"):
        do("revoke_credential", credential="Pass", output=str(folder / "list"))
    do("suspend_credential", credential="Pass", output=str(folder / "list"))
    (found,) = [check for check in judged().checks if check.name == "status"]
    assert found.code == "suspended"


def test_a_message_is_set_for_a_credential(
    do: Does, folder: Path, judged: Callable[[], Report]
) -> None:
    messages = ["packed", "on its way", "lost", "delivered"]
    begin(do, folder, purpose="message", messages=messages)
    do("set_status", credential="Pass", value="2", list="passes", output=str(folder / "list"))
    (found,) = [check for check in judged().checks if check.name == "status"]
    assert "lost" in str(found.sentence)
    assert judged().verdict is Verdict.VALID
    with pytest.raises(BadInput, match="no value"):
        do("set_status", credential="Pass", value="٢", list="passes")


def test_indices_are_drawn_and_never_given_twice(wallet: Wallet, do: Does, folder: Path) -> None:
    begin(do, folder)
    for number in range(5):
        do(
            "issue_credential",
            type=f"Pass {number}",
            subject="school",
            issuer="school",
            claims={"level": "1"},
            status=["passes"],
        )
    (kept,) = status_lists(wallet.vault)
    indices = list(kept.taken.values())
    assert len(set(indices)) == len(indices) == 6
    assert indices != sorted(indices) or indices[0] != 0


def test_a_list_never_takes_the_place_of_another_file(do: Does, folder: Path) -> None:
    (folder / "list").write_text(json.dumps({"id": "https://other.example/list"}))
    do("create_did", method="key", name="school")
    with pytest.raises(BadInput, match="exists already"):
        do(
            "create_status_list",
            name="passes",
            url=URL,
            issuer="school",
            output=str(folder / "list"),
        )


def test_a_list_is_named_and_addressed_once(do: Does, folder: Path) -> None:
    begin(do, folder)
    for name, url in (("passes", "https://a.example/2"), ("others", URL)):
        with pytest.raises(BadInput, match="already"):
            do("create_status_list", name=name, url=url)
    for url in ("http://a.example/1", "ftp://a.example", "passes", "https://a b"):
        with pytest.raises(BadInput):
            do("create_status_list", name="more", url=url)


def test_a_credential_without_a_place_cannot_be_taken_back(do: Does, folder: Path) -> None:
    begin(do, folder)
    do("issue_credential", type="Card", subject="school", issuer="school", claims={"level": "1"})
    with pytest.raises(NoSuchEntry, match="no status list for revocation"):
        do("revoke_credential", credential="Card")
    with pytest.raises(NoSuchEntry, match="neither"):
        do("reinstate_credential", credential="Pass")
    with pytest.raises(BadInput, match="no status list"):
        do(
            "issue_credential",
            type="Card",
            subject="school",
            issuer="school",
            claims={"level": "1"},
            status=["others"],
        )


def test_a_credential_that_cannot_point_to_such_a_list_is_not_issued(
    do: Does, folder: Path
) -> None:
    begin(do, folder, "jwt", kind="token")
    for format_ in ("di", "vcdm1"):
        with pytest.raises(BadInput, match="cannot point"):
            do(
                "issue_credential",
                type="Card",
                subject="school",
                issuer="school",
                claims={"level": "1"},
                status=["passes"],
                format=format_,
            )


def test_a_list_of_another_issuer_is_refused_for_it_would_not_be_believed(
    do: Does, folder: Path
) -> None:
    begin(do, folder)
    do("create_did", method="key", name="other")
    with pytest.raises(BadInput, match="is by did:key"):
        do(
            "issue_credential",
            type="Card",
            subject="school",
            issuer="other",
            claims={"level": "1"},
            status=["passes"],
        )
