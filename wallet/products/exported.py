"""A product's log as a file, signed as a whole, which anybody can check; with receipts of anchors.

{"type": "HoldfastProductLog", "version": 1, "product": "prod-…", "name": …, "signer": "did:key:…",
 "count": 3, "end": "<hash of the last event>", "events": […],
 "anchors": [{"head": {…}, "receipt": {…}}], "proof": {…}}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from did.chain.anchoring.receipt import AnchorReceipt, InvalidReceipt, against
from did.errors import ChainError, InvalidDocument, NotFound, Unreachable
from did.strict_json import read_object
from wallet.credentials.signed_json import signer_of
from wallet.journal.entry import canonical, hash_of
from wallet.products.errors import LogBroken, NotALog
from wallet.products.log import HEAD_TYPE, VERSION, Fault, Finding, examine
from wallet.products.product import product_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from did.chain import Chain
    from wallet.products.product import Product

TYPE: Final = "HoldfastProductLog"
LARGEST: Final = 16 << 20  # bytes of an exported log
_MEMBERS: Final = frozenset(
    {"type", "version", "product", "name", "signer", "count", "end", "events", "anchors", "proof"}
)
_HEAD_MEMBERS: Final = frozenset({"type", "version", "product", "count", "hash"})
_OWN_DOCUMENTS: Final = ("did:key:", "did:jwk:", "did:peer:")


@dataclass(frozen=True, slots=True)
class Anchored:
    """How it stands with an anchor.

    Attributes:
        count: how many events it is of.
        chain_id: the chain.
        block: the block's number; None where the chain could not be asked.
        timestamp: the block's time, in seconds since 1970; None as above.
    """

    count: int
    chain_id: int
    block: int | None = None
    timestamp: int | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """An exported log as it is read; nothing is said of whether it is true."""

    form: Mapping[str, Any]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The log that a file of JSON is. Raises `NotALog`."""
        try:
            form = read_object(data, limit=LARGEST)
        except InvalidDocument as error:
            raise NotALog(f"the product's log cannot be read: {error}") from error
        if form.keys() != _MEMBERS:
            raise NotALog("it is no log of a product: its members are others")
        if form["type"] != TYPE or type(form["version"]) is not int or form["version"] != VERSION:
            raise NotALog(f"it is no {TYPE} of version {VERSION}")
        if not all(isinstance(form[name], str) for name in ("product", "name", "signer", "end")):
            raise NotALog("its 'product', 'name', 'signer' and 'end' are not texts")
        if not form["signer"].startswith(_OWN_DOCUMENTS):
            raise NotALog("its 'signer' is no DID that is its own document")
        if type(form["count"]) is not int or form["count"] < 1:
            raise NotALog("its 'count' is not a count of events")
        if not isinstance(form["events"], list) or not isinstance(form["anchors"], list):
            raise NotALog("its 'events' and 'anchors' are not lists")
        return cls(form)

    @property
    def events(self) -> Sequence[Any]:
        """The events, in the order they stand."""
        events: list[Any] = self.form["events"]
        return events

    def verify(
        self, chain_of: Callable[[int], Chain | None], *, signer: str | None = None
    ) -> tuple[Anchored, ...]:
        """Whether it is what its signer wrote: `signer`, or the one that it names itself.

        Gives how it stands with its anchors; `chain_of` gives the chains that are known here.

        Raises:
            LogBroken: it is not; every event that is not is named.
            NotALog: an anchor in it is none.
        """
        whose = self.form["signer"]
        if signer is not None and signer != whose:
            raise LogBroken((Finding(0, Fault.ANOTHER),))
        found = list(examine(self.events, whose, count=self.form["count"], end=self.form["end"]))
        if not self._begins_so(whose) and not found:
            found.append(Finding(1, Fault.CHANGED))
        anchors = []
        for one in self.form["anchors"]:
            anchored = self._anchored(one, chain_of)
            if isinstance(anchored, Finding):
                found.append(anchored)
            else:
                anchors.append(anchored)
        if signer_of(self.form, {whose}) is None:
            found.append(Finding(0, Fault.FILE))
        if found:
            raise LogBroken(tuple(found))
        return tuple(anchors)

    def _begins_so(self, whose: str) -> bool:
        first = self.events[0] if self.events else None
        return (
            isinstance(first, dict)
            and first.get("signer") == whose
            and first.get("name") == self.form["name"]
            and product_id(first) == self.form["product"]
        )

    def _anchored(self, form: Any, chain_of: Callable[[int], Chain | None]) -> Anchored | Finding:
        """An anchor, held against the events and the chain."""
        head, receipt = _head_and_receipt(form)
        count = head["count"]
        if count > len(self.events):
            return Finding(count, Fault.MISSING)
        last = hash_of(self.events[count - 1])
        if (head["product"], head["hash"]) != (self.form["product"], last):
            return Finding(count, Fault.ANCHORED)
        chain = chain_of(receipt.chain_id)
        try:
            if chain is None:
                return Anchored(count, receipt.chain_id)
            at = against(receipt, canonical(head) or b"", chain)
        except InvalidReceipt:
            return Finding(count, Fault.RECEIPT)
        except (Unreachable, NotFound, ChainError):
            return Anchored(count, receipt.chain_id)
        return Anchored(count, at.chain_id, at.block, at.timestamp)


def unsigned_log(product: Product) -> dict[str, Any]:
    """A product's log to be signed and written, with the anchors whose receipts are known."""
    return {
        "type": TYPE,
        "version": VERSION,
        "product": product.id,
        "name": product.name,
        "signer": product.signer,
        "count": len(product.events),
        "end": hash_of(product.events[-1]),
        "events": [dict(event) for event in product.events],
        "anchors": [
            {"head": dict(one.head), "receipt": dict(one.receipt)}
            for one in product.anchors
            if one.receipt is not None
        ],
    }


def _head_and_receipt(form: Any) -> tuple[dict[str, Any], AnchorReceipt]:
    """An anchor's parts. Raises `NotALog`."""
    if not isinstance(form, dict) or form.keys() != {"head", "receipt"}:
        raise NotALog("an anchor in it is none: its members are others")
    head = form["head"]
    if not isinstance(head, dict) or head.keys() != _HEAD_MEMBERS or head["type"] != HEAD_TYPE:
        raise NotALog("the head in an anchor is none")
    if type(head["count"]) is not int or head["count"] < 1 or not isinstance(head["hash"], str):
        raise NotALog("the head in an anchor has no count, or no hash")
    try:
        return head, AnchorReceipt.parse(json.dumps(form["receipt"]).encode())
    except InvalidReceipt as error:
        raise NotALog(f"a receipt in it is none: {error}") from error
