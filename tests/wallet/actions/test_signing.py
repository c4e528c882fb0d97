from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from did.base_encodings import encode_base64url
from did.methods import METHODS
from did.resolver import Resolver
from wallet.credentials.errors import InvalidCredential
from wallet.entries import credentials
from wallet.errors import BadInput
from wallet.verify.pipeline import verify
from wallet.verify.report import Verdict
from wallet.verify.sources import Sources

if TYPE_CHECKING:
    from pathlib import Path

    from tests.wallet.conftest import Does, Proposes
    from wallet.wallet import Wallet

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
TERMS = "https://www.w3.org/ns/credentials/undefined-terms/v2"
DIGEST = bytes.fromhex(  # of what stands at V2, by VC Data Model 2.0, B.1; a SHA-256 multihash
    "122059955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"
)
ALL: dict[str, Any] = {
    "@context": [V2, TERMS],
    "id": "urn:uuid:1c2b0d9e-3f64-4e3a-9a39-6e1f6d3f0f10",
    "type": ["VerifiableCredential", "Diploma"],
    "name": {"@value": "Diplom", "@language": "de"},
    "credentialSubject": [
        {"id": "did:example:mei", "degree": "BSc"},
        {"id": "did:example:lin", "degree": "MSc"},
    ],
    "evidence": {"type": "Exam", "grade": "A"},
    "termsOfUse": {"type": "NotForResale"},
    "refreshService": {"type": "Desk", "id": "https://uni.example/desk"},
    "relatedResource": [{"id": V2, "digestMultibase": f"u{encode_base64url(DIGEST)}"}],
}


def verdict(data: bytes) -> Verdict:
    return verify(data, sources=Sources(Resolver(METHODS)), at=datetime.now(UTC)).verdict


def write(folder: Path, document: dict[str, Any]) -> str:
    path = folder / "credential.json"
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def test_signs_all_that_a_file_says(wallet: Wallet, do: Does, tmp_path: Path) -> None:
    did = do("create_did", method="key", name="uni").data["did"]
    source = write(tmp_path, ALL)
    done = do("sign_credential", source=source, issuer="uni", output=str(tmp_path / "signed.json"))
    (entry,) = credentials(wallet.vault)
    assert done.made == entry.id
    assert done.saved is not None
    assert done.saved.read_bytes() == entry.credential.raw
    signed = dict(entry.credential.document)
    proof = signed.pop("proof")
    assert proof["id"].startswith("urn:uuid:")
    assert signed.pop("issuer") == did
    assert signed.pop("validFrom")
    assert signed == ALL
    assert verdict(entry.credential.raw) is Verdict.VALID


def test_shows_every_member_before_it_is_signed(
    do: Does, propose: Proposes, tmp_path: Path
) -> None:
    do("create_did", method="key", name="uni")
    waiting = propose("sign_credential", source=write(tmp_path, ALL), issuer="uni")
    shown = {str(label): str(value) for label, value in waiting.statement.facts}
    for name in ALL.keys() - {"@context", "type", "credentialSubject"}:
        assert f"Member {name}" in shown
    assert [str(value) for label, value in waiting.statement.facts if "degree" in str(label)] == [
        "BSc",
        "MSc",
    ]


def test_a_second_proof_joins_the_first_or_builds_on_it(
    wallet: Wallet, do: Does, tmp_path: Path
) -> None:
    do("create_did", method="key", name="uni")
    one = do("sign_credential", source=write(tmp_path, ALL), issuer="uni").made
    first = _proofs(wallet, one)[0]["id"]
    two = do("sign_credential", source=one, suite="eddsa-jcs-2022").made
    three = do("sign_credential", source=two, after=[first]).made
    assert [proof.get("previousProof") for proof in _proofs(wallet, three)] == [None, None, [first]]
    for made in (one, two, three):
        assert verdict(_entry(wallet, made)) is Verdict.VALID
    # What a proof builds on cannot be taken away from it.
    torn = json.loads(_entry(wallet, three))
    torn["proof"] = torn["proof"][1:]
    assert verdict(json.dumps(torn).encode()) is Verdict.INVALID


@pytest.mark.parametrize(
    ("algorithm", "document", "way"),
    [
        ("Ed25519", {"@context": [V1]}, {}),
        ("Ed25519", {"@context": [V1]}, {"format": "jwt-vc"}),
        ("P-384", {"@context": [V2]}, {}),
        ("P-384", {"@context": [V2]}, {"format": "jwt"}),
        ("P-521", {"@context": [V2]}, {}),
        ("secp256k1", {"@context": [V2]}, {}),
    ],
)
def test_signs_by_the_version_and_the_key(
    wallet: Wallet,
    do: Does,
    tmp_path: Path,
    algorithm: str,
    document: dict[str, Any],
    way: dict[str, str],
) -> None:
    do("create_did", method="key", name="uni", algorithm=algorithm)
    whole = {
        **document,
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:mei"},
    }
    made = do("sign_credential", source=write(tmp_path, whole), issuer="uni", **way).made
    assert verdict(_entry(wallet, made)) is Verdict.VALID


@pytest.mark.parametrize(
    ("change", "arguments", "says"),
    [
        ({"issuer": "did:example:other"}, {}, "none of your DIDs"),
        ({"issuer": "did:example:other"}, {"issuer": "uni"}, "another issuer"),
        ({}, {}, "names no issuer"),
        ({}, {"issuer": "uni", "format": "jwt-vc"}, "not secured by 'jwt-vc'"),
        ({}, {"issuer": "uni", "after": ["urn:x"]}, "no proof that another could build on"),
        ({"credentialSubject": []}, {"issuer": "uni"}, "credentialSubject"),
        ({"degre": "?", "@context": [V2]}, {"issuer": "uni"}, "not defined by any context"),
        ({"proof": {"type": "DataIntegrityProof"}}, {"issuer": "uni"}, "do not hold"),
    ],
)
def test_refuses_what_it_would_be_wrong_to_sign(
    wallet: Wallet,
    do: Does,
    propose: Proposes,
    tmp_path: Path,
    change: dict[str, Any],
    arguments: dict[str, Any],
    says: str,
) -> None:
    do("create_did", method="key", name="uni")
    source = write(tmp_path, {**ALL, **change})
    with pytest.raises((BadInput, InvalidCredential), match=says):
        propose("sign_credential", source=source, **arguments)
    assert credentials(wallet.vault) == ()


def test_adds_no_proof_to_what_was_changed(
    wallet: Wallet, do: Does, propose: Proposes, tmp_path: Path
) -> None:
    do("create_did", method="key", name="uni")
    made = do("sign_credential", source=write(tmp_path, ALL), issuer="uni").made
    changed = {**json.loads(_entry(wallet, made)), "evidence": {"type": "Exam", "grade": "B"}}
    with pytest.raises(BadInput, match="do not hold"):
        propose("sign_credential", source=write(tmp_path, changed))
    with pytest.raises(BadInput, match="joins those that are there"):
        propose("sign_credential", source=made, format="jwt")
    with pytest.raises(BadInput, match="has the id"):
        propose("sign_credential", source=made, after=["urn:uuid:other"])


def _entry(wallet: Wallet, made: str | None) -> bytes:
    return next(one.credential.raw for one in credentials(wallet.vault) if one.id == made)


def _proofs(wallet: Wallet, made: str | None) -> list[dict[str, Any]]:
    proof = json.loads(_entry(wallet, made))["proof"]
    return proof if isinstance(proof, list) else [proof]
