from __future__ import annotations

import json
import warnings
from base64 import urlsafe_b64decode, urlsafe_b64encode
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha384
from typing import TYPE_CHECKING, Any, TypeAlias

import base58
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey, OKPKey
from pyld import jsonld
from pyld.canon import URDNA2015

from did.chain.recursion import recursion_limit
from did.encoding import encode_multikey, to_jwk
from did.keys import ALGORITHMS, SigningKey
from did.methods import METHODS
from did.resolver import Resolver
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.form import CREDENTIALS_V1
from wallet.credentials.formats import jose, legacy
from wallet.credentials.formats.data_integrity import secure
from wallet.credentials.formats.didkit_pipe import DidkitPipe
from wallet.credentials.issuing import unsigned_credential
from wallet.credentials.model import Credential
from wallet.credentials.presenting import older_presentation, unsigned_presentation
from wallet.credentials.strict_json import write_json
from wallet.verify.pipeline import verify
from wallet.verify.report import Verdict
from wallet.verify.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wallet.credentials.formats.jose import Style

ISSUED = datetime(2026, 1, 31, 9, 0, 0, tzinfo=UTC)
ASKED: dict[str, Any] = {"challenge": "uqN8y3vJ4mVfRkT2xwE0dLg", "domain": "https://shop.example"}
OWN_TERMS = {"@vocab": "https://www.w3.org/ns/credentials/undefined-term#"}
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
ED25519_2020 = "Ed25519Signature2020"

PublicKey: TypeAlias = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey
PrivateKey: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey

# draft-multiformats-multibase and the table of multicodecs: what a did:key begins with.
CODECS: dict[bytes, ec.EllipticCurve | None] = {
    b"\xed\x01": None,
    b"\xe7\x01": ec.SECP256K1(),
    b"\x80\x24": ec.SECP256R1(),
    b"\x81\x24": ec.SECP384R1(),
    b"\x82\x24": ec.SECP521R1(),
}
SUITES = [
    ("eddsa-rdfc-2022", "Ed25519"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
    (ED25519_2020, "Ed25519"),
]
ALGS = [
    ("EdDSA", "Ed25519"),
    ("ES256", "P-256"),
    ("ES384", "P-384"),
    ("ES512", "P-521"),
    ("ES256K", "secp256k1"),
]
STYLES: list[tuple[Style, Style]] = [("vc+jwt", "vp+jwt"), ("jwt-vc", "jwt-vp")]
OLDER_PROOFS = [
    ("Ed25519Signature2018", "Ed25519"),
    ("JsonWebSignature2020", "Ed25519"),
    ("JsonWebSignature2020", "P-256"),
    ("JsonWebSignature2020", "secp256k1"),
]


@dataclass(frozen=True)
class Someone:
    """With a key of ours, and the same one as `cryptography` has it."""

    key: SigningKey
    did: str
    theirs: PrivateKey = field(repr=False)

    @classmethod
    def of(cls, algorithm: str) -> Someone:
        kind = ALGORITHMS[algorithm]
        secret = bytes(range(1, kind.secret_size + 1))
        key = kind.private_key(secret)
        assert isinstance(key, SigningKey)
        did = f"did:key:{encode_multikey(key.public_key)}"
        curve = CODECS[base58.b58decode(did.removeprefix("did:key:z"))[:2]]
        theirs: PrivateKey = (
            ed25519.Ed25519PrivateKey.from_private_bytes(secret)
            if curve is None
            else ec.derive_private_key(int.from_bytes(secret, "big"), curve)
        )
        return cls(key, did, theirs)

    @property
    def method(self) -> str:
        return f"{self.did}#{self.did.removeprefix('did:key:')}"

    @property
    def jwk(self) -> bytes:
        secret = urlsafe_b64encode(self.key.expose_secret()).rstrip(b"=").decode()
        return json.dumps({**to_jwk(self.key.public_key), "d": secret}).encode()


def key_of(method: str) -> PublicKey:
    """The key in a did:key, by no code of ours."""
    data = base58.b58decode(method.partition("#")[0].removeprefix("did:key:z"))
    curve = CODECS[data[:2]]
    if curve is None:
        return ed25519.Ed25519PublicKey.from_public_bytes(data[2:])
    return ec.EllipticCurvePublicKey.from_encoded_point(curve, data[2:])


def hash_of(key: ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey) -> hashes.HashAlgorithm:
    by_size = {384: hashes.SHA384(), 521: hashes.SHA512()}
    return by_size.get(key.curve.key_size, hashes.SHA256())


def holds(method: str, signature: bytes, message: bytes) -> bool:
    key = key_of(method)
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        else:
            half = len(signature) // 2
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hash_of(key)))
    except InvalidSignature:
        return False
    return True


def sign(key: PrivateKey, message: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(message)
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hash_of(key))))
    size = (key.curve.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


class BySha384(URDNA2015):  # type: ignore[misc]
    """RDFC-1.0 by the hash that goes with P-384, which PyLD has no name for."""

    def create_hash(self) -> Any:
        return sha384()


def statements(document: dict[str, Any], algorithm: type[URDNA2015] = URDNA2015) -> bytes:
    """As PyLD expands and canonicalizes it; without a base of its own invention."""

    def load(url: str, _: object) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": SHIPPED[url]}}

    dataset = jsonld.to_rdf(document, {"base": None, "documentLoader": load})
    written = algorithm().main(dataset, {"format": "application/n-quads"})
    assert isinstance(written, str)
    return written.encode()


def jcs(document: dict[str, Any]) -> bytes:
    """RFC 8785, for documents whose names are ASCII and whose values are no numbers."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hash_data(document: dict[str, Any], options: dict[str, Any]) -> bytes:
    """What a proof with these options signs of an unsecured document."""
    is_p384 = options["verificationMethod"].startswith("did:key:z82")
    hashed, algorithm = (sha384, BySha384) if is_p384 else (sha256, URDNA2015)
    if "-jcs-" in options.get("cryptosuite", ""):
        parts = jcs(options), jcs(document)
    else:
        configured = {**options, "@context": document["@context"]}
        parts = statements(configured, algorithm), statements(document, algorithm)
    return b"".join(hashed(part).digest() for part in parts)


def by_pyld(secured: dict[str, Any]) -> bool:
    """Whether the one proof of Data Integrity holds."""
    document = {name: value for name, value in secured.items() if name != "proof"}
    options = {name: value for name, value in secured["proof"].items() if name != "proofValue"}
    signature = base58.b58decode(secured["proof"]["proofValue"].removeprefix("z"))
    return holds(options["verificationMethod"], signature, hash_data(document, options))


def by_pyld_detached(secured: dict[str, Any]) -> bool:
    """Whether the one proof with a detached JWS (RFC 7797) holds, in the way of its time."""
    document = {name: value for name, value in secured.items() if name != "proof"}
    options = {name: value for name, value in secured["proof"].items() if name != "jws"}
    head, nothing, encoded = secured["proof"]["jws"].split(".")
    assert nothing == ""
    own = options.get("@context", [])
    contexts = [*document["@context"], *(own if isinstance(own, list) else [own])]
    said = sha256(statements({**options, "@context": contexts})).digest()
    signed = said + sha256(statements(document)).digest()
    signature = urlsafe_b64decode(encoded + "==")
    return holds(options["verificationMethod"], signature, f"{head}.".encode() + signed)


def by_didkit(pipe: DidkitPipe, secured: dict[str, Any], operation: str) -> list[str]:
    """What didkit has against it."""
    options = {"proofPurpose": secured["proof"]["proofPurpose"]}
    if operation == "verify_presentation":
        options |= ASKED
    errors = pipe.ask(operation, document=secured, options=options)["errors"]
    assert isinstance(errors, list)
    return errors


def verdict(secured: bytes | dict[str, Any], *, presents: bool = False) -> Verdict:
    """Holdfast's, an hour later."""
    return verify(
        secured if isinstance(secured, bytes) else write_json(secured),
        sources=Sources(Resolver(METHODS)),
        at=ISSUED + timedelta(hours=1),
        **(ASKED if presents else {}),
    ).verdict


def licence(by: Someone, *, older: bool) -> dict[str, Any]:
    document = unsigned_credential(
        issuer=by.did,
        subject=by.did,
        type="NursingLicence",
        claims={"level": "Senior", "number": "RN-48213", "ward": "集中治疗"},
        valid_from=ISSUED,
        id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    )
    if older:
        issued = document.pop("validFrom")
        document |= {"@context": [CREDENTIALS_V1, OWN_TERMS], "issuanceDate": issued}
    return document


def shown(by: Someone, credential: dict[str, Any] | str, *, older: bool) -> dict[str, Any]:
    make = older_presentation if older else unsigned_presentation
    return make(holder=by.did, credentials=[credential])


def with_another_claim(secured: dict[str, Any]) -> dict[str, Any]:
    changed = deepcopy(secured)
    credentials = changed.get("verifiableCredential", [changed])
    credentials[0]["credentialSubject"]["level"] = "Junior"
    return changed


@pytest.fixture(scope="module")
def didkit() -> Iterator[DidkitPipe]:
    with DidkitPipe() as pipe:
        yield pipe


@pytest.mark.parametrize(("suite", "algorithm"), SUITES)
def test_pyld_and_cryptography_verify_our_proofs_and_refuse_a_changed_claim(
    suite: str, algorithm: str
) -> None:
    by, older = Someone.of(algorithm), suite == ED25519_2020
    options: dict[str, Any] = {
        "signer": by.key,
        "verification_method": by.method,
        "created": ISSUED,
        "suite": suite,
    }
    credential = secure(licence(by, older=older), purpose="assertionMethod", **options)
    presentation = secure(
        shown(by, credential, older=older), purpose="authentication", **options, **ASKED
    )
    for secured in (credential, presentation):
        assert by_pyld(secured)
        assert not by_pyld(with_another_claim(secured))
        assert verdict(secured, presents=secured is presentation) is Verdict.VALID


@pytest.mark.parametrize(("suite", "algorithm"), SUITES)
def test_what_pyld_and_cryptography_signed_is_valid_until_a_claim_is_changed(
    suite: str, algorithm: str
) -> None:
    by, older = Someone.of(algorithm), suite == ED25519_2020
    own = "https://w3id.org/security/suites/ed25519-2020/v1" if older else DATA_INTEGRITY
    kind = {"type": suite} if older else {"type": "DataIntegrityProof", "cryptosuite": suite}

    def secured(document: dict[str, Any], **options: str) -> dict[str, Any]:
        document = {**document, "@context": [*document["@context"], own]}
        proof = {
            **kind,
            "created": "2026-01-31T09:00:00Z",
            "verificationMethod": by.method,
            **options,
            **({"@context": document["@context"]} if "-jcs-" in suite else {}),
        }
        signature = sign(by.theirs, hash_data(document, proof))
        proof_value = f"z{base58.b58encode(signature).decode()}"
        return {**document, "proof": {**proof, "proofValue": proof_value}}

    credential = secured(licence(by, older=older), proofPurpose="assertionMethod")
    assert verdict(credential) is Verdict.VALID
    assert verdict(with_another_claim(credential)) is Verdict.INVALID
    presentation = secured(
        shown(by, credential, older=older), proofPurpose="authentication", **ASKED
    )
    assert verdict(presentation, presents=True) is Verdict.VALID
    assert verdict(with_another_claim(presentation), presents=True) is Verdict.INVALID


@pytest.fixture
def _old_names() -> Iterator[None]:
    # joserfc warns of the name EdDSA, which RFC 9864 deprecates and everyone else writes.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def joserfc_key(key: PublicKey | PrivateKey) -> ECKey | OKPKey:
    pem = (
        key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        if isinstance(key, PublicKey)
        else key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    kinds = ed25519.Ed25519PublicKey, ed25519.Ed25519PrivateKey
    return OKPKey.import_key(pem) if isinstance(key, kinds) else ECKey.import_key(pem)


def replaced(token: bytes, payload: dict[str, Any]) -> bytes:
    head, _, signature = token.split(b".")
    encoded = urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=")
    return b".".join((head, encoded, signature))


@pytest.mark.usefixtures("_old_names")
@pytest.mark.parametrize(("alg", "algorithm"), ALGS)
@pytest.mark.parametrize(("credentials", "presentations"), STYLES)
def test_joserfc_verifies_our_tokens_and_refuses_a_changed_claim(
    credentials: Style, presentations: Style, alg: str, algorithm: str
) -> None:
    by, older = Someone.of(algorithm), credentials == "jwt-vc"
    options: dict[str, Any] = {
        "signer": by.key,
        "verification_method": by.method,
        "issued": ISSUED,
    }
    document = licence(by, older=older)
    credential = jose.secure(document, purpose="assertionMethod", style=credentials, **options)
    held: Any = credential.decode() if older else jose.enveloped(credential)
    presentation = jose.secure(
        shown(by, held, older=older),
        purpose="authentication",
        style=presentations,
        **options,
        **ASKED,
    )
    key = joserfc_key(key_of(by.did))
    for token in (credential, presentation):
        found = jws.deserialize_compact(token, key, algorithms=[alg])
        assert found.headers()["alg"] == alg
        payload = json.loads(found.payload or b"")
        with pytest.raises(BadSignatureError):
            jws.deserialize_compact(
                replaced(token, {**payload, "level": "Junior"}), key, algorithms=[alg]
            )
        assert verdict(token, presents=token is presentation) is Verdict.VALID


@pytest.mark.usefixtures("_old_names")
@pytest.mark.parametrize(("alg", "algorithm"), ALGS)
@pytest.mark.parametrize("older", [False, True])
def test_a_token_that_joserfc_signed_is_valid_until_a_claim_is_changed(
    alg: str, algorithm: str, *, older: bool
) -> None:
    by = Someone.of(algorithm)
    document = licence(by, older=older)
    payload = (
        {"iss": by.did, "sub": by.did, "nbf": 1769850000, "jti": document["id"], "vc": document}
        if older
        else document
    )
    token = jws.serialize_compact(
        {"alg": alg, "typ": "JWT" if older else "vc+jwt", "kid": by.method},
        json.dumps(payload),
        joserfc_key(by.theirs),
        algorithms=[alg],
    ).encode()
    assert verdict(token) is Verdict.VALID
    changed = {"vc": with_another_claim(document)} if older else with_another_claim(document)
    assert verdict(replaced(token, {**payload, **changed})) is Verdict.INVALID


def test_didkit_verifies_our_older_proofs_and_refuses_a_changed_claim(didkit: DidkitPipe) -> None:
    by = Someone.of("Ed25519")
    options: dict[str, Any] = {
        "signer": by.key,
        "verification_method": by.method,
        "created": ISSUED,
        "suite": ED25519_2020,
    }
    credential = secure(licence(by, older=True), purpose="assertionMethod", **options)
    presentation = secure(
        shown(by, credential, older=True), purpose="authentication", **options, **ASKED
    )
    for secured, operation in (
        (credential, "verify_credential"),
        (presentation, "verify_presentation"),
    ):
        assert by_didkit(didkit, secured, operation) == []
        assert by_didkit(didkit, with_another_claim(secured), operation) != []


def test_what_didkit_signed_is_valid_by_our_own_engine_until_a_claim_is_changed(
    didkit: DidkitPipe,
) -> None:
    by = Someone.of("Ed25519")
    document = licence(by, older=True)
    document["@context"].append("https://w3id.org/security/suites/ed25519-2020/v1")
    options = {
        "type": ED25519_2020,
        "verificationMethod": by.method,
        "proofPurpose": "assertionMethod",
        "created": "2026-01-31T09:00:00Z",
    }
    secured = didkit.ask(
        "issue_credential", document=document, options=options, key=by.jwk.decode()
    )
    assert secured["proof"]["type"] == ED25519_2020
    assert verdict(dict(secured)) is Verdict.VALID
    assert verdict(with_another_claim(dict(secured))) is Verdict.INVALID


@pytest.mark.parametrize(("proof_type", "algorithm"), OLDER_PROOFS)
def test_pyld_and_cryptography_verify_what_we_have_didkit_sign(
    didkit: DidkitPipe, proof_type: str, algorithm: str
) -> None:
    by = Someone.of(algorithm)
    credential = legacy.issue(licence(by, older=True), by.jwk, proof_type=proof_type, didkit=didkit)
    presentation = legacy.present(
        legacy.unsigned_presentation(holder=by.did, credentials=[Credential.of(credential)]),
        by.jwk,
        proof_type=proof_type,
        created=ISSUED,
        didkit=didkit,
        **ASKED,
    )
    for secured in (credential, presentation):
        assert by_pyld_detached(secured)
        assert not by_pyld_detached(with_another_claim(secured))
        assert verdict(secured, presents=secured is presentation) is Verdict.VALID
        changed = with_another_claim(secured)
        assert verdict(changed, presents=secured is presentation) is Verdict.INVALID


def test_eth_account_recovers_the_signer_of_typed_data_and_another_once_a_claim_is_changed(
    didkit: DidkitPipe,
) -> None:
    with warnings.catch_warnings(), recursion_limit():
        warnings.simplefilter("ignore")
        from eth_account import Account  # noqa: PLC0415 - it warns and raises the limit
        from eth_account.messages import encode_typed_data  # noqa: PLC0415

    by = Someone.of("secp256k1")
    account = Account.from_key(by.key.expose_secret()).address
    did = f"did:pkh:eip155:1:{account}"
    name = "EthereumEip712Signature2021"
    unsigned = legacy.unsigned_credential(
        issuer=did,
        subject=did,
        type="NursingLicence",
        claims={"level": "Senior"},
        valid_from=ISSUED,
        proof_type=name,
    )
    secured = legacy.issue(unsigned, by.jwk, proof_type=name, didkit=didkit)

    def recovered(document: dict[str, Any]) -> str:
        proof = dict(document["proof"])
        typed, signature = proof.pop("eip712"), proof.pop("proofValue")
        return str(
            Account.recover_message(
                encode_typed_data(full_message={**typed, "message": {**document, "proof": proof}}),
                signature=signature,
            )
        )

    assert recovered(secured) == account
    assert recovered(with_another_claim(secured)) != account
    assert verdict(secured) is Verdict.VALID
