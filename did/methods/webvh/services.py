"""did:webvh 1.0, "DID URL Resolution" and "Publishing a Parallel `did:web` DID"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from did.frozen import thaw
from did.methods.webvh.location import Location

if TYPE_CHECKING:
    from did.document import Document

_LINKED_VP: Final = "https://identity.foundation/linked-vp/contexts/v1"


def with_implicit_services(state: Mapping[str, Any], location: Location) -> dict[str, Any]:
    """The document that `state` is, with `#files` and `#whois` where it does not have its own.

    What it has under `service` that is no list stays as it is, to be refused by who reads it.
    """
    document: dict[str, Any] = thaw(state)
    services = document.get("service", [])
    if not isinstance(services, list):
        return document
    taken = {service.get("id") for service in services if isinstance(service, dict)}
    did = document.get("id")
    missing = [
        {**service, "id": f"{did}{fragment}"}
        for fragment, service in _implicit(location).items()
        if not taken & {fragment, f"{did}{fragment}"}
    ]
    return {**document, "service": [*services, *missing]} if missing else document


def parallel_did_web(document: Document) -> dict[str, Any]:
    """The did:web document that may be published as `did.json` beside the log of `document`.

    It is worth what any did:web document is: nothing in it proves its history.

    Raises:
        InvalidDID: it is not the document of a did:webvh.
    """
    location = Location.of(document.did)
    raw = with_implicit_services(document.raw, location)
    renamed = every_string(
        raw, lambda text: text.replace(f"did:webvh:{location.scid}:", "did:web:")
    )
    known = dict.fromkeys([*renamed.get("alsoKnownAs", ()), str(document.did)])
    return {**renamed, "alsoKnownAs": [name for name in known if name != renamed["id"]]}


def every_string(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of the JSON `value` in which each string, names of members too, is changed."""
    match value:
        case str():
            return change(value)
        case Mapping():
            return {change(name): every_string(member, change) for name, member in value.items()}
        case list() | tuple():
            return [every_string(item, change) for item in value]
        case _:
            return value


def _implicit(location: Location) -> dict[str, dict[str, Any]]:
    return {
        "#files": {"type": "relativeRef", "serviceEndpoint": location.files_url},
        "#whois": {
            "@context": _LINKED_VP,
            "type": "LinkedVerifiablePresentation",
            "serviceEndpoint": location.whois_url,
        },
    }
