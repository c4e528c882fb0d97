"""Payments: ether sent to somebody, on the chain in use, and whom it went to before.

The first payment to an account on a chain needs its amount typed beside the yes: a wrong account,
or one that somebody put in the place of another, is seen then or never.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from did.chain import balance
from did.chain.amounts import ether, read_ether
from did.chain.registry.reads import identity_owner
from did.chain.sending.transaction import prepare
from did.errors import ChainError, InsufficientFunds
from did.keys.secp256k1 import checksummed
from wallet.actions.doubles import doubles
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result, Table
from wallet.actions.transactions import payment_of
from wallet.entries import dids, find
from wallet.errors import BadInput
from wallet.messages import say
from wallet.payees import CALL, accounts, lookalike, payee, payments, remember
from wallet.registrars.accounts import account_address
from wallet.rules.deed import Payment, Spending
from wallet.vault.derivation import KeyPath

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from did.chain import Chain
    from did.chain.sending.transaction import UnsignedTransaction
    from wallet.entries import OwnDID
    from wallet.messages import Message
    from wallet.payees import Payee
    from wallet.wallet import Wallet

_NOBODY: Final = bytes(20)
_NAMED: Final = 200
"""How much of a name the purpose of a transaction keeps, in characters."""


@dataclass(frozen=True, slots=True)
class _Account:
    """An account of the wallet: whose, its address, and what it has, in wei."""

    own: OwnDID
    address: str
    owned: int


def pay(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """One transaction that carries the amount, and waits for a yes.

    Raises:
        BadInput: the amount is none, nobody can be paid there, or there is too little.
        NoSuchEntry: nobody is known by that name.
        DIDError: the DID is malformed, or the chain gave no answer.
    """
    wei = read_amount(arguments["amount"])
    chain = wallet.chains.chosen()
    whom = payee(wallet.vault, arguments["to"])
    _refuse_nobody(wallet, whom)
    paying = _paying(wallet, chain, wei, arguments.get("from"))
    if paying.address == whom.address:
        raise BadInput(
            f"{whom.label} has the account that would pay", hint="name another with --from"
        )
    try:
        unsigned = prepare(chain, sender=paying.address, to=whom.address, value=wei)
    except InsufficientFunds as error:
        raise BadInput(
            str(error), hint=f"{error.hint}, or name another account with --from"
        ) from error
    signer = wallet.vault.digest_signer(KeyPath.ethr(paying.own.number))
    amount = f"{ether(unsigned.summary().value)} ETH"
    purpose = {"call": CALL, "to": whom.address, "wei": str(wei), "name": whom.name[:_NAMED]}

    def perform() -> Result:
        done = wallet.sending.deliver(chain, unsigned, signer, purpose)
        if (paid := payment_of(wallet, chain, purpose, done)) is not None:
            remember(wallet.vault, paid)
        return Result(
            say("paid {amount} to {name}", amount=amount, name=whom.label),
            data={
                "to": whom.address,
                "did": str(whom.did) if whom.did else None,
                "amount": ether(wei),
                "currency": "ETH",
                "from": paying.address,
                "chain": chain.chain_id,
                "transaction": done.transaction_hash,
                "block": done.block,
                "fee": ether(done.fee),
            },
            facts=(
                (say("Transaction"), done.transaction_hash),
                (say("Fee"), f"{ether(done.fee)} ETH"),
            ),
            made=done.transaction_hash,
        )

    statement = Statement(
        say("Pay {amount} to {name}", amount=amount, name=whom.label),
        facts=tuple(_facts(wallet, chain, whom, paying, unsigned)),
        warnings=tuple(_warnings(wallet, chain, whom)),
    )
    first = _is_first(wallet, chain, whom)
    return Proposal(
        "send_payment",
        statement,
        unsigned.signing_payload,
        perform,
        Spending(unsigned.cost, Payment(chain.chain_id, whom.address, wei)),
        to_type=amount if first else None,
    )


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """What was paid, the newest last."""
    made = payments(wallet.vault)
    return Result(
        say("payments: {count}", count=len(made)) if made else say("nothing was paid yet"),
        data={"payments": [{**one.body(), "amount": ether(one.wei)} for one in made]},
        table=Table(
            (say("When"), say("To"), say("Amount"), say("Chain"), say("Transaction")),
            tuple(
                (
                    one.at,
                    f"{one.name} ({one.to})" if one.name else one.to,
                    f"{ether(one.wei)} ETH",
                    str(one.chain_id),
                    one.transaction,
                )
                for one in made
            ),
        ),
    )


def read_amount(text: str) -> int:
    """An amount to be paid, in wei. Raises `BadInput` where it is none, or nothing."""
    wei = read_ether(text)
    if wei is None:
        _, _, decimals = text.partition(".")
        hint = "a decimal with a point, such as 0.25"
        if decimals.isdecimal() and len(decimals) > 18:
            hint = "an ether has 18 digits after the point"
        raise BadInput(f"{text!r:.100} is no amount of ether", hint=hint)
    if wei == 0:
        raise BadInput("an amount of 0 pays nobody anything")
    return wei


def _refuse_nobody(wallet: Wallet, whom: Payee) -> None:
    if bytes.fromhex(whom.address[2:]) == _NOBODY:
        raise BadInput(f"nobody has the account {whom.address}: what is paid there is lost")
    if whom.did is None or wallet.chains(whom.chain_id or 0) is None:
        return
    if wallet.resolver.resolve(str(whom.did)).deactivated:
        raise BadInput(
            f"{whom.label} has given {whom.did} up, and may have lost the key of its account",
            hint=f"ask them; the account itself is {whom.address}",
        )


def _paying(wallet: Wallet, chain: Chain, wei: int, named: str | None) -> _Account:
    """Whose account pays: the one named, or the first that has more than the amount."""
    held = [own for own in dids(wallet.vault) if own.did.method == "ethr"]
    if not held:
        raise BadInput(
            "no account of this wallet could pay", hint="holdfast did create --method ethr"
        )
    if named is not None:
        held = [find(held, named, noun="did:ethr")]
    found: list[_Account] = []
    for own in held:
        address = account_address(wallet.vault, own.number)
        account = _Account(own, address, balance(chain, address))
        if account.owned > wei:
            return account
        found.append(account)
    richest = max(found, key=lambda account: account.owned)
    raise BadInput(
        f"this needs more than {ether(wei)} ETH at one account, and {richest.address} has"
        f" {ether(richest.owned)} ETH",
        hint=f"send some ether on chain {chain.chain_id} there first",
    )


def _facts(
    wallet: Wallet, chain: Chain, whom: Payee, paying: _Account, unsigned: UnsignedTransaction
) -> Iterator[tuple[Message, Message | str]]:
    """To whom, how much, from where, and what is left: what is in the bytes is read from them."""
    summary = unsigned.summary()
    is_own = chain is wallet.chains.embedded()
    place = say("{chain}, this wallet's own: play money", chain=summary.chain_id)
    if whom.name:
        yield say("To"), whom.name
    if whom.did is not None:
        yield say("DID"), str(whom.did)
    yield say("Account"), summary.to
    yield say("Amount"), f"{ether(summary.value)} ETH"
    yield say("From"), f"{paying.own.label} ({summary.sender})"
    yield say("Chain"), place if is_own else str(chain.chain_id)
    yield say("Highest fee"), f"{ether(summary.cost - summary.value)} ETH"
    yield say("Highest cost"), f"{ether(summary.cost)} ETH"
    yield say("Left at least"), f"{ether(paying.owned - summary.cost)} ETH"


def _warnings(wallet: Wallet, chain: Chain, whom: Payee) -> Iterator[Message]:
    yield say("nobody can take a payment back")
    if whom.chain_id not in {None, chain.chain_id}:
        yield say(
            "the DID names the account on chain {other}, and this is chain {chain}: whoever has"
            " its key has both, but a contract's account may be nobody's here",
            other=whom.chain_id,
            chain=chain.chain_id,
        )
    if (owner := _other_owner(chain, whom)) is not None:
        yield say(
            "the DID is controlled by another account, {owner}: its first account may have no key"
            " any more",
            owner=owner,
        )
    if chain.request("eth_getCode", [whom.address, "latest"]) not in {"0x", None}:
        yield say("a contract is at this account, which can do what it likes with what it gets")
    if not whom.name:
        yield say("this is none of your contacts")
    yield from doubles(wallet.vault, whom.name)
    yield from _strangeness(wallet, chain, whom)


def _strangeness(wallet: Wallet, chain: Chain, whom: Payee) -> Iterator[Message]:
    """What a person should look at twice before they pay somebody for the first time."""
    if not _is_first(wallet, chain, whom):
        return
    yield say(
        "nothing was ever paid to this account on this chain: compare it with what they told you,"
        " digit by digit"
    )
    made = payments(wallet.vault)
    earlier = next((one.to for one in reversed(made) if whom.name and one.name == whom.name), None)
    if earlier not in {None, whom.address}:
        yield say(
            "{name} was paid at another account before: {other}", name=whom.name, other=earlier
        )
    known = (*(one.to for one in made), *(account for _, account in accounts(wallet.vault)))
    if (other := lookalike(whom.address, known)) is not None:
        yield say("it looks like an account that you know, {other}, and is another", other=other)


def _is_first(wallet: Wallet, chain: Chain, whom: Payee) -> bool:
    """Whether the account was never paid on the chain, and is none of the wallet's own."""
    paid = any(
        (one.chain_id, one.to) == (chain.chain_id, whom.address) for one in payments(wallet.vault)
    )
    own = (
        account_address(wallet.vault, own.number)
        for own in dids(wallet.vault)
        if own.did.method == "ethr"
    )
    return not paid and whom.address not in own


def _other_owner(chain: Chain, whom: Payee) -> str | None:
    """The account that controls a did:ethr, where that is not the one that it is named after."""
    if whom.did is None or whom.did.method != "ethr" or whom.chain_id != chain.chain_id:
        return None
    owner = None
    with suppress(ChainError):  # a chain without a registry says nothing of its DIDs
        owner = checksummed(identity_owner(chain, bytes.fromhex(whom.address[2:])))
    return None if owner == whom.address else owner
