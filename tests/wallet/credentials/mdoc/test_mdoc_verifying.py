from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cbor2
import jsonschema_rs
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID

from did.base_encodings import encode_base64url
from did.encoding import to_jwk
from did.resolver import Resolver
from tests.wallet.credentials.mdoc.issuer import (
    AUTHORITY,
    DAY,
    ELEMENTS,
    MDL,
    NOW,
    SIGNS,
    SPACE,
    Authority,
    Making,
    certificate,
    cose_key,
    der,
    item,
    moment,
    named,
    new_key,
    response,
    usage,
)
from tests.wallet.credentials.mdoc.judging import found, judged
from wallet.verify.attested_checks import held_credential
from wallet.verify.case import Question
from wallet.verify.detect import detect
from wallet.verify.evidence import Attested, Evidence
from wallet.verify.policy import Excused, Policy, Root
from wallet.verify.report import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

WALLET = Path(__file__).parents[4] / "wallet"


def test_what_an_issuer_under_a_trusted_root_signed_is_valid(making: Making) -> None:
    report = judged(making.make(), making.authority.root)
    assert (report.verdict, report.format) == (Verdict.VALID, "mdoc")
    (facts,) = report.facts
    assert facts.types == ("VerifiableCredential", MDL)
    assert facts.secured == ("mdoc ES256",)
    assert facts.claims == tuple(f"{SPACE}/{name}" for name in ELEMENTS)
    assert facts.subjects[0].startswith("did:jwk:")


@pytest.mark.parametrize(
    "written",
    [
        bytes,
        lambda data: base64.urlsafe_b64encode(data).rstrip(b"="),
        lambda data: base64.urlsafe_b64encode(data) + b"\n",
        lambda data: data.hex().encode(),
        lambda data: b" " + data.hex(" ", 32).upper().encode() + b"\n",
    ],
)
def test_it_is_read_as_cbor_base64url_and_hexadecimal_digits(
    making: Making, written: Callable[[bytes], bytes]
) -> None:
    report = judged(written(making.make()), making.authority.root)
    assert (report.verdict, report.format) == (Verdict.VALID, "mdoc")


@pytest.mark.parametrize(
    ("alg", "curve", "digest"),
    [
        (-7, ec.SECP256R1(), "SHA-256"),
        (-35, ec.SECP384R1(), "SHA-384"),
        (-36, ec.SECP521R1(), "SHA-512"),
        (-7, ec.BrainpoolP256R1(), "SHA-256"),
        (-35, ec.BrainpoolP384R1(), "SHA-256"),
        (-36, ec.BrainpoolP512R1(), "SHA-256"),
        (-9, ec.SECP256R1(), "SHA-256"),
        (-51, ec.SECP384R1(), "SHA-384"),
        (-52, ec.SECP521R1(), "SHA-512"),
    ],
)
def test_every_curve_of_the_standard_signs(
    authority: Authority, alg: int, curve: ec.EllipticCurve, digest: str
) -> None:
    made = Making(authority, new_key(curve), alg=alg, digest=digest).make()
    assert judged(made, authority.root).verdict is Verdict.VALID
    assert judged(made).verdict is Verdict.UNTRUSTED


@pytest.mark.parametrize("alg", [-8, -19])
def test_ed25519_signs_documents_and_certificates(alg: int) -> None:
    authority = Authority(key=ed25519.Ed25519PrivateKey.generate())
    made = Making(authority, ed25519.Ed25519PrivateKey.generate(), alg=alg).make()
    assert judged(made, authority.root).verdict is Verdict.VALID
    assert judged(made, Authority().root).verdict is Verdict.UNTRUSTED


def test_nothing_is_valid_where_no_root_is_trusted(making: Making) -> None:
    made = making.make()
    for roots in ((), (Authority(named("Another")).root,), (Authority().root,)):
        report = judged(made, *roots)
        assert report.verdict is Verdict.UNTRUSTED
        assert {name for name, _ in found(report)} == {"trust"}


def test_a_root_is_trusted_for_the_types_that_it_is_trusted_for(making: Making) -> None:
    made = making.make()
    for types, verdict in ((MDL, Verdict.VALID), ("org.example.badge", Verdict.UNTRUSTED)):
        roots = (Root(der(making.authority.root), frozenset({types})),)
        assert judged(made, policy=Policy(roots=roots)).verdict is verdict


def _altered(items: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {SPACE: [item(0, "family_name", "Meyer"), *items[SPACE][1:]]}


def _renumbered(items: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {SPACE: [*items[SPACE], item(99, "age_over_21", value=True)]}


def _moved(items: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {"org.example": items[SPACE]}


@pytest.mark.parametrize("change", [_altered, _renumbered, _moved])
def test_an_element_that_was_changed_added_or_moved_is_not_what_was_signed(
    making: Making, change: Callable[[dict[str, list[Any]]], Any]
) -> None:
    making.items = change
    report = judged(making.make(), making.authority.root)
    assert (report.verdict, found(report)) == (Verdict.INVALID, {("digest", "another")})


def test_elements_left_out_leave_the_others_valid(making: Making) -> None:
    making.items = lambda items: {SPACE: items[SPACE][2:4]}
    report = judged(making.make(), making.authority.root)
    assert report.verdict is Verdict.VALID
    assert report.facts[0].claims == (f"{SPACE}/birth_date", f"{SPACE}/issuing_country")


def test_a_digest_is_of_the_bytes_as_they_were_received(making: Making) -> None:
    # A length in eight bytes says the same, and is another text.
    making.elements = {"family_name": "Mustermann"}
    value = making.value()
    content = value["nameSpaces"][SPACE][0].value
    shortest = cbor2.dumps(cbor2.CBORTag(24, content))
    longer = b"\xd8\x18\x5b" + len(content).to_bytes(8) + content
    whole = cbor2.dumps(value)
    assert whole.count(shortest) == 1
    assert judged(whole, making.authority.root).verdict is Verdict.VALID
    report = judged(whole.replace(shortest, longer), making.authority.root)
    assert found(report) == {("digest", "another")}


def test_a_digest_that_is_another_in_what_was_signed_breaks_its_element(making: Making) -> None:
    def other(mso: dict[str, Any]) -> dict[str, Any]:
        return {**mso, "valueDigests": {SPACE: {**mso["valueDigests"][SPACE], 1: bytes(32)}}}

    making.mso = other
    report = judged(making.make(), making.authority.root)
    assert found(report) == {("digest", "another")}


def test_what_was_signed_and_changed_has_no_right_signature(making: Making) -> None:
    making.auth = lambda auth: [*auth[:2], auth[2].replace(b"1.0", b"1.1"), auth[3]]
    assert found(judged(making.make(), making.authority.root)) == {("proof", "broken")}


def test_a_protected_header_that_was_changed_has_no_right_signature(making: Making) -> None:
    making.auth = lambda auth: [cbor2.dumps({1: -7, 4: b"kid"}), *auth[1:]]
    assert found(judged(making.make(), making.authority.root)) == {("proof", "broken")}


def test_a_signature_by_another_key_than_the_certificates_is_none(making: Making) -> None:
    making.chain = (making.authority.signer(new_key()),)
    assert found(judged(making.make(), making.authority.root)) == {("proof", "broken")}


@pytest.mark.parametrize("alg", [-35, -36, -8, -51, -52, -19, -53])
def test_an_algorithm_that_is_not_the_keys_is_refused(making: Making, alg: int) -> None:
    making.protected = lambda _: {1: alg}
    assert found(judged(making.make(), making.authority.root)) == {("proof", "broken")}


@pytest.mark.parametrize("alg", [5, -257, -47, "ES256", None, 0])
def test_an_algorithm_that_is_none_of_the_standards_is_not_judged(
    making: Making, alg: object
) -> None:
    making.protected = lambda _: {1: alg}
    assert judged(making.make(), making.authority.root).verdict is Verdict.INDETERMINATE


WRONG_HEADERS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "no algorithm": {"protected": lambda _: {}},
    "the algorithm unsigned": {"protected": lambda _: {}, "unprotected": lambda h: {**h, 1: -7}},
    "the algorithm twice": {"unprotected": lambda h: {**h, 1: -7}},
    "an extension": {"protected": lambda h: {**h, 2: [99], 99: 1}},
    "no certificate": {"unprotected": lambda _: {}},
    "an empty list of certificates": {"unprotected": lambda _: {33: []}},
    "a certificate of text": {"unprotected": lambda _: {33: "MII"}},
    "a certificate of noise": {"unprotected": lambda _: {33: bytes(400)}},
    "no payload": {"auth": lambda a: [*a[:2], None, a[3]]},
    "three parts": {"auth": lambda a: a[:3]},
    "a payload that is not embedded": {"auth": lambda a: [*a[:2], cbor2.dumps({}), a[3]]},
    "a tag": {"auth": lambda a: cbor2.CBORTag(24, cbor2.dumps(a))},
}


@pytest.mark.parametrize("name", WRONG_HEADERS)
def test_a_signature_of_another_form_is_refused(making: Making, name: str) -> None:
    for part, change in WRONG_HEADERS[name].items():
        setattr(making, part, change)
    assert judged(making.make(), making.authority.root).verdict is Verdict.INVALID


def test_a_tagged_signature_is_not_judged(making: Making) -> None:
    making.auth = lambda auth: cbor2.CBORTag(18, auth)
    assert judged(making.make(), making.authority.root).verdict is Verdict.INDETERMINATE


def test_a_certificate_in_the_signed_header_does_not_take_the_place_of_the_other(
    making: Making,
) -> None:
    own = der(making.authority.signer(making.key))
    making.protected = lambda header: {**header, 33: own}
    making.unprotected = lambda _: {}
    assert judged(making.make(), making.authority.root).verdict is Verdict.INVALID


def test_a_type_that_was_not_signed_beside_a_document_is_refused(making: Making) -> None:
    report = judged(response(("org.example.badge", making.value())), making.authority.root)
    assert ("model", "type") in found(report)
    assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize(("days", "verdict"), [(89, "valid"), (91, "expired"), (-11, "expired")])
def test_the_period_that_was_signed_is_kept_to(making: Making, days: int, verdict: str) -> None:
    report = judged(making.make(), making.authority.root, at=NOW + days * DAY)
    assert report.verdict.value == verdict


def test_an_expired_certificate_is_told_as_expired(making: Making) -> None:
    making.until = NOW + 900 * DAY
    report = judged(making.make(), making.authority.root, at=NOW + 301 * DAY)
    assert report.verdict is Verdict.EXPIRED
    assert ("certificate", "expired") in found(report)


def test_a_certificate_of_the_future_is_told_so(making: Making) -> None:
    making.chain = (making.authority.signer(making.key, start=NOW + DAY),)
    report = judged(making.make(), making.authority.root)
    assert {("certificate", "not-yet"), ("age", "outside")} <= found(report)


def test_an_expired_root_is_trusted_no_longer(making: Making) -> None:
    making.chain = (making.authority.signer(making.key, end=NOW + 2000 * DAY),)
    making.until = NOW + 1900 * DAY
    report = judged(making.make(), making.authority.root, at=NOW + 1001 * DAY)
    assert (report.verdict, found(report)) == (Verdict.UNTRUSTED, {("trust", "no-path")})


def test_a_document_is_signed_while_its_certificate_is_in_its_period(making: Making) -> None:
    making.chain = (making.authority.signer(making.key, start=NOW - DAY),)
    assert found(judged(making.make(), making.authority.root)) == {("age", "outside")}


def test_a_document_signed_in_the_future_is_not_taken(making: Making) -> None:
    making.signed = NOW + DAY
    report = judged(making.make(), making.authority.root)
    assert ("age", "future") in found(report)


def _signer(making: Making, **how: Any) -> None:
    making.chain = (making.authority.signer(making.key, **how),)


WRONG_SIGNERS: dict[str, Any] = {
    "no usage": [],
    "another usage": [SIGNS[0], (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)],
    "any usage": [
        SIGNS[0],
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]), False),
    ],
    "a key that signs nothing": [(usage(issues=True), True), SIGNS[1]],
    "an authority": [*SIGNS, (x509.BasicConstraints(ca=True, path_length=None), True)],
}


@pytest.mark.parametrize("name", WRONG_SIGNERS)
def test_a_certificate_that_is_not_for_signing_mdocs_is_refused(making: Making, name: str) -> None:
    _signer(making, extensions=WRONG_SIGNERS[name])
    report = judged(making.make(), making.authority.root)
    assert report.verdict is Verdict.INVALID
    assert ("certificate", "unusable") in found(report)


def test_a_critical_extension_that_is_not_known_is_not_passed_over(making: Making) -> None:
    strange = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
    _signer(making, extensions=[*SIGNS, strange])
    assert judged(making.make(), making.authority.root).verdict is Verdict.UNTRUSTED


def test_a_signer_who_vouches_for_themselves_is_not_trusted(making: Making) -> None:
    own = named("Utopia DS")
    making.chain = (certificate(own, making.key, own, making.key),)
    assert judged(making.make(), making.authority.root).verdict is Verdict.UNTRUSTED
    # Not even where somebody wrote that certificate into the list of roots by hand.
    assert judged(making.make(), making.chain[0]).verdict is not Verdict.VALID


def test_a_root_of_the_same_name_and_another_key_is_not_the_root(making: Making) -> None:
    assert judged(making.make(), Authority(making.authority.name).root).verdict is Verdict.UNTRUSTED


def test_a_forged_authority_in_the_chain_is_no_root(making: Making) -> None:
    forger = Authority()
    making.chain = (forger.signer(making.key), forger.root)
    report = judged(making.make(), making.authority.root)
    assert (report.verdict, found(report)) == (Verdict.UNTRUSTED, {("trust", "no-path")})


def _between(authority: Authority, key: Any, length: int | None) -> x509.Certificate:
    extensions = [(x509.BasicConstraints(ca=True, path_length=length), True), AUTHORITY[1]]
    name = named("Utopia, between")
    return certificate(name, key, authority.name, authority.key, extensions=extensions)


def test_a_path_longer_than_its_root_allows_is_none(making: Making) -> None:
    key = new_key()
    between = _between(making.authority, key, 0)
    signer = certificate(named("Utopia DS"), making.key, between.subject, key)
    making.chain = (signer, between)
    assert found(judged(making.make(), making.authority.root)) == {("trust", "no-path")}


def test_a_chain_in_the_wrong_order_is_refused(making: Making) -> None:
    making.chain = (making.authority.root, making.authority.signer(making.key))
    assert judged(making.make(), making.authority.root).verdict is Verdict.INVALID


def test_a_chain_with_its_root_at_the_end_is_read(making: Making) -> None:
    making.chain = (making.authority.signer(making.key), making.authority.root)
    assert judged(making.make(), making.authority.root).verdict is Verdict.VALID
    assert judged(making.make()).verdict is Verdict.UNTRUSTED


def test_a_chain_of_too_many_certificates_is_not_read(making: Making) -> None:
    making.chain = (making.authority.signer(making.key), *[making.authority.root] * 4)
    assert judged(making.make(), making.authority.root).verdict is not Verdict.VALID


def test_an_issuer_speaks_for_its_own_country(making: Making) -> None:
    making.elements = {**ELEMENTS, "issuing_country": "AT"}
    assert found(judged(making.make(), making.authority.root)) == {("issuer", "country")}


def _member(name: str, value: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda mso: {**mso, name: value}


WRONG_OBJECTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no map": lambda _: [],
    "no type": _member("docType", ""),
    "no period": _member("validityInfo", {}),
    "a time as text": _member("validityInfo", dict.fromkeys(("signed", "validFrom"), "2026")),
    "an end before the beginning": _member(
        "validityInfo",
        {"signed": moment(NOW), "validFrom": moment(NOW), "validUntil": moment(NOW - DAY)},
    ),
    "digests of another length": _member("valueDigests", {SPACE: {0: bytes(31)}}),
    "digests without numbers": _member("valueDigests", {SPACE: {"0": bytes(32)}}),
    "digests below zero": _member("valueDigests", {SPACE: {-1: bytes(32)}}),
    "no holder's key": _member("deviceKeyInfo", {}),
    "a holder's key off its curve": _member(
        "deviceKeyInfo", {"deviceKey": {1: 2, -1: 1, -2: bytes(32), -3: bytes(32)}}
    ),
    "a status of nothing": _member("status", None),
}


@pytest.mark.parametrize("name", WRONG_OBJECTS)
def test_what_was_signed_must_be_well_formed(making: Making, name: str) -> None:
    making.mso = WRONG_OBJECTS[name]
    assert judged(making.make(), making.authority.root).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("name", "value"), [("version", "2.0"), ("digestAlgorithm", "SHA-1"), ("version", "10")]
)
def test_another_version_or_digest_is_not_judged(making: Making, name: str, value: str) -> None:
    making.mso = _member(name, value)
    assert judged(making.make(), making.authority.root).verdict is Verdict.INDETERMINATE


def test_a_holders_key_of_a_kind_without_a_did_is_read(making: Making) -> None:
    numbers = new_key(ec.BrainpoolP256R1()).public_key().public_numbers()
    key = {1: 2, -1: 256, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
    making.mso = _member("deviceKeyInfo", {"deviceKey": key})
    report = judged(making.make(), making.authority.root)
    assert (report.verdict, report.facts[0].subjects) == (Verdict.VALID, ())


def test_a_holders_key_of_p_521_is_a_did_with_each_coordinate_in_its_full_width(
    making: Making,
) -> None:
    numbers = (ec.derive_private_key(n, ec.SECP521R1()).public_key() for n in range(2, 5000))
    point = next(k for one in numbers if (k := one.public_numbers()).x.bit_length() <= 512)
    x, y = point.x.to_bytes(66), point.y.to_bytes(66)
    making.mso = _member("deviceKeyInfo", {"deviceKey": {1: 2, -1: 3, -2: x, -3: y}})
    report = judged(making.make(), making.authority.root)
    assert report.verdict is Verdict.VALID
    (subject,) = report.facts[0].subjects
    (method,) = Resolver().resolve(subject).require().verification_methods
    assert to_jwk(method.require_key())["x"] == encode_base64url(x)
    # RFC 9053, section 7.1.1: leading zeros are kept.
    making.mso = _member("deviceKeyInfo", {"deviceKey": {1: 2, -1: 3, -2: x[2:], -3: y}})
    assert judged(making.make(), making.authority.root).verdict is Verdict.INVALID


def test_whether_it_was_taken_back_is_unknown_where_it_names_a_list(making: Making) -> None:
    making.mso = _member("status", {"status_list": {"idx": 1, "uri": "https://list.example"}})
    report = judged(making.make(), making.authority.root)
    assert found(report) == {("status", "unavailable")}
    assert report.verdict is Verdict.INDETERMINATE
    roots = (Root(der(making.authority.root)),)
    excused = Policy(roots=roots, excuse=frozenset({Excused.STATUS}))
    assert judged(making.make(), policy=excused).verdict is Verdict.VALID


def test_a_policy_that_asks_for_a_status_refuses_one_without(making: Making) -> None:
    policy = Policy(roots=(Root(der(making.authority.root)),), require_status=True)
    assert found(judged(making.make(), policy=policy)) == {("status", "none")}


WRONG_ITEMS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "none": lambda _: {},
    "an empty namespace": lambda _: {SPACE: []},
    "one number twice": lambda i: {SPACE: [*i[SPACE], item(0, "nickname", "x")]},
    "the same item twice": lambda i: {SPACE: [*i[SPACE], i[SPACE][0]]},
    "one name twice": lambda i: {SPACE: [*i[SPACE], item(50, "family_name", "x")]},
    "an item that is not embedded": lambda _: {SPACE: [{"digestID": 0}]},
    "an item that is no map": lambda _: {SPACE: [cbor2.CBORTag(24, cbor2.dumps([1]))]},
    "a member more": lambda _: {SPACE: [cbor2.CBORTag(24, cbor2.dumps(dict.fromkeys("abcde")))]},
    "too little chance": lambda _: {
        SPACE: [
            cbor2.CBORTag(
                24,
                cbor2.dumps(
                    {
                        "digestID": 0,
                        "random": bytes(15),
                        "elementIdentifier": "family_name",
                        "elementValue": "x",
                    }
                ),
            )
        ]
    },
}


@pytest.mark.parametrize("name", WRONG_ITEMS)
def test_items_must_be_well_formed_and_each_once(making: Making, name: str) -> None:
    making.items = WRONG_ITEMS[name]
    assert judged(making.make(), making.authority.root).verdict is Verdict.INVALID


def test_a_response_is_undecided_about_who_presents_it_and_nothing_else(making: Making) -> None:
    data = response((MDL, making.value()))
    report = judged(data, making.authority.root)
    assert (report.verdict, found(report)) == (
        Verdict.INDETERMINATE,
        {("device", "no-transcript")},
    )
    roots = (Root(der(making.authority.root)),)
    excused = Policy(roots=roots, excuse=frozenset({Excused.DEVICE}))
    assert judged(data, policy=excused).verdict is Verdict.VALID
    assert judged(data, policy=excused, challenge="c").verdict is Verdict.INDETERMINATE


def test_each_document_of_a_response_is_judged(making: Making) -> None:
    bad = Making(making.authority, new_key(), items=_altered)
    report = judged(response((MDL, making.value()), (MDL, bad.value())), making.authority.root)
    assert report.verdict is Verdict.INVALID
    assert {c.subject for c in report.checks if c.outcome is Outcome.FAIL} == {"credential 2"}


def test_a_document_handed_in_where_a_presentation_was_asked_for_is_refused(
    making: Making,
) -> None:
    report = judged(making.make(), making.authority.root, challenge="c")
    assert found(report) == {("presentation", "none")}


def test_the_holder_is_named_by_the_key_that_was_signed(making: Making) -> None:
    first, second = (Making(making.authority, making.key, holder=making.holder) for _ in "ab")
    subjects = {judged(one.make()).facts[0].subjects for one in (first, second, making)}
    assert len(subjects) == 1
    assert cose_key(making.holder) != cose_key(new_key())


def test_a_root_that_succeeds_another_of_its_name_is_found() -> None:
    for kind in (new_key, ed25519.Ed25519PrivateKey.generate):
        before, after = (Authority(key=kind()) for _ in "ab")
        made = Making(after, new_key()).make()
        assert judged(made, before.root, after.root).verdict is Verdict.VALID
        assert judged(made, before.root).verdict is Verdict.UNTRUSTED


def test_a_root_of_another_kind_of_key_does_not_stand_in_the_way() -> None:
    other = Authority(named("Another"), ed25519.Ed25519PrivateKey.generate())
    mine = Authority()
    assert judged(Making(mine, new_key()).make(), other.root, mine.root).verdict is Verdict.VALID


@pytest.mark.parametrize("length", [None, 0])
def test_a_root_of_another_kind_of_key_issues_within_its_own_period(length: int | None) -> None:
    authority = Authority(key=ed25519.Ed25519PrivateKey.generate())
    making = Making(authority, new_key(), until=NOW + 1900 * DAY)
    making.chain = (authority.signer(making.key, end=NOW + 2000 * DAY),)
    if length is not None:
        making.chain = (*making.chain, _between(authority, new_key(), length))
    late = judged(making.make(), authority.root, at=NOW + 1001 * DAY)
    assert late.verdict is (Verdict.UNTRUSTED if length is None else Verdict.INDETERMINATE)


def test_an_mdoc_stands_for_no_status_list_and_no_schema(making: Making) -> None:
    data = making.make()
    attested = Attested(data, detect(data, {}), Evidence({}), None)
    policy = Policy(roots=(Root(der(making.authority.root)),))
    for issuer in (None, judged(data).facts[0].issuer):
        held = held_credential(attested, Question(NOW, None, None, policy), issuer)
        assert str(held) == "it is no credential"


def test_what_it_says_names_nobody_to_be_asked(making: Making) -> None:
    # An element of any name is a claim, and no member of the document.
    making.elements = {"credentialStatus": "https://x.example", "id": "did:example:x", "type": "x"}
    report = judged(making.make(), making.authority.root)
    assert report.verdict is Verdict.VALID
    assert report.facts[0].types == ("VerifiableCredential", MDL)
    assert report.facts[0].subjects[0].startswith("did:jwk:")


def test_a_report_is_the_same_for_a_machine_in_the_form_of_its_schema(making: Making) -> None:
    schema = json.loads((WALLET / "cli" / "verify" / "report.schema.json").read_bytes())
    is_valid = jsonschema_rs.validator_for(schema).is_valid
    for data in (making.make(), response((MDL, making.value()), (MDL, making.value())), b"\xa1"):
        report = {**judged(data).to_json(), "input": "x", "line": None}
        assert is_valid(report)
