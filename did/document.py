"""`Document`: what a DID says of its keys and services, beside the JSON it was read from.

DID Core 1.0 and 1.1, section 5; Controlled Identifiers 1.0, section 2.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from did.errors import InvalidDID, InvalidDIDURL, InvalidDocument, InvalidKey, quoted
from did.frozen import freeze, thaw
from did.identifier import DID, DIDURL, MAX_LENGTH
from did.key_forms import read_key
from did.values import dataclass, field

if TYPE_CHECKING:
    from did.keys import PublicKey

MAX_ENTRIES: Final = 512
"""The most methods, references, services, controllers and other names read of a document.

Each may cost a millisecond.
"""

# Compiled when they are first needed, for what few documents have.
_URI: Final = r"[A-Za-z][A-Za-z0-9+.-]*:\S+"
_DATE_TIME_STAMP: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)"


class Relationship(StrEnum):
    """What a verification method may be used for (DID Core, section 5.3)."""

    AUTHENTICATION = "authentication"
    ASSERTION_METHOD = "assertionMethod"
    KEY_AGREEMENT = "keyAgreement"
    CAPABILITY_INVOCATION = "capabilityInvocation"
    CAPABILITY_DELEGATION = "capabilityDelegation"


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """A key of a document (DID Core, section 5.2).

    `id` is an absolute DID URL with a fragment. `public_key` is None where the key cannot be used;
    `require_key` then says why. From `expires` or `revoked` on, the key proves nothing any more.
    """

    id: str
    type: str
    controller: str
    public_key: PublicKey | None
    raw: Mapping[str, Any] = field(hash=False, repr=False)
    expires: datetime | None = None
    revoked: datetime | None = None

    def require_key(self) -> PublicKey:
        """The key. Raises `InvalidKey` or `UnsupportedKey` where it cannot be used."""
        return read_key(self.raw) if self.public_key is None else self.public_key

    def ended(self, at: datetime) -> bool:
        """Whether the key had expired or been revoked at that instant."""
        return any(end is not None and end <= at for end in (self.expires, self.revoked))


@dataclass(frozen=True, slots=True)
class Service:
    """A way to reach or learn about the subject (DID Core, section 5.4).

    `id` is absolute; `types` are one or more; `endpoint` is a string, a mapping or a tuple of them.
    """

    id: str
    types: tuple[str, ...]
    endpoint: Any = field(hash=False)
    raw: Mapping[str, Any] = field(hash=False, repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A DID document. `raw` is read-only and complete, with all that this view does not know.

    `also_known_as` are URIs, each a claim of the controller's alone: it is true of those whose own
    document or page says the same of this DID (section 5.1.3).
    """

    did: DID
    raw: Mapping[str, Any] = field(hash=False, repr=False)
    verification_methods: tuple[VerificationMethod, ...]
    relationships: Mapping[Relationship, tuple[str, ...]] = field(hash=False)
    services: tuple[Service, ...]
    controllers: tuple[DID, ...]
    also_known_as: tuple[str, ...] = ()

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """The document that the JSON object `raw` is.

        Raises:
            InvalidDocument: it is none, is too large, names two things alike, or holds another
                DID's keys.
        """
        raw = freeze(raw)
        if not isinstance(raw, Mapping):
            raise InvalidDocument("the document is not a JSON object")
        did = _did(raw.get("id"), "id")
        controllers = _controllers(raw)
        lists = ("verificationMethod", "service", "alsoKnownAs", *Relationship)
        if sum(len(_sequence(raw, name)) for name in lists) > MAX_ENTRIES:
            raise InvalidDocument(f"the document has more than {MAX_ENTRIES} entries")
        methods = [_method(entry, did) for entry in _objects(raw, "verificationMethod")]
        relationships = {}
        for relationship in Relationship:
            entries = _sequence(raw, relationship)
            embedded = [_method(entry, did) for entry in entries if not isinstance(entry, str)]
            relationships[relationship] = tuple(_named(entry, did) for entry in entries)
            methods += embedded
        services = tuple(_service(entry, did) for entry in _objects(raw, "service"))
        ids = Counter([entry.id for entry in methods] + [entry.id for entry in services])
        _refuse_ambiguity(ids, relationships, did)
        return cls(
            did=did,
            raw=raw,
            verification_methods=tuple(methods),
            relationships=MappingProxyType(relationships),
            services=services,
            controllers=controllers,
            also_known_as=_also_known_as(raw),
        )

    def method(self, id_: str, /) -> VerificationMethod | None:
        """The verification method of that absolute DID URL."""
        return next((method for method in self.verification_methods if method.id == id_), None)

    def service(self, id_: str, /) -> Service | None:
        """The service of that absolute identifier."""
        return next((service for service in self.services if service.id == id_), None)

    def authorizes(self, id_: str, relationship: Relationship, /) -> bool:
        """Whether the verification method of that absolute DID URL may be used so."""
        return id_ in self.relationships[relationship]

    def to_json(self) -> dict[str, Any]:
        """The document as it was received, as plain JSON that the caller may change."""
        document: dict[str, Any] = thaw(self.raw)
        return document


def _method(raw: Any, did: DID) -> VerificationMethod:
    if not isinstance(raw, Mapping):
        raise InvalidDocument("a verification method is neither an object nor a reference")
    id_ = _named(raw, did)
    if not id_.startswith(f"{did}#"):
        raise InvalidDocument(f"the verification method {quoted(id_)} is not of this document")
    type_ = _text(raw, "type")
    return VerificationMethod(
        id=id_,
        type=type_,
        controller=str(_did(raw.get("controller"), "controller")),
        public_key=_usable_key(raw),
        raw=raw,
        expires=_instant(raw, "expires"),
        revoked=_instant(raw, "revoked"),
    )


def _usable_key(raw: Mapping[str, Any]) -> PublicKey | None:
    """The method's key; one that is broken or unknown does not take the others with it."""
    try:
        return read_key(raw)
    except InvalidKey:
        return None


def _service(raw: Mapping[str, Any], did: DID) -> Service:
    id_ = _text(raw, "id")
    if id_.startswith(("did:", "#", "/", "?")):
        id_ = _named(raw, did)
    elif not re.fullmatch(_URI, id_):
        raise InvalidDocument(f"the service id {quoted(id_)} is not a URI")
    types = (raw["type"],) if isinstance(raw.get("type"), str) else _sequence(raw, "type")
    if not types or not all(isinstance(type_, str) for type_ in types):
        raise InvalidDocument(f"the type of the service {quoted(id_)} is not a string")
    endpoint = raw.get("serviceEndpoint")
    every = endpoint if isinstance(endpoint, tuple) else (endpoint,)
    if not every or not all(isinstance(one, str | Mapping) for one in every):
        raise InvalidDocument(
            f"the endpoint of the service {quoted(id_)} is not a string or an object"
        )
    return Service(id_, types, endpoint, raw)


def _controllers(raw: Mapping[str, Any]) -> tuple[DID, ...]:
    """Who may change the document (section 5.1.2): a DID or a set of them."""
    entries = raw.get("controller", ())
    every = entries if isinstance(entries, tuple) else (entries,)
    if len(every) > MAX_ENTRIES:
        raise InvalidDocument(f"the document has more than {MAX_ENTRIES} controllers")
    return tuple(_did(entry, "controller") for entry in every)


def _also_known_as(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Other names of the subject (section 5.1.3): a set of URIs."""
    names = _sequence(raw, "alsoKnownAs")
    for name in names:
        if not isinstance(name, str) or len(name) > MAX_LENGTH or not re.fullmatch(_URI, name):
            raise InvalidDocument("'alsoKnownAs' holds something that is not a URI")
    return names


def _refuse_ambiguity(
    ids: Counter[str], relationships: Mapping[Relationship, tuple[str, ...]], did: DID
) -> None:
    """Each name stands for one thing, and a reference into this document for one at all."""
    if twice := [id_ for id_, count in ids.items() if count > 1]:
        raise InvalidDocument(f"the document has more than one {quoted(twice[0])}")
    for relationship, references in relationships.items():
        for reference in references:
            if reference.startswith(f"{did}#") and reference not in ids:
                raise InvalidDocument(
                    f"{relationship} names {quoted(reference)}, which is not there"
                )


def _named(entry: Any, did: DID) -> str:
    """The absolute DID URL of a reference, or of an object by its `id`."""
    reference = entry if isinstance(entry, str) else _text(entry, "id")
    try:
        return str(DIDURL.absolute(reference, did))
    except InvalidDIDURL as error:
        raise InvalidDocument(f"the document has an id that is no DID URL: {error}") from error


def _did(value: Any, name: str) -> DID:
    if not isinstance(value, str):
        raise InvalidDocument(f"the document lacks a {name!r} that is a DID")
    try:
        return DID.parse(value)
    except InvalidDID as error:
        raise InvalidDocument(f"the document has a wrong {name!r}: {error}") from error


def _text(raw: Mapping[str, Any], name: str) -> str:
    if not isinstance(value := raw.get(name), str):
        raise InvalidDocument(f"the document lacks a {name!r} that is a string")
    return value


def _sequence(raw: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    if not isinstance(value := raw.get(name, ()), tuple):
        raise InvalidDocument(f"{name!r} is not a list")
    return value


def _objects(raw: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    entries = _sequence(raw, name)
    if not all(isinstance(entry, Mapping) for entry in entries):
        raise InvalidDocument(f"{name!r} holds something that is not an object")
    return entries


def _instant(raw: Mapping[str, Any], name: str) -> datetime | None:
    """A `dateTimeStamp` of XML Schema 1.1: date, time and offset."""
    if name not in raw:
        return None
    text = _text(raw, name)
    if not re.fullmatch(_DATE_TIME_STAMP, text, re.ASCII):
        raise InvalidDocument(f"{name!r} is not a date and time with an offset")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidDocument(f"{name!r} is not a date of the calendar") from error
