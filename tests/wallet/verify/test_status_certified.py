"""The status lists of whom a certificate names: under which certificates they are believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.wallet.credentials.mdoc.issuer import (
    DAY,
    NOW,
    SIGNS,
    Authority,
    Making,
    certificate,
    der,
    named,
    new_key,
    sign,
    usage,
)
from tests.wallet.credentials.sd_jwt.certified_issuer import Issuing, in_base64, jws
from tests.wallet.verify.test_status_cbor import (
    INDETERMINATE,
    INDEX,
    REVOKED,
    STATUS,
    URL,
    VALID,
    by_did,
    claims,
    code,
    judged,
    listed,
    revocable,
)
from wallet.credentials.status import BitList
from wallet.credentials.status.issuing import token_list_claims
from wallet.verify.report import Verdict

if TYPE_CHECKING:
    from cryptography import x509

    from tests.wallet.credentials.mdoc.issuer import PrivateKey


def under(key: PrivateKey, *chain: x509.Certificate, value: int = 0, said: Any = None) -> bytes:
    brought = [der(one) for one in chain]
    beside = {33: brought[0] if len(brought) == 1 else brought} if brought else {}
    return listed(
        {1: -7, **(said or {})}, claims(value), lambda data: sign(key, -7, data), beside=beside
    )


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def making(authority: Authority) -> Making:
    key = new_key()
    return Making(
        authority, key, (authority.signer(key),), mso=lambda mso: {**mso, "status": STATUS}
    )


@pytest.mark.parametrize(("value", "verdict"), [(0, VALID), (1, REVOKED), (2, REVOKED)])
def test_an_mdoc_is_taken_back_by_the_list_of_its_signer(
    making: Making, value: int, verdict: Verdict
) -> None:
    found = under(making.key, *making.chain, value=value)
    assert judged(making.make(), found, making.authority.root).verdict is verdict
    protected = under(making.key, value=value, said={33: der(making.chain[0])})
    assert judged(making.make(), protected, making.authority.root).verdict is verdict


def test_another_signer_of_the_same_authority_speaks_for_an_mdoc(making: Making) -> None:
    key = new_key()
    for value, verdict in ((0, VALID), (1, REVOKED)):
        found = under(key, making.authority.signer(key), value=value)
        assert judged(making.make(), found, making.authority.root).verdict is verdict


def test_nobody_else_speaks_for_an_mdoc(making: Making, authority: Authority) -> None:
    key, other = new_key(), Authority(named("Another IACA"))
    namesake = Authority(authority.name)
    server = ((usage(signs=True), True),)
    (own,) = making.chain
    wrong = {
        "whom another authority certifies": under(key, other.signer(key)),
        "who took the authority's name": under(key, namesake.signer(key)),
        "who signs no mdocs": under(key, authority.signer(key, extensions=server)),
        "whose time is over": under(key, authority.signer(key, end=NOW - DAY)),
        "who vouches for themselves": under(key, certificate(own.subject, key, own.subject, key)),
        "who has the signer's certificate, and another key": under(key, own),
        "the authority itself": under(authority.key, authority.root),
        "without a certificate": under(making.key),
        "with something else": listed(
            {1: -7}, claims(), lambda data: sign(making.key, -7, data), beside={33: "text"}
        ),
        "with a DID": by_did(),
    }
    for name, found in wrong.items():
        report = judged(making.make(), found, authority.root, other.root)
        assert (report.verdict, code(report)) == (INDETERMINATE, "list"), name


@pytest.mark.parametrize(
    ("status", "codes"),
    [
        ({}, {"unsupported"}),
        ("taken back", {"unsupported"}),
        ({"status_list": 7}, {"unsupported"}),
        ({"identifier_list": {"id": b"1", "uri": URL}}, {"unsupported"}),
        ({"status_list": {"uri": URL}}, {"malformed"}),
        ({"status_list": {"idx": True, "uri": URL}}, {"malformed"}),
        ({"status_list": {"idx": -1, "uri": URL}}, {"malformed"}),
        ({"status_list": {"idx": 1 << 60, "uri": URL}}, {"malformed"}),
        ({"status_list": {"idx": 1, "uri": b"uri"}}, {"malformed"}),
    ],
)
def test_a_status_of_another_form_is_never_a_yes(
    making: Making, status: Any, codes: set[str]
) -> None:
    making.mso = lambda mso: {**mso, "status": status}
    report = judged(making.make(), None, making.authority.root)
    assert report.verdict is not VALID
    assert {code(report)} == codes


def test_an_mdoc_without_a_trusted_root_is_not_valid_whatever_its_list_says(
    making: Making,
) -> None:
    found = under(making.key, *making.chain)
    assert judged(making.make(), found).verdict is Verdict.UNTRUSTED


def in_json(key: PrivateKey, *chain: x509.Certificate, value: int = 0) -> bytes:
    payload = token_list_claims(
        uri=URL, issued=NOW - DAY, bits=BitList.empty(size=2).with_value(INDEX, value)
    )
    said = {"alg": "ES256", "typ": "statuslist+jwt", "x5c": in_base64(*chain)}
    return jws(said, payload, key).encode()


@pytest.mark.parametrize(("value", "verdict"), [(0, VALID), (1, REVOKED)])
def test_a_token_under_a_certificate_is_taken_back_by_a_list_under_it(
    authority: Authority, value: int, verdict: Verdict
) -> None:
    issuing = Issuing(authority)
    signer = issuing.signer()
    issuing.chain, issuing.claims = (signer,), {**issuing.claims, "status": STATUS}
    later = new_key()
    renewed = certificate(
        signer.subject, later, authority.name, authority.key, extensions=issuing.extensions
    )
    for found in (
        in_json(issuing.key, signer, value=value),
        under(issuing.key, signer, value=value),
        in_json(later, renewed, value=value),
    ):
        assert judged(issuing.make(), found, authority.root).verdict is verdict
    for key, wrong in (
        (later, signer),
        (later, authority.signer(later)),
        (later, certificate(signer.subject, later, named("X"), new_key(), extensions=SIGNS)),
    ):
        report = judged(issuing.make(), in_json(key, wrong, value=value), authority.root)
        assert (report.verdict, code(report)) == (INDETERMINATE, "list")


def test_a_list_under_a_certificate_is_of_nobody_with_a_did(authority: Authority) -> None:
    key = new_key()
    for found in (in_json(key, authority.signer(key)), under(key, authority.signer(key))):
        report = judged(revocable(), found, authority.root)
        assert (report.verdict, code(report)) == (INDETERMINATE, "list")
