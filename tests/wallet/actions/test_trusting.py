from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from tests.wallet.credentials.mdoc.issuer import Authority, der, new_key, pem
from wallet.actions import ACTIONS
from wallet.errors import BadInput, NoSuchEntry
from wallet.people import issuers
from wallet.trust import Trusted, add, trust_rule, trusted, trusted_roots
from wallet.verify.policy import AnyOf, TrustedIssuers

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


@pytest.fixture
def root(tmp_path: Path) -> tuple[str, str]:
    """A file with the certificate of a root, and its fingerprint."""
    made = Authority().root
    file = tmp_path / "root.pem"
    file.write_bytes(pem(made))
    return str(file), hashlib.sha256(der(made)).hexdigest()


def test_a_root_is_shown_before_the_yes_and_listed_after_it(
    do: Does, propose: Proposes, root: tuple[str, str]
) -> None:
    file, fingerprint = root
    statement = propose("trust_issuer", x509=file, name="Utopia").statement
    facts = {str(label): str(value) for label, value in statement.facts}
    assert facts["SHA-256"] == fingerprint
    assert facts["Subject"] == "CN=Utopia IACA,C=UT"
    assert facts["Valid from"] < facts["Valid until"]
    assert "compare its SHA-256" in str(statement.warnings[0])
    do("trust_issuer", x509=file, name="Utopia", types=["org.iso.18013.5.1.mDL"])
    (listed,) = do("list_trusted").data["roots"]
    assert (listed["fingerprint"], listed["name"]) == (fingerprint, "Utopia")
    assert listed["types"] == ["org.iso.18013.5.1.mDL"]


def test_a_root_is_taken_back_and_put_back(do: Does, wallet: Wallet, root: tuple[str, str]) -> None:
    file, fingerprint = root
    done = do("trust_issuer", x509=file, name="Utopia", types=["mDL"])
    before = trusted_roots(wallet.home)
    removed = undone(do, done)
    assert trusted_roots(wallet.home) == ()
    again = undone(do, removed)
    assert trusted_roots(wallet.home) == before
    undone(do, again)
    assert trusted_roots(wallet.home) == ()
    do("trust_issuer", x509=file, name="Utopia")
    do("untrust_issuer", did=fingerprint[:8])
    do("trust_issuer", x509=file, name="Utopia")
    do("untrust_issuer", did=":".join(re.findall("..", fingerprint.upper())))
    do("trust_issuer", x509=file, name="Utopia")
    do("untrust_issuer", did="Utopia")
    assert trusted_roots(wallet.home) == ()


def test_a_root_leaves_issuers_by_did_as_they_were(
    do: Does, wallet: Wallet, root: tuple[str, str]
) -> None:
    do("trust_issuer", x509=root[0])
    assert trust_rule(wallet.home) is None
    do("trust_issuer", did=SCHOOL)
    assert (trusted(wallet.home), len(trusted_roots(wallet.home))) == ((Trusted(SCHOOL),), 1)
    do("untrust_issuer", did=SCHOOL)
    assert trust_rule(wallet.home) is not None
    assert len(trusted_roots(wallet.home)) == 1


def test_no_root_is_trusted_twice_or_is_what_may_issue_nothing(
    do: Does, propose: Proposes, root: tuple[str, str], tmp_path: Path
) -> None:
    do("trust_issuer", x509=root[0])
    with pytest.raises(BadInput, match="already"):
        propose("trust_issuer", x509=root[0])
    with pytest.raises(BadInput, match="not by both"):
        propose("trust_issuer", x509=root[0], did=SCHOOL)
    with pytest.raises(NoSuchEntry):
        propose("untrust_issuer", did="00000000")
    authority, wrong = Authority(), tmp_path / "wrong.pem"
    for data in (
        b"",
        b"no certificate",
        pem(authority.signer(new_key())),
        pem(authority.root) * 2,
        pem(authority.root).replace(b"M", b"N", 3),
        bytes(100_000),
    ):
        wrong.write_bytes(data)
        with pytest.raises(BadInput, match="it is no root"):
            propose("trust_issuer", x509=str(wrong))


def test_two_roots_of_one_name_are_told_apart_by_their_fingerprints(
    do: Does, propose: Proposes, wallet: Wallet
) -> None:
    for authority in (Authority(), Authority()):
        do("trust_issuer", x509=pem(authority.root).decode(), name="Utopia")
    with pytest.raises(BadInput, match="more than one root"):
        propose("untrust_issuer", did="Utopia")
    first, second = trusted_roots(wallet.home)
    do("untrust_issuer", did=first.fingerprint)
    assert trusted_roots(wallet.home) == (second,)


def test_a_screen_lists_roots_behind_issuers_and_takes_them_out_by_what_it_lists(
    do: Does, wallet: Wallet, root: tuple[str, str]
) -> None:
    do("trust_issuer", x509=root[0])
    do("trust_issuer", did=SCHOOL, name="the school")
    named, unnamed = issuers(wallet)
    assert (named.name, unnamed.name) == ("the school", "CN=Utopia IACA,C=UT")
    do("untrust_issuer", did=unnamed.entry.issuer)
    assert [one.name for one in issuers(wallet)] == ["the school"]


ADDRESS = "https://pid.utopia.example/issuer"


def test_an_issuer_that_an_address_names_is_trusted_letter_by_letter(
    do: Does, wallet: Wallet
) -> None:
    done = do("trust_issuer", did=ADDRESS, types=["urn:eudi:pid:1"])
    assert trusted(wallet.home) == (Trusted(ADDRESS, ("urn:eudi:pid:1",)),)
    assert [one.entry.issuer for one in issuers(wallet)] == [ADDRESS]
    rule = trust_rule(wallet.home)
    assert isinstance(rule, AnyOf)
    (named,) = rule.rules
    assert isinstance(named, TrustedIssuers)
    assert named.issuers == {ADDRESS}
    undone(do, undone(do, done))
    assert trusted(wallet.home) == (Trusted(ADDRESS, ("urn:eudi:pid:1",)),)


@pytest.mark.parametrize(
    "named",
    [
        "http://pid.utopia.example",
        "https://",
        "https://me@pid.utopia.example",
        f"{ADDRESS}?a=b",
        f"{ADDRESS}#key-1",
        "https://[::1",
        "ftp://pid.utopia.example",
        "x://did:web:school.example",
    ],
)
def test_nobody_is_trusted_by_an_address_that_is_no_issuers(
    do: Does, wallet: Wallet, named: str
) -> None:
    with pytest.raises(BadInput, match="nobody issues by the name"):
        do("trust_issuer", did=named)
    assert trusted(wallet.home) == ()
