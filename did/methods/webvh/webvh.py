"""did:webvh 1.0, "Read (Resolve)": `WebVH`, from a DID to the version of its document wanted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from did.addresses import endpoints, selected_services
from did.document import Document
from did.errors import InvalidDID, InvalidDocument, NotFound, UnsupportedOption, quoted
from did.methods.webvh.location import METHOD, Location
from did.methods.webvh.log import MAX_LOG, Log, Version, read_log
from did.methods.webvh.services import with_implicit_services
from did.methods.webvh.witness import MAX_WITNESS_FILE, read_witness_file, witnessed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from did.dereferencing import Addresses
    from did.fetch import Fetch
    from did.identifier import DID, DIDURL

_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_CONTEXT: Final = "https://www.w3.org/ns/did/v1"


def _now() -> datetime:
    return datetime.now(UTC)


class WebVH:
    """The method `webvh`, over the web that it was given."""

    __slots__ = ("_clock", "_fetch")

    def __init__(self, fetch: Fetch, *, clock: Callable[[], datetime] = _now) -> None:
        """`fetch` gets the logs; `clock` has an offset from UTC."""
        self._fetch: Final = fetch
        self._clock: Final = clock

    @property
    def name(self) -> str:
        """The method's name."""
        return METHOD

    @property
    def parameters(self) -> frozenset[str]:
        """What a DID URL of this method may ask for beside the standard's parameters."""
        return frozenset({"versionNumber"})

    def locate(self, url: DIDURL, document: Document, /) -> Addresses:
        """Where the resource is that a path names: "/whois", or a file of the DID's folder.

        did:webvh 1.0, "DID URL Resolution". Raises `NotFound` where the document says of none.
        """
        name, reference = ("whois", None) if url.path == "/whois" else ("files", url.path[1:])
        return endpoints(selected_services(document, {"service": name}), reference)

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did`: the last, or by `versionId`, `versionNumber` or `versionTime`.

        A log that breaks has no last version, but versions before the one that breaks it, for who
        asks for one of them. A DID that was deactivated has a document that says nothing.

        Raises:
            InvalidDID: it is no did:webvh, or its log or the proofs of its witnesses do not hold.
            InvalidDocument: the version is no DID document, or is called by another DID.
            NotFound: there is no log, or no such version.
            UnsupportedOption: an option makes no sense, or two exclude each other.
            DIDError: the log cannot be got.
        """
        location = Location.of(did)
        _refuse_options(options)
        now = self._clock()
        log = self._log(did, location, now)
        version = _chosen(log, options, now)
        if version.did != did:
            raise _moved(did, version)
        if version.parameters.deactivated:
            raw: Mapping[str, Any] = {"@context": [_CONTEXT], "id": str(did)}
        else:
            raw = with_implicit_services(version.entry.state, location)
        return Document.parse(raw), _metadata(log, version)

    def _log(self, did: DID, location: Location, now: datetime) -> Log:
        """The log of `did`, as far as it holds."""
        log = read_log(self._fetch(location.log_url, limit=MAX_LOG, accept="text/jsonl"), now)
        scid = log.last.parameters.scid
        if scid != location.scid:
            raise InvalidDID(f"{quoted(str(did))} leads to the log of another SCID, {scid}")
        if any(version.witnesses for version in log.versions):
            log = witnessed(log, self._proofs(location), now)
        if all(version.did != did for version in log.versions):
            raise log.failure or InvalidDID(f"the log has no document of {quoted(str(did))}")
        return log

    def _proofs(self, location: Location) -> dict[str, list[Any]]:
        """The proofs of the witnesses; that there are none may yet be good enough for a version."""
        try:
            data = self._fetch(
                location.witness_url, limit=MAX_WITNESS_FILE, accept="application/json"
            )
        except NotFound:
            return {}
        return read_witness_file(data)


def _refuse_options(options: Mapping[str, str]) -> None:
    """Before anybody is asked: what makes no sense in the options."""
    if {"versionId", "versionTime"} <= options.keys():
        raise UnsupportedOption("versionId and versionTime exclude each other")
    if "versionTime" in options:
        _instant(options["versionTime"])
    number = options.get("versionNumber", "1")
    if not _NUMBER.fullmatch(number):
        raise UnsupportedOption(f"the versionNumber {quoted(number)} is not a number")


def _instant(text: str) -> datetime:
    """An ISO 8601 date-time with an offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnsupportedOption(f"the versionTime {quoted(text)} is not a date-time") from error
    if moment.tzinfo is None:
        raise UnsupportedOption(f"the versionTime {quoted(text)} has no offset from UTC")
    return moment


def _chosen(log: Log, options: Mapping[str, str], now: datetime) -> Version:
    """The version that all of the options name; without any, the last of a log that holds."""
    if not options.keys() & {"versionId", "versionNumber", "versionTime"}:
        return log.require().last
    versions = log.versions
    if (text := options.get("versionTime")) is not None:
        versions = _active(log, _instant(text), now)
    if (number := options.get("versionNumber")) is not None:
        versions = tuple(v for v in versions if v.entry.number == int(number))
    if (version_id := options.get("versionId")) is not None:
        versions = tuple(v for v in versions if v.entry.version_id == version_id)
    if not versions:
        # Where the log breaks, nobody knows what comes after.
        raise log.failure or NotFound("the log has no such version")
    return versions[0]


def _active(log: Log, instant: datetime, now: datetime) -> tuple[Version, ...]:
    """The version in force at that instant, if there was one.

    Of a log that breaks, the last version that holds has no known end, so that it is never it.
    """
    if instant > now:
        raise NotFound("the versionTime has not come yet")
    begun = [version for version in log.versions if version.entry.time <= instant]
    if log.failure is not None and len(begun) == len(log.versions):
        raise log.failure
    return tuple(begun[-1:])


def _moved(did: DID, version: Version) -> InvalidDocument:
    """Section "DID Portability": one log, and documents with different ids in it."""
    return InvalidDocument(
        f"version {version.entry.version_id} is of {quoted(str(version.did))}, "
        f"another name of {quoted(str(did))}",
        hint=f"ask for {str(version.did)!r}; the same log proves both",
    )


def _metadata(log: Log, version: Version) -> dict[str, Any]:
    """What the section lists. No numbers: DID Resolution has none in metadata."""
    last = log.last
    witness = last.parameters.witnesses.to_json()
    if witness:
        witness["threshold"] = str(witness["threshold"])
    number = log.versions.index(version)
    later = {} if version is last else {"nextVersionId": log.versions[number + 1].entry.version_id}
    return {
        **later,
        "versionId": version.entry.version_id,
        "versionTime": version.entry.version_time,
        "created": log.versions[0].entry.version_time,
        "updated": last.entry.version_time,
        "scid": last.parameters.scid,
        "portable": last.parameters.portable,
        "deactivated": last.parameters.deactivated,
        "ttl": str(last.parameters.ttl),
        "witness": witness,
        "watchers": list(last.parameters.watchers),
    }
