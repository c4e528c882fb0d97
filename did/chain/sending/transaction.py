"""Transactions: worked out, shown, signed, sent (EIP-1559, EIP-2718)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from did.chain import rlp
from did.chain.hexadecimal import data, quantity, read_address, read_data, read_quantity
from did.chain.refusal import INVALID_PARAMS, RequestRefused, answers
from did.chain.sending.fees import MARKET, Fees, fees_of, read_base_fee, require_funds
from did.chain.sending.inclusion import Receipt, read_receipt
from did.chain.sending.signed import SignedTransaction
from did.chain.sending.summary import Summary, summary_of
from did.errors import ChainError, InvalidKey, NeverSign, TransactionFailed, Unreachable
from did.keccak import keccak256
from did.keys.secp256k1 import Secp256k1PublicKey, address, checksummed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from did.chain import Chain
    from did.keys import DigestSigner

__all__ = [
    "GAS_MARGIN",
    "PATIENCE",
    "TRANSFER_GAS",
    "Receipt",
    "Summary",
    "UnsignedTransaction",
    "prepare",
    "send",
    "sign",
]

GAS_MARGIN: Final = 5_000
"""The least that is added to an estimate: a slot that the block before has written costs more."""

TRANSFER_GAS: Final = 21_000
"""What a transaction costs that runs no code (Yellow Paper, appendix G)."""

MAX_GAS: Final = 1 << 24
"""The most gas that a transaction may have (EIP-7825)."""

PATIENCE: Final = 90.0
"""How long a receipt is waited for, in seconds."""

_TYPE: Final = b"\x02"
_MAX_NONCE: Final = (1 << 64) - 2  # EIP-2681


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

    def __post_init__(self) -> None:
        """Raises `NeverSign` where it is bound to no chain, or no chain could take it."""
        if self.chain_id < 1:
            raise NeverSign("a transaction that is bound to no chain would count on all of them")
        if not 0 <= self.nonce <= _MAX_NONCE or not 0 < self.gas < 1 << 64:
            raise NeverSign(f"no transaction has the nonce {self.nonce} and {self.gas} of gas")
        amounts = (self.value, self.max_fee_per_gas, self.max_priority_fee_per_gas)
        if not all(0 <= wei < 1 << 256 for wei in amounts):
            raise NeverSign("an amount of a transaction is no number of wei")
        read_address(self.to)
        read_address(self.sender)

    @property
    def fees(self) -> Fees:
        """What is paid for a unit of gas."""
        return Fees(self.max_fee_per_gas, self.max_priority_fee_per_gas)

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
        """What a person should see, read from the bytes to be signed."""
        return summary_of(self.signing_payload, sender=self.sender)

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


def prepare(
    chain: Chain,
    *,
    sender: str,
    to: str,
    data: bytes = b"",
    value: int = 0,
    nonce: int | None = None,
    fees: Fees | None = None,
) -> UnsignedTransaction:
    """The transaction that carries `data` and `value` wei to `to`, with its gas and fees.

    `nonce` and `fees` are worked out where they are not given; the nonce is then the one after
    all that the chain knows of the sender. All questions are asked in one round trip.

    Raises:
        InsufficientFunds: the sender cannot pay for it.
        TransactionFailed: it would be reverted, or the chain takes no transactions of this type.
        NeverSign: a number is out of range.
        ChainError, Unreachable: see `Chain.request`.
    """
    account, addressee = (checksummed(read_address(one)) for one in (sender, to))
    message = {
        "from": account,
        "to": addressee,
        "value": quantity(value),
        "data": f"0x{data.hex()}",
    }
    questions: list[tuple[str, Sequence[Any]]] = [
        ("eth_estimateGas", (message, "pending")),
        ("eth_getTransactionCount", (account, "pending")),
        ("eth_getBalance", (account, "latest")),
        *MARKET,
    ]
    estimated, count, balance, head, history = answers(chain, questions)
    read_base_fee(chain, head)
    offered = fees_of(chain, head, history) if fees is None else fees
    owned = read_quantity(_given(balance), "the balance")
    least = value + TRANSFER_GAS * offered.max_fee_per_gas
    if isinstance(estimated, RequestRefused):  # perhaps for want of money
        require_funds(chain, account, needed=least, owned=owned, exact=False)
    unsigned = UnsignedTransaction(
        chain_id=chain.chain_id,
        sender=account,
        to=addressee,
        nonce=read_quantity(_given(count), "the nonce") if nonce is None else nonce,
        gas=_with_margin(_gas(chain, estimated, message)),
        max_fee_per_gas=offered.max_fee_per_gas,
        max_priority_fee_per_gas=offered.max_priority_fee_per_gas,
        value=value,
        data=data,
    )
    require_funds(chain, account, needed=unsigned.cost, owned=owned, exact=True)
    return unsigned


def sign(
    unsigned: UnsignedTransaction, signer: DigestSigner, *, chain: Chain | None = None
) -> bytes:
    """The signed transaction, as bytes to send, for `chain` alone where it is given.

    Raises:
        NeverSign: the transaction is for another chain.
        InvalidKey: the signer's key is not the sender's, or did not make this signature.
    """
    if chain is not None and chain.chain_id != unsigned.chain_id:
        raise NeverSign(
            f"the transaction is for chain {unsigned.chain_id}, and would go to {chain.chain_id}"
        )
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

    Nothing of it is kept: what ends while it waits forgets it. `Outbox.send` does not.

    Raises:
        TransactionFailed: the chain does not allow it, or reverted it.
        Unreachable: there is no receipt yet; the transaction may still take effect.
    """
    name = data(keccak256(raw))
    if (refused := broadcast(chain, raw)) is not None:
        raise TransactionFailed(str(refused), hint=refused.hint) from refused
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
    return read_receipt(chain, SignedTransaction.parse(raw), receipt)


def broadcast(chain: Chain, raw: bytes) -> RequestRefused | None:
    """Hands a signed transaction to the chain. Returns its refusal, if it refuses.

    Raises:
        Unreachable: it may have arrived, and may not.
        ChainError: the chain says that it took another transaction.
    """
    try:
        answer = chain.request("eth_sendRawTransaction", [data(raw)])
    except RequestRefused as refused:
        return refused
    if read_data(answer, "the transaction's hash", size=32) != keccak256(raw):
        raise ChainError("the chain took another transaction than it was sent")
    return None


def _gas(chain: Chain, estimated: Any, message: Mapping[str, Any]) -> int:
    """The gas that a transaction needs, in the block to come."""
    if isinstance(estimated, RequestRefused) and estimated.number == INVALID_PARAMS:
        # Some nodes know no block to come here. The margin is more than the difference.
        (estimated,) = answers(chain, [("eth_estimateGas", (message,))])
    if isinstance(estimated, RequestRefused):
        raise TransactionFailed(str(estimated), hint=estimated.hint) from estimated
    return read_quantity(estimated, "the gas")


def _with_margin(gas: int) -> int:
    if (most := gas + max(GAS_MARGIN, gas // 10)) > MAX_GAS:
        raise TransactionFailed(
            f"the transaction needs {gas} of gas, and may have {MAX_GAS}",
            hint="make it smaller: fewer or shorter entries",
        )
    return most


def _given(answer: Any) -> Any:
    if isinstance(answer, RequestRefused):
        raise answer
    return answer
