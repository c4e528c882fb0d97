"""What somebody would send to keep a verifier busy, or to fill its memory: each at most 1 MiB.

None of it is valid. Signatures are of the right form and of something else: a verifier does all of
its work before it finds out.
"""

from __future__ import annotations

import gzip
import json
import zlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from did.base_encodings import encode_base64url
from tests.fuzz.hostile_parts import (
    MIB,
    OPEN,
    V2,
    Hostile,
    bomb,
    bombs,
    chained,
    claiming,
    claims_of_token,
    didkit,
    doubling,
    entries_of_status,
    flat,
    forged,
    held,
    inlined,
    listing,
    method,
    nested,
    pages,
    presenting,
    proof_value,
    revealing,
    revoked_by,
    schematic,
    small,
    token,
    token_with_list,
    tree,
    unsettled,
)
from tests.fuzz.parties import CHALLENGE, HOLDER, ISSUER, embedded, unsigned
from tests.fuzz.seeds import seed
from wallet.credentials.issuing import UNDEFINED_TERMS_V2

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _plain(build: Callable[[], bytes]) -> Callable[[], Hostile]:
    return lambda: Hostile(build())


_BYTES: Final[Mapping[str, Callable[[], bytes]]] = MappingProxyType(
    {
        "nothing but spaces": lambda: b" " * MIB,
        "nothing but zeros": lambda: bytes(MIB),
        "one byte too many": lambda: b"x" * (MIB + 1),
        "arrays in one another": lambda: b"[" * MIB,
        "arrays in one another, closed": lambda: b"[" * (MIB // 2) + b"]" * (MIB // 2),
        "objects in one another": lambda: b'{"a":' * (MIB // 5),
        "a number of a million digits": lambda: b"9" * MIB,
        "a number with a million zeros": lambda: b"0." + b"0" * (MIB - 3) + b"1",
        "an exponent of a million digits": lambda: b"1e" + b"9" * (MIB - 2),
        "a text without an end": lambda: b'"' + b"a" * (MIB - 1),
        "a text of backslashes": lambda: b'"' + b"\\" * (MIB - 1),
        "a text of escapes": lambda: b'"' + b"\\u0041" * (MIB // 6 - 1) + b'"',
        "a text of lone surrogates": lambda: b'"' + b"\\ud800" * (MIB // 6 - 1) + b'"',
        "one name a hundred thousand times": lambda: b"{" + b",".join([b'"a":1'] * 100_000) + b"}",
        "a token without dots": lambda: b"eyJ" + b"a" * (MIB - 3),
        "a token of dots": lambda: b"eyJ" + b"." * (MIB - 3),
        "a token of a long header": lambda: b"eyJ" + b"a" * (MIB - 9) + b".a.a",
        "a token of a long signature": lambda: (
            token(claims_of_token()).rpartition(b".")[0] + b"." + b"A" * (MIB - 4096)
        ),
        "a token of deep arrays": lambda: ISSUER.sign_token(b'{"alg":"EdDSA"}', b"[" * 700_000),
        "a token of many members": lambda: unsettled({**claims_of_token(), **flat(50_000)}),
        "a token of a long text": lambda: token({**claims_of_token(), "x": "a" * 760_000, "vc": 1}),
        "a token with a long kid": lambda: ISSUER.token(claims_of_token(), kid="#" + "a" * 700_000),
    }
)

_DOCUMENTS: Final[Mapping[str, Callable[[], bytes]]] = MappingProxyType(
    {
        "a hundred thousand claims": lambda: claiming(**flat(75_000)),
        "a hundred thousand claims, jcs": lambda: claiming("eddsa-jcs-2022", flat(75_000)),
        "a claim of a mebibyte": lambda: claiming(x="a" * (MIB - 4096)),
        "a claim of a mebibyte, jcs": lambda: claiming("eddsa-jcs-2022", x="a" * (MIB - 4096)),
        "a name of a mebibyte": lambda: claiming(claims={"a" * (MIB - 4096): "x"}),
        "a claim of combining marks": lambda: claiming(x="á̂̃" * 140_000),
        "a claim of emoji, jcs": lambda: claiming("eddsa-jcs-2022", x="😀" * 250_000),
        "names that sort badly, jcs": lambda: claiming(
            "eddsa-jcs-2022", {"😀" * 50 + str(n): 1 for n in range(4_500)}
        ),
        "floating point numbers, jcs": revealing,
        "floating point numbers": lambda: claiming(n=[n / 7 for n in range(40_000)]),
        "a hundred thousand types": lambda: forged(
            type=["VerifiableCredential", *(f"T{n}" for n in range(90_000))]
        ),
        "a hundred thousand contexts": lambda: forged(
            contexts=[V2, *(f"u:{n}" for n in range(90_000))]
        ),
        "one context thirty thousand times": lambda: forged(
            contexts=[V2, *[UNDEFINED_TERMS_V2] * 17_000]
        ),
        "contexts of many terms": lambda: forged(contexts=[*OPEN, *held(32)]),
        "a context of many terms": lambda: forged(contexts=[*OPEN, inlined(30_000)]),
        "a context of many terms, jcs": lambda: forged(
            suite="eddsa-jcs-2022", contexts=[*OPEN, inlined(30_000)]
        ),
        "a context in every object": lambda: claiming(
            a=[{"@context": {"a": "https://e.x/a"}, "a": "x"}] * 18_000
        ),
        "a hundred thousand subjects": lambda: forged(credentialSubject=[{"a": "x"}] * 95_000),
        "two thousand objects without a name": lambda: claiming(a=[{"b": "x"}] * 2_000),
        "a thousand objects that look alike": lambda: claiming(a=[{"b": [{"c": "x"}] * 3}] * 1_000),
        "nine objects that look alike": lambda: claiming(
            a=[{"b": [{"c": [{"d": "x"}] * 2}] * 2}] * 9
        ),
        "objects in one another, sixty": lambda: claiming(a=nested(60, "x")),
        "a tree of objects": lambda: claiming(a=tree(10, 2)),
        "a wide tree of objects": lambda: claiming(a=tree(2, 200)),
        "lists in lists": lambda: claiming(a={"@list": [{"@list": ["x"] * 9}] * 9_000}),
        "a graph in every object": lambda: claiming(a=[{"@graph": [{"b": "x"}]}] * 20_000),
        "included objects": lambda: claiming(claims={"@included": [{"a": "x"}] * 40_000}),
        "relative names": lambda: claiming(a=[{"id": f"x{n}"} for n in range(40_000)]),
        "a time of a mebibyte": lambda: forged(validFrom="2" * (MIB - 4096)),
        "an id of a mebibyte": lambda: forged(id="urn:" + "a" * (MIB - 4096)),
        "an issuer of a mebibyte": lambda: method("did:key:z6Mk" + "a" * (MIB // 2 - 4096)),
        "a did:jwk of half a mebibyte": lambda: method("did:jwk:" + "a" * (MIB // 2 - 4096)),
        "a did:peer of half a mebibyte": lambda: method(
            "did:peer:2.Vz6Mk" + "a" * (MIB // 2 - 4096)
        ),
        "a did:peer of many services": lambda: method("did:peer:2" + ".Se30" * 90_000),
        "a did:pkh of half a mebibyte": lambda: method(
            "did:pkh:eip155:1:0x" + "a" * (MIB // 2 - 4096)
        ),
        "a signature of a mebibyte": lambda: proof_value("z" + "z" * (MIB - 4096)),
        "a hundred thousand proofs": lambda: forged(proof=[{"a": 1}] * 100_000),
        "two thousand proofs": lambda: forged(
            proof=[json.loads(seed("eddsa-rdfc-2022 Ed25519").data)["proof"]] * 2_000
        ),
        "thirty-two proofs": lambda: forged(proofs=32),
        "thirty-two proofs of many claims": lambda: claiming(proofs=32, **flat(75_000)),
        "thirty-two proofs of many claims, jcs": lambda: claiming(
            "eddsa-jcs-2022", proofs=32, **flat(75_000)
        ),
        "thirty-two proofs of some claims": lambda: claiming(proofs=32, **flat(2_000)),
        "a chain of thirty-two proofs": lambda: chained(32, 0),
        "a chain of thirty-two proofs, many claims": lambda: chained(32, 80_000),
        "a chain of thirty-two proofs, some claims": lambda: chained(32, 2_000),
        "a presentation of a thousand credentials": lambda: presenting(
            *[json.loads(seed("eddsa-rdfc-2022 Ed25519").data)] * 1_000
        ),
        "a presentation of many empty objects": lambda: presenting(*[{}] * 300_000),
        "a presentation of many unsecured credentials": lambda: presenting(
            *[unsigned(ISSUER.did, HOLDER.did, credentialSubject={"a": 1})] * 1_800
        ),
        "a presentation of thirty large credentials": lambda: presenting(
            *[json.loads(claiming(**flat(2_400)))] * 30
        ),
        "a presentation of many envelopes": lambda: presenting(
            *[json.loads(seed("envelope").data)] * 800
        ),
        "a presentation of long domains": lambda: small(
            {
                **json.loads(seed("presentation").data),
                "proof": {
                    **json.loads(seed("presentation").data)["proof"],
                    "challenge": CHALLENGE * 1_000,
                    "domain": [f"d{n}" for n in range(90_000)],
                },
            }
        ),
        "a hundred thousand statuses": lambda: forged(credentialStatus=entries_of_status(4_000)),
        "many statuses of no kind": lambda: forged(credentialStatus=[{"type": "X"}] * 60_000),
        "many schemas": lambda: forged(
            credentialSchema=[{"id": f"u:{n}", "type": "JsonSchema"} for n in range(25_000)]
        ),
        "many related resources": lambda: forged(relatedResource=pages(8_000)),
        "many related resources, signed": lambda: small(
            embedded(
                unsigned(ISSUER.did, HOLDER.did, relatedResource=pages(200)),
                ISSUER,
                "eddsa-jcs-2022",
            )
        ),
        "an Ed25519Signature2018 of many claims": lambda: didkit(
            "Ed25519Signature2018", **flat(60_000)
        ),
        "an Ed25519Signature2018 of objects alike": lambda: didkit(
            "Ed25519Signature2018", a=[{"b": [{"c": "x"}] * 3}] * 500
        ),
        "thirty-two Ed25519Signature2018": lambda: didkit(
            "Ed25519Signature2018", proofs=32, **flat(300)
        ),
        "thirty-two JsonWebSignature2020": lambda: didkit(
            "JsonWebSignature2020", proofs=32, **flat(300)
        ),
        "thirty-two EthereumEip712Signature2021": lambda: didkit(
            "EthereumEip712Signature2021", proofs=32, **flat(300)
        ),
        "thirty-one credentials that didkit made": lambda: presenting(
            *[json.loads(didkit("Ed25519Signature2018", **flat(300)))] * 31
        ),
        "thirty-two proofs of P-384": lambda: claiming(
            "ecdsa-rdfc-2019", {"a": [{"b": f"{n}"} for n in range(300)]}, key="P-384", proofs=32
        ),
        "typed data of many claims": lambda: didkit("EthereumEip712Signature2021", **flat(60_000)),
    }
)

_WEBS: Final[Mapping[str, Callable[[], Hostile]]] = MappingProxyType(
    {
        "a list that unfolds to 200 MiB": lambda: revoked_by(
            listing("u" + encode_base64url(bomb(200 * MIB)))
        ),
        "a list of a mebibyte of nothing": lambda: revoked_by(b"x" * MIB),
        "a list of many gzip members": lambda: revoked_by(
            listing("u" + encode_base64url(gzip.compress(b"", mtime=0) * 35_000))
        ),
        "a token list that unfolds to 200 MiB": lambda: token_with_list(
            encode_base64url(zlib.compress(bytes(200 * MIB), 9))
        ),
        "thirty-two lists that unfold to too much": lambda: bombs(32),
        "a schema of a bad pattern": lambda: schematic(
            {"properties": {"credentialSubject": {"properties": {"x": {"pattern": "^(a+)+$"}}}}},
            {"x": "a" * 50_000 + "!"},
        ),
        "a schema of nested repeats": lambda: schematic(
            {"patternProperties": {"^(([a-z])+.)+[A-Z]([a-z])+$": {"type": "object"}}},
            {"a" * 50_000: "x"},
        ),
        "a schema that doubles": lambda: schematic(doubling(40)),
        "a schema that refers to itself": lambda: schematic({"$ref": "#"}),
        "a schema of many subschemas": lambda: schematic({"allOf": [{"type": "object"}] * 40_000}),
        "a schema of many wrong values": lambda: schematic(
            {"additionalProperties": {"const": 1}}, flat(20_000)
        ),
        "a schema of unique items": lambda: schematic(
            {
                "properties": {"credentialSubject": {"properties": {"x": {"uniqueItems": True}}}},
                "required": ["nothing"],
            },
            {"x": [{"a": n} for n in range(20_000)]},
        ),
        "a schema in one another": lambda: schematic({"not": nested(60, {}, "not")}),
        "a schema of a long enumeration": lambda: schematic({"enum": list(range(100_000))}),
    }
)

HOSTILE: Final[Mapping[str, Callable[[], Hostile]]] = MappingProxyType(
    {
        **{name: _plain(build) for name, build in _BYTES.items()},
        **{name: _plain(build) for name, build in _DOCUMENTS.items()},
        **_WEBS,
    }
)
