from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from did.chain import abi
from did.chain.deployment import registry_address
from did.chain.embedded.registry_storage import stored_answer
from did.chain.embedded.state import read_account
from did.chain.hexadecimal import data
from did.contracts import contract
from did.keccak import keccak256

if TYPE_CHECKING:
    from did.chain.embedded.state import Account

CHAIN = 1_056
WHERE = registry_address(CHAIN)
EARLIER = bytes.fromhex(
    (Path(__file__).parents[3] / "vectors" / "holdfast-0.1.0" / "did_registry.hex").read_text()
)
OTHER = b"\5" * 20


@pytest.fixture(params=["present", "earlier"])
def chain(request: pytest.FixtureRequest, public: Any) -> Any:
    """A chain whose registry is this release's, or the first one's."""
    code = contract("did_registry").runtime if request.param == "present" else EARLIER
    return public(CHAIN, codes={WHERE: code})


def _account(chain: Any) -> Account:
    root = bytes.fromhex(chain.blocks[-1]["stateRoot"][2:])
    return read_account(chain.database.get, root, WHERE)


def _changed(chain: Any, identity: bytes) -> int:
    call = abi.call("changed(address)", identity)
    answer = stored_answer(chain.database.get, _account(chain), call)
    assert answer is not None
    assert len(answer) == 32
    return int.from_bytes(answer, "big")


def _change(chain: Any, signature: str, *arguments: Any) -> bytes:
    raw: bytes = chain.sender.sign(WHERE, abi.call(signature, chain.sender.raw, *arguments))
    return raw


SET = "setAttribute(address,bytes32,bytes,uint256)"
OWNER = "changeOwner(address,address)"


def test_the_storage_says_when_an_identity_was_changed(chain: Any) -> None:
    me = chain.sender.raw
    assert _changed(chain, me) == 0
    for number in (1, 2):
        chain.mine(_change(chain, SET, b"did/svc/Hub", b"v", 60))
        assert _changed(chain, me) == number
    assert _changed(chain, OTHER) == 0


def test_a_tombstone_is_not_taken_for_part_of_a_number(chain: Any) -> None:
    chain.mine(_change(chain, SET, b"did/svc/Hub", b"v", 60))
    chain.mine(_change(chain, OWNER, bytes(20)))
    assert _changed(chain, chain.sender.raw) == 2


def test_what_is_not_asked_or_not_known_is_left_to_the_code(chain: Any, public: Any) -> None:
    nodes, account = chain.database.get, _account(chain)
    call = abi.call("changed(address)", OTHER)
    for other in (
        abi.call("nonce(address)", OTHER),
        call + b"\0",
        call[:-1],
        call[:4] + b"\1" + call[5:],
    ):
        assert stored_answer(nodes, account, other) is None
    strange = public(CHAIN, codes={WHERE: b"\0"})
    assert stored_answer(strange.database.get, _account(strange), call) is None


def test_the_first_change_of_a_block_names_the_one_before_and_the_others_their_own(
    chain: Any,
) -> None:
    chain.mine(_change(chain, SET, b"did/svc/Hub", b"v", 60))
    several = [
        _change(chain, SET, b"did/svc/Hub", b"w", 60),
        _change(chain, "addDelegate(address,bytes32,address,uint256)", b"veriKey", OTHER, 60),
        _change(chain, OWNER, chain.sender.raw),
    ]
    chain.mine(*several)
    (first, second, third) = (chain.receipts[data(keccak256(raw))]["logs"][0] for raw in several)
    told = [
        abi.decode(types, bytes.fromhex(log["data"][2:]))[-1]
        for log, types in (
            (first, ("bytes32", "bytes", "uint256", "uint256")),
            (second, ("bytes32", "address", "uint256", "uint256")),
            (third, ("address", "uint256")),
        )
    ]
    assert told == [1, 2, 2]
    assert _changed(chain, chain.sender.raw) == 2
