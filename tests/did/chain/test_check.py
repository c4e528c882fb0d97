from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from did.chain.check import STALE, Checked, check
from did.chain.refusal import METHOD_NOT_FOUND, RequestRefused
from did.contracts import contract
from did.errors import ChainError, NodesDisagree
from did.keccak import keccak256

if TYPE_CHECKING:
    from did.chain import Chain


def _refused(*_: Any) -> Any:
    raise RequestRefused("not here", number=METHOD_NOT_FOUND)


class Several:
    """A chain of which several nodes speak."""

    def __init__(self, *nodes: Any) -> None:
        self.nodes = nodes
        self.chain_id = nodes[0].chain_id
        self.registry = nodes[0].registry


def test_tells_what_the_chain_says_of_itself(chain: Chain, clock: Any) -> None:
    found = check(chain, clock=lambda: clock.seconds + 5)
    assert found == Checked(
        chain_id=chain.chain_id,
        registry=chain.registry,
        code=keccak256(contract("did_registry").runtime),
        client="Holdfast",
        head=0,
        age=5,
    )
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("age", "why"), [(STALE + 1, "not caught up"), (-61, "in the future"), (-60, None), (0, None)]
)
def test_warns_of_a_head_that_is_old_or_of_tomorrow(
    chain: Chain, clock: Any, age: int, why: str | None
) -> None:
    warnings = check(chain, clock=lambda: clock.seconds + age).warnings
    assert [why in warning for warning in warnings if why] == ([True] if why else [])
    assert len(warnings) == (why is not None)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"eth_chainId": "0x1"}, "this is chain 1, not"),
        ({"eth_getCode": "0x"}, "no contract at"),
        ({"eth_call": _refused}, "no registry of DIDs"),
        ({"eth_call": "0x"}, "no registry of DIDs"),
        ({"eth_call": "0x" + "ff" * 32}, "answers as no registry"),
        ({"eth_getBlockByNumber": None}, "has no blocks"),
        ({"eth_getBlockByNumber": {"number": "0x1"}}, "the last block's time"),
        ({"eth_getBlockByNumber": _refused}, "does not tell its last block: not here"),
    ],
)
def test_says_what_is_wrong_with_a_chain(
    chain: Chain, scripted: Any, answers: dict[str, Any], why: str
) -> None:
    with pytest.raises(ChainError, match=why):
        check(scripted(chain, **answers))


@pytest.mark.parametrize("answer", [_refused, None, 5])
def test_software_may_keep_its_name_to_itself(chain: Chain, scripted: Any, answer: Any) -> None:
    assert check(scripted(chain, web3_clientVersion=answer)).client == ""


def test_of_several_nodes_the_one_furthest_behind_counts(chain: Chain, scripted: Any) -> None:
    ahead = {"number": "0x9", "timestamp": "0x9"}
    many = Several(scripted(chain, eth_getBlockByNumber=ahead), chain)
    assert check(many).head == 0  # type: ignore[arg-type]  # it asks the nodes themselves


def test_nodes_that_see_different_code_are_not_believed(chain: Chain, scripted: Any) -> None:
    many = Several(chain, scripted(chain, eth_getCode="0x01"))
    with pytest.raises(NodesDisagree, match="same code"):
        check(many)  # type: ignore[arg-type]  # as above
