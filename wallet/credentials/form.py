"""VC Data Model 2.0 and 1.1, section 4: the form that each property of a document must have.

Every function reads one property of `document`, or refuses with the place and the reason. Members
that the model does not name are left alone. Digests are for `wallet.credentials.digests`, proofs
for `wallet.credentials.formats`; that each term is defined is for `wallet.credentials.jsonld`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from wallet.credentials.errors import InvalidCredential
from wallet.credentials.json_path import ROOT, child

JSONObject = Mapping[str, Any]
CREDENTIALS_V1: Final = "https://www.w3.org/2018/credentials/v1"
CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"
UNDEFINED_TERMS_V2: Final = "https://www.w3.org/ns/credentials/undefined-terms/v2"
"""The standard's context for terms of one's own: every name gets an IRI, so proofs cover it."""
CERTIFICATE: Final = "ni:///sha-256;"
"""How a signer is called whom a certificate names, by its digest (RFC 6920), and not a DID."""
ENVELOPED_CREDENTIAL: Final = "EnvelopedVerifiableCredential"

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
        is_url = isinstance(context, str) and is_absolute_iri(context)
        if not is_url and not isinstance(context, Mapping):
            raise InvalidCredential(child(path, index), "must be a URL or an object")
    version = _VERSIONS.get(contexts[0]) if isinstance(contexts[0], str) else None
    if version is None:
        raise InvalidCredential(
            child(path, 0),
            "must be the context of a data model",
            hint=f"one of {', '.join(_VERSIONS)}",
        )
    for index, context in enumerate(contexts):
        if isinstance(context, str) and _VERSIONS.get(context, version) is not version:
            raise InvalidCredential(child(path, index), "is the context of another data model")
    return version


def read_types(document: JSONObject, required: str) -> tuple[str, ...]:
    """4.5 Types: names, among them the one that makes the document what it is."""
    types = read_names(document, ROOT)
    if required not in types:
        raise InvalidCredential(child(ROOT, "type"), f"must name {required}")
    return types


def read_id(document: JSONObject, path: str = ROOT) -> str | None:
    """4.4 Identifiers: a single URL, or none; never by JSON-LD's own name for it."""
    if "@id" in document:
        raise InvalidCredential(child(path, "@id"), "must be called id, as the data model has it")
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
    """4.8 Credential Subject: one or more objects, of which each may have an identifier.

    An identifier alone is enough, as it is for the test suite of the standard: that the issuer
    attests it, with the types of the credential, is a claim.
    """
    subjects = read_set(document, "credentialSubject")
    for path, subject in subjects:
        read_id(subject, path)
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


def read_members(document: JSONObject) -> tuple[tuple[str, JSONObject | str], ...]:
    """4.13 Verifiable Presentations: what one holds out, each with its path; none is well too.

    An object says that it is a credential, or is the envelope of one (4.13.1); both are yet to be
    read. Text, which only VCDM 1.1 allows, is to be a JWT (6.3.1).
    """
    name = "verifiableCredential"
    value, path = document.get(name, []), child(ROOT, name)
    texts = read_version(document) is Version.V1_1
    if not isinstance(value, list):
        return ((path, _read_member(value, path, texts=texts)),)
    places = (child(path, index) for index in range(len(value)))
    return tuple(
        (place, _read_member(element, place, texts=texts))
        for place, element in zip(places, value, strict=True)
    )


def check_described(document: JSONObject, version: Version) -> None:
    """4.6, 4.10, 4.11, 5.3–5.6, 5.10: names, and what points to status, schemas, terms, evidence.

    For credentials and presentations alike: each property is looked at where it stands.
    """
    if version is Version.V2_0:
        for name in _DESCRIPTIONS:
            _check_language_value(document, name, ROOT)
        _check_described_issuer(document)
        _check_related_resources(document)
    required = _POINTERS_V2 if version is Version.V2_0 else _POINTERS_V1
    for name, needs_id in required.items():
        for path, pointer in read_set(document, name):
            read_names(pointer, path)
            if read_id(pointer, path) is None and needs_id:
                raise InvalidCredential(child(path, "id"), "is missing")


_DESCRIPTIONS: Final = ("name", "description")

# Property -> whether the object needs an `id` beside its `type`.
_POINTERS_V2: Final = MappingProxyType(
    {
        "credentialStatus": False,
        "credentialSchema": True,
        "refreshService": False,
        "termsOfUse": False,
        "evidence": False,
        "confidenceMethod": False,
        "renderMethod": False,
    }
)
_POINTERS_V1: Final = MappingProxyType(
    {
        "credentialStatus": True,
        "credentialSchema": True,
        "refreshService": True,
        "termsOfUse": False,
        "evidence": False,
    }
)


def _read_iri(value: object, path: str) -> str:
    if not isinstance(value, str) or not is_absolute_iri(value):
        raise InvalidCredential(path, "must be an absolute URL")
    return value


def read_names(document: JSONObject, path: str) -> tuple[str, ...]:
    """4.5 Types: the names in the `type` of an object that stands at `path`, one or more."""
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


def _read_member(value: object, path: str, *, texts: bool) -> JSONObject | str:
    if texts and isinstance(value, str) and value:
        return value
    member = read_object(value, path)
    types = read_names(member, path)
    if ENVELOPED_CREDENTIAL in types:
        _check_envelope(member, types, path)
    elif "VerifiableCredential" not in types:
        raise InvalidCredential(child(path, "type"), "must name VerifiableCredential")
    return member


def _check_envelope(member: JSONObject, types: Sequence[str], path: str) -> None:
    """4.13.1 Enveloped Verifiable Credentials: a context that defines it, a `data:` URL, a type."""
    contexts = member.get("@context")
    if CREDENTIALS_V2 not in (contexts if isinstance(contexts, list) else [contexts]):
        raise InvalidCredential(child(path, "@context"), f"must name {CREDENTIALS_V2}")
    if len(types) > 1:
        raise InvalidCredential(child(path, "type"), f"must be {ENVELOPED_CREDENTIAL} alone")
    if not _read_iri(member.get("id"), child(path, "id")).lower().startswith("data:"):
        raise InvalidCredential(child(path, "id"), "must be a data: URL")


def _check_described_issuer(document: JSONObject) -> None:
    """4.7 Issuer: what more an object says of it."""
    issuer = document.get("issuer")
    if isinstance(issuer, Mapping):
        for name in _DESCRIPTIONS:
            _check_language_value(issuer, name, child(ROOT, "issuer"))


def _check_language_value(document: JSONObject, name: str, path: str) -> None:
    """11.1 Language and base direction: text, an object with `@value`, or a list of them."""
    if name not in document:
        return
    value, path = document[name], child(path, name)
    if not isinstance(value, list):
        _check_text(value, path)
        return
    if not value:
        raise InvalidCredential(path, "must not be an empty list")
    for index, element in enumerate(value):
        _check_text(element, child(path, index))


def _check_text(value: object, path: str) -> None:
    text = value.get("@value") if isinstance(value, Mapping) else value
    if not isinstance(text, str):
        raise InvalidCredential(path, "must be text, or an object with @value")
    if not isinstance(value, Mapping):
        return
    if not value.keys() <= _LANGUAGE_VALUE:
        raise InvalidCredential(path, "must hold @value, @language and @direction only")
    language = value.get("@language", "und")
    if not isinstance(language, str) or not re.fullmatch(_LANGUAGE_TAG, language):
        raise InvalidCredential(child(path, "@language"), "must be a language tag, as zh-Hant")
    if value.get("@direction", "ltr") not in ("ltr", "rtl"):
        raise InvalidCredential(child(path, "@direction"), "must be ltr or rtl")


_LANGUAGE_VALUE: Final = frozenset({"@value", "@language", "@direction"})

# Compiled when they are first needed.
# RFC 5646, section 2.1, without the lengths that tell subtags from one another.
_LANGUAGE_TAG: Final = r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,16}"

# RFC 6838, section 4.2, with the parameters that a media type may have.
_NAME_OF_TYPE: Final = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_MEDIA_TYPE: Final = rf"{_NAME_OF_TYPE}/{_NAME_OF_TYPE}(?: *;[ -~]{{1,256}})?"


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
        read_media_type(resource, path)


def read_media_type(resource: JSONObject, path: str) -> str | None:
    """5.3: the media type of a resource that stands at `path`, or none."""
    if "mediaType" not in resource:
        return None
    value = resource["mediaType"]
    if not isinstance(value, str) or not re.fullmatch(_MEDIA_TYPE, value):
        raise InvalidCredential(child(path, "mediaType"), "must be a media type, as text/html")
    return value
