"""Looking around: search over everything in the wallet, balances, and help."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from did.chain import balance as balance_of
from did.chain.amounts import ether
from did.errors import UnknownNetwork
from wallet.actions.paging import ALL, PAGE, Pages, Wanted
from wallet.actions.registry import Action, Kind, Parameter
from wallet.actions.result import Result, Table
from wallet.actions.topics import explain
from wallet.entries import OwnDID, contacts, dids, names
from wallet.messages import Message, say
from wallet.search.index import Found
from wallet.search.words import normal
from wallet.vault.record import Kind as Sort

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wallet.vault.vault import Vault
    from wallet.wallet import Wallet


def search(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """Every entry that all words of the query occur in; of many credentials, the newest page.

    What credentials say is looked through where they are few, or where the person wants it.
    """
    query, wanted = arguments["query"], Wanted.of(arguments)
    thorough = bool(arguments.get("values")) or wallet.vault.count(Sort.CREDENTIAL) <= FEW
    held = (_thoroughly if thorough else _by_index)(wallet, query, wanted)
    others = _others(wallet, query)
    pages, total = wanted.pages(held.total), held.total + len(others)
    credentials = [("credential", label.id, label.shown) for label in reversed(held.labels)]
    found = [*(others if wanted.page == 1 else ()), *credentials]
    return Result(
        _summary(pages, total),
        data={
            "found": [{"kind": kind, "id": id_, "name": name} for kind, id_, name in found],
            "values": thorough,
            **pages.data,
            "total": total,
        },
        facts=() if thorough else ((say("Not looked through"), _VALUES),),
        table=Table(
            (say("Kind"), say("Name"), say("Id")),
            tuple((say(kind), name, id_) for kind, id_, name in found),
        ),
        next=pages.next,
    )


FEW: Final = 500
"""Up to so many credentials are read whenever something is searched for."""
_VALUES: Final = say("what credentials say; to look there, too: --values")


def _by_index(wallet: Wallet, query: str, wanted: Wanted) -> Found:
    return wallet.index.find(
        query,
        known=names(wallet.vault),
        now=wallet.clock(),
        skip=wanted.skip,
        limit=wanted.limit,
    )


def _thoroughly(wallet: Wallet, query: str, wanted: Wanted) -> Found:
    """What the index finds, and what says so itself."""
    by_index = wallet.index.matching(query, known=names(wallet.vault), now=wallet.clock())
    numbers = sorted({*by_index, *_saying(wallet.vault, query)}, reverse=True)
    return Found(wallet.index.labels(numbers[wanted.places]), len(numbers))


def _others(wallet: Wallet, query: str) -> list[tuple[str, str, str]]:
    """Kind, id and label of each entry that is no credential."""
    words = normal(query).split()
    own = ((("DID", one.id, one.label), f"{one.name} {one.id}") for one in dids(wallet.vault))
    known = (
        (("contact", one.id, one.label), f"{one.name} {one.did}") for one in contacts(wallet.vault)
    )
    return [
        entry
        for entry, text in chain(own, known, _remembered(wallet))
        if all(word in normal(text) for word in words)
    ]


def _remembered(wallet: Wallet) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Kind, id and label, and the text that is searched, of what is kept beside credentials."""
    # Deferred: for those who search.
    from wallet.memory import memories  # noqa: PLC0415
    from wallet.payees import payments  # noqa: PLC0415
    from wallet.products.product import products  # noqa: PLC0415
    from wallet.reminders.reminder import reminders  # noqa: PLC0415

    for product in products(wallet.vault):
        told = (f"{event.get('event', '')} {event.get('place', '')}" for event in product.events)
        text = f"{product.name} {product.id} {' '.join(told)}"
        yield ("product", product.id, product.label), text
    for reminder in reminders(wallet.vault):
        text = f"{reminder.about} {reminder.when} {reminder.credential or ''}"
        yield ("reminder", reminder.id, reminder.about), text
    for paid in payments(wallet.vault):
        text = f"{paid.name} {paid.to} {paid.id}"
        yield ("payment", paid.id, paid.name or paid.to), text
    for kept in memories(wallet.vault):
        text = f"{kept.key} {' '.join(kept.values)} {kept.about}"
        yield ("memory", kept.id, kept.key or kept.about.value), text


def _saying(vault: Vault, query: str) -> Iterator[int]:
    """The numbers of the credentials in whose own bytes, id and name all words occur."""
    words = normal(query).split()
    for block in vault.blocks(Sort.CREDENTIAL):
        for number, record in vault.block(Sort.CREDENTIAL, block).items():
            body = record.body
            text = normal(f"{body['name']} {body['id']} {body['raw']}")
            if all(word in text for word in words):
                yield number


def _summary(pages: Pages, total: int) -> Message:
    if not total:
        return say("nothing found")
    if pages.count == 1:
        return say("found: {count}", count=total)
    return say(
        "found: {count}, page {page} of {pages}", count=total, page=pages.page, pages=pages.count
    )


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
    parameters=(
        Parameter("query", Kind.TEXT, "words to look for", required=True),
        Parameter(
            "values",
            Kind.FLAG,
            "look through what credentials say, too, however many there are",
            flag="--values",
            planned=False,
        ),
        PAGE,
        ALL,
    ),
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
