"""The document that the changes of an identity add up to (ethr DID method, "CRUD Operations").

As version 14 of the method's reference resolver has it, save that what its own block has already
ended is not listed, as the registry itself would say.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from did.chain.registry import AttributeChanged, DelegateChanged, OwnerChanged
from did.encoding import encode_base58btc, to_jwk
from did.errors import InvalidDocument, InvalidKey
from did.frozen import freeze
from did.keys.secp256k1 import SECP256K1, checksummed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from did.chain.registry import Change
    from did.identifier import DID
    from did.methods.ethr.identifier import Subject

_ATTRIBUTE: Final = re.compile(r"did/(pub|svc)/(\w+)(?:/(\w+))?(?:/(\w+))?", re.ASCII)
_SECTION: Final = re.compile(r"did/(pub|svc)/", re.ASCII)
NOBODY: Final = bytes(20)
"""The account that owns an identity given up."""
_DEPTH: Final = 3
"""How deep in a document the endpoint of a service lies."""

_RECOVERY: Final = "EcdsaSecp256k1RecoveryMethod2020"
_CONTEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "EcdsaSecp256k1VerificationKey2019": "https://w3id.org/security/v2",
        "Ed25519VerificationKey2020": "https://w3id.org/security/suites/ed25519-2020/v1",
        "X25519KeyAgreementKey2020": "https://w3id.org/security/suites/x25519-2020/v1",
        "Multikey": "https://w3id.org/security/multikey/v1",
    }
)
_BASE_CONTEXTS: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/secp256k1recovery-2020/v2",
)
_INLINE: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "publicKeyHex": "https://w3id.org/security#publicKeyHex",
        "publicKeyJwk": {"@id": "https://w3id.org/security#publicKeyJwk", "@type": "@json"},
        "publicKeyBase64": "https://w3id.org/security#publicKeyBase64",
    }
)
"""Terms that no context defines."""


@dataclass(slots=True)
class Account:
    """The changes of one identity, added up one after the other.

    What a change said is found again under what it said it of, to be taken back. Names count all
    keys and services there ever were, so that one keeps its name when another goes. `counted` is
    the number of changes taken account of.
    """

    did: DID
    subject: Subject
    controller: bytes
    deactivated: bool = False
    counted: int = 0
    keys_named: int = 0
    services_named: int = 0
    keys: dict[tuple[bytes, ...], dict[str, Any]] = field(default_factory=dict)
    purposes: dict[tuple[bytes, ...], str] = field(default_factory=dict)
    services: dict[tuple[bytes, ...], dict[str, Any]] = field(default_factory=dict)

    def add(self, change: Change, *, now: int) -> None:
        """Take account of a change, as it counts at `now`, in seconds since 1970."""
        self.counted += 1
        if isinstance(change, OwnerChanged):
            self.controller = change.owner
            self.deactivated = change.owner == NOBODY
        elif isinstance(change, DelegateChanged):
            self._delegate(change, now)
        else:
            self._attribute(change, now)

    def document(self) -> dict[str, Any]:
        """The document as JSON. Of an identity given up, one that authorizes nothing."""
        if self.deactivated:
            empty: dict[str, Any] = {"@context": list(_BASE_CONTEXTS), "id": str(self.did)}
            return {**empty, "verificationMethod": [], "authentication": [], "assertionMethod": []}
        controllers = [self._account_key("controller", self.controller)]
        if self.subject.key is not None and self.controller == self.subject.account:
            method = self._method("controllerKey", "EcdsaSecp256k1VerificationKey2019")
            controllers.append({**method, "publicKeyJwk": to_jwk(self.subject.key)})
        methods = [*controllers, *self.keys.values()]
        document = {
            "@context": _contexts(methods),
            "id": str(self.did),
            "verificationMethod": methods,
            "authentication": [m["id"] for m in controllers] + self._named("sigAuth"),
            "assertionMethod": [m["id"] for m in controllers] + self._named("sigAuth", "veriKey"),
        }
        if agreement := self._named("enc"):
            document["keyAgreement"] = agreement
        if self.services:
            document["service"] = list(self.services.values())
        return document

    def _named(self, *purposes: str) -> list[str]:
        return [
            self.keys[key]["id"] for key, purpose in self.purposes.items() if purpose in purposes
        ]

    def _delegate(self, change: DelegateChanged, now: int) -> None:
        if (role := _text(change.delegate_type)) is None:
            return
        self.keys_named += 1
        said = (b"delegate", change.delegate_type, change.delegate)
        if _ended(change, now):
            self._take_back(said)
        elif role in {"sigAuth", "veriKey"}:
            self._set_key(said, self._account_key(self._key_name, change.delegate), role)

    def _attribute(self, change: AttributeChanged, now: int) -> None:
        name = _text(change.name) or ""
        if (section := _SECTION.match(name)) is None:
            return
        # What comes after the section may be nothing that is shown, and counts all the same.
        if section[1] == "pub":
            self.keys_named += 1
        else:
            self.services_named += 1
        if (match := _ATTRIBUTE.fullmatch(name)) is not None:
            self._entry(change, match, now)

    def _entry(self, change: AttributeChanged, match: re.Match[str], now: int) -> None:
        """A key or a service, said or taken back."""
        section, kind, purpose, encoding = match.groups()
        said = (b"attribute", change.name, change.value)
        if _ended(change, now):
            self._take_back(said)
        elif section == "pub":
            try:
                type_, material = _key(kind, encoding, change.value)
            except InvalidKey:
                return  # as the reference resolver: no point of the curve, no key
            method = {**self._method(self._key_name, type_), **material}
            # A key whose purpose is not one of the two others signs.
            self._set_key(said, method, purpose if purpose in {"sigAuth", "enc"} else "veriKey")
        elif (text := _text(change.value)) is not None:
            self.services[said] = {
                "id": f"{self.did}#service-{self.services_named}",
                "type": kind,
                "serviceEndpoint": _endpoint(text),
            }

    @property
    def _key_name(self) -> str:
        return f"delegate-{self.keys_named}"

    def _set_key(self, said: tuple[bytes, ...], method: dict[str, Any], purpose: str) -> None:
        self.keys[said] = method
        self.purposes[said] = purpose

    def _take_back(self, said: tuple[bytes, ...]) -> None:
        self.keys.pop(said, None)
        self.purposes.pop(said, None)
        self.services.pop(said, None)

    def _method(self, name: str, type_: str) -> dict[str, Any]:
        return {"id": f"{self.did}#{name}", "type": type_, "controller": str(self.did)}

    def _account_key(self, name: str, account: bytes) -> dict[str, Any]:
        """A key of which only the account is known (CAIP-10)."""
        caip = f"eip155:{self.subject.chain_id}:{checksummed(account)}"
        return {**self._method(name, _RECOVERY), "blockchainAccountId": caip}


def account_after(did: DID, subject: Subject, changes: Iterable[Change], *, now: int) -> Account:
    """What the changes add up to at `now`, in seconds since 1970, until it is given up."""
    account = Account(did, subject, subject.account)
    for change in changes:
        account.add(change, now=now)
        if account.deactivated:  # for good, whatever its key writes afterwards
            break
    return account


def readable(change: Change) -> bool:
    """Whether the change calls what it is of by a text. Another is no version of the document."""
    match change:
        case DelegateChanged():
            return _text(change.delegate_type) is not None
        case AttributeChanged():
            return _text(change.name) is not None
        case OwnerChanged():
            return True


def _ended(change: DelegateChanged | AttributeChanged, now: int) -> bool:
    """Whether what the change says no longer holds at `now`.

    Revoking a delegate sets its end to the time of the block, at which the registry already refuses
    it: a change whose end is not after its own block ends something.
    """
    return change.valid_to <= change.timestamp or change.valid_to < now


def _secp256k1(value: bytes) -> tuple[str, dict[str, Any]]:
    """A point: compressed, as x ‖ y behind 0x04, or as x ‖ y alone (SEC 1, section 2.3.3)."""
    xy = value[1:] if len(value) == 65 and value[0] == 4 else value
    raw = SECP256K1.join((xy[:32], xy[32:])) if len(xy) == 64 else value
    jwk = to_jwk(SECP256K1.public_key(raw))
    return "EcdsaSecp256k1VerificationKey2019", {"publicKeyJwk": jwk}


def _multibase(type_: str, prefix: bytes) -> Callable[[bytes], tuple[str, dict[str, Any]]]:
    return lambda value: (type_, {"publicKeyMultibase": encode_base58btc(prefix + value)})


_WRITTEN: Final[Mapping[str, Callable[[bytes], tuple[str, dict[str, Any]]]]] = MappingProxyType(
    {
        "Secp256k1": _secp256k1,
        "Ed25519": _multibase("Ed25519VerificationKey2020", b"\xed\x01"),
        "X25519": _multibase("X25519KeyAgreementKey2020", b"\xec\x01"),
        "Multikey": _multibase("Multikey", b""),  # its value has the prefix already
    }
)
"""How keys are written, by what their attribute calls their kind."""


def _key(kind: str, encoding: str | None, value: bytes) -> tuple[str, dict[str, Any]]:
    """The type of a method, and the property that holds its key. Raises `InvalidKey`."""
    if (written := _WRITTEN.get(kind)) is None:
        return kind, dict(_hinted(value, encoding))
    return written(value)


def _hinted(value: bytes, encoding: str | None) -> dict[str, str]:
    """A key of an unknown kind, in the encoding that its attribute asks for."""
    match encoding:
        case None | "hex":
            return {"publicKeyHex": value.hex()}
        case "base64":
            return {"publicKeyBase64": base64.b64encode(value).decode()}
        case "base58":
            return {"publicKeyBase58": encode_base58btc(value)[1:]}
        case _:
            return {"value": value.hex()}


def _endpoint(text: str) -> Any:
    """A service's endpoint: JSON where the text is that of an object or a list, or the text."""
    try:
        value = json.loads(text)
        freeze(value, depth=_DEPTH)
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate has no UTF-8
    except (ValueError, RecursionError, InvalidDocument):
        return text
    members = value if isinstance(value, list) else [value]
    return value if members and all(isinstance(one, str | dict) for one in members) else text


def _text(value: bytes) -> str | None:
    try:
        return value.rstrip(b"\0").decode()
    except UnicodeDecodeError:
        return None


def _contexts(methods: list[dict[str, Any]]) -> list[Any]:
    types = {method["type"] for method in methods}
    terms = {term for method in methods for term in method}
    if "publicKeyBase58" in terms:  # the context of that type defines it
        types.add("EcdsaSecp256k1VerificationKey2019")
    contexts: list[Any] = list(_BASE_CONTEXTS)
    contexts += [context for type_, context in _CONTEXTS.items() if type_ in types]
    inline = {term: meaning for term, meaning in _INLINE.items() if term in terms}
    return [*contexts, inline] if inline else contexts
