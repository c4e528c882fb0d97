from __future__ import annotations

import base64
import dataclasses
import json
import subprocess
import sys
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from did.base_encodings import decode_base64url, encode_base64url
from did.encoding import to_jwk
from did.keys import ALGORITHMS
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PublicKey, address
from did.methods.jwk import jwk_did
from did.methods.key import key_did
from did.methods.pkh import pkh_did
from wallet.credentials.errors import (
    CredentialError,
    DidkitFailed,
    InvalidCredential,
    ProofInvalid,
    UndefinedTerm,
    UnsupportedFormat,
)
from wallet.credentials.form import CREDENTIALS_V1
from wallet.credentials.formats import legacy
from wallet.credentials.formats.didkit_pipe import DidkitPipe
from wallet.credentials.formats.legacy import PROOF_TYPES, Vcdm1
from wallet.credentials.formats.legacy.offline import default_method, find_method
from wallet.credentials.formats.proof import Proof, read_proofs
from wallet.credentials.issuing import unsigned_credential
from wallet.credentials.model import Credential

if TYPE_CHECKING:
    from did.document import VerificationMethod

VCDM1 = Vcdm1()
NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
SECRET = b"\x07" * 32
ORDERS: Final = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp256k1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
}

MADE: Final = (
    ("Ed25519", "key", "Ed25519Signature2018"),
    ("Ed25519", "jwk", "Ed25519Signature2018"),
    ("Ed25519", "key", "JsonWebSignature2020"),
    ("Ed25519", "jwk", "JsonWebSignature2020"),
    ("P-256", "key", "JsonWebSignature2020"),
    ("P-256", "jwk", "JsonWebSignature2020"),
    ("secp256k1", "key", "JsonWebSignature2020"),
    ("secp256k1", "jwk", "JsonWebSignature2020"),
    ("secp256k1", "key", "EthereumEip712Signature2021"),
    ("secp256k1", "pkh:1", "EthereumEip712Signature2021"),
    ("secp256k1", "pkh:137", "EthereumEip712Signature2021"),
    ("secp256k1", "key", "Eip712Signature2021"),
    ("secp256k1", "pkh:1", "Eip712Signature2021"),
)
NOT_MADE: Final = (
    ("P-384", "key", "JsonWebSignature2020"),
    ("P-384", "jwk", "JsonWebSignature2020"),
    ("P-521", "key", "JsonWebSignature2020"),
    ("P-521", "jwk", "JsonWebSignature2020"),
    ("P-256", "key", "Ed25519Signature2018"),
    ("secp256k1", "pkh:1", "JsonWebSignature2020"),
    ("secp256k1", "jwk", "EthereumEip712Signature2021"),
    ("secp256k1", "jwk", "Eip712Signature2021"),
    ("Ed25519", "key", "EthereumEip712Signature2021"),
    ("P-256", "key", "Eip712Signature2021"),
)


@pytest.fixture(scope="module", autouse=True)
def _children_end() -> Any:
    yield
    legacy_pipe().close()


def legacy_pipe() -> DidkitPipe:
    from wallet.credentials.formats.didkit_pipe import SHARED  # noqa: PLC0415

    return SHARED


def scripted(code: str) -> DidkitPipe:
    return DidkitPipe((sys.executable, "-I", "-c", code))


def answering(answer: object) -> DidkitPipe:
    return scripted(f"import sys\nfor _ in sys.stdin: print({json.dumps(answer)!r}, flush=True)")


def never() -> Vcdm1:
    return Vcdm1(DidkitPipe(("/nonexistent/python",)))


def key_and_did(algorithm: str, did: str) -> tuple[bytes, str]:
    kind = ALGORITHMS[algorithm]
    secret = b"\x01" * kind.secret_size if kind.secret_size > 32 else SECRET
    public = kind.private_key(secret).public_key
    jwk = json.dumps({**to_jwk(public), "d": encode_base64url(secret)}).encode()
    method, _, chain = did.partition(":")
    if method == "pkh":
        assert isinstance(public, Secp256k1PublicKey)
        return jwk, str(pkh_did(address(public), int(chain)))
    return jwk, str(key_did(public) if method == "key" else jwk_did(public))


def unsigned(did: str, proof_type: str, **claims: str) -> dict[str, Any]:
    return legacy.unsigned_credential(
        issuer=did,
        subject="did:example:ada",
        type="Degree",
        claims={"degree": "BSc", **claims},
        valid_from=NOW,
        proof_type=proof_type,
    )


def made(algorithm: str, did: str, proof_type: str) -> dict[str, Any]:
    return deepcopy(made_once(algorithm, did, proof_type))


@cache
def made_once(algorithm: str, did: str, proof_type: str) -> dict[str, Any]:
    jwk, issuer = key_and_did(algorithm, did)
    return legacy.issue(unsigned(issuer, proof_type), jwk, proof_type=proof_type)


def presented(algorithm: str, did: str, proof_type: str) -> dict[str, Any]:
    jwk, holder = key_and_did(algorithm, did)
    credential = Credential.of(made(algorithm, did, proof_type))
    return legacy.present(
        legacy.unsigned_presentation(holder=holder, credentials=[credential], id="urn:a:b"),
        jwk,
        proof_type=proof_type,
        challenge="c-1",
        domain="verifier.example",
        created=NOW,
    )


@pytest.fixture(scope="module")
def issued() -> dict[str, Any]:
    return made("Ed25519", "key", "Ed25519Signature2018")


@pytest.fixture(scope="module")
def typed() -> dict[str, Any]:
    return made("secp256k1", "pkh:1", "EthereumEip712Signature2021")


def method_of(document: dict[str, Any]) -> VerificationMethod:
    proof = document["proof"]
    return find_method(proof["verificationMethod"], PROOF_TYPES[proof["type"]])


def verify(
    document: dict[str, Any], method: VerificationMethod | None = None, format_: Vcdm1 = VCDM1
) -> None:
    (proof,) = read_proofs(document)
    format_.verify(document, proof, method or method_of(document))


def changed(document: dict[str, Any], path: str, value: object = ...) -> dict[str, Any]:
    copy = deepcopy(document)
    place: Any = copy
    *names, last = path.split(".")
    for name in names:
        place = place[int(name) if name.isdigit() else name]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return copy


@pytest.mark.parametrize(("algorithm", "did", "proof_type"), MADE)
def test_a_credential_is_issued_and_verifies_until_it_is_changed(
    algorithm: str, did: str, proof_type: str
) -> None:
    credential = made(algorithm, did, proof_type)
    proof = credential["proof"]
    assert (proof["type"], proof["proofPurpose"]) == (proof_type, "assertionMethod")
    assert proof["created"] == credential["issuanceDate"]
    verify(credential)
    with pytest.raises(ProofInvalid):
        verify(changed(credential, "credentialSubject.degree", "PhD"))


@pytest.mark.parametrize(("algorithm", "did", "proof_type"), MADE)
def test_a_presentation_is_made_and_verifies_for_its_question_alone(
    algorithm: str, did: str, proof_type: str
) -> None:
    presentation = presented(algorithm, did, proof_type)
    proof = presentation["proof"]
    assert (proof["challenge"], proof["domain"]) == ("c-1", "verifier.example")
    assert proof["proofPurpose"] == "authentication"
    verify(presentation)
    for path, value in (
        ("proof.challenge", "c-2"),
        ("proof.domain", "other.example"),
        ("proof.proofPurpose", "assertionMethod"),
        ("proof.created", "2026-01-31T09:00:01Z"),
        ("id", "urn:a:c"),
        ("verifiableCredential.0.credentialSubject.degree", "PhD"),
        ("verifiableCredential.0.proof.created", "2026-01-31T09:00:01Z"),
    ):
        with pytest.raises(CredentialError):
            verify(changed(presentation, path, value))


@pytest.mark.parametrize(("algorithm", "did", "proof_type"), NOT_MADE)
def test_what_didkit_cannot_make_is_left_open_before_it_is_asked(
    algorithm: str, did: str, proof_type: str
) -> None:
    jwk, issuer = key_and_did(algorithm, did)
    pipe = DidkitPipe(("/nonexistent/python",))
    with pytest.raises(UnsupportedFormat):
        legacy.issue(unsigned(issuer, proof_type), jwk, proof_type=proof_type, didkit=pipe)


def test_a_proof_belongs_to_the_format_by_its_type_alone(issued: dict[str, Any]) -> None:
    (proof,) = read_proofs(issued)
    assert all(VCDM1.secures(dataclasses.replace(proof, type=name)) for name in PROOF_TYPES)
    for other in ("DataIntegrityProof", "RsaSignature2018", "JWT", ""):
        assert not VCDM1.secures(dataclasses.replace(proof, type=other))


def test_knowing_whose_proof_it_is_loads_nothing_that_verifies_it() -> None:
    code = (
        "import sys, wallet.credentials.formats.legacy as legacy\n"
        "assert 'JsonWebSignature2020' in legacy.PROOF_TYPES\n"
        "heavy = {'subprocess', 'pyoxigraph', 'coincurve', 'asyncio', 'rfc8785'}\n"
        "heavy |= {f'wallet.credentials.formats.didkit_{part}' for part in ('pipe', 'child')}\n"
        "heavy.add('wallet.credentials.formats.legacy.verifying')\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    told = subprocess.run((sys.executable, "-c", code), capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "[]"


def test_the_package_has_what_it_lists_and_nothing_else() -> None:
    assert all(hasattr(legacy, name) for name in legacy.__all__)
    assert not hasattr(legacy, "revoke")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "urn:uuid:00000000-0000-0000-0000-000000000000"),
        ("type", ["VerifiableCredential", "MastersDegree"]),
        ("issuer", "did:key:z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E"),
        ("issuanceDate", "2026-01-31T09:00:01Z"),
        ("issuanceDate", "2026-01-31T09:00:00.000Z"),
        ("expirationDate", "2036-01-31T09:00:00Z"),
        ("credentialSubject", {"id": "did:example:eve", "degree": "BSc"}),
        ("credentialSubject", {"id": "did:example:ada", "degree": "BSc", "isAdmin": True}),
        ("credentialStatus", {"id": "urn:a:b", "type": "Status"}),
        ("isAdmin", True),
    ],
)
def test_a_changed_or_added_member_is_refused(
    issued: dict[str, Any], typed: dict[str, Any], name: str, value: object
) -> None:
    for document in (issued, typed):
        with pytest.raises(CredentialError):
            verify({**document, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created", "2026-01-31T09:00:01Z"),
        ("created", "2026-01-31T10:00:00+01:00"),
        ("created", "2026-01-31T09:00:00.000Z"),
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
        ("jws", "e30..AA"),
        ("proofValue", "zAbc"),
        ("@context", [{"created": "urn:x:y"}]),
        ("@context", "https://example.org/unknown"),
    ],
)
def test_no_option_of_the_proof_can_be_changed(
    issued: dict[str, Any], typed: dict[str, Any], name: str, value: object
) -> None:
    for document in (issued, typed):
        with pytest.raises(CredentialError):
            verify({**document, "proof": {**document["proof"], name: value}}, method_of(document))


def test_a_proof_that_does_not_say_when_it_was_made_is_refused(
    issued: dict[str, Any], typed: dict[str, Any]
) -> None:
    for document in (issued, typed):
        with pytest.raises(InvalidCredential, match=r"\$\.proof\.created is missing"):
            verify(changed(document, "proof.created"), format_=never())


JSON_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**60), 2**60),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=6),
        st.sampled_from(["did:key:z6Mk", "did:pkh:eip155:1:0x0", "did:jwk:e30#0", CREDENTIALS_V1]),
    ),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=6), each, max_size=3)
    ),
    max_leaves=6,
)
MEMBERS = (
    "@context",
    "type",
    "issuer",
    "holder",
    "issuanceDate",
    "credentialSubject",
    "verifiableCredential",
    "new",
    "proof.type",
    "proof.created",
    "proof.@context",
    "proof.domain",
    "proof.challenge",
    "proof.proofPurpose",
    "proof.proofValue",
    "proof.jws",
    "proof.verificationMethod",
    "proof.eip712",
    "proof.eip712.types",
    "proof.eip712.types.Proof",
    "proof.eip712.domain",
    "proof.eip712.primaryType",
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MEMBERS), JSON_VALUES, st.sampled_from(sorted(PROOF_TYPES)))
def test_whatever_stands_in_a_member_is_refused_and_breaks_nothing(
    member: str, value: object, proof_type: str
) -> None:
    algorithm, did, _ = next(entry for entry in MADE if entry[2] == proof_type)
    document = made(algorithm, did, proof_type)
    method = method_of(document)
    if "eip712" in member and "eip712" not in document["proof"]:
        member = "proof.eip712"
    different = changed(document, member, value)
    if different != document:
        with pytest.raises(CredentialError):
            verify(different, method, never())


def test_a_time_that_didkit_would_write_otherwise_leaves_the_proof_open(
    issued: dict[str, Any], typed: dict[str, Any]
) -> None:
    for text in ("2026-01-31T09:00:00.000Z", "2026-01-31T09:00:00.5Z", "2026-01-31T10:00:00+01:00"):
        with pytest.raises(UnsupportedFormat, match="didkit"):
            verify(changed(issued, "proof.created", text), format_=never())
        with pytest.raises(ProofInvalid):
            verify(changed(typed, "proof.created", text), format_=never())


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
        f"{header(b64=0)}..{SIGNATURE}",
        f"{header(b64=...)}..{SIGNATURE}",
        f"{header(crit=[])}..{SIGNATURE}",
        f"{header(crit=['b64', 'exp'])}..{SIGNATURE}",
        f"{header(alg=1)}..{SIGNATURE}",
        f"{header(alg='none')}..{SIGNATURE}",
        f"{header(alg='ES256K')}..{SIGNATURE}",
        f"{header(alg='HS256')}..{SIGNATURE}",
        f"{header(kid='x')}..{SIGNATURE}",
        f"{header()}..{'A' * 100_000}",
    ],
)
def test_a_jws_that_is_written_another_way_never_reaches_didkit(
    issued: dict[str, Any], jws: object
) -> None:
    with pytest.raises(ProofInvalid, match="jws"):
        verify(changed(issued, "proof.jws", jws), format_=never())


def test_a_proof_value_that_is_written_another_way_never_reaches_didkit(
    typed: dict[str, Any],
) -> None:
    value = typed["proof"]["proofValue"]
    r, s, v = value[2:66], int(value[66:130], 16), int(value[130:], 16)
    order = ORDERS["secp256k1"]
    for other in (
        f"0x{r}{order - s:064x}{55 - v:02x}",  # the same signature with a high s
        f"{value[:-2]}{v - 27:02x}",
        f"{value[:-2]}{v + 27:02x}",
        f"{value[:-2]}{v + 10:02x}",
        f"0x{value[2:].upper()}",
        value[2:],
        value[:-2],
        value[:-1],
        f"{value}00",
        f"{value}\n",
        "",
        "0x",
        f"0x{'0' * 128}1b",
        f"0x{order:064x}{s:064x}1b",
        f"0x{'f' * 64}{s:064x}1b",
        "z" * 100_000,
        None,
        1,
    ):
        with pytest.raises(ProofInvalid, match="proofValue"):
            verify(changed(typed, "proof.proofValue", other), format_=never())
    for kind in ("key", "pkh:1"):
        with pytest.raises(ProofInvalid, match="proofValue"):
            verify(changed(made("secp256k1", kind, "Eip712Signature2021"), "proof.proofValue", ""))


def test_the_other_parity_is_another_key(typed: dict[str, Any]) -> None:
    value = typed["proof"]["proofValue"]
    other = value[:-2] + {"1b": "1c", "1c": "1b"}[value[-2:]]
    with pytest.raises(ProofInvalid):
        verify(changed(typed, "proof.proofValue", other), format_=never())


@pytest.mark.parametrize("algorithm", sorted(ORDERS))
def test_either_s_of_a_jws_is_taken_as_jose_does_and_no_other(algorithm: str) -> None:
    credential = made(algorithm, "key", "JsonWebSignature2020")
    start, _, text = credential["proof"]["jws"].partition("..")
    raw = decode_base64url(text)
    s = ORDERS[algorithm] - int.from_bytes(raw[32:])
    verify(
        changed(credential, "proof.jws", f"{start}..{encode_base64url(raw[:32] + s.to_bytes(32))}")
    )
    for wrong in (bytes(64), raw[32:] + raw[:32], raw[:63] + bytes((raw[63] ^ 1,))):
        with pytest.raises(ProofInvalid):
            verify(changed(credential, "proof.jws", f"{start}..{encode_base64url(wrong)}"))


@pytest.mark.parametrize("other", ["jws", "proofValue"])
def test_a_second_signature_that_nothing_covers_is_refused(
    issued: dict[str, Any], typed: dict[str, Any], other: str
) -> None:
    document = typed if other == "jws" else issued
    with pytest.raises(ProofInvalid, match="does not cover"):
        verify(changed(document, f"proof.{other}", "anything"), format_=never())


def test_a_claim_that_didkit_would_not_see_never_reaches_it(issued: dict[str, Any]) -> None:
    only_v1 = {**issued, "@context": issued["@context"][:1], "type": ["VerifiableCredential"]}
    with pytest.raises(UndefinedTerm, match=r"\$\.credentialSubject\.degree"):
        verify(only_v1, format_=never())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "did:web:example.org"}, "would resolve DIDs by itself"),
        ({"issuer": "did:ethr:0x4a62316623ad457F02cDC5D997deD67a383EC569"}, "by itself"),
        ({"issuer": "did:pkh:eth:0x4a62316623ad457f02cdc5d997ded67a383ec569"}, "by itself"),
        ({"issuer": "did:keyed:z6Mk"}, "by itself"),
        ({"issuer": "https://example.org"}, "by itself"),
        ({"issuer": {"id": "did:web:example.org"}}, "would resolve DIDs by itself"),
        ({"issuer": {"name": "x"}}, "would resolve DIDs by itself"),
        ({"issuer": 1}, "would resolve DIDs by itself"),
        ({"holder": "did:web:example.org"}, "would resolve DIDs by itself"),
        ({"@context": ["https://www.w3.org/ns/credentials/v2"]}, "VC Data Model 1.1 only"),
    ],
)
def test_what_didkit_should_not_be_asked_is_left_open(
    issued: dict[str, Any], typed: dict[str, Any], changes: dict[str, Any], reason: str
) -> None:
    for document in (issued, typed):
        with pytest.raises(UnsupportedFormat, match=reason):
            verify({**document, **changes}, format_=never())


@pytest.mark.parametrize(
    "id_",
    [
        "did:web:example.org#key",
        "did:key:z6Mk#z6Mk",
        "did:jwk:e30#0",
        "did:pkh:eip155:1:0x1#blockchainAccountId",
        "did:key:z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E#other",
        "https://example.org/key",
    ],
)
def test_a_verification_method_that_no_did_holds_is_left_open(
    issued: dict[str, Any], id_: str
) -> None:
    raw = {**issued["proof"], "verificationMethod": id_}
    method = dataclasses.replace(method_of(issued), id=id_)
    with pytest.raises(UnsupportedFormat):
        never().verify({**issued, "proof": raw}, Proof.of(raw, "$.proof"), method)


def test_an_agreement_key_of_a_did_key_signs_nothing(issued: dict[str, Any]) -> None:
    did = issued["issuer"]
    agreement = Ed25519PrivateKey(SECRET).public_key.key_agreement_key()
    id_ = f"{did}#{str(key_did(agreement)).removeprefix('did:key:')}"
    with pytest.raises(UnsupportedFormat, match="X25519"):
        verify(changed(issued, "proof.verificationMethod", id_), format_=never())


def test_a_proof_of_an_unknown_type_is_left_open(issued: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFormat, match="RsaSignature2018") as refusal:
        verify(changed(issued, "proof.type", "RsaSignature2018"), method_of(issued))
    assert "JsonWebSignature2020" in (refusal.value.hint or "")


def test_a_method_that_is_not_the_proofs_own_does_not_verify(
    issued: dict[str, Any], typed: dict[str, Any]
) -> None:
    method = method_of(issued)
    other = Ed25519PrivateKey(b"\x08" * 32).public_key
    for changes in ({"id": "did:key:z6Mk#z6Mk"}, {"public_key": None}, {"public_key": other}):
        with pytest.raises(ProofInvalid):
            verify(issued, dataclasses.replace(method, **changes), never())
    with pytest.raises(ProofInvalid, match="is the name of"):
        verify(typed, dataclasses.replace(method_of(typed), public_key=other), never())


@pytest.mark.parametrize("proof_type", sorted(PROOF_TYPES))
def test_a_proof_that_names_another_key_does_not_verify(proof_type: str) -> None:
    algorithm, did, _ = next(entry for entry in MADE if entry[2] == proof_type)
    kind = ALGORITHMS[algorithm]
    other = str(key_did(kind.private_key(b"\x08" * kind.secret_size).public_key))
    document = made(algorithm, did, proof_type)
    for changes in ({"issuer": document["issuer"]}, {"issuer": other}):
        moved = changed({**document, **changes}, "proof.verificationMethod", default_method(other))
        with pytest.raises(ProofInvalid):
            verify(moved)
    with pytest.raises(ProofInvalid):
        verify({**document, "issuer": other})


def test_an_account_on_another_chain_is_another_issuer(typed: dict[str, Any]) -> None:
    text = json.dumps(typed).replace("eip155:1:", "eip155:137:")
    with pytest.raises(ProofInvalid):
        verify(json.loads(text), format_=never())


def test_of_two_proofs_the_bad_one_is_refused_though_didkit_would_take_the_good(
    issued: dict[str, Any],
) -> None:
    bad = {**issued["proof"], "created": "2020-01-01T00:00:00Z"}
    both = {**issued, "proof": [issued["proof"], bad]}
    first, second = read_proofs(both)
    VCDM1.verify(both, first, method_of(issued))
    with pytest.raises(ProofInvalid, match="didkit refuses"):
        VCDM1.verify(both, second, method_of(issued))


def test_two_proofs_of_different_types_are_judged_one_by_one(typed: dict[str, Any]) -> None:
    jwk, issuer = key_and_did("secp256k1", "key")
    document = unsigned(issuer, "EthereumEip712Signature2021")
    one = legacy.issue(document, jwk, proof_type="EthereumEip712Signature2021")["proof"]
    two = legacy.issue(document, jwk, proof_type="JsonWebSignature2020")["proof"]
    both = {**document, "proof": [one, two]}
    for proof in read_proofs(both):
        VCDM1.verify(both, proof, method_of({**document, "proof": one}))
    with pytest.raises(ProofInvalid):
        VCDM1.verify(
            {**document, "proof": [typed["proof"], two]}, Proof.of(one, "$"), method_of(typed)
        )


def test_a_proof_made_in_the_future_still_holds() -> None:
    jwk, issuer = key_and_did("Ed25519", "key")
    later = legacy.unsigned_credential(
        issuer=issuer,
        subject="did:example:ada",
        type="Degree",
        claims={"degree": "BSc"},
        valid_from=NOW + timedelta(days=36_500),
    )
    verify(legacy.issue(later, jwk))


def test_contexts_that_didkit_lacks_are_written_out_for_it() -> None:
    jwk, issuer = key_and_did("Ed25519", "key")
    document = unsigned(issuer, "Ed25519Signature2018")
    document["@context"].insert(1, "https://w3id.org/security/multikey/v1")
    secured = legacy.issue(document, jwk)
    assert secured["@context"] == document["@context"]
    verify(secured)
    with pytest.raises(CredentialError):
        verify(changed(secured, "credentialSubject.degree", "PhD"))


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
        answering({"error": "RustPanic: rust future panicked"}),
        answering({}),
    ],
)
def test_a_didkit_that_does_not_answer_leaves_the_proof_undecided(
    issued: dict[str, Any], typed: dict[str, Any], pipe: DidkitPipe
) -> None:
    for document in (issued, typed):
        with pytest.raises(DidkitFailed):
            verify(document, format_=Vcdm1(pipe))


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"errors": []},
        {"checks": ["proof"]},
        {"checks": [], "errors": []},
        {"checks": ["proof"], "errors": ["no"]},
        {"checks": ["proof"], "errors": None},
        {"checks": "proof", "errors": []},
    ],
)
def test_only_a_proof_that_was_checked_without_errors_holds(
    issued: dict[str, Any], typed: dict[str, Any], result: dict[str, Any]
) -> None:
    with pytest.raises(ProofInvalid):
        verify(issued, format_=Vcdm1(answering({"result": result})))
    with pytest.raises(UnsupportedFormat, match="didkit reads it otherwise"):
        verify(typed, format_=Vcdm1(answering({"result": result})))


def test_a_document_that_didkit_cannot_read_is_left_open(issued: dict[str, Any]) -> None:
    result = {"checks": [], "errors": ["Expansion failed: Unknown context: https://x.example"]}
    with pytest.raises(UnsupportedFormat, match="JSON-LD"):
        verify(issued, format_=Vcdm1(answering({"result": result})))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"issuer": "did:web:example.org"}, UnsupportedFormat),
        ({"type": ["VerifiableCredential", "A B"]}, InvalidCredential),
        ({"issuanceDate": "yesterday"}, InvalidCredential),
        ({"issuanceDate": "2026-01-31T09:00:00.000Z"}, CredentialError),
        ({"proof": {"type": "JsonWebSignature2020"}}, InvalidCredential),
        ({"@context": ["https://www.w3.org/ns/credentials/v2"]}, UnsupportedFormat),
    ],
)
def test_what_would_not_verify_is_not_issued(
    changes: dict[str, Any], error: type[CredentialError]
) -> None:
    jwk, issuer = key_and_did("Ed25519", "key")
    with pytest.raises(error):
        legacy.issue({**unsigned(issuer, "Ed25519Signature2018"), **changes}, jwk)


def test_a_presentation_is_made_by_a_holder_of_credentials_of_its_version(
    issued: dict[str, Any],
) -> None:
    jwk, holder = key_and_did("Ed25519", "key")
    newer = unsigned_credential(
        issuer=holder, subject="did:example:ada", type="X", claims={"a": "b"}, valid_from=NOW
    )
    with pytest.raises(UnsupportedFormat, match=r"1\.1 only"):
        legacy.unsigned_presentation(holder=holder, credentials=[Credential.of(newer)])
    with pytest.raises(UnsupportedFormat, match=r"1\.1 only"):
        legacy.issue(newer, jwk)
    presentation = legacy.unsigned_presentation(holder=holder, credentials=[Credential.of(issued)])
    del presentation["holder"]
    with pytest.raises(InvalidCredential, match="holder"):
        legacy.present(presentation, jwk, challenge="c", domain="d", created=NOW)


@pytest.mark.parametrize("proof_type", sorted(PROOF_TYPES))
def test_a_key_that_is_not_the_issuers_issues_nothing(proof_type: str) -> None:
    algorithm, did, _ = next(entry for entry in MADE if entry[2] == proof_type)
    _, issuer = key_and_did(algorithm, did)
    kind = ALGORITHMS[algorithm]
    secret = b"\x08" * kind.secret_size
    other = {**to_jwk(kind.private_key(secret).public_key), "d": encode_base64url(secret)}
    with pytest.raises((ProofInvalid, DidkitFailed)):
        legacy.issue(
            unsigned(issuer, proof_type), json.dumps(other).encode(), proof_type=proof_type
        )


def test_another_verification_method_than_the_issuers_issues_nothing() -> None:
    jwk, issuer = key_and_did("Ed25519", "key")
    _, other = key_and_did("Ed25519", "jwk")
    with pytest.raises((ProofInvalid, DidkitFailed)):
        legacy.issue(
            unsigned(issuer, "Ed25519Signature2018"), jwk, verification_method=f"{other}#0"
        )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"issuer": "did:example:eve", "proof": {}}, "changed the credential"),
        ({"proof": []}, "made no proof"),
        ({}, "made no proof"),
    ],
)
def test_what_didkit_made_of_something_else_is_not_taken(
    answer: dict[str, Any], reason: str
) -> None:
    jwk, issuer = key_and_did("Ed25519", "key")
    document = unsigned(issuer, "Ed25519Signature2018")
    with pytest.raises(ProofInvalid, match=reason):
        legacy.issue(document, jwk, didkit=answering({"result": {**document, **answer}}))


def test_a_proof_for_another_purpose_than_asked_is_not_taken(issued: dict[str, Any]) -> None:
    jwk, issuer = key_and_did("Ed25519", "key")
    document = unsigned(issuer, "Ed25519Signature2018")
    proof = {**issued["proof"], "proofPurpose": "authentication"}
    with pytest.raises(ProofInvalid, match="another proof"):
        legacy.issue(document, jwk, didkit=answering({"result": {**document, "proof": proof}}))


def test_a_private_key_that_is_none_issues_nothing_and_is_not_repeated() -> None:
    _, issuer = key_and_did("Ed25519", "key")
    with pytest.raises(DidkitFailed) as failure:
        legacy.issue(unsigned(issuer, "Ed25519Signature2018"), b'{"kty": "OKP", "d": "secret"}')
    assert "secret" not in str(failure.value)


def test_a_presentation_without_credentials_is_one() -> None:
    jwk, holder = key_and_did("secp256k1", "pkh:1")
    bare = {"@context": [CREDENTIALS_V1], "type": ["VerifiablePresentation"], "holder": holder}
    for proof_type in ("EthereumEip712Signature2021", "Eip712Signature2021"):
        verify(
            legacy.present(bare, jwk, proof_type=proof_type, challenge="c", domain="d", created=NOW)
        )
