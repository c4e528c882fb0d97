"""Verdicts on SD-JWT VCs whose issuer a certificate names: what attackers would try, above all."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwcrypto.jwk import JWK
from sd_jwt.holder import SDJWTHolder
from sd_jwt.verifier import SDJWTVerifier

from did.base_encodings import decode_base64url
from did.resolver import Resolver
from tests.wallet.credentials.mdoc.issuer import (
    AUTHORITY,
    DAY,
    NOW,
    Authority,
    certificate,
    der,
    named,
    new_key,
    usage,
)
from tests.wallet.credentials.sd_jwt.certified_issuer import (
    FOR_HOST,
    FOR_URI,
    ISSUER,
    SIGNS,
    TYPE,
    Issuing,
    for_names,
    in_base64,
    jwk,
    jws,
)
from wallet.credentials.status import BitList
from wallet.credentials.status.issuing import token_list_claims
from wallet.verify.attested_checks import held_credential
from wallet.verify.case import Question
from wallet.verify.detect import detect
from wallet.verify.evidence import Attested, Evidence
from wallet.verify.pipeline import verify
from wallet.verify.policy import Policy, Root, TrustedIssuers
from wallet.verify.report import Outcome, Verdict
from wallet.verify.sources import Body, Sources

if TYPE_CHECKING:
    from tests.wallet.credentials.mdoc.issuer import PrivateKey
    from wallet.verify.report import Report
    from wallet.verify.sources import Get

VERIFIER: Final = "https://shop.example"
METADATA: Final = "https://pid.utopia.example/.well-known/jwt-vc-issuer/issuer"


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def issuing(authority: Authority) -> Issuing:
    return Issuing(authority)


def nowhere(url: str, /, *, accept: str = "*/*") -> Body:
    del accept
    pytest.fail(f"{url} was asked for")


def judged(
    data: bytes,
    *roots: x509.Certificate,
    policy: Policy | None = None,
    get: Get = nowhere,
    at: datetime = NOW,
    challenge: str | None = None,
    domain: str | None = None,
) -> Report:
    asked = replace(policy or Policy(), roots=tuple(Root(der(root)) for root in roots))
    return verify(
        data,
        sources=Sources(Resolver(), get=get),
        at=at,
        policy=asked,
        challenge=challenge,
        domain=domain,
    )


def found(report: Report) -> set[tuple[str, str]]:
    """What stands against it, or is not known: check and code."""
    return {
        (check.name, check.code)
        for check in report.checks
        if check.outcome in {Outcome.FAIL, Outcome.UNKNOWN}
    }


def said(report: Report, name: str) -> str:
    return " | ".join(str(check.sentence) for check in report.checks if check.name == name)


@pytest.mark.parametrize("names", [FOR_HOST, FOR_URI])
def test_under_a_trusted_root_it_is_valid_and_nobody_is_asked(
    issuing: Issuing, names: tuple[x509.ExtensionType, bool]
) -> None:
    issuing.extensions = (*SIGNS, names)
    report = judged(issuing.make(), issuing.authority.root)
    assert report.verdict is Verdict.VALID, report
    assert found(report) == set()
    assert said(report, "issuer") == (f"the certificate of CN=Utopia PID,C=UT is for {ISSUER}, too")
    assert "CN=Utopia IACA,C=UT, which is trusted" in said(report, "trust")
    assert report.format == "sd-jwt"
    assert (report.facts[0].issuer or "").startswith("ni:///sha-256;")


def test_without_iss_its_issuer_is_whom_the_certificate_names(issuing: Issuing) -> None:
    issuing.without, issuing.extensions = ("iss",), SIGNS
    report = judged(issuing.make(), issuing.authority.root)
    assert report.verdict is Verdict.VALID, report
    assert said(report, "issuer") == "its issuer is whom the certificate names: CN=Utopia PID,C=UT"


def test_without_a_root_it_is_never_valid(issuing: Issuing) -> None:
    for policy in (Policy(), Policy(trust=TrustedIssuers(frozenset({ISSUER})))):
        report = judged(issuing.make(), policy=policy)
        assert report.verdict is Verdict.UNTRUSTED
        assert found(report) == {("trust", "unknown-root")}


def test_trusting_whom_iss_names_says_nothing_of_certificates(issuing: Issuing) -> None:
    # Nor does the digest by which the issuer is called: whoever has the root's trust has it anew.
    issuing.chain = (issuing.signer(),)
    id_ = judged(issuing.make()).facts[0].issuer or ""
    policy = Policy(trust=TrustedIssuers(frozenset({ISSUER, id_})))
    other = Authority(name=named("Atlantis"))
    assert judged(issuing.make(), other.root, policy=policy).verdict is Verdict.UNTRUSTED


def test_a_root_is_trusted_for_types_alone(issuing: Issuing) -> None:
    data = issuing.make()

    def asked(*types: str) -> Report:
        root = Root(der(issuing.authority.root), frozenset(types))
        return verify(
            data, sources=Sources(Resolver(), get=nowhere), at=NOW, policy=Policy(roots=(root,))
        )

    assert asked(TYPE).verdict is Verdict.VALID
    assert asked("org.iso.18013.5.1.mDL").verdict is Verdict.UNTRUSTED


# Attacks.


def test_a_root_of_the_same_name_with_another_key_vouches_for_nothing(issuing: Issuing) -> None:
    report = judged(issuing.make(), Authority(name=issuing.authority.name).root)
    assert report.verdict is Verdict.UNTRUSTED
    assert found(report) == {("trust", "no-path")}


def test_a_chain_that_somebody_made_for_themselves_leads_nowhere(issuing: Issuing) -> None:
    mallory = Authority(name=issuing.authority.name)
    forged = Issuing(mallory)
    forged.chain = (forged.signer(), mallory.root)
    for roots in ((), (issuing.authority.root,)):
        report = judged(forged.make(), *roots)
        assert report.verdict is Verdict.UNTRUSTED
        assert {name for name, _ in found(report)} == {"trust"}


def test_a_right_certificate_with_another_key_is_invalid(issuing: Issuing) -> None:
    right = issuing.signer()
    issuing.chain, issuing.key = (right,), new_key()
    report = judged(issuing.make(), issuing.authority.root)
    assert report.verdict is Verdict.INVALID
    assert found(report) == {("proof", "broken")}


@pytest.mark.parametrize(
    "iss",
    [
        "https://bank.example",
        "https://pid.utopia.example.bank.example/issuer",
        "https://utopia.example/issuer",
        "urn:utopia",
        "Utopia",
    ],
)
def test_a_certificate_for_another_host_is_none_of_whom_iss_names(
    issuing: Issuing, iss: str
) -> None:
    issuing.claims = {"iss": iss}
    report = judged(issuing.make(), issuing.authority.root)
    assert report.verdict is Verdict.INVALID
    assert found(report) == {("issuer", "another")}
    assert iss in said(report, "issuer")
    assert iss not in (report.facts[0].issuer or "")


def test_a_did_is_never_the_issuer_of_what_a_certificate_signs(issuing: Issuing) -> None:
    did = "did:web:pid.utopia.example"
    names = for_names(x509.UniformResourceIdentifier(did), x509.DNSName("pid.utopia.example"))
    issuing.extensions, issuing.claims = (*SIGNS, names), {"iss": did}
    policy = Policy(trust=TrustedIssuers(frozenset({did})))
    report = judged(issuing.make(), issuing.authority.root, policy=policy)
    assert report.verdict is Verdict.INVALID
    assert report.facts == ()


@pytest.mark.parametrize("roots", [True, False])
def test_a_certificate_keeps_nobody_asking_the_address_that_iss_names(
    issuing: Issuing,
    roots: bool,  # noqa: FBT001
) -> None:
    # The key is the issuer's by its address, too: one who brings certificates is judged by them.
    keys = {"issuer": ISSUER, "jwks": {"keys": [jwk(issuing.key)]}}  # type: ignore[arg-type]

    def get(url: str, /, *, accept: str = "*/*") -> Body:
        del accept
        assert url == METADATA
        return Body(json.dumps(keys).encode())

    trusted = (issuing.authority.root,) if roots else ()
    report = judged(issuing.make(), *trusted)
    assert report.verdict is (Verdict.VALID if roots else Verdict.UNTRUSTED)
    issuing.without = ("x5c",)
    assert judged(issuing.make(), *trusted, get=get).verdict is Verdict.VALID


def test_an_authority_signs_no_credentials(issuing: Issuing) -> None:
    authority = issuing.authority
    for extensions in (AUTHORITY, (*SIGNS, *AUTHORITY[:1])):
        issuing.extensions = (*extensions, FOR_HOST)
        report = judged(issuing.make(), authority.root)
        assert report.verdict is Verdict.INVALID
        assert ("certificate", "unusable") in found(report)
    issuing.key, issuing.chain, issuing.without = authority.key, (authority.root,), ("iss",)
    report = judged(issuing.make(), authority.root)
    assert report.verdict is Verdict.INVALID
    assert ("certificate", "unusable") in found(report)


def test_a_signer_that_vouches_for_itself_is_refused_even_where_it_is_a_root(
    issuing: Issuing,
) -> None:
    key, name = new_key(), named("Utopia PID")
    for extensions in (
        (*SIGNS, FOR_HOST),
        (*AUTHORITY[:1], (usage(signs=True, issues=True), True)),
    ):
        itself = certificate(name, key, name, key, extensions=extensions)
        issuing.key, issuing.chain = key, (itself,)
        report = judged(issuing.make(), itself)
        assert report.verdict is Verdict.INVALID
        assert ("certificate", "unusable") in found(report)


def between(authority: Authority, key: PrivateKey) -> x509.Certificate:
    """An authority under the root, which issues signers and no authorities."""
    return certificate(
        named("Utopia Sub"), key, authority.name, authority.key, extensions=AUTHORITY
    )


def under(issuing: Issuing) -> tuple[x509.Certificate, x509.Certificate, Authority]:
    """A signer, the authority that signed it, and the root's whole."""
    root = Authority()
    root.root = certificate(
        root.name,
        root.key,
        root.name,
        root.key,
        extensions=((x509.BasicConstraints(ca=True, path_length=1), True), AUTHORITY[1]),
        start=NOW - 1000 * DAY,
        end=NOW + 1000 * DAY,
    )
    key = new_key()
    sub = between(root, key)
    signer = certificate(
        named("Utopia PID"), issuing.key, sub.subject, key, extensions=issuing.extensions
    )
    return signer, sub, root


def test_a_longer_chain_leads_to_its_root(issuing: Issuing) -> None:
    signer, sub, root = under(issuing)
    issuing.chain = (signer, sub)
    assert judged(issuing.make(), root.root).verdict is Verdict.VALID
    assert judged(issuing.make(), issuing.authority.root).verdict is Verdict.UNTRUSTED
    issuing.chain = (signer,)
    assert judged(issuing.make(), root.root).verdict is Verdict.UNTRUSTED


def test_a_root_that_comes_along_proves_nothing_and_is_told(issuing: Issuing) -> None:
    signer, sub, root = under(issuing)
    issuing.chain = (signer, sub, root.root)
    report = judged(issuing.make(), root.root)
    assert report.verdict is Verdict.VALID
    assert "a root comes along" in said(report, "certificate")
    assert judged(issuing.make()).verdict is Verdict.UNTRUSTED


def test_a_chain_in_another_order_is_refused(issuing: Issuing) -> None:
    signer, sub, root = under(issuing)
    for chain in ((sub, signer), (signer, root.root, sub), (signer, sub, sub), (signer, signer)):
        issuing.chain = chain
        report = judged(issuing.make(), root.root)
        assert report.verdict is Verdict.INVALID, chain
        assert ("certificate", "unusable") in found(report)


def test_a_hundred_certificates_are_refused(issuing: Issuing) -> None:
    issuing.x5c = in_base64(issuing.signer()) * 100
    report = judged(issuing.make(), issuing.authority.root)
    assert report.verdict is Verdict.INVALID
    assert "100 certificates" in str(report.checks[0].sentence)


def test_a_malformed_certificate_behind_the_first_is_refused(issuing: Issuing) -> None:
    signer = in_base64(issuing.signer())
    issuing.x5c = [*signer, "MIIBAA=="]
    report = judged(issuing.make(), issuing.authority.root)
    assert report.verdict is Verdict.INVALID
    assert ("certificate", "unusable") in found(report)


@pytest.mark.parametrize(
    ("days", "code"),
    [(-200, "not-yet"), (400, "expired")],
)
def test_the_certificate_is_in_its_period(issuing: Issuing, days: int, code: str) -> None:
    issuing.claims = {
        "iss": ISSUER,
        "iat": int((NOW - 900 * DAY).timestamp()),
        "exp": int((NOW + 900 * DAY).timestamp()),
    }
    report = judged(issuing.make(), issuing.authority.root, at=NOW + timedelta(days=days))
    assert report.verdict is Verdict.EXPIRED
    assert ("certificate", code) in found(report)


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (ec.generate_private_key(ec.SECP384R1()), "ES384"),
        (ec.generate_private_key(ec.SECP521R1()), "ES512"),
        (ec.generate_private_key(ec.SECP256K1()), "ES256K"),
        (ed25519.Ed25519PrivateKey.generate(), "EdDSA"),
    ],
)
def test_other_kinds_of_keys_sign_by_their_own_algorithm(
    issuing: Issuing, key: PrivateKey, alg: str
) -> None:
    issuing.key, issuing.alg = key, alg
    assert judged(issuing.make(), issuing.authority.root).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("curve", "alg"),
    [(ec.SECP256K1(), "ES256"), (ec.SECP256R1(), "ES256K"), (ec.BrainpoolP256R1(), "ES256")],
)
def test_an_algorithm_of_another_kind_of_key_is_refused(
    issuing: Issuing, curve: ec.EllipticCurve, alg: str
) -> None:
    issuing.key, issuing.alg = new_key(curve), alg
    report = judged(issuing.make(), issuing.authority.root)
    assert report.verdict is Verdict.INVALID
    assert ("proof", "broken") in found(report)


def test_a_certificate_of_an_rsa_key_fits_no_token(issuing: Issuing) -> None:
    key: Any = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    authority = issuing.authority
    issuing.chain = (
        certificate(
            named("Utopia PID"), key, authority.name, authority.key, extensions=issuing.extensions
        ),
    )
    report = judged(issuing.make(), authority.root)
    assert report.verdict is Verdict.INVALID
    assert found(report) == {("proof", "broken")}


def test_a_root_vouches_for_no_host_but_those_that_it_may(issuing: Issuing) -> None:
    def constrained(*hosts: str) -> Authority:
        made = Authority()
        names = [x509.DNSName(host) for host in hosts]
        constraint = x509.NameConstraints(permitted_subtrees=names, excluded_subtrees=None)
        made.root = certificate(
            made.name,
            made.key,
            made.name,
            made.key,
            extensions=(*AUTHORITY, (constraint, True)),
            end=NOW + 1000 * DAY,
        )
        return made

    issuing.authority = constrained("utopia.example")
    assert judged(issuing.make(), issuing.authority.root).verdict is Verdict.VALID
    issuing.authority = constrained("atlantis.example")
    assert judged(issuing.make(), issuing.authority.root).verdict is Verdict.UNTRUSTED


@pytest.mark.parametrize("edit", ["header", "payload", "disclosure"])
def test_a_changed_byte_is_found(issuing: Issuing, edit: str) -> None:
    head, payload, rest = issuing.make().split(b".")
    match edit:
        case "header":
            other = Issuing(issuing.authority).make()
            data = b".".join((other.partition(b".")[0], payload, rest))
        case "payload":
            data = b".".join((head, Issuing(issuing.authority).make().split(b".")[1], rest))
        case _:
            data = b".".join((head, payload, rest[:-3] + b"AA~"))
    assert judged(data, issuing.authority.root).verdict is Verdict.INVALID


# Presented, and kept.


def test_whoever_holds_it_presents_it_as_any_other(issuing: Issuing) -> None:
    shown = issuing.present(nonce="n", audience=VERIFIER)
    report = judged(shown, issuing.authority.root, challenge="n", domain=VERIFIER)
    assert report.verdict is Verdict.VALID, report
    assert found(judged(shown, issuing.authority.root, challenge="other", domain=VERIFIER)) == {
        ("challenge", "another")
    }
    assert judged(shown, challenge="n", domain=VERIFIER).verdict is Verdict.UNTRUSTED


def test_a_library_shows_a_part_and_reads_it(issuing: Issuing) -> None:
    token = issuing.make().decode()
    assert isinstance(issuing.key, ec.EllipticCurvePrivateKey)
    key = JWK(**jwk(issuing.key))
    verified = SDJWTVerifier(token, lambda *_: key).get_verified_payload()
    assert verified["given_name"] == "Erika"
    holder = SDJWTHolder(token)
    holder.create_presentation({"given_name": False})
    shown = holder.sd_jwt_presentation.encode()
    report = judged(shown, issuing.authority.root)
    assert report.verdict is Verdict.VALID
    assert report.facts[0].claims == ()


PERSONAL_ID: Final = json.loads(
    (Path(__file__).parents[2] / "vectors" / "sd-jwt" / "x5c.json").read_text()
)["issued"]
ISSUED: Final = datetime(2025, 5, 1, tzinfo=UTC)


def test_a_personal_id_of_another_issuer_is_valid_under_its_root() -> None:
    header = json.loads(decode_base64url(PERSONAL_ID.partition(".")[0]))
    root = x509.load_der_x509_certificate(b64decode(header["x5c"][1]))
    report = judged(PERSONAL_ID.encode(), root, at=ISSUED)
    assert report.verdict is Verdict.VALID, report
    assert "is for https://demo.bdr-prototypes/issuer/pid, too" in said(report, "issuer")
    assert "a root comes along" in said(report, "certificate")
    assert set(report.facts[0].claims) >= {"family_name", "birthdate", "nationalities"}
    assert judged(PERSONAL_ID.encode(), at=ISSUED).verdict is Verdict.UNTRUSTED
    assert judged(PERSONAL_ID.encode(), root).verdict is Verdict.EXPIRED


# Taken back.


STATUS: Final = "https://status.utopia.example/1"
MARKED: Final = 5


def status_list(signed: Issuing, value: int) -> bytes:
    """A list in which one place has a value, under the certificate of a signer."""
    bits = BitList.empty(size=2).with_values({MARKED: value})
    payload = token_list_claims(uri=STATUS, issued=NOW - timedelta(hours=1), bits=bits)
    x5c = in_base64(*(signed.chain or (signed.signer(),)))
    return jws(
        {"alg": signed.alg, "typ": "statuslist+jwt", "x5c": x5c}, payload, signed.key
    ).encode()


def with_status(issuing: Issuing) -> bytes:
    issuing.claims = {"iss": ISSUER, "status": {"status_list": {"idx": MARKED, "uri": STATUS}}}
    return issuing.make()


def at_status(data: bytes) -> Get:
    def get(url: str, /, *, accept: str = "*/*") -> Body:
        del accept
        assert url == STATUS
        return Body(data)

    return get


@pytest.mark.parametrize(("value", "verdict"), [(0, Verdict.VALID), (1, Verdict.REVOKED)])
def test_its_issuer_takes_it_back_by_a_list_under_a_certificate_made_anew(
    issuing: Issuing, value: int, verdict: Verdict
) -> None:
    renewed = at_status(status_list(Issuing(issuing.authority), value))
    report = judged(with_status(issuing), issuing.authority.root, get=renewed)
    assert report.verdict is verdict


def test_nobody_else_says_whether_it_was_taken_back(issuing: Issuing) -> None:
    data, authority = with_status(issuing), issuing.authority
    key = new_key()
    other = certificate(named("Utopia Bank"), key, authority.name, authority.key, extensions=SIGNS)
    wrong = {
        "another under the root": Issuing(authority, key=key, chain=(other,)),
        "another root": Issuing(Authority(name=authority.name)),
        "another key": Issuing(authority, key=key, chain=(issuing.signer(),)),
        "an authority": Issuing(authority, extensions=AUTHORITY),
        "another purpose": Issuing(authority, extensions=((usage(), True),)),
    }
    for what, signed in wrong.items():
        report = judged(data, authority.root, get=at_status(status_list(signed, 0)))
        assert report.verdict is Verdict.INDETERMINATE, what
        assert found(report) == {("status", "list")}, what


def test_it_stands_for_no_status_list_and_no_schema(issuing: Issuing) -> None:
    data = issuing.make()
    attested = Attested(data, detect(data, Sources(Resolver()).formats), Evidence({}), None)
    policy = Policy(roots=(Root(der(issuing.authority.root)),))
    for issuer in (None, judged(data).facts[0].issuer):
        held = held_credential(attested, Question(NOW, None, None, policy), issuer)
        assert str(held) == "it is signed under a certificate, and not by a DID"


def test_who_reads_no_such_format_judges_no_signature_of_it(issuing: Issuing) -> None:
    asked = Policy(roots=(Root(der(issuing.authority.root)),))
    sources = Sources(Resolver(), get=nowhere, formats={})
    report = verify(issuing.make(), sources=sources, at=NOW, policy=asked)
    assert report.verdict is Verdict.INDETERMINATE
    assert found(report) == {("proof", "unsupported")}


def test_a_policy_judges_it_as_any_other(issuing: Issuing) -> None:
    root = issuing.authority.root
    assert judged(issuing.make(), root, policy=Policy(types=frozenset({"x"}))).verdict is (
        Verdict.INVALID
    )
    allowed = Policy(suites=frozenset({"sd-jwt ES256"}), types=frozenset({TYPE}))
    assert judged(issuing.make(), root, policy=allowed).verdict is Verdict.VALID
    report = judged(issuing.make(), root, challenge="n")
    assert found(report) == {("presentation", "none")}
