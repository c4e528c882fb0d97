"""`Dereferencing`: what a DID URL names, in three parts.

DID Resolution 1.0, sections 5 (the function), 5.4 (the algorithm) and 10 (the result). The section
is at risk there, and a version of it that says less is being discussed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from did.addresses import (
    RELATIVE_REF,
    SELECTING,
    endpoints,
    selected_services,
    with_fragment,
    with_services,
)
from did.document import Document, Relationship, Service, VerificationMethod
from did.errors import (
    DIDError,
    InvalidRelationship,
    InvalidVerificationMethod,
    NotFound,
    UnsupportedOption,
    quoted,
)
from did.frozen import thaw
from did.options import VERSION_PARAMETERS
from did.representation import DOCUMENT_TYPES, URI_LIST, chosen, types_of
from did.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.identifier import DID, DIDURL
    from did.resolution import Resolution

Addresses: TypeAlias = tuple[str, ...]
"""URLs at which the resource is got: one or more."""
_OWN_OPTIONS: Final = frozenset({"accept", "verificationRelationship"})

Resource: TypeAlias = "Document | VerificationMethod | Service | Addresses"


@dataclass(frozen=True, slots=True)
class Dereferencing:
    """The answer to "what does this DID URL name?": the resource, or why there is none.

    The standard's three parts are `dereferencing_metadata`, `content_stream` and
    `content_metadata`; as JSON, `to_json`.

    Attributes:
        outcome: the resource or the error.
        resolution: the answer for the DID, on which this one rests; None where it was not asked.
        content_type: the media type of the resource.
    """

    outcome: Resource | DIDError
    resolution: Resolution | None = None
    content_type: str | None = None

    @property
    def error(self) -> DIDError | None:
        """Why there is no resource."""
        return self.outcome if isinstance(self.outcome, DIDError) else None

    @property
    def dereferencing_metadata(self) -> dict[str, Any]:
        """About the asking (section 5.2): `contentType`, or `error`, a problem details object.

        `retrieved` and `age` are as in the resolution's.
        """
        if isinstance(self.outcome, DIDError):
            return {"error": self.outcome.problem()}
        about = dict(self.resolution.resolution_metadata) if self.resolution else {}
        if self.content_stream is not None and self.content_type is not None:
            about["contentType"] = self.content_type
        return about

    @property
    def content_stream(self) -> Any:
        """The resource as JSON: an object, or a list of addresses. None for none.

        A verification method or service has the document's `@context`, without which its terms
        would mean nothing, and its `id` in absolute form, as in the standard's example.
        """
        match self.outcome:
            case DIDError():
                return None
            case Document() as whole:
                withheld = self.resolution is not None and self.resolution.withheld
                return None if withheld else whole.to_json()
            case tuple() as addresses:
                return list(addresses)
            case entry:
                document = self.resolution.document if self.resolution is not None else None
                context = {} if document is None else {"@context": document.raw.get("@context")}
                about = {name: value for name, value in context.items() if value is not None}
                return thaw({**about, **entry.raw, "id": entry.id})

    @property
    def content_metadata(self) -> dict[str, Any]:
        """About the resource (section 5.3): of a document, the document's metadata."""
        match self.outcome:
            case Document() if self.resolution is not None:
                metadata: dict[str, Any] = thaw(self.resolution.document_metadata)
                return metadata
            case tuple():
                return {"contentType": URI_LIST}
            case _:
                return {}

    def require(self) -> Resource:
        """The resource. Raises the `DIDError` for which there is none."""
        if isinstance(self.outcome, DIDError):
            raise self.outcome
        return self.outcome

    def to_json(self) -> dict[str, Any]:
        """The result, by the names that the function's three parts have in section 5.

        Section 10 calls them otherwise, and twice differently.
        """
        return {
            "dereferencingMetadata": self.dereferencing_metadata,
            "contentStream": self.content_stream,
            "contentMetadata": self.content_metadata,
        }


class Source(Protocol):
    """What dereferencing asks."""

    def resolve(self, did: DID, /, **options: str | bool) -> Resolution:
        """The answer for `did`."""
        ...

    def parameters(self, did: DID, /) -> frozenset[str]:
        """The parameters of a DID URL that the method of `did` defines as options of resolving."""
        ...

    def locate(self, url: DIDURL, document: Document, /) -> Addresses:
        """The addresses that the method of `url` gives to its path. Raises `NotFound`."""
        ...


def dereferenced(source: Source, url: DIDURL, options: Mapping[str, str | bool]) -> Dereferencing:
    """What `url` names, by the algorithm of section 5.4.

    Raises:
        DIDError: there is no such resource.
    """
    # Before anybody is asked: is the question one that can be answered?
    wanted = _Wanted.parse(options)
    query = url.parameters()
    asked = _resolution_options(query, options, source.parameters(url.did))
    resolution = source.resolve(url.did, **asked)
    document = resolution.require()
    whole = not url.path and not query.keys() - asked.keys()
    if resolution.withheld and not (whole and url.fragment is None):
        raise NotFound(f"{quoted(str(url.did))} was deactivated, and names nothing any more")
    # Section 5.4.1, steps 4 to 6: the document, services of it, or what the method makes of it.
    resource: Document | Addresses
    if whole:
        content_type = chosen(wanted.accept, types_of(document))
        resource = document
    elif not url.path and query.keys() & SELECTING:
        content_type = chosen(wanted.accept, (*types_of(document), URI_LIST))
        services = selected_services(document, query)
        addresses = content_type == URI_LIST
        found = endpoints(services, query.get(RELATIVE_REF)) if addresses else None
        resource = with_services(document, services) if found is None else found
    else:
        content_type = chosen(wanted.accept, (URI_LIST,))
        resource = source.locate(url, document)
    return Dereferencing(_part(resource, url, wanted.relationship), resolution, content_type)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The options of dereferencing that are not options of resolving (section 5.1)."""

    accept: str | None
    relationship: Relationship | None

    @classmethod
    def parse(cls, options: Mapping[str, str | bool]) -> _Wanted:
        accept, name = options.get("accept"), options.get("verificationRelationship")
        if not isinstance(accept, str | None):
            raise UnsupportedOption("the option 'accept' is not text")
        chosen(accept, (*DOCUMENT_TYPES, URI_LIST))
        if name is not None and name not in set(Relationship):
            raise UnsupportedOption(
                f"{quoted(str(name))} is not a verification relationship",
                hint=f"there are: {', '.join(Relationship)}",
            )
        return cls(accept, None if name is None else Relationship(str(name)))


def _resolution_options(
    query: Mapping[str, str], options: Mapping[str, str | bool], parameters: frozenset[str]
) -> dict[str, str | bool]:
    """Section 5.4.1, step 2: the options, and those parameters that are options of resolving."""
    asked = {name: value for name, value in options.items() if name not in _OWN_OPTIONS}
    for name in query.keys() & (VERSION_PARAMETERS | parameters):
        if asked.setdefault(name, query[name]) != query[name]:
            raise UnsupportedOption(f"the option {quoted(name)} is not what the DID URL says")
    return asked


def _part(
    resource: Document | Addresses, url: DIDURL, relationship: Relationship | None
) -> Resource:
    """Section 5.4.2: what the fragment names in `resource`, or `resource` where there is none."""
    if isinstance(resource, Document) and url.fragment is not None:
        return _entry(resource, f"{url.did}#{url.fragment}", relationship)
    if relationship is not None:
        raise InvalidVerificationMethod(f"{quoted(str(url))} names no verification method")
    if isinstance(resource, Document):
        return resource
    return tuple(with_fragment(address, url.fragment) for address in resource)


def _entry(
    document: Document, name: str, relationship: Relationship | None
) -> VerificationMethod | Service:
    """A verification method or service of `document`, of whichever version it is."""
    method = document.method(name)
    if relationship is not None:
        if method is None:
            raise InvalidVerificationMethod(f"the document has no method {quoted(name)}")
        if not document.authorizes(name, relationship):
            raise InvalidRelationship(f"{quoted(name)} may not be used for {relationship}")
    entry = document.service(name) if method is None else method
    if entry is None:
        raise NotFound(f"the document has no {quoted(name)}")
    return entry
