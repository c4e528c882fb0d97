"""VC Data Model 2.0, section 5.3: what a credential says of resources, and whether they are those.

Of several digests in one property, those of the strongest hash function count, and one of them has
to agree (Subresource Integrity, section 3.3.4). An object with both properties is matched where
both are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wallet.credentials.digests.digest import (
    MULTIBASE,
    SRI,
    STRENGTH,
    Digest,
    read_digests,
)
from wallet.credentials.errors import InvalidCredential, TooComplex, UnsupportedFormat
from wallet.credentials.form import JSONObject, is_absolute_iri, read_media_type, read_set
from wallet.credentials.json_path import Trail, child, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_RESOURCES: Final = 256
"""More than that is not worth a person's waiting."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What an object says of the resource that its `id` names.

    `pointer` is where the object stands in the document, a JSON Pointer (RFC 6901). `digests` are
    those of functions that are known here; `properties` the names of all that the object gives.
    """

    id: str
    digests: tuple[Digest, ...]
    media_type: str | None
    pointer: str
    properties: tuple[str, ...]


def related_resources(document: JSONObject) -> tuple[Resource, ...]:
    """The resources under `relatedResource`, in their order; none where there is no such property.

    Raises:
        InvalidCredential: a resource or a digest has another form than the standard's.
        TooComplex: there are more than `MAX_RESOURCES`.
    """
    listed = document.get("relatedResource")
    if isinstance(listed, list) and len(listed) > MAX_RESOURCES:
        raise TooComplex(f"the credential leans on {len(listed)} resources, too many to look at")
    resources: list[Resource] = []
    seen: set[str] = set()
    for path, raw in read_set(document, "relatedResource"):
        resource = read_resource(raw, path)
        if resource.id in seen:
            raise InvalidCredential(child(path, "id"), "is listed twice")
        if not resource.properties:
            raise InvalidCredential(path, f"must have a {SRI} or a {MULTIBASE}")
        seen.add(resource.id)
        resources.append(resource)
    return tuple(resources)


def read_resource(raw: JSONObject, path: str) -> Resource:
    """What the object that stands at `path`, a JSONPath, says of the resource that it names.

    Raises:
        InvalidCredential: it has no `id`, or a digest has another form than the standard's.
    """
    identifier = raw.get("id")
    if not isinstance(identifier, str) or not is_absolute_iri(identifier):
        raise InvalidCredential(child(path, "id"), "must be an absolute URL")
    return Resource(
        id=identifier,
        digests=read_digests(raw, path),
        media_type=read_media_type(raw, path),
        pointer=json_pointer(steps(path)),
        properties=tuple(name for name in (SRI, MULTIBASE) if name in raw),
    )


def matches(resource: Resource, data: bytes) -> bool:
    """Whether `data` is the resource, byte for byte: every property that gives a digest agrees.

    Raises:
        UnsupportedFormat: a property gives digests only of functions that are not known here.
    """
    return all(
        any(hashlib.new(digest.algorithm, data).digest() == digest.value for digest in digests)
        for digests in counting(resource)
    )


def json_pointer(trail: Trail) -> str:
    """The JSON Pointer (RFC 6901) of a place; the empty text is the whole document."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in trail)


def counting(resource: Resource) -> Iterator[tuple[Digest, ...]]:
    """For each property that gives digests, those of the strongest function it names."""
    for name in resource.properties:
        given = [digest for digest in resource.digests if digest.name == name]
        if not given:
            raise UnsupportedFormat(
                f"{name} of {resource.id!r} is of a hash function that is not known",
                hint=f"known: {', '.join(STRENGTH)}",
            )
        strongest = max((digest.algorithm for digest in given), key=STRENGTH.index)
        yield tuple(digest for digest in given if digest.algorithm is strongest)
