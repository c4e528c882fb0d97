"""did:web: a DID whose document stands on the web, and is whatever stands there today.

The did:web Method Specification, section 2. Who holds the domain, or its certificate, or the path
on its server, says what the document is: there is no history that could be checked.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.document import Document, Relationship
from did.encoding import encode_multikey
from did.errors import InvalidDID, InvalidDocument, UnsupportedOption, quoted
from did.identifier import DID
from did.keys import ALGORITHMS, Use
from did.strict_json import read_object
from did.web_address import WebAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from did.fetch import Fetch
    from did.keys import PublicKey

MAX_DOCUMENT: Final = 1 << 18
"""The longest document read, in bytes."""

FILE: Final = "did.json"
"""What the document is called on its server."""

_ACCEPT: Final = "application/did, application/did+json, application/did+ld+json, application/json"
_CONTEXTS: Final = ("https://www.w3.org/ns/did/v1", "https://www.w3.org/ns/did/v1.1")
_MULTIKEY: Final = "https://w3id.org/security/multikey/v1"
_DOMAIN: Final = re.compile(r"[A-Za-z0-9.-]*(?:%3[Aa][0-9]*)?")
"""All that is encoded of the domain is the colon before its port (section 2.3)."""

_VERSION: Final = frozenset({"versionId", "versionTime"})
_RELATIONSHIPS: Final[Mapping[Use, tuple[Relationship, ...]]] = MappingProxyType(
    {
        Use.SIGNATURE: tuple(r for r in Relationship if r is not Relationship.KEY_AGREEMENT),
        Use.KEY_AGREEMENT: (Relationship.KEY_AGREEMENT,),
    }
)


def web_did(host: str, port: int | None = None, path: str = "") -> DID:
    """The DID whose document stands on `host`, in the folder `path` (`user/alice`).

    A host or path of any script is encoded as a DID needs it: Punycode, and percent-encoded UTF-8.

    Raises:
        InvalidDID: there is no such host, port or folder.
    """
    if ":" in host or "%" in host:
        raise InvalidDID(f"{quoted(host)} is not a domain", hint="example.com, without the port")
    domain = WebAddress.parse(host).domain
    segments = tuple(path.split("/")) if path else ()
    return DID("web", str(WebAddress(domain, port, segments)))


def location(did: DID) -> str:
    """The URL where the document of `did` stands (section 2.5.2, steps 1 to 5).

    Raises:
        InvalidDID: what follows `did:web:` is no domain, with a port and a path perhaps.
    """
    domain = did.method_specific_id.partition(":")[0]
    if not _DOMAIN.fullmatch(domain):
        raise InvalidDID(
            f"{quoted(domain)} is not a domain of did:web",
            hint="other scripts are written in Punycode (xn--…), and a port after %3A",
        )
    return WebAddress.parse(did.method_specific_id).url(FILE)


def web_document(
    did: DID, keys: Iterable[PublicKey], services: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The `did.json` to publish at `location(did)`: JSON, with every identifier absolute.

    A key is called by its Multikey, and is for all that keys of its kind can do. `services` are as
    the document has them (DID Core, section 5.4); their ids may be relative (`#files`).

    Raises:
        InvalidDID: `did` has no location.
        InvalidDocument: two keys or services are the same, or a service is none.
    """
    location(did)
    document: dict[str, Any] = {
        "@context": [_CONTEXTS[0], _MULTIKEY],
        "id": str(did),
        "verificationMethod": [],
    }
    for key in keys:
        text = encode_multikey(key)
        method = {"id": f"{did}#{text}", "type": "Multikey", "controller": str(did)}
        document["verificationMethod"].append({**method, "publicKeyMultibase": text})
        for relationship in _RELATIONSHIPS[ALGORITHMS[key.algorithm].use]:
            document.setdefault(relationship.value, []).append(method["id"])
    if services:
        document["service"] = [_absolute(service, did) for service in services]
    return Document.parse(document).to_json()


class Web:
    """The method `web`."""

    __slots__ = ("_fetch",)

    def __init__(self, fetch: Fetch) -> None:
        """`fetch` gets the documents; it answers for their servers' names."""
        self._fetch: Final = fetch

    @property
    def name(self) -> str:
        """The method's name."""
        return "web"

    def resolve(
        self, did: DID, options: Mapping[str, str], /
    ) -> tuple[Document, Mapping[str, Any]]:
        """The document of `did` that stands on the web now.

        Relative identifiers in it, which the specification forbids its writer and many a writer
        writes, mean this document and no other (DID Core, section 3.2.2).

        Raises:
            InvalidDID: it has no location.
            UnsupportedOption: an older version is asked for, and none is kept.
            NotFound: its server has no such document.
            InvalidDocument: what stands there is no DID document, or is another DID's.
            DIDError: what `fetch` raises.
        """
        if asked := sorted(_VERSION & options.keys()):
            raise UnsupportedOption(
                f"did:web has no versions, so that {asked[0]!r} asks for nothing",
                hint="ask for the document as it is now",
            )
        raw = read_object(self._fetch(location(did), limit=MAX_DOCUMENT, accept=_ACCEPT))
        _check_context(raw)
        document = Document.parse(raw)
        if document.did != did:
            raise InvalidDocument(
                f"the document at {location(did)} is of {quoted(str(document.did))}, "
                f"not of {quoted(str(did))}",
                hint="whoever publishes it must give it the DID as its id",
            )
        return document, {}


def _check_context(raw: Mapping[str, Any]) -> None:
    """Where there is a JSON-LD context, it is that of DID documents (section 2.4)."""
    contexts = raw.get("@context", _CONTEXTS[0])
    every = contexts if isinstance(contexts, list) else [contexts]
    if not any(context in every for context in _CONTEXTS):
        raise InvalidDocument(
            "the document's '@context' is not that of DID documents",
            hint=f"it begins with {_CONTEXTS[0]}",
        )


def _absolute(service: Mapping[str, Any], did: DID) -> dict[str, Any]:
    """`service` with an absolute id (section 2.4)."""
    id_ = service.get("id")
    if isinstance(id_, str) and id_.startswith("#"):
        return {**service, "id": f"{did}{id_}"}
    return dict(service)
