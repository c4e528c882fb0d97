"""What is signed in CBOR: made for seeds, and known again whatever stands beside what is signed."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tests.fuzz.parties import LIST, MADE, NOW, Party
from tests.wallet.credentials.mdoc.issuer import DAY, Authority, Making, der
from wallet.credentials.formats import vc_cose
from wallet.credentials.formats.cose.sign1 import signing_input
from wallet.credentials.formats.cose.written import kept
from wallet.credentials.status.issuing import token_list_claims
from wallet.verify.policy import Policy, Root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wallet.credentials.status import BitList

_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]+={0,2}")
_TAG: Final = 18
Signed = tuple[bytes, bytes, bytes]
"""A signed header, what is signed, and the signature."""


def in_cbor(document: Mapping[str, Any], by: Party, **options: Any) -> bytes:
    """A document signed in CBOR, in base64url."""
    proposed = vc_cose.proposal(
        document,
        signer=by.key,
        verification_method=by.method,
        issued=MADE,
        **{"purpose": "assertionMethod", **options},
    )
    return kept(vc_cose.attach(proposed, by.key.sign(proposed.signing_bytes)))


def cwt_list(found: BitList, by: Party) -> bytes:
    """The issuer's status list in CBOR."""
    said = token_list_claims(uri=LIST, issued=MADE, bits=found)
    text = said["status_list"]["lst"]
    packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    claims = {2: LIST, 6: said["iat"], 65533: {"bits": found.size, "lst": packed}}
    header = cbor2.dumps({1: -8, 4: by.method.encode(), 16: "application/statuslist+cwt"})
    return tagged(header, {}, cbor2.dumps(claims), by)


def tagged(header: bytes, beside: Mapping[Any, Any], payload: bytes, by: Party) -> bytes:
    """Any header and payload, signed."""
    signature = by.key.sign(signing_input(header, payload))
    return cbor2.dumps(cbor2.CBORTag(_TAG, [header, dict(beside), payload, signature]))


def mdoc_making() -> Making:
    """How an mdoc is made, the same in each process: with Edwards keys, and one serial number."""
    keys = [ed25519.Ed25519PrivateKey.from_private_bytes(bytes(31) + bytes([n])) for n in (1, 2)]
    authority = Authority(key=keys[0], serial=1)
    return Making(
        authority,
        keys[1],
        (authority.signer(keys[1], serial=2),),
        alg=-8,
        holder=ec.derive_private_key(7, ec.SECP256R1()),
        signed=NOW - DAY,
    )


def trusting() -> Policy:
    """Whoever trusts the authority of that mdoc."""
    return Policy(roots=(Root(der(mdoc_making().authority.root)),))


@dataclass(frozen=True, slots=True)
class KnownCbor:
    """What was signed: documents and lists, and mdocs with their items."""

    signed: frozenset[Signed]
    items: Mapping[Signed, frozenset[bytes]] = field(repr=False)

    @classmethod
    def of(cls, every: Iterable[bytes]) -> KnownCbor:
        """What these hold; what is no CBOR is passed over."""
        values = [value for data in every if (value := read(data)) is not None]
        mdocs = {one: _items(value) for value in values if (one := _mdoc_of(value)) is not None}
        return cls(frozenset(one for value in values if (one := signed_in(value))), mdocs)

    def holds(self, value: Any) -> bool:
        """Whether it was signed: of an mdoc, each item that is shown, and maybe not all."""
        if (mdoc := _mdoc_of(value)) is not None:
            return mdoc in self.items and _items(value) <= self.items[mdoc]
        return signed_in(value) in self.signed


def read(data: bytes) -> Any:
    """The value of CBOR, or of the base64 of it; None where it is none."""
    text = b"".join(data.split())
    for found in (data, _decoded(text)):
        value = _loaded(found) if found else None
        if _mdoc_of(value) or signed_in(value):
            return value
    return None


def _loaded(data: bytes) -> Any:
    try:
        return cbor2.loads(data)
    except Exception:  # noqa: BLE001 - of some tags cbor2 makes what breaks it
        return None


def signed_in(value: Any) -> Signed | None:
    """The parts of a tagged signature that somebody signed."""
    if isinstance(value, cbor2.CBORTag) and value.tag == _TAG:
        return _parts(value.value)
    return None


def _mdoc_of(value: Any) -> Signed | None:
    return _parts(value.get("issuerAuth")) if isinstance(value, dict) else None


def _items(value: Any) -> frozenset[bytes]:
    spaces = value.get("nameSpaces") or {}
    return frozenset(
        cbor2.dumps([space, one.value if isinstance(one, cbor2.CBORTag) else one])
        for space, items in spaces.items()
        for one in items
    )


def _parts(parts: Any) -> Signed | None:
    match parts:
        case [bytes(header), dict(), bytes(payload), bytes(signature)]:
            return header, payload, signature
        case _:
            return None


def _decoded(text: bytes) -> bytes | None:
    if not _BASE64.fullmatch(text):
        return None
    bare = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except ValueError:
        return None
