from __future__ import annotations

import base64
import dataclasses
import json
import sys
import time
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from did.keys.ed25519 import Ed25519PrivateKey
from wallet.credentials.errors import (
    CredentialError,
    DidkitFailed,
    InvalidCredential,
    ProofInvalid,
    UndefinedTerm,
    UnsupportedFormat,
)
from wallet.credentials.formats import didkit_pipe, legacy
from wallet.credentials.formats.didkit_pipe import DidkitPipe
from wallet.credentials.formats.legacy import Vcdm1
from wallet.credentials.formats.proof import Proof
from wallet.credentials.model import Credential

if TYPE_CHECKING:
    from did.document import VerificationMethod

VCDM1 = Vcdm1()


def scripted(code: str, *, timeout: float = 10.0) -> DidkitPipe:
    return DidkitPipe((sys.executable, "-I", "-c", code), timeout)


def answering(answer: object) -> DidkitPipe:
    return scripted(f"print({json.dumps(answer)!r})")


@pytest.fixture
def old(issuer: str, now: datetime) -> dict[str, Any]:
    return legacy.unsigned_credential(
        id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        issuer=issuer,
        subject="did:example:ada",
        type="University Degree",
        claims={"degree": "BSc", "毕业日期": "2025-06-30"},
        valid_from=now,
        valid_until=now + timedelta(days=1),
    )


@pytest.fixture(scope="session")
def issued(issuer: str, jwk: bytes, now: datetime) -> dict[str, Any]:
    unsigned = legacy.unsigned_credential(
        issuer=issuer,
        subject="did:example:ada",
        type="Degree",
        claims={"degree": "BSc"},
        valid_from=now,
    )
    return legacy.issue(unsigned, jwk)


def jws_2020(document: dict[str, Any], method: VerificationMethod, jwk: bytes) -> dict[str, Any]:
    context = "https://w3id.org/security/suites/jws-2020/v1"
    answer = DidkitPipe().ask(
        "issue_credential",
        document={**document, "@context": [*document["@context"], context]},
        options={
            "type": "JsonWebSignature2020",
            "verificationMethod": method.id,
            "proofPurpose": "assertionMethod",
        },
        key=jwk.decode(),
    )
    return dict(answer)


def verify(document: dict[str, Any], method: VerificationMethod, format_: Vcdm1 = VCDM1) -> None:
    (proof,) = format_.proofs(document)
    format_.verify(document, proof, method)


def test_a_credential_of_vcdm_1_is_issued_and_verifies(
    old: dict[str, Any], jwk: bytes, method: VerificationMethod
) -> None:
    issued = legacy.issue(old, jwk)
    assert {name: value for name, value in issued.items() if name != "proof"} == old
    assert issued["proof"]["type"] == "Ed25519Signature2018"
    assert issued["proof"]["created"] == old["issuanceDate"]
    assert Credential.of(issued).claims == ("degree", "毕业日期")
    verify(issued, method)


def test_a_json_web_signature_of_2020_verifies(
    old: dict[str, Any], jwk: bytes, method: VerificationMethod
) -> None:
    issued = jws_2020(old, method, jwk)
    assert VCDM1.recognizes(issued)
    verify(issued, method)
    issued["credentialSubject"]["degree"] = "PhD"
    with pytest.raises(ProofInvalid):
        verify(issued, method)


def test_a_presentation_of_vcdm_1_verifies(
    issued: dict[str, Any], issuer: str, jwk: bytes, method: VerificationMethod
) -> None:
    presentation = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiablePresentation"],
        "holder": issuer,
        "verifiableCredential": [issued],
    }
    secured = sign_presentation(presentation, method, jwk)
    assert secured["proof"]["challenge"] == "c-1"
    verify(secured, method)
    for name, value in (("challenge", "c-2"), ("domain", "other.example")):
        with pytest.raises(ProofInvalid):
            verify({**secured, "proof": {**secured["proof"], name: value}}, method)
    tampered = deepcopy(secured)
    tampered["verifiableCredential"][0]["credentialSubject"]["degree"] = "PhD"
    with pytest.raises(ProofInvalid):
        verify(tampered, method)


def sign_presentation(
    presentation: dict[str, Any], method: VerificationMethod, jwk: bytes
) -> dict[str, Any]:
    code = (
        "import asyncio, didkit, json, os, sys\n"
        "async def sign(): return await didkit.issue_presentation(*request)\n"
        "request = json.loads(sys.stdin.read())['request']\n"
        "print(json.dumps({'result': json.loads(asyncio.run(sign()))}), flush=True)\n"
        "os._exit(0)"
    )
    options = {
        "verificationMethod": method.id,
        "proofPurpose": "authentication",
        "challenge": "c-1",
        "domain": "verifier.example",
    }
    request = [json.dumps(presentation), json.dumps(options), jwk.decode()]
    return dict(scripted(code).ask("issue_presentation", request=request))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "urn:uuid:00000000-0000-0000-0000-000000000000"),
        ("type", ["VerifiableCredential", "MastersDegree"]),
        ("issuer", "did:key:z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E"),
        ("issuanceDate", "2026-01-31T09:00:01Z"),
        ("expirationDate", "2036-01-31T09:00:00Z"),
        ("credentialSubject", {"id": "did:example:eve", "degree": "BSc"}),
        ("credentialSubject", {"id": "did:example:ada", "degree": "BSc", "isAdmin": True}),
        ("credentialStatus", {"id": "urn:a:b", "type": "Status"}),
        ("isAdmin", True),
    ],
)
def test_a_changed_or_added_member_is_refused(
    issued: dict[str, Any], method: VerificationMethod, name: str, value: object
) -> None:
    with pytest.raises(CredentialError):
        verify({**issued, name: value}, method)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created", "2026-01-31T09:00:01Z"),
        ("expires", "2036-01-31T09:00:01Z"),
        ("proofPurpose", "authentication"),
        ("challenge", "c"),
        ("domain", "d"),
        ("domain", ["d", "e"]),
        ("nonce", "n"),
        ("id", "urn:uuid:00000000-0000-0000-0000-000000000000"),
        ("type", "JsonWebSignature2020"),
        ("type", "Ed25519Signature2020"),
        ("anything", "else"),
    ],
)
def test_no_option_of_the_proof_can_be_changed(
    issued: dict[str, Any], method: VerificationMethod, name: str, value: object
) -> None:
    with pytest.raises(CredentialError):
        verify({**issued, "proof": {**issued["proof"], name: value}}, method)


def header(**changes: object) -> str:
    members: dict[str, object] = {"alg": "EdDSA", "crit": ["b64"], "b64": False, **changes}
    kept = {name: value for name, value in members.items() if value is not ...}
    return base64.urlsafe_b64encode(json.dumps(kept).encode()).rstrip(b"=").decode()


SIGNATURE = "A" * 86


@pytest.mark.parametrize(
    "jws",
    [
        None,
        1,
        "",
        "..",
        f"{header()}.e30.{SIGNATURE}",
        f"{header()}..{SIGNATURE}=",
        f"{header()}..{SIGNATURE[:-1]}",
        f"{header()}..{SIGNATURE}A",
        f"{header()}..{SIGNATURE[:-1]}B",
        f"{header()}\n..{SIGNATURE}",
        f"e..{SIGNATURE}",
        f"bm8..{SIGNATURE}",
        f"{header(b64=True)}..{SIGNATURE}",
        f"{header(b64=...)}..{SIGNATURE}",
        f"{header(crit=[])}..{SIGNATURE}",
        f"{header(crit=['b64', 'exp'])}..{SIGNATURE}",
        f"{header(alg=1)}..{SIGNATURE}",
        f"{header(kid='x')}..{SIGNATURE}",
        f"{header()}..{'A' * 100_000}",
    ],
)
def test_a_signature_that_is_written_another_way_never_reaches_didkit(
    issued: dict[str, Any], method: VerificationMethod, jws: object
) -> None:
    never = Vcdm1(scripted("raise SystemExit('asked')"))
    with pytest.raises(ProofInvalid, match="jws"):
        verify({**issued, "proof": {**issued["proof"], "jws": jws}}, method, never)


def test_a_claim_that_didkit_would_not_see_never_reaches_it(
    issued: dict[str, Any], method: VerificationMethod
) -> None:
    never = Vcdm1(scripted("raise SystemExit('asked')"))
    only_v1 = {**issued, "@context": issued["@context"][:1], "type": ["VerifiableCredential"]}
    with pytest.raises(UndefinedTerm, match=r"\$\.credentialSubject\.degree"):
        verify(only_v1, method, never)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "did:web:example.org"}, "would resolve DIDs by itself"),
        ({"issuer": {"id": "did:web:example.org"}}, "would resolve DIDs by itself"),
        ({"issuer": {"name": "x"}}, "would resolve DIDs by itself"),
        ({"holder": "did:web:example.org"}, "would resolve DIDs by itself"),
        ({"@context": ["https://www.w3.org/ns/credentials/v2"]}, "VC Data Model 1.1 only"),
    ],
)
def test_what_didkit_should_not_be_asked_is_left_open(
    issued: dict[str, Any], method: VerificationMethod, changes: dict[str, Any], reason: str
) -> None:
    never = Vcdm1(scripted("raise SystemExit('asked')"))
    with pytest.raises(UnsupportedFormat, match=reason):
        verify({**issued, **changes}, method, never)


def test_a_verification_method_that_didkit_would_look_up_is_left_open(
    issued: dict[str, Any], method: VerificationMethod
) -> None:
    web = {**issued["proof"], "verificationMethod": "did:web:example.org#key"}
    with pytest.raises(UnsupportedFormat, match="by itself"):
        VCDM1.verify({**issued, "proof": web}, Proof.of(web, "$.proof"), method)


def test_a_proof_of_an_unknown_type_is_left_open(
    issued: dict[str, Any], method: VerificationMethod
) -> None:
    with pytest.raises(UnsupportedFormat, match="RsaSignature2018") as refusal:
        verify({**issued, "proof": {**issued["proof"], "type": "RsaSignature2018"}}, method)
    assert refusal.value.hint == "supported: Ed25519Signature2018, JsonWebSignature2020"


@pytest.mark.parametrize("changes", [{"id": "did:key:z6Mk#z6Mk"}, {"public_key": None}])
def test_a_method_that_is_not_the_proofs_own_does_not_verify(
    issued: dict[str, Any], method: VerificationMethod, changes: dict[str, Any]
) -> None:
    with pytest.raises(ProofInvalid):
        verify(issued, dataclasses.replace(method, **changes))


def test_a_key_that_its_did_does_not_name_does_not_verify(
    issued: dict[str, Any], method: VerificationMethod
) -> None:
    other = Ed25519PrivateKey(b"\x07" * 32).public_key
    with pytest.raises(ProofInvalid, match="is the name of"):
        verify(issued, dataclasses.replace(method, public_key=other))


def test_of_two_proofs_the_bad_one_is_refused_though_didkit_would_take_the_good(
    issued: dict[str, Any], method: VerificationMethod
) -> None:
    bad = {**issued["proof"], "created": "2020-01-01T00:00:00Z"}
    both = {**issued, "proof": [issued["proof"], bad]}
    first, second = VCDM1.proofs(both)
    VCDM1.verify(both, first, method)
    with pytest.raises(ProofInvalid, match="didkit refuses"):
        VCDM1.verify(both, second, method)


@pytest.mark.parametrize(
    "pipe",
    [
        scripted("import os; os.abort()"),
        scripted("raise SystemExit(3)"),
        scripted("print('{')"),
        scripted("print('')"),
        scripted("import sys; sys.stdout.buffer.write(b'\\xff')"),
        DidkitPipe(("/nonexistent/python",)),
        answering([]),
        answering({"result": []}),
        answering({"error": "DIDKitException: no"}),
        answering({}),
    ],
)
def test_a_didkit_that_does_not_answer_leaves_the_proof_undecided(
    issued: dict[str, Any], method: VerificationMethod, pipe: DidkitPipe
) -> None:
    with pytest.raises(DidkitFailed):
        verify(issued, method, Vcdm1(pipe))


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"errors": []},
        {"checks": ["proof"]},
        {"checks": [], "errors": []},
        {"checks": ["proof"], "errors": ["no"]},
        {"checks": ["proof"], "errors": None},
    ],
)
def test_only_a_proof_that_was_checked_without_errors_holds(
    issued: dict[str, Any], method: VerificationMethod, result: dict[str, Any]
) -> None:
    with pytest.raises(ProofInvalid):
        verify(issued, method, Vcdm1(answering({"result": result})))


def test_a_didkit_that_hangs_is_ended(issued: dict[str, Any], method: VerificationMethod) -> None:
    start = time.perf_counter()
    hanging = scripted("import time; time.sleep(60)", timeout=0.3)
    with pytest.raises(DidkitFailed, match=r"did not answer in 0\.3 seconds"):
        verify(issued, method, Vcdm1(hanging))
    assert time.perf_counter() - start < 5


def test_the_child_knows_no_proxy_and_nothing_else_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    told = scripted(
        "import json, os; print(json.dumps({'result': {k: v for k, v in os.environ.items()}}))"
    ).ask("verify_credential")
    assert not {"HTTPS_PROXY", "HOME", "PATH", "PYTHONPATH"} & told.keys()


def test_the_child_has_no_network_where_the_system_allows_to_leave_it() -> None:
    process = Path(didkit_pipe.__file__).with_name("didkit_process.py")
    told = scripted(
        f"""
import importlib.util, json, socket, resource
spec = importlib.util.spec_from_file_location("didkit_process", {str(process)!r})
child = importlib.util.module_from_spec(spec)
spec.loader.exec_module(child)
left = child.withdraw()
try:
    socket.create_connection(("127.0.0.1", 9), 1)
    reached = "connected"
except OSError as error:
    reached = error.strerror
print(json.dumps({{"result": {{
    "left": left, "reached": reached, "core": resource.getrlimit(resource.RLIMIT_CORE)
}}}}))
"""
    ).ask("verify_credential")
    assert told["core"] == [0, 0]
    if told["left"]:
        assert told["reached"] == "Network is unreachable"


def test_an_operation_that_didkit_does_not_offer_is_an_error_and_no_answer() -> None:
    with pytest.raises(DidkitFailed, match="KeyError"):
        DidkitPipe().ask("resolve_did")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"issuer": "did:web:example.org"}, UnsupportedFormat),
        ({"type": ["VerifiableCredential", "A B"]}, InvalidCredential),
        ({"issuanceDate": "yesterday"}, InvalidCredential),
    ],
)
def test_what_would_not_verify_is_not_issued(
    old: dict[str, Any], jwk: bytes, changes: dict[str, Any], error: type[CredentialError]
) -> None:
    with pytest.raises(error):
        legacy.issue({**old, **changes}, jwk)


def test_a_credential_of_vcdm_2_is_not_issued_this_way(
    unsigned: dict[str, Any], jwk: bytes
) -> None:
    with pytest.raises(UnsupportedFormat, match=r"1\.1 only"):
        legacy.issue(unsigned, jwk)


def test_a_key_that_is_not_the_issuers_issues_nothing(old: dict[str, Any], jwk: bytes) -> None:
    other = "did:key:z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E"
    with pytest.raises((ProofInvalid, DidkitFailed)):
        legacy.issue({**old, "issuer": other}, jwk)


def test_a_credential_that_didkit_changed_is_not_taken(old: dict[str, Any], jwk: bytes) -> None:
    changing = answering({"result": {**old, "issuer": "did:example:eve", "proof": {}}})
    with pytest.raises(ProofInvalid, match="changed the credential"):
        legacy.issue(old, jwk, didkit=changing)


def test_a_private_key_that_is_none_issues_nothing(old: dict[str, Any]) -> None:
    with pytest.raises(DidkitFailed) as failure:
        legacy.issue(old, b'{"kty": "OKP", "d": "secret"}')
    assert "secret" not in str(failure.value)
