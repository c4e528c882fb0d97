from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from did.errors import InvalidDID
from did.identifier import DID
from did.keys.secp256k1 import checksummed
from wallet.entries import Contact
from wallet.payees import Payment, account_of, accounts, lookalike, payee, payments, remember
from wallet.vault.errors import IntegrityError
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from wallet.wallet import Wallet

ACCOUNT = "0x5B38Da6a701c568545dCfcB03FcB875f56beddC4"
KEY = "0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"  # secret 1


@pytest.mark.parametrize("method", ["ethr:0x539", "ethr:sepolia", "pkh:eip155:1337"])
def test_an_account_is_read_out_of_a_did_with_its_checksum(method: str) -> None:
    assert account_of(DID.parse(f"did:{method}:{ACCOUNT}"))[1] == ACCOUNT
    assert account_of(DID.parse(f"did:{method}:{ACCOUNT.lower()}"))[1] == ACCOUNT
    with pytest.raises(InvalidDID, match="checksum"):
        account_of(DID.parse(f"did:{method}:{ACCOUNT.replace('5B', '5b')}"))


def test_a_public_key_names_the_account_that_it_controls() -> None:
    chain_id, account = account_of(DID.parse(f"did:ethr:0x539:{KEY}"))
    assert chain_id == 0x539
    assert account == "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"


def test_an_account_that_a_contact_has_is_called_by_their_name(wallet: Wallet) -> None:
    contact = Contact("Acme", DID.parse(f"did:ethr:0x539:{ACCOUNT}"))
    wallet.vault.put(Kind.CONTACT, contact.body(), id=contact.id)
    foreign = Contact("Solana", DID.parse("did:pkh:solana:4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZ:abc"))
    wallet.vault.put(Kind.CONTACT, foreign.body(), id=foreign.id)
    assert payee(wallet.vault, ACCOUNT.lower()).label == "Acme"
    assert payee(wallet.vault, "0x" + "12" * 20).label == checksummed(bytes([0x12] * 20))
    assert dict(accounts(wallet.vault)) == {"Acme": ACCOUNT}


def test_an_account_looks_like_another_where_both_ends_are_the_same() -> None:
    forged = ACCOUNT[:6] + "11" * 16 + ACCOUNT[-4:]
    assert lookalike(forged, [ACCOUNT]) == ACCOUNT
    assert lookalike(ACCOUNT, [ACCOUNT, ACCOUNT.lower()]) is None
    assert lookalike(ACCOUNT[:6] + "11" * 18, [ACCOUNT]) is None


@given(st.binary(min_size=20, max_size=20))
def test_no_account_looks_like_itself(account: bytes) -> None:
    address = checksummed(account)
    assert lookalike(address, [address, address.lower()]) is None


def test_a_payment_is_kept_once_and_what_is_none_is_said_to_be_damaged(wallet: Wallet) -> None:
    paid = Payment(1, "0xab", ACCOUNT, "Acme", 10**30, "2026-11-26T10:00:00+00:00")
    remember(wallet.vault, paid)
    remember(wallet.vault, paid)
    assert payments(wallet.vault) == (paid,)
    wallet.vault.put(Kind.PAYMENT, {**paid.body(), "wei": "-1"}, id="1/0xcd")
    with pytest.raises(IntegrityError, match="payment"):
        payments(wallet.vault)
