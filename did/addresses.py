"""The addresses that a DID URL names: endpoints of services, and what is relative to them.

DID Resolution 1.0, sections 5.4.1 (step 5: `service`, `serviceType`, `relativeRef`), 5.4.2 (a
fragment) and 13.7 (path traversal).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from did.document import Document
from did.errors import InvalidDIDURL, NotFound, quoted
from did.identifier import DIDURL
from did.references import Reference, has_uri_characters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.document import Service

SERVICE: Final = "service"
SERVICE_TYPE: Final = "serviceType"
RELATIVE_REF: Final = "relativeRef"
SELECTING: Final = frozenset({SERVICE, SERVICE_TYPE})
"""The parameters of a DID URL that select services."""

_DECODINGS: Final = 8
"""How often a reference is percent-decoded to see what it hides; none honest needs two."""


def selected_services(document: Document, parameters: Mapping[str, str]) -> tuple[Service, ...]:
    """The services that `service` and `serviceType` of a DID URL select.

    `service` is an identifier: absolute, relative (`#files`), or, as the standard's own examples
    have it and nearly everyone writes it, a fragment without its mark (`files`).

    Raises:
        NotFound: there are none.
    """
    services = document.services
    if (name := parameters.get(SERVICE)) is not None:
        wanted = {name, f"{document.did}#{name}", _absolute(name, document)}
        services = tuple(service for service in services if service.id in wanted)
    if (kind := parameters.get(SERVICE_TYPE)) is not None:
        services = tuple(service for service in services if kind in service.types)
    if not services:
        asked = " and ".join(f"{n} {quoted(v)}" for n, v in parameters.items() if n in SELECTING)
        raise NotFound(f"the document has no service of the {asked}")
    return services


def with_services(document: Document, services: tuple[Service, ...]) -> Document:
    """`document` with those of its services alone."""
    return Document.parse({**document.raw, "service": [service.raw for service in services]})


def endpoints(services: tuple[Service, ...], reference: str | None) -> tuple[str, ...]:
    """The addresses of `services`, each with `reference` resolved against it; an object has none.

    Raises:
        InvalidDIDURL: `reference` is not relative, leads out of an endpoint's folder, or an
            endpoint cannot be a base.
        NotFound: there is no address.
    """
    found = [
        endpoint
        for service in services
        for endpoint in (
            service.endpoint if isinstance(service.endpoint, tuple) else (service.endpoint,)
        )
        if isinstance(endpoint, str)
    ]
    if not found:
        raise NotFound("the service has no address, but an object that describes it")
    return tuple(dict.fromkeys(_resolved(endpoint, reference) for endpoint in found))


def with_fragment(address: str, fragment: str | None) -> str:
    """`address`, which inherits the fragment of the DID URL.

    Raises:
        InvalidDIDURL: it has one of its own.
    """
    if fragment is None:
        return address
    if "#" in address:
        raise InvalidDIDURL(f"the address {quoted(address)} has a fragment, and the DID URL too")
    return f"{address}#{fragment}"


def _resolved(endpoint: str, reference: str | None) -> str:
    base = Reference.cut(endpoint)
    if base.scheme is None or not has_uri_characters(endpoint):
        raise NotFound(f"the endpoint {quoted(endpoint)} is not an address")
    if reference is None:
        return endpoint
    relative = Reference.cut(reference)
    if not relative.is_relative or not has_uri_characters(reference):
        raise InvalidDIDURL(f"the relativeRef {quoted(reference)} is not a relative reference")
    if _climbs(relative.path):
        raise InvalidDIDURL(
            f"the relativeRef {quoted(reference)} leads out of the folder of the endpoint"
        )
    if not base.is_hierarchical:
        raise InvalidDIDURL(f"nothing is relative to the endpoint {quoted(endpoint)}")
    return str(relative.against(base))


def _climbs(path: str) -> bool:
    """Whether `path`, decoded as often as somebody may decode it, leaves where it begins."""
    for _ in range(_DECODINGS):
        if (decoded := unquote(path)) == path:
            break
        path = decoded
    else:
        return True
    depth = 0
    for segment in path.replace("\\", "/").strip("/").split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(segment, 1)
        if depth < 0:
            return True
    return False


def _absolute(name: str, document: Document) -> str:
    try:
        return str(DIDURL.absolute(name, document.did))
    except InvalidDIDURL:
        return name
