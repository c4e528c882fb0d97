"""Documents kept from the last time they were asked for: `CachingResolver`, `DocumentStore`.

DID Resolution 1.0, section 13.2. An answer that comes from what is kept says so, by `retrieved` and
`age`. When the network fails, what is kept is not used in silence: whoever wants it asks for it.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from did.document import Document
from did.errors import FeatureNotSupported, InvalidDocument, NotFound, Unreachable, quoted
from did.frozen import thaw
from did.options import VERSION_ID
from did.resolver import Found, Source
from did.strict_json import read_json, read_object
from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from did.dereferencing import Addresses
    from did.identifier import DID, DIDURL
    from did.options import Options

MAX_KEPT: Final = 1 << 20
"""The longest document kept, with its metadata, in bytes of JSON."""

_NO_TIME: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document as it is kept: its JSON, that of its metadata, both UTF-8, and when it was got.

    `retrieved` has an offset.
    """

    document: bytes
    metadata: bytes
    retrieved: datetime


class DocumentStore(Protocol):
    """Where documents are kept, by DID and version. None of it raises: what cannot, does nothing.

    `version` is `Options.version_key`, empty for the newest.
    """

    def load_document(self, did: str, version: str, /) -> KeptDocument | None:
        """What was kept last, or None."""
        ...

    def keep_document(self, did: str, version: str, kept: KeptDocument, /) -> None:
        """Keep `kept` in place of what was kept before."""
        ...

    def drop_document(self, did: str, version: str, /) -> None:
        """Keep it no longer."""
        ...


class MemoryStore:
    """A `DocumentStore` that lasts as long as the program, and keeps the newest documents."""

    __slots__ = ("_kept", "_limit", "_turn")

    def __init__(self, limit: int = 256) -> None:
        """`limit` is the most documents kept."""
        # Deferred: for who keeps documents here, and not in a file.
        import threading  # noqa: PLC0415

        self._limit: Final = limit
        self._kept: Final[OrderedDict[tuple[str, str], KeptDocument]] = OrderedDict()
        self._turn: Final = threading.Lock()

    def load_document(self, did: str, version: str, /) -> KeptDocument | None:
        """What was kept last, or None."""
        with self._turn:
            return self._kept.get((did, version))

    def keep_document(self, did: str, version: str, kept: KeptDocument, /) -> None:
        """Keep `kept` in place of what was kept before, and forget the oldest."""
        with self._turn:
            self._kept.pop((did, version), None)
            self._kept[did, version] = kept
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)

    def drop_document(self, did: str, version: str, /) -> None:
        """Keep it no longer."""
        with self._turn:
            self._kept.pop((did, version), None)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _nowhere_local(_did: DID) -> bool:
    return False


class CachingResolver(Source):
    """Asks another resolver, and keeps what that learns from the network.

    Offline it asks nobody. What it then answers is as trustworthy as whoever can write the store:
    that a document is of the DID asked is checked again, that the network would still say so is
    not.
    """

    __slots__ = (
        "_clock",
        "_fixed",
        "_local",
        "_max_age",
        "_methods",
        "_offline",
        "_resolver",
        "_store",
    )

    def __init__(
        self,
        resolver: Source,
        store: DocumentStore,
        *,
        methods: Collection[str],
        max_age: timedelta | Callable[[DID], timedelta],
        offline: bool = False,
        local: Callable[[DID], bool] = _nowhere_local,
        fixed_versions: Collection[str] = (),
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        """A resolver that answers as `resolver` does.

        Args:
            resolver: whom to ask.
            store: where answers are kept.
            methods: the names of those methods that ask the network. Others are never kept.
            max_age: how old a kept answer may be that is given without asking, or what tells that
                for a DID.
            offline: whether nobody is asked.
            local: which DIDs of those methods are answered without the network after all, such as
                those on a chain of this computer's own.
            fixed_versions: the names of those methods whose `versionId` names the same content for
                ever, so that it is asked for once.
            clock: gives the time, with an offset.
        """
        self._resolver: Final = resolver
        self._store: Final = store
        self._methods: Final = frozenset(methods)
        self._max_age: Final = max_age if callable(max_age) else lambda _did: max_age
        self._offline: Final = offline
        self._local: Final = local
        self._fixed: Final = frozenset(fixed_versions)
        self._clock: Final = clock

    def parameters(self, did: DID, /) -> frozenset[str]:
        """The parameters that the method of `did` defines. Raises `UnsupportedMethod`."""
        return self._resolver.parameters(did)

    def locate(self, url: DIDURL, document: Document, /) -> Addresses:
        """What the method of `url` makes of its path. Raises `NotFound`, `InvalidDIDURL`."""
        return self._resolver.locate(url, document)

    def ask(self, did: DID, options: Options, /) -> Found:
        """What is kept, where it is young enough or nobody may be asked; else what is learned.

        Raises:
            Unreachable: the network fails, or it may not be asked and nothing is kept.
            FeatureNotSupported: offline, a new answer was wanted.
            DIDError: the resolver says so.
        """
        if did.method not in self._methods or self._local(did):
            return self._resolver.ask(did, options)
        kept = self._kept(did, options)
        if self._offline:
            return _offline(did, options, kept)
        if kept is not None and not options.no_cache and self._suffices(kept, did, options):
            return kept
        return self._learned(did, options, kept)

    def _learned(self, did: DID, options: Options, kept: Found | None) -> Found:
        """What the network says now, kept if it is an answer."""
        try:
            found = self._resolver.ask(did, options).checked(did)
        except NotFound:
            # What is known to be no more must not come back when the network is away.
            self._store.drop_document(str(did), options.version_key)
            raise
        except Unreachable as error:
            if kept is None:
                raise
            hint = f"--offline answers with what was retrieved {_ago(kept.age)} ago"
            raise Unreachable(str(error), hint=hint) from error
        now = self._clock()
        if (entry := _entry(found, now)) is not None:
            self._store.keep_document(str(did), options.version_key, entry)
        return Found(found.document, found.metadata, now, _NO_TIME)

    def _kept(self, did: DID, options: Options) -> Found | None:
        """What is kept, if it is a document of that DID: a file can be damaged, or another's."""
        entry = self._store.load_document(str(did), options.version_key)
        if entry is None:
            return None
        try:
            document = Document.parse(read_json(entry.document, limit=MAX_KEPT))
            metadata = read_object(entry.metadata, limit=MAX_KEPT)
            age = self._clock() - entry.retrieved
            return Found(document, metadata, entry.retrieved, age).checked(did)
        except InvalidDocument:
            return None

    def _suffices(self, kept: Found, did: DID, options: Options) -> bool:
        """Whether what is kept is as good as a new answer. What is from the future is not."""
        if did.method in self._fixed and VERSION_ID in options.version:
            return True
        return kept.age is not None and _NO_TIME <= kept.age <= self._max_age(did)


def _entry(found: Found, now: datetime) -> KeptDocument | None:
    """`found` as it is kept; None where it is too long, or JSON that not every reader can read."""
    try:
        document = json.dumps(found.document.to_json()).encode()
        metadata = json.dumps(thaw(found.metadata)).encode()
    except ValueError:
        return None
    fits = len(document) + len(metadata) <= MAX_KEPT
    return KeptDocument(document, metadata, now) if fits else None


def _offline(did: DID, options: Options, kept: Found | None) -> Found:
    """What is kept, however old."""
    if options.no_cache:
        # Section 13.2: whoever cannot answer anew says so in these words.
        raise FeatureNotSupported(
            "a new answer cannot be had offline", hint="go online, or ask without noCache"
        )
    if kept is None:
        raise Unreachable(
            f"{quoted(str(did))} is not kept here, and offline nobody is asked",
            hint="go online: ask without --offline",
        )
    return kept


def _ago(age: timedelta | None) -> str:
    """A length of time as people say it, in the largest unit that there is one of."""
    seconds = max(0, 0 if age is None else age // timedelta(seconds=1))
    for name, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if (count := seconds // length) > 0:
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "less than a minute"
