"""did:webvh 1.0, "DID Witnesses": who approved which entries, by a `did-witness.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from did.errors import InvalidDID, InvalidDocument
from did.methods.webvh.digest import canonical
from did.methods.webvh.proof import Proof
from did.strict_json import read_json

if TYPE_CHECKING:
    from datetime import datetime

    from did.methods.webvh.log import Log

MAX_WITNESS_FILE: Final = 1 << 20
"""The longest file of proofs read, in bytes."""

ProofsByVersion = Mapping[str, Sequence[Any]]
"""Proofs as JSON, none of them read yet, by the `versionId` that they are said to be of."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A good proof of a witness, as JSON, and the entry that it is of."""

    number: int
    version_id: str
    proof: Any = field(hash=False)


def read_witness_file(data: bytes) -> dict[str, list[Any]]:
    """Section "The Witness Proofs File": the proofs in it, by the `versionId` that they are of.

    Raises:
        InvalidDID: it is no strict JSON, or no list of objects with a `versionId` and proofs.
    """
    try:
        items = read_json(data, limit=MAX_WITNESS_FILE)
    except InvalidDocument as error:
        raise InvalidDID(f"the file of the witnesses: {error}", hint=error.hint) from error
    found: dict[str, list[Any]] = {}
    for item in items if isinstance(items, list) else [None]:
        version_id, proofs = _item(item)
        found.setdefault(version_id, []).extend(proofs)
    return found


def signed_by_witnesses(version_id: str) -> dict[str, str]:
    """The JSON object of which a witness makes a proof."""
    return {"versionId": version_id}


def witnessed(log: Log, proofs: ProofsByVersion, now: datetime) -> Log:
    """The log as far as enough of its witnesses approved it.

    Section "Verifying Witness Proofs During Resolution": a proof speaks for its own entry and for
    all before it; one of an entry that is not in `log` speaks for none.
    """
    approved = latest_proofs(log, proofs, now)
    for version in log.versions:
        needed, number = version.witnesses, version.entry.number
        count = sum(did in approved and approved[did].number >= number for did in needed.dids)
        if count < needed.threshold:
            return log.broken_at(
                number, f"{count} of its witnesses approved it, not {needed.threshold}"
            )
    return log


def latest_proofs(log: Log, proofs: ProofsByVersion, now: datetime) -> dict[str, Approval]:
    """By witness, the last entry that it approved.

    From the end, so that one good proof of each is verified, and no more.
    """
    approved: dict[str, Approval] = {}
    waiting = {did for version in log.versions for did in version.witnesses.dids}
    for version in reversed(log.versions):
        if not waiting:
            break
        version_id = version.entry.version_id
        document = canonical(signed_by_witnesses(version_id))
        for raw in proofs.get(version_id, ()):
            proof = _readable(raw)
            witness = "" if proof is None else f"did:key:{proof.multikey}"
            if proof and witness in waiting and proof.verifies(document, at=now):
                approved[witness] = Approval(version.entry.number, version_id, raw)
                waiting.remove(witness)
    return approved


def _readable(raw: Any) -> Proof | None:
    """The proof, or None where it is none: such a one is not counted, and does no harm."""
    try:
        return Proof.parse(raw)
    except InvalidDID:
        return None


def _item(item: Any) -> tuple[str, list[Any]]:
    version_id = item.get("versionId") if isinstance(item, dict) else None
    proofs = item.get("proof", []) if isinstance(item, dict) else None
    if not isinstance(version_id, str) or not isinstance(proofs, list):
        raise InvalidDID("the file of the witnesses is not a list of versions and their proofs")
    return version_id, proofs
