"""What a credential points to that has to be known before it is judged: addresses, no more.

Most credentials point to nothing, and load none of the rooms that read such pointers. A pointer
that is malformed is passed over here: the check that needs it refuses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from did.values import dataclass
from wallet.credentials.errors import CredentialError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from wallet.credentials.jsonld import Contexts


_TOKEN_LIST: Final = "application/statuslist+jwt, application/statuslist+cwt;q=0.9"  # noqa: S105 - media types


@dataclass(frozen=True, slots=True)
class Want:
    """Something that stands at an address; `attested` where it has proofs of its own."""

    url: str
    attested: bool = False
    accept: str = "*/*"


def wanted(document: Mapping[str, Any], contexts: Contexts) -> Iterator[Want]:
    """What a credential points to, in the order of its members; a context that is known is not."""
    if "credentialStatus" in document or "status" in document:
        yield from _lists(document)
    if "credentialSchema" in document:
        yield from _schemas(document)
    if "relatedResource" in document:
        for want in _resources(document):
            if want.url not in contexts:
                yield want


def _lists(document: Mapping[str, Any]) -> list[Want]:
    from wallet.credentials.status import (  # noqa: PLC0415
        StatusEntry,
        StatusKind,
        status_entries,
    )

    try:
        entries = status_entries(document)
    except CredentialError:
        return []
    return [
        Want(
            entry.url,
            attested=True,
            accept=_TOKEN_LIST if entry.kind is StatusKind.TOKEN else "*/*",
        )
        for entry in entries
        if isinstance(entry, StatusEntry)
    ]


def _schemas(document: Mapping[str, Any]) -> list[Want]:
    from wallet.credentials.schema import schema_entries  # noqa: PLC0415

    try:
        entries = schema_entries(document)
    except CredentialError:
        return []
    return [Want(entry.id, attested=entry.type == "JsonSchemaCredential") for entry in entries]


def _resources(document: Mapping[str, Any]) -> list[Want]:
    from wallet.credentials.digests import related_resources  # noqa: PLC0415

    try:
        return [Want(resource.id) for resource in related_resources(document)]
    except CredentialError:
        return []
