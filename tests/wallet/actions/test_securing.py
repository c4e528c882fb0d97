"""Credentials and presentations secured in every way there is, as a verifier sees them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from wallet.actions.incoming import incoming
from wallet.actions.securing import SUITES, mechanism
from wallet.credentials.errors import CredentialError
from wallet.errors import BadInput
from wallet.given import Given
from wallet.judging import Asked, Judge
from wallet.recognizing import What
from wallet.verify.report import Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wallet.actions.result import Result
    from wallet.wallet import Wallet

    Does = Callable[..., Result]

WAYS = [
    ("Ed25519", None, None, "eddsa-rdfc-2022"),
    ("Ed25519", None, "eddsa-jcs-2022", "eddsa-jcs-2022"),
    ("P-256", None, None, "ecdsa-rdfc-2019"),
    ("P-256", "di", "ecdsa-jcs-2019", "ecdsa-jcs-2019"),
    ("Ed25519", "jwt", None, "EdDSA"),
    ("P-256", "jwt", None, "ES256"),
    ("secp256k1", None, None, "ES256K"),
    ("Ed25519", "cose", None, "cose EdDSA"),
    ("P-256", "cose", None, "cose ES256"),
    ("P-384", "cose", None, "cose ES384"),
    ("P-521", None, None, "ES512"),
    ("P-521", "jwt-vc", None, "ES512"),
    ("P-521", "cose", None, "cose ES512"),
    ("Ed25519", "jwt-vc", None, "EdDSA"),
    ("secp256k1", "jwt-vc", None, "ES256K"),
    ("Ed25519", "vcdm1", None, "Ed25519Signature2020"),
    ("Ed25519", "vcdm1", "Ed25519Signature2018", "Ed25519Signature2018"),
    ("P-256", "vcdm1", None, "JsonWebSignature2020"),
    ("secp256k1", "vcdm1", "EthereumEip712Signature2021", "EthereumEip712Signature2021"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judged(wallet: Wallet, data: bytes, **asked: str) -> Report:
    with Judge(Asked(wallet.home, **asked), clock=wallet.clock) as judge:  # type: ignore[arg-type]
        return judge(data)


@pytest.mark.parametrize(("algorithm", "format_", "suite", "secured"), WAYS)
def test_what_is_issued_and_presented_in_any_way_is_valid(
    wallet: Wallet,
    do: Does,
    folder: Path,
    algorithm: str,
    format_: str | None,
    suite: str | None,
    secured: str,
) -> None:
    for name in ("school", "mei"):
        do("create_did", method="key", name=name, algorithm=algorithm)
    chosen = {
        name: value for name, value in (("format", format_), ("suite", suite)) if value is not None
    }
    do(
        "issue_credential",
        type="University Degree",
        subject="mei",
        issuer="school",
        claims={"degree": "BSc"},
        **chosen,
    )
    do("show_credential", credential="University Degree", output=str(folder / "degree"))
    credential = (folder / "degree").read_bytes()
    report = judged(wallet, credential)
    assert report.verdict is Verdict.VALID, [str(check.sentence) for check in report.checks]
    assert report.facts[0].secured == (secured,)
    assert report.facts[0].claims == ("degree",)
    shown = do(
        "present_credential",
        credential="University Degree",
        verifier="school",
        challenge="dT0x9Q",
        domain="shop.example",
        output=str(folder / "shown"),
        **chosen,
    )
    assert shown.saved is not None
    presentation = (folder / "shown").read_bytes()
    report = judged(wallet, presentation, challenge="dT0x9Q", domain="shop.example")
    assert report.verdict is Verdict.VALID, [str(check.sentence) for check in report.checks]
    assert [facts.secured for facts in report.facts] == [(secured,), (secured,)]
    assert judged(wallet, presentation, challenge="other").verdict is Verdict.INVALID


def test_a_credential_that_is_a_jwt_is_kept_as_it_was_received(do: Does, folder: Path) -> None:
    do("create_did", method="key", name="school")
    issued = do(
        "issue_credential",
        type="Pass",
        subject="school",
        issuer="school",
        claims={"level": "1"},
        format="jwt",
    )
    token = issued.data["credential"]
    assert token.count(".") == 2
    (folder / "pass.jwt").write_text(token)
    do("delete_credential", credential="Pass")
    again = do("import_credential", source=str(folder / "pass.jwt"))
    assert again.data["id"] == issued.data["id"]


def test_a_credential_signed_in_cbor_is_kept_as_text_whichever_way_it_came(
    do: Does, wallet: Wallet, folder: Path
) -> None:
    do("create_did", method="key", name="school")
    issued = do(
        "issue_credential",
        type="Pass",
        subject="school",
        issuer="school",
        claims={"level": "1"},
        format="cose",
    )
    text = issued.data["credential"]
    cbor = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for name, data in (("cbor", cbor), ("base64", base64.b64encode(cbor)), ("url", text.encode())):
        do("delete_credential", credential=issued.data["id"])
        (folder / name).write_bytes(data)
        assert judged(wallet, data).verdict is Verdict.VALID
        assert incoming(str(folder / name)).what.kind is What.CREDENTIAL
        again = do("import_credential", source=str(folder / name))
        assert again.data["id"] == issued.data["id"]
    assert Given.of(text).raw == text.encode()


def test_a_token_status_list_is_for_no_credential_signed_in_cbor(do: Does) -> None:
    do("create_did", method="key", name="school")
    where = "https://school.example/1"
    do("create_status_list", name="passes", url=where, issuer="school", kind="token")
    with pytest.raises(BadInput, match="cannot point"):
        do(
            "issue_credential",
            type="Pass",
            subject="school",
            issuer="school",
            claims={"level": "1"},
            format="cose",
            status=["passes"],
        )


def test_a_format_that_cannot_hold_the_credential_is_refused(do: Does) -> None:
    do("create_did", method="key", name="school")
    for format_, other in (("jwt-vc", "di"), ("di", "vcdm1")):
        do(
            "issue_credential",
            type=f"Pass {format_}",
            subject="school",
            issuer="school",
            claims={"level": "1"},
            format=format_,
        )
        with pytest.raises(BadInput):
            do(
                "present_credential",
                credential=f"Pass {format_}",
                verifier="school",
                format=other,
            )


@pytest.mark.parametrize(
    ("format_", "suite"),
    [("jwt", "eddsa-jcs-2022"), ("di", "Ed25519Signature2020"), ("paper", None), ("di", "rsa")],
)
def test_what_does_not_go_together_is_refused(format_: str, suite: str | None) -> None:
    with pytest.raises(BadInput):
        mechanism(format_, suite, "Ed25519")


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_alone_says_its_format(suite: str) -> None:
    assert mechanism(None, suite, "Ed25519").suite == suite


def test_a_key_that_a_suite_does_not_sign_with_is_refused(do: Does) -> None:
    do("create_did", method="key", name="school", algorithm="secp256k1")
    with pytest.raises(CredentialError):
        do(
            "issue_credential",
            type="Pass",
            subject="school",
            issuer="school",
            claims={"level": "1"},
            format="di",
        )


def test_a_did_that_didkit_cannot_sign_for_is_refused_before_anybody_is_asked(
    do: Does, propose: Callable[..., object]
) -> None:
    do("create_did", method="peer", name="school")
    with pytest.raises(CredentialError):
        propose(
            "issue_credential",
            type="Pass",
            subject="school",
            issuer="school",
            claims={"level": "1"},
            suite="Ed25519Signature2018",
        )
