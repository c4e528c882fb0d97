"""Data Integrity proofs of the cryptosuite eddsa-jcs-2022, by did:key, as did:webvh has them.

Data Integrity EdDSA Cryptosuites 1.0, section 3.3; did:webvh 1.0, "Authorized Keys". It is the one
cryptosuite of did:webvh 1.0, for log entries and for witnesses.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from did.encoding import decode_base58btc, decode_multikey, encode_base58btc, encode_multikey
from did.errors import InvalidDID, InvalidKey, quoted
from did.frozen import thaw
from did.keys.ed25519 import Ed25519PublicKey
from did.methods.webvh.digest import canonical

if TYPE_CHECKING:
    from did.keys import Signer

_FIXED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
    }
)
_MEMBERS: Final = frozenset(
    {*_FIXED, "id", "verificationMethod", "created", "expires", "proofValue"}
)
"""The members that the JSON schema of 1.0 has. `previousProof` and `@context` change what is
signed, and `domain` or `challenge` whom it is for: a log has no use for them."""

_VERIFICATION_METHOD: Final = re.compile(r"did:key:(z[1-9A-HJ-NP-Za-km-z]+)#\1")
_STAMP: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof whose form is right, and of which nothing more is known.

    `multikey` is the key that it names, in text; `options` is all of it but the signature.
    """

    multikey: str
    key: Ed25519PublicKey
    signature: bytes
    options: Mapping[str, Any] = field(hash=False)
    expires: datetime | None = None

    @classmethod
    def parse(cls, raw: Any) -> Self:
        """The proof that the JSON value `raw` is.

        Raises:
            InvalidDID: it is none, is of another cryptosuite or purpose, or its did:key holds no
                Ed25519 key, or says two.
        """
        if not isinstance(raw, Mapping):
            raise InvalidDID("a proof is not a JSON object")
        if strange := sorted(raw.keys() - _MEMBERS):
            raise InvalidDID(f"a proof has {quoted(strange[0])}, which proofs here have not")
        for name, value in _FIXED.items():
            if raw.get(name) != value:
                raise InvalidDID(f"the {name!r} of a proof is not {value!r}")
        _instant(raw, "created")
        multikey = _multikey(raw.get("verificationMethod"))
        options = {name: thaw(value) for name, value in raw.items() if name != "proofValue"}
        return cls(
            multikey=multikey,
            key=ed25519_key(multikey),
            signature=_signature(raw.get("proofValue")),
            options=MappingProxyType(options),
            expires=_instant(raw, "expires"),
        )

    def verifies(self, document: bytes, *, at: datetime) -> bool:
        """Whether it proves `document`, canonical JSON without proofs, at that instant."""
        if self.expires is not None and self.expires <= at:
            return False
        return self.key.verify(self.signature, _hash_data(self.options, document))


def add_proof(document: Mapping[str, Any], signer: Signer, created: str) -> dict[str, Any]:
    """`document`, which has none, with a proof by `signer`; `created` is an ISO 8601 instant.

    Raises:
        InvalidDID: the key is not one of Ed25519, or the document has no canonical form.
    """
    return {**document, "proof": [make_proof(document, signer, created)]}


def make_proof(document: Mapping[str, Any], signer: Signer, created: str) -> dict[str, Any]:
    """The proof of `document` by `signer`. Raises `InvalidDID` as `add_proof`."""
    if not isinstance(signer.public_key, Ed25519PublicKey):
        raise InvalidDID(
            f"a key of {signer.public_key.algorithm} cannot sign for did:webvh",
            hint="did:webvh 1.0 takes Ed25519 alone",
        )
    multikey = encode_multikey(signer.public_key)
    options = {
        **_FIXED,
        "verificationMethod": f"did:key:{multikey}#{multikey}",
        "created": created,
    }
    signature = signer.sign(_hash_data(options, canonical(document)))
    return {**options, "proofValue": encode_base58btc(signature)}


def ed25519_key(multikey: str) -> Ed25519PublicKey:
    """The key of that text. Raises `InvalidDID` where it is none of Ed25519."""
    try:
        key = decode_multikey(multikey)
    except InvalidKey as error:
        raise InvalidDID(f"{quoted(multikey)} holds no key: {error}", hint=error.hint) from error
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidDID(f"{quoted(multikey)} is a key of {key.algorithm}, not of Ed25519")
    return key


def _hash_data(options: Mapping[str, Any], document: bytes) -> bytes:
    """Section 3.3.4: the hash of the proof's options, then the document's; 64 bytes."""
    of_options = hashlib.sha256(canonical(dict(options))).digest()
    return of_options + hashlib.sha256(document).digest()


def _multikey(value: Any) -> str:
    """The key that a verification method of did:key names, in its body and its fragment alike."""
    match = _VERIFICATION_METHOD.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InvalidDID(
            "the 'verificationMethod' of a proof is no did:key with its own key as fragment"
        )
    return match[1]


def _signature(value: Any) -> bytes:
    if not isinstance(value, str):
        raise InvalidDID("a proof has no 'proofValue'")
    try:
        signature = decode_base58btc(value)
    except InvalidKey as error:
        raise InvalidDID("the 'proofValue' of a proof is not in base58-btc") from error
    if len(signature) != 64:
        raise InvalidDID(f"the 'proofValue' of a proof has {len(signature)} bytes, not 64")
    return signature


def _instant(raw: Mapping[str, Any], name: str) -> datetime | None:
    """A `dateTimeStamp` of XML Schema 1.1, where there is one (Data Integrity 1.0, section 2.1)."""
    if (text := raw.get(name)) is None and name not in raw:
        return None
    try:
        if not isinstance(text, str) or not _STAMP.fullmatch(text):
            raise InvalidDID(f"the {name!r} of a proof is not a date and time with an offset")
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidDID(f"the {name!r} of a proof is not a date of the calendar") from error
