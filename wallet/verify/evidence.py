"""The only module of verification that asks anyone: it gathers what the checks will judge.

DID Resolution 1.0: each DID is resolved once, however many proofs name it. That a DID does not
exist is an answer; that nobody could say is not, and leaves what depends on it undecided. A status
list and the credential of a schema are documents with proofs of their own: what judging them needs
is gathered with them.
"""

from __future__ import annotations

from datetime import UTC
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from did.document import Document
from did.errors import DIDError
from did.values import dataclass, field, replace
from wallet.credentials.errors import CredentialError
from wallet.messages import Message, say
from wallet.verify.detect import Part, detect
from wallet.verify.kinds import is_cose, is_token
from wallet.verify.sources import Body
from wallet.verify.wanted import wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from did.resolution import Resolution
    from did.resolver import Resolves
    from wallet.credentials.formats import Proof
    from wallet.credentials.formats.cwt import Cwt
    from wallet.credentials.formats.jose import Token
    from wallet.verify.detect import Detected
    from wallet.verify.sources import Sources
    from wallet.verify.wanted import Want

MAX_ADDRESSES: Final = 32
"""How many addresses one input may send the verifier to."""

_TOKEN_TYPES: Final = frozenset({"statuslist+jwt"})
_CBOR_TOKEN_TYPES: Final = frozenset({"application/statuslist+cwt"})


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
class Attested:
    """A document with proofs of its own, such as a status list, and what judging it needs.

    `data` is what stands at the address, byte for byte. `token` is a Token Status List instead,
    which is no credential, in JSON or in CBOR; `parts` is then empty.
    `earlier` is what stood there when it was asked for before, where that was something else.
    """

    data: bytes = field(repr=False)
    parts: Detected
    evidence: Evidence
    retrieved: datetime | None
    token: Token | Cwt | None = None
    earlier: Attested | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the checks may know beyond the input itself.

    Attributes:
        documents: for each DID that a proof is said to be by, its document. An issuer or holder
            whose DID is another one did not make the proof, whatever its document says.
        attested: by address, each status list, and each schema that comes as a credential.
        bodies: by address, each schema and related resource.
        contexts: the addresses of the JSON-LD contexts that are known.
        earlier: by DID and instant, the document that was in force when a proof was made, where
            today's no longer lists its key and the verifier asked for that; or that nobody could
            say what it was.
        kept: by DID, when a document was retrieved that was not asked for anew.
    """

    documents: Mapping[str, Answer]
    attested: Mapping[str, Attested | Unavailable] = field(
        default_factory=lambda: MappingProxyType({})
    )
    bodies: Mapping[str, Body | Unavailable] = field(default_factory=lambda: MappingProxyType({}))
    contexts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    earlier: Mapping[tuple[str, datetime], Document | Unavailable] = field(
        default_factory=lambda: MappingProxyType({})
    )
    kept: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))


def gather(detected: Detected, sources: Sources, *, at_signing: bool = False) -> Evidence:
    """Ask for all that the parts name. Does not raise for an answer that cannot be had.

    `at_signing` asks, where a key is no longer listed, for the document of the time at which the
    proof says it was made.
    """
    parts = [part for part in detected if isinstance(part, Part)]
    own = _documents(parts, sources, at_signing=at_signing)
    wants = [want for part in parts for want in wanted(part.document.document, sources.contexts)]
    if not wants:
        return own
    attested: dict[str, Attested | Unavailable] = {}
    bodies: dict[str, Body | Unavailable] = {}
    for number, want in enumerate(dict.fromkeys(wants)):
        body = _body(want, sources) if number < MAX_ADDRESSES else _TOO_MANY
        if not want.attested:
            bodies[want.url] = body
        elif isinstance(body, Unavailable):
            attested[want.url] = body
        else:
            attested[want.url] = _attested(body, sources)
    return replace(own, attested=MappingProxyType(attested), bodies=MappingProxyType(bodies))


_TOO_MANY: Final = Unavailable(say("it names more addresses than are asked"))


def _body(want: Want, sources: Sources) -> Body | Unavailable:
    try:
        return sources.get(want.url, accept=want.accept)
    except DIDError as error:
        return Unavailable(str(error))


def _attested(body: Body, sources: Sources) -> Attested:
    """A document with proofs of its own; what it points to in turn is not followed."""
    found = _read(body, sources)
    if body.earlier is None or body.earlier == body.data:
        return found
    return replace(found, earlier=_read(Body(body.earlier), sources))


def _read(body: Body, sources: Sources) -> Attested:
    if (token := _token(body.data)) is not None:
        did = (token.kid or "").partition("#")[0]
        documents = {did: _answer(sources.resolver.resolve(did))} if did else {}
        evidence = Evidence(MappingProxyType(documents))
        return Attested(body.data, (), evidence, body.retrieved, token)
    parts = detect(body.data, sources.formats)
    read = [part for part in parts if isinstance(part, Part)]
    evidence = _documents(read, sources, at_signing=False)
    return Attested(body.data, parts, evidence, body.retrieved)


def _token(data: bytes) -> Token | Cwt | None:
    """A Token Status List; None for a credential that is secured so, or for nothing at all."""
    try:
        if is_token(data):
            # Deferred: most lists are credentials that carry their proof.
            from wallet.credentials.formats.jose import read_token  # noqa: PLC0415

            return read_token(data.strip(), typ=_TOKEN_TYPES, certified=True)
        if is_cose(data):
            # Deferred: as above.
            from wallet.credentials.formats.cwt import read_cwt  # noqa: PLC0415

            return read_cwt(data, typ=_CBOR_TOKEN_TYPES)
    except CredentialError:
        pass  # `detect` will say what it is
    return None


def did_of(proof: Proof) -> str:
    """The DID that a proof's verification method is a part of: all before the fragment."""
    return proof.verification_method.partition("#")[0]


def _documents(parts: list[Part], sources: Sources, *, at_signing: bool) -> Evidence:
    """The documents of the DIDs that the proofs name, and nothing else."""
    resolver = sources.resolver
    parts = [part for part in parts if not part.is_certified]  # no DID is behind them
    dids = dict.fromkeys(did_of(proof) for part in parts for proof in part.proofs)
    addresses = {did_of(proof) for part in parts for proof in part.proofs if _by_address(proof)}
    resolutions = {did: resolver.resolve(did) for did in dids if did not in addresses}
    documents = {did: _answer(resolution) for did, resolution in resolutions.items()}
    documents |= {address: _keys_at(address, sources) for address in addresses}
    proofs = [proof for part in parts for proof in part.proofs] if at_signing else []
    return Evidence(
        documents=MappingProxyType(documents),
        contexts=sources.contexts,
        earlier=MappingProxyType(dict(_earlier(proofs, documents, resolver)) if proofs else {}),
        kept=MappingProxyType(
            {
                did: resolution.retrieved
                for did, resolution in resolutions.items()
                if resolution.retrieved is not None and resolution.age
            }
        ),
    )


def _by_address(proof: Proof) -> bool:
    """Whether a proof is an SD-JWT of an issuer that is named by an address, and not by a DID."""
    is_sd_jwt = (proof.cryptosuite or "").startswith("sd-jwt ")
    return is_sd_jwt and proof.verification_method.startswith("https://")


def _keys_at(issuer: str, sources: Sources) -> Answer:
    """The keys of an issuer that is named by an address; what it had before is not known."""
    # Deferred: most issuers are named by DIDs.
    from wallet.verify.issuers import issuer_document  # noqa: PLC0415

    try:
        return issuer_document(issuer, sources.get)
    except DIDError as error:
        return Unavailable(str(error)) if error.undecided else Absent(str(error))


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
        if _by_address(proof):  # an address has no past
            continue
        instant = proof.created.astimezone(UTC).replace(microsecond=0)
        moment = instant.isoformat().replace("+00:00", "Z")
        answer = _answer(resolver.resolve(did, versionTime=moment))
        if isinstance(answer, Document | Unavailable):
            yield (did, proof.created), answer
