from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from did.chain.typed_data import MAX_BYTES, parse, sign
from did.chain.typed_data.types import DOMAIN_FIELDS
from did.errors import InvalidKey, NeverSign
from did.keccak import keccak256
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey, address

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = Path(__file__).parents[2] / "vectors" / "eip712"
MAIL: dict[str, Any] = json.loads((VECTORS / "mail.json").read_text())
ETHERS: list[dict[str, Any]] = json.loads((VECTORS / "ethers.json").read_text())
COW = Secp256k1PrivateKey(keccak256(MAIL["privateKeyIsKeccak256Of"].encode()))
ACCOUNT = "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"
DOMAIN = {"name": "Test", "chainId": 1}
SEPARATOR = keccak256(
    keccak256(b"EIP712Domain(string name,uint256 chainId)")
    + keccak256(b"Test")
    + (1).to_bytes(32, "big")
)


def _domain_type(domain: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"name": name, "type": type_} for name, type_ in DOMAIN_FIELDS.items() if name in domain
    ]


def _json(
    types: dict[str, Any],
    message: dict[str, Any],
    primary: str = "T",
    domain: dict[str, Any] | None = None,
) -> str:
    named = DOMAIN if domain is None else domain
    return json.dumps(
        {
            "types": {"EIP712Domain": _domain_type(named), **types},
            "primaryType": primary,
            "domain": named,
            "message": message,
        }
    )


def _one(type_: str, value: Any) -> str:
    """Typed data with one field of that type."""
    return _json({"T": [{"name": "x", "type": type_}]}, {"x": value})


def _mail() -> dict[str, Any]:
    mail: dict[str, Any] = copy.deepcopy(MAIL["typedData"])
    return mail


def test_signs_the_example_of_the_standard_as_it_is_published() -> None:
    typed = parse(json.dumps(_mail()))
    assert address(COW.public_key).lower() == MAIL["address"]
    assert "0x" + sign(typed, COW, 1).hex() == MAIL["signature"]
    assert typed.chain_id == 1


def test_shows_all_that_is_signed_a_line_each() -> None:
    assert parse(json.dumps(_mail()), chain_id=1).summary() == (
        "domain.name: 'Ether Mail'",
        "domain.version: '1'",
        "domain.chainId: 1",
        "domain.verifyingContract: 0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
        "message: Mail",
        "from.name: 'Cow'",
        f"from.wallet: {ACCOUNT}",
        "to.name: 'Bob'",
        "to.wallet: 0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB",
        "contents: 'Hello, Bob!'",
    )


def test_shows_lists_bytes_and_truths_and_escapes_what_would_turn_the_line() -> None:
    types = {
        "T": [
            {"name": "flags", "type": "bool[2]"},
            {"name": "none", "type": "T[]"},
            {"name": "raw", "type": "bytes"},
            {"name": "word", "type": "bytes2"},
            {"name": "text", "type": "string"},
            {"name": "less", "type": "int8"},
        ]
    }
    message = {
        "flags": [True, False],
        "none": [],
        "raw": "0x",
        "word": "0x0aFF",
        "text": "a\u202e\nb",
        "less": "-128",
    }
    assert parse(_json(types, message)).summary()[2:] == (
        "message: T",
        "flags[0]: true",
        "flags[1]: false",
        "none: nothing",
        "raw: 0x",
        "word: 0x0aff",
        "text: 'a\\u202e\\nb'",
        "less: -128",
    )


@pytest.mark.parametrize("case", ETHERS, ids=lambda case: str(case["name"]))
def test_hashes_as_ethers_does_and_refuses_domains_of_no_chain_or_of_nobody(
    case: dict[str, Any],
) -> None:
    names = set(case["domain"])
    text = _json(case["types"], case["data"], case["primaryType"], case["domain"])
    if "chainId" in names and names & {"name", "verifyingContract"}:
        assert "0x" + parse(text).digest.hex() == case["digest"]
    else:
        with pytest.raises(NeverSign):
            parse(text)
    # The message's own hash, under a domain that can be signed for.
    typed = parse(_json(case["types"], case["data"], case["primaryType"]))
    message = keccak256(bytes.fromhex(case["encoded"][2:]))
    assert typed.digest == keccak256(b"\x19\x01" + SEPARATOR + message)


def test_there_are_cases_of_ethers_that_can_be_signed() -> None:
    names = [set(case["domain"]) for case in ETHERS]
    able = [one for one in names if "chainId" in one and one & {"name", "verifyingContract"}]
    assert (len(names), len(able)) == (130, 49)


def test_signs_as_other_wallets_do() -> None:
    typed = parse(json.dumps(_mail()))
    theirs = Account.sign_message(encode_typed_data(full_message=_mail()), COW._key.secret)
    assert sign(typed, COW, 1) == bytes(theirs.signature)


def test_is_never_signed_for_another_chain() -> None:
    text = json.dumps(_mail())
    with pytest.raises(NeverSign, match="for chain 1, and not for chain 5"):
        parse(text, chain_id=5)
    with pytest.raises(NeverSign, match="for chain 1, and not for chain 5"):
        sign(parse(text), COW, 5)
    for chain in (0, "0x0"):
        with pytest.raises(NeverSign, match="for chain 0"):
            parse(
                _json(
                    {"T": [{"name": "x", "type": "bool"}]},
                    {"x": True},
                    domain={**DOMAIN, "chainId": chain},
                )
            )


@pytest.mark.parametrize("chain", [1, "1", "0x1"])
def test_a_chain_may_be_written_as_a_number_or_as_text(chain: Any) -> None:
    text = _json(
        {"T": [{"name": "x", "type": "bool"}]}, {"x": True}, domain={**DOMAIN, "chainId": chain}
    )
    assert parse(text, chain_id=1).digest == parse(_one("bool", value=True)).digest


class _Signer:
    def __init__(self, public_key: Any, signature: bytes) -> None:
        self.public_key = public_key
        self._signature = signature

    def sign(self, _message: bytes, /) -> bytes:
        return self._signature

    def sign_digest(self, _digest: bytes, /) -> bytes:
        return self._signature


def test_a_signature_that_is_not_the_keys_is_not_given_out() -> None:
    typed = parse(json.dumps(_mail()))
    other = Secp256k1PrivateKey(b"\1" * 32)
    with pytest.raises(InvalidKey, match="secp256k1"):
        sign(typed, _Signer(Ed25519PrivateKey(bytes(32)).public_key, bytes(65)), 1)
    with pytest.raises(InvalidKey, match="no signature"):
        sign(typed, _Signer(COW.public_key, bytes(65)), 1)
    with pytest.raises(InvalidKey, match="something else"):
        sign(typed, _Signer(COW.public_key, other.sign_digest(typed.digest)), 1)


GOOD: list[tuple[str, Any]] = [
    ("string", ""),
    ("bool", False),
    ("bytes", "0x00"),
    ("bytes32", "0x" + "ab" * 32),
    ("address", ACCOUNT),
    ("address", ACCOUNT.lower()),
    ("address", "0x" + ACCOUNT[2:].upper()),
    ("uint8", 255),
    ("uint256", str(2**256 - 1)),
    ("uint256", hex(2**256 - 1)),
    ("int256", str(-(2**255))),
    ("int8", -128),
    ("uint8[2][]", [[1, 2], [3, 4]]),
    ("uint8[][2]", [[1], []]),
]


@pytest.mark.parametrize(("type_", "value"), GOOD)
def test_takes_each_value_that_its_type_has(type_: str, value: Any) -> None:
    assert len(parse(_one(type_, value)).digest) == 32


BAD: list[tuple[str, Any]] = [
    ("string", None),
    ("string", 1),
    ("bool", 0),
    ("bool", "true"),
    ("bytes", "00"),
    ("bytes", "0x0"),
    ("bytes", 0),
    ("bytes32", "0x" + "ab" * 31),
    ("bytes32", "0x" + "ab" * 33),
    ("bytes32", None),
    ("address", ACCOUNT[:-1]),
    ("address", ACCOUNT.replace("CD", "cD")),
    ("address", 5),
    ("uint8", 256),
    ("uint8", -1),
    ("uint8", True),
    ("uint8", 1.0),
    ("uint8", "01"),
    ("uint8", "+1"),
    ("uint8", " 1"),
    ("uint8", "0x01"),
    ("uint8", "1e1"),
    ("uint8", "١"),
    ("uint256", str(2**256)),
    ("uint256", 2**60),
    ("int8", 128),
    ("int8", -129),
    ("uint8[2]", [1]),
    ("uint8[]", {"0": 1}),
    ("uint8[]", "12"),
    ("uint8[2][]", [1, 2]),
    # Types that EIP-712 does not have, or writes otherwise.
    ("uint", 1),
    ("int", 1),
    ("uint7", 1),
    ("uint0", 0),
    ("uint264", 1),
    ("uint1000", 1),
    ("bytes0", "0x"),
    ("bytes33", "0x" + "00" * 33),
    ("fixed128x18", 1),
    ("function", "0x"),
    ("Nowhere", {}),
    ("uint8[", [1]),
    ("uint8[0]", []),
    ("uint8[01]", [1]),
    ("uint8[-1]", []),
    ("uint8 ", 1),
    ("[]", []),
    ("", 1),
    ("EIP712Domain", DOMAIN),
    ("uint8" + "[]" * 5, []),
]


@pytest.mark.parametrize(("type_", "value"), BAD)
def test_never_signs_a_value_that_is_not_of_a_type(type_: str, value: Any) -> None:
    with pytest.raises(NeverSign):
        parse(_one(type_, value))


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(mail: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        for step in steps:
            mail = mail[step]
        if value is None:
            del mail[last]
        else:
            mail[last] = value

    return change


FIELD = {"name": "name", "type": "string"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_set("extra", 1), "members are not"),
        (_set("primaryType", None), "members are not"),
        (_set("primaryType", "Post"), "is not declared"),
        (_set("primaryType", 7), "is not declared"),
        (_set("primaryType", "EIP712Domain"), "is not declared"),
        (_set("types", []), "no object"),
        (_set("types.EIP712Domain", None), "'EIP712Domain' is not declared"),
        (_set("types.EIP712Domain", []), "0 fields"),
        (_set("types.EIP712Domain", [FIELD]), "does not declare"),
        (_set("types.EIP712Domain", [FIELD, FIELD]), "twice"),
        (_set("types.EIP712Domain", [{"name": "httpOrigin", "type": "string"}]), "has not"),
        (_set("types.EIP712Domain", [{"name": "chainId", "type": "string"}]), "of other types"),
        (
            _set(
                "types.EIP712Domain",
                _domain_type({"chainId": 1}) + _domain_type({"name": 1}),
            ),
            "another order",
        ),
        (_set("types.Person", None), "'Person' is not declared"),
        (_set("types.Unused", [FIELD]), "declared and not used"),
        (_set("types.Person", []), "0 fields"),
        (_set("types.Person", {}), "no list"),
        (_set("types.Person", "name"), "no list"),
        (_set("types.Person", [FIELD] * 200), "200 fields"),
        (_set("types.Person", ["name"]), "no name and type"),
        (_set("types.Person", [{**FIELD, "indexed": True}]), "no name and type"),
        (_set("types.Person", [{"name": "a b", "type": "string"}]), "no name of"),
        (_set("types.Person", [{"name": "é", "type": "string"}]), "no name of"),
        (_set("types.Person", [{"name": "a" * 65, "type": "string"}]), "no name of"),
        (_set("types.bytes32", [FIELD]), "itself, and declared"),
        (_set("types.uint", [FIELD]), "itself, and declared"),
        (_set("types.Mail(bool x)", [FIELD]), "no name of"),
        (_set("domain", []), "no object"),
        (_set("domain.chainId", None), "has no 'chainId'"),
        (_set("domain.chainId", value=True), "no integer"),
        (_set("domain.salt", "0x" + "00" * 32), "does not declare"),
        (_set("domain.verifyingContract", "ether.eth"), "no address"),
        (_set("message.from.age", 3), "does not declare"),
        (_set("message.from.name", None), "has no 'name'"),
        (_set("message.to", "Bob"), "no object"),
        (_set("message.contents", ["Hello"]), "no string"),
    ],
)
def test_never_signs_what_is_not_declared_and_there(
    change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    mail = _mail()
    change(mail)
    with pytest.raises(NeverSign, match=reason):
        parse(json.dumps(mail))


def test_never_signs_types_without_an_end() -> None:
    node = {"name": "next", "type": "T"}
    with pytest.raises(NeverSign, match="without an end"):
        parse(_json({"T": [node]}, {"next": {}}))
    with pytest.raises(NeverSign, match="without an end"):
        parse(_json({"T": [{**node, "type": "T[2]"}]}, {"next": []}))
    ring = {"T": [{"name": "u", "type": "U"}], "U": [{"name": "t", "type": "T[]"}]}
    with pytest.raises(NeverSign, match="holds the primary type"):
        parse(_json(ring, {"u": {"t": []}}))
    many = {f"T{number}": [FIELD] for number in range(80)}
    with pytest.raises(NeverSign, match="from 1 to 64 types"):
        parse(_json(many, {}))


def test_a_tree_of_one_type_is_signed_up_to_a_depth() -> None:
    types = {"T": [{"name": "next", "type": "T[]"}]}

    def tree(depth: int) -> dict[str, Any]:
        return {"next": [tree(depth - 1)] if depth else []}

    assert parse(_json(types, tree(16))).summary()[-1] == "next[0]." * 16 + "next: nothing"
    with pytest.raises(NeverSign, match="deeper than 16"):
        parse(_json(types, tree(17)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        b"\xff",
        "\ud800",
        '{"types":{},"types":{}}',
        "[" * 100_000,
        " " * (MAX_BYTES + 1),
    ],
)
def test_never_signs_what_is_no_strict_json(text: str | bytes) -> None:
    with pytest.raises(NeverSign):
        parse(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["types", "primaryType", "domain", "message", "T", "x", "name", "type"]
                ),
                inner,
            )
        ),
    )
)
def test_refuses_noise_with_its_own_error(value: Any) -> None:
    with pytest.raises(NeverSign):
        parse(json.dumps(value))


@given(st.text(), st.text())
def test_two_texts_are_never_signed_alike(one: str, other: str) -> None:
    digests = {parse(_one("string", text)).digest for text in {one, other}}
    assert len(digests) == len({one, other})
