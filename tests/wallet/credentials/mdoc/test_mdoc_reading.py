from __future__ import annotations

import base64
from typing import Any

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519, rsa

from tests.wallet.credentials.mdoc.issuer import (
    AUTHORITY,
    MDL,
    NOW,
    SIGNS,
    SPACE,
    Authority,
    Making,
    certificate,
    der,
    named,
    new_key,
    nothing,
    pem,
    response,
    usage,
)
from tests.wallet.credentials.mdoc.judging import found, judged
from wallet.credentials.certificates import check_root, fingerprint, read_certificate, subject_of
from wallet.credentials.errors import CredentialError, InvalidCredential
from wallet.credentials.formats.mdoc import open_mdoc, written
from wallet.credentials.formats.mdoc.written import cbor_in
from wallet.credentials.received import read_credential
from wallet.verify.policy import BadPolicy, Policy
from wallet.verify.report import Verdict


def _claims(making: Making) -> dict[str, Any]:
    document = open_mdoc(making.make())[0].document
    return {name.partition("/")[2]: v for name, v in document["credentialSubject"].items()}


def test_values_are_shown_as_json_has_them(making: Making) -> None:
    making.elements = {
        "text": "x",
        "flag": False,
        "nothing": None,
        "small": -3,
        "large": 1 << 60,
        "part": 1.5,
        "none": float("nan"),
        "when": cbor2.CBORTag(0, "2026-11-26T10:00:00+02:00"),
        "day": cbor2.CBORTag(1004, "2026-11-26"),
        "short": b"\0\1",
        "long": bytes(65),
        "inner": cbor2.CBORTag(24, cbor2.dumps({1: ["a"]})),
    }
    shown = _claims(making)
    shown.pop("")
    assert shown == {
        "text": "x",
        "flag": False,
        "nothing": None,
        "small": -3,
        "large": str(1 << 60),
        "part": "1.5",
        "none": "nan",
        "when": "2026-11-26T08:00:00Z",
        "day": "2026-11-26",
        "short": "AAE",
        "long": "65 bytes",
        "inner": {"1": ["a"]},
    }


def test_two_names_that_would_be_written_alike_are_refused(making: Making) -> None:
    making.elements = {"one": {1: "a", "1": "b"}}
    with pytest.raises(InvalidCredential, match="written alike"):
        open_mdoc(making.make())


def test_a_slash_in_a_namespace_does_not_make_it_another(making: Making) -> None:
    making.elements = {"c": "x"}
    making.items = lambda items: {"a/b": items[SPACE]}
    making.mso = lambda mso: {**mso, "valueDigests": {"a/b": mso["valueDigests"][SPACE]}}
    report = judged(making.make(), making.authority.root)
    assert (report.verdict, report.facts[0].claims) == (Verdict.VALID, ("a~1b/c",))


def test_one_document_of_a_response_is_read_by_itself(making: Making) -> None:
    document = {"docType": MDL, "issuerSigned": making.value()}
    assert found(judged(cbor2.dumps(document), making.authority.root)) == {
        ("device", "no-transcript")
    }


@pytest.mark.parametrize(
    "value",
    [
        {"issuerSigned": 1},
        {"documents": 1},
        {"documents": [1]},
        {"documents": [{"docType": 1}]},
        {"documents": [{"docType": MDL}]},
        {"documents": [{"docType": MDL, "issuerSigned": {}}]},
        {"docType": MDL, "issuerSigned": []},
        {"issuerAuth": 1},
        {"issuerAuth": [cbor2.dumps([]), {}, b"", b""]},
        {"issuerAuth": [b"", {}, b"", b""], "nameSpaces": {}},
    ],
)
def test_what_only_looks_like_an_mdoc_is_refused(value: object) -> None:
    data = cbor2.dumps(value)
    assert judged(data).verdict is Verdict.INVALID
    with pytest.raises(CredentialError):
        read_credential(data)


@pytest.mark.parametrize("data", [b"", b"abc", b"{}", b"\xa0", b"\xa1aa\0", b"a" * 300, b"o2" * 90])
def test_what_looks_like_none_is_none(data: bytes) -> None:
    assert cbor_in(data) is None
    for read in (open_mdoc, written):
        with pytest.raises(InvalidCredential):
            read(data)


def test_what_is_not_written_the_one_way_that_base64url_has_is_none(making: Making) -> None:
    data = making.make()
    text = base64.urlsafe_b64encode(data).rstrip(b"=")
    assert written(data) == text
    assert cbor_in(text + b"!") is None
    assert cbor_in(data.hex().encode()[:-1]) is None


@pytest.mark.parametrize("size", [0, 63, 65, 96])
def test_a_signature_of_another_length_is_refused(making: Making, size: int) -> None:
    making.auth = lambda auth: [*auth[:3], bytes(size)]
    assert found(judged(making.make(), making.authority.root)) == {("proof", "broken")}


def test_a_certificate_of_a_key_that_no_mdoc_is_signed_with_is_refused(making: Making) -> None:
    for key in (
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
        ed448.Ed448PrivateKey.generate(),
    ):
        other: Any = key
        making.chain = (making.authority.signer(other),)
        assert ("proof", "broken") in found(judged(making.make(), making.authority.root))


@pytest.mark.parametrize(
    "key", [{}, {1: 2, -1: 1, -2: b"x"}, {1: 1, -1: 6, -2: bytes(32), -3: b"y"}, {1: 2, -1: 1}]
)
def test_half_a_key_of_the_holder_is_refused(making: Making, key: dict[int, Any]) -> None:
    making.mso = lambda mso: {**mso, "deviceKeyInfo": {"deviceKey": key}}
    assert judged(making.make(), making.authority.root).verdict is Verdict.INVALID


def test_a_holders_key_whose_point_is_compressed_is_read_and_not_named(making: Making) -> None:
    key = {1: 2, -1: 1, -2: bytes(32), -3: True}
    making.mso = lambda mso: {**mso, "deviceKeyInfo": {"deviceKey": key}}
    assert judged(making.make()).facts[0].subjects == ()


def test_a_root_that_may_issue_nothing_is_none() -> None:
    key, name = new_key(), named("Root")
    for extensions in (
        [AUTHORITY[0]],
        [AUTHORITY[0], (usage(signs=True), True)],
        [AUTHORITY[1]],
        SIGNS,
    ):
        with pytest.raises(InvalidCredential):
            check_root(certificate(name, key, name, key, extensions=extensions))


def test_an_issuer_between_that_may_issue_nothing_is_passed_over_for_none(making: Making) -> None:
    root_key, key, name = new_key(), new_key(), named("Root")
    wide = [(x509.BasicConstraints(ca=True, path_length=1), True), AUTHORITY[1]]
    root = certificate(name, root_key, name, root_key, extensions=wide)
    for extensions, verdict in (
        (AUTHORITY, Verdict.VALID),
        ([AUTHORITY[0], (usage(signs=True), True)], Verdict.UNTRUSTED),
        (SIGNS, Verdict.UNTRUSTED),
    ):
        between = certificate(named("Between"), key, name, root_key, extensions=extensions)
        making.chain = (certificate(named("DS"), making.key, between.subject, key), between)
        assert judged(making.make(), root).verdict is verdict


@pytest.mark.parametrize("what", ["names", "something"])
def test_a_root_of_another_kind_of_key_constrains_what_is_read_here_or_is_not_used(
    making: Making, what: str
) -> None:
    key: Any = ed25519.Ed25519PrivateKey.generate()
    name = named("Root")
    permitted = x509.NameConstraints([x509.DirectoryName(named("Utopia DS"))], None)
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    extension = (permitted, False) if what == "names" else (strange, True)
    root = certificate(name, key, name, key, extensions=[*AUTHORITY, extension])
    making.chain = (certificate(named("Utopia DS"), making.key, name, key),)
    expected = Verdict.INDETERMINATE if what == "names" else Verdict.UNTRUSTED
    assert judged(making.make(), root).verdict is expected


def test_a_signature_by_another_than_the_root_of_that_name_is_none(making: Making) -> None:
    roots = [Authority(key=ed25519.Ed25519PrivateKey.generate()) for _ in "ab"]
    making.chain = (roots[0].signer(making.key),)
    assert judged(making.make(), roots[0].root).verdict is Verdict.VALID
    assert found(judged(making.make(), roots[1].root)) == {("trust", "no-path")}


def test_a_certificate_is_read_from_pem_and_der_and_is_one_alone() -> None:
    root = Authority().root
    assert read_certificate(pem(root)) == read_certificate(der(root)) == root
    assert subject_of(root) == "CN=Utopia IACA,C=UT"
    assert len(fingerprint(root)) == 64
    for data in (b"", pem(root) * 2, der(root)[:-1], der(root) + b"\0", bytes(20_000)):
        with pytest.raises(InvalidCredential):
            read_certificate(data)


def test_a_certificate_is_written_in_one_way() -> None:
    # Bits that are said to be unused change neither what is read of a signature nor what it signs.
    root = next(
        root for root in iter(lambda: Authority().root, None) if root.signature[-1] % 2 == 0
    )
    data = bytearray(der(root))
    data[-len(root.signature) - 1] = 1
    with pytest.raises(InvalidCredential, match="must be DER"):
        read_certificate(bytes(data))


def test_a_certificate_may_have_text_before_it_and_no_private_key_beside_it() -> None:
    root = Authority().root
    assert read_certificate(b"Certificate:\n    Version: 3\n" + pem(root)) == root
    key = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    for data in (key + pem(root), pem(root) + key):
        with pytest.raises(InvalidCredential, match="a private key is there, too"):
            read_certificate(data)


def _table(text: str) -> bytes:
    return f"[[x509]]\n{text}\n".encode()


def test_a_policy_has_roots_of_its_own(making: Making) -> None:
    text = pem(making.authority.root).decode()
    certificate_of = f"certificate = '''\n{text}'''"
    policy = Policy.from_toml(_table(f'name = "Utopia"\ntypes = ["{MDL}"]\n{certificate_of}'))
    assert judged(making.make(), policy=policy).verdict is Verdict.VALID
    other = Policy.from_toml(_table(f'types = ["another"]\n{certificate_of}'))
    assert judged(making.make(), policy=other).verdict is Verdict.UNTRUSTED


@pytest.mark.parametrize(
    "text",
    [
        "",
        'name = "Utopia"',
        'certificate = "none"',
        "certificate = 1",
        'certificate = ""\nfile = "root.pem"',
        "types = []",
        "name = 1",
        "leaf",
    ],
)
def test_a_root_in_a_policy_that_is_none_is_refused(making: Making, text: str) -> None:
    whole = pem(making.authority.root).decode()
    if text == "leaf":
        text = f"certificate = '''{pem(making.authority.signer(making.key)).decode()}'''"
    elif text in {"types = []", "name = 1"}:
        text = f"{text}\ncertificate = '''{whole}'''"
    with pytest.raises(BadPolicy):
        Policy.from_toml(_table(text))


@pytest.mark.parametrize("toml", ["x509 = 1", 'x509 = ["a"]', 'x509 = {certificate = "x"}'])
def test_roots_are_tables(toml: str) -> None:
    with pytest.raises(BadPolicy, match="x509"):
        Policy.from_toml(toml.encode())


def test_a_response_is_read_whatever_else_stands_in_it(making: Making) -> None:
    whole = cbor2.loads(response((MDL, making.value())))
    whole |= {"status": 10, "documentErrors": [{MDL: 0}]}
    assert judged(cbor2.dumps(whole), making.authority.root, at=NOW).verdict is (
        Verdict.INDETERMINATE
    )


DEEP = "its CBOR is embedded in itself too deep"


@pytest.mark.parametrize("deep", [20, 3_000])
def test_what_is_embedded_in_itself_too_deep_is_not_read(making: Making, deep: int) -> None:
    value = cbor2.dumps("x")
    for _ in range(deep):
        value = cbor2.dumps(cbor2.CBORTag(24, value))
    making.elements = {**making.elements, "deep": cbor2.CBORTag(24, value)}
    (check,) = judged(making.make(), making.authority.root).checks
    assert (check.name, check.arguments) == ("syntax", {"reason": DEEP})


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
@pytest.mark.parametrize("name", ["signed", "validFrom", "validUntil"])
def test_a_time_outside_of_the_calendar_is_none(making: Making, time: str, name: str) -> None:
    tagged = cbor2.CBORTag(0, time)
    making.mso = lambda mso: {**mso, "validityInfo": {**mso["validityInfo"], name: tagged}}
    assert judged(making.make(), making.authority.root).verdict is Verdict.INVALID
    making.mso, making.elements = nothing, {**making.elements, "time": tagged}
    assert judged(making.make(), making.authority.root).verdict is Verdict.INVALID


@pytest.mark.parametrize("value", [["UT"], {"UT": "UT"}, b"UT", None])
def test_a_country_that_is_no_text_is_another_than_the_certificates(
    making: Making, value: Any
) -> None:
    making.elements = {**making.elements, "issuing_country": value}
    assert ("issuer", "country") in found(judged(making.make(), making.authority.root))
