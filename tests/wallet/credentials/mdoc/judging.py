"""Verdicts on mdocs, with whom a test trusts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from did.resolver import StaticResolver
from tests.wallet.credentials.mdoc.issuer import NOW, der
from wallet.verify.pipeline import verify
from wallet.verify.policy import Policy, Root
from wallet.verify.report import Outcome, Report
from wallet.verify.sources import Sources

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.x509 import Certificate


def judged(
    data: bytes,
    *roots: Certificate,
    at: datetime = NOW,
    policy: Policy | None = None,
    challenge: str | None = None,
) -> Report:
    asked = policy or Policy(roots=tuple(Root(der(root)) for root in roots))
    sources = Sources(StaticResolver({}))
    return verify(data, sources=sources, at=at, policy=asked, challenge=challenge)


def found(report: Report) -> set[tuple[str, str]]:
    """What stands against it, or is not known: check and code."""
    return {
        (check.name, check.code)
        for check in report.checks
        if check.outcome in {Outcome.FAIL, Outcome.UNKNOWN}
    }
