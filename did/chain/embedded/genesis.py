"""The first block of a chain and the accounts that it begins with, as data to be carried elsewhere.

A state keeps the Keccak-256 hashes of its addresses and slots and not what they are hashes of, and
these are enough to make the same state again. So a chain of any age can be carried.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from did.chain import rlp
from did.chain.embedded.blocks import Header
from did.chain.embedded.state import EMPTY_CODE, read_leaves, written_trie
from did.chain.hexadecimal import data, read_address, read_data
from did.errors import ChainError
from did.keccak import keccak256

if TYPE_CHECKING:
    from did.chain.embedded.ledger import Ledger
    from did.chain.embedded.store import Store

_MEMBERS: Final = frozenset(
    {
        "chainId",
        "registry",
        "hash",
        "timestamp",
        "gasLimit",
        "baseFeePerGas",
        "codes",
        "accounts",
    }
)
_ACCOUNT: Final = frozenset({"key", "nonce", "balance", "code", "storage"})
_DECIMAL: Final = re.compile(r"[0-9]{1,78}")


@dataclass(frozen=True, slots=True)
class GenesisAccount:
    """An account of the first state. `key` is the hash of its address, `code` that of its code.

    `storage` is hashes of slots, and words as the trie has them: in RLP. `balance` is in wei.
    """

    key: bytes
    nonce: int
    balance: int
    code: bytes
    storage: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Genesis:
    """A first block, its hash, and all of its state. Its time is in seconds since 1970."""

    chain_id: int
    registry: bytes
    hash: bytes
    timestamp: int
    gas_limit: int
    base_fee: int
    codes: tuple[bytes, ...]
    accounts: tuple[GenesisAccount, ...]

    @classmethod
    def of(cls, ledger: Ledger) -> Self:
        """That of an embedded chain. Raises `ChainError` for a file that is damaged."""
        store = ledger.store
        with store.reading():
            block = ledger.block(0)
            header = Header.of(block)
            leaves = read_leaves(store.get, header.state_root)
            accounts = tuple(_account(store, key, leaf) for key, leaf in leaves)
            digests = {account.code for account in accounts} - {EMPTY_CODE}
            codes = tuple(_preimage(store, digest) for digest in sorted(digests))
        return cls(
            chain_id=store.chain_id,
            registry=store.registry,
            hash=block.hash,
            timestamp=header.timestamp,
            gas_limit=header.gas_limit,
            base_fee=header.base_fee,
            codes=codes,
            accounts=accounts,
        )

    @classmethod
    def parse(cls, value: Any) -> Self:
        """What the JSON `value` of `Genesis.json` says. Raises `ChainError`."""
        if not isinstance(value, dict) or value.keys() != _MEMBERS:
            raise ChainError("the first block is not described as it should be")
        genesis = cls(
            chain_id=_number(value["chainId"], below=2**53),
            registry=read_address(value["registry"], "the registry's address"),
            hash=read_data(value["hash"], "the hash", size=32),
            timestamp=_number(value["timestamp"], below=2**53),
            gas_limit=_number(value["gasLimit"], below=2**53),
            base_fee=_number(value["baseFeePerGas"], below=2**53),
            codes=tuple(read_data(code, "the code") for code in _list(value["codes"])),
            accounts=tuple(_read_account(entry) for entry in _list(value["accounts"])),
        )
        genesis._check()
        return genesis

    def json(self) -> dict[str, Any]:
        """The same as JSON: balances as decimal numbers, in wei; bytes as hexadecimal."""
        return {
            "chainId": self.chain_id,
            "registry": data(self.registry),
            "hash": data(self.hash),
            "timestamp": self.timestamp,
            "gasLimit": self.gas_limit,
            "baseFeePerGas": self.base_fee,
            "codes": [data(code) for code in self.codes],
            "accounts": [
                {
                    "key": data(account.key),
                    "nonce": account.nonce,
                    "balance": str(account.balance),
                    "code": data(account.code),
                    "storage": [[data(slot), data(word)] for slot, word in account.storage],
                }
                for account in self.accounts
            ],
        }

    def begin(self, ledger: Ledger) -> None:
        """Makes the first block in an empty store. Raises `ChainError` where it is another one."""
        made = ledger.machine.begin_again(
            state_root=self._lay_out(ledger.store),
            timestamp=self.timestamp,
            gas_limit=self.gas_limit,
            base_fee=self.base_fee,
        )
        if made != self.hash:
            raise ChainError("the first block comes out otherwise than it is written")

    def _lay_out(self, store: Store) -> bytes:
        """Puts the state into the store; its root is the answer."""
        for code in self.codes:
            store.put(keccak256(code), code)
        leaves = []
        for account in self.accounts:
            root, nodes = written_trie(account.storage)
            numbers = [rlp.encode_integer(n) for n in (account.nonce, account.balance)]
            leaves.append((account.key, rlp.encode([*numbers, root, account.code])))
            _put_all(store, nodes)
        root, nodes = written_trie(leaves)
        _put_all(store, nodes)
        return root

    def _check(self) -> None:
        digests = {keccak256(code) for code in self.codes}
        needed = {account.code for account in self.accounts} - {EMPTY_CODE}
        if digests != needed or len(digests) != len(self.codes):
            raise ChainError("the first block's codes are not those of its accounts")
        keys = [account.key for account in self.accounts]
        if len(set(keys)) != len(keys):
            raise ChainError("the first block has an account twice")
        registry = keccak256(self.registry)
        if not any(one.key == registry and one.code != EMPTY_CODE for one in self.accounts):
            raise ChainError("the first block has no registry of DIDs")


def _account(store: Store, key: bytes, leaf: bytes) -> GenesisAccount:
    match rlp.decode(leaf):
        case [bytes(nonce), bytes(balance), bytes(root), bytes(code)]:
            storage = tuple(read_leaves(store.get, root))
            number = int.from_bytes
            return GenesisAccount(key, number(nonce, "big"), number(balance, "big"), code, storage)
        case _:
            raise ChainError("the chain's state has an account that is none")


def _preimage(store: Store, digest: bytes) -> bytes:
    code = store.get(digest)
    if code is None or keccak256(code) != digest:
        raise ChainError("the chain's state is not whole: a contract's code is missing")
    return code


def _read_account(entry: Any) -> GenesisAccount:
    if not isinstance(entry, dict) or entry.keys() != _ACCOUNT:
        raise ChainError("an account of the first block is not described as it should be")
    balance = entry["balance"]
    if not isinstance(balance, str) or not _DECIMAL.fullmatch(balance):
        raise ChainError("a balance of the first block is no decimal number")
    return GenesisAccount(
        key=read_data(entry["key"], "the account", size=32),
        nonce=_number(entry["nonce"], below=2**53),
        balance=_number(int(balance), below=2**256),
        code=read_data(entry["code"], "the code's hash", size=32),
        storage=tuple(_word(pair) for pair in _list(entry["storage"])),
    )


def _word(pair: Any) -> tuple[bytes, bytes]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ChainError("a word of the first block is none")
    word = read_data(pair[1], "the word")
    try:
        decoded = rlp.decode(word)
    except rlp.InvalidRLP as error:
        raise ChainError("a word of the first block is none") from error
    if not isinstance(decoded, bytes) or not 0 < len(decoded) <= 32:
        raise ChainError("a word of the first block is none")
    return read_data(pair[0], "the slot", size=32), word


def _number(value: Any, *, below: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < below:
        raise ChainError(f"a number of the first block is none, or not below {below}")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ChainError("the first block is not described as it should be")
    return value


def _put_all(store: Store, nodes: dict[bytes, bytes]) -> None:
    for key, node in nodes.items():
        store.put(key, node)
