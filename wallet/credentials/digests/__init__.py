"""VC Data Model 2.0, section 5.3: integrity of related resources, told by their digests."""

from __future__ import annotations

from wallet.credentials.digests.context import matches_context
from wallet.credentials.digests.digest import Algorithm, Digest, read_digests
from wallet.credentials.digests.resource import (
    Resource,
    json_pointer,
    matches,
    read_resource,
    related_resources,
)

__all__ = [
    "Algorithm",
    "Digest",
    "Resource",
    "json_pointer",
    "matches",
    "matches_context",
    "read_digests",
    "read_resource",
    "related_resources",
]
