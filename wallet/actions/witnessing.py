"""Witnessing a did:webvh: a witness approves the next version, its controller collects the proofs.

did:webvh 1.0, "Witnessing a DID Version Update". A witness approves one version after another and
never two; which one it approved is written down before its proof leaves the wallet. Proofs travel
in the form of a `did-witness.json`, which is published before the log.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from did.keys.ed25519 import Ed25519PublicKey
from did.methods.webvh.approving import approve, witness_file
from did.methods.webvh.location import Location
from did.methods.webvh.log import read_log
from did.methods.webvh.witness import (
    MAX_WITNESS_FILE,
    latest_proofs,
    read_witness_file,
    witnessed,
)
from did.strict_json import read_json
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result
from wallet.entries import OwnDID, dids, find, name_of, names
from wallet.errors import BadInput
from wallet.files import at_home, read_file, refuse_other, write_new, write_public
from wallet.messages import say
from wallet.registrars.registrar import differences
from wallet.registrars.webvh import PROOFS, witnesses_shown
from wallet.vault.errors import RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from did.keys import Signer
    from did.methods.webvh.log import Log, Version
    from wallet.registrars.registrar import Facts
    from wallet.vault.vault import Vault
    from wallet.wallet import Wallet

FILE: Final = "did-witness.json"


def approval(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The proof of a witness that the last entry of a log may be published."""
    own = find(dids(wallet.vault), arguments["as"], noun="DID")
    signer = _witness(wallet, own)
    candidate = read_file(arguments["log"])
    log = read_log(candidate, wallet.clock()).require()
    last = log.last
    if own.id not in last.witnesses.dids:
        raise BadInput(f"{own.described} is not among the witnesses of {last.did}")
    before = candidate.removesuffix(b"\n").rpartition(b"\n")[0]
    _check_published(wallet.vault, arguments, log, before)
    _check_alone(wallet.vault, last)
    target = at_home(Path(arguments["output"]))
    if target.exists():
        raise BadInput(f"{str(target)!r} exists already", hint="choose another name")
    version_id = last.entry.version_id

    def perform() -> Result:
        with wallet.vault.transaction():
            _check_alone(wallet.vault, last)
            wallet.vault.put(Kind.SETTING, {"version": version_id}, id=_record(last))
        proof = approve(candidate, before, signer, wallet.clock())
        item = {"versionId": version_id, "proof": [proof]}
        saved = write_new(target, f"{json.dumps([item], indent=2)}\n".encode())
        return Result(
            say("approved version {version} of {did}", version=last.entry.number, did=last.did),
            data={"did": str(last.did), "version": version_id, "file": str(saved), "proof": proof},
            made=version_id,
            saved=saved,
            next=say("send the file to whoever controls the DID"),
        )

    statement = Statement(
        say("Approve, as a witness, a version of {did}", did=last.did),
        facts=(
            (say("Approved by"), own.described),
            (say("Address"), Location.of(last.did).log_url),
            (say("Version"), version_id),
            *_changes(log),
            (say("Saved as"), str(target)),
        ),
        warnings=(
            *((say("the DID is given up with it, for good"),) if _ends(last) else ()),
            say("you will approve no other version in its place"),
        ),
    )
    return Proposal("approve_log", statement, candidate, perform)


def collection(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The proofs of the last entry, in the file that is published before the log."""
    own = find(dids(wallet.vault), arguments["did"], noun="DID")
    collected = Collected.of(own, arguments["proofs"], wallet.clock())
    present = own.kept.get(PROOFS)
    earlier = None if present is None else present.encode()
    target = at_home(Path(arguments.get("output", FILE)))
    refuse_other(target, own.did, earlier=earlier)
    location, version_id = Location.of(own.did), collected.last.entry.version_id
    needed = collected.last.witnesses.threshold

    def perform() -> Result:
        kept = {**own.kept, PROOFS: collected.file.decode()}
        with wallet.vault.transaction():
            if OwnDID.of(wallet.vault.get(Kind.DID, own.id)) != own:
                raise BadInput(f"{own.described} was changed meanwhile", hint="ask again")
            wallet.vault.put(Kind.DID, replace(own, kept=kept).body(), id=own.id)
            saved = write_public(target, collected.file, did=own.did, earlier=earlier)
        count = len(collected.approved)
        return Result(
            say("approvals: {count}; needed: {needed}", count=count, needed=needed),
            data={
                "did": own.id,
                "version": version_id,
                "approved": list(collected.approved),
                "threshold": needed,
                "enough": collected.enough,
                "file": str(saved),
                "url": location.witness_url,
            },
            made=own.id,
            saved=saved,
            next=say(
                "put the file at {url} first, and the log at {log} after it",
                url=location.witness_url,
                log=location.log_url,
            )
            if collected.enough
            else say("publish neither file nor log before more witnesses approve it"),
        )

    known = names(wallet.vault)
    statement = Statement(
        say("Collect the proofs of the witnesses of {did}", did=own.label),
        facts=(
            (say("DID"), own.id),
            (say("Version"), version_id),
            *((say("Approved by"), name_of(did, known)) for did in collected.approved),
            witnesses_shown(collected.last.witnesses)[-1],
            (say("Saved as"), str(target)),
        ),
        warnings=() if collected.enough else (say("these are not enough yet"),),
    )
    return Proposal("collect_proofs", statement, collected.file, perform)


@dataclass(frozen=True, slots=True)
class Collected:
    """A `did-witness.json` to be, and how far it goes.

    `approved` are the witnesses that approved the `last` version, and `enough` says whether the
    log may be published with it.
    """

    last: Version
    file: bytes
    approved: tuple[str, ...]
    enough: bool

    @classmethod
    def of(cls, own: OwnDID, proofs: list[str], now: datetime) -> Collected:
        """The proofs in those files, and those of `own` that are kept.

        Raises:
            BadInput: the DID has no witnesses, or a file no good proof of one of them.
            InvalidDID, InvalidDocument: a file is of another form.
        """
        if own.did.method != "webvh":
            raise BadInput(f"{own.described} has no witnesses", hint="a did:webvh may have them")
        data: bytes = own.kept["log"].encode()
        log = read_log(data, now).require()
        if not log.last.witnesses:
            raise BadInput(f"{own.described} has no witnesses", hint="none have to approve it")
        present = own.kept.get(PROOFS)
        found = [proof for name in proofs for proof in _proofs(name, log, now)]
        file = witness_file(data, None if present is None else present.encode(), found, now)
        whole = read_witness_file(file)
        return cls(
            log.last,
            file,
            _approved(log, whole, now),
            enough=witnessed(log, whole, now).failure is None,
        )


def _proofs(name: str, log: Log, now: datetime) -> list[Any]:
    """The proofs of the log's last entry in a file, at least one of them good."""
    data, version_id = read_file(name), log.last.entry.version_id
    value = read_json(data, limit=MAX_WITNESS_FILE)
    if isinstance(value, dict) and "proofValue" in value:  # alone, as other programs may give it
        found = {version_id: [value]}
    else:
        found = read_witness_file(data)
    if version_id not in found:
        raise BadInput(
            f"{name!r} has no proof of version {version_id}",
            hint=f"it has proofs of: {', '.join(found) or 'none'}",
        )
    if not _approved(log, {version_id: found[version_id]}, now):
        raise BadInput(f"{name!r} has no good proof by a witness of version {version_id}")
    return found[version_id]


def _approved(log: Log, proofs: Mapping[str, list[Any]], now: datetime) -> tuple[str, ...]:
    """The witnesses of the last entry that approved it, in the order of the list."""
    found = latest_proofs(log, proofs, now)
    return tuple(
        did
        for did in log.last.witnesses.dids
        if did in found and found[did].version_id == log.last.entry.version_id
    )


def _witness(wallet: Wallet, own: OwnDID) -> Signer:
    """The key of a DID that can be a witness."""
    if own.did.method == "key":
        signer = wallet.registrars["key"].signing(own).signer
        if isinstance(signer.public_key, Ed25519PublicKey):
            return signer
    raise BadInput(f"{own.described} cannot be a witness", hint="a witness is a did:key of Ed25519")


def _check_published(vault: Vault, arguments: Mapping[str, Any], log: Log, before: bytes) -> None:
    """Refuse a log that is not the published one and one entry more.

    Without a copy of that one, what the wallet approved last stands for it: an entry's id is a
    hash over it and all before.
    """
    if "published" in arguments:
        if read_file(arguments["published"]).removesuffix(b"\n") != before:
            raise BadInput("the log is not the published one and one entry more")
    elif before and _approved_before(vault, log.versions[-2]) != log.versions[-2].entry.version_id:
        raise BadInput(
            f"the log has {len(log.versions)} entries, and the one before the last was not"
            " approved here",
            hint="--published FILE: the log as it is published",
        )


def _check_alone(vault: Vault, version: Version) -> None:
    """Refuse to approve a second version of that number."""
    approved = _approved_before(vault, version)
    if approved not in {None, version.entry.version_id}:
        raise BadInput(
            f"another version {version.entry.number} of {version.did} was approved here before:"
            f" {approved}",
            hint="a witness approves one, so that a DID has one history",
        )


def _approved_before(vault: Vault, version: Version) -> str | None:
    """Which version of that number the wallet approved, if it did."""
    try:
        approved: str = vault.get(Kind.SETTING, _record(version)).body["version"]
    except RecordNotFound:
        return None
    return approved


def _record(version: Version) -> str:
    """What is remembered of it is kept by this id: a DID that moves keeps its SCID."""
    return f"witnessed {version.parameters.scid} {version.entry.number}"


def _changes(log: Log) -> Facts:
    """What the last entry changes in the document, and in who must approve the next."""
    last = log.last
    before = log.versions[-2] if len(log.versions) > 1 else None
    shown = differences(
        {"id": str(last.did)} if before is None else before.entry.state, last.entry.state
    )
    if before is not None and before.parameters.witnesses == last.parameters.witnesses:
        return shown
    return (*shown, *witnesses_shown(last.parameters.witnesses))


def _ends(version: Version) -> bool:
    return version.parameters.deactivated
