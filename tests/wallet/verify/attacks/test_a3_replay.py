"""The catalogue's A3, presentations shown again, through the whole of verification."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest

from tests.fuzz.parties import (
    CHALLENGE,
    DOMAIN,
    HOLDER,
    ISSUER,
    MALLORY,
    NOW,
    embedded,
    judge,
    token_of,
    unsigned,
)
from wallet.credentials.formats import jose
from wallet.credentials.presenting import unsigned_presentation
from wallet.credentials.strict_json import write_json
from wallet.verify.policy import Policy
from wallet.verify.report import Verdict

INVALID, INDETERMINATE, VALID = Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID
EXPIRED: Final = Verdict.EXPIRED
STRICT: Final = Policy(require_challenge=True, require_domain=True)

each_way = pytest.mark.parametrize("way", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vp+jwt"])


def shown(way: str, *, by: Any = HOLDER, **options: Any) -> bytes:
    """A presentation by Alice, made for what `options` say; None for nothing of it."""
    token = token_of(unsigned(ISSUER.did, HOLDER.did), ISSUER, "vc+jwt")
    document = unsigned_presentation(holder=HOLDER.did, credentials=[jose.enveloped(token)])
    options = {"purpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN, **options}
    if way == "vp+jwt":
        return token_of(document, by, "vp+jwt", **options)
    return write_json(embedded(document, by, way, **options))


def verdict(data: bytes, **asked: Any) -> Verdict:
    return judge(data, **{"challenge": CHALLENGE, "domain": DOMAIN, **asked}).verdict


@each_way
def test_a3_0_what_was_made_for_this_very_question_is_valid(way: str) -> None:
    assert verdict(shown(way)) is VALID
    assert verdict(shown(way), policy=STRICT) is VALID


@each_way
def test_a3_1_a_presentation_shown_again_answers_no_second_question(way: str) -> None:
    again = shown(way)
    assert verdict(again) is VALID
    assert verdict(again, challenge="another") is INVALID
    assert verdict(again, challenge=CHALLENGE[:-1]) is INVALID
    assert verdict(again, challenge=CHALLENGE.upper()) is INVALID
    assert verdict(again, challenge="") is INVALID


@each_way
def test_a3_1_who_asks_for_nothing_cannot_tell_a_copy_and_is_told(way: str) -> None:
    assert verdict(shown(way), challenge=None, domain=None) is VALID
    assert verdict(shown(way), challenge=None, domain=None, policy=STRICT) is INDETERMINATE
    bare = shown(way, challenge=None, domain=None)
    assert verdict(bare, challenge=None, domain=None, policy=STRICT) is INVALID


@each_way
def test_a3_2_what_was_made_for_another_verifier_is_invalid(way: str) -> None:
    assert verdict(shown(way, domain="https://evil.example")) is INVALID
    assert verdict(shown(way), domain="https://evil.example") is INVALID


@each_way
@pytest.mark.parametrize("missing", ["challenge", "domain"])
def test_a3_3_what_lacks_the_challenge_or_the_domain_is_invalid(way: str, missing: str) -> None:
    bare = shown(way, **{missing: None})
    assert verdict(bare) is INVALID
    assert verdict(bare, **{missing: None}, policy=STRICT) is INVALID


@each_way
@pytest.mark.parametrize(
    "domain",
    [
        [DOMAIN, "https://evil.example"], "HTTPS://SHOP.EXAMPLE", "https://shop.example.",
        "https://shop.example/", "shop.example", "https://shop.example.evil.example",
        "https://shop.example:443", "https://ѕhop.example", "https://xn--hop-5cd.example", " ",
    ],
)  # fmt: skip
def test_a3_4_a_domain_that_only_looks_like_ours_is_invalid(
    way: str, domain: str | list[str]
) -> None:
    assert verdict(shown(way, domain=domain)) is INVALID


@each_way
def test_a3_4_a_list_of_our_domain_alone_is_our_domain(way: str) -> None:
    assert verdict(shown(way, domain=[DOMAIN])) is VALID


@each_way
def test_a3_8_a_presentation_is_neither_from_the_future_nor_too_old(way: str) -> None:
    data, made = shown(way), NOW - timedelta(hours=1)
    hour = Policy(presentation_age=timedelta(hours=1))
    skew = Policy().skew
    assert verdict(data, policy=hour) is VALID
    assert verdict(data, policy=hour, at=NOW + timedelta(seconds=1)) is EXPIRED
    assert verdict(data, at=made - skew) is VALID
    assert verdict(data, at=made - skew - timedelta(seconds=1)) is EXPIRED


@each_way
def test_a3_8_a_presentation_that_has_run_out_is_expired(way: str) -> None:
    data = shown(way, expires=NOW)
    assert verdict(data) is EXPIRED
    assert verdict(data, at=NOW - timedelta(seconds=1)) is VALID


@each_way
def test_a2_4_a_presentation_by_another_than_the_holder_is_never_valid(way: str) -> None:
    if way == "vp+jwt":
        document = unsigned_presentation(holder=HOLDER.did, credentials=[])
        payload = {**document, "nonce": CHALLENGE, "aud": DOMAIN}
        for kid in (MALLORY.method, HOLDER.method, None):
            assert verdict(MALLORY.token(payload, typ="vp+jwt", kid=kid)) is INVALID
    else:
        assert verdict(shown(way, by=MALLORY)) is INVALID


@each_way
def test_a2_1_a_lone_credential_is_no_answer_to_a_question(way: str) -> None:
    document = unsigned(ISSUER.did, HOLDER.did)
    data = (
        token_of(document, ISSUER, "vc+jwt", challenge=CHALLENGE, domain=DOMAIN)
        if way == "vp+jwt"
        else write_json(embedded(document, ISSUER, way, challenge=CHALLENGE, domain=DOMAIN))
    )
    assert verdict(data) is INVALID
