"""VC JSON Schema, sections 2.1 and 2.2: where a credential says what its schema is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wallet.credentials.digests import Resource, json_pointer, read_resource
from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.form import JSONObject, read_id, read_names, read_object, read_set
from wallet.credentials.json_path import ROOT, child, steps

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA: Final = "JsonSchema"
SCHEMA_CREDENTIAL: Final = "JsonSchemaCredential"
SCHEMA_OF_CREDENTIALS: Final = "https://www.w3.org/ns/credentials/json-schema/v2.json"
MAX_ENTRIES: Final = 32
"""Each entry costs a look at a schema, which somebody has to fetch."""
"""The schema that the credential of a schema must itself name."""


@dataclass(frozen=True, slots=True)
class SchemaEntry:
    """One element of `credentialSchema`.

    `type` is one of the two that are judged here where the entry names one, or else its first.
    `pointer` is where the entry stands in the credential, a JSON Pointer (RFC 6901). `resource`
    tells the digest, if any, of what stands at the address: the schema, or the credential of one.
    """

    id: str
    type: str
    pointer: str
    resource: Resource

    @property
    def has_digest(self) -> bool:
        """Whether the issuer says, by a digest, which bytes stand at the address."""
        return bool(self.resource.properties)


def schema_entries(document: JSONObject) -> tuple[SchemaEntry, ...]:
    """What a credential says of its schemas, in order; none where it has no `credentialSchema`.

    Raises:
        InvalidCredential: an entry has another form than the standard's.
        TooComplex: there are more than `MAX_ENTRIES`.
    """
    listed = document.get("credentialSchema")
    if isinstance(listed, list) and len(listed) > MAX_ENTRIES:
        raise TooComplex(f"the credential has {len(listed)} schemas, of which none is looked at")
    return tuple(_read(raw, path) for path, raw in read_set(document, "credentialSchema"))


def schema_of(document: JSONObject) -> Mapping[str, Any]:
    """The JSON Schema in a credential of the type `JsonSchemaCredential`, verified elsewhere.

    Raises:
        InvalidCredential: the credential is not of that type, or not as the standard asks.
    """
    if SCHEMA_CREDENTIAL not in read_names(document, ROOT):
        raise InvalidCredential(child(ROOT, "type"), f"must name {SCHEMA_CREDENTIAL}")
    if not any(
        entry.id == SCHEMA_OF_CREDENTIALS and entry.type == SCHEMA
        for entry in schema_entries(document)
    ):
        raise InvalidCredential(
            child(ROOT, "credentialSchema"), f"must be {SCHEMA_OF_CREDENTIALS}, a {SCHEMA}"
        )
    path = child(ROOT, "credentialSubject")
    subject = read_object(document.get("credentialSubject"), path)
    if read_names(subject, path) != (SCHEMA,):
        raise InvalidCredential(child(path, "type"), f"must be {SCHEMA}")
    return read_object(subject.get("jsonSchema"), child(path, "jsonSchema"))


def _read(raw: JSONObject, path: str) -> SchemaEntry:
    types = read_names(raw, path)
    identifier = read_id(raw, path)
    if identifier is None:
        raise InvalidCredential(child(path, "id"), "is missing")
    known = [name for name in types if name in (SCHEMA, SCHEMA_CREDENTIAL)]
    if len(known) > 1:
        raise InvalidCredential(child(path, "type"), f"must not be {' and '.join(known)} at once")
    return SchemaEntry(
        id=identifier,
        type=known[0] if known else types[0],
        pointer=json_pointer(steps(path)),
        resource=read_resource(raw, path),
    )
