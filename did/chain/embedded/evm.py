"""The EVM of an embedded chain: py-evm with the rules of Prague, over the chain's own file.

This module is py-evm's only owner and takes a second to load. What needs no code to run, such as
reading balances, blocks and logs, is done without it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import rlp as pyrlp
from eth.chains.base import MiningChain
from eth.constants import CREATE_CONTRACT_ADDRESS
from eth.db.backends.base import BaseAtomicDB
from eth.exceptions import PyEVMError
from eth.vm.forks.prague import PragueVM
from eth.vm.spoof import SpoofTransaction
from eth_utils.exceptions import ValidationError

from did.chain.embedded.store import BlockRow, LogRow
from did.chain.recursion import EVM, recursion_limit
from did.chain.refusal import RequestRefused, reverted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eth.abc import BlockHeaderAPI, ComputationAPI

    from did.chain.embedded.parameters import Call, Moment
    from did.chain.embedded.store import Store
    from did.chain.sending.signed import SignedTransaction

GAS_LIMIT: Final = 30_000_000
"""The most gas that a block spends."""

BASE_FEE: Final = 10**9
"""What a unit of gas costs at first, in wei; it falls while blocks are far from full (EIP-1559)."""


_LEAST_GAS_LIMIT: Final = 5000  # Yellow Paper, 4.3.4


class _VM(PragueVM):  # type: ignore[misc]  # py-evm's classes are not typed for subclassing
    @classmethod
    def validate_header(cls, header: Any, parent_header: Any) -> None:
        """py-evm wants each block to be later than its parent; here it may be of the same second.

        A clock that ran ahead by a second a block would leave the time that people live in, and
        who resolves a DID passes over what has not happened yet.
        """
        earlier = parent_header.copy(timestamp=parent_header.timestamp - 1)
        super().validate_header(header, earlier)


class _State(BaseAtomicDB):  # type: ignore[misc]  # as above
    """The chain's file as py-evm sees it. The store's own transaction makes a block atomic."""

    def __init__(self, store: Store) -> None:
        self._store: Final = store

    def __getitem__(self, key: bytes) -> bytes:
        if (value := self._store.get(key)) is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._store.put(key, value)

    def __delitem__(self, key: bytes) -> None:
        self._store.remove(key)

    def _exists(self, key: bytes) -> bool:
        return self._store.get(key) is not None

    @contextmanager
    def atomic_batch(self) -> Iterator[_State]:
        yield self


class Machine:
    """Runs code on a chain's state. Its methods are called inside `reading` or `writing`."""

    def __init__(self, store: Store) -> None:
        """`store` may still be empty."""
        self._store: Final = store
        self._state: Final = _State(store)
        self._rules: Final = MiningChain.configure(
            "HoldfastChain", vm_configuration=((0, _VM),), chain_id=store.chain_id
        )

    def begin(
        self, *, balances: Mapping[bytes, int], codes: Mapping[bytes, bytes], timestamp: int
    ) -> None:
        """Makes the first block: accounts with their balances in wei, contracts with their code."""
        accounts: dict[bytes, dict[str, Any]] = {
            address: {
                "balance": balances.get(address, 0),
                "nonce": 1 if address in codes else 0,  # EIP-161
                "code": codes.get(address, b""),
                "storage": {},
            }
            for address in balances.keys() | codes.keys()
        }
        parameters = {
            "difficulty": 0,
            "timestamp": timestamp,
            "gas_limit": GAS_LIMIT,
            "base_fee_per_gas": BASE_FEE,
        }
        chain = self._rules.from_genesis(self._state, parameters, accounts)
        head = chain.get_canonical_head()
        self._store.add_block(BlockRow(0, head.hash, pyrlp.encode(head)))

    def begin_again(
        self, *, state_root: bytes, timestamp: int, gas_limit: int, base_fee: int
    ) -> bytes:
        """Makes the first block of a state that is in the store already; its hash is the answer.

        Raises:
            RequestRefused: there can be no such block.
        """
        with _by_the_rules("first block"):
            if not (_LEAST_GAS_LIMIT <= gas_limit < 2**63 and timestamp < 2**63):
                raise ValidationError("its limit of gas or its time is out of range")
            head = _VM.create_genesis_header(
                difficulty=0,
                timestamp=timestamp,
                gas_limit=gas_limit,
                base_fee_per_gas=base_fee,
                state_root=state_root,
            )
            self._rules.from_genesis_header(self._state, head)
        self._store.add_block(BlockRow(0, head.hash, pyrlp.encode(head)))
        return bytes(head.hash)

    def mine(self, signed: SignedTransaction, *, timestamp: int) -> None:
        """Makes a block of the transaction, at `timestamp` and not before the head's.

        Raises:
            RequestRefused: the rules of the chain do not allow the transaction.
        """
        chain = self._rules(self._state)
        head = chain.get_canonical_head()
        chain.header = self._child(chain, head, timestamp)
        with _by_the_rules("transaction"):
            transaction = chain.get_vm().get_transaction_builder().decode(signed.raw)
            result, receipts, _ = chain.mine_all([transaction])
        block, receipt = result.imported_block, receipts[0]
        row = BlockRow(
            block.number,
            block.hash,
            pyrlp.encode(block.header),
            signed.hash,
            signed.raw,
            receipt.encode(),
        )
        logs = tuple(
            LogRow(
                block.number,
                position,
                log.address,
                tuple(topic.to_bytes(32, "big") for topic in log.topics),
                log.data,
            )
            for position, log in enumerate(receipt.logs)
        )
        self._store.add_block(row, logs)

    def call(self, call: Call, moment: Moment) -> bytes:
        """What the call gives back.

        Raises:
            RequestRefused: a contract reverts it, or the rules of the chain do not allow it.
        """
        header = self._header(moment)
        return bytes(_succeeded(self._tried(call, header, call.gas)).output)

    def estimate(self, call: Call, moment: Moment) -> int:
        """The least gas with which the call succeeds, and at most what it has.

        Raises:
            RequestRefused: it succeeds with no amount of gas.
        """
        header = self._header(moment)
        computation = _succeeded(self._tried(call, header, call.gas))
        floor = computation.data_floor_gas  # EIP-7623
        enough = call.gas
        tried = call.gas - computation.get_gas_remaining() + floor
        # What was spent is enough but where a contract leaves its callee a share (EIP-150).
        too_little = tried - 1
        while too_little + 1 < enough:
            if self._tried(call, header, tried).is_success:
                enough = tried
            else:
                too_little = tried
            tried = (too_little + enough) // 2
        return enough

    def _tried(self, call: Call, header: BlockHeaderAPI, gas: int) -> ComputationAPI:
        # Nobody pays for a trial, so its price is nothing, below any base fee but this.
        free = header.copy(base_fee_per_gas=0)
        vm = self._rules(self._state).get_vm(free)
        state = vm.state
        if call.value > state.get_balance(call.sender):
            raise RequestRefused("insufficient funds for the amount sent")
        unsigned = vm.create_unsigned_transaction(
            nonce=state.get_nonce(call.sender),
            gas_price=0,
            gas=gas,
            to=call.to or CREATE_CONTRACT_ADDRESS,
            value=call.value,
            data=call.data,
        )
        with _by_the_rules("call"):
            return state.apply_transaction(SpoofTransaction(unsigned, from_=call.sender))

    def _header(self, moment: Moment) -> BlockHeaderAPI:
        chain = self._rules(self._state)
        header = chain.get_canonical_block_header_by_number(moment.block)
        timestamp = header.timestamp if moment.timestamp is None else moment.timestamp
        if moment.pending:
            return self._child(chain, header, timestamp)
        return header.copy(timestamp=timestamp)

    @staticmethod
    def _child(chain: MiningChain, parent: BlockHeaderAPI, timestamp: int) -> BlockHeaderAPI:
        return chain.create_header_from_parent(
            parent, timestamp=max(timestamp, parent.timestamp), gas_limit=parent.gas_limit
        )


@contextmanager
def _by_the_rules(what: str) -> Iterator[None]:
    """Room for contracts that call one another, and refusals of this house for py-evm's."""
    try:
        with recursion_limit(EVM):
            yield
    except (ValidationError, PyEVMError) as error:
        raise RequestRefused(f"the {what} is not allowed: {error}") from error


def _succeeded(computation: ComputationAPI) -> ComputationAPI:
    if computation.is_success:
        return computation
    if computation.error.__class__.__name__ == "Revert":
        raise reverted(bytes(computation.output))
    raise RequestRefused(f"the call failed: {computation.error.__class__.__name__}")
