"""What is signed in CBOR, read, judged and made."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cbor2
import pytest
from pycose.headers import KID, Algorithm
from pycose.keys.curves import P256, P384, P521, Ed25519
from pycose.keys.ec2 import EC2Key
from pycose.keys.okp import OKPKey
from pycose.messages.sign1message import Sign1Message

from did.base_encodings import decode_base64url
from did.encoding import to_jwk
from did.keys import signing_key
from did.private_jwk import decode_private_jwk
from tests.fuzz.parties import (
    CHALLENGE,
    DOMAIN,
    HOLDER,
    ISSUER,
    MADE,
    MALLORY,
    Party,
    judge,
    unsigned,
)
from wallet.credentials.errors import (
    CredentialError,
    InvalidCBOR,
    InvalidCredential,
    InvalidJSON,
    ProofInvalid,
    UnsupportedFormat,
)
from wallet.credentials.formats.cose.sign1 import Sign1, signing_input
from wallet.credentials.formats.cose.written import cose_in, kept
from wallet.credentials.formats.jose import read_envelope
from wallet.credentials.formats.jose.algorithms import check_signature
from wallet.credentials.formats.vc_cose import attach, enveloped_cose, open_cose, proposal
from wallet.credentials.formats.vc_cose.headers import algorithm_in
from wallet.credentials.presenting import unsigned_presentation
from wallet.credentials.received import as_json, member_of, read_credential
from wallet.credentials.strict_json import write_json
from wallet.recognizing import What, recognize
from wallet.verify.policy import Policy
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

VECTORS: Final = Path(__file__).parents[3] / "vectors" / "cose"
VALID, INVALID, INDETERMINATE = Verdict.VALID, Verdict.INVALID, Verdict.INDETERMINATE
ALG, CONTENT, KEY, CLAIMS, TYP = 1, 3, 4, 15, 16
NUMBERS: Final = {"Ed25519": -8, "P-256": -7, "P-384": -35, "P-521": -36, "secp256k1": -47}


def header(by: Party = ISSUER, what: str = "vc") -> dict[Any, Any]:
    return {
        ALG: NUMBERS[by.key.algorithm],
        CONTENT: f"application/{what}",
        KEY: by.method.encode(),
        TYP: f"application/{what}+cose",
    }


def signed(
    said: Mapping[Any, Any] | bytes,
    payload: object = None,
    *,
    by: Party = ISSUER,
    beside: Mapping[Any, Any] | None = None,
) -> bytes:
    """A header and a payload, signed as they are; a member of the header that is None is left."""
    if not isinstance(said, bytes):
        said = cbor2.dumps({name: value for name, value in said.items() if value is not None})
    if payload is None:
        payload = unsigned(by.did, HOLDER.did)
    data = payload if isinstance(payload, bytes) else write_json(payload)
    signature = by.key.sign(signing_input(said, data))
    return cbor2.dumps(cbor2.CBORTag(18, [said, dict(beside or {}), data, signature]))


def verdict(data: bytes) -> Verdict:
    return judge(data).verdict


def presentation(*members: Any, by: Party = HOLDER) -> dict[str, Any]:
    return unsigned_presentation(holder=by.did, credentials=members)


@pytest.mark.parametrize("algorithm", NUMBERS)
def test_what_its_issuer_signed_is_valid(algorithm: str) -> None:
    by = Party.of(algorithm)
    report = judge(signed(header(by), by=by))
    assert (report.verdict, report.format) == (VALID, "cose")
    assert report.facts[0].secured[0].startswith("cose ")


@pytest.mark.parametrize(
    ("algorithm", "number"), [("P-256", -9), ("P-384", -51), ("P-521", -52), ("Ed25519", -19)]
)
def test_the_younger_names_of_an_algorithm_are_read(algorithm: str, number: int) -> None:
    by = Party.of(algorithm)
    assert verdict(signed({**header(by), ALG: number}, by=by)) is VALID


@pytest.mark.parametrize("number", [-7, -35, -36, -47, -9, -51, -52])
def test_another_algorithm_than_the_keys_is_invalid(number: int) -> None:
    assert verdict(signed({**header(), ALG: number})) is INVALID


@pytest.mark.parametrize("number", [-37, -39, -53, -257, 5, -65535])
def test_an_algorithm_that_is_not_known_decides_nothing(number: int) -> None:
    assert verdict(signed({**header(), ALG: number})) is INDETERMINATE


def test_who_did_not_sign_has_signed_nothing() -> None:
    forged = signed({**header(), KEY: ISSUER.method.encode()}, by=MALLORY)
    assert verdict(forged) is INVALID
    mine = signed({**header(), KEY: MALLORY.method.encode()}, unsigned(ISSUER.did, HOLDER.did))
    assert verdict(mine) is INVALID


@pytest.mark.parametrize(
    ("change", "beside"),
    [
        ({ALG: None}, {ALG: -8}),
        ({ALG: None}, {}),
        ({KEY: None}, {}),
        ({KEY: "text"}, {}),
        ({KEY: b"\xff"}, {}),
        ({KEY: b"#"}, {}),
        ({TYP: None, CONTENT: None}, {}),
        ({TYP: None, CONTENT: None}, {TYP: "application/vc+cose"}),
        ({}, {CONTENT + 12: {1: ISSUER.did}}),
        ({TYP: "application/vp+cose"}, {}),
        ({TYP: "application/vp+cose", CONTENT: "application/vp"}, {}),
        ({TYP: "application/vc+jwt"}, {}),
        ({TYP: "vc+cose"}, {}),
        ({TYP: b"application/vc+cose"}, {}),
        ({CONTENT: "application/json"}, {}),
        ({2: [99], 99: 1}, {}),
        ({}, {2: [99]}),
        ({33: b"certificate"}, {}),
        ({}, {33: b"certificate"}),
        ({35: "https://keys.example"}, {}),
        ({}, {TYP: "application/vc+cose"}),
        ({}, {KEY: MALLORY.method.encode()}),
        ({CLAIMS: {1: MALLORY.did}}, {}),
        ({CLAIMS: {2: MALLORY.did}}, {}),
        ({CLAIMS: {4: "never"}}, {}),
        ({CLAIMS: {10: b"\xff"}}, {}),
        ({CLAIMS: [1]}, {}),
    ],
)
def test_a_header_that_is_not_whole_or_misleads_is_invalid(
    change: dict[Any, Any], beside: dict[Any, Any]
) -> None:
    assert verdict(signed({**header(), **change}, beside=beside)) is INVALID


def test_a_type_that_is_a_number_decides_nothing() -> None:
    assert verdict(signed({**header(), TYP: 50})) is INDETERMINATE


def test_a_type_alone_says_what_it_is_and_so_does_that_of_the_content() -> None:
    assert verdict(signed({**header(), TYP: None})) is VALID
    assert verdict(signed({**header(), CONTENT: None})) is VALID


def test_the_name_of_the_key_may_stand_where_nobody_signed_it() -> None:
    assert verdict(signed({**header(), KEY: None}, beside={KEY: ISSUER.method.encode()})) is VALID


def test_a_name_that_stands_twice_in_a_header_is_invalid() -> None:
    once = cbor2.dumps(header())
    twice = bytes([once[0] + 1]) + once[1:] + cbor2.dumps(ALG) + cbor2.dumps(-7)
    with pytest.raises(InvalidCBOR, match="twice"):
        open_cose(signed(twice))
    assert verdict(signed(twice)) is INVALID


@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b'{"a":1,"a":2}', b"\xff", b"{}"])
def test_a_payload_that_is_no_document_is_invalid(payload: bytes) -> None:
    with pytest.raises((InvalidJSON, InvalidCredential)):
        open_cose(signed(header(), payload))
    assert verdict(signed(header(), payload)) is INVALID


def test_every_byte_counts() -> None:
    good = signed(header())
    for at in range(0, len(good), 7):
        bad = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        assert verdict(bad) is not VALID
    assert verdict(good + b"\0") is INVALID
    assert verdict(good[:-1]) is INVALID


def test_a_signature_without_its_payload_is_invalid() -> None:
    parts = list(cbor2.loads(signed(header())).value)
    parts[2] = None
    assert verdict(cbor2.dumps(cbor2.CBORTag(18, parts))) is INVALID


@pytest.mark.parametrize("number", [17, 61, 98])
def test_another_tag_is_of_something_that_is_not_verified(number: int) -> None:
    parts = cbor2.loads(signed(header())).value
    assert verdict(cbor2.dumps(cbor2.CBORTag(number, parts))) is not VALID
    assert verdict(cbor2.dumps(parts)) is not VALID


def test_it_is_read_as_cbor_and_as_base64_and_not_as_anything_else() -> None:
    data = signed(header())
    for text in (kept(data), base64.b64encode(data), base64.urlsafe_b64encode(data)):
        assert cose_in(b" " + text + b"\n") == data
        assert verdict(text) is VALID
        assert recognize(text.decode()).kind is What.CREDENTIAL
    assert cose_in(data.hex().encode()) is None
    assert verdict(data.hex().encode()) is INVALID
    both = kept(b"\xd2\x84\x41\xff\xff\xfe") + b"+_"
    assert cose_in(both) is None


def test_a_presentation_answers_the_question_it_was_made_for() -> None:
    inner = enveloped_cose(signed(header()))
    claims = {3: DOMAIN, 6: int(MADE.timestamp()), 10: CHALLENGE.encode()}
    said = {**header(HOLDER, "vp"), CLAIMS: claims}
    data = signed(said, presentation(inner), by=HOLDER)
    report = judge(data, challenge=CHALLENGE, domain=DOMAIN)
    assert report.verdict is VALID
    assert [facts.subject for facts in report.facts] == ["presentation", "credential 1"]
    assert judge(data, challenge="another", domain=DOMAIN).verdict is INVALID
    assert judge(data, challenge=CHALLENGE, domain="https://other.example").verdict is INVALID
    assert recognize(kept(data).decode()).kind is What.PRESENTATION
    bare = signed(header(HOLDER, "vp"), presentation(inner), by=HOLDER)
    assert judge(bare, challenge=CHALLENGE).verdict is INVALID


def test_a_presentation_that_has_run_out_is_expired() -> None:
    said = {**header(HOLDER, "vp"), CLAIMS: {4: int(MADE.timestamp())}}
    data = signed(said, presentation(), by=HOLDER)
    assert judge(data).verdict is Verdict.EXPIRED
    lately = Policy(presentation_age=timedelta(minutes=5))
    undated = signed(header(HOLDER, "vp"), presentation(), by=HOLDER)
    assert judge(undated, policy=lately).verdict is Verdict.EXPIRED


def test_a_presentation_holds_credentials_of_every_envelope_and_judges_each() -> None:
    token = ISSUER.token({**unsigned(ISSUER.did, HOLDER.did), "iss": ISSUER.did})
    jwt = {**enveloped_cose(signed(header())), "id": f"data:application/vc+jwt,{token.decode()}"}
    good = presentation(enveloped_cose(signed(header())), jwt)
    assert verdict(signed(header(HOLDER, "vp"), good, by=HOLDER)) is VALID
    forged = enveloped_cose(signed(header(), by=MALLORY, payload=unsigned(ISSUER.did, HOLDER.did)))
    bad = presentation(forged, jwt)
    assert verdict(signed(header(HOLDER, "vp"), bad, by=HOLDER)) is INVALID


def test_an_envelope_holds_what_it_says_in_base64() -> None:
    envelope = enveloped_cose(signed(header()))
    assert judge(write_json(envelope)).verdict is VALID
    media_type, data = envelope["id"].split(";base64,")
    for id_ in (
        f"{media_type},{data}",
        f"{media_type};base64,{data[:-8]}=A",
        f"{media_type};base64,AAAA",
        f"{media_type};charset=utf-8;base64,{data}",
        f"data:application/vp+cose;base64,{data}",
        f"data:application/vc+jwt,{kept(signed(header())).decode()}",
        f"data:application/vc+sd-jwt,{kept(signed(header())).decode()}",
    ):
        with pytest.raises(CredentialError):
            read_envelope({**envelope, "id": id_}, "$")
    with pytest.raises(InvalidCredential):
        enveloped_cose(signed(header()), presentation=True)
    other = {**envelope, "type": "EnvelopedVerifiablePresentation"}
    other["id"] = other["id"].replace("/vc+", "/vp+")
    assert judge(write_json(other)).verdict is INVALID


def test_a_credential_is_kept_in_base64url_and_presented_in_an_envelope() -> None:
    data = signed(header())
    for given in (data, base64.b64encode(data), write_json(enveloped_cose(data))):
        credential = read_credential(given)
        assert credential.raw == kept(data)
        assert as_json(credential) == kept(data).decode()
        assert member_of(credential) == enveloped_cose(data)
    with pytest.raises(InvalidCredential, match="presentation"):
        read_credential(signed(header(HOLDER, "vp"), presentation(), by=HOLDER))


@pytest.mark.parametrize("algorithm", NUMBERS)
def test_what_is_made_is_valid_and_of_the_bytes_that_were_shown(algorithm: str) -> None:
    by = Party.of(algorithm)
    proposed = proposal(
        unsigned(by.did, HOLDER.did),
        signer=by.key,
        verification_method=by.method,
        purpose="assertionMethod",
        issued=MADE,
    )
    data = attach(proposed, by.key.sign(proposed.signing_bytes))
    assert verdict(data) is VALID
    assert open_cose(data).proof.created == MADE
    with pytest.raises(ProofInvalid):
        attach(proposed, MALLORY.key.sign(proposed.signing_bytes))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"purpose": "keyAgreement"}, UnsupportedFormat),
        ({"verification_method": f"{ISSUER.did}"}, InvalidCredential),
        ({"verification_method": MALLORY.method}, InvalidCredential),
        ({"purpose": "authentication"}, InvalidCredential),
    ],
)
def test_what_nobody_could_read_is_not_made(
    change: dict[str, Any], error: type[CredentialError]
) -> None:
    asked: dict[str, Any] = {
        "verification_method": ISSUER.method,
        "purpose": "assertionMethod",
        **change,
    }
    document = unsigned(ISSUER.did, HOLDER.did)
    with pytest.raises(error):
        proposal(document, signer=ISSUER.key, issued=MADE, **asked)


@pytest.mark.parametrize("algorithm", ["Ed25519", "P-256", "P-384", "P-521"])
def test_a_second_library_verifies_what_is_made_and_the_other_way_round(algorithm: str) -> None:
    by = Party.of(algorithm)
    proposed = proposal(
        unsigned(by.did, HOLDER.did),
        signer=by.key,
        verification_method=by.method,
        purpose="assertionMethod",
        issued=MADE,
    )
    data = attach(proposed, by.key.sign(proposed.signing_bytes))
    message = Sign1Message.decode(data)
    message.key = _key_of(by)
    assert message.verify_signature()
    again = Sign1Message(
        phdr={
            Algorithm: message.phdr[Algorithm],
            KID: by.method.encode(),
            TYP: "application/vc+cose",
        },
        payload=message.payload,
        key=_key_of(by),
    )
    assert verdict(again.encode()) is VALID


def test_takes_the_published_signature_by_es512_and_no_other() -> None:
    example = json.loads((VECTORS / "ecdsa-sig-03.json").read_bytes())
    key = signing_key(decode_private_jwk(example["key"])).public_key
    tagged = cbor2.loads(bytes.fromhex(example["cbor"]))
    sign1 = Sign1.read(tagged.value, "$")
    assert (sign1.alg, sign1.payload) == (-36, example["plaintext"].encode())
    algorithm = algorithm_in(sign1)
    check_signature(algorithm, key, sign1.signature, sign1.signed)
    for other in (
        sign1.signature[:-1],
        sign1.signature[:66] + sign1.signature[67:],
        b"\0" + sign1.signature,
        sign1.signature[66:] + sign1.signature[:66],
    ):
        with pytest.raises(ProofInvalid):
            check_signature(algorithm, key, other, sign1.signed)
    with pytest.raises(ProofInvalid):
        check_signature(algorithm, key, sign1.signature, sign1.signed + b"\0")


def _key_of(by: Party) -> Any:
    jwk = to_jwk(by.key.public_key)
    secret = by.key.expose_secret()
    x = decode_base64url(str(jwk["x"]))
    if by.key.algorithm == "Ed25519":
        return OKPKey(crv=Ed25519, x=x, d=secret)
    curve = {"P-256": P256, "P-384": P384, "P-521": P521}[by.key.algorithm]
    return EC2Key(crv=curve, x=x, y=decode_base64url(str(jwk["y"])), d=secret)
