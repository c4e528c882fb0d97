"""What is asked of verification for any bytes, by atheris and by tests.

The answer is a report with checks, which can be written as JSON, and no verdict is valid but on
what was signed.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from tests.fuzz.corpus import LISTS
from tests.fuzz.in_cbor import trusting
from tests.fuzz.meaning import Known
from tests.fuzz.parties import CHALLENGE, DOMAIN, LIST, judge
from tests.fuzz.seeds import NAMES, seed
from wallet.verify.report import Verdict


class Wrong(Exception):
    """A verdict that must not have been."""


_trusting: Final = cache(trusting)


@cache
def _known() -> Known:
    return Known.of(seed(name).data for name in NAMES)


@cache
def _known_lists() -> Known:
    return Known.of(seed(name).web[LIST] for name in LISTS.values())


def examine(data: bytes) -> None:
    """Verify the bytes, and look at the report. Raises `Wrong`."""
    name = LISTS.get(data[:1])
    if name is None:
        _examine_document(data)
    else:
        _examine_list(seed(name).data, data[1:])


def _examine_document(data: bytes) -> None:
    web = seed(f"{_form_of_list(data)} status list").web
    report = judge(data, web, policy=_trusting())
    reports = [report]
    if report.facts and report.facts[0].subject == "presentation":
        reports.append(judge(data, web, challenge=CHALLENGE, domain=DOMAIN, policy=_trusting()))
    for one in reports:
        if not one.checks:
            raise Wrong("a report without checks")
        json.dumps(one.to_json())
        if one.verdict is Verdict.VALID and not _known().holds(data):
            raise Wrong("valid, and was never signed")


def _form_of_list(data: bytes) -> str:
    if data.startswith(b"eyJ"):
        return "token"
    return "cwt" if data.startswith((b"\xd2", b"0oR")) else "bitstring"


def _examine_list(credential: bytes, listed: bytes) -> None:
    report = judge(credential, {LIST: listed})
    json.dumps(report.to_json())
    if report.verdict is Verdict.VALID and not _known_lists().holds(listed):
        raise Wrong("a list that was never signed says that it is good")
    if report.verdict not in (Verdict.VALID, Verdict.INDETERMINATE):
        raise Wrong(f"a list made it {report.verdict}")
