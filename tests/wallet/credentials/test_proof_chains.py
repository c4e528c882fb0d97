from __future__ import annotations

from copy import deepcopy
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.document import VerificationMethod
from did.encoding import encode_multikey
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.p384 import P384PrivateKey
from wallet.credentials.errors import CredentialError, InvalidCredential, ProofInvalid, TooComplex
from wallet.credentials.formats import Proof, read_proofs
from wallet.credentials.formats.data_integrity import (
    MAX_PROOFS,
    DataIntegrity,
    attach,
    check_chains,
    proposal,
    secure,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from did.keys import Signer

DI = DataIntegrity()
FIRST: Signer = Ed25519PrivateKey(b"\x01" * 32)
SECOND: Signer = P384PrivateKey(b"\x02" * 48)
THIRD: Signer = Ed25519PrivateKey(b"\x03" * 32)
SUITES_OF = [
    ("eddsa-rdfc-2022", "ecdsa-rdfc-2019", "eddsa-rdfc-2022"),
    ("eddsa-jcs-2022", "ecdsa-jcs-2019", "eddsa-jcs-2022"),
    ("eddsa-jcs-2022", "ecdsa-rdfc-2019", "eddsa-jcs-2022"),
    ("Ed25519Signature2020", "ecdsa-rdfc-2019", "eddsa-jcs-2022"),
]


def method_of(signer: Signer) -> VerificationMethod:
    multikey = encode_multikey(signer.public_key)
    did = f"did:key:{multikey}"
    return VerificationMethod(f"{did}#{multikey}", "Multikey", did, signer.public_key, {})


def sign(document: dict[str, Any], signer: Signer, now: datetime, **options: Any) -> dict[str, Any]:
    return secure(
        document,
        signer=signer,
        verification_method=method_of(signer).id,
        purpose="assertionMethod",
        created=now,
        **options,
    )


def verify(document: dict[str, Any]) -> None:
    methods = {method_of(signer).id: method_of(signer) for signer in (FIRST, SECOND, THIRD)}
    for proof in read_proofs(document):
        DI.verify(document, proof, methods[proof.verification_method])


def proofs_of(*raws: dict[str, Any]) -> Sequence[Proof]:
    common = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": "did:example:a#key",
        "proofPurpose": "assertionMethod",
    }
    proofs = [{**common, **raw} for raw in raws]
    return read_proofs({"proof": proofs if len(proofs) > 1 else proofs[0]})


@pytest.fixture(params=SUITES_OF, ids=" then ".join)
def chained(
    request: pytest.FixtureRequest, unsigned: dict[str, Any], now: datetime
) -> dict[str, Any]:
    first, second, third = request.param
    one = sign(unsigned, FIRST, now, suite=first, proof_id="urn:1")
    two = sign(one, SECOND, now, suite=second, proof_id="urn:2", previous_proof="urn:1")
    return sign(two, THIRD, now, suite=third, previous_proof=["urn:1", "urn:2"])


def test_a_chain_of_any_suites_verifies(chained: dict[str, Any]) -> None:
    check_chains(read_proofs(chained))
    verify(chained)
    assert [proof.get("previousProof") for proof in chained["proof"]] == [
        None,
        "urn:1",
        ["urn:1", "urn:2"],
    ]


def test_no_link_can_be_taken_out_from_under_another(chained: dict[str, Any]) -> None:
    for kept in (*combinations(chained["proof"], 2), (chained["proof"][2],)):
        if kept == tuple(chained["proof"][:2]):
            continue
        broken = {**chained, "proof": list(kept)}
        with pytest.raises(InvalidCredential, match="names a proof that is not there"):
            check_chains(read_proofs(broken))
        with pytest.raises(InvalidCredential, match="names a proof that is not there"):
            verify(broken)


def test_the_last_link_can_be_taken_away(chained: dict[str, Any]) -> None:
    verify({**chained, "proof": chained["proof"][:2]})
    verify({**chained, "proof": chained["proof"][:1]})
    verify({**chained, "proof": chained["proof"][0]})


@pytest.mark.parametrize("link", [0, 1])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("created", "2026-01-31T09:00:01Z"),
        ("proofPurpose", "authentication"),
        ("proofValue", "z" + "2" * 86),
        ("challenge", "c"),
        ("id", "urn:other"),
    ],
)
def test_whatever_is_changed_in_a_link_breaks_those_that_build_on_it(
    chained: dict[str, Any], link: int, name: str, value: str
) -> None:
    chained["proof"][link][name] = value
    *_, last = read_proofs(chained)
    with pytest.raises((ProofInvalid, InvalidCredential)):
        DI.verify(chained, last, method_of(THIRD))


def test_a_link_cannot_be_taken_for_one_that_builds_on_less(chained: dict[str, Any]) -> None:
    for previous in ("urn:1", "urn:2", ["urn:1"], ["urn:2"], ["urn:2", "urn:1"], None):
        changed = deepcopy(chained)
        changed["proof"][2]["previousProof"] = previous
        if previous is None:
            del changed["proof"][2]["previousProof"]
        if previous == ["urn:2", "urn:1"] and "rdfc" in changed["proof"][2]["cryptosuite"]:
            verify(changed)  # to JSON-LD a list is a set
            continue
        *_, last = read_proofs(changed)
        with pytest.raises(ProofInvalid):
            DI.verify(changed, last, method_of(THIRD))


def test_a_bad_link_is_refused_though_those_after_it_signed_it(
    unsigned: dict[str, Any], now: datetime
) -> None:
    one = sign(unsigned, FIRST, now, suite="eddsa-jcs-2022", proof_id="urn:1")
    one["proof"]["created"] = "2026-01-31T09:00:01Z"
    two = sign(one, THIRD, now, suite="eddsa-jcs-2022", previous_proof="urn:1")
    first, second = read_proofs(two)
    DI.verify(two, second, method_of(THIRD))
    with pytest.raises(ProofInvalid):
        DI.verify(two, first, method_of(FIRST))
    with pytest.raises(ProofInvalid):
        verify(two)


def test_a_claim_changed_breaks_every_link(chained: dict[str, Any]) -> None:
    chained["credentialSubject"]["degree"] = "PhD"
    for proof, signer in zip(read_proofs(chained), (FIRST, SECOND, THIRD), strict=True):
        with pytest.raises(ProofInvalid):
            DI.verify(chained, proof, method_of(signer))


def test_a_proof_that_builds_on_nothing_signs_no_other(
    unsigned: dict[str, Any], now: datetime
) -> None:
    one = sign(unsigned, FIRST, now, proof_id="urn:1")
    alone = proposal(
        unsigned,
        signer=THIRD,
        verification_method=method_of(THIRD).id,
        purpose="assertionMethod",
        created=now,
    )
    beside = proposal(
        one,
        signer=THIRD,
        verification_method=method_of(THIRD).id,
        purpose="assertionMethod",
        created=now,
    )
    assert alone.signing_bytes == beside.signing_bytes
    verify(attach(beside, THIRD.sign(beside.signing_bytes)))


@pytest.mark.parametrize(
    ("previous", "reason"),
    [
        ("urn:nobody", r"\$\.proof\[1\]\.previousProof names a proof that is not there"),
        (["urn:1", "urn:nobody"], "names a proof that is not there"),
        (["urn:1", "urn:1"], "names a proof twice"),
        ([], "must be the id of a proof"),
        ("", "must be the id of a proof"),
        ("urn:2", "leads round in a ring"),
    ],
)
def test_a_chain_that_could_not_be_verified_is_not_signed(
    unsigned: dict[str, Any], now: datetime, previous: Any, reason: str
) -> None:
    one = sign(unsigned, FIRST, now, proof_id="urn:1")
    with pytest.raises(InvalidCredential, match=reason):
        sign(one, THIRD, now, proof_id="urn:2", previous_proof=previous)


def test_an_id_that_another_proof_has_is_not_signed(
    unsigned: dict[str, Any], now: datetime
) -> None:
    one = sign(unsigned, FIRST, now, proof_id="urn:1")
    with pytest.raises(InvalidCredential, match=r"\$\.proof\[1\]\.id is that of another proof"):
        sign(one, THIRD, now, proof_id="urn:1")


@pytest.mark.parametrize(
    ("raws", "path", "reason"),
    [
        ([{"id": "urn:1"}, {"id": "urn:1"}], "$.proof[1].id", "is that of another proof"),
        ([{"id": "1"}], "$.proof.id", "must be an absolute URL"),
        ([{"id": None}, {}], "$.proof[0].id", "must be an absolute URL"),
        ([{"id": ["urn:1"]}], "$.proof.id", "must be an absolute URL"),
        ([{"previousProof": "urn:1"}], "$.proof.previousProof", "not there"),
        ([{}, {"previousProof": "urn:1"}], "$.proof[1].previousProof", "not there"),
        ([{"id": "urn:1"}, {"previousProof": 1}], "$.proof[1].previousProof", "must be the id"),
        ([{"previousProof": None}], "$.proof.previousProof", "must be the id"),
        ([{"previousProof": {"id": "urn:1"}}], "$.proof.previousProof", "must be the id"),
        ([{"previousProof": []}], "$.proof.previousProof", "must be the id"),
        ([{"previousProof": [["urn:1"]]}], "$.proof.previousProof", "must be the id"),
        ([{"previousProof": ["urn:1", None]}], "$.proof.previousProof", "must be the id"),
        ([{"id": "urn:1", "previousProof": "urn:1"}], "$.proof.previousProof", "in a ring"),
        (
            [{"id": "urn:1", "previousProof": "urn:2"}, {"id": "urn:2", "previousProof": "urn:1"}],
            "$.proof[0].previousProof",
            "in a ring",
        ),
        (
            [
                {"id": "urn:0"},
                {"id": "urn:1", "previousProof": ["urn:0", "urn:3"]},
                {"id": "urn:2", "previousProof": "urn:1"},
                {"id": "urn:3", "previousProof": "urn:2"},
            ],
            "$.proof[1].previousProof",
            "in a ring",
        ),
    ],
)
def test_proofs_that_do_not_hang_together_are_refused_with_the_place(
    raws: list[dict[str, Any]], path: str, reason: str
) -> None:
    proofs = proofs_of(*raws)
    with pytest.raises(InvalidCredential, match=reason) as caught:
        check_chains(proofs)
    assert caught.value.path == path
    document = {"proof": [proof.raw for proof in proofs]}
    method = VerificationMethod("did:example:a#key", "Multikey", "did:example:a", None, {})
    for proof in proofs:
        with pytest.raises(CredentialError):
            DI.verify(document, proof, method)


def test_order_in_the_document_means_nothing() -> None:
    check_chains(proofs_of({"previousProof": ["urn:b", "urn:a"]}, {"id": "urn:a"}, {"id": "urn:b"}))
    check_chains(())


def test_as_many_proofs_as_are_judged_and_no_more() -> None:
    links: list[dict[str, Any]] = [{"id": "urn:0"}]
    links += [
        {"id": f"urn:{number}", "previousProof": [f"urn:{earlier}" for earlier in range(number)]}
        for number in range(1, MAX_PROOFS)
    ]
    check_chains(proofs_of(*reversed(links)))
    with pytest.raises(TooComplex, match="33 proofs"):
        check_chains(proofs_of(*links, {}))


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "id": st.sampled_from(["urn:1", "urn:2", "urn:3", "urn:4", "x", None]),
                "previousProof": st.sampled_from(["urn:1", "urn:2", "urn:3", None])
                | st.lists(st.sampled_from(["urn:1", "urn:2", "urn:3", "urn:4"]), max_size=3),
            },
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_passes_could_have_been_made_one_after_the_other(
    raws: list[dict[str, Any]],
) -> None:
    try:
        check_chains(proofs_of(*raws))
    except InvalidCredential:
        return
    made: set[str] = set()
    waiting = list(raws)
    while waiting:
        named = [raw.get("previousProof", []) for raw in waiting]
        needed = [{name} if isinstance(name, str) else set(name) for name in named]
        ready = next(index for index, names in enumerate(needed) if names <= made)
        id_ = waiting.pop(ready).get("id")
        assert id_ not in made
        if id_ is not None:
            made.add(id_)


def test_a_proof_that_stands_beside_what_is_none_is_refused(
    chained: dict[str, Any],
) -> None:
    *_, last = read_proofs(chained)
    for strange in ("x", None, 1, ["x"]):
        broken = {**chained, "proof": [*chained["proof"], strange]}
        with pytest.raises(InvalidCredential, match=r"\$\.proof\[3\] must be an object"):
            DI.verify(broken, last, method_of(THIRD))
    nothings: list[Any] = [None, "x", 1, []]
    for nothing in nothings:
        with pytest.raises(InvalidCredential):
            DI.verify({**chained, "proof": nothing}, last, method_of(THIRD))
