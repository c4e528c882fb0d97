"""Token Status Lists in CBOR, and by whom they are believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cbor2
import pytest

from did.base_encodings import decode_base64url
from did.encoding import from_jwk
from tests.fuzz.parties import HOLDER, ISSUER, MALLORY, RESOLVER, Party, unsigned
from tests.wallet.credentials.mdoc.issuer import (
    DAY,
    NOW,
    der,
)
from tests.wallet.credentials.vc_cose.test_vc_cose import header, signed
from wallet.credentials.errors import CredentialError, ProofInvalid
from wallet.credentials.formats.cose.sign1 import signing_input
from wallet.credentials.formats.cwt import check_cwt, read_cwt
from wallet.credentials.status import BitList, StatusEntry, read_token_list, status_entries
from wallet.credentials.status.issuing import token_entry, token_list_claims
from wallet.verify.pipeline import verify
from wallet.verify.policy import Policy, Root
from wallet.verify.report import Verdict
from wallet.verify.sources import Body, Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography import x509

    from wallet.verify.report import Report

VECTOR: Final = json.loads(
    (Path(__file__).parents[2] / "vectors" / "token-status-list" / "cwt.json").read_bytes()
)
SHORT: Final = bytes.fromhex(VECTOR["claims"]["status_list"]["lst"])
TYPES: Final = frozenset({"application/statuslist+cwt"})
URL: Final = "https://issuer.example/statuslists/1"
INDEX: Final = 94_567
STATUS: Final = token_entry(URL, INDEX)
VALID, REVOKED, INDETERMINATE = Verdict.VALID, Verdict.REVOKED, Verdict.INDETERMINATE


def claims(value: int = 0, **changed: Any) -> dict[int, Any]:
    """What a list says, by the numbers of the registry; what is None is left out."""
    found = token_list_claims(uri=URL, issued=NOW - DAY, bits=BitList.empty(size=2))
    packed = BitList.empty(size=2).with_value(INDEX, value).encode_token()
    named_ = {
        "sub": found["sub"],
        "iat": found["iat"],
        "ttl": 600,
        "status_list": {"bits": 2, "lst": decode_base64url(packed)},
        **changed,
    }
    numbers = {"iss": 1, "sub": 2, "exp": 4, "iat": 6, "ttl": 65534, "status_list": 65533}
    return {numbers[name]: one for name, one in named_.items() if one is not None}


def listed(
    said: Mapping[Any, Any],
    payload: Mapping[Any, Any],
    sign_: Callable[[bytes], bytes],
    *,
    beside: Mapping[Any, Any] | None = None,
    tag: int = 18,
) -> bytes:
    """A CWT; a member of the header that is None is left out."""
    whole = {16: "application/statuslist+cwt", **said}
    protected = cbor2.dumps({number: one for number, one in whole.items() if one is not None})
    data = cbor2.dumps(dict(payload))
    signature = sign_(signing_input(protected, data))
    return cbor2.dumps(cbor2.CBORTag(tag, [protected, dict(beside or {}), data, signature]))


def by_did(value: int = 0, *, by: Party = ISSUER, **how: Any) -> bytes:
    said = {1: -8, 4: (how.pop("kid", None) or by.method).encode(), **how.pop("said", {})}
    payload = claims(value, **how.pop("claims", {}))
    return listed(said, payload, by.key.sign, **how)


def judged(data: bytes, found: bytes | None, *roots: x509.Certificate) -> Report:
    def get(url: str, /, *, accept: str = "*/*") -> Body:
        assert (url, "application/statuslist+cwt" in accept) == (URL, True)
        assert found is not None
        return Body(found)

    policy = Policy(roots=tuple(Root(der(root)) for root in roots))
    sources = Sources(RESOLVER, get=get)
    return verify(data, sources=sources, at=NOW, policy=policy)


def code(report: Report) -> str:
    (found,) = [check for check in report.checks if check.name == "status"]
    return found.code


# what a list in CBOR is


def test_reads_the_list_of_the_draft() -> None:
    data = bytes.fromhex(VECTOR["cwt"])
    found = read_cwt(data, typ=TYPES)
    given = VECTOR["claims"]
    packed = bytes.fromhex(given["status_list"]["lst"])
    assert dict(found.claims) == {**given, "status_list": {"bits": 1, "lst": packed}}
    assert (found.kid, found.is_certified) == (VECTOR["kid"], False)
    key = from_jwk(VECTOR["key"])
    check_cwt(found, key)
    (entry,) = status_entries({"status": token_entry(given["sub"], 0)})
    assert isinstance(entry, StatusEntry)
    read = read_token_list(found.claims, entry, typ=found.typ)
    values = [read.value(index) for index in range(16)]
    assert values == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    with pytest.raises(ProofInvalid):
        check_cwt(read_cwt(data[:-1] + bytes([data[-1] ^ 1]), typ=TYPES), key)


def test_every_byte_of_it_counts() -> None:
    data, key = bytes.fromhex(VECTOR["cwt"]), from_jwk(VECTOR["key"])
    for at in range(len(data)):
        bad = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            found = read_cwt(bad, typ=TYPES)
            check_cwt(found, key)
        except CredentialError:
            continue
        assert found.kid != VECTOR["kid"], at  # which nobody signed


# of an issuer with a DID


def revocable() -> bytes:
    document = {**unsigned(ISSUER.did, HOLDER.did), "status": STATUS}
    return signed(header(), document)


@pytest.mark.parametrize(
    ("value", "verdict"), [(0, VALID), (1, REVOKED), (2, REVOKED), (3, REVOKED)]
)
def test_a_list_in_cbor_says_what_its_registry_does(value: int, verdict: Verdict) -> None:
    token = ISSUER.token({**unsigned(ISSUER.did, HOLDER.did), "status": STATUS})
    for data in (revocable(), token):
        assert judged(data, by_did(value)).verdict is verdict


WRONG: Final[Mapping[str, Callable[[], bytes]]] = {
    "by another": lambda: by_did(by=MALLORY),
    "by another in its issuer's name": lambda: by_did(by=MALLORY, kid=ISSUER.method),
    "of no key of its issuer's": lambda: by_did(kid=ISSUER.did),
    "of a key that nobody knows": lambda: by_did(kid=f"{ISSUER.did}#other"),
    "of a key that is no text": lambda: by_did(said={4: 7}),
    "by no algorithm that is known": lambda: by_did(said={1: -37}),
    "by another algorithm": lambda: by_did(said={1: -7}),
    "without a type": lambda: by_did(said={16: None}),
    "of a type that nobody signed": lambda: by_did(
        said={16: None}, beside={16: "application/statuslist+cwt"}
    ),
    "of the type of JSON": lambda: by_did(said={16: "statuslist+jwt"}),
    "of a type by number": lambda: by_did(said={16: 7}),
    "with claims in its header": lambda: by_did(said={15: {2: URL}}),
    "that asks for an extension": lambda: by_did(said={2: [99], 99: 1}),
    "with a certificate": lambda: by_did(beside={33: b"certificate"}),
    "that is another": lambda: by_did(claims={"sub": f"{URL}0"}),
    "of nothing": lambda: by_did(claims={"sub": None}),
    "of no time": lambda: by_did(claims={"iat": None}),
    "of a time to come": lambda: by_did(claims={"iat": int((NOW + DAY).timestamp())}),
    "that is over": lambda: by_did(claims={"exp": int((NOW - DAY).timestamp())}),
    "that is too short": lambda: by_did(claims={"status_list": {"bits": 1, "lst": SHORT}}),
    "that is no list": lambda: by_did(claims={"status_list": [1]}),
    "that is not packed": lambda: by_did(claims={"status_list": {"bits": 1, "lst": b"list"}}),
    "that is packed as text": lambda: by_did(claims={"status_list": {"bits": 1, "lst": "eNr"}}),
    "of three bits": lambda: by_did(claims={"status_list": {"bits": 3, "lst": SHORT}}),
    "with a code of authentication": lambda: by_did(tag=17),
    "in the tag of CWT": lambda: b"\xd8\x3d" + by_did(),
    "with something behind it": lambda: by_did() + b"\0",
    "that is none": lambda: b"\xd2\x84\x40",
    "in hexadecimal": lambda: by_did().hex().encode(),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_list_that_is_not_right_tells_nothing(name: str) -> None:
    report = judged(revocable(), WRONG[name]())
    assert (report.verdict, code(report)) == (INDETERMINATE, "list")
