"""Services in a did:peer of numalgo 2: JSON whose common words are short, in base64url.

The Peer DID Method Specification, "Common String Abbreviations".
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.encoding import decode_base64url, encode_base64url
from did.errors import InvalidDID, InvalidDocument, InvalidKey, quoted
from did.frozen import freeze, thaw
from did.strict_json import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"type": "t", "serviceEndpoint": "s", "routingKeys": "r", "accept": "a"}
)
_TYPES: Final[Mapping[str, str]] = MappingProxyType({"DIDCommMessaging": "dm"})
_FULL_NAMES: Final = MappingProxyType({short: full for full, short in _NAMES.items()})
_FULL_TYPES: Final = MappingProxyType({short: full for full, short in _TYPES.items()})


def encode_service(service: Mapping[str, Any]) -> str:
    """`service`, as a document has it, as an element of a DID has it after its letter `S`.

    Raises:
        InvalidDocument: its id is not relative, or it has a name that would be read as another.
    """
    plain = thaw(freeze(service))
    _check_id(plain)
    short = _renamed(plain, _NAMES, _TYPES)
    if _renamed(short, _FULL_NAMES, _FULL_TYPES) != plain:
        raise InvalidDocument("the service has a name that did:peer reads as short for another")
    text = json.dumps(short, ensure_ascii=False, separators=(",", ":"))
    return encode_base64url(text.encode())


def decode_service(text: str) -> dict[str, Any]:
    """The service that `encode_service` made `text` of.

    Raises:
        InvalidDID: it is not in base64url.
        InvalidDocument: it is not JSON, not an object, has a name both short and in full, or an id
            that is not relative.
    """
    try:
        data = decode_base64url(text)
    except InvalidKey as error:
        raise InvalidDID(f"the service {quoted(text)} is not in base64url") from error
    service = read_json(data)
    if not isinstance(service, dict):
        raise InvalidDocument("a service is not a JSON object", hint="each is encoded by itself")
    full: dict[str, Any] = _renamed(service, _FULL_NAMES, _FULL_TYPES)
    _check_id(full)
    return full


def _check_id(service: Mapping[str, Any]) -> None:
    id_ = service.get("id", "#")
    if not isinstance(id_, str) or not id_.startswith("#"):
        raise InvalidDocument("the id of a service in a did:peer is not relative", hint="#service")


def _renamed(value: Any, names: Mapping[str, str], types: Mapping[str, str]) -> Any:
    """`value` with the names of its members, at every depth, and its types taken to others."""
    match value:
        case dict():
            renamed = {
                names.get(name, name): _renamed(member, names, types)
                for name, member in value.items()
            }
            if len(renamed) != len(value):
                raise InvalidDocument("a service has the same name twice, short and in full")
            for name in ("type", "t"):
                if name in renamed:
                    renamed[name] = _retyped(renamed[name], types)
            return renamed
        case list():
            return [_renamed(member, names, types) for member in value]
        case _:
            return value


def _retyped(value: Any, types: Mapping[str, str]) -> Any:
    match value:
        case str():
            return types.get(value, value)
        case list():
            return [types.get(one, one) if isinstance(one, str) else one for one in value]
        case _:
            return value
