"""What the issuer's status lists say of a credential, and what a list must be to be believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from did.errors import NotFound, Unreachable
from wallet.credentials.formats import jose
from wallet.credentials.status import TOKEN_TYPE, BitList
from wallet.credentials.status.issuing import (
    bitstring_entry,
    token_entry,
    token_list_claims,
    unsigned_bitstring_list,
)
from wallet.verify.policy import Excused, Policy
from wallet.verify.report import EXCUSED, Check, Report, Verdict
from wallet.verify.sources import Body

if TYPE_CHECKING:
    from collections.abc import Callable

    from did.errors import DIDError
    from did.keys.ed25519 import Ed25519PrivateKey

Make: TypeAlias = "Callable[..., dict[str, Any]]"
Judged: TypeAlias = "Callable[..., Report]"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
UNIVERSITY, MALLORY = "did:example:university", "did:example:mallory"
URL = "https://university.example/status/1"
INDEX = 94_567


class Web:
    """What stands at addresses, for a test to change; it remembers who asked."""

    def __init__(self, **found: bytes | DIDError | Body) -> None:
        self.found: dict[str, Any] = {}
        self.asked: list[tuple[str, str]] = []
        self.found.update(found)

    def __call__(self, url: str, /, *, accept: str = "*/*") -> Body:
        self.asked.append((url, accept))
        found = self.found.get(url, NotFound("nothing there"))
        if isinstance(found, Body):
            return found
        if isinstance(found, bytes):
            return Body(found)
        raise found


def bits(*indices: int, size: int = 1, value: int = 1) -> BitList:
    return BitList.empty(size=size).with_values(dict.fromkeys(indices, value))


@pytest.fixture
def listed(sealed: Make) -> Callable[..., bytes]:
    """The university's signed status list."""

    def sign(
        found: BitList, *, by: str = UNIVERSITY, issuer: str = UNIVERSITY, **options: Any
    ) -> bytes:
        unsigned = unsigned_bitstring_list(
            id=URL,
            issuer=issuer,
            bits=found,
            **{
                "purposes": ("revocation",),
                "valid_from": NOW - timedelta(days=1),
                **options,
            },
        )
        return json.dumps(sealed(unsigned, by, proofPurpose="assertionMethod")).encode()

    return sign


@pytest.fixture
def revocable(issued: Make) -> Make:
    def issue(purpose: str = "revocation", **entry: Any) -> dict[str, Any]:
        status = bitstring_entry(url=URL, index=INDEX, purpose=purpose, **entry)
        return issued(credentialStatus=status)

    return issue


def finding(report: Report) -> Check:
    (found,) = [check for check in report.checks if check.name == "status"]
    return found


def test_a_credential_that_was_not_taken_back_is_valid(
    revocable: Make, listed: Callable[..., bytes], judged: Judged
) -> None:
    web = Web()
    web.found[URL] = listed(bits(INDEX + 1))
    report = judged(revocable(), get=web)
    assert report.verdict is Verdict.VALID
    assert finding(report).code == "good"
    assert [url for url, _ in web.asked] == [URL]


@pytest.mark.parametrize(
    ("purpose", "verdict", "code"),
    [
        ("revocation", Verdict.REVOKED, "revoked"),
        ("suspension", Verdict.REVOKED, "suspended"),
        ("refresh", Verdict.VALID, "refresh"),
        ("https://university.example/expelled", Verdict.REVOKED, "other"),
    ],
)
def test_a_set_bit_means_what_its_purpose_says(
    revocable: Make,
    listed: Callable[..., bytes],
    judged: Judged,
    purpose: str,
    verdict: Verdict,
    code: str,
) -> None:
    web = Web()
    web.found[URL] = listed(bits(INDEX), purposes=(purpose,))
    report = judged(revocable(purpose), get=web)
    assert (report.verdict, finding(report).code) == (verdict, code)
    assert finding(report).pointer == "/credentialStatus"


def test_a_message_is_shown_and_decides_nothing(
    revocable: Make, listed: Callable[..., bytes], judged: Judged
) -> None:
    messages = ("delivered", "on its way", "lost", "back")
    web = Web()
    web.found[URL] = listed(bits(INDEX, size=2, value=2), purposes=("message",), messages=messages)
    report = judged(revocable("message", size=2, messages=messages), get=web)
    assert report.verdict is Verdict.VALID
    assert "lost" in str(finding(report).sentence)


@pytest.mark.parametrize("error", [Unreachable("no network"), NotFound("gone")])
def test_a_list_that_cannot_be_had_is_not_a_clean_one(
    revocable: Make, judged: Judged, error: DIDError
) -> None:
    web = Web()
    web.found[URL] = error
    report = judged(revocable(), get=web)
    assert report.verdict is Verdict.INDETERMINATE
    assert str(error) in str(finding(report).sentence)
    assert report.to_json()["unchecked"] == ["credential: status"]


@pytest.mark.parametrize("damage", ["bytes", "proof", "signer", "issuer", "html", "expired"])
def test_a_list_that_does_not_hold_tells_nothing(
    revocable: Make, listed: Callable[..., bytes], judged: Judged, damage: str
) -> None:
    good = listed(bits())
    web = Web()
    web.found[URL] = {
        "bytes": good.replace(b'"encodedList": "u', b'"encodedList": "uA'),
        "proof": json.dumps({k: v for k, v in json.loads(good).items() if k != "proof"}).encode(),
        "signer": listed(bits(), by=MALLORY),
        "issuer": listed(bits(), by=MALLORY, issuer=MALLORY),
        "html": b"<html>maintenance</html>",
        "expired": listed(bits(), valid_until=NOW - timedelta(hours=1)),
    }[damage]
    report = judged(revocable(), get=web)
    assert report.verdict is Verdict.INDETERMINATE
    assert finding(report).code == "list"


def test_a_list_for_another_purpose_or_too_short_for_the_index_tells_nothing(
    revocable: Make, issued: Make, listed: Callable[..., bytes], judged: Judged
) -> None:
    web = Web()
    web.found[URL] = listed(bits(), purposes=("suspension",))
    assert judged(revocable(), get=web).verdict is Verdict.INDETERMINATE
    web.found[URL] = listed(bits())
    entry = bitstring_entry(url=URL, index=200_000, purpose="revocation")
    assert judged(issued(credentialStatus=entry), get=web).verdict is Verdict.INDETERMINATE


def test_an_older_list_after_a_newer_one_does_not_bring_a_credential_back(
    revocable: Make, listed: Callable[..., bytes], judged: Judged
) -> None:
    before = listed(bits(INDEX), valid_from=NOW - timedelta(hours=1))
    web = Web()
    web.found[URL] = Body(listed(bits(), valid_from=NOW - timedelta(days=9)), earlier=before)
    report = judged(revocable(), get=web)
    assert report.verdict is Verdict.REVOKED
    assert [check.code for check in report.checks if check.name == "status"] == [
        "rolled-back",
        "revoked",
    ]


def test_a_newer_list_takes_the_place_of_an_older_one(
    revocable: Make, listed: Callable[..., bytes], judged: Judged
) -> None:
    before = listed(bits(INDEX), valid_from=NOW - timedelta(days=9))
    web = Web()
    web.found[URL] = Body(listed(bits()), earlier=before)
    assert judged(revocable(), get=web).verdict is Verdict.VALID


def test_every_list_that_a_credential_points_to_is_asked(
    issued: Make, sealed: Make, listed: Callable[..., bytes], judged: Judged
) -> None:
    other = "https://university.example/status/2"
    web = Web()
    web.found[URL] = listed(bits())
    unsigned = unsigned_bitstring_list(
        id=other,
        issuer=UNIVERSITY,
        bits=bits(7),
        purposes=("suspension",),
        valid_from=NOW - timedelta(days=1),
    )
    signed = sealed(unsigned, UNIVERSITY, proofPurpose="assertionMethod")
    web.found[other] = json.dumps(signed).encode()
    status = [
        bitstring_entry(url=URL, index=INDEX, purpose="revocation"),
        bitstring_entry(url=other, index=7, purpose="suspension"),
    ]
    report = judged(issued(credentialStatus=status), get=web)
    codes = [(check.code, check.pointer) for check in report.checks if check.name == "status"]
    assert codes == [("good", "/credentialStatus/0"), ("suspended", "/credentialStatus/1")]
    assert report.verdict is Verdict.REVOKED


def test_a_policy_may_put_up_with_not_knowing_and_the_report_says_so(
    revocable: Make, judged: Judged
) -> None:
    report = judged(revocable(), get=Web(), policy=Policy(excuse=frozenset({Excused.STATUS})))
    assert report.verdict is Verdict.VALID
    assert finding(report).code == EXCUSED
    assert report.unchecked == (finding(report),)


def test_a_policy_may_ask_for_a_status(issued: Make, judged: Judged) -> None:
    assert judged(issued(), policy=Policy(require_status=True)).verdict is Verdict.INVALID


def test_a_list_is_not_asked_where_its_own_status_is_kept(
    revocable: Make, sealed: Make, judged: Judged
) -> None:
    unsigned = unsigned_bitstring_list(
        id=URL,
        issuer=UNIVERSITY,
        bits=bits(),
        purposes=("revocation",),
        valid_from=NOW - timedelta(days=1),
    )
    unsigned["credentialStatus"] = bitstring_entry(
        url="https://university.example/another", index=1, purpose="revocation"
    )
    web = Web()
    web.found[URL] = json.dumps(
        sealed(unsigned, UNIVERSITY, proofPurpose="assertionMethod")
    ).encode()
    assert judged(revocable(), get=web).verdict is Verdict.VALID
    assert [url for url, _ in web.asked] == [URL]


# Token Status List


def test_a_status_beside_the_credential_of_a_token_of_before_is_looked_at(
    signing_key: Callable[[str], Ed25519PrivateKey],
    token_list: Callable[..., bytes],
    judged: Judged,
) -> None:
    payload = {
        "iss": UNIVERSITY,
        "nbf": 1_764_000_000,
        "vc": {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential"],
            "credentialSubject": {"id": "did:example:alice"},
        },
    }
    web = Web()
    for value, verdict in ((0, Verdict.VALID), (1, Verdict.REVOKED)):
        web.found[URL] = token_list(bits(INDEX, size=2, value=value))
        for status, found in (({}, Verdict.VALID), (token_entry(URL, INDEX), verdict)):
            proposed = jose.token_proposal(
                {**payload, **({"status": status} if status else {})},
                typ="JWT",
                signer=signing_key(UNIVERSITY),
                verification_method=f"{UNIVERSITY}#key-1",
            )
            token = jose.attach(proposed, signing_key(UNIVERSITY).sign(proposed.signing_bytes))
            assert judged(token, get=web).verdict is found


@pytest.fixture
def token_of(degree: Make, signing_key: Callable[[str], Ed25519PrivateKey]) -> Callable[..., bytes]:
    def issue(**members: Any) -> bytes:
        return jose.secure(
            degree(**members),
            signer=signing_key(UNIVERSITY),
            verification_method=f"{UNIVERSITY}#key-1",
            purpose="assertionMethod",
            issued=NOW - timedelta(days=1),
        )

    return issue


@pytest.fixture
def token_list(signing_key: Callable[[str], Ed25519PrivateKey]) -> Callable[..., bytes]:
    def sign(
        found: BitList, *, by: str = UNIVERSITY, kid: str | None = None, **claims: Any
    ) -> bytes:
        payload = token_list_claims(uri=URL, issued=NOW - timedelta(hours=1), bits=found)
        proposed = jose.token_proposal(
            {**payload, **claims},
            typ=TOKEN_TYPE,
            signer=signing_key(by),
            verification_method=kid or f"{by}#key-1",
        )
        return jose.attach(proposed, signing_key(by).sign(proposed.signing_bytes))

    return sign


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(0, Verdict.VALID), (1, Verdict.REVOKED), (2, Verdict.REVOKED), (3, Verdict.REVOKED)],
)
def test_a_token_status_list_says_what_its_registry_does(
    token_of: Callable[..., bytes],
    token_list: Callable[..., bytes],
    judged: Judged,
    value: int,
    verdict: Verdict,
) -> None:
    web = Web()
    web.found[URL] = token_list(bits(INDEX, size=2, value=value))
    report = judged(token_of(status=token_entry(URL, INDEX)), get=web)
    assert report.verdict is verdict
    ((url, accept),) = web.asked
    assert (url, accept.split(", ")[0]) == (URL, "application/statuslist+jwt")


@pytest.mark.parametrize("damage", ["signer", "kid", "no kid", "changed", "other list"])
def test_a_token_status_list_that_is_not_the_issuers_own_tells_nothing(
    token_of: Callable[..., bytes],
    token_list: Callable[..., bytes],
    judged: Judged,
    damage: str,
) -> None:
    good = token_list(bits(size=2))
    web = Web()
    web.found[URL] = {
        "signer": token_list(bits(size=2), by=MALLORY),
        "kid": token_list(bits(size=2), by=MALLORY, kid=f"{UNIVERSITY}#key-1"),
        "no kid": token_list(bits(size=2), kid=UNIVERSITY),
        "changed": good[:-8] + b"AAAAAAAA",
        "other list": token_list(bits(size=2), sub="https://university.example/other"),
    }[damage]
    report = judged(token_of(status=token_entry(URL, INDEX)), get=web)
    assert report.verdict is Verdict.INDETERMINATE
