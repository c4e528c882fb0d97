"""Logs that a writer of good faith would not make: each hashed and signed as it should be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from did.encoding import encode_multikey
from did.fetch import StaticFetch
from did.identifier import DID
from did.keys.ed25519 import Ed25519PrivateKey
from did.methods.webvh import Location, WebVH
from did.methods.webvh.digest import canonical, digest, key_hash
from did.methods.webvh.proof import make_proof

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from did.document import Document
    from did.errors import DIDError

START: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Forge:
    """Keys by number, and the entries that they sign."""

    now: datetime = START + timedelta(days=365)

    def key(self, number: int) -> Ed25519PrivateKey:
        return Ed25519PrivateKey(number.to_bytes(32, "big"))

    def multikey(self, number: int) -> str:
        return encode_multikey(self.key(number).public_key)

    def witness(self, number: int) -> str:
        return f"did:key:{self.multikey(number)}"

    def key_hash(self, number: int) -> str:
        return key_hash(self.multikey(number))

    def time(self, day: int) -> str:
        return f"{START + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}"

    def first(
        self,
        parameters: Mapping[str, Any] | None = None,
        place: str = "example.com",
        *,
        by: int = 1,
        spoil: Callable[[dict[str, Any]], None] | None = None,
        **members: Any,
    ) -> bytes:
        """A first entry. `spoil` changes what is hashed and signed; null removes a parameter."""
        draft = {
            "versionId": "{SCID}",
            "versionTime": self.time(0),
            "parameters": {
                "method": "did:webvh:1.0",
                "scid": "{SCID}",
                "updateKeys": [self.multikey(1)],
                **(parameters or {}),
            },
            "state": {"id": f"did:webvh:{{SCID}}:{place}"},
            **members,
        }
        if spoil is not None:
            spoil(draft)
        text = canonical(draft)
        scid = digest(text).encode()
        return self.signed(json.loads(text.replace(b"{SCID}", scid)), 1, by)

    def then(
        self,
        log: bytes,
        parameters: Mapping[str, Any] | None = None,
        *,
        by: int = 1,
        spoil: Callable[[dict[str, Any]], None] | None = None,
        **members: Any,
    ) -> bytes:
        """`log` with an entry more."""
        last = json.loads(log.splitlines()[-1])
        number = len(log.splitlines()) + 1
        entry = {
            "versionId": last["versionId"],
            "versionTime": self.time(number - 1),
            "parameters": dict(parameters or {}),
            "state": last["state"],
            **members,
        }
        if spoil is not None:
            spoil(entry)
        return log + self.signed(entry, number, by)

    def signed(self, entry: dict[str, Any], number: int, by: int) -> bytes:
        linked = {**entry, "versionId": f"{number}-{digest(canonical(entry))}"}
        proof = make_proof(linked, self.key(by), linked["versionTime"])
        return json.dumps({**linked, "proof": [proof]}).encode() + b"\n"

    def proof(self, log: bytes, number: int, by: int) -> tuple[str, dict[str, Any]]:
        """A witness's proof of entry `number`."""
        version_id = json.loads(log.splitlines()[number - 1])["versionId"]
        return version_id, make_proof({"versionId": version_id}, self.key(by), self.time(0))

    def proofs(self, log: bytes, *signed: tuple[int, int]) -> bytes:
        """A `did-witness.json`, of numbers of entries and of keys."""
        made = [self.proof(log, number, by) for number, by in signed]
        return json.dumps([{"versionId": v, "proof": [proof]} for v, proof in made]).encode()

    def did(self, log: bytes, number: int = -1) -> DID:
        return DID.parse(json.loads(log.splitlines()[number])["state"]["id"])

    def resolve(
        self,
        log: bytes | DIDError,
        options: Mapping[str, str] | None = None,
        *,
        did: DID,
        proofs: bytes | DIDError | None = None,
    ) -> tuple[Document, Mapping[str, Any]]:
        location = Location.of(did)
        bodies: dict[str, bytes | DIDError] = {location.log_url: log}
        if proofs is not None:
            bodies[location.witness_url] = proofs
        method = WebVH(StaticFetch(bodies), clock=lambda: self.now)
        return method.resolve(did, options or {})


@pytest.fixture(scope="session")
def forge() -> Forge:
    return Forge()
