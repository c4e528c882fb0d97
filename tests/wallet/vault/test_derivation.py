from __future__ import annotations

import hmac
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.p384 import P384PrivateKey
from did.keys.p521 import P521PrivateKey
from did.keys.secp256k1 import Secp256k1PrivateKey, address
from did.methods.key import key_did
from wallet.vault.derivation import DID_PURPOSE, HARDENED, Branch, KeyPath, derive
from wallet.vault.errors import VaultError
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret

VECTORS = json.loads((Path(__file__).parent / "vectors" / "slip10.json").read_text("utf-8"))
ALGORITHMS = {"ed25519": "Ed25519", "secp256k1": "secp256k1"}
JUNK = "test test test test test test test test test test test junk"
INFO = b"m/6580580'/0'/0'"
ORDER = int(  # of the curve P-384: NIST SP 800-186, section 3.2.1.4
    "39402006196394479212279040100143613805079739270465446667946905279627"
    "659399113263569398956308152294913554433653942643"
)
ORDER_521 = int(  # the same of P-521, section 3.2.1.5
    "6864797660130609714981900799081393217269435300143305409394463459185543"
    "183397655394245057746333217197532963996371363321113864768612440380340372808892707005449"
)
NUMBERS = st.integers(0, HARDENED - 1)


def steps(text: str) -> tuple[int, ...]:
    return tuple(
        int(part.rstrip("'")) + HARDENED * part.endswith("'") for part in text.split("/")[1:]
    )


@pytest.mark.parametrize("case", VECTORS["vectors"], ids=lambda c: f"{c['curve']} {c['path']}")
def test_agrees_with_the_published_vectors(case: dict[str, str]) -> None:
    path = KeyPath(ALGORITHMS[case["curve"]], steps(case["path"]))
    secret = derive(bytes.fromhex(case["seed"]), path)
    assert secret.hex() == case["private"]
    if case["curve"] == "ed25519":
        assert b"\0" + Ed25519PrivateKey(secret).public_key.raw == bytes.fromhex(case["public"])
    else:
        assert Secp256k1PrivateKey(secret).public_key.raw == bytes.fromhex(case["public"])


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        # The accounts that Hardhat and Foundry print for this phrase.
        (0, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        (1, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        (2, "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
    ],
)
def test_controls_the_accounts_that_ethereum_wallets_find(account: int, expected: str) -> None:
    seed = RecoveryPhrase.parse(Secret(JUNK)).expose_seed()
    key = Secp256k1PrivateKey(derive(seed, KeyPath.ethr(account)))
    assert address(key.public_key) == expected


def test_a_key_of_p384_is_the_one_that_the_document_describes() -> None:
    seed = RecoveryPhrase.parse(Secret(JUNK)).expose_seed()
    key = derive(seed, KeyPath.did(Branch.DID_KEY, 0, algorithm="P-384"))
    # RFC 5869 and FIPS 186-5, appendix A.2.1, in the standard library's words.
    drawn = hmac.digest(hmac.digest(b"holdfast P-384", seed, "sha512"), INFO + b"\x01", "sha512")
    number = int.from_bytes(drawn[:56], "big") % (ORDER - 1) + 1
    assert key == number.to_bytes(48, "big")
    assert key.hex() in (Path(__file__).parents[3] / "docs" / "keys.md").read_text("utf-8")
    other = derive(seed, KeyPath.did(Branch.DID_KEY, 1, algorithm="P-384"))
    assert P384PrivateKey(key).public_key != P384PrivateKey(other).public_key


def test_a_key_of_p521_is_the_one_that_the_document_describes() -> None:
    seed = RecoveryPhrase.parse(Secret(JUNK)).expose_seed()
    key = derive(seed, KeyPath.did(Branch.DID_KEY, 0, algorithm="P-521"))
    # As above; 74 bytes take two blocks of SHA-512.
    extracted = hmac.digest(b"holdfast P-521", seed, "sha512")
    first = hmac.digest(extracted, INFO + b"\x01", "sha512")
    drawn = first + hmac.digest(extracted, first + INFO + b"\x02", "sha512")
    number = int.from_bytes(drawn[:74], "big") % (ORDER_521 - 1) + 1
    assert key == number.to_bytes(66, "big")
    document = (Path(__file__).parents[3] / "docs" / "keys.md").read_text("utf-8")
    assert key.hex() in document
    assert str(key_did(P521PrivateKey(key).public_key)) in document
    other = derive(seed, KeyPath.did(Branch.DID_KEY, 1, algorithm="P-521"))
    assert P521PrivateKey(key).public_key != P521PrivateKey(other).public_key


def test_paths_are_those_of_the_table() -> None:
    assert int.from_bytes(b"did", "big") == DID_PURPOSE == 6580580
    table = {
        "m/44'/60'/0'/0/7": KeyPath.ethr(7),
        "m/6580580'/1'/7'/2'": KeyPath.assertion(7, 2),
        "m/6580580'/0'/7'": KeyPath.did_key(7),
        "m/6580580'/2'/0'": KeyPath.journal(),
    }
    document = (Path(__file__).parents[3] / "docs" / "keys.md").read_text("utf-8")
    for text, path in table.items():
        assert str(path) == text
        assert KeyPath.parse(text) == path
        start = text.split("/7")[0]
        assert start in document


@given(
    st.one_of(
        NUMBERS.map(KeyPath.ethr),
        NUMBERS.map(KeyPath.did_key),
        st.builds(KeyPath.assertion, NUMBERS, NUMBERS),
    )
)
def test_reads_the_paths_it_writes(path: KeyPath) -> None:
    assert KeyPath.parse(str(path)) == path


def test_no_two_purposes_share_a_path() -> None:
    paths = [KeyPath.journal()]
    for n in range(3):
        paths += [KeyPath.ethr(n), KeyPath.did_key(n), *(KeyPath.assertion(n, r) for r in range(3))]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "m",
        "m/",
        "44'/60'/0'/0/0",
        "m/44'/60'/0'/0/-1",
        "m/44'/60'/0'/0/01",
        "m/44'/60'/0'/0/ 1",
        "m/44'/60'/0'/0/2147483648",
        "m/44'/60'/0'/0/99999999999",
        "m/44h/60h",
        "m/44'/60'/0'/0/٣",
        "m/44'" + "/0" * 8,
        "m/0'/0'",
        "m/6580580'/0'/7",
        "m//",
    ],
)
def test_refuses_what_is_no_path_of_this_wallet(text: str) -> None:
    with pytest.raises(VaultError):
        KeyPath.parse(text)


@pytest.mark.parametrize("number", [-1, HARDENED])
def test_refuses_numbers_that_are_no_child(number: int) -> None:
    for make in (KeyPath.ethr, KeyPath.did_key, lambda n: KeyPath.assertion(0, n)):
        with pytest.raises(VaultError):
            make(number)


@pytest.mark.parametrize(
    ("algorithm", "path"),
    [
        ("Ed448", (HARDENED,)),
        ("P-384", (0,)),
        ("P-521", (0,)),
        ("Ed25519", ()),
        ("secp256k1", (2 * HARDENED,)),
        ("Ed25519", (1,)),
    ],
)
def test_refuses_what_cannot_be_derived(algorithm: str, path: tuple[int, ...]) -> None:
    with pytest.raises(VaultError):
        KeyPath(algorithm, path)


@pytest.mark.parametrize("count", [0, 9, 100_000])
def test_no_key_is_at_the_end_of_so_many_steps(count: int) -> None:
    with pytest.raises(VaultError, match="1 to 8 steps"):
        KeyPath("Ed25519", (HARDENED,) * count)
