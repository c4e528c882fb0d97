"""Documents that are being anchored: kept from before the transaction until their receipts are.

The salts of a batch are drawn by lot. Without them a crash after the sending would leave the root
on the chain, and nobody able to show what it is the root of.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from did.chain.anchoring.anchors import Batch
from did.chain.anchoring.merkle import Tree
from did.chain.anchoring.receipt import receipts
from did.chain.hexadecimal import data, read_data
from wallet.files import free_path, write_new
from wallet.vault.errors import RecordNotFound
from wallet.vault.record import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from did.chain import Chain
    from did.chain.anchoring.receipt import AnchorReceipt
    from wallet.vault.vault import Vault

CALL = "anchor"
"""What the purpose of such a transaction calls it; its `root` names the anchoring."""


@dataclass(frozen=True, slots=True)
class Anchoring:
    """A batch, the names of its documents in order, and the folder for their receipts."""

    batch: Batch
    names: tuple[str, ...]
    folder: Path

    @property
    def root(self) -> str:
        """The root in hexadecimal, by which it is kept."""
        return data(self.batch.root)

    @property
    def purpose(self) -> Mapping[str, str]:
        """What its transaction is for."""
        return {"call": CALL, "root": self.root}

    @classmethod
    def kept(cls, vault: Vault, root: str) -> Self | None:
        """The one that is under way with that root, if there is one."""
        try:
            body = vault.get(Kind.ANCHORING, root).body
        except RecordNotFound:
            return None
        leaves, salts = (tuple(map(read_data, body[name])) for name in ("leaves", "salts"))
        return cls(Batch(Tree.of(leaves), salts), tuple(body["names"]), Path(body["folder"]))

    def keep(self, vault: Vault) -> None:
        """Write it down, before its transaction is sent."""
        body: dict[str, Any] = {
            "leaves": [data(leaf) for leaf in self.batch.tree.levels[0]],
            "salts": [data(salt) for salt in self.batch.salts],
            "names": list(self.names),
            "folder": str(self.folder),
        }
        vault.put(Kind.ANCHORING, body, id=self.root)

    def drop(self, vault: Vault) -> None:
        """Keep it no longer: its transaction never counts."""
        vault.delete(Kind.ANCHORING, self.root)

    def finish(
        self, vault: Vault, chain: Chain, transaction: str
    ) -> tuple[AnchorReceipt, Mapping[str, Path]]:
        """Write the receipts, and be done with it; the first receipt, and the files by document.

        Raises:
            BadInput: a receipt cannot be written; it can be tried again.
            NotFound, ChainError, Unreachable: as `receipts`.
        """
        made = receipts(chain, self.batch, read_data(transaction, size=32))
        written = {
            name: write_new(free_path(self._file(name)), receipt.serialized())
            for name, receipt in zip(self.names, made, strict=True)
        }
        vault.delete(Kind.ANCHORING, self.root)
        return made[0], written

    def _file(self, name: str) -> Path:
        stem = Path(name).name.removesuffix(".json") or "document"
        return self.folder / f"{stem}.anchor.json"
