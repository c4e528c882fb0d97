"""Changing what is verified where it has joints: members of JSON, parts of tokens, other seeds."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import cbor2

from did.base_encodings import NotEncoded, decode_base64url, encode_base64url
from tests.fuzz.corpus import LISTS
from tests.fuzz.in_cbor import read, tagged
from tests.fuzz.parties import MALLORY
from tests.fuzz.seeds import NAMES, seed
from tests.fuzz.signing import sign, signed_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 1.5, 2**53, "", [], {}, [[]], [{}], [None], "did:example:x", "z",
    "https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1",
    "2026-11-23T09:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "\u0000", "毕", "😀",
    {"@value": "x"}, {"@id": "urn:x"}, {"@list": ["x"]}, {"id": "urn:x"}, "eddsa-jcs-2022",
    "eddsa-rdfc-2022", "ecdsa-rdfc-2019", "DataIntegrityProof", "Ed25519Signature2020", "none",
    "EdDSA", "ES256", "assertionMethod", "authentication", "_:b0", "data:,", "https://e.x/#1",
)  # fmt: skip
NAMES_OF_MEMBERS: Final = (
    "@context", "@id", "@type", "@graph", "@included", "@nest", "@reverse", "@set", "id", "type",
    "issuer", "holder", "proof", "previousProof", "cryptosuite", "proofValue", "proofPurpose",
    "verificationMethod", "created", "expires", "challenge", "domain", "validFrom", "validUntil",
    "credentialSubject", "credentialStatus", "credentialSchema", "relatedResource", "evidence",
    "verifiableCredential", "vc", "vp", "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce",
    "alg", "typ", "cty", "kid", "crit", "jwk", "status", "jws", "eip712", "name", "a",
)  # fmt: skip

_ODD_OF_CBOR: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 1.5, 2**63, "", "x", b"", b"x", [], {}, [[]], [b"x", b"y"], {1: 2}),
    *(cbor2.CBORTag(24, b"\xa0"), cbor2.CBORTag(98, []), MALLORY.method),
)
_ODD_CBOR: Final = tuple(map(cbor2.dumps, _ODD_OF_CBOR))

Spot: TypeAlias = "tuple[Any, Any]"
Blind: TypeAlias = "Callable[[bytes, int], bytes]"
"""Changes bytes, of which it knows nothing, to others of at most so many."""


def mutated_input(data: bytes, limit: int, number: int, blind: Blind) -> bytes:
    """As `mutated`; what marks a status list stays."""
    mark = data[:1] if data[:1] in LISTS else b""
    return mark + mutated(data[len(mark) :], limit - len(mark), number, blind)


def mutated(data: bytes, limit: int, number: int, blind: Blind) -> bytes:
    """Other bytes of at most `limit`, always the same for a `number`; `blind` knows no joints."""
    chance = random.Random(number)  # noqa: S311 - chance is to be repeated, not to be secret
    if chance.random() < 0.2:
        return blind(data, limit)
    changed = _token(data, chance, limit, blind) if _is_token(data) else None
    if changed is None and (value := read(data)) is not None:
        changed = _cbor(value, chance, blind)
    if changed is None:
        changed = _json(data, chance, blind)
    if changed is None or len(changed) > limit:
        return blind(data, limit)
    return changed


def _is_token(data: bytes) -> bool:
    return data.startswith(b"eyJ") and data.count(b".") == 2


def _token(data: bytes, chance: random.Random, limit: int, blind: Blind) -> bytes | None:
    parts = data.split(b".")
    which = chance.randrange(3)
    try:
        inner = decode_base64url(parts[which].decode())
    except (NotEncoded, UnicodeDecodeError):
        return None
    other = (None if which == 2 else _json(inner, chance, blind)) or blind(inner, limit // 2)
    parts[which] = encode_base64url(other).encode()
    if which < 2 and chance.random() < 0.4:
        return signed_token(parts, chance)
    return b".".join(parts)


def _cbor(value: Any, chance: random.Random, blind: Blind) -> bytes | None:
    """One change of a header, of what is signed or shown, or of the signature."""
    parts = value["issuerAuth"] if isinstance(value, dict) else value.value
    try:
        if isinstance(value, dict) and chance.random() < 0.5:
            holder, step = chance.choice(list(_spots(value)))
            holder[step] = _odd_cbor(holder[step], chance, blind)
        elif chance.random() < 0.1:
            name = chance.choice((1, 2, 4, 15, 16, 33))
            parts[1][name] = cbor2.loads(chance.choice(_ODD_CBOR))
        else:
            which = chance.choice((0, 2, 2, 2, 3))
            inner = parts[which]
            parts[which] = _json(inner, chance, blind) or blind(inner, len(inner) + 64)
            if not isinstance(value, dict) and which == 2 and chance.random() < 0.5:
                return tagged(_header_of_mallory(parts[0], chance), parts[1], parts[2], MALLORY)
        return cbor2.dumps(value)
    except Exception:  # noqa: BLE001 - as in `read`; or what was changed is no CBOR any more
        return None


def _header_of_mallory(header: bytes, chance: random.Random) -> bytes:
    """Under their key's name; or as it is, which may be no header at all."""
    said = cbor2.loads(header) if chance.random() < 0.6 else None
    if not isinstance(said, dict):
        return header
    return cbor2.dumps({**said, 1: -8, 4: MALLORY.method.encode()})


def _odd_cbor(value: Any, chance: random.Random, blind: Blind) -> Any:
    if isinstance(value, cbor2.CBORTag) and isinstance(value.value, bytes):
        return cbor2.CBORTag(value.tag, blind(value.value, len(value.value) + 8))
    if isinstance(value, bytes) and value and chance.random() < 0.7:
        return blind(value, len(value) + 8)
    return cbor2.loads(chance.choice(_ODD_CBOR))


def _json(data: bytes, chance: random.Random, blind: Blind) -> bytes | None:
    try:
        value = json.loads(data)
        if not isinstance(value, dict):
            return None
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            _change(value, chance, blind)
        if "proof" in value and chance.random() < 0.3:
            sign(value, chance)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return None


def _change(document: dict[str, Any], chance: random.Random, blind: Blind) -> None:
    """One change, in place."""
    spots = list(_spots(document))
    if not spots:
        document["a"] = 1
        return
    holder, step = chance.choice(spots)
    match chance.randrange(9):
        case 0:
            del holder[step]
        case 1:
            holder[step] = deepcopy(chance.choice(ODD))
        case 2:
            other, elsewhere = chance.choice(spots)
            holder[step] = deepcopy(other[elsewhere])
        case 3:
            holder[step] = [holder[step]]
        case 4:
            _add(holder, chance)
        case 5:
            _turn(holder[step], chance)
        case 6:
            _splice(document, chance)
        case 7:
            _rename(holder, step, chance)
        case _:
            holder[step] = _blindly(holder[step], chance, blind)


def _spots(value: Any) -> Iterator[Spot]:
    members = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, member in members:
        yield value, step
        yield from _spots(member)


def _add(holder: Any, chance: random.Random) -> None:
    value = deepcopy(chance.choice(ODD))
    if isinstance(holder, dict):
        holder[chance.choice(NAMES_OF_MEMBERS)] = value
    else:
        holder.insert(chance.randrange(len(holder) + 1), value)


def _turn(value: Any, chance: random.Random) -> None:
    if isinstance(value, list):
        chance.shuffle(value)
        value.extend(deepcopy(value[:1]))
    elif isinstance(value, dict):
        value.update(deepcopy(dict(chance.sample(list(value.items()), min(1, len(value))))))


def _rename(holder: Any, step: str | int, chance: random.Random) -> None:
    if isinstance(holder, dict):
        holder[chance.choice(NAMES_OF_MEMBERS)] = holder.pop(step)


def _splice(document: dict[str, Any], chance: random.Random) -> None:
    """A member of another seed, above all its proof: the likeliest thing to be taken for right."""
    given = seed(chance.choice(NAMES))
    if given.secured == "token":
        document["id"] = f"data:application/vc+jwt,{given.data.decode()}"
        return
    if given.secured == "cbor":
        document["id"] = f"data:application/vc+cose;base64,{given.data.decode()}"
        return
    other = json.loads(given.data)
    name = "proof" if "proof" in other and chance.random() < 0.5 else chance.choice(list(other))
    present = document.get(name)
    if isinstance(present, list) and chance.random() < 0.5:
        document[name] = [*present, other[name]]
    elif name == "proof" and isinstance(present, dict) and chance.random() < 0.5:
        document[name] = [present, other[name]]
    else:
        document[name] = other[name]


def _blindly(value: Any, chance: random.Random, blind: Blind) -> Any:
    if isinstance(value, str) and value:
        return blind(value.encode("utf-8", "replace"), len(value) * 4 + 8).decode(
            "utf-8", "replace"
        )
    return deepcopy(chance.choice(ODD))
