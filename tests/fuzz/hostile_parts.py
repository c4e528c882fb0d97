"""What hostile input is made of: documents under proofs that were made for others, bombs."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from did.base_encodings import encode_base64url
from tests.fuzz.parties import HOLDER, INDEX, ISSUER, LIST, NOTHING, embedded, token_of, unsigned
from tests.fuzz.seeds import bits, bitstring_list, revocable, seed, token_list
from wallet.credentials.issuing import UNDEFINED_TERMS_V2
from wallet.credentials.status.issuing import bitstring_entry, token_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

MIB: Final = 1 << 20
V2: Final = "https://www.w3.org/ns/credentials/v2"
OPEN: Final = [V2, UNDEFINED_TERMS_V2]
SCHEMA: Final = "https://university.example/schema"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Hostile:
    """Bytes to be verified, and what stands at the addresses that they name."""

    data: bytes = field(repr=False)
    web: Mapping[str, bytes] = field(default_factory=lambda: NOTHING, repr=False)


def small(value: object, limit: int = MIB) -> bytes:
    """Its compact JSON, which must not be refused for its size alone."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(data) <= limit, len(data)
    return data


def forged(
    contexts: object = None,
    *,
    suite: str = "eddsa-rdfc-2022",
    key: str = "Ed25519",
    proofs: int = 1,
    **members: Any,
) -> bytes:
    """A credential with these members, under proofs that were made for another one."""
    good = json.loads(seed(f"{suite} {key}").data)
    proof = good.pop("proof")
    many = [{**proof, "created": f"2026-11-22T08:00:{n:02}Z"} for n in range(proofs)]
    if contexts is not None:
        good["@context"] = contexts
    given = {**good, "proof": proof if proofs == 1 else many, **members}
    return small({name: value for name, value in given.items() if value is not None})


def claiming(
    suite: str = "eddsa-rdfc-2022",
    claims: Mapping[str, Any] | None = None,
    *,
    key: str = "Ed25519",
    proofs: int = 1,
    **more: Any,
) -> bytes:
    """One with these claims."""
    subject = {"id": HOLDER.did, **(claims or {}), **more}
    return forged(suite=suite, key=key, proofs=proofs, credentialSubject=subject)


def nested(depth: int, inner: object, name: str = "a") -> Any:
    """Objects in one another."""
    for _ in range(depth):
        inner = {name: inner}
    return inner


def presenting(*members: object) -> bytes:
    """A presentation of anything, its proof made for another one."""
    shown = json.loads(seed("presentation").data)
    return small({**shown, "verifiableCredential": list(members)})


def chained(length: int, padding: int) -> bytes:
    """Proofs of which each builds on the one before, for a document of some length."""
    good = json.loads(seed("eddsa-rdfc-2022 Ed25519").data)
    proof = good.pop("proof")
    proofs: list[dict[str, Any]] = [{**proof, "id": "urn:p:0"}]
    for number in range(1, length):
        link = {"id": f"urn:p:{number}", "previousProof": f"urn:p:{number - 1}"}
        proofs.append({**proof, **link})
    subject = {"id": HOLDER.did, **{f"n{n}": "x" for n in range(padding)}}
    return small({**good, "credentialSubject": subject, "proof": proofs})


def bomb(size: int) -> bytes:
    """Zeros, packed."""
    return gzip.compress(bytes(size), 9, mtime=0)


def listing(encoded: str) -> bytes:
    """A status list that is signed, whatever it holds."""
    good = json.loads(bitstring_list(bits()))
    good.pop("proof")
    good["credentialSubject"]["encodedList"] = encoded
    return small(embedded(good, ISSUER, "eddsa-jcs-2022"))


def bombs(number: int) -> Hostile:
    """Lists that all unfold to more than is read, each pointed to."""
    urls = [f"{LIST}{n}" for n in range(number)]
    entries = [bitstring_entry(url=url, index=INDEX, purpose="revocation") for url in urls]
    document = unsigned(ISSUER.did, HOLDER.did, credentialStatus=entries)
    listed = listing("u" + encode_base64url(bomb(8 * MIB)))
    return Hostile(small(embedded(document, ISSUER)), dict.fromkeys(urls, listed))


def schematic(schema: object, subject: Mapping[str, Any] | None = None) -> Hostile:
    """A credential that keeps to a schema, or would if that could be found out."""
    members: dict[str, Any] = {"credentialSchema": {"id": SCHEMA, "type": "JsonSchema"}}
    if subject is not None:
        members["credentialSubject"] = {"id": HOLDER.did, **subject}
    document = unsigned(ISSUER.did, HOLDER.did, **members)
    data = small(embedded(document, ISSUER, "eddsa-jcs-2022"))
    return Hostile(data, {SCHEMA: small({"$schema": DIALECT, **dict(_object(schema))})})


def _object(schema: object) -> Mapping[str, Any]:
    assert isinstance(schema, dict)
    return schema


def doubling(levels: int) -> dict[str, Any]:
    """A schema that looks at a value 2 to the power of `levels` times."""
    definitions: dict[str, Any] = {"d0": {"type": "object"}}
    for level in range(1, levels + 1):
        reference = {"$ref": f"#/$defs/d{level - 1}"}
        definitions[f"d{level}"] = {"allOf": [reference, reference]}
    return {"$defs": definitions, "$ref": f"#/$defs/d{levels}"}


def didkit(name: str, proofs: int = 1, **claims: Any) -> bytes:
    """What didkit would have to check."""
    good = json.loads(seed(name).data)
    good["credentialSubject"] = {"id": HOLDER.did, **claims}
    made = [f"2026-11-22T08:00:{n:02}Z" for n in range(proofs)]
    good["proof"] = [{**good["proof"], "created": created} for created in made]
    return small(good)


def method(did: str) -> bytes:
    """A credential by whatever that is."""
    proof = {**json.loads(seed("eddsa-rdfc-2022 Ed25519").data)["proof"]}
    proof["verificationMethod"] = f"{did}#key-1"
    return forged(issuer=did, proof=proof)


def proof_value(value: str) -> bytes:
    """A proof whose signature is this text."""
    proof = json.loads(seed("eddsa-rdfc-2022 Ed25519").data)["proof"]
    return forged(proof={**proof, "proofValue": value})


def token(payload: object) -> bytes:
    """A token with anything in it, signed."""
    return ISSUER.token(payload)


def unsettled(payload: object) -> bytes:
    """A token with anything in it, signed wrong."""
    return token(payload)[:-80] + b"A" * 80


def claims_of_token(**members: Any) -> dict[str, Any]:
    """The payload of a token that is a credential."""
    return unsigned(ISSUER.did, HOLDER.did, **members)


def revoked_by(listed: bytes) -> Hostile:
    """A credential whose list is this."""
    return Hostile(small(revocable()), {LIST: listed})


def token_with_list(encoded: str) -> Hostile:
    """A token whose list is a token that holds this."""
    document = unsigned(ISSUER.did, HOLDER.did, status=token_entry(LIST, INDEX))
    listed = token_list(bits(), status_list={"bits": 1, "lst": encoded})
    return Hostile(token_of(document, ISSUER, "vc+jwt"), {LIST: listed})


def flat(number: int, value: object = "x") -> dict[str, Any]:
    """An object of many members."""
    return {f"n{n}": value for n in range(number)}


def pages(number: int) -> list[dict[str, str]]:
    """Related resources, each with a digest."""
    digest = "sha384-" + "A" * 64
    return [{"id": f"https://e.x/{n}", "digestSRI": digest} for n in range(number)]


def inlined(number: int) -> dict[str, str]:
    """A context that defines many terms."""
    return {f"t{n}": f"https://e.x/t{n}" for n in range(number)}


def held(number: int) -> list[dict[str, str]]:
    """Contexts that a document may hold itself, as many and as large as it may."""
    return [{f"t{n}": f"https://e.x/{at}/t{n}" for n in range(256)} for at in range(number)]


def entries_of_status(number: int) -> list[dict[str, str]]:
    """Statuses, as many as one likes."""
    entry = bitstring_entry(url=LIST, index=INDEX, purpose="revocation")
    return [entry] * number


def revealing() -> bytes:
    """Half a mebibyte of floating point numbers, each of which is written anew."""
    return claiming("eddsa-jcs-2022", n=[n / 7 for n in range(50_000)])


def tree(depth: int, breadth: int) -> Any:
    return "x" if depth == 0 else {f"m{n}": tree(depth - 1, breadth) for n in range(breadth)}
