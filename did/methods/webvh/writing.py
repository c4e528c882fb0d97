"""did:webvh 1.0, "Create", "Update", "DID Portability" and "Deactivate": making the next log.

Nothing here keeps or publishes anything. What is returned was verified as any reader would.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from did.document import Document
from did.encoding import encode_multikey
from did.errors import InvalidDID, quoted
from did.frozen import thaw
from did.identifier import DID
from did.methods.webvh.digest import canonical, digest, key_hash
from did.methods.webvh.location import Location
from did.methods.webvh.log import (
    MAX_LOG,
    MAX_VERSIONS,
    SCID_PLACEHOLDER,
    Log,
    next_version,
    read_log,
)
from did.methods.webvh.parameters import METHOD_VERSION, NO_WITNESSES, Witnesses
from did.methods.webvh.proof import add_proof
from did.methods.webvh.services import every_string
from did.strict_json import read_object

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from did.keys import PublicKey, Signer
    from did.web_address import WebAddress

_A_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Change:
    """What the next entry changes; None leaves a thing as it is.

    `next_keys` are committed to by their hashes (pre-rotation), and an empty tuple ends that.
    `NO_WITNESSES` and an empty tuple of `watchers` end those. `ttl` is in seconds. `portable` is
    true in a first entry or never.
    """

    document: Mapping[str, Any] | None = field(default=None, hash=False)
    update_keys: tuple[PublicKey, ...] | None = None
    next_keys: tuple[PublicKey, ...] | None = None
    witnesses: Witnesses | None = None
    watchers: tuple[str, ...] | None = None
    ttl: int | None = None
    portable: bool | None = None

    def parameters(self) -> dict[str, Any]:
        """As an entry has them."""
        keys, next_keys = self.update_keys, self.next_keys
        named = {
            "updateKeys": None if keys is None else list(map(encode_multikey, keys)),
            "nextKeyHashes": None
            if next_keys is None
            else [key_hash(encode_multikey(key)) for key in next_keys],
            "witness": None if self.witnesses is None else self.witnesses.to_json(),
            "watchers": None if self.watchers is None else list(self.watchers),
            "ttl": self.ttl,
            "portable": self.portable,
        }
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Written:
    """A log to be published as `did.jsonl` where `did` says.

    `witnesses` must approve `version_id` before, where there are any: enough of them, in a
    `did-witness.json` that is published first.
    """

    did: DID
    log: bytes = field(repr=False)
    version_id: str
    witnesses: Witnesses = NO_WITNESSES


def draft_did(address: WebAddress) -> str:
    """What a first document calls its DID, and begins its ids with: the hash is not known yet."""
    return f"did:webvh:{SCID_PLACEHOLDER}:{address}"


@dataclass(frozen=True, slots=True)
class Draft:
    """One more entry, complete but for its proof; `log` is what stands before it."""

    did: DID
    version_id: str
    log: bytes = field(repr=False)
    present: Log = field(repr=False)
    entry: Mapping[str, Any] = field(hash=False, repr=False)
    now: datetime

    @property
    def signing_bytes(self) -> bytes:
        """The entry in its canonical form (RFC 8785): what the proof covers."""
        return canonical(self.entry)

    def signed(self, signer: Signer) -> Written:
        """The log with the entry and its proof, verified as any reader would.

        Raises:
            InvalidDID: the entry would not hold: by this signer, at this time, or at all.
            InvalidDocument: its document would be none.
        """
        signed = add_proof(dict(self.entry), signer, self.entry["versionTime"])
        line = json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()
        versions = self.present.versions
        version = next_version(versions[-1] if versions else None, line, self.now)
        Document.parse(version.entry.state)
        before = self.log
        longer = b"".join(
            (before, b"" if before.endswith(b"\n") or not before else b"\n", line, b"\n")
        )
        if len(longer) > MAX_LOG or len(versions) >= MAX_VERSIONS:
            raise InvalidDID("the log would be longer than readers read")
        return Written(version.did, longer, version.entry.version_id, version.witnesses)


def create(address: WebAddress, change: Change, signer: Signer, now: datetime) -> Written:
    """The log of a new DID at `address`, with the document of `change`, whose id is `draft_did`.

    Its `update_keys` are the signer's, where it says none.

    Raises:
        InvalidDID: the document has another id, or the entry would not hold.
        InvalidDocument: it would be no DID document.
    """
    keys = change.update_keys or (signer.public_key,)
    return draft_creation(address, replace(change, update_keys=keys), now).signed(signer)


def draft_creation(address: WebAddress, change: Change, now: datetime) -> Draft:
    """The first entry, from which the DID follows; `change` has the keys. Raises as `create`."""
    document = change.document
    if document is None or document.get("id") != draft_did(address):
        raise InvalidDID(f"the id of the first document is not {quoted(draft_did(address))}")
    draft = {
        "versionId": SCID_PLACEHOLDER,
        "versionTime": _text(now),
        "parameters": {
            "method": METHOD_VERSION,
            "scid": SCID_PLACEHOLDER,
            **change.parameters(),
        },
        "state": thaw(document),
    }
    text = canonical(draft)
    scid = digest(text)
    entry = read_object(text.replace(SCID_PLACEHOLDER.encode(), scid.encode()))
    return _drafted(b"", Log(()), entry, now)


def update(log: bytes, change: Change, signer: Signer, now: datetime) -> Written:
    """`log` with one entry more. Under pre-rotation, `change` names the keys and the next ones.

    Raises:
        InvalidDID: the log does not hold, was deactivated, or the entry would not hold.
        InvalidDocument: its document would be none.
    """
    return draft_update(log, change, now).signed(signer)


def draft_update(log: bytes, change: Change, now: datetime) -> Draft:
    """The entry that `update` signs. Raises as it does."""
    present = read_log(log, now).require()
    document = present.last.entry.state if change.document is None else change.document
    return _extended(log, present, change.parameters(), document, now)


def rotate(
    log: bytes,
    update_keys: Sequence[PublicKey],
    signer: Signer,
    now: datetime,
    *,
    next_keys: Sequence[PublicKey] | None = None,
) -> Written:
    """`log` with other update keys. Raises as `update`.

    The signer is one of the present keys, or under pre-rotation one of `update_keys`, each of which
    was committed to in the entry before; `next_keys` are then committed to in turn.
    """
    change = Change(
        update_keys=tuple(update_keys),
        next_keys=None if next_keys is None else tuple(next_keys),
    )
    return update(log, change, signer, now)


def move(
    log: bytes, address: WebAddress, signer: Signer, now: datetime, change: Change | None = None
) -> Written:
    """`log` for another address: each id in the document follows, and the old DID is one more name.

    `change` may change more at once; its document, if any, is in the terms of the old DID.

    Raises:
        InvalidDID: as `update`, and where the DID is not portable.
    """
    present = read_log(log, now).require()
    change = change or Change()
    last = present.last
    old, new = str(last.did), str(Location(last.parameters.scid, address).did)
    document = last.entry.state if change.document is None else change.document
    moved = every_string(document, lambda text: _renamed(text, old, new))
    others = [
        name for name in Document.parse(moved).to_json().get("alsoKnownAs", ()) if name != new
    ]
    moved["alsoKnownAs"] = list(dict.fromkeys([*others, old]))
    return _extended(log, present, change.parameters(), moved, now).signed(signer)


def deactivate(log: bytes, signer: Signer, now: datetime) -> Written:
    """`log` with an entry after which there is none. Raises as `update`.

    Under pre-rotation the signer's key is one that was committed to, and stays in the list; without
    it no key does.
    """
    return draft_deactivation(log, signer.public_key, now).signed(signer)


def draft_deactivation(log: bytes, key: PublicKey, now: datetime) -> Draft:
    """The entry that `deactivate` signs with `key`. Raises as it does."""
    present = read_log(log, now).require()
    parameters: dict[str, Any] = {"deactivated": True, "updateKeys": []}
    if present.last.parameters.next_key_hashes:
        parameters["updateKeys"] = [encode_multikey(key)]
        parameters["nextKeyHashes"] = []
    return _extended(log, present, parameters, present.last.entry.state, now)


def _extended(
    log: bytes,
    present: Log,
    parameters: Mapping[str, Any],
    document: Mapping[str, Any],
    now: datetime,
) -> Draft:
    last = present.last.entry
    entry = {
        "versionId": last.version_id,
        # To the second, as others write it, and yet later than the entry before.
        "versionTime": _text(max(now, last.time + _A_SECOND)),
        "parameters": dict(parameters),
        "state": thaw(document),
    }
    return _drafted(log, present, entry, now)


def _drafted(log: bytes, present: Log, entry: dict[str, Any], now: datetime) -> Draft:
    """`entry` after `log`; its `versionId` is still the one that its own is hashed over."""
    number = len(present.versions) + 1
    linked = {**entry, "versionId": f"{number}-{digest(canonical(entry))}"}
    did = linked["state"].get("id")
    if not isinstance(did, str):
        raise InvalidDID("the document has no id")
    return Draft(DID.parse(did), linked["versionId"], log, present, linked, now)


def _renamed(text: str, old: str, new: str) -> str:
    """`text` with another DID, where it is the old one or a DID URL of it."""
    rest = text.removeprefix(old)
    if rest == text or rest[:1] not in {"", "#", "/", "?"}:
        return text
    return new + rest


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
