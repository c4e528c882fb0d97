"""Secrets of a wallet that is known beforehand, in each form in which they might be shown."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from did.encoding import encode_multikey
from did.keys import ALGORITHMS as TABLE
from wallet.vault.cipher import Purpose
from wallet.vault.derivation import Branch, KeyPath, derive, holder_blind, holder_secret
from wallet.vault.files import VAULT_FILE
from wallet.vault.header import Header
from wallet.vault.phrase import RecoveryPhrase
from wallet.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSPHRASE: Final = "Vexoquill passes the Zunderbrook"
NEW_PASSPHRASE: Final = "Quoxivell leaves the Zanderbreek"
BACKUPS: Final = "Harquebin carries the Ostrofane"
WORDS: Final = "legal winner thank year wave sausage worth useful legal winner thank yellow"
IDENTITY: Final = "AGE-SECRET-KEY-1GFP5G32XGAYYJJJTF3X5UN6S29F9X4Z42ET4SK26TDW96HJLVPSSCYYLM9"
RECIPIENT: Final = "age1paryfdanjsg670qnswmv7puley7gd926l2wrjjss8wvtt3dydc2sluaqks"
IMPORTED: Final = bytes(range(0x81, 0xA1))
"""A private key of P-256, and one of Ed25519, that another program had."""
BBS: Final = "BLS12381G2"
ALGORITHMS: Final = ("Ed25519", "P-256", "P-384", "P-521", "secp256k1")


def forms(name: str, key: bytes) -> dict[str, str]:
    """How a key might be shown. Of bytes, a part will do, whatever stands around it."""
    return {
        f"{name} as bytes": repr(bytes(key)[4:20])[2:-1],
        f"{name} in hexadecimal": key.hex(),
        f"{name} in base64": base64.urlsafe_b64encode(key).rstrip(b"=").decode(),
        f"{name} in the other base64": base64.b64encode(key).rstrip(b"=").decode(),
        f"{name} as a number": str(int.from_bytes(key, "big")),
    }


def canaries() -> dict[str, str]:
    """What must be shown nowhere, by name."""
    phrase = RecoveryPhrase.parse(Secret(WORDS))
    words, seed = WORDS.split(), phrase.expose_seed()
    found = {
        "passphrase": PASSPHRASE,
        "new passphrase": NEW_PASSPHRASE,
        "backup's passphrase": BACKUPS,
        "identity": IDENTITY,
        **{f"words {n}": " ".join(words[n : n + 3]) for n in range(0, 12, 3)},
        **{f"list of words {n}": repr(words[n : n + 3])[1:-1] for n in range(0, 12, 3)},
        **forms("entropy", phrase.expose_entropy()),
        **forms("seed", seed),
        **forms("age key", bytes(range(0x42, 0x62))),
        **forms("imported key", IMPORTED),
        **forms("holder's secret", holder_secret(seed)),
        **forms("holder's blinding", holder_blind(seed, _bbs_issuer(seed))),
    }
    for path in _paths():
        found |= forms(f"{path.algorithm} {path}", derive(seed, path))
    return found


def _paths() -> Iterator[KeyPath]:
    yield from (KeyPath.ethr(0), KeyPath.ethr(1), KeyPath.journal(), KeyPath.pkh(0))
    for branch in Branch:
        for number in range(4):
            for algorithm in (*ALGORITHMS, BBS):
                yield KeyPath.did(branch, number, algorithm=algorithm)
            yield from (KeyPath.did(branch, number, rotation) for rotation in range(3))


def _bbs_issuer(seed: bytes) -> str:
    """The DID of the wallet that issues by bbs-2023: its did:key after one of each algorithm."""
    path = KeyPath.did(Branch.DID_KEY, len(ALGORITHMS), algorithm=BBS)
    public_key = TABLE[BBS].private_key(derive(seed, path)).public_key
    return f"did:key:{encode_multikey(public_key)}"


def meta_of(home: Path) -> dict[str, bytes]:
    """What stands in a vault before it is unlocked."""
    with closing(sqlite3.connect(home / VAULT_FILE)) as connection:
        return dict(connection.execute("SELECT name, value FROM meta"))


def keys_of(home: Path) -> dict[str, str]:
    """What the passphrase opens: the key that it makes, the wallet's, and those for one purpose."""
    meta = meta_of(home)
    header = Header.parse(meta["header"])
    key = header.unwrap(meta["wallet_key"], Secret(PASSPHRASE))
    found = forms("wrapping key", header._wrapping_key(Secret(PASSPHRASE)))
    found |= forms("wallet key", key.raw)
    for purpose in Purpose:
        found |= forms(f"key for {purpose}", key.subkey(purpose))
    return found
