"""did:webvh 1.0, "Read (Resolve)": verifying a log, entry by entry.

What is verified is kept up to the first entry that fails, with the reason why that one does: a
request for a version before it may still be answered, and no other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from did.errors import DIDError, InvalidDID, quoted
from did.identifier import DID
from did.methods.webvh.digest import canonical, is_digest
from did.methods.webvh.entry import Entry
from did.methods.webvh.location import Location
from did.methods.webvh.parameters import Parameters, Witnesses
from did.strict_json import read_object

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_LOG: Final = 4 << 20
"""The longest log read, in bytes."""

MAX_VERSIONS: Final = 4096
"""The most entries read: each costs up to two milliseconds."""

TOLERANCE: Final = timedelta(minutes=5)
"""How far ahead of this clock an entry's own may be (step 4)."""

SCID_PLACEHOLDER: Final = "{SCID}"


@dataclass(frozen=True, slots=True)
class Version:
    """A verified entry, what is in force after it, and who must have witnessed it."""

    entry: Entry
    did: DID
    parameters: Parameters
    witnesses: Witnesses


@dataclass(frozen=True, slots=True)
class Log:
    """The versions that hold, in order, and why the next does not, if it does not."""

    versions: tuple[Version, ...]
    failure: InvalidDID | None = None

    @property
    def last(self) -> Version:
        """The last version that holds. Raises the failure where there is none."""
        if not self.versions:
            raise self.failure or InvalidDID("the log is empty")
        return self.versions[-1]

    def require(self) -> Log:
        """The log, where all of it holds. Raises the failure."""
        if self.failure is not None:
            raise self.failure
        return self

    def broken_at(self, number: int, reason: str) -> Log:
        """The log as it is where entry `number`, from 1, turns out not to hold."""
        return replace(
            self,
            versions=self.versions[: number - 1],
            failure=InvalidDID(f"entry {number} of the log: {reason}"),
        )


def read_log(data: bytes, now: datetime) -> Log:
    """The log that the bytes of a `did.jsonl` are, as far as it holds without its witnesses.

    Raises:
        InvalidDID: it is empty, or too long to be read at all.
    """
    if len(data) > MAX_LOG:
        raise InvalidDID(f"the log is longer than {MAX_LOG} bytes")
    lines = data.removesuffix(b"\n").split(b"\n", maxsplit=MAX_VERSIONS)
    if len(lines) > MAX_VERSIONS:
        raise InvalidDID(f"the log has more than {MAX_VERSIONS} entries")
    versions: list[Version] = []
    for number, line in enumerate(lines, start=1):
        try:
            versions.append(next_version(versions[-1] if versions else None, line, now))
        except DIDError as error:
            failure = InvalidDID(f"entry {number} of the log: {error}", hint=error.hint)
            failure.__cause__ = error
            return Log(tuple(versions), failure)
    return Log(tuple(versions))


def next_version(previous: Version | None, line: bytes, now: datetime) -> Version:
    """The version that `line` adds to a log that ends with `previous`.

    The steps of "Read (Resolve)" by their numbers; witnesses (9) are for when all else holds.

    Raises:
        InvalidDID: it does not hold.
    """
    entry = Entry.parse(line)
    before = None if previous is None else previous.parameters
    if before is not None and before.deactivated:
        raise InvalidDID("the DID was deactivated by the entry before")
    # (1), (7) The parameters, and the promise of pre-rotation.
    after = Parameters.first(entry.parameters) if before is None else before.then(entry.parameters)
    _check_proofs(entry, before, after, now)  # (2)
    _check_version_id(entry, previous, after)  # (3)
    _check_time(entry, previous, now)  # (4)
    if previous is None:
        _check_scid(entry, after.scid)  # (5)
    did = _check_state(entry, previous, after)  # (6)
    # A list that replaces another is in force after its entry, but a first one at once.
    witnesses = before.witnesses if before is not None else after.witnesses
    return Version(entry, did, after, witnesses or after.witnesses)


def _check_proofs(
    entry: Entry, before: Parameters | None, after: Parameters, now: datetime
) -> None:
    """Section "Authorized Keys": each proof verifies, by a key that may update at this entry."""
    # Under pre-rotation the keys of this entry sign it, for the one before has vouched for them.
    signers = after if before is None or before.next_key_hashes else before
    signed = entry.canonical()
    for proof in entry.proofs:
        if proof.multikey not in signers.update_keys:
            raise InvalidDID(f"the key {quoted(proof.multikey)} may not update the DID here")
        if not proof.verifies(signed, at=now):
            raise InvalidDID(f"the proof by {quoted(proof.multikey)} does not verify")


def _check_version_id(entry: Entry, previous: Version | None, after: Parameters) -> None:
    """Section "Verify The Entry Hash"."""
    number = 1 if previous is None else previous.entry.number + 1
    if entry.number != number:
        raise InvalidDID(f"its version number is {entry.number}, not {number}")
    linked = after.scid if previous is None else previous.entry.version_id
    if not is_digest(entry.entry_hash, entry.canonical(linked)):
        raise InvalidDID("its hash is not the one in its versionId")


def _check_time(entry: Entry, previous: Version | None, now: datetime) -> None:
    if previous is not None and entry.time <= previous.entry.time:
        raise InvalidDID("its versionTime is not later than that of the entry before")
    if entry.time > now + TOLERANCE:
        raise InvalidDID(f"its versionTime {entry.version_time!r} lies in the future")


def _check_scid(entry: Entry, scid: str) -> None:
    """Section "Verify SCID"."""
    published = entry.canonical(SCID_PLACEHOLDER)
    if entry.canonical().find(SCID_PLACEHOLDER.encode()) >= 0:
        raise InvalidDID(f"it still has the placeholder {SCID_PLACEHOLDER!r}")
    # The names of members may hold the SCID, so that their order is another with the placeholder.
    draft = read_object(published.replace(scid.encode(), SCID_PLACEHOLDER.encode()))
    if not is_digest(scid, canonical(draft)):
        raise InvalidDID("the SCID is not the hash of the first entry")


def _check_state(entry: Entry, previous: Version | None, after: Parameters) -> DID:
    """The DID that the document is of: the one before, or where that may be, a new place of it."""
    id_ = entry.state.get("id")
    if previous is not None and id_ == str(previous.did):
        return previous.did
    if not isinstance(id_, str):
        raise InvalidDID("its document has no 'id'")
    did = DID.parse(id_)
    if Location.of(did).scid != after.scid:
        raise InvalidDID(f"its document is of {quoted(id_)}, which has another SCID")
    if previous is not None:
        _check_move(entry.state, previous, after)
    return did


def _check_move(state: Mapping[str, Any], previous: Version, after: Parameters) -> None:
    """Section "DID Portability"."""
    if not after.portable:
        raise InvalidDID("its document has another id, and the DID is not portable")
    names = state.get("alsoKnownAs")
    if not isinstance(names, tuple) or str(previous.did) not in names:
        raise InvalidDID(f"its document does not name {quoted(str(previous.did))} in alsoKnownAs")
