"""Documents that a person publishes as a file: keys and services put in and taken out.

DID Core 1.0, section 5; each function gives a new document and leaves the one it was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.document import Relationship
from did.encoding import encode_multikey
from wallet.errors import BadInput
from wallet.registrars.registrar import BBS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from did.keys import PublicKey
    from wallet.registrars.registrar import AddService, RemoveService

_USES: Final = (Relationship.AUTHENTICATION, Relationship.ASSERTION_METHOD)


def method_id(did: str, key: PublicKey) -> str:
    """The DID URL of a key in a document that a person publishes: called by its Multikey."""
    return f"{did}#{encode_multikey(key)}"


def with_key(
    document: Mapping[str, Any], key: PublicKey, *, like: PublicKey | None = None
) -> dict[str, Any]:
    """The document with one more key: for what `like` is for, or for what its kind can do here.

    That is to authenticate and to assert; a key of BLS12-381 asserts alone.
    """
    did = document["id"]
    usual = (Relationship.ASSERTION_METHOD,) if key.algorithm == BBS else _USES
    uses = usual if like is None else _uses_of(document, method_id(did, like))
    method = {
        "id": method_id(did, key),
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": encode_multikey(key),
    }
    return {
        **document,
        "verificationMethod": [*document.get("verificationMethod", ()), method],
        **{use.value: [*document.get(use.value, ()), method["id"]] for use in uses},
    }


def _uses_of(document: Mapping[str, Any], id_: str) -> tuple[Relationship, ...]:
    return tuple(use for use in Relationship if id_ in document.get(use.value, ()))


def with_keys(document: Mapping[str, Any], keys: Iterable[PublicKey]) -> Mapping[str, Any]:
    """The document with several more."""
    for key in keys:
        document = with_key(document, key)
    return document


def rotated(
    document: Mapping[str, Any],
    before: Sequence[PublicKey],
    after: Sequence[PublicKey],
    *,
    keep: bool,
) -> Mapping[str, Any]:
    """The document with other keys for what those before are for, which it may keep."""
    for old, new in zip(before, after, strict=True):
        document = with_key(document, new, like=old)
        document = document if keep else without_key(document, old)
    return document


def without_key(document: Mapping[str, Any], key: PublicKey) -> dict[str, Any]:
    """The document without that key, wherever it is named."""
    gone = method_id(document["id"], key)
    methods = [m for m in document.get("verificationMethod", ()) if m["id"] != gone]
    named = {use.value: document[use.value] for use in Relationship if use.value in document}
    uses = {use: [id_ for id_ in ids if id_ != gone] for use, ids in named.items()}
    return {**document, "verificationMethod": methods, **uses}


def with_service(document: Mapping[str, Any], wanted: AddService) -> dict[str, Any]:
    """The document with one service more.

    Raises:
        BadInput: it has that one already.
    """
    services = document.get("service", ())
    for service in services:
        if (service["serviceEndpoint"], service["type"]) == (wanted.endpoint, wanted.type):
            raise BadInput(f"the document has that service already, as {service['id']}")
    taken = {service["id"] for service in services}
    number = next(
        n for n in range(1, len(taken) + 2) if f"{document['id']}#service-{n}" not in taken
    )
    service = {
        "id": f"{document['id']}#service-{number}",
        "type": wanted.type,
        "serviceEndpoint": wanted.endpoint,
    }
    return {**document, "service": [*services, service]}


def without_service(document: Mapping[str, Any], wanted: RemoveService) -> dict[str, Any]:
    """The document without the service of that id, fragment or endpoint.

    Raises:
        BadInput: it has none, or several.
    """
    services = list(document.get("service", ()))
    found = [service for service in services if _is(service, wanted.service)]
    if len(found) != 1:
        ids = ", ".join(service["id"] for service in services) or "none"
        raise BadInput(
            f"{wanted.service!r} names {len(found)} services of the document", hint=f"it has: {ids}"
        )
    left = [service for service in services if service is not found[0]]
    document = {name: member for name, member in document.items() if name != "service"}
    return {**document, "service": left} if left else document


def _is(service: Mapping[str, Any], reference: str) -> bool:
    id_ = service["id"]
    return reference in {id_, id_.partition("#")[2], f"#{id_.partition('#')[2]}"} or (
        service["serviceEndpoint"] == reference
    )
