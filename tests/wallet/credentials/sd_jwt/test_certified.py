from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.wallet.credentials.mdoc.issuer import (
    AUTHORITY,
    SIGNER,
    Authority,
    certificate,
    der,
    named,
    new_key,
    pem,
    usage,
)
from tests.wallet.credentials.sd_jwt.certified_issuer import (
    FOR_HOST,
    FOR_URI,
    ISSUER,
    SIGNS,
    Issuing,
    for_names,
    in_base64,
    jws,
)
from wallet.credentials.certificate_uses import check_token_signer, is_for, public_key_of
from wallet.credentials.errors import (
    CredentialError,
    InvalidCredential,
    ProofInvalid,
    TooComplex,
    UnsupportedFormat,
)
from wallet.credentials.formats.sd_jwt import open_sd_jwt
from wallet.credentials.received import read_credential

DID: Final = "did:web:pid.utopia.example"


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def issuing(authority: Authority) -> Issuing:
    return Issuing(authority)


def refused(data: bytes) -> CredentialError:
    with pytest.raises(CredentialError) as caught:
        open_sd_jwt(data)
    return caught.value


def test_the_issuer_is_the_subject_of_the_certificate_called_by_its_digest(
    issuing: Issuing,
) -> None:
    issuing.chain = (issuing.signer(),)
    credential = read_credential(issuing.make())
    digest = hashlib.sha256(der(issuing.chain[0])).digest()
    id_ = f"ni:///sha-256;{urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    assert credential.issuer == id_
    name = f"{ISSUER} (CN=Utopia PID,C=UT)"
    assert credential.document["issuer"] == {"id": id_, "name": name}
    assert set(credential.claims) == {"given_name"}


def test_iss_may_be_missing_and_is_no_name_where_the_certificate_is_not_for_it(
    issuing: Issuing,
) -> None:
    issuing.without = ("iss",)
    without = open_sd_jwt(issuing.make())
    assert without.document["issuer"]["name"] == "CN=Utopia PID,C=UT"
    issuing.without, issuing.claims = (), {"iss": "https://bank.example"}
    other = open_sd_jwt(issuing.make())
    assert other.document["issuer"]["name"] == "CN=Utopia PID,C=UT"
    assert "bank" not in json.dumps(other.document)


def test_without_certificates_iss_has_to_be_there(issuing: Issuing) -> None:
    issuing.without = ("iss", "x5c")
    assert "$.iss must be text" in str(refused(issuing.make()))
    issuing.claims = {"@context": ["https://www.w3.org/ns/credentials/v2"]}
    assert "$.iss must be text" in str(refused(issuing.make()))


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({}, {"iss": DID}),
        ({}, {"iss": DID.upper()}),
        ({"kid": f"{DID}#key-1"}, {}),
        ({"kid": f"{DID}#key-1"}, {"iss": DID}),
        ({"kid": f"{DID}#key-1"}, {"iss": ISSUER}),
        ({"iss": DID}, {}),
    ],
)
def test_a_token_that_names_a_did_and_a_certificate_is_refused(
    issuing: Issuing, header: dict[str, Any], claims: dict[str, Any]
) -> None:
    # Even where the certificate is for the DID: its keys come from its document.
    names = for_names(x509.UniformResourceIdentifier(DID))
    issuing.header, issuing.claims, issuing.extensions = header, claims, (*SIGNS, names)
    error = refused(issuing.make())
    assert isinstance(error, InvalidCredential)
    assert "is a DID, whose keys come from its document alone" in str(error)


@pytest.mark.parametrize(
    ("x5c", "match"),
    [
        ("MIIB", "a list of certificates"),
        ({"0": "MIIB"}, "a list of certificates"),
        (True, "a list of certificates"),
        ([1], "in base64"),
        ([""], "in base64"),
        (["MIIB"], "cannot be read"),
        (["AAAA"], "in base64"),
        ([["MIIB"]], "in base64"),
        ([b64encode(b"\x30\x82\x01\x00").decode()], "cannot be read"),
        ([b64encode(b"\x30\x81" + bytes(40_000)).decode()], "16384 bytes"),
    ],
)
def test_what_is_no_certificate_is_refused(issuing: Issuing, x5c: object, match: str) -> None:
    issuing.x5c = x5c
    error = refused(issuing.make())
    assert isinstance(error, InvalidCredential)
    assert match in str(error)


def test_an_empty_list_of_certificates_names_nobody(issuing: Issuing) -> None:
    issuing.header = {"x5c": []}
    assert "a list of certificates" in str(refused(issuing.make()))
    issuing.header = {"x5c": None}
    assert "a list of certificates" in str(refused(issuing.make()))


def test_a_certificate_is_der_in_base64_and_written_in_no_other_way(issuing: Issuing) -> None:
    signer = issuing.signer()
    # Long enough for characters that differ, and for padding.
    while True:
        text = in_base64(signer)[0]
        if {"+", "/"} & set(text) and text.endswith("="):
            break
        signer = issuing.signer()
    last = text.rstrip("=")
    after = chr(ord(last[-1]) + 1)
    others = [
        urlsafe_b64encode(der(signer)).decode(),
        last,
        f"{text}\n",
        f" {text}",
        f"{text[:64]}\n{text[64:]}",
        f"{last[:-1]}{after}{text[len(last) :]}",
        b64encode(pem(signer)).decode(),
        b64encode(b"0\x0a" + pem(signer)).decode(),
        b64encode(der(signer) + b"\0").decode(),
        f"{text}{text}",
    ]
    assert text not in others
    for other in others:
        issuing.x5c = [other]
        assert isinstance(refused(issuing.make()), InvalidCredential), other
    issuing.x5c = [text]
    assert open_sd_jwt(issuing.make()).proof.certified is not None


def test_more_certificates_than_are_looked_at_are_refused_before_they_are_read(
    issuing: Issuing,
) -> None:
    issuing.x5c = in_base64(issuing.signer()) * 100
    error = refused(issuing.make())
    assert isinstance(error, TooComplex)
    assert "100 certificates; 4 are read" in str(error)
    issuing.x5c = ["no certificate"] * 100
    assert isinstance(refused(issuing.make()), TooComplex)


def test_a_thumbprint_is_of_the_first_certificate(issuing: Issuing) -> None:
    issuing.chain = (issuing.signer(),)
    digest = hashlib.sha256(der(issuing.chain[0])).digest()
    issuing.header = {"x5t#S256": urlsafe_b64encode(digest).rstrip(b"=").decode()}
    assert open_sd_jwt(issuing.make()).proof.certified is not None
    for other in ("AAAA", 7, None, digest.hex()):
        issuing.header = {"x5t#S256": other}
        assert "another certificate" in str(refused(issuing.make()))


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u"])
def test_no_other_key_is_brought_along_beside_it(issuing: Issuing, name: str) -> None:
    issuing.header = {name: "https://pid.utopia.example/key"}
    assert "brings a key along" in str(refused(issuing.make()))


def test_certificates_among_the_claims_name_nobody(issuing: Issuing) -> None:
    claims = {"vct": "x", "iss": ISSUER, "x5c": in_base64(issuing.signer())}
    token = jws({"alg": "ES256", "typ": "dc+sd-jwt"}, claims, issuing.key)
    proof = open_sd_jwt(f"{token}~".encode()).proof
    assert proof.certified is None
    assert proof.verification_method == ISSUER


def test_a_key_binding_brings_no_certificates(issuing: Issuing) -> None:
    chain = in_base64(issuing.signer())
    shown = issuing.present(nonce="n", audience="https://shop.example", x5c=chain)
    assert "brings a key along" in str(refused(shown))


def test_credentials_of_the_data_model_are_of_no_certified_issuer(issuing: Issuing) -> None:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "credentialSubject": {"name": "Erika"},
    }
    header = {"alg": "ES256", "typ": "vc+sd-jwt", "x5c": in_base64(issuing.signer())}
    with pytest.raises(InvalidCredential, match="brings a key along"):
        open_sd_jwt(f"{jws(header, document, issuing.key)}~".encode())


@pytest.mark.parametrize("form", [DID, {"id": DID, "name": "Utopia"}])
def test_an_issuer_of_the_data_model_may_be_an_object(issuing: Issuing, form: object) -> None:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": form,
        "credentialSubject": {"name": "Erika"},
    }
    token = jws({"alg": "ES256", "typ": "vc+sd-jwt"}, document, issuing.key)
    assert open_sd_jwt(f"{token}~".encode()).proof.verification_method == DID


@pytest.mark.parametrize("form", [None, {}, {"name": "Utopia"}, [DID], 7])
def test_an_issuer_of_the_data_model_has_an_identifier(issuing: Issuing, form: object) -> None:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": form,
        "credentialSubject": {"name": "Erika"},
    }
    token = jws({"alg": "ES256", "typ": "vc+sd-jwt"}, document, issuing.key)
    with pytest.raises(InvalidCredential, match=r"\$\.issuer must have an identifier"):
        open_sd_jwt(f"{token}~".encode())


# Whom a certificate is for.


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("https://pid.utopia.example", True),
        ("https://pid.utopia.example/", True),
        ("https://pid.utopia.example/issuer", True),
        ("https://PID.Utopia.example:8443/issuer", True),
        ("https://utopia.example", False),
        ("https://a.pid.utopia.example", False),
        ("https://pid.utopia.example.evil.example", False),
        ("https://pid.utopia.example.", False),
        ("https://pid.utopia.example@evil.example", False),
        ("https://evil.example/pid.utopia.example", False),
        ("https://evil.example?pid.utopia.example", False),
        ("https://pid.utopia.example?tenant=1", False),
        ("https://pid.utopia.example#1", False),
        ("https://pid.utopia.example\\@evil.example", False),
        ("https://pid.utopia.example\n", False),
        ("https://pid.utopia.example/a b", False),
        ("https://*.utopia.example", False),
        ("http://pid.utopia.example", False),
        ("pid.utopia.example", False),
        ("dns:pid.utopia.example", False),
        ("https://", False),
        ("https://pid.utopia.examp\u0142e", False),
    ],
)
def test_a_host_is_compared_whole(authority: Authority, name: str, expected: bool) -> None:  # noqa: FBT001
    signer = Issuing(authority, extensions=(*SIGNS, FOR_HOST)).signer()
    assert is_for(signer, name) is expected


def test_a_uri_is_compared_letter_by_letter(authority: Authority) -> None:
    signer = Issuing(authority, extensions=(*SIGNS, FOR_URI)).signer()
    assert is_for(signer, ISSUER)
    for other in (f"{ISSUER}/", ISSUER.upper(), "https://pid.utopia.example"):
        assert not is_for(signer, other)


def test_an_asterisk_the_subject_and_other_kinds_of_names_are_for_no_host(
    authority: Authority,
) -> None:
    starred = for_names(x509.DNSName("*.utopia.example"))
    assert not is_for(Issuing(authority, extensions=(*SIGNS, starred)).signer(), ISSUER)
    mail = for_names(x509.RFC822Name("pid.utopia.example"))
    assert not is_for(Issuing(authority, extensions=(*SIGNS, mail)).signer(), ISSUER)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pid.utopia.example")])
    key = new_key()
    plain = certificate(subject, key, authority.name, authority.key, extensions=SIGNS)
    assert not is_for(plain, "https://pid.utopia.example")


# What a certificate is for.


def purposes(*them: x509.ObjectIdentifier) -> tuple[x509.ExtensionType, bool]:
    return (x509.ExtendedKeyUsage(them), False)


@pytest.mark.parametrize(
    ("extensions", "match"),
    [
        ((), "not for a key that signs"),
        (((usage(), True),), "not for a key that signs"),
        (((usage(issues=True), True),), "not for a key that signs"),
        (AUTHORITY, "an authority's"),
        ((*SIGNS, (x509.BasicConstraints(ca=True, path_length=None), True)), "an authority's"),
        ((*SIGNS, purposes(ExtendedKeyUsageOID.SERVER_AUTH)), "other purposes"),
        (
            (
                *SIGNS,
                purposes(ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH),
            ),
            "other purposes",
        ),
        ((*SIGNS, purposes(ExtendedKeyUsageOID.TIME_STAMPING)), "other purposes"),
    ],
)
def test_the_signer_is_one_to_sign_documents(
    authority: Authority, extensions: Any, match: str
) -> None:
    signer = Issuing(authority, extensions=extensions).signer()
    with pytest.raises(ProofInvalid, match=match):
        check_token_signer((signer,))


@pytest.mark.parametrize(
    "them",
    [
        (SIGNER,),
        (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,),
        (x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"), ExtendedKeyUsageOID.SERVER_AUTH),
    ],
)
def test_a_signer_may_have_purposes_that_are_not_known_here(
    authority: Authority, them: tuple[x509.ObjectIdentifier, ...]
) -> None:
    check_token_signer((Issuing(authority, extensions=(*SIGNS, purposes(*them))).signer(),))


def test_a_signer_vouches_not_for_itself(authority: Authority) -> None:
    key = new_key()
    itself = certificate(named("Utopia PID"), key, named("Utopia PID"), key, extensions=SIGNS)
    with pytest.raises(ProofInvalid, match="vouches for itself"):
        check_token_signer((itself,))
    with pytest.raises(ProofInvalid, match="vouches for itself"):
        check_token_signer((itself, authority.root))


def test_each_certificate_is_of_who_signed_the_one_before(authority: Authority) -> None:
    signer = Issuing(authority).signer()
    check_token_signer((signer, authority.root))
    other = Authority(name=named("Atlantis"))
    for chain in ((signer, other.root), (signer, authority.root, other.root), (signer, signer)):
        with pytest.raises(ProofInvalid, match="who signed the one before"):
            check_token_signer(chain)


def test_a_key_of_another_kind_signs_no_token(authority: Authority) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signer = certificate(
        named("Utopia PID"),
        key,  # type: ignore[arg-type]
        authority.name,
        authority.key,
        extensions=SIGNS,
    )
    with pytest.raises(ProofInvalid, match="signs no token"):
        public_key_of(signer)


def test_an_algorithm_that_is_not_checked_here_is_not_judged(issuing: Issuing) -> None:
    issuing.header = {"alg": "PS256"}
    assert isinstance(refused(issuing.make()), UnsupportedFormat)


def test_a_holders_key_that_cannot_be_used_says_nothing_against_it(issuing: Issuing) -> None:
    issuing.claims = {"iss": ISSUER, "cnf": {"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}}
    assert isinstance(refused(issuing.make()), UnsupportedFormat)
    issuing.claims = {"iss": ISSUER, "cnf": {"jwk": {"kty": "EC", "crv": "P-256", "x": "AQ"}}}
    assert isinstance(refused(issuing.make()), InvalidCredential)


PROGRAM: Final = """
import sys
from wallet.credentials.formats.sd_jwt import open_sd_jwt
from wallet.verify.pipeline import verify
open_sd_jwt(sys.argv[1].encode())
print(*sorted(name for name in sys.modules if name.startswith("cryptography.x509")))
print(*sorted({"cbor2", "wallet.credentials.certificates"} & set(sys.modules)))
"""


def test_only_a_token_with_certificates_loads_what_reads_them(issuing: Issuing) -> None:
    def loaded(data: bytes) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, data.decode()],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout.split()

    assert "wallet.credentials.certificates" in loaded(issuing.make())
    assert "cbor2" not in loaded(issuing.make())
    issuing.without = ("x5c",)
    assert loaded(issuing.make()) == []
