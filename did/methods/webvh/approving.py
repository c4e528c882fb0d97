"""did:webvh 1.0, "Witnessing a DID Version Update": a witness signs, a controller collects."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from did.encoding import encode_multikey
from did.errors import InvalidDID
from did.methods.webvh.log import read_log
from did.methods.webvh.proof import make_proof
from did.methods.webvh.witness import (
    latest_proofs,
    read_witness_file,
    signed_by_witnesses,
    witnessed,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from did.keys import Signer


def approve(candidate: bytes, published: bytes, signer: Signer, now: datetime) -> dict[str, Any]:
    """A witness's proof of the last entry of `candidate`, to be sent to the controller.

    `published` is the witness's own copy of the log before that entry; empty before the first. It
    signs one child of an entry, never two: whoever keeps the copies sees to that.

    Raises:
        InvalidDID: the candidate does not hold, is not the published log and one entry more, or
            the signer is not among its witnesses.
    """
    log = read_log(candidate, now).require()
    before = candidate.removesuffix(b"\n").rpartition(b"\n")[0]
    if before != published.removesuffix(b"\n"):
        raise InvalidDID("the log to witness is not the published one and one entry more")
    if f"did:key:{encode_multikey(signer.public_key)}" not in log.last.witnesses.dids:
        raise InvalidDID("the key is not one of the witnesses of this entry")
    created = now.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return make_proof(signed_by_witnesses(log.last.entry.version_id), signer, created)


def witness_file(
    log: bytes, present: bytes | None, proofs: Iterable[Mapping[str, Any]], now: datetime
) -> bytes:
    """The `did-witness.json` of `log`, with `proofs` of its last entry added to the `present` one.

    Of each witness it keeps the last proof of an entry before the last, which is published, and
    one of the last, which may not be. What does not verify is left out.

    Raises:
        InvalidDID: the log does not hold, or the present file is none.
    """
    whole = read_log(log, now).require()
    found = {} if present is None else read_witness_file(present)
    found.setdefault(whole.last.entry.version_id, []).extend(proofs)
    published = replace(whole, versions=whole.versions[:-1])
    kept = [
        approval
        for part in (published, whole)
        for approval in latest_proofs(part, found, now).values()
    ]
    by_version: dict[str, list[Any]] = {}
    for approval in sorted(kept, key=lambda approval: approval.number):
        proofs_of = by_version.setdefault(approval.version_id, [])
        if approval.proof not in proofs_of:
            proofs_of.append(approval.proof)
    items = [{"versionId": version_id, "proof": proof} for version_id, proof in by_version.items()]
    return json.dumps(items, separators=(",", ":")).encode()


def require_witnessed(log: bytes, witness_proofs: bytes, now: datetime) -> None:
    """Raises `InvalidDID` where `log` may not be published with that `did-witness.json`."""
    witnessed(read_log(log, now).require(), read_witness_file(witness_proofs), now).require()
