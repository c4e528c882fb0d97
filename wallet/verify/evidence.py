"""The only module of verification that asks anyone: it gathers what the checks will judge.

DID Resolution 1.0: each DID is resolved once, however many proofs name it. That a DID does not
exist is an answer; that nobody could say is not, and leaves what depends on it undecided.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from did.document import Document
from did.errors import DIDError
from wallet.messages import Message, say
from wallet.verify.detect import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from did.resolution import Resolution
    from did.resolver import Resolves
    from wallet.credentials.formats import Proof
    from wallet.verify.detect import Detected


@dataclass(frozen=True, slots=True)
class Deactivated:
    """The DID was given up for good by its controller."""


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no such DID, or no usable document for it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Nobody could say: nothing is known, for or against."""

    reason: str | Message


Answer: TypeAlias = "Document | Deactivated | Absent | Unavailable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the checks may know beyond the input itself.

    Attributes:
        documents: for each DID that a proof is said to be by, its document. An issuer or holder
            whose DID is another one did not make the proof, whatever its document says.
        statuses: for each part with a `credentialStatus`, by the part's subject, what it says.
        schemas: for each part with a `credentialSchema`, likewise.
        earlier: by DID and instant, the document that was in force when a proof was made, where
            today's no longer lists its key and the verifier asked for that; or that nobody could
            say what it was.
        kept: by DID, when a document was retrieved that was not asked for anew.
    """

    documents: Mapping[str, Answer]
    statuses: Mapping[str, Unavailable]
    schemas: Mapping[str, Unavailable]
    earlier: Mapping[tuple[str, datetime], Document | Unavailable] = field(
        default_factory=lambda: MappingProxyType({})
    )
    kept: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))


def gather(detected: Detected, resolver: Resolves, *, at_signing: bool = False) -> Evidence:
    """Ask for all that the parts name. Does not raise for an answer that cannot be had.

    `at_signing` asks, where a key is no longer listed, for the document of the time at which the
    proof says it was made.
    """
    parts = [part for part in detected if isinstance(part, Part)]
    dids = dict.fromkeys(did_of(proof) for part in parts for proof in part.proofs)
    resolutions = {did: resolver.resolve(did) for did in dids}
    documents = {did: _answer(resolution) for did, resolution in resolutions.items()}
    proofs = [proof for part in parts for proof in part.proofs] if at_signing else []
    return Evidence(
        documents=MappingProxyType(documents),
        statuses=_unavailable(parts, "credentialStatus", say("status lists are not fetched yet")),
        schemas=_unavailable(parts, "credentialSchema", say("schemas are not fetched yet")),
        earlier=MappingProxyType(dict(_earlier(proofs, documents, resolver))),
        kept=MappingProxyType(
            {
                did: resolution.retrieved
                for did, resolution in resolutions.items()
                if resolution.retrieved is not None and resolution.age
            }
        ),
    )


def did_of(proof: Proof) -> str:
    """The DID that a proof's verification method is a part of: all before the fragment."""
    return proof.verification_method.partition("#")[0]


def _answer(resolution: Resolution) -> Answer:
    outcome = resolution.outcome
    if isinstance(outcome, DIDError):
        return Unavailable(str(outcome)) if outcome.undecided else Absent(str(outcome))
    return Deactivated() if resolution.deactivated else outcome


def _earlier(
    proofs: Iterable[Proof], documents: Mapping[str, Answer], resolver: Resolves
) -> Iterator[tuple[tuple[str, datetime], Document | Unavailable]]:
    """The documents of the time of each proof whose key today's document does not list."""
    for proof in proofs:
        did = did_of(proof)
        today = documents[did]
        listed = isinstance(today, Document) and today.method(proof.verification_method)
        if listed or proof.created is None or isinstance(today, Absent | Unavailable):
            continue
        instant = proof.created.astimezone(UTC).replace(microsecond=0)
        moment = instant.isoformat().replace("+00:00", "Z")
        answer = _answer(resolver.resolve(did, versionTime=moment))
        if isinstance(answer, Document | Unavailable):
            yield (did, proof.created), answer


def _unavailable(parts: Iterable[Part], name: str, reason: Message) -> Mapping[str, Unavailable]:
    return MappingProxyType(
        {part.subject: Unavailable(reason) for part in parts if name in part.document.document}
    )
