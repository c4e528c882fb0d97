"""VC Data Model 2.0 and 1.1, section 4: the form that each property of a document must have.

Every function reads one property of `document`, or refuses with the place and the reason. Members
that the model does not name are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.json_path import ROOT, child

JSONObject = Mapping[str, Any]

CREDENTIALS_V1: Final = "https://www.w3.org/2018/credentials/v1"
CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"

# RFC 3987 without its fine points: a scheme, then no character that RDF forbids in an IRI.
_ABSOLUTE_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\x9f]+")


class Version(StrEnum):
    """The version of the VC Data Model, told by the first context (section 4.3)."""

    V1_1 = "1.1"
    V2_0 = "2.0"


_VERSIONS: Final = {CREDENTIALS_V1: Version.V1_1, CREDENTIALS_V2: Version.V2_0}


def is_absolute_iri(text: str) -> bool:
    """Whether the text names something without a base to resolve it against."""
    return _ABSOLUTE_IRI.fullmatch(text) is not None


def read_object(value: object, path: str = ROOT) -> JSONObject:
    """A JSON object with members."""
    if not isinstance(value, Mapping) or not value:
        raise InvalidCredential(path, "must be an object with members")
    return value


def read_version(document: JSONObject) -> Version:
    """4.3 Contexts: an ordered set that starts with the context of the data model."""
    contexts = document.get("@context")
    path = child(ROOT, "@context")
    if not isinstance(contexts, list) or not contexts:
        raise InvalidCredential(path, "must be a list of contexts")
    for index, context in enumerate(contexts):
        if not isinstance(context, str | dict):
            raise InvalidCredential(child(path, index), "must be a URL or an object")
    version = _VERSIONS.get(contexts[0]) if isinstance(contexts[0], str) else None
    if version is None:
        raise InvalidCredential(
            child(path, 0),
            "must be the context of a data model",
            hint=f"one of {', '.join(_VERSIONS)}",
        )
    return version


def read_types(document: JSONObject, required: str) -> tuple[str, ...]:
    """4.5 Types: names, among them the one that makes the document what it is."""
    types = _read_type(document, ROOT)
    if required not in types:
        raise InvalidCredential(child(ROOT, "type"), f"must name {required}")
    return types


def read_id(document: JSONObject, path: str = ROOT) -> str | None:
    """4.4 Identifiers: a single URL, or none."""
    if "id" not in document:
        return None
    return _read_iri(document["id"], child(path, "id"))


def read_party(document: JSONObject, name: str) -> str:
    """4.7 Issuer and 4.13 holder: a URL, or an object that has one as its `id`."""
    path = child(ROOT, name)
    if name not in document:
        raise InvalidCredential(path, "is missing")
    value = document[name]
    if isinstance(value, Mapping):
        return _read_iri(value.get("id"), child(path, "id"))
    return _read_iri(value, path)


def read_subjects(document: JSONObject) -> tuple[JSONObject, ...]:
    """4.8 Credential Subject: one or more objects, each with at least one claim."""
    subjects = read_set(document, "credentialSubject")
    for path, subject in subjects:
        identifier = read_id(subject, path)
        if identifier is not None and len(subject) == 1:
            raise InvalidCredential(path, "claims nothing about its subject")
    if not subjects:
        raise InvalidCredential(child(ROOT, "credentialSubject"), "is missing")
    return tuple(subject for _, subject in subjects)


def read_set(document: JSONObject, name: str) -> tuple[tuple[str, JSONObject], ...]:
    """The objects of a property that holds none, one, or a list of them, each with its path."""
    if name not in document:
        return ()
    value, path = document[name], child(ROOT, name)
    if not isinstance(value, list):
        return ((path, read_object(value, path)),)
    if not value:
        raise InvalidCredential(path, "must not be an empty list")
    return tuple(
        (child(path, index), read_object(element, child(path, index)))
        for index, element in enumerate(value)
    )


def check_described(document: JSONObject, version: Version) -> None:
    """4.6, 4.10, 4.11, 5.3–5.6: names, and what points to status, schemas, terms and evidence."""
    if version is Version.V2_0:
        for name in ("name", "description"):
            _check_language_value(document, name)
        _check_related_resources(document)
    required = _POINTERS_V2 if version is Version.V2_0 else _POINTERS_V1
    for name, needs_id in required.items():
        for path, pointer in read_set(document, name):
            _read_type(pointer, path)
            if read_id(pointer, path) is None and needs_id:
                raise InvalidCredential(child(path, "id"), "is missing")


# Property -> whether the object needs an `id` beside its `type`.
_POINTERS_V2: Final = {
    "credentialStatus": False,
    "credentialSchema": True,
    "refreshService": False,
    "termsOfUse": False,
    "evidence": False,
}
_POINTERS_V1: Final = {
    "credentialStatus": True,
    "credentialSchema": True,
    "refreshService": True,
    "termsOfUse": False,
    "evidence": False,
}


def _read_iri(value: object, path: str) -> str:
    if not isinstance(value, str) or not is_absolute_iri(value):
        raise InvalidCredential(path, "must be an absolute URL")
    return value


def _read_type(document: JSONObject, path: str) -> tuple[str, ...]:
    path = child(path, "type")
    if "type" not in document:
        raise InvalidCredential(path, "is missing")
    value = document["type"]
    types: Sequence[object] = value if isinstance(value, list) else [value]
    if not types:
        raise InvalidCredential(path, "must not be an empty list")
    names = tuple(name for name in types if isinstance(name, str) and name)
    if len(names) != len(types):
        raise InvalidCredential(path, "must be a name, or a list of names")
    return names


def _check_language_value(document: JSONObject, name: str) -> None:
    """11.1 Language and base direction: text, or objects with `@value`."""
    if name not in document:
        return
    value, path = document[name], child(ROOT, name)
    for element in value if isinstance(value, list) else [value]:
        text = element.get("@value") if isinstance(element, Mapping) else element
        if not isinstance(text, str):
            raise InvalidCredential(path, "must be text, or an object with @value")
        if isinstance(element, Mapping) and not element.keys() <= _LANGUAGE_VALUE:
            raise InvalidCredential(path, "must hold @value, @language and @direction only")


_LANGUAGE_VALUE: Final = frozenset({"@value", "@language", "@direction"})


def _check_related_resources(document: JSONObject) -> None:
    """5.3 Integrity of related resources: unique URLs, each with a digest."""
    seen: set[str] = set()
    for path, resource in read_set(document, "relatedResource"):
        identifier = _read_iri(resource.get("id"), child(path, "id"))
        if identifier in seen:
            raise InvalidCredential(child(path, "id"), "is listed twice")
        seen.add(identifier)
        if not resource.keys() & {"digestSRI", "digestMultibase"}:
            raise InvalidCredential(path, "must have a digestSRI or a digestMultibase")
