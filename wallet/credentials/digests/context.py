"""VC Data Model 2.0, section 5.3, for JSON-LD contexts: those used here are never fetched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from wallet.credentials.digests.digest import Algorithm
from wallet.credentials.digests.resource import Resource, counting
from wallet.credentials.errors import UnsupportedFormat
from wallet.credentials.form import CREDENTIALS_V1, CREDENTIALS_V2

_Digests: TypeAlias = Mapping[Algorithm, bytes]
"""What is known of one file."""


def matches_context(resource: Resource, contexts: Mapping[str, Any]) -> bool:
    """Whether the context that `resource` names is the one that is used here under its address.

    For a shipped one, the file that the standard publishes is as good as the one that ships, where
    the digest of that is known too.

    Raises:
        UnsupportedFormat: no digest is known that could be compared.
    """
    answers = [_agrees(resource, known) for known in _context_digests(resource.id, contexts)]
    if True in answers:
        return True
    if not answers or None in answers:
        raise UnsupportedFormat(f"no digest of the context {resource.id!r} is known to compare")
    return False


def _agrees(resource: Resource, known: _Digests) -> bool | None:
    """Whether a file with the digests `known` is the resource; None where that cannot be told."""
    answers = [
        any(known[digest.algorithm] == digest.value for digest in digests)
        if digests[0].algorithm in known
        else None
        for digests in counting(resource)
    ]
    if False in answers:
        return False
    return True if answers and None not in answers else None


def _digests_of(data: bytes) -> _Digests:
    return {algorithm: hashlib.new(algorithm, data).digest() for algorithm in Algorithm}


# What the standards publish under the addresses of their base contexts, whose files differ from
# those that ship in white space only: VCDM 1.1, appendix B.1, and VCDM 2.0, appendix B.1.
_PUBLISHED: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        CREDENTIALS_V1: {
            "sha256": "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
            "sha384": "82c3b3eab863754bbfd2b9f17d8d6db9f61169f301cbf0b05e1fc4beb5f5c51d"
            "d4d2e888c274f49c3fbb2408f61faed1",
            "sha512": "536a40b390dda94a9e39196c00090f62668e8184fe3c8c02c4a22c85666e68bf"
            "6e85d3dc7f2dba85b2b62ef95d97de24132568d8504db43f2c9c82d2e88418d2",
        },
        CREDENTIALS_V2: {
            "sha256": "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
            "sha384": "97f1eb8e5042356c805fdd61afa2c557663785e0794dcafa21e138fd38def18c"
            "b360133c221aa31d6896a6bf3e65b614",
            "sha512": "5d55452bd2dcf8a29f5a290473eb242b1c5fb77d4e68f1a0aa87baa4dba26948"
            "52d65ec63d48ac04a99d956f9f7153b9406f84d2d04c74869b02c239a1d81305",
        },
    }
)


@cache
def _shipped() -> Mapping[str, Mapping[str, Any]]:
    """The entries of the manifest of the shipped contexts, by address."""
    manifest = files("wallet.credentials.contexts") / "manifest.json"
    entries = json.loads(manifest.read_text("utf-8"))["contexts"]
    return MappingProxyType({entry["address"]: entry for entry in entries})


def _context_digests(address: str, contexts: Mapping[str, Any]) -> Iterator[_Digests]:
    """The digests of each file that the context at an address may be said to be."""
    entry = _shipped().get(address)
    if entry is not None:
        folder = files("wallet.credentials.contexts")
        yield _digests_of((folder / entry["file"]).read_bytes())
        published = {**_PUBLISHED.get(address, {}), **_published(entry)}
        known = {Algorithm(name): bytes.fromhex(text) for name, text in published.items()}
        if known:
            yield known
        return
    added = getattr(contexts, "entries", {}).get(address)
    if added is not None:
        yield _added_digests(added.sha256, contexts)


def _added_digests(sha256: str, contexts: Any) -> _Digests:
    """Those of a context that a person added: of its file, which bears its SHA-256 as its name."""
    known = {Algorithm.SHA256: bytes.fromhex(sha256)}
    try:
        data = (contexts.added.folder / f"{sha256}.jsonld").read_bytes()
    except (OSError, AttributeError):
        return known
    found = _digests_of(data)
    return found if found[Algorithm.SHA256] == known[Algorithm.SHA256] else known


def _published(entry: Mapping[str, str]) -> dict[str, str]:
    """What the manifest tells of the digests of the file that the standard publishes."""
    names = {algorithm.value: f"published_{algorithm}" for algorithm in Algorithm}
    return {algorithm: entry[name] for algorithm, name in names.items() if name in entry}
