"""What a worker does: judges documents, and works out the parts of them that are shown.

It gets a body as it came and gives the answer as it goes: what strangers sent is parsed here alone.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from did.errors import DIDError
from did.values import dataclass, field, replace
from wallet.clock import now
from wallet.credentials.errors import CredentialError
from wallet.credentials.formats.data_integrity import selective_suite_of
from wallet.credentials.strict_json import write_json
from wallet.judging import Judge
from wallet.serving.bodies import DeriveRequest, VerifyRequest
from wallet.serving.problems import MALFORMED, Problem, refusal_of
from wallet.verify.pipeline import verify
from wallet.verify.report import Report, Verdict
from wallet.verify.sources import Body, nobody

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from wallet.judging import Asked
    from wallet.verify.sources import Get, Sources

_PROOF_CHECKS: Final = frozenset(
    {
        *("syntax", "model", "context", "resolution", "proof", "purpose", "key", "age"),
        *("presentation", "challenge", "domain"),
    }
)
"""What is left where the proof alone is asked about: not whose key it is, nor what was said of it
since."""
_MORE: Final = {"credentialStatus": "status", "credentialSchema": "schema"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: HTTPStatus
    body: bytes = field(repr=False)

    @property
    def is_problem(self) -> bool:
        """Whether the body is problem details."""
        return self.status >= HTTPStatus.BAD_REQUEST


def derive_task(suite: str | None) -> str:
    """The task of deriving by that suite, or by whichever it is."""
    return "derive" if suite is None else f"derive {suite}"


class Verifier:
    """Answers one task after another."""

    def __init__(self, asked: Asked, *, clock: Callable[[], datetime] = now) -> None:
        """`asked` says how strictly to judge, and where what is known is kept."""
        self._asked: Final = asked
        self._clock: Final = clock
        self._judge: Final = Judge(asked)
        self._as_holder: Final = Judge(replace(asked, as_holder=True))
        self._own: dict[str, bytes] = {}

    def close(self) -> None:
        """Close what was opened."""
        self._judge.close()
        self._as_holder.close()

    def publish(self, lists: Mapping[str, str]) -> None:
        """These status lists stand at addresses of the server itself, and are not fetched."""
        self._own = {url: text.encode() for url, text in lists.items()}

    def answer(self, task: str, body: bytes) -> Answer:
        """The answer to a task; does not raise for what is in the body."""
        try:
            return self._answered(task, body)
        except Problem as problem:
            if task.startswith("verify"):  # whoever looks for a verdict finds one
                problem.more["verified"] = False
            return Answer(problem.status, problem.body())
        except (CredentialError, DIDError) as error:
            # Only what is derived raises these: a verification reports them.
            found = Problem(HTTPStatus.BAD_REQUEST, str(error), type=MALFORMED, check="proof")
            return Answer(found.status, found.body())

    def _answered(self, task: str, body: bytes) -> Answer:
        kind, _, suite = task.partition(" ")
        match kind:
            case "verify-credential":
                return self._verified(VerifyRequest.parse(body, "verifiableCredential"))
            case "verify-presentation":
                return self._verified(VerifyRequest.parse(body, "verifiablePresentation"))
            case "derive":
                return self._derived(DeriveRequest.parse(body), suite or None)
            case "check":
                return self._checked(body)
            case _:
                raise Problem(HTTPStatus.NOT_IMPLEMENTED, f"there is no task {task!r}")

    def _verified(self, request: VerifyRequest) -> Answer:
        sources = self._sources(self._judge, request.checks)
        report = verify(
            request.document,
            sources=sources,
            at=self._clock(),
            challenge=request.challenge,
            domain=request.domain,
            policy=self._asked.policy,
        )
        if request.checks is not None:
            wanted = _PROOF_CHECKS | {_MORE[one] for one in request.checks if one in _MORE}
            kept = tuple(check for check in report.checks if check.name in wanted)
            report = Report(report.at, kept, report.format, report.facts)
        if report.verdict is not Verdict.VALID:
            return Answer(HTTPStatus.BAD_REQUEST, _json(refusal_of(report)))
        found = {
            "verified": True,
            "verdict": report.verdict.value,
            "problemDetails": [],
            "report": report.to_json(),
        }
        return Answer(HTTPStatus.OK, _json(found))

    def _checked(self, document: bytes) -> Answer:
        """Whether what was issued here would be refused: nobody else is asked about it."""
        sources = replace(self._as_holder.sources, get=nobody)
        policy = replace(self._asked.policy, trust=None)
        report = verify(document, sources=sources, at=self._clock(), policy=policy)
        if report.verdict is Verdict.INVALID:
            refusal = refusal_of(report)
            del refusal["report"]
            return Answer(HTTPStatus.BAD_REQUEST, _json(refusal))
        return Answer(HTTPStatus.OK, _json({"verdict": report.verdict.value}))

    def _derived(self, request: DeriveRequest, suite: str | None) -> Answer:
        proof = request.credential.get("proof")
        kind, name = (
            (proof.get("type"), proof.get("cryptosuite")) if isinstance(proof, dict) else ("", "")
        )
        known = selective_suite_of(str(kind), str(name))
        if known is None or (suite is not None and known.name != suite):
            wanted = suite or "a suite of which parts can be shown"
            raise Problem(
                HTTPStatus.BAD_REQUEST,
                f"the credential has no single base proof of {wanted}",
                type=MALFORMED,
                check="proof",
            )
        derived = _derive(known.name, request, self._judge.sources)
        return Answer(HTTPStatus.CREATED, write_json({"verifiableCredential": derived}))

    def _sources(self, judge: Judge, checks: frozenset[str] | None) -> Sources:
        """Whom to ask: for the proof alone, nobody but for DIDs."""
        sources = judge.sources
        if checks is not None and not checks & _MORE.keys():
            return replace(sources, get=nobody)
        return replace(sources, get=_first(self._own, sources.get)) if self._own else sources


def _first(own: Mapping[str, bytes], get: Get) -> Get:
    """A `Get` of what the server has itself, and of everything else."""

    def found(url: str, /, *, accept: str = "*/*") -> Body:
        data = own.get(url)
        return get(url, accept=accept) if data is None else Body(data)

    return found


def _derive(name: str, request: DeriveRequest, sources: Sources) -> dict[str, Any]:
    # Deferred: each loads its curve.
    if name == "bbs-2023":
        from wallet.credentials.formats.data_integrity.suites import bbs  # noqa: PLC0415

        return bbs.derive(request.credential, request.pointers, contexts=sources.contexts)
    from wallet.credentials.formats.data_integrity.suites import ecdsa_sd  # noqa: PLC0415

    return ecdsa_sd.derive(request.credential, request.pointers, contexts=sources.contexts)


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
