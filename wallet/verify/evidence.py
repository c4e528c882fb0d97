"""The only module of verification that asks anyone: it gathers what the checks will judge.

DID Resolution 1.0: each DID is resolved once, however many proofs name it. That a DID does not
exist is an answer; that nobody could say is not, and leaves what depends on it undecided.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from did.errors import DIDError
from wallet.messages import Message, say
from wallet.verify.detect import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from did.document import Document
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
    """

    documents: Mapping[str, Answer]
    statuses: Mapping[str, Unavailable]
    schemas: Mapping[str, Unavailable]


def gather(detected: Detected, resolver: Resolves) -> Evidence:
    """Ask for all that the parts name. Does not raise for an answer that cannot be had."""
    parts = [part for part in detected if isinstance(part, Part)]
    dids = dict.fromkeys(did_of(proof) for part in parts for proof in part.proofs)
    return Evidence(
        documents=MappingProxyType({did: _resolve(did, resolver) for did in dids}),
        statuses=_unavailable(parts, "credentialStatus", say("status lists are not fetched yet")),
        schemas=_unavailable(parts, "credentialSchema", say("schemas are not fetched yet")),
    )


def did_of(proof: Proof) -> str:
    """The DID that a proof's verification method is a part of: all before the fragment."""
    return proof.verification_method.partition("#")[0]


def _resolve(did: str, resolver: Resolves) -> Answer:
    resolution = resolver.resolve(did)
    outcome = resolution.outcome
    if isinstance(outcome, DIDError):
        return Unavailable(str(outcome)) if outcome.undecided else Absent(str(outcome))
    return Deactivated() if resolution.deactivated else outcome


def _unavailable(parts: Iterable[Part], name: str, reason: Message) -> Mapping[str, Unavailable]:
    return MappingProxyType(
        {part.subject: Unavailable(reason) for part in parts if name in part.document.document}
    )
