from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import pytest

from did.errors import InvalidDID, Unreachable, UnsupportedOption
from did.identifier import DID
from did.keys.ed25519 import Ed25519PrivateKey
from did.keys.p256 import P256PrivateKey
from wallet.credentials.errors import DidkitFailed
from wallet.credentials.formats.didkit_pipe import DidkitPipe
from wallet.foreign import Foreign, foreign_did

if TYPE_CHECKING:
    from collections.abc import Callable

KEY: Final = Ed25519PrivateKey(bytes(range(32))).public_key
TEZOS: Final = "tz1TzrmTBSuiVHV2VfMnGRMYvTEPCP42oSM8"


@pytest.fixture
def pipe() -> Callable[[str], DidkitPipe]:
    """A child that answers with that line, whatever it is asked."""

    def made(answer: str) -> DidkitPipe:
        return DidkitPipe((sys.executable, "-I", "-c", f"print({answer!r})"))

    return made


def test_a_did_tz_follows_from_its_key() -> None:
    did = foreign_did("tz", KEY)
    assert did.method == "tz"
    assert did.method_specific_id.startswith("tz1")
    assert foreign_did("tz", KEY) == did
    assert foreign_did("tz", Ed25519PrivateKey(bytes(32)).public_key) != did


def test_what_became_of_a_did_tz_on_its_chain_is_not_guessed() -> None:
    with pytest.raises(Unreachable, match="without asking its chain") as undecided:
        Foreign("tz").resolve(DID.parse(f"did:tz:{TEZOS}"), {})
    assert undecided.value.undecided


@pytest.mark.parametrize(
    ("did", "account"),
    [
        (
            f"did:pkh:tezos:NetXdQprcVkpaWU:{TEZOS}",
            f"tezos:NetXdQprcVkpaWU:{TEZOS}",
        ),
        (
            "did:pkh:bip122:000000000019d6689c085ae165831e93:128Lkh3S7CkDTBZ8W7BbpsN3YYizJMp8p6",
            "bip122:000000000019d6689c085ae165831e93:128Lkh3S7CkDTBZ8W7BbpsN3YYizJMp8p6",
        ),
        (
            "did:pkh:solana:4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZ:CKg5d12Jhpej1JqtmxLJgaFqqeYjxgPqToJ4LBdvG9Ev",
            "solana:4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZ:CKg5d12Jhpej1JqtmxLJgaFqqeYjxgPqToJ4LBdvG9Ev",
        ),
    ],
)
def test_an_account_of_another_chain_is_its_own_document(did: str, account: str) -> None:
    document, metadata = Foreign("pkh").resolve(DID.parse(did), {})
    assert str(document.did) == did
    assert account in {
        method.raw["blockchainAccountId"] for method in document.verification_methods
    }
    assert metadata == {}


@pytest.mark.parametrize("did", ["did:pkh:nonsense:1:2", "did:pkh:tezos", "did:pkh:a"])
def test_what_is_no_account_is_no_did_pkh(did: str) -> None:
    with pytest.raises(InvalidDID, match="is not a did:pkh"):
        Foreign("pkh").resolve(DID.parse(did), {})


@pytest.mark.parametrize("option", ["versionId", "versionTime"])
def test_there_are_no_versions(option: str) -> None:
    with pytest.raises(UnsupportedOption, match=option):
        Foreign("pkh").resolve(DID.parse(f"did:pkh:tezos:NetXdQprcVkpaWU:{TEZOS}"), {option: "1"})


def test_a_key_that_makes_no_did_of_the_method_is_refused() -> None:
    with pytest.raises(DidkitFailed):
        foreign_did("ethr", KEY)
    other = foreign_did("tz", P256PrivateKey(bytes([1] * 32)).public_key)
    assert other.method_specific_id.startswith("tz3")


@pytest.mark.parametrize(
    "answer", ["", "no JSON", "[]", '{"result": 1}', '{"error": "it broke"}', '{"error": 1}']
)
def test_a_didkit_that_breaks_says_nothing_about_a_did(
    pipe: Callable[[str], DidkitPipe], answer: str
) -> None:
    with pytest.raises(Unreachable):
        Foreign("tz", pipe(answer)).resolve(DID.parse(f"did:tz:{TEZOS}"), {})
    with pytest.raises(DidkitFailed):
        foreign_did("tz", KEY, didkit=pipe(answer))
