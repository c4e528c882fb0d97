"""A server that proves nothing: it signs with nothing and verifies nothing.

What it passes of a suite is what that suite does not find out. Three of them are tried, and the one
that passes the most counts: one answers that everything is well, one that nothing is, and one
issues whatever it is given and takes nothing for valid.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tests.conformance.configuration import ISSUING, Server
from tests.conformance.listening import listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOBODY: Final = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
MADE_UP: Final = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-01-01T00:00:00Z",
    "verificationMethod": f"{NOBODY}#{NOBODY.removeprefix('did:key:')}",
    "proofPurpose": "assertionMethod",
    "proofValue": "z" + "2" * 88,
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a server that proves nothing answers: the status for what signs, and for the rest.

    Attributes:
        name: what it does.
        issues: the status that answers what is to be signed.
        verifies: the status of everything else.
        command: what a program says that is run instead of a server.
    """

    name: str
    issues: int
    verifies: int
    command: str

    def get(self, _path: str, /) -> tuple[int, Any]:
        """What it says when it is asked for a DID's document."""
        return self.verifies, {
            "@context": "https://w3id.org/did-resolution/v1",
            "didDocument": {"id": NOBODY},
            "didDocumentMetadata": {},
            "didResolutionMetadata": {},
        }

    def post(self, path: str, body: bytes, /) -> tuple[int, Any]:
        """What it says when it is asked to issue, derive or verify."""
        if not path.endswith(("/issue", "/derive")):
            return self.verifies, {"verified": self.verifies < 400}
        asked = json.loads(body)
        document = asked.get("credential", asked.get("verifiableCredential"))
        if self.issues >= 400 or not isinstance(document, dict):
            return self.issues, {"title": "no"}
        suite = path.split("/")[1].replace("credentials", MADE_UP["cryptosuite"])
        proof = {**MADE_UP, "cryptosuite": suite}
        return self.issues, {"verifiableCredential": {"proof": proof, **document}}


MANNERS: Final = (
    Manner("says yes to everything", 201, 200, "success"),
    Manner("says no to everything", 400, 400, "failure"),
    Manner("issues anything, takes nothing for valid", 201, 400, "failure"),
)


@contextmanager
def serving_nothing(manner: Manner, folder: Path) -> Iterator[Server]:
    """Such a server on loopback, for as long as the context lasts."""
    with listening(manner, folder) as address:
        yield Server(address, {issuing.algorithm: NOBODY for issuing in ISSUING})
