"""Whether what is signed in CBOR was taken back: what is not read is never a yes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fuzz.parties import HOLDER, ISSUER, judge, unsigned
from tests.wallet.credentials.vc_cose.test_vc_cose import CLAIMS, header, signed
from wallet.verify.report import Verdict

STATUS = {"status_list": {"idx": 412, "uri": "https://issuer.example/status/1"}}


@pytest.mark.parametrize("status", [STATUS, {"other": {}}, {}, 7, None, "taken back"])
def test_a_status_in_the_header_alone_decides_nothing(status: Any) -> None:
    report = judge(signed({**header(), CLAIMS: {65535: status}}))
    assert report.verdict is Verdict.INDETERMINATE


def test_a_status_in_the_document_is_looked_at_whatever_the_header_says() -> None:
    document = {**unsigned(ISSUER.did, HOLDER.did), "status": STATUS}
    for said in (header(), {**header(), CLAIMS: {65535: STATUS}}):
        report = judge(signed(said, document))
        (found,) = [check for check in report.checks if check.name == "status"]
        assert (report.verdict, found.code) == (Verdict.INDETERMINATE, "unavailable")
    other = judge(signed({**header(), CLAIMS: {65535: {"other": {}}}}, document))
    assert other.verdict is Verdict.INDETERMINATE
