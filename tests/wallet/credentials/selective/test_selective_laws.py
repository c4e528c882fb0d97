from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from did.bbs.parties import KeyIssuer
from did.document import VerificationMethod
from did.encoding import encode_multikey
from did.keys.bls12381 import Bls12381G2PrivateKey
from did.keys.p256 import P256PrivateKey
from wallet.credentials.contexts import SHIPPED
from wallet.credentials.errors import InvalidCredential
from wallet.credentials.formats import read_proofs
from wallet.credentials.formats.data_integrity import DataIntegrity
from wallet.credentials.formats.data_integrity.selective.pointers import select, write_pointer
from wallet.credentials.formats.data_integrity.suites import bbs, ecdsa_sd
from wallet.credentials.jsonld import canonicalize

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = bytes(range(1, 33))
WAYS: list[Any] = [
    (ecdsa_sd, P256PrivateKey(SECRET)),
    (bbs, KeyIssuer(Bls12381G2PrivateKey(SECRET))),
]
NAMES = st.sampled_from(["one", "two", "three/4", "five~6", "seven 8", "九"])
LEAVES = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.booleans()
    | st.sampled_from([0.5, -2.25, "_:c14n0", "_:b0", '"', "\\", "urn:bnid:0"])
)
CLAIMS = st.recursive(
    st.dictionaries(NAMES, LEAVES, min_size=1, max_size=4),
    lambda inner: st.dictionaries(
        NAMES,
        LEAVES | inner | st.lists(inner, min_size=1, max_size=3),
        min_size=1,
        max_size=4,
    ),
    max_leaves=6,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, inner in steps:
        yield from paths(inner, (*path, step))


@pytest.mark.parametrize("way", WAYS, ids=["ecdsa-sd-2023", "bbs-2023"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CLAIMS, st.data())
def test_whatever_part_a_holder_shows_a_verifier_believes_and_sees_no_more_than_that(
    way: Any, claims: dict[str, Any], data: st.DataObject
) -> None:
    suite, key = way
    multikey = encode_multikey(key.public_key)
    did = f"did:key:{multikey}"
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/undefined-terms/v2",
        ],
        "type": ["VerifiableCredential"],
        "issuer": did,
        "credentialSubject": claims,
    }
    try:
        whole = canonicalize(document)
    except InvalidCredential:
        assume(False)  # noqa: FBT003 - hypothesis' own way to say so
        raise
    every = [write_pointer(path) for path in paths(claims, ("credentialSubject",))]
    pointers = st.lists(st.sampled_from(every), max_size=4)
    mandatory, chosen = ["/issuer", *data.draw(pointers)], data.draw(pointers)
    options = {"verificationMethod": f"{did}#{multikey}", "proofPurpose": "assertionMethod"}
    base = {**document, "proof": suite.sign_base(document, options, mandatory, key)}
    derived = suite.derive(base, chosen)
    (proof,) = read_proofs(derived)
    method = VerificationMethod(proof.verification_method, "Multikey", did, key.public_key, {})
    DataIntegrity(SHIPPED).verify(derived, proof, method)
    del derived["proof"]
    assert derived == select(document, [*mandatory, *chosen])
    assert len(canonicalize(derived).splitlines()) <= len(whole.splitlines())
