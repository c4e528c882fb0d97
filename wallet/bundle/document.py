"""The file of an evidence bundle: JSON, signed by whoever made it or by nobody.

    {"type": "HoldfastEvidenceBundle", "version": 1, "created": "2026-11-26T09:00:00Z",
     "bodies": {URL: {"retrieved": …, "sha256": hex, "body": base64url}
                  or {"retrieved": …, "absent": true}},
     "chains": [evidence of a did:ethr, …], "contexts": {URL: {…}}, "proof": {…}}

The proof is of Data Integrity 1.0, by a suite over canonical JSON, for `assertionMethod`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from did.base_encodings import NotEncoded, decode_base64url, encode_base64url
from did.chain.evidence import EthrEvidence
from did.errors import DIDError
from did.strict_json import NotStrict, parse
from wallet.credentials.errors import CredentialError
from wallet.credentials.timestamps import read_timestamp, write_timestamp
from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

TYPE: Final = "HoldfastEvidenceBundle"
VERSION: Final = 1
MAX_BYTES: Final = 32 << 20
"""The largest bundle read, in bytes."""
MAX_EVIDENCES: Final = 64

_MEMBERS: Final = frozenset({"type", "version", "created", "bodies", "chains", "contexts", "proof"})


@dataclass(frozen=True, slots=True)
class KeptBody:
    """What a server said at an address, and when; `data` is None where it said: nothing is here."""

    data: bytes | None = field(repr=False)
    retrieved: datetime


@dataclass(frozen=True, slots=True)
class Bundle:
    """What verifying needed.

    Attributes:
        created: when it was packed: what it shows is as of then.
        bodies: by address, what servers said.
        chains: what chains said of each did:ethr.
        contexts: the JSON-LD contexts beyond those shipped, by address.
        document: the JSON as it was read, with its proof; None where it was made here.
    """

    created: datetime
    bodies: Mapping[str, KeptBody] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    chains: tuple[EthrEvidence, ...] = field(default=(), repr=False)
    contexts: Mapping[str, Mapping[str, Any]] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    document: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)

    def to_json(self) -> dict[str, Any]:
        """The bundle, not signed."""
        return {
            "type": TYPE,
            "version": VERSION,
            "created": write_timestamp(self.created),
            "bodies": {url: _body_form(body) for url, body in sorted(self.bodies.items())},
            "chains": [evidence.to_json() for evidence in self.chains],
            "contexts": {url: dict(self.contexts[url]) for url in sorted(self.contexts)},
        }

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a bundle; whether its proof holds is not looked at.

        Raises:
            BadInput: it is too large, or no bundle of a version that is read here.
        """
        if len(data) > MAX_BYTES:
            raise BadInput(
                f"the bundle is {len(data)} bytes long, and at most {MAX_BYTES} are read"
            )
        try:
            value = parse(data)
        except NotStrict as error:
            raise BadInput(f"the bundle is no strict JSON: {error}") from error
        if not isinstance(value, dict) or value.get("type") != TYPE:
            raise BadInput("the file is no evidence bundle", hint="holdfast bundle makes one")
        if value.get("version") != VERSION:
            raise BadInput(
                f"the bundle is of version {value.get('version')!r}",
                hint=f"this holdfast reads version {VERSION}",
            )
        if others := sorted(value.keys() - _MEMBERS):
            raise BadInput(f"the bundle holds {others[0]!r:.60}, which is not understood")
        try:
            return cls._of(value)
        except (CredentialError, DIDError, NotEncoded, TypeError) as error:
            raise BadInput(f"the bundle cannot be read: {error}") from error

    @classmethod
    def _of(cls, value: Mapping[str, Any]) -> Self:
        """Raises CredentialError, DIDError, NotEncoded or TypeError."""
        bodies = _table(value, "bodies")
        contexts = _table(value, "contexts")
        chains = value.get("chains", [])
        if not isinstance(chains, list) or len(chains) > MAX_EVIDENCES:
            raise TypeError(f"'chains' must be a list of at most {MAX_EVIDENCES}")
        return cls(
            created=read_timestamp(value.get("created"), path="$.created"),
            bodies=MappingProxyType({url: _body(body, url) for url, body in bodies.items()}),
            chains=tuple(map(EthrEvidence.from_json, chains)),
            contexts=MappingProxyType({url: _context(one, url) for url, one in contexts.items()}),
            document=value,
        )


def _body_form(body: KeptBody) -> dict[str, Any]:
    retrieved = write_timestamp(body.retrieved)
    if body.data is None:
        return {"retrieved": retrieved, "absent": True}
    digest = hashlib.sha256(body.data).hexdigest()
    return {"retrieved": retrieved, "sha256": digest, "body": encode_base64url(body.data)}


def _body(value: Any, url: str) -> KeptBody:
    if not isinstance(value, dict) or value.keys() not in (
        {"retrieved", "sha256", "body"},
        {"retrieved", "absent"},
    ):
        raise TypeError(f"what it says of {url!r:.200} is malformed")
    retrieved = read_timestamp(value["retrieved"], path="$.bodies.retrieved")
    if "absent" in value:
        return KeptBody(None, retrieved)
    if not isinstance(value["body"], str):
        raise TypeError(f"what it says of {url!r:.200} is malformed")
    data = decode_base64url(value["body"])
    if hashlib.sha256(data).hexdigest() != value["sha256"]:
        raise TypeError(f"what it has of {url!r:.200} is not what its digest says")
    return KeptBody(data, retrieved)


def _context(value: Any, url: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"the context {url!r:.200} is no object")
    return value


def _table(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = value.get(name, {})
    if not isinstance(table, dict):
        raise TypeError(f"{name!r} must be an object")
    return table
