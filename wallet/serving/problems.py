"""Problem details (RFC 9457): every answer that is not what was asked for.

The types are those of VC Data Model 2.0, section 7.2, Data Integrity 1.0, section 4.7, and
Bitstring Status List 1.0, section 3.5. What none of them names is `about:blank`, its status saying
what it is; `check` names the failed check in each case.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from wallet.display import printable
from wallet.verify.report import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.verify.report import Check, Report

MEDIA_TYPE: Final = "application/problem+json"

BLANK: Final = "about:blank"
_MODEL: Final = "https://www.w3.org/TR/vc-data-model#"
_PROOF: Final = "https://w3id.org/security#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status-list#"
PARSING: Final = f"{_MODEL}PARSING_ERROR"
MALFORMED: Final = f"{_MODEL}MALFORMED_VALUE_ERROR"
_CRYPTOGRAPHIC: Final = f"{_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR"

_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "syntax": PARSING,
        "model": MALFORMED,
        "context": MALFORMED,
        "proof": f"{_PROOF}PROOF_VERIFICATION_ERROR",
        "challenge": f"{_PROOF}INVALID_CHALLENGE_ERROR",
        "domain": f"{_PROOF}INVALID_DOMAIN_ERROR",
        "resolution": _CRYPTOGRAPHIC,
        "purpose": _CRYPTOGRAPHIC,
        "key": _CRYPTOGRAPHIC,
        "issuer": _CRYPTOGRAPHIC,
        "holder": _CRYPTOGRAPHIC,
    }
)
"""The type of a finding, by the name of its check."""


class Problem(Exception):
    """An answer other than the one that was asked for."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        type: str = BLANK,  # noqa: A002 - the standard's word
        headers: Mapping[str, str] | None = None,
        **more: object,
    ) -> None:
        """`detail` is one sentence; `more` are members beside those of the standard."""
        super().__init__(detail)
        self.status = status
        self.type = type
        self.headers = dict(headers or {})
        self.more = more

    def to_json(self) -> dict[str, Any]:
        """As RFC 9457, section 3, has it."""
        return {
            "type": self.type,
            "title": title_of(self.type, self.status),
            "status": self.status.value,
            "detail": printable(str(self)),
            **self.more,
        }

    def body(self) -> bytes:
        """The same, as it is sent."""
        return json.dumps(self.to_json(), ensure_ascii=False).encode()


def title_of(kind: str, status: HTTPStatus) -> str:
    """4.2.1: for `about:blank`, the words of the status; else the name that ends the type."""
    return status.phrase if kind == BLANK else kind.partition("#")[2].replace("_", " ").capitalize()


def refusal_of(report: Report) -> dict[str, Any]:
    """What a report that is not valid is answered with: the first reason, and all of them."""
    against = [check for check in report.checks if _is_against(check)]
    details = [_detail(check) for check in against]
    first = details[0] if details else {"type": BLANK, "title": "Bad Request", "detail": "nothing"}
    return {
        **first,
        "status": HTTPStatus.BAD_REQUEST.value,
        "verified": False,
        "verdict": report.verdict.value,
        "problemDetails": details,
        "report": report.to_json(),
    }


def _is_against(check: Check) -> bool:
    return check.outcome in {Outcome.FAIL, Outcome.UNKNOWN} and check.verdict is not Verdict.VALID


def _detail(check: Check) -> dict[str, Any]:
    kind = _type_of(check)
    return {
        "type": kind,
        "title": title_of(kind, HTTPStatus.BAD_REQUEST),
        "detail": printable(str(check.sentence)),
        "check": check.name,
        "code": check.code,
        "subject": check.subject,
        "pointer": check.pointer,
    }


def _type_of(check: Check) -> str:
    if check.name != "status":
        return _TYPES.get(check.name, BLANK)
    found = "RETRIEVAL" if check.outcome is Outcome.UNKNOWN else "VERIFICATION"
    return f"{_STATUS}STATUS_{found}_ERROR"
