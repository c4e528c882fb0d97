"""Which bytes may be valid: those of a seed, and those that say the same and carry its proofs.

It is worked out here without a look at what verification does. Where a proof covers the text, the
same is the same JSON value. Where it covers the statements that the text makes as JSON-LD, one
value and a list of it are the same, and so are lists in another order or with an element twice.
Such a proof does not cover which contexts are named, as long as the statements remain: any that
ship may stand there, and of those written out only the one that gives every name a meaning.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from operator import or_
from typing import TYPE_CHECKING, Any, Final

from did.base_encodings import NotEncoded, decode_base64url
from tests.fuzz.in_cbor import KnownCbor, read, signed_in
from tests.fuzz.parties import MALLORY
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import InvalidJSON
from wallet.credentials.strict_json import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ENVELOPE: Final = "data:application/"
_ORDERED: Final = frozenset({"@context", "@list"})
_OWN_TERMS: Final = {"@vocab": "https://www.w3.org/ns/credentials/undefined-term#"}


@dataclass(frozen=True, slots=True)
class Known:
    """What was signed: tokens, CBOR, and for each document the proofs that were made for it.

    A document that is signed by its text stands in `texts`, by its statements in `statements`.
    """

    tokens: frozenset[bytes]
    texts: Mapping[str, frozenset[str]]
    statements: Mapping[str, frozenset[str]]
    cbor: KnownCbor

    @classmethod
    def of(cls, signed: Iterable[bytes]) -> Known:
        """What these documents and tokens hold."""
        tokens: set[bytes] = set()
        texts: dict[str, frozenset[str]] = {}
        statements: dict[str, frozenset[str]] = {}
        every = tuple(signed)
        for data in every:
            if not data.startswith(b"{"):
                tokens.add(data)
                continue
            document = read_json(data)
            if token := _enveloped(document):
                tokens.add(token)
                continue
            for form, known in ((text, texts), (statement, statements)):
                bare, proofs = _parted(document)
                found = known.get(form(bare), frozenset())
                known[form(bare)] = found | {form(proof) for proof in proofs}
        return cls(frozenset(tokens), texts, statements, KnownCbor.of(every))

    def holds(self, data: bytes) -> bool:
        """Whether the bytes are something that was signed, or say the same.

        What `MALLORY` signs in their own name is theirs to say, whatever it is.
        """
        token = data.strip()
        if token in self.tokens:
            return True
        if (value := read(data)) is not None:
            return self.cbor.holds(value) or self._cbor_of_mallory(value)
        try:
            if token.startswith(b"eyJ"):
                return self._token_of_mallory(token)
            document = read_json(data)
        except (InvalidJSON, NotEncoded, UnicodeDecodeError, ValueError):
            return False
        if not isinstance(document, dict):
            return False
        if inner := _enveloped(document):
            return self.holds(inner)
        return self._document(document)

    def _document(self, document: dict[str, Any]) -> bool:
        bare, proofs = _parted(document)
        made = [self._was_made(bare, proof) for proof in proofs]
        own = [_maker(proof) == MALLORY.did for proof in proofs]
        if not proofs or not all(map(or_, made, own)):
            return False
        if any(made):
            return True
        return _parties(document) <= {MALLORY.did} and self._members(document)

    def _was_made(self, bare: dict[str, Any], proof: dict[str, Any]) -> bool:
        by_text = "-jcs-" in str(proof.get("cryptosuite"))
        form, known = (text, self.texts) if by_text else (statement, self.statements)
        return form(proof) in known.get(form(bare), ())

    def _token_of_mallory(self, token: bytes) -> bool:
        header, payload = (
            read_json(decode_base64url(part)) for part in token.decode().split(".")[:2]
        )
        iss = {"issuer": payload.get("iss", header.get("iss"))}
        held = (iss, payload, payload.get("vc"), payload.get("vp"))
        parties = set().union(*map(_parties, held))
        if (parties or {str(header.get("kid")).partition("#")[0]}) != {MALLORY.did}:
            return False
        inner = payload.get("vp", payload)
        return isinstance(inner, dict) and self._members(inner)

    def _cbor_of_mallory(self, value: Any) -> bool:
        if (signed := signed_in(value)) is None:
            return False
        try:
            document = read_json(signed[1])
        except InvalidJSON:
            return False
        if not isinstance(document, dict) or _parties(document) != {MALLORY.did}:
            return False
        return self._members(document)

    def _members(self, document: dict[str, Any]) -> bool:
        """Whether what a presentation holds out was signed, each by itself."""
        if not _is_shown(document):
            return True
        held = document.get("verifiableCredential", [])
        members = held if isinstance(held, list) else [held]
        return all(
            self.holds(member.encode() if isinstance(member, str) else write_json(member))
            for member in members
        )


def _parties(document: object) -> set[str]:
    """Everybody whom the document or the payload calls its issuer, or its holder."""
    if not isinstance(document, dict):
        return set()
    named = [document.get("holder" if _is_shown(document) else "issuer")]
    return {str(one.get("id") if isinstance(one, dict) else one) for one in named if one}


def _is_shown(document: dict[str, Any]) -> bool:
    return "VerifiablePresentation" in str(document.get("type"))


def _maker(proof: dict[str, Any]) -> str:
    return str(proof.get("verificationMethod")).partition("#")[0]


def text(value: object) -> str:
    """One text for everything that is the same JSON value."""
    return json.dumps(value, sort_keys=True)


def statement(value: object) -> str:
    """One text for everything that is the same but for how JSON-LD may write it."""
    return text(_plain(value))


def _contexts(value: Any) -> Any:
    """Those that are written out, and give no name to what had none; the others are left out."""
    named = value if isinstance(value, list) else [value]
    return [
        one
        for one in named
        if not (isinstance(one, str) and one in SHIPPED) and one not in ({}, _OWN_TERMS)
    ]


def _plain(value: Any) -> Any:
    match value:
        case dict():
            written = {
                name: member if name in _ORDERED else _plain(member)
                for name, member in value.items()
            }
            named = _contexts(written.pop("@context", []))
            return {**written, "@context": named} if named else written
        case list():
            unique = {text(element): element for element in map(_plain, value)}
            ordered = [unique[name] for name in sorted(unique)]
            return ordered[0] if len(ordered) == 1 else ordered
        case _:
            return value


def _parted(document: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The document without its proofs, and these."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    proofs = document.get("proof", [])
    listed = proofs if isinstance(proofs, list) else [proofs]
    return bare, [proof for proof in listed if isinstance(proof, dict)]


def _enveloped(document: dict[str, Any]) -> bytes:
    """The token in an envelope, or nothing."""
    identifier = document.get("id")
    if "EnvelopedVerifiable" not in str(document.get("type")):
        return b""
    if not isinstance(identifier, str) or not identifier.lower().startswith(_ENVELOPE):
        return b""
    return identifier.partition(",")[2].encode()
