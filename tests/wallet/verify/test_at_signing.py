from __future__ import annotations

import hashlib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.sending.transaction import send, sign
from did.errors import Unreachable
from did.fetch import StaticFetch
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey, address
from did.methods.ethr import Deactivate, Ethr, ethr_did, plan, publish_key, revoke_key
from did.methods.web import Web, location, web_did, web_document
from did.resolution import Resolution
from did.resolver import Resolver
from wallet.verify.policy import Policy
from wallet.verify.report import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from did.identifier import DID
    from did.methods.ethr import Operation
    from did.resolver import Resolves
    from wallet.verify.report import Report

    Issued = Callable[..., dict[str, Any]]
    Judged = Callable[..., Report]

NOW: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)
PUBLISHED: Final = datetime(2026, 11, 20, tzinfo=UTC)
ROTATED: Final = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
OWNER: Final = Secp256k1PrivateKey((0x5EED).to_bytes(32, "big"))
AT_SIGNING: Final = Policy(key_at_signing=True)


class School:
    """An issuer whose DID is on a chain, and what it did there at what time."""

    def __init__(self, path: Path) -> None:
        self.now = PUBLISHED
        account = address(OWNER.public_key)
        self.chain = EmbeddedChain.create(path, accounts={account: 10**20}, clock=self.clock)
        self.did: DID = ethr_did(account, self.chain.chain_id)
        self.old = Ed25519PrivateKey(hashlib.sha256(str(self.did).encode()).digest()).public_key
        self.new = Ed25519PrivateKey(bytes(range(32))).public_key
        self.resolver = Resolver(
            {"ethr": Ethr({self.chain.chain_id: self.chain}, clock=self.clock)}
        )

    def clock(self) -> datetime:
        return self.now

    def does(self, *operations: Operation, at: datetime) -> None:
        self.now = at
        planned = plan(self.chain, self.did, operations, clock=self.clock)
        for unsigned in planned.transactions:
            send(self.chain, sign(unsigned, OWNER))
        self.now = NOW


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """It published a key, and has another one since."""
    school = School(tmp_path / "chain.db")
    with closing(school.chain):
        school.does(publish_key(school.old), at=PUBLISHED)
        school.does(publish_key(school.new), revoke_key(school.old), at=ROTATED)
        yield school


@pytest.fixture
def degree_of(issued: Issued, school: School) -> Callable[..., dict[str, Any]]:
    """A degree, by the key that the school had first."""

    def of(created: datetime | None, *, key: str = "delegate-1") -> dict[str, Any]:
        did = str(school.did)
        moment = None if created is None else created.isoformat().replace("+00:00", "Z")
        proof = {"created": moment, "verificationMethod": f"{did}#{key}"}
        return issued(by=did, issuer=did, proof=proof)

    return of


class Asked:
    """Passes on what is asked, and counts; what was earlier may not be had."""

    def __init__(self, resolver: Resolves, *, forgetful: bool = False) -> None:
        self.resolver = resolver
        self.forgetful = forgetful
        self.options: list[dict[str, str | bool]] = []

    def resolve(self, did: str | DID, /, **options: str | bool) -> Resolution:
        self.options.append(options)
        if self.forgetful and "versionTime" in options:
            return Resolution(Unreachable("the archive does not answer"))
        return self.resolver.resolve(did, **options)

    def dereference(self, url: Any, /, **options: str | bool) -> Any:
        return self.resolver.dereference(url, **options)

    def dereference_url(self, url: Any, /, **options: str | bool) -> Any:
        return self.resolver.dereference_url(url, **options)


def said(report: Report, outcome: Outcome) -> list[str]:
    return [str(check.sentence) for check in report.checks if check.outcome is outcome]


def test_a_key_that_was_replaced_since_counts_for_who_goes_by_the_time_of_signing(
    school: School, degree_of: Any, judged: Judged
) -> None:
    degree = degree_of(datetime(2026, 11, 23, 8, tzinfo=UTC))
    report = judged(degree, resolver=school.resolver)
    assert report.verdict is Verdict.INVALID
    assert any("lists no key" in sentence for sentence in said(report, Outcome.FAIL))
    report = judged(degree, resolver=school.resolver, policy=AT_SIGNING)
    assert report.verdict is Verdict.VALID
    (warning,) = said(report, Outcome.WARN)
    assert f"judged by the document that {school.did} had at 2026-11-23T08:00:00Z" in warning


@pytest.mark.parametrize(
    ("created", "verdict"),
    [
        (PUBLISHED - timedelta(seconds=1), Verdict.INVALID),
        (PUBLISHED, Verdict.VALID),
        (ROTATED - timedelta(seconds=1), Verdict.VALID),
        (ROTATED, Verdict.INVALID),
        (ROTATED + timedelta(minutes=1), Verdict.INVALID),
        (datetime(1970, 1, 1, tzinfo=UTC), Verdict.INVALID),
        (None, Verdict.INVALID),
    ],
)
def test_a_proof_is_believed_only_of_a_time_at_which_its_key_was_listed(
    school: School, degree_of: Any, judged: Judged, created: datetime | None, verdict: Verdict
) -> None:
    report = judged(degree_of(created), resolver=school.resolver, policy=AT_SIGNING)
    assert report.verdict is verdict
    assert judged(degree_of(created), resolver=school.resolver).verdict is Verdict.INVALID


def test_a_key_that_is_listed_today_is_judged_by_todays_document(
    school: School, degree_of: Any, judged: Judged
) -> None:
    school.does(publish_key(school.old), at=NOW - timedelta(minutes=1))
    asked = Asked(school.resolver)
    degree = degree_of(datetime(2026, 11, 23, 8, tzinfo=UTC), key="delegate-4")
    report = judged(degree, resolver=asked, policy=AT_SIGNING)
    assert report.verdict is Verdict.VALID
    assert said(report, Outcome.WARN) == []
    assert asked.options == [{}]


def test_nobody_is_asked_about_the_past_who_does_not_want_to_know(
    school: School, degree_of: Any, judged: Judged
) -> None:
    asked = Asked(school.resolver)
    degree = degree_of(datetime(2026, 11, 23, 8, tzinfo=UTC))
    judged(degree, resolver=asked)
    assert asked.options == [{}]
    judged(degree, resolver=asked, policy=AT_SIGNING)
    assert asked.options == [{}, {}, {"versionTime": "2026-11-23T08:00:00Z"}]


def test_a_did_that_was_given_up_since_had_its_key_when_it_signed(
    school: School, degree_of: Any, judged: Judged
) -> None:
    school.does(Deactivate(), at=NOW - timedelta(minutes=1))
    degree = degree_of(datetime(2026, 11, 23, 8, tzinfo=UTC))
    report = judged(degree, resolver=school.resolver)
    assert any("deactivated" in sentence for sentence in said(report, Outcome.FAIL))
    assert judged(degree, resolver=school.resolver, policy=AT_SIGNING).verdict is Verdict.VALID


def test_what_nobody_can_say_of_the_past_is_undecided(
    school: School, degree_of: Any, judged: Judged
) -> None:
    asked = Asked(school.resolver, forgetful=True)
    degree = degree_of(datetime(2026, 11, 23, 8, tzinfo=UTC))
    report = judged(degree, resolver=asked, policy=AT_SIGNING)
    assert report.verdict is Verdict.INDETERMINATE
    assert any("archive does not answer" in sentence for sentence in said(report, Outcome.UNKNOWN))


def test_a_document_without_a_past_cannot_say_what_it_was(issued: Issued, judged: Judged) -> None:
    did = web_did("uni.example")
    page = {location(did): str(web_document(did, ())).replace("'", '"').encode()}
    resolver = Resolver({"web": Web(StaticFetch(page))})
    degree = issued(by=str(did), issuer=str(did))
    assert judged(degree, resolver=resolver).verdict is Verdict.INVALID
    assert judged(degree, resolver=resolver, policy=AT_SIGNING).verdict is Verdict.INDETERMINATE


def test_a_changed_credential_is_refused_at_any_time(
    school: School, degree_of: Any, judged: Judged
) -> None:
    degree = degree_of(datetime(2026, 11, 23, 8, tzinfo=UTC))
    degree["credentialSubject"]["degree"] = "Doctor"
    report = judged(degree, resolver=school.resolver, policy=AT_SIGNING)
    assert report.verdict is Verdict.INVALID


def test_a_time_with_an_offset_and_a_fraction_is_the_same_instant(
    school: School, degree_of: Any, judged: Judged
) -> None:
    asked = Asked(school.resolver)
    degree = degree_of(datetime.fromisoformat("2026-11-23T16:00:00.75+08:00"))
    report = judged(degree, resolver=asked, policy=AT_SIGNING)
    assert report.verdict is Verdict.VALID
    assert asked.options[-1] == {"versionTime": "2026-11-23T08:00:00Z"}
