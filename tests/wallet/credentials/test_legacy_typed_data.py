from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from did.chain.recursion import recursion_limit
from did.encoding import to_jwk
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PrivateKey, address
from did.methods.pkh import pkh_did
from wallet.credentials.errors import (
    CredentialError,
    InvalidCredential,
    ProofInvalid,
    TooComplex,
    UnsupportedFormat,
)
from wallet.credentials.form import CREDENTIALS_V1
from wallet.credentials.formats.didkit_pipe import SHARED, DidkitPipe
from wallet.credentials.formats.legacy import PROOF_TYPES, Vcdm1
from wallet.credentials.formats.legacy.offline import find_method
from wallet.credentials.formats.legacy.signature import recover
from wallet.credentials.formats.legacy.typed_data import (
    MAX_VALUES,
    SUITE,
    TypedDocument,
    describe,
    read,
)
from wallet.credentials.formats.legacy.typed_types import MAX_DEPTH, MAX_FIELDS
from wallet.credentials.formats.proof import read_proofs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY: Final = Secp256k1PrivateKey(b"\x07" * 32)
DID: Final = str(pkh_did(address(KEY.public_key), 1))
TYPES: Final[dict[str, list[dict[str, str]]]] = {
    "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"}],
    "Document": [
        {"name": "@context", "type": "string[]"},
        {"name": "type", "type": "string[]"},
        {"name": "issuer", "type": "string"},
        {"name": "issuanceDate", "type": "string"},
        {"name": "credentialSubject", "type": "Subject"},
        {"name": "proof", "type": "Proof"},
    ],
    "Subject": [
        {"name": "id", "type": "string"},
        {"name": "member", "type": "bool"},
        {"name": "age", "type": "uint8"},
        {"name": "balance", "type": "int256"},
        {"name": "courses", "type": "Course[]"},
        {"name": "grid", "type": "uint256[2][]"},
    ],
    "Course": [{"name": "title", "type": "string"}],
    "Proof": [
        {"name": name, "type": "string"}
        for name in ("created", "proofPurpose", "type", "verificationMethod")
    ],
}


@pytest.fixture(scope="module", autouse=True)
def _children_end() -> Iterator[None]:
    yield
    SHARED.close()


def document(**changes: Any) -> dict[str, Any]:
    return {
        "@context": [CREDENTIALS_V1, "https://www.w3.org/ns/credentials/undefined-terms/v2"],
        "type": ["VerifiableCredential", "Degree"],
        "issuer": DID,
        "issuanceDate": "2026-01-31T09:00:00Z",
        "credentialSubject": {
            "id": "did:example:ada",
            "member": False,
            "age": 20,
            "balance": -5,
            "courses": [{"title": "a"}, {"title": "b"}],
            "grid": [[1, 2], [3, 4]],
        },
        **changes,
    }


def plain(**subject: Any) -> dict[str, Any]:
    return document(credentialSubject={"id": "did:example:ada", **subject})


def options(**changes: Any) -> dict[str, Any]:
    return {
        "type": SUITE,
        "created": "2026-01-31T09:00:00Z",
        "proofPurpose": "assertionMethod",
        "verificationMethod": f"{DID}#blockchainAccountId",
        **changes,
    }


def declared(**changes: Any) -> dict[str, Any]:
    declaration = {
        "types": TYPES,
        "primaryType": "Document",
        "domain": {"name": "Test", "chainId": 1},
        **changes,
    }
    return options(eip712={name: value for name, value in declaration.items() if value is not ...})


def signature(digest: bytes) -> str:
    raw = KEY.sign_digest(digest)
    return f"0x{raw[:64].hex()}{27 + raw[64]:02x}"


def signed(unsigned: dict[str, Any], proof: dict[str, Any], number: int = 0) -> dict[str, Any]:
    value = signature(read(unsigned, proof)[number].digest())
    return {**unsigned, "proof": {**proof, "proofValue": value}}


def verify(secured: dict[str, Any], format_: Vcdm1 | None = None) -> None:
    (proof,) = read_proofs(secured)
    method = find_method(f"{DID}#blockchainAccountId", PROOF_TYPES[SUITE])
    (format_ or Vcdm1()).verify(secured, proof, method)


def never() -> Vcdm1:
    return Vcdm1(DidkitPipe(("/nonexistent/python",)))


def by_eth_account(typed: TypedDocument) -> bytes:
    with recursion_limit():
        from eth_account.messages import encode_typed_data  # noqa: PLC0415 - it raises the limit

    whole = {**typed.declaration(), "message": typed.message}
    signable = encode_typed_data(full_message=whole)
    return keccak256(b"\x19" + signable.version + signable.header + signable.body)


def test_a_document_with_declared_types_verifies_here_and_by_didkit() -> None:
    verify(signed(document(), declared()))


@pytest.mark.parametrize("number", [0, 1])
def test_a_document_without_declared_types_verifies_with_either_default_domain(
    number: int,
) -> None:
    verify(signed(plain(degree="BSc", ok=True, n=3, tags=["a"]), options(), number))


def test_the_former_name_of_the_declaration_is_read_too() -> None:
    proof = declared()
    verify(signed(document(), options(eip712Domain=proof["eip712"])))


def test_another_library_hashes_declared_types_alike() -> None:
    (typed,) = read(document(), declared())
    assert typed.digest() == by_eth_account(typed)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = st.text("abcXYZ毕业_$@", min_size=1, max_size=6)
VALUES = st.one_of(TEXT, st.booleans(), st.integers(0, 2**63 - 1))
LISTS = st.one_of(
    st.lists(TEXT, min_size=1, max_size=3),
    st.lists(st.booleans(), min_size=1, max_size=3),
    st.lists(st.integers(0, 2**53), min_size=1, max_size=3),
)
TREES = st.dictionaries(
    NAMES, st.recursive(VALUES | LISTS, lambda each: st.dictionaries(NAMES, each, max_size=3))
)


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_another_library_hashes_types_made_here_alike(claims: dict[str, Any]) -> None:
    typed = describe(plain(**claims), options(), primary="VerifiableCredential", chain_id=5)
    assert typed.digest() == by_eth_account(typed)


@settings(max_examples=60, deadline=None)
@given(TREES, TREES)
def test_two_documents_never_have_one_hash(one: dict[str, Any], two: dict[str, Any]) -> None:
    digests = [
        describe(plain(**claims), options(), primary="Credential", chain_id=None).digest()
        for claims in (one, two)
    ]
    written = [json.dumps(claims, sort_keys=True) for claims in (one, two)]
    assert (digests[0] == digests[1]) == (written[0] == written[1])


def test_a_foreign_wallets_domain_with_a_contract_and_a_salt_is_read() -> None:
    domain = {
        "name": "Test",
        "version": "1",
        "chainId": 1,
        "verifyingContract": "0x4a62316623ad457F02cDC5D997deD67a383EC569",
        "salt": "0x" + "ab" * 32,
    }
    kinds = {"chainId": "uint256", "verifyingContract": "address", "salt": "bytes32"}
    fields = [{"name": name, "type": kinds.get(name, "string")} for name in domain]
    proof = declared(domain=domain, types={**TYPES, "EIP712Domain": fields})
    (typed,) = read(document(), proof)
    assert typed.digest() == by_eth_account(typed)
    verify(signed(document(), proof))


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["credentialSubject"].update(age=21),
        lambda d: d["credentialSubject"].update(member=0),
        lambda d: d["credentialSubject"].update(member=""),
        lambda d: d["credentialSubject"].update(member="1"),
        lambda d: d["credentialSubject"].pop("member"),
        lambda d: d["credentialSubject"].update(age="0x14"),
        lambda d: d["credentialSubject"].update(age="20"),
        lambda d: d["credentialSubject"].update(age=20.0),
        lambda d: d["credentialSubject"].update(age=True),
        lambda d: d["credentialSubject"].update(age=276),
        lambda d: d["credentialSubject"].update(age=None),
        lambda d: d["credentialSubject"].update(balance=-(2**70)),
        lambda d: d["credentialSubject"].update(balance=2**64),
        lambda d: d["credentialSubject"].update(courses={"title": "a"}),
        lambda d: d["credentialSubject"].update(courses=[]),
        lambda d: d["credentialSubject"]["courses"].append({"title": "c"}),
        lambda d: d["credentialSubject"]["courses"].reverse(),
        lambda d: d["credentialSubject"]["courses"][0].update(grade=1),
        lambda d: d["credentialSubject"].update(grid=[[1, 2, 3, 4]]),
        lambda d: d["credentialSubject"].update(grid=[[1, 2], [3]]),
        lambda d: d["credentialSubject"].update(grid=[[1, 2], 3]),
        lambda d: d["credentialSubject"].update(isAdmin=True),
        lambda d: d.update(credentialSubject=[d["credentialSubject"]]),
        lambda d: d.update(credentialSubject="did:example:ada"),
        lambda d: d.update(evidence={"type": "x"}),
        lambda d: d.pop("issuanceDate"),
        lambda d: d.update(issuer={"id": d["issuer"]}),
        lambda d: d.update(type="VerifiableCredential"),
        lambda d: d["@context"].append("https://example.org"),
        lambda d: d["proof"].update(nonce="n"),
        lambda d: d["proof"].update(challenge="c"),
        lambda d: d["proof"].update(domain="d"),
        lambda d: d["proof"].update(created="2026-01-31T09:00:00.000Z"),
        lambda d: d["proof"].update(created="2026-01-31T10:00:00+01:00"),
        lambda d: d["proof"].update(eip712Domain=d["proof"]["eip712"]),
        lambda d: d["proof"].pop("eip712"),
        lambda d: d["proof"]["eip712"].update(note="x"),
        lambda d: d["proof"]["eip712"].pop("domain"),
        lambda d: d["proof"]["eip712"].update(primaryType="Subject"),
        lambda d: d["proof"]["eip712"].update(primaryType="EIP712Domain"),
        lambda d: d["proof"]["eip712"].update(primaryType="Missing"),
        lambda d: d["proof"]["eip712"].update(primaryType=1),
        lambda d: d["proof"]["eip712"].update(domain=[]),
        lambda d: d["proof"]["eip712"].update(types=[]),
        lambda d: d["proof"]["eip712"].update(types="https://example.org/types.json"),
        lambda d: d["proof"]["eip712"]["domain"].update(chainId=2),
        lambda d: d["proof"]["eip712"]["domain"].update(chainId="0x01"),
        lambda d: d["proof"]["eip712"]["domain"].update(chainId="1"),
        lambda d: d["proof"]["eip712"]["domain"].update(chainId=True),
        lambda d: d["proof"]["eip712"]["domain"].update(version="1"),
        lambda d: d["proof"]["eip712"]["domain"].pop("name"),
        lambda d: d["proof"]["eip712"]["domain"].clear(),
        lambda d: d["proof"]["eip712"]["types"].update(Unused=[]),
        lambda d: d["proof"]["eip712"]["types"].pop("EIP712Domain"),
        lambda d: d["proof"]["eip712"]["types"].pop("Course"),
        lambda d: d["proof"]["eip712"]["types"].update(EIP712Domain=[]),
        lambda d: d["proof"]["eip712"]["types"]["Course"].append({"name": "x", "type": "string"}),
        lambda d: d["proof"]["eip712"]["types"]["Course"].append({"name": "x"}),
        lambda d: d["proof"]["eip712"]["types"]["Course"].append(1),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(note="x"),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(type="bytes"),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(type="bytes32"),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(type="address"),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(type="uint7"),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(type="uint"),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(type="string["),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(type="string[0]"),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(type="string" + "[]" * 200),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(type=""),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(type="Course"),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(name="title,string x"),
        lambda d: d["proof"]["eip712"]["types"]["Course"][0].update(name=""),
        lambda d: d["proof"]["eip712"]["types"]["Proof"].pop(),
        lambda d: d["proof"]["eip712"]["types"]["Proof"].append(TYPES["Proof"][0]),
        lambda d: d["proof"]["eip712"]["types"]["Proof"].reverse(),
        lambda d: d["proof"]["eip712"]["types"].update(string=[]),
        lambda d: d["proof"]["eip712"]["types"].update({"A(string a)B": []}),
    ],
)
def test_nothing_of_what_was_signed_can_be_changed_and_nothing_added(
    change: Callable[[dict[str, Any]], Any],
) -> None:
    secured = copied(signed(document(), declared()))
    change(secured)
    with pytest.raises(CredentialError) as refusal:
        verify(secured, never())
    assert isinstance(refusal.value, ProofInvalid | InvalidCredential | UnsupportedFormat)


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return [copied(element) for element in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"x": None}, "no type"),
        ({"x": 1.5}, "no type"),
        ({"x": []}, "one type"),
        ({"x": ["a", 1]}, "one type"),
        ({"x": [True, 1]}, "one type"),
        ({"x": [["a"]]}, "no type"),
        ({"x": [{"a": "b"}]}, "no type"),
        ({"x": -1}, "uint256"),
        ({"x": 2**63}, "uint256"),
        ({"a,string b": "x"}, "cannot have"),
        ({"a b": "x"}, "cannot have"),
        ({"": "x"}, "cannot have"),
        ({"a": {"same": {"x": "1"}}, "b": {"same": {"y": "1"}}}, "another type"),
        ({"document": {"x": "1"}}, "another type"),
        ({"proof": {"x": "1"}}, "another type"),
        ({"EIP712Domain": {"x": "1"}}, "another type"),
        ({"x": "\ud800"}, "Unicode"),
        ({"\ud800": "x"}, "Unicode"),
    ],
)
def test_what_the_specification_gives_no_type_or_two_is_refused(
    claims: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidCredential, match=reason):
        [typed.digest() for typed in read(plain(**claims), options())]


def test_types_made_here_are_told_apart_where_the_specification_would_mix_them() -> None:
    claims = {
        "a": {"same": {"x": "1"}},
        "b": {"same": {"y": "1"}},
        "document": {"x": "1"},
        "proof": {"x": "1"},
        "eIP712Domain": {"x": "1"},
        "list": [{"x": "1"}, {"x": "2"}],
    }
    typed = describe(plain(**claims), options(), primary="VerifiableCredential", chain_id=1)
    assert {"Same", "Same2", "Proof", "Proof2", "List"} <= typed.types.keys()
    value = signature(typed.digest())
    proof = {**options(eip712=typed.declaration()), "proofValue": value}
    verify({**plain(**claims), "proof": proof})


@pytest.mark.parametrize("claims", [{"x": [{"a": "1"}, {"b": "1"}]}, {"x": ["a", {"a": "1"}]}])
def test_a_list_of_objects_that_differ_has_no_type(claims: dict[str, Any]) -> None:
    with pytest.raises(InvalidCredential, match="one type"):
        describe(plain(**claims), options(), primary="VerifiableCredential", chain_id=1)


def deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"x": "y"}
    for _ in range(levels):
        value = {"a": value}
    return value


def test_what_is_too_large_or_too_deep_is_refused_before_it_is_hashed() -> None:
    many = {f"a{number}": {"x": "y", f"b{number}": "z"} for number in range(MAX_VALUES // 2)}
    alike = {f"a{number}": {"x": {f"b{number}": "z"}} for number in range(200)}
    fields = [{"name": f"a{number}", "type": "string"} for number in range(MAX_FIELDS + 1)]
    wide = declared(types={**TYPES, "Course": fields})
    for claims, proof in (
        (many, options()),
        (deep(MAX_DEPTH), options()),
        (deep(5000), options()),
        ({"x": ["a"] * MAX_VALUES}, options()),
        ({}, wide),
    ):
        with pytest.raises(TooComplex):
            read(plain(**claims), proof)
    with pytest.raises(TooComplex):
        describe(plain(**alike), options(), primary="VerifiableCredential", chain_id=1)


def test_a_type_that_holds_itself_ends_with_the_document() -> None:
    types = {**TYPES, "Course": [{"name": "title", "type": "Course"}]}
    inner: dict[str, Any] = {"title": "x"}
    subject = {**document()["credentialSubject"], "courses": [{"title": {"title": inner}}]}
    (typed,) = read(document(credentialSubject=subject), declared(types=types))
    with pytest.raises(InvalidCredential):
        typed.digest()


def test_a_signature_of_another_key_is_refused_before_didkit_is_asked() -> None:
    secured = signed(document(), declared())
    (typed,) = read(document(), declared())
    other = Secp256k1PrivateKey(b"\x08" * 32)
    raw = other.sign_digest(typed.digest())
    secured["proof"]["proofValue"] = f"0x{raw[:64].hex()}{27 + raw[64]:02x}"
    with pytest.raises(ProofInvalid, match="did not sign"):
        verify(secured, never())
    assert recover(secured["proof"]["proofValue"], typed.digest()) == other.public_key


def test_a_good_signature_in_the_name_of_another_issuer_is_refused() -> None:
    other = str(pkh_did(address(Secp256k1PrivateKey(b"\x08" * 32).public_key), 1))
    for unsigned, proof in ((document(issuer=other), declared()), (plain(a="b"), options())):
        forged = signed({**unsigned, "issuer": other}, proof)
        with pytest.raises(ProofInvalid, match="No applicable proof"):
            verify(forged)


def test_a_good_signature_for_a_purpose_that_the_key_does_not_have_is_refused() -> None:
    with pytest.raises(ProofInvalid, match="No applicable proof"):
        verify(signed(document(), {**declared(), "proofPurpose": "keyAgreement"}))


def test_a_signature_of_no_point_is_nobodys() -> None:
    value = f"0x{5:064x}{1:064x}1b"
    with pytest.raises(ProofInvalid, match="nobody"):
        recover(value, b"\x01" * 32)


def test_a_time_that_didkit_reads_otherwise_leaves_a_good_signature_open() -> None:
    text = "2026-01-31T09:00:00.000Z"
    for proof in (declared(), options()):
        credential = document() if "eip712" in proof else plain(degree="BSc")
        with pytest.raises(UnsupportedFormat, match="didkit reads it otherwise"):
            verify(signed(credential, {**proof, "created": text}))


def test_the_domain_of_a_credential_made_here_names_the_accounts_chain() -> None:
    typed = describe(plain(a="b"), options(), primary="VerifiableCredential", chain_id=137)
    assert typed.domain == {"name": SUITE, "chainId": 137}
    other = dataclasses.replace(typed, domain={"name": SUITE, "chainId": 1})
    assert other.digest() != typed.digest()
    assert to_jwk(KEY.public_key)["crv"] == "secp256k1"
