from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from did.base_encodings import encode_base64url
from did.encoding import encode_multikey
from did.keys import ALGORITHMS
from did.resolver import Resolver
from did.values import replace
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.formats import FORMATS
from wallet.credentials.formats.jose.signing import attach, token_proposal
from wallet.credentials.formats.sd_jwt.binding import binding_proposal
from wallet.credentials.formats.sd_jwt.compact import Compact
from wallet.credentials.formats.sd_jwt.disclosure import Disclosure
from wallet.credentials.formats.sd_jwt.opening import open_sd_jwt
from wallet.credentials.formats.sd_jwt.securing import issuance, showing
from wallet.verify.pipeline import verify
from wallet.verify.report import Verdict
from wallet.verify.sources import Sources, nobody

if TYPE_CHECKING:
    from did.keys import SigningKey
    from wallet.verify.report import Report

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
CLAIMS = {
    "given_name": "Mei",
    "address": {"street": "1 Quay", "city": "Bergen"},
    "nationalities": ["NO", "CN"],
    "over_18": True,
}


def key_of(seed: bytes, algorithm: str = "P-256") -> SigningKey:
    return cast("SigningKey", ALGORITHMS[algorithm].private_key(seed * 32))


ISSUER = key_of(b"\x01")
HOLDER = key_of(b"\x02", "Ed25519")
THIEF = key_of(b"\x03", "Ed25519")


def did_of(key: SigningKey) -> str:
    return f"did:key:{encode_multikey(key.public_key)}"


def method_of(key: SigningKey) -> str:
    return f"{did_of(key)}#{encode_multikey(key.public_key)}"


def drawing() -> Any:
    counter = iter(range(1, 10_000))
    return lambda size: next(counter).to_bytes(size, "big")


def issued(**changes: Any) -> bytes:
    made = issuance(
        CLAIMS,
        **{
            "type": "https://school.example/degree",
            "issuer": did_of(ISSUER),
            "verification_method": method_of(ISSUER),
            "signer": ISSUER,
            "issued": NOW - timedelta(days=1),
            "draw": drawing(),
            "subject": did_of(HOLDER),
            "holder": HOLDER.public_key,
            "expires": NOW + timedelta(days=1),
            **changes,
        },
    )
    return made.finish(ISSUER.sign(made.proposal.signing_bytes))


def shown(held: bytes, *wanted: tuple[str | int, ...], **changes: Any) -> bytes:
    made = showing(
        held,
        wanted,
        **{
            "nonce": "n-1",
            "audience": "https://shop.example",
            "created": NOW - timedelta(minutes=1),
            "signer": HOLDER,
            **changes,
        },
    )
    assert made.binding is not None
    return made.finish(HOLDER.sign(made.binding.signing_bytes))


def judged(
    data: bytes, *, challenge: str | None = "n-1", domain: str | None = "https://shop.example"
) -> Report:
    sources = Sources(Resolver(), formats=FORMATS, get=nobody)
    return verify(data, sources=sources, at=NOW, challenge=challenge, domain=domain)


def claims_of(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = open_sd_jwt(data).document["credentialSubject"]
    return found


def failures(report: Report) -> set[tuple[str, str]]:
    return {(one.name, one.code) for one in report.checks if one.outcome.value == "fail"}


def test_what_is_issued_is_valid_and_says_it_all() -> None:
    held = issued()
    report = judged(held, challenge=None, domain=None)
    assert report.verdict is Verdict.VALID, report
    assert claims_of(held) == {"id": did_of(HOLDER), **CLAIMS}


def test_what_is_shown_is_valid_and_says_no_more() -> None:
    sent = shown(issued(), ("over_18",), ("address", "city"), ("nationalities", 1))
    report = judged(sent)
    assert report.verdict is Verdict.VALID, report
    assert claims_of(sent) == {
        "id": did_of(HOLDER),
        "over_18": True,
        "address": {"city": "Bergen"},
        "nationalities": ["CN"],
    }
    assert b"Mei" not in sent
    assert not any(
        "Mei" in json.dumps(Disclosure.read(d).value) for d in Compact.read(sent).disclosures
    )


def test_a_holder_of_another_did_shows_it_by_their_key() -> None:
    sent = shown(issued(subject="did:example:mei"), ("over_18",))
    report = judged(sent)
    assert report.verdict is Verdict.VALID, report
    assert claims_of(sent)["id"].startswith("did:jwk:")


@pytest.mark.parametrize(
    ("question", "fails"),
    [
        ({"challenge": "n-2"}, ("challenge", "another")),
        ({"domain": "https://other.example"}, ("domain", "another")),
    ],
)
def test_shown_to_another_or_again_it_is_refused(
    question: dict[str, str], fails: tuple[str, str]
) -> None:
    report = judged(shown(issued(), ("over_18",)), **question)
    assert fails in failures(report)
    assert report.verdict is Verdict.INVALID


def test_without_its_key_binding_it_is_no_presentation() -> None:
    compact = replace(Compact.read(shown(issued(), ("over_18",))), key_binding=None)
    report = judged(compact.write().encode())
    assert ("presentation", "none") in failures(report)
    assert report.verdict is Verdict.INVALID


def test_bound_by_another_key_it_is_refused() -> None:
    compact = replace(Compact.read(shown(issued(), ("over_18",))), key_binding=None)
    proposed = binding_proposal(
        compact,
        algorithm="sha-256",
        nonce="n-1",
        audience="https://shop.example",
        created=NOW,
        signer=THIEF,
    )
    bound = attach(proposed, THIEF.sign(proposed.signing_bytes)).decode()
    report = judged(replace(compact, key_binding=bound).write().encode())
    assert ("proof", "broken") in failures(report)


@pytest.mark.parametrize("change", ["turned", "fewer", "more"])
def test_other_disclosures_than_were_bound_are_refused(change: str) -> None:
    held = issued()
    compact = Compact.read(shown(held, ("over_18",), ("given_name",)))
    hidden = next(d for d in Compact.read(held).disclosures if d not in compact.disclosures)
    disclosures = {
        "turned": compact.disclosures[::-1],
        "fewer": compact.disclosures[:1],
        "more": (*compact.disclosures, hidden),
    }[change]
    report = judged(replace(compact, disclosures=disclosures).write().encode())
    assert report.verdict is Verdict.INVALID


def test_a_claim_that_was_made_up_belongs_to_no_digest() -> None:
    compact = Compact.read(issued())
    forged = Disclosure.made(bytes(16), "Doctor", "title")
    report = judged(
        replace(compact, disclosures=(*compact.disclosures, forged.encoded)).write().encode(),
        challenge=None,
        domain=None,
    )
    assert report.verdict is Verdict.INVALID


def test_a_digest_that_occurs_twice_is_refused() -> None:
    twice = Disclosure.made(bytes(16), 1, "a")
    payload = {
        "iss": did_of(ISSUER),
        "vct": "https://school.example/degree",
        "_sd": [twice.digest()],
        "b": {"_sd": [twice.digest()]},
    }
    proposed = token_proposal(
        payload, typ="dc+sd-jwt", signer=ISSUER, verification_method=method_of(ISSUER)
    )
    token = attach(proposed, ISSUER.sign(proposed.signing_bytes)).decode()
    report = judged(f"{token}~{twice.encoded}~".encode(), challenge=None, domain=None)
    assert report.verdict is Verdict.INVALID


def test_signed_by_another_than_its_issuer_it_is_refused() -> None:
    made = issuance(
        CLAIMS,
        type="t:degree",
        issuer=did_of(ISSUER),
        verification_method=method_of(ISSUER),
        signer=key_of(b"\x09"),
        issued=NOW,
        draw=drawing(),
    )
    forged = made.finish(key_of(b"\x09").sign(made.proposal.signing_bytes))
    assert judged(forged, challenge=None, domain=None).verdict is Verdict.INVALID


@pytest.mark.parametrize("hidden", ["iss", "vct", "exp", "cnf", "status"])
def test_what_the_token_must_say_openly_does_not_count_when_it_is_disclosed(hidden: str) -> None:
    value: dict[str, object] = {
        "iss": did_of(ISSUER),
        "vct": "t:degree",
        "exp": 4_000_000_000,
        "cnf": {"jwk": {}},
        "status": {"status_list": {"idx": 1, "uri": "https://a.example/1"}},
    }
    disclosure = Disclosure.made(bytes(16), value[hidden], hidden)
    open_ = {name: value[name] for name in ("iss", "vct") if name != hidden}
    payload = {**open_, "level": 1, "_sd": [disclosure.digest()]}
    proposed = token_proposal(
        payload, typ="dc+sd-jwt", signer=ISSUER, verification_method=method_of(ISSUER)
    )
    token = attach(proposed, ISSUER.sign(proposed.signing_bytes)).decode()
    report = judged(f"{token}~{disclosure.encoded}~".encode(), challenge=None, domain=None)
    assert report.verdict is Verdict.INVALID


def test_after_its_end_it_is_expired() -> None:
    report = judged(issued(expires=NOW - timedelta(hours=1)), challenge=None, domain=None)
    assert report.verdict is Verdict.EXPIRED


def test_a_changed_byte_anywhere_is_not_valid() -> None:
    sent = shown(issued(), ("over_18",))
    for at in range(0, len(sent), 7):
        other = b"A" if sent[at : at + 1] != b"A" else b"B"
        report = judged(sent[:at] + other + sent[at + 1 :])
        assert report.verdict is not Verdict.VALID, at


def test_another_than_its_holder_cannot_show_it() -> None:
    with pytest.raises(InvalidCredential, match="another key"):
        shown(issued(), ("over_18",), signer=THIEF)


def test_what_was_made_for_one_verifier_is_not_shown_to_the_next() -> None:
    with pytest.raises(InvalidCredential, match="for one verifier"):
        shown(shown(issued(), ("over_18",)), ("over_18",))


def test_a_claim_of_the_tokens_own_is_not_issued() -> None:
    with pytest.raises(InvalidCredential, match="token's own"):
        issuance(
            {"exp": 1},
            type="t:x",
            issuer=did_of(ISSUER),
            verification_method=method_of(ISSUER),
            signer=ISSUER,
            issued=NOW,
            draw=drawing(),
        )


def test_a_token_without_a_key_is_shown_without_a_binding() -> None:
    held = issued(holder=None)
    made = showing(held, [("over_18",)], nonce="n", audience="a", created=NOW, signer=None)
    assert made.binding is None
    sent = made.finish(None)
    assert claims_of(sent)["over_18"] is True
    assert "given_name" not in claims_of(sent)
    assert encode_base64url(b"Mei").encode() not in sent
