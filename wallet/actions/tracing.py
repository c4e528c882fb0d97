"""Products: begun, their events signed one by one, traced, anchored, and written to a file."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from did.chain.anchoring.receipt import AnchorReceipt
from did.errors import DIDError, TransactionFailed
from wallet.actions.anchors import RECEIPTS, anchor_named
from wallet.actions.proposal import Proposal, Statement
from wallet.actions.result import Result, Table
from wallet.actions.signed_files import own_signer, prepare_file
from wallet.entries import find, names
from wallet.errors import BadInput
from wallet.files import at_home, free_path, read_file, write_new
from wallet.journal.entry import hash_of
from wallet.messages import say
from wallet.products.errors import LogBroken
from wallet.products.exported import unsigned_log
from wallet.products.log import begun, examine, happened, head_of
from wallet.products.product import AnchoredHead, Product, keep, products
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wallet.actions.securing import Prepared
    from wallet.messages import Message
    from wallet.wallet import Wallet

_SUFFIX: Final = ".anchor.json"


def add(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A new product, and the first event of its log, signed.

    Raises:
        BadInput: the name is none, or another product has it.
        NoSuchEntry: the wallet has no DID that could sign.
    """
    signer = own_signer(wallet, arguments.get("signer"))
    first = begun(arguments["name"], signer=signer.id, at=wallet.clock(), draw=wallet.draw)
    name: str = first["name"]
    _refuse_namesake(wallet, name)
    prepared = prepare_file(wallet, signer, first)

    def perform() -> Result:
        made = Product(name, signer.id, (_signed(prepared),))
        with wallet.vault.transaction():
            _refuse_namesake(wallet, name)
            keep(wallet.vault, made)
        return Result(
            say("{name} has a log from now on", name=name),
            data={"id": made.id, "name": name, "signer": signer.id},
            facts=((say("Id"), made.id),),
            made=made.id,
            next=say("what happens to it: holdfast product record {id} EVENT", id=made.id),
        )

    statement = Statement(
        say("Begin a log of what happens to {name}", name=name),
        facts=(
            (say("Product"), name),
            (say("Signer"), signer.described),
            (say("Secured by"), prepared.described),
        ),
    )
    return Proposal("add_product", statement, prepared.binding, perform)


def listing(wallet: Wallet, _arguments: Mapping[str, Any]) -> Result:
    """All products, the oldest first."""
    known = products(wallet.vault)
    return Result(
        say("products: {count}", count=len(known)) if known else say("no products yet"),
        data={
            "products": [
                {"id": one.id, "name": one.name, "signer": one.signer, "events": len(one.events)}
                for one in known
            ]
        },
        table=Table(
            (say("Id"), say("Name"), say("Events"), say("Last")),
            tuple(
                (one.id, one.name, str(len(one.events)), str(one.events[-1].get("at", "")))
                for one in known
            ),
        ),
    )


def record(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """One more event of a product, signed.

    Raises:
        NoSuchEntry: there is no such product, or the DID that signs its events is gone.
        BadInput: the event cannot be written so.
        LogBroken: the log does not hold; nothing is added to it.
    """
    product = _product(wallet, arguments["product"])
    signer = own_signer(wallet, product.signer)
    event = happened(
        product.events, arguments["event"], place=arguments.get("place"), at=wallet.clock()
    )
    prepared = prepare_file(wallet, signer, event)

    def perform() -> Result:
        signed = _signed(prepared)
        with wallet.vault.transaction():
            if _product(wallet, product.id).events != product.events:
                raise BadInput("the log has another event meanwhile", hint="ask again")
            keep(wallet.vault, product.with_event(signed))
        return Result(
            say("event {number} of {name} is signed", number=event["number"], name=product.name),
            data={"product": product.id, "number": event["number"], "hash": hash_of(signed)},
            made=product.id,
        )

    statement = Statement(
        say("Sign an event into the log of {name}", name=product.name),
        facts=(
            (say("Product"), f"{product.name} ({product.id})"),
            (say("Number"), str(event["number"])),
            *_told(event),
            (say("Signer"), signer.described),
            (say("Secured by"), prepared.described),
        ),
        warnings=(say("it stays in the log, to be read by whoever gets that"),),
    )
    return Proposal("record_event", statement, prepared.binding, perform)


def trace(wallet: Wallet, arguments: Mapping[str, Any]) -> Result:
    """What happened to a product; its log is examined first.

    Raises:
        NoSuchEntry: there is no such product.
        LogBroken: the log does not hold.
    """
    product = _product(wallet, arguments["product"])
    anchors = [(one.head["count"], _block(one)) for one in product.anchors]
    known = names(wallet.vault)
    signer = known.get(product.signer)
    return Result(
        say("{name}: its log holds, events: {count}", name=product.name, count=len(product.events)),
        data={
            "id": product.id,
            "name": product.name,
            "signer": product.signer,
            "events": [shown(event) for event in product.events],
            "end": hash_of(product.events[-1]),
            "anchors": [{"count": count, "block": block} for count, block in anchors],
        },
        facts=(
            (say("Id"), product.id),
            (say("Signer"), f"{signer} ({product.signer})" if signer else product.signer),
            *((say("Anchored"), _anchored(count, block)) for count, block in anchors),
        ),
        table=event_table(product.events),
    )


def anchor(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """The end of a product's log, by its hash in one transaction, with a receipt.

    Raises: as `record`, and what `anchor_named` raises.
    """
    product = _product(wallet, arguments["product"])
    head = head_of(product.id, product.events)
    folder = at_home(Path(arguments.get("output", wallet.home / RECEIPTS))).absolute()
    target = free_path(folder / f"{product.id}-{head['count']}.json")
    anchoring = anchor_named(
        wallet, {target.name: rfc8785.dumps(head)}, arguments, action="anchor_product"
    )
    made = AnchoredHead(head, str(target.with_name(target.stem + _SUFFIX)))

    def perform() -> Result:
        write_new(target, rfc8785.dumps(head))  # before the transaction, which names its hash
        _change_anchors(wallet, product.id, added=made)
        try:
            done = anchoring.perform()
        except TransactionFailed:
            _change_anchors(wallet, product.id, dropped=made)
            raise
        written = replace(made, file=str(next(iter(done.data["receipts"].values()))))
        _change_anchors(wallet, product.id, dropped=made, added=_with_receipt(written))
        return done

    statement = replace(
        anchoring.statement,
        title=say(
            "Anchor the log of {name} up to event {count}", name=product.name, count=head["count"]
        ),
    )
    return replace(anchoring, perform=perform, statement=statement)


def export(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A product's log as a file, signed as a whole, with the receipts of its anchors."""
    product = _product(wallet, arguments["product"])
    target = at_home(Path(arguments["output"]))
    if target.exists():
        raise BadInput(f"{str(target)!r} exists already", hint="choose another name")
    signer = own_signer(wallet, product.signer)
    receipts = [one for one in product.anchors if one.receipt is not None]
    prepared = prepare_file(wallet, signer, unsigned_log(product))

    def perform() -> Result:
        saved = write_new(target, prepared.finish())
        return Result(
            say("the log of {name} is written", name=product.name),
            data={
                "file": str(saved),
                "product": product.id,
                "events": len(product.events),
                "anchors": len(receipts),
            },
            made=str(saved),
            saved=saved,
            next=say("anybody can check it: holdfast product verify {file}", file=saved),
        )

    statement = Statement(
        say("Write the log of {name} to a file, to be read by whoever gets it", name=product.name),
        facts=(
            (say("Product"), f"{product.name} ({product.id})"),
            (say("Events"), str(len(product.events))),
            (say("Anchors"), str(len(receipts))),
            (say("Signer"), signer.described),
            (say("Saved as"), str(target)),
        ),
    )
    return Proposal("export_product", statement, prepared.binding, perform)


def remove(wallet: Wallet, arguments: Mapping[str, Any]) -> Proposal:
    """A product that is forgotten, its log with it; whether that holds is not asked."""
    product = find(products(wallet.vault), arguments["product"], noun="product")

    def perform() -> Result:
        wallet.vault.delete(Kind.PRODUCT, product.id)
        return Result(say("forgotten: {about}", about=product.name), data={"id": product.id})

    statement = Statement(
        say("Forget {name} and its log", name=product.name),
        facts=(
            (say("Product"), f"{product.name} ({product.id})"),
            (say("Events"), str(len(product.events))),
        ),
        warnings=(say("without its events nobody can go on with the log"),),
    )
    return Proposal("remove_product", statement, product.id.encode(), perform)


def event_table(events: Sequence[Mapping[str, Any]]) -> Table:
    """Events as a person reads them."""
    return Table(
        (say("Number"), say("When"), say("Event"), say("Place")),
        tuple(
            (
                str(event.get("number", "")),
                str(event.get("at", "")),
                say("begun") if "name" in event else str(event.get("event", "")),
                str(event.get("place", "")),
            )
            for event in events
        ),
    )


def shown(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event for machines, without what secures it."""
    return {
        name: event[name] for name in ("number", "at", "name", "event", "place") if name in event
    }


def _product(wallet: Wallet, reference: str) -> Product:
    """The product of that id or name. Raises `LogBroken` where its log does not hold."""
    kept = find(products(wallet.vault), reference, noun="product")
    found = replace(kept, anchors=tuple(map(_with_receipt, kept.anchors)))
    end = hash_of(found.events[-1])
    if faults := examine(found.events, found.signer, count=len(found.events), end=end):
        raise LogBroken(faults)
    return found


def _refuse_namesake(wallet: Wallet, name: str) -> None:
    for other in products(wallet.vault):
        if other.name.casefold() == name.casefold():
            raise BadInput(f"a product is already called {other.name!r}", hint=f"it is {other.id}")


def _signed(prepared: Prepared) -> dict[str, Any]:
    signed: dict[str, Any] = json.loads(prepared.finish())
    return signed


def _told(event: Mapping[str, Any]) -> tuple[tuple[Message, Message | str], ...]:
    place = ((say("Place"), str(event["place"])),) if "place" in event else ()
    return ((say("Event"), str(event["event"])), *place, (say("When"), str(event["at"])))


def _change_anchors(
    wallet: Wallet,
    product: str,
    *,
    added: AnchoredHead | None = None,
    dropped: AnchoredHead | None = None,
) -> None:
    """Keep one more anchor of a product, or one less, whatever else became of it meanwhile."""
    with wallet.vault.transaction():
        found = find(products(wallet.vault), product, noun="product")
        left = tuple(one for one in found.anchors if one != dropped)
        keep(wallet.vault, replace(found, anchors=(*left, *((added,) if added else ()))))


def _with_receipt(one: AnchoredHead) -> AnchoredHead:
    """With the receipt from its file, where that is there, and not kept yet."""
    if one.receipt is None:
        with suppress(BadInput, DIDError):
            data = read_file(one.file)
            AnchorReceipt.parse(data)
            return replace(one, receipt=json.loads(data))
    return one


def _block(one: AnchoredHead) -> int | None:
    """The block that an anchor's receipt is of."""
    if one.receipt is None:
        return None
    with suppress(DIDError):
        return AnchorReceipt.parse(json.dumps(one.receipt).encode()).proof.number
    return None


def _anchored(count: int, block: int | None) -> Message:
    if block is None:
        return say("up to event {count}, without a receipt: holdfast chain pending", count=count)
    return say("up to event {count}, in block {block}", count=count, block=block)
