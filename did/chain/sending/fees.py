"""What a transaction may cost: base fee and tip (EIP-1559), and amounts as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from did.chain.amounts import ether
from did.chain.hexadecimal import read_quantity
from did.chain.refusal import RequestRefused, answers
from did.errors import ChainError, InsufficientFunds, NeverSign, TransactionFailed

if TYPE_CHECKING:
    from did.chain import Chain

_GWEI: Final = 10**9

MAX_TIP: Final = 100 * _GWEI
"""The highest tip taken from a node, in wei for a unit of gas. Whoever wants more says so.

A tip is paid in full, so that a node could spend the whole account with it.
"""

MAX_FEE: Final = 20_000 * _GWEI
"""The highest fee worked out of what a node says: above what any busy day has brought."""

DEFAULT_TIP: Final = _GWEI
"""The tip where a node neither knows what others gave nor proposes one."""

_BLOCKS: Final = 20
_PERCENTILE: Final = 50
_MAX_SIZE: Final = 1 << 256

MARKET: Final[tuple[tuple[str, tuple[Any, ...]], ...]] = (
    ("eth_getBlockByNumber", ("latest", False)),
    ("eth_feeHistory", (hex(_BLOCKS), "latest", (_PERCENTILE,))),
)
"""What is asked of a chain to know its fees; `fees_of` reads the answers."""


@dataclass(frozen=True, slots=True)
class Fees:
    """What is paid for a unit of gas, in wei: at most in all, and of it to the block's maker."""

    max_fee_per_gas: int
    max_priority_fee_per_gas: int

    def __post_init__(self) -> None:
        """Raises `NeverSign` where the tip is more than all, or a fee is no number of wei."""
        if not 0 <= self.max_priority_fee_per_gas <= self.max_fee_per_gas < _MAX_SIZE:
            raise NeverSign(
                f"a tip of {self.max_priority_fee_per_gas} wei does not fit into a fee of "
                f"{self.max_fee_per_gas} wei"
            )

    def raised(self) -> Fees:
        """The least fees with which nodes take another transaction in the place of this one.

        Both must rise, by a tenth in most nodes and by an eighth at most, and never by nothing.
        """
        return Fees(_raised(self.max_fee_per_gas), _raised(self.max_priority_fee_per_gas))

    def at_least(self, other: Fees) -> Fees:
        """The higher of both in each."""
        return Fees(
            max(self.max_fee_per_gas, other.max_fee_per_gas),
            max(self.max_priority_fee_per_gas, other.max_priority_fee_per_gas),
        )


def suggested_fees(chain: Chain) -> Fees:
    """Fees with which a transaction is likely in one of the next blocks.

    Raises:
        TransactionFailed: the chain has no base fee, or asks for more than is ever paid.
        ChainError, Unreachable: see `Chain.request`.
    """
    return fees_of(chain, *answers(chain, MARKET))


def fees_of(chain: Chain, head: Any, history: Any) -> Fees:
    """Fees out of the answers to `MARKET`. Raises as `suggested_fees` does.

    The fee has room for six full blocks before the transaction's: each adds an eighth.
    """
    base_fee = read_base_fee(chain, head)
    if not isinstance(history, Mapping):  # refused, or null: the node keeps none
        history = {}
    to_come = history.get("baseFeePerGas")
    if isinstance(to_come, Sequence) and to_come:
        base_fee = max(base_fee, read_quantity(to_come[-1], "the base fee"))
    tip = min(_tip(chain, history), MAX_TIP)
    if (most := 2 * base_fee + tip) > MAX_FEE:
        raise TransactionFailed(
            f"the node asks for {base_fee} wei for a unit of gas, which nobody pays",
            hint="ask another node, or wait",
        )
    return Fees(most, tip)


def read_base_fee(chain: Chain, head: Any) -> int:
    """The base fee of the block `head`, in wei. Raises `TransactionFailed` where it has none."""
    if isinstance(head, RequestRefused):
        raise head
    if not isinstance(head, Mapping):
        raise ChainError("the chain's answer is no block")
    if head.get("baseFeePerGas") is None:
        raise TransactionFailed(
            f"chain {chain.chain_id} has no base fee, and only transactions with one are made here",
            hint="use a chain that has come to EIP-1559 (London)",
        )
    return read_quantity(head["baseFeePerGas"], "the base fee")


def require_funds(chain: Chain, account: str, *, needed: int, owned: int, exact: bool) -> None:
    """Raises `InsufficientFunds` where the account owns less than needed; amounts are in wei."""
    if owned >= needed:
        return
    bound = "" if exact else "at least "
    raise InsufficientFunds(
        f"needs {bound}{amount(needed)} at {account}, has {amount(owned)}",
        hint=f"send {bound}{amount(needed - owned)} to it on chain {chain.chain_id}",
    )


def amount(wei: int) -> str:
    """An amount in ether and in wei, exact in both: "0.5 ether (500000000000000000 wei)"."""
    return f"{ether(wei)} ether ({wei} wei)"


def _tip(chain: Chain, history: Mapping[str, Any]) -> int:
    """What half of the recent transactions gave at most, by the median of the blocks with any."""
    rewards = history.get("reward")
    used = history.get("gasUsedRatio")
    if isinstance(rewards, Sequence) and isinstance(used, Sequence):
        tips = sorted(
            read_quantity(reward[0], "the tip")
            for reward, ratio in zip(rewards, used, strict=False)
            if ratio and isinstance(reward, Sequence) and reward
        )
        if tips:
            return tips[len(tips) // 2]
    try:
        return read_quantity(chain.request("eth_maxPriorityFeePerGas", ()), "the tip")
    except RequestRefused:
        return DEFAULT_TIP


def _raised(fee: int) -> int:
    return fee + max(-(-fee // 8), 1)
