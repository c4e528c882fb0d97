"""A presentation request as a JSON file: who asks for what, why, and what binds the answer.

Members: `type` ("PresentationRequest"), `verifier` (DID), `purpose`, `challenge` (128 random bits
or more), `domain`, `expires` (RFC 3339), `query` (Digital Credentials Query Language, OpenID for
Verifiable Presentations 1.0, section 6).
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from did.errors import DIDError
from did.identifier import DID
from wallet.credentials.strict_json import read_json
from wallet.errors import BadInput
from wallet.exchange.claim_paths import claim_at, path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TYPE: Final = "PresentationRequest"
CHALLENGE_BYTES: Final = 24
_SHORTEST_CHALLENGE: Final = 22  # characters of base64url that hold 128 bits


def draw_challenge(draw: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A fresh challenge: about 192 random bits, base64url. `draw` gives so many bytes of them."""
    while True:
        challenge = base64.urlsafe_b64encode(draw(CHALLENGE_BYTES)).decode()
        # A command line would take one that begins with a hyphen for an option.
        if not challenge.startswith("-"):
            return challenge


@dataclass(frozen=True, slots=True)
class PresentationRequest:
    """What a verifier asks for; `claims` are names and JSON pointers (`claim_paths`)."""

    verifier: DID
    challenge: str
    domain: str
    expires: datetime
    credential_type: str
    purpose: str = ""
    claims: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a request file.

        Raises:
            BadInput: naming the member that is missing or wrong.
            InvalidJSON: the file is not strict JSON.
        """
        document = read_json(data)
        if not isinstance(document, dict) or document.get("type") != TYPE:
            raise BadInput(
                "this is not a presentation request", hint=f'its "type" must be "{TYPE}"'
            )
        query = _first_query(document)
        challenge = _string(document, "challenge")
        if len(challenge) < _SHORTEST_CHALLENGE:
            raise BadInput("the request's challenge is shorter than 128 random bits")
        try:
            verifier = DID.parse(_string(document, "verifier"))
            expires = datetime.fromisoformat(_string(document, "expires"))
        except (DIDError, ValueError) as error:
            raise BadInput(f"the request cannot be used: {error}") from error
        if expires.tzinfo is None:
            raise BadInput("the request's expiry has no time zone")
        return cls(
            verifier=verifier,
            challenge=challenge,
            domain=_string(document, "domain"),
            expires=expires,
            credential_type=query["meta"]["type_values"][0][0],
            purpose=str(document.get("purpose", "")),
            claims=tuple(claim_at(claim["path"]) for claim in query.get("claims", ())),
        )

    def to_json(self) -> dict[str, Any]:
        """The request as JSON."""
        credential: dict[str, Any] = {
            "id": "wanted",
            "format": "ldp_vc",
            "meta": {"type_values": [[self.credential_type]]},
        }
        if self.claims:
            paths = [["credentialSubject", *path_of(claim)] for claim in self.claims]
            credential["claims"] = [{"path": path} for path in paths]
        return {
            "type": TYPE,
            "verifier": str(self.verifier),
            "purpose": self.purpose,
            "challenge": self.challenge,
            "domain": self.domain,
            "expires": self.expires.isoformat(timespec="seconds"),
            "query": {"credentials": [credential]},
        }

    def dump(self) -> bytes:
        """The request file's bytes."""
        return json.dumps(self.to_json(), ensure_ascii=False, indent=2).encode() + b"\n"


def _first_query(document: Mapping[str, Any]) -> dict[str, Any]:
    try:
        query = document["query"]["credentials"][0]
        str(query["meta"]["type_values"][0][0])
        [claim["path"][-1] for claim in query.get("claims", ())]
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise BadInput("the request's query asks for no credential type") from error
    if not isinstance(query, dict):
        raise BadInput("the request's query asks for no credential type")
    return query


def _string(document: Mapping[str, Any], member: str) -> str:
    value = document.get(member)
    if not isinstance(value, str) or not value:
        raise BadInput(f'the request has no "{member}"')
    return value
