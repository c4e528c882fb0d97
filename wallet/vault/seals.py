"""The seals of one wallet: the keys that its rows, its directory and its manifest hang on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wallet.vault.cipher import RowCipher, keyed_hash
from wallet.vault.directory import BLOCK_SIZE, HASH_SIZE
from wallet.vault.errors import IntegrityError
from wallet.vault.manifest import Manifest, row_digest
from wallet.vault.secret import Confidential

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.vault.keys import DataKeys
    from wallet.vault.store import Row

MANIFEST: Final = "manifest"
COUNTED: Final = ("header", "wallet_key", "phrase")
"""The `meta` rows that the manifest counts: an old one put back is noticed like an old record."""


@dataclass(frozen=True, slots=True, repr=False)
class Seals(Confidential):
    """What rows, blocks and the manifest are sealed and counted with."""

    record: RowCipher
    block: RowCipher
    manifest: RowCipher
    digest_key: bytes

    @classmethod
    def of(cls, keys: DataKeys) -> Seals:
        """Those of a wallet. Blocks share the manifest's key: a seal binds the table's name."""
        return cls(
            record=RowCipher(keys.records, keys.wallet, "record"),
            block=RowCipher(keys.manifest, keys.wallet, "block"),
            manifest=RowCipher(keys.manifest, keys.wallet, "meta"),
            digest_key=keys.rows,
        )

    def digest(self, row: Row) -> bytes:
        """What the directory says of a record: keyed BLAKE2b-128 of everything in its row."""
        numbers = row.number.to_bytes(8, "big", signed=True), row.version.to_bytes(8, "big")
        return keyed_hash(self.digest_key, *numbers, row.id, row.sealed, size=HASH_SIZE)

    def old_digest(self, row: Row) -> int:
        """What a record added to the manifest's sum in schema version 1."""
        return row_digest(self.digest_key, "record", row.id, row.version, row.sealed)

    def block_digest(self, number: int, sealed: bytes) -> int:
        """What a block of the directory adds to the manifest's sum."""
        return row_digest(self.digest_key, "block", _block_id(number), 0, sealed)

    def meta_digest(self, name: str, value: bytes) -> int:
        """What a row of `meta` adds to the manifest's sum."""
        return row_digest(self.digest_key, "meta", name.encode(), 0, value)

    def counted(self, meta: Mapping[str, bytes]) -> list[int]:
        """What `meta` adds to the manifest's sum."""
        return [self.meta_digest(name, meta[name]) for name in COUNTED]

    def seal_manifest(self, manifest: Manifest) -> bytes:
        """The manifest as it stands in the file, in schema version 2."""
        return self.manifest.seal(manifest.to_bytes(), row_id=MANIFEST.encode(), version=2)

    def open_manifest(self, sealed: bytes, *, version: int = 2) -> Manifest:
        """The manifest that was written by a program of that schema version."""
        bound = 0 if version == 1 else version
        row_id, name = MANIFEST.encode(), "the manifest"
        return Manifest.from_bytes(
            self.manifest.open(sealed, row_id=row_id, version=bound, name=name)
        )

    def seal_block(self, number: int, block: bytes) -> bytes:
        """A block of the directory as it stands in the file."""
        return self.block.seal(block, row_id=_block_id(number), version=0)

    def open_block(self, number: int, sealed: bytes) -> bytes:
        """A block of the directory."""
        name = "the directory"
        block = self.block.open(sealed, row_id=_block_id(number), version=0, name=name)
        if len(block) != BLOCK_SIZE:
            raise IntegrityError(name)
        return block

    def open_record(self, row: Row) -> bytes:
        """What is in a record's row."""
        name = f"record {row.id.hex()}"
        return self.record.open(row.sealed, row_id=row.id, version=row.version, name=name)


def _block_id(number: int) -> bytes:
    return number.to_bytes(8, "big", signed=True)
