"""From a DID to its document, and from a DID URL to what it names: `Resolver`.

DID Resolution 1.0, sections 4 (resolving) and 5 (dereferencing). An error is said in two ways. In
an answer's metadata it is a problem details object (RFC 9457), as the Candidate Recommendation of
July 2026 has it: `{"type": "https://www.w3.org/ns/did#NOT_FOUND", "title", "detail"}`. Its older
name in camelCase (`notFound`), which DID Core 1.0 and most resolvers in use still write, is the
member `code` of that object and of the `DIDError`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from did.document import Document
from did.errors import DIDError, InvalidDocument, NotFound, UnsupportedMethod, quoted
from did.identifier import DID, DIDURL
from did.methods import METHODS
from did.options import Options
from did.representation import URI_LIST, chosen, types_of
from did.resolution import Resolution, checked_metadata, unexpected
from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from did.dereferencing import Addresses, Dereferencing, Resource

__all__ = ["Method", "Resolution", "Resolver", "Resolves", "StaticResolver"]

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_NO_PARAMETERS: Final[frozenset[str]] = frozenset()
_NO_OPTIONS: Final = Options.parse({})


class Resolves(Protocol):
    """What can be asked for documents."""

    def resolve(self, did: str | DID, /, **options: str | bool) -> Resolution:
        """The answer for `did`; what goes wrong is in it, never raised.

        `options` are those of section 4.1 and 13.2: `accept`, `versionId` or `versionTime`,
        `expandRelativeUrls`, `noCache`.
        """
        ...

    def dereference(self, url: str | DIDURL, /, **options: str | bool) -> Resource:
        """What `url` names: a document, a method or service of it, or addresses.

        Raises:
            InvalidDIDURL: it is no DID URL, or one at odds with itself.
            NotFound: there is nothing of that name, or the DID was deactivated.
            DIDError: there is no document, or an option cannot be followed.
        """
        ...

    def dereference_url(self, url: str | DIDURL, /, **options: str | bool) -> Dereferencing:
        """The answer for `url`; what goes wrong is in it, never raised.

        `options` are those of `resolve`, and `verificationRelationship` (section 5.1).
        """
        ...


class Method(Protocol):
    """One way to find documents (DID Core, section 8.2). An entry of `METHODS`."""

    @property
    def name(self) -> str:
        """What stands between `did:` and the next colon."""
        ...

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did`, and what is known about it (`deactivated`, `versionId`, …).

        `did` is of this method. `options` may have `versionId`, which is printable ASCII, or
        `versionTime`, which is like `2020-12-20T19:17:47Z`; never both. Raises `DIDError`.
        """
        ...


@runtime_checkable
class DefinesParameters(Protocol):
    """A method that has parameters of its own beside the standard's, such as `versionNumber`."""

    @property
    def parameters(self) -> frozenset[str]:
        """Their names: `options` of `resolve` may have them, with values of printable ASCII."""
        ...


@runtime_checkable
class DefinesPaths(Protocol):
    """A method that says what the path of a DID URL means, as did:webvh does."""

    def locate(self, url: DIDURL, document: Document, /) -> Addresses:
        """The addresses at which the resource is got that path and query of `url` name.

        `document` is the DID's, of the version asked for. A fragment is not the method's concern.
        Raises `NotFound` where they name nothing, and `InvalidDIDURL` where they never can.
        """
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """A document, what is known of it, and when the network said so, where that was asked."""

    document: Document
    metadata: Mapping[str, Any]
    retrieved: datetime | None = None
    age: timedelta | None = None

    def checked(self, did: DID) -> Found:
        """The same, if it is what was asked for. Raises `InvalidDocument`."""
        if self.document.did != did:
            raise InvalidDocument(
                f"this is the document of {quoted(str(self.document.did))}, not of the DID asked"
            )
        metadata = checked_metadata(did, self.metadata)
        return Found(self.document, metadata, self.retrieved, self.age)


class Source(ABC):
    """What resolvers have in common: the frame of an answer, and dereferencing."""

    __slots__ = ()

    def resolve(self, did: str | DID, /, **options: str | bool) -> Resolution:
        """The answer for `did`; what goes wrong is in it, never raised."""
        try:
            return self._resolved(did, options)
        except DIDError as error:
            return Resolution(error)
        except Exception as error:  # noqa: BLE001  # section 4.4: whatever it is, INTERNAL_ERROR
            return Resolution(unexpected("resolving the DID", error))

    def dereference(self, url: str | DIDURL, /, **options: str | bool) -> Resource:
        """What `url` names: a document, a method or service of it, or addresses.

        Where `url` selects services, their addresses are meant, unless `accept` says otherwise.

        Raises:
            InvalidDIDURL: it is no DID URL, or one at odds with itself.
            NotFound: there is nothing of that name, or the DID was deactivated.
            DIDError: there is no document, or an option cannot be followed.
        """
        # Deferred, as below: who verifies resolves, and dereferences nothing.
        from did.addresses import SELECTING  # noqa: PLC0415

        parsed = DIDURL.parse(url) if isinstance(url, str) else url
        if parsed.parameters().keys() & SELECTING:
            options.setdefault("accept", URI_LIST)
        return self.dereference_url(parsed, **options).require()

    def dereference_url(self, url: str | DIDURL, /, **options: str | bool) -> Dereferencing:
        """The answer for `url`; what goes wrong is in it, never raised.

        Where `url` selects services, the answer is by the letter of section 5.4.1: the document
        with those services alone, and their addresses where `accept` is text/uri-list.
        """
        from did.dereferencing import Dereferencing, dereferenced  # noqa: PLC0415

        try:
            parsed = DIDURL.parse(url) if isinstance(url, str) else url
            return dereferenced(self, parsed, options)
        except DIDError as error:
            return Dereferencing(error)
        except Exception as error:  # noqa: BLE001  # as above
            return Dereferencing(unexpected("dereferencing the DID URL", error))

    def _resolved(self, did: str | DID, options: Mapping[str, str | bool]) -> Resolution:
        """The answer by the algorithm of section 4.4. Raises `DIDError`."""
        # 1. Is it a DID? 2. Is its method known? 3. and 4. Are the options?
        asked = _parsed(did) if isinstance(did, str) else did
        parameters = self.parameters(asked)
        parsed = Options.parse(options, parameters) if options else _NO_OPTIONS
        # 5. and 6. What the method says, if it is about what was asked.
        found = self.ask(asked, parsed).checked(asked)
        document = found.document
        content_type = chosen(parsed.accept, types_of(document))
        # 7. and 8.
        if parsed.expand_relative_urls:
            # Deferred: few ask for it.
            from did.relative_urls import expanded  # noqa: PLC0415

            document = expanded(document)
        return Resolution(document, found.metadata, content_type, found.retrieved, found.age)

    @abstractmethod
    def parameters(self, did: DID, /) -> frozenset[str]:
        """The parameters that the method of `did` defines. Raises `UnsupportedMethod`."""

    @abstractmethod
    def ask(self, did: DID, options: Options, /) -> Found:
        """The document of `did` and what is known of it. Raises `DIDError`."""

    @abstractmethod
    def locate(self, url: DIDURL, document: Document, /) -> Addresses:
        """The addresses that path and query of `url` name. Raises `NotFound`, `InvalidDIDURL`."""


class Resolver(Source):
    """Asks the method of the DID."""

    __slots__ = ("_methods",)

    def __init__(self, methods: Mapping[str, Method] = METHODS) -> None:
        """`methods` by their names."""
        self._methods: Final = MappingProxyType(dict(methods))

    def parameters(self, did: DID, /) -> frozenset[str]:
        """The parameters that the method of `did` defines. Raises `UnsupportedMethod`."""
        return _parameters(self._method(did))

    def ask(self, did: DID, options: Options, /) -> Found:
        """What the method of `did` answers. Raises `DIDError`."""
        document, metadata = self._method(did).resolve(did, options.version)
        return Found(document, metadata)

    def locate(self, url: DIDURL, document: Document, /) -> Addresses:
        """What the method of `url` makes of its path. Raises `NotFound`, `InvalidDIDURL`."""
        method = self._method(url.did)
        return method.locate(url, document) if isinstance(method, DefinesPaths) else nowhere(url)

    def _method(self, did: DID) -> Method:
        if (method := self._methods.get(did.method)) is None:
            known = ", ".join(f"did:{name}" for name in self._methods)
            raise UnsupportedMethod(
                f"did:{did.method} is not supported", hint=f"supported: {known}"
            )
        return method


@lru_cache(512)  # a batch has few issuers, each named many times
def _parsed(did: str) -> DID:
    return DID.parse(did)


def _parameters(method: Method) -> frozenset[str]:
    # `isinstance` of a protocol looks at each of its members: twenty times as slow.
    found: frozenset[str] = getattr(method, "parameters", _NO_PARAMETERS)
    return found


class StaticResolver(Source):
    """Knows the documents it was made with and no others."""

    __slots__ = ("_outcomes",)

    def __init__(self, outcomes: Mapping[str, Document | Mapping[str, Any] | DIDError]) -> None:
        """`outcomes` by DID: a document, its JSON, or the error that asking for it gives.

        Raises:
            InvalidDocument: the JSON is no document.
        """
        self._outcomes: Final = {
            did: outcome if isinstance(outcome, Document | DIDError) else Document.parse(outcome)
            for did, outcome in outcomes.items()
        }

    def parameters(self, _did: DID, /) -> frozenset[str]:
        """None: every version of a document is the one it has."""
        return frozenset()

    def ask(self, did: DID, _options: Options, /) -> Found:
        """The document it was made with. Raises the error it was made with, or `NotFound`."""
        if (outcome := self._outcomes.get(str(did))) is None:
            raise NotFound(f"{quoted(str(did))} is not known")
        return Found(Resolution(outcome).require(), _NOTHING)

    def locate(self, url: DIDURL, _document: Document, /) -> Addresses:
        """Nothing: it knows no method. Raises `NotFound`."""
        return nowhere(url)


def nowhere(url: DIDURL) -> Addresses:
    """Raises `NotFound`: nobody says what path or query of `url` name (section 5.4.1, step 6.5)."""
    part = "path" if url.path else "query"
    raise NotFound(
        f"did:{url.did.method} gives the {part} of {quoted(str(url))} no meaning",
        hint="a DID URL with a fragment, such as did:example:123#key-1, names a part of a document",
    )
