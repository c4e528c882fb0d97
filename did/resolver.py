"""From a DID to its document: `Resolver`, `Resolution`, and dereferencing a DID URL.

DID Resolution 1.0, sections 4 (resolving) and 5 (dereferencing).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import unquote

from did.document import Document, Service, VerificationMethod
from did.errors import (
    DIDError,
    InvalidDIDURL,
    InvalidDocument,
    NotFound,
    UnsupportedMethod,
    quoted,
)
from did.identifier import DID, DIDURL
from did.methods import METHODS

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_VERSION_PARAMETERS: Final = frozenset({"versionId", "versionTime"})
"""The parameters of a DID URL that resolving understands (DID Core, section 3.2.1)."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer to "what is this DID's document?": the document, or why there is none.

    The standard's three parts are `document`, `document_metadata` and `resolution_metadata`.
    """

    outcome: Document | DIDError
    document_metadata: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, hash=False)

    @property
    def document(self) -> Document | None:
        """The document, if there is one."""
        return self.outcome if isinstance(self.outcome, Document) else None

    @property
    def error(self) -> DIDError | None:
        """Why there is no document."""
        return self.outcome if isinstance(self.outcome, DIDError) else None

    @property
    def resolution_metadata(self) -> Mapping[str, str]:
        """About the asking: `contentType`, or the code `error` and its sentence `errorMessage`."""
        if isinstance(self.outcome, Document):
            return MappingProxyType({"contentType": "application/did"})
        return MappingProxyType({"error": self.outcome.code, "errorMessage": str(self.outcome)})

    @property
    def deactivated(self) -> bool:
        """Whether the DID was given up for good: its document authorizes nothing any more."""
        return self.document_metadata.get("deactivated") is True

    def require(self) -> Document:
        """The document. Raises the `DIDError` for which there is none."""
        if isinstance(self.outcome, DIDError):
            raise self.outcome
        return self.outcome


class Resolves(Protocol):
    """What can be asked for documents."""

    def resolve(self, did: str | DID, /, **options: str) -> Resolution:
        """The answer for `did`; what goes wrong is in it, never raised."""
        ...

    def dereference(self, url: str | DIDURL, /) -> VerificationMethod | Service | Document:
        """What `url` names: a document, or with a fragment a method or service of it.

        Raises:
            InvalidDIDURL: it is no DID URL, or asks for more than documents and what is in them.
            NotFound: its document has nothing of that name.
            DIDError: there is no document.
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

        `did` is of this method. `options` may have `versionId` or `versionTime`. Raises `DIDError`.
        """
        ...


class _Source(ABC):
    """What resolvers have in common: the frame of an answer, and dereferencing."""

    __slots__ = ()

    def resolve(self, did: str | DID, /, **options: str) -> Resolution:
        """The answer for `did`; what goes wrong is in it, never raised."""
        try:
            asked = DID.parse(did) if isinstance(did, str) else did
            document, metadata = self._ask(asked, options)
            if document.did != asked:
                raise InvalidDocument(
                    f"this is the document of {quoted(str(document.did))}, not of the DID asked"
                )
        except DIDError as error:
            return Resolution(error)
        return Resolution(document, MappingProxyType(dict(metadata)))

    def dereference(self, url: str | DIDURL, /) -> VerificationMethod | Service | Document:
        """What `url` names: a document, or with a fragment a method or service of it.

        Raises:
            InvalidDIDURL: it is no DID URL, or asks for more than documents and what is in them.
            NotFound: its document has nothing of that name.
            DIDError: there is no document.
        """
        parsed = DIDURL.parse(url) if isinstance(url, str) else url
        if parsed.path:
            raise InvalidDIDURL(
                f"{quoted(str(parsed))} has a path, which names nothing in a document"
            )
        document = self.resolve(parsed.did, **_version(parsed)).require()
        if parsed.fragment is None:
            return document
        # Section 5.3: a fragment is looked up in the document, whatever its version.
        name = f"{parsed.did}#{parsed.fragment}"
        if (method := document.method(name)) is not None:
            return method
        if (service := document.service(name)) is not None:
            return service
        raise NotFound(f"the document has no {quoted(name)}")

    @abstractmethod
    def _ask(self, did: DID, options: Mapping[str, str]) -> tuple[Document, Mapping[str, Any]]:
        """The document and its metadata. Raises `DIDError`."""


class Resolver(_Source):
    """Asks the method of the DID."""

    __slots__ = ("_methods",)

    def __init__(self, methods: Mapping[str, Method] = METHODS) -> None:
        """`methods` by their names."""
        self._methods: Final = MappingProxyType(dict(methods))

    def _ask(self, did: DID, options: Mapping[str, str]) -> tuple[Document, Mapping[str, Any]]:
        if (method := self._methods.get(did.method)) is None:
            known = ", ".join(f"did:{name}" for name in self._methods)
            raise UnsupportedMethod(
                f"did:{did.method} is not supported", hint=f"supported: {known}"
            )
        return method.resolve(did, options)


class StaticResolver(_Source):
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

    def _ask(self, did: DID, _options: Mapping[str, str]) -> tuple[Document, Mapping[str, Any]]:
        if (outcome := self._outcomes.get(str(did))) is None:
            raise NotFound(f"{quoted(str(did))} is not known")
        return Resolution(outcome).require(), _NOTHING


def _version(url: DIDURL) -> dict[str, str]:
    """The query of `url` as options of resolving."""
    options: dict[str, str] = {}
    for parameter in url.query.split("&") if url.query else ():
        name, _, value = parameter.partition("=")
        if name not in _VERSION_PARAMETERS or name in options:
            raise InvalidDIDURL(f"the parameter {quoted(name)} of a DID URL is not supported")
        options[name] = unquote(value)
    return options
