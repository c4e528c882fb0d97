"""Transactions: worked out, shown, signed, sent (EIP-1559, EIP-2718)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from did.chain import balance, registry, rlp
from did.chain.hexadecimal import data, quantity, read_address, read_data, read_quantity
from did.chain.refusal import RequestRefused
from did.chain.signed import SignedTransaction
from did.errors import ChainError, InvalidKey, TransactionFailed, Unreachable
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PublicKey, address, checksummed

if TYPE_CHECKING:
    from collections.abc import Callable

    from did.chain import Chain
    from did.keys import DigestSigner

GAS_MARGIN: Final = 5_000
"""What is added to an estimate: a slot that the block before has written costs more after it."""

PATIENCE: Final = 90.0
"""How long a receipt is waited for, in seconds."""

_TYPE: Final = b"\x02"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a person should see of a transaction before it is signed. Amounts are in wei."""

    chain_id: int
    sender: str
    to: str
    function: str | None
    arguments: Mapping[str, str]
    value: int
    gas: int
    cost: int


@dataclass(frozen=True, slots=True)
class UnsignedTransaction:
    """A transaction of type 2, complete but for its signature. Amounts are in wei."""

    chain_id: int
    sender: str
    to: str
    nonce: int
    gas: int
    max_fee_per_gas: int
    max_priority_fee_per_gas: int
    value: int
    data: bytes

    @property
    def cost(self) -> int:
        """The most that it can cost the sender, in wei, what it sends included."""
        return self.value + self.gas * self.max_fee_per_gas

    @property
    def signing_payload(self) -> bytes:
        """The bytes whose Keccak-256 hash is signed; all of the transaction is in them."""
        return _TYPE + rlp.encode(self._fields())

    @property
    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        return keccak256(self.signing_payload)

    def summary(self) -> Summary:
        """What a person should see, worked out of the bytes to be signed."""
        function, arguments = registry.described(self.data) or (None, {})
        if not self.data:
            arguments = {}
        elif function is None:
            arguments = {"data": data(self.data)}
        return Summary(
            chain_id=self.chain_id,
            sender=self.sender,
            to=self.to,
            function=function,
            arguments=arguments,
            value=self.value,
            gas=self.gas,
            cost=self.cost,
        )

    def _fields(self) -> list[rlp.Item]:
        number = rlp.encode_integer
        return [
            number(self.chain_id),
            number(self.nonce),
            number(self.max_priority_fee_per_gas),
            number(self.max_fee_per_gas),
            number(self.gas),
            read_address(self.to),
            number(self.value),
            self.data,
            [],
        ]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction that did what it should. `fee` is what it cost, in wei."""

    transaction_hash: str
    block: int
    gas_used: int
    fee: int


def prepare(
    chain: Chain, *, sender: str, to: str, data: bytes = b"", value: int = 0
) -> UnsignedTransaction:
    """The transaction that carries `data` and `value` wei to `to`, with its gas and fees.

    Raises:
        TransactionFailed: it would be reverted, or the sender cannot pay for it.
        ChainError, Unreachable: see `Chain.request`.
    """
    account, addressee = (checksummed(read_address(one)) for one in (sender, to))
    message = {
        "from": account,
        "to": addressee,
        "value": quantity(value),
        "data": f"0x{data.hex()}",
    }
    try:
        gas = read_quantity(chain.request("eth_estimateGas", [message, "pending"]), "the gas")
    except RequestRefused as error:
        raise TransactionFailed(str(error), hint=error.hint) from error
    head = chain.request("eth_getBlockByNumber", ["latest", False])
    base_fee = read_quantity(_member(head, "baseFeePerGas"), "the base fee")
    tip = read_quantity(chain.request("eth_maxPriorityFeePerGas", []), "the priority fee")
    nonce = chain.request("eth_getTransactionCount", [account, "pending"])
    unsigned = UnsignedTransaction(
        chain_id=chain.chain_id,
        sender=account,
        to=addressee,
        nonce=read_quantity(nonce, "the nonce"),
        gas=gas + GAS_MARGIN,
        max_fee_per_gas=2 * base_fee + tip,  # room for six full blocks before it
        max_priority_fee_per_gas=tip,
        value=value,
        data=data,
    )
    if (owned := balance(chain, account)) < unsigned.cost:
        raise TransactionFailed(
            f"{account} has {owned} wei, and the transaction may cost {unsigned.cost}",
            hint=f"send some ether on chain {chain.chain_id} to {account} first",
        )
    return unsigned


def sign(unsigned: UnsignedTransaction, signer: DigestSigner) -> bytes:
    """The signed transaction, as a chain takes it.

    Raises:
        InvalidKey: the signer's key is not the sender's, or did not make this signature.
    """
    key = signer.public_key
    if not isinstance(key, Secp256k1PublicKey) or address(key) != unsigned.sender:
        raise InvalidKey(f"the key is not that of {unsigned.sender}")
    signature = signer.sign_digest(unsigned.digest)
    r, s = (int.from_bytes(signature[i : i + 32], "big") for i in (0, 32))
    signed = [rlp.encode_integer(number) for number in (signature[64], r, s)]
    raw = _TYPE + rlp.encode([*unsigned._fields(), *signed])
    try:
        sender = SignedTransaction.parse(raw).sender
    except ChainError as error:
        raise InvalidKey(f"the signer made no signature: {error}") from error
    if checksummed(sender) != unsigned.sender:
        raise InvalidKey("the signer signed something else")
    return raw


def send(
    chain: Chain,
    raw: bytes,
    *,
    patience: float = PATIENCE,
    sleep: Callable[[float], None] = time.sleep,
) -> Receipt:
    """Sends a signed transaction and waits for its receipt, for `patience` seconds.

    Raises:
        TransactionFailed: the chain does not allow it, or reverted it.
        Unreachable: there is no receipt yet; the transaction may still take effect.
    """
    name = data(keccak256(raw))
    try:
        answer = chain.request("eth_sendRawTransaction", [data(raw)])
    except RequestRefused as error:
        raise TransactionFailed(str(error), hint=error.hint) from error
    if read_data(answer, "the transaction's hash", size=32) != read_data(name):
        raise ChainError("the chain took another transaction than it was sent")
    pause = 0.25
    while (receipt := chain.request("eth_getTransactionReceipt", [name])) is None:
        if patience <= 0:
            raise Unreachable(
                f"the transaction {name} has no receipt yet",
                hint="it was sent, and may still take effect",
            )
        sleep(pause)
        patience -= pause
        pause = min(2 * pause, 4.0)
    return _succeeded(chain, raw, receipt)


def _succeeded(chain: Chain, raw: bytes, receipt: Any) -> Receipt:
    block = read_quantity(_member(receipt, "blockNumber"), "the block")
    if read_quantity(_member(receipt, "status"), "the status") != 1:
        raise TransactionFailed(_reason(chain, raw, block))
    gas = read_quantity(_member(receipt, "gasUsed"), "the gas")
    price = read_quantity(_member(receipt, "effectiveGasPrice"), "the gas price")
    return Receipt(data(keccak256(raw)), block, gas, gas * price)


def _reason(chain: Chain, raw: bytes, block: int) -> str:
    """Why the transaction failed: what the call answers in the state before its block."""
    signed = SignedTransaction.parse(raw)
    message = {
        "from": data(signed.sender),
        "to": data(signed.to),
        "value": quantity(signed.value),
        "gas": quantity(signed.gas),
        "data": data(signed.data),
    }
    try:
        chain.request("eth_call", [message, quantity(block - 1)])
    except RequestRefused as error:
        return str(error)
    return "the transaction failed, and its gas is spent"


def _member(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping):
        raise ChainError(f"the chain's answer has no {name!r}")
    return value.get(name)
