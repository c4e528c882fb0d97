"""VC Data Model 2.0, section 7: verification, from bytes to a report.

The work of each step is in the module that it names; nothing here decides anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.credentials.formats.proof import MDOC
from wallet.verify.case import Case, Question
from wallet.verify.checks import checks_of
from wallet.verify.detect import Part, detect
from wallet.verify.evidence import gather
from wallet.verify.policy import DEFAULT
from wallet.verify.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from wallet.verify.detect import Refusal
    from wallet.verify.evidence import Evidence
    from wallet.verify.policy import Policy
    from wallet.verify.report import Check
    from wallet.verify.sources import Sources


def verify(
    data: bytes,
    *,
    sources: Sources,
    at: datetime,
    challenge: str | None = None,
    domain: str | None = None,
    policy: Policy = DEFAULT,
) -> Report:
    """Judge a credential or presentation as it stands at an instant, which must have an offset.

    Whatever the bytes are, the answer is a report. `challenge` and `domain` are what the verifier
    asked a presentation to be made for.
    """
    question = Question(at, challenge, domain, policy)
    # (1) What is it? A presentation has a part for itself and one for each credential.
    parts = detect(data, sources.formats)
    # (2) Ask for all that is needed to judge it: the only step that reaches beyond the bytes.
    evidence = gather(parts, sources, at_signing=policy.key_at_signing)
    # (3) Judge every part by every check. One that fails does not spare the others.
    checks = tuple(check for part in parts for check in _judge(part, evidence, question))
    # (4) The verdict follows from the checks.
    return Report(
        at=at,
        checks=checks,
        format=_format(parts[0]),
        facts=tuple(part.facts for part in parts if isinstance(part, Part)),
    )


def _judge(part: Part | Refusal, evidence: Evidence, question: Question) -> Iterator[Check]:
    if not isinstance(part, Part):
        yield part.finding
        return
    case = Case(part, evidence, question)
    for check in checks_of(part):
        yield from check(case)


def _format(part: Part | Refusal) -> str | None:
    if not isinstance(part, Part):
        return None
    if part.is_mdoc:
        return MDOC
    format_ = part.format_of(part.proofs[0])
    return None if format_ is None else format_.name
