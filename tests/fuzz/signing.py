"""What was changed, signed anew by somebody else: in their own name, or in that of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from did.base_encodings import NotEncoded, decode_base64url, encode_base58btc
from tests.fuzz.parties import CHALLENGE, DOMAIN, MALLORY
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import CredentialError
from wallet.credentials.formats.data_integrity import SUITES
from wallet.credentials.strict_json import read_json, write_json

if TYPE_CHECKING:
    import random


def sign(document: dict[str, Any], chance: random.Random) -> None:
    """Put a proof by `MALLORY` into a document, alone or beside the others; or leave it."""
    shown = "VerifiablePresentation" in str(document.get("type"))
    if chance.random() < 0.5:
        document["holder" if shown else "issuer"] = MALLORY.did
    suite = SUITES[chance.choice(("eddsa-jcs-2022", "eddsa-rdfc-2022"))]
    asked = {"challenge": CHALLENGE, "domain": DOMAIN} if shown else {}
    purposes = ("assertionMethod", "authentication")
    chosen = {
        "created": "2026-11-23T08:00:00Z",
        "verificationMethod": MALLORY.method,
        "proofPurpose": purposes[shown ^ (chance.random() < 0.1)],
        **asked,
    }
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    options = suite.options(unsecured, chosen)
    try:
        signature = MALLORY.key.sign(suite.signing_bytes(unsecured, options, SHIPPED))
    except CredentialError:
        return
    proof = {**options, "proofValue": encode_base58btc(signature)}
    present = document.get("proof")
    beside = chance.random() < 0.3
    document["proof"] = [present, proof] if beside and isinstance(present, dict) else proof


def signed_token(parts: list[bytes], chance: random.Random) -> bytes:
    """A token of the same header and payload by `MALLORY`, under their key's name or as it is."""
    try:
        header, payload = (decode_base64url(part.decode()) for part in parts[:2])
        named, said = read_json(header), read_json(payload)
    except (NotEncoded, UnicodeDecodeError, CredentialError):
        return b".".join(parts)
    if not isinstance(named, dict) or not isinstance(said, dict):
        return MALLORY.sign_token(header, payload)
    if chance.random() < 0.6:
        named["kid"] = MALLORY.method
    if chance.random() < 0.2:
        named.pop("kid", None)
    if chance.random() < 0.5:
        said = _in_the_name_of(said, MALLORY.did)
    return MALLORY.sign_token(write_json(named), write_json(said))


def _in_the_name_of(said: dict[str, Any], did: str) -> dict[str, Any]:
    present: dict[str, Any] = {name: did for name in ("iss", "issuer", "holder") if name in said}
    return {**said, **present}
