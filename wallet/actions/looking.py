"""Looking around: search over everything in the wallet, balances, and help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from did.chain import balance as balance_of
from did.chain.amounts import ether
from did.errors import UnknownNetwork
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table
from wallet.actions.topics import explain
from wallet.entries import OwnDID, contacts, credentials, dids
from wallet.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wallet.wallet import Wallet


def search(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """Every entry that all words of the query occur in, claim values included."""
    words = arguments["query"].casefold().split()
    found = [
        (kind, id_, label)
        for kind, id_, label, text in _everything(wallet)
        if all(word in text.casefold() for word in words)
    ]
    return Result(
        say("found: {count}", count=len(found)) if found else say("nothing found"),
        data={"found": [{"kind": kind, "id": id_, "name": label} for kind, id_, label in found]},
        table=Table(
            (say("Kind"), say("Name"), say("Id")),
            tuple((say(kind), label, id_) for kind, id_, label in found),
        ),
    )


def _everything(wallet: Wallet) -> Iterator[tuple[str, str, str, str]]:
    """Kind, id, label and searchable text of each entry."""
    for own in dids(wallet.vault):
        yield "DID", own.id, own.label, f"{own.name} {own.id}"
    for contact in contacts(wallet.vault):
        yield "contact", contact.id, contact.label, f"{contact.name} {contact.did}"
    for entry in credentials(wallet.vault):
        text = f"{entry.name} {entry.id} {entry.credential.raw.decode()}"
        yield "credential", entry.id, entry.label, text
    yield from _remembered(wallet)


def _remembered(wallet: Wallet) -> Iterator[tuple[str, str, str, str]]:
    """The same of products, reminders and payments."""
    # Deferred: for those who search.
    from wallet.payees import payments  # noqa: PLC0415
    from wallet.products.product import products  # noqa: PLC0415
    from wallet.reminders.reminder import reminders  # noqa: PLC0415

    for product in products(wallet.vault):
        told = (f"{event.get('event', '')} {event.get('place', '')}" for event in product.events)
        yield "product", product.id, product.label, f"{product.name} {product.id} {' '.join(told)}"
    for reminder in reminders(wallet.vault):
        text = f"{reminder.about} {reminder.when} {reminder.credential or ''}"
        yield "reminder", reminder.id, reminder.about, text
    for paid in payments(wallet.vault):
        yield "payment", paid.id, paid.name or paid.to, f"{paid.name} {paid.to} {paid.id}"


def balance(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """Ether of each did:ethr account on the wallet's chain."""
    rows = [(own, _wei(wallet, own)) for own in dids(wallet.vault) if own.did.method == "ethr"]
    return Result(
        say("accounts: {count}", count=len(rows)) if rows else say("no accounts yet"),
        data={"accounts": [{"did": own.id, "wei": str(wei)} for own, wei in rows]},
        table=Table(
            (say("Name"), say("DID"), say("Balance")),
            tuple((own.name, own.id, f"{ether(wei)} ETH") for own, wei in rows),
        ),
    )


def _wei(wallet: Wallet, own: OwnDID) -> int:
    """What the account has that a did:ethr is named after."""
    network, account = own.did.method_specific_id.split(":")
    chain = wallet.chains(int(network, 16))
    if chain is None:
        raise UnknownNetwork(f"{own.did} belongs to a chain that this wallet does not know")
    return balance_of(chain, account)


def help_on(_wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """What the wallet can do, or a few words on a topic."""
    return explain(arguments.get("topic"))


SEARCH: Final = Action(
    name="search",
    verb=("search",),
    help="Search everything in the wallet",
    example="holdfast search degree",
    parameters=(Parameter("query", Kind.TEXT, "words to look for", required=True),),
    read=search,
)

SHOW_BALANCE: Final = Action(
    name="show_balance",
    verb=("balance",),
    help="Show the ether of your did:ethr accounts",
    example="holdfast balance",
    read=balance,
)

HELP: Final = Action(
    name="help",
    verb=("help",),
    help="Say what the wallet can do, or explain a topic",
    example="holdfast help DID",
    parameters=(Parameter("topic", Kind.TEXT, "what to explain"),),
    read=help_on,
)
