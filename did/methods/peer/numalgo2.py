"""did:peer of numalgo 2: several keys, each with its purpose, and services.

The Peer DID Method Specification, "Method 2: multiple inception key without doc", and of "Method 3"
the short form of such a DID, which its document names.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from multiformats import multihash

from did.document import Document, Relationship
from did.encoding import decode_multikey, encode_base58btc, encode_multikey
from did.errors import InvalidDID, InvalidKey, UnsupportedKey, quoted
from did.identifier import DID
from did.methods.peer.services import decode_service, encode_service

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from did.keys import PublicKey

_CONTEXT: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
_PURPOSES: Final[Mapping[str, Relationship]] = MappingProxyType(
    {
        "A": Relationship.ASSERTION_METHOD,
        "E": Relationship.KEY_AGREEMENT,
        "V": Relationship.AUTHENTICATION,
        "I": Relationship.CAPABILITY_INVOCATION,
        "D": Relationship.CAPABILITY_DELEGATION,
    }
)
_CODES: Final = MappingProxyType({purpose: code for code, purpose in _PURPOSES.items()})


def peer2_did(
    keys_by_purpose: Mapping[Relationship, Sequence[PublicKey]],
    services: Sequence[Mapping[str, Any]] = (),
) -> DID:
    """The DID of those keys, which it calls `#key-1`, `#key-2`, … in their order, and services.

    `services` are as the document has them; their ids, where they have any, are relative.

    Raises:
        InvalidDID: there is no key, or it all is too long for a DID.
        InvalidDocument: a service is none, or its id is not relative.
    """
    keys = [
        f".{_CODES[purpose]}{encode_multikey(key)}"
        for purpose, several in keys_by_purpose.items()
        for key in several
    ]
    if not keys:
        raise InvalidDID("a did:peer needs a key")
    did = DID("peer", f"2{''.join(keys)}" + "".join(f".S{encode_service(s)}" for s in services))
    Document.parse(document(did))
    return did


def document(did: DID) -> dict[str, Any]:
    """The document of a DID of numalgo 2, as JSON; identifiers in it are relative.

    A key of a kind that is not known here stands in it all the same.

    Raises:
        InvalidDID: an element is neither a key nor a service.
        InvalidDocument: a service is none.
    """
    numalgo, *elements = did.method_specific_id.split(".")
    if numalgo != "2" or not elements:
        raise InvalidDID(
            f"{quoted(str(did))} is not a did:peer of numalgo 2",
            hint="the digit is followed by keys and services, a dot before each",
        )
    keys = [element for element in elements if element[:1] in _PURPOSES]
    services = [element[1:] for element in elements if element.startswith("S")]
    if len(keys) + len(services) < len(elements):
        raise InvalidDID(f"{quoted(str(did))} has an element that is neither key nor service")
    made: dict[str, Any] = {"@context": list(_CONTEXT), "id": str(did), "verificationMethod": []}
    for number, key in enumerate(keys, start=1):
        made["verificationMethod"].append(_method(did, f"#key-{number}", key[1:]))
        made.setdefault(_PURPOSES[key[0]].value, []).append(f"#key-{number}")
    if services:
        made["service"] = _named([decode_service(service) for service in services])
    made["alsoKnownAs"] = [str(_numalgo3(did))]
    return made


def _method(did: DID, id_: str, text: str) -> dict[str, str]:
    try:
        decode_multikey(text)
    except UnsupportedKey:
        pass
    except InvalidKey as error:
        raise InvalidDID(
            f"{quoted(str(did))} holds something that is no key: {error}", hint=error.hint
        ) from error
    return {"id": id_, "type": "Multikey", "controller": str(did), "publicKeyMultibase": text}


def _named(services: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The services; the nameless among them are called `#service`, `#service-1` and so on."""
    nameless = (service for service in services if "id" not in service)
    for number, service in enumerate(nameless):
        service["id"] = f"#service-{number}" if number else "#service"
    return services


def _numalgo3(did: DID) -> DID:
    """The short form: the hash of what follows the digit."""
    digest = multihash.digest(did.method_specific_id[1:].encode("ascii"), "sha2-256")
    return DID("peer", f"3{encode_base58btc(digest)}")
