"""did:webvh 1.0: a DID document on the web, and a log that proves each version of it.

https://identity.foundation/didwebvh/v1.0/. The server that has the log can leave out its end, and
no more: what is in it is hashed, signed and linked from its first entry, whose hash is in the DID.
"""

from __future__ import annotations

from did.methods.webvh.approving import approve, require_witnessed, witness_file
from did.methods.webvh.location import Location
from did.methods.webvh.parameters import NO_WITNESSES, Witnesses
from did.methods.webvh.services import parallel_did_web
from did.methods.webvh.webvh import WebVH
from did.methods.webvh.writing import (
    Change,
    Written,
    create,
    deactivate,
    draft_did,
    move,
    rotate,
    update,
)

__all__ = [
    "NO_WITNESSES",
    "Change",
    "Location",
    "WebVH",
    "Witnesses",
    "Written",
    "approve",
    "create",
    "deactivate",
    "draft_did",
    "move",
    "parallel_did_web",
    "require_witnessed",
    "rotate",
    "update",
    "witness_file",
]
