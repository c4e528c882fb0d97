from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from did.chain.hexadecimal import data, read_address
from did.chain.history import KeptHistory, MemoryHistory
from did.chain.node import NodeChain
from did.chain.nodes import Nodes
from did.chain.refusal import METHOD_NOT_FOUND, RequestRefused
from did.chain.registry import change_owner, history, set_attribute
from did.chain.registry import logs as log_questions
from did.chain.registry.changes import Entry, require_whole
from did.chain.sending.transaction import UnsignedTransaction, sign
from did.errors import ChainError, NodesDisagree, Unreachable
from did.keys.secp256k1 import Secp256k1PrivateKey, address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from did.chain import Chain

KEYS = [Secp256k1PrivateKey(bytes((number,)) * 32) for number in range(1, 6)]
ONCE, OFTEN, STRANGER, _, LATER = (bytes.fromhex(address(key.public_key)[2:]) for key in KEYS)
OFTEN_CHANGED = 12
BUSY_CHANGED, BUSY_BLOCKS = 1000, 25


class Wire:
    """A chain as somebody's node gives it: counts the round trips, and changes what passes."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.asked: list[str] = []

    @property
    def chain_id(self) -> int:
        return self.chain.chain_id

    @property
    def registry(self) -> str:
        return self.chain.registry

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        self.asked.append(method)
        return self.answer(method, list(params))

    def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
        self.asked.append(f"{len(calls)} at once")
        return tuple(self.answer(method, list(params)) for method, params in calls)

    def answer(self, method: str, params: list[Any]) -> Any:
        return self.chain.request(method, params)


class Limited(Wire):
    """Answers for so many blocks at a time, and says so in `words`."""

    def __init__(self, chain: Chain, blocks: int, words: str) -> None:
        super().__init__(chain)
        self.blocks, self.words = blocks, words

    def answer(self, method: str, params: list[Any]) -> Any:
        if method == "eth_getLogs" and _width(params[0]) > self.blocks:
            raise RequestRefused(self.words)
        return super().answer(method, params)


class Timeless(Wire):
    """Does not say in logs when their blocks were made."""

    knows_finality = False

    def answer(self, method: str, params: list[Any]) -> Any:
        if params[:1] == ["finalized"] and not self.knows_finality:
            raise RequestRefused("unknown block")
        answer = super().answer(method, params)
        if method == "eth_getLogs":
            return [{k: v for k, v in log.items() if k != "blockTimestamp"} for log in answer]
        return answer


class Forgetful(Wire):
    """Leaves out logs: those that `forgets` says, counted from the first."""

    def __init__(self, chain: Chain, forgets: Callable[[int, int], bool]) -> None:
        super().__init__(chain)
        self.forgets = forgets

    def answer(self, method: str, params: list[Any]) -> Any:
        answer = super().answer(method, params)
        if method != "eth_getLogs":
            return answer
        return [log for i, log in enumerate(answer) if not self.forgets(i, len(answer))]


class Behind(Wire):
    """A node that has not seen the blocks after `head`."""

    def __init__(self, chain: Chain, head: int, name: str = "") -> None:
        super().__init__(chain)
        self.head = head
        if name:
            self.name = name

    def answer(self, method: str, params: list[Any]) -> Any:
        if method == "eth_call":
            params[1] = hex(self.head)
        if method == "eth_blockNumber":
            return hex(self.head)
        if method == "eth_getBlockByNumber" and params[0] in {"latest", "finalized"}:
            params[0] = hex(self.head)
        if method == "eth_getBlockByNumber" and int(params[0], 16) > self.head:
            return None
        return super().answer(method, params)


class Arbitrum(Wire):
    """A chain whose blocks have other numbers than its contracts see: 1000 and five times as many.

    With `header`, a block says which number contracts see in it.
    """

    def __init__(self, chain: Chain, *, header: bool = True, chain_id: int | None = None) -> None:
        super().__init__(chain)
        self.header = header
        self.id = chain.chain_id if chain_id is None else chain_id

    @property
    def chain_id(self) -> int:
        return self.id

    def answer(self, method: str, params: list[Any]) -> Any:
        match method:
            case "eth_getLogs":
                wanted = dict(params[0])
                first, last = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
                wanted["fromBlock"] = hex(max(-(-(first - 1000) // 5), 0))
                wanted["toBlock"] = hex(max((last - 1000) // 5, 0))
                return [
                    self.outside(log, "blockNumber") for log in super().answer(method, [wanted])
                ]
            case "eth_getBlockByNumber":
                if params[0].startswith("0x"):
                    params[0] = hex((int(params[0], 16) - 1000) // 5)
                block = self.outside(super().answer(method, params), "number")
                return {**block, "l1BlockNumber": block["inside"]} if self.header else block
            case "eth_call" if params[1].startswith("0x"):
                params[1] = hex((int(params[1], 16) - 1000) // 5)
            case "eth_blockNumber":
                return hex(1000 + 5 * int(super().answer(method, params), 16))
            case _:
                pass
        return super().answer(method, params)

    @staticmethod
    def outside(value: Any, name: str) -> dict[str, Any]:
        return {**value, name: hex(1000 + 5 * int(value[name], 16)), "inside": value[name]}


class Many(Wire):
    """Several nodes of one chain."""

    def __init__(self, *nodes: Wire) -> None:
        super().__init__(nodes[0])
        self.nodes = nodes


class Silent(Wire):
    def answer(self, method: str, params: list[Any]) -> Any:
        raise Unreachable(f"nobody answers {method} {params}")


class Liar(Wire):
    """Says that nothing was ever changed."""

    def answer(self, method: str, params: list[Any]) -> Any:
        return data(bytes(32)) if method == "eth_call" else super().answer(method, params)


def _width(wanted: dict[str, str]) -> int:
    return int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) + 1


def write(
    chain: Chain, key: Secp256k1PrivateKey, call: bytes, nonce: int, *, to: str | None = None
) -> int:
    """Sends a call without asking what it costs; gives the number of its block."""
    unsigned = UnsignedTransaction(
        chain_id=chain.chain_id,
        sender=address(key.public_key),
        to=to or chain.registry,
        nonce=nonce,
        gas=1_000_000,
        max_fee_per_gas=10**11,
        max_priority_fee_per_gas=0,
        value=0,
        data=call,
    )
    hash_ = chain.request("eth_sendRawTransaction", [data(sign(unsigned, key))])
    return int(chain.request("eth_getTransactionReceipt", [hash_])["blockNumber"], 16)


def says(identity: bytes, text: str) -> bytes:
    return set_attribute(identity, "did/svc/Hub", text.encode(), validity=1000)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, clock: Any) -> Iterator[EmbeddedChain]:
    accounts = {address(key.public_key): 10**20 for key in KEYS}
    path = tmp_path_factory.mktemp("history") / "chain.db"
    with EmbeddedChain.create(path, accounts=accounts, clock=clock) as chain:
        for number in range(OFTEN_CHANGED):
            clock.seconds += 1
            write(chain, KEYS[1], says(OFTEN, f"https://{number}"), number)
            if number == OFTEN_CHANGED // 2:
                write(chain, KEYS[0], says(ONCE, "https://once"), 0)
        yield chain


@pytest.fixture(scope="module")
def busy(own: EmbeddedChain, batch_contract: Any) -> bytes:
    """An identity that was changed a thousand times, in a hundred blocks: a contract's own."""
    batch = batch_contract.create(own, KEYS[3])
    change = batch.data([says(batch.address, "https://busy")] * (BUSY_CHANGED // BUSY_BLOCKS))
    for nonce in range(1, 1 + BUSY_BLOCKS):
        write(own, KEYS[3], change, nonce, to=data(batch.address))
    made: bytes = batch.address
    return made


@pytest.mark.parametrize(
    ("identity", "changes"), [(STRANGER, 0), (ONCE, 1), (OFTEN, OFTEN_CHANGED)]
)
def test_two_questions_are_enough_where_a_node_looks_up_logs_and_one_where_there_are_none(
    own: EmbeddedChain, identity: bytes, changes: int
) -> None:
    wire = Wire(own)
    assert len(history(wire, identity)) == changes
    assert wire.asked == (["eth_call", "eth_getLogs"] if changes else ["eth_call"])


def test_a_thousand_changes_cost_three_questions_and_one_once_they_are_kept(
    own: EmbeddedChain, busy: bytes
) -> None:
    kept, wire = MemoryHistory(), Wire(own)
    changes = history(wire, busy, histories=kept)
    assert len(changes) == BUSY_CHANGED
    assert wire.asked == ["eth_call", "eth_getLogs", "1 at once"]
    wire.asked.clear()
    assert history(wire, busy, histories=kept) == changes
    assert wire.asked == ["eth_call"]


def test_a_thousand_changes_cost_three_questions_of_a_node_whose_logs_have_no_time(
    own: EmbeddedChain, busy: bytes
) -> None:
    class Untold(Timeless):
        knows_finality = True

    wire = Untold(own)
    assert len(history(wire, busy, histories=MemoryHistory())) == BUSY_CHANGED
    assert wire.asked == ["eth_call", "eth_getLogs", f"{BUSY_BLOCKS + 1} at once"]


def test_a_thousand_changes_are_read_a_range_at_a_time_where_ranges_are_limited(
    own: EmbeddedChain, busy: bytes
) -> None:
    wire = Limited(own, 10, "block range is too wide (maximum 10)")
    assert len(history(wire, busy)) == BUSY_CHANGED
    assert wire.asked.count("eth_getLogs") == 4  # one of them was refused
    wire.asked.clear()
    assert len(history(wire, ONCE)) == 1
    assert wire.asked == ["eth_call", "eth_getLogs"]  # the limit is remembered


@pytest.mark.parametrize(
    "words",
    [
        "exceed maximum block range: 5",
        "query exceeds max block range 5",
        "eth_getLogs is limited to 0 - 5 blocks range",
        "You can make requests with up to a 5 block range, or any range with a cap of 10K logs",
        "block range exceeded, try [0x1, 0x5]",
        "query returned more than 10000 results",
        "too much",
    ],
)
def test_what_a_node_says_of_its_limits_is_heeded(own: EmbeddedChain, words: str) -> None:
    wire = Limited(own, 5, words)
    assert history(wire, OFTEN) == history(own, OFTEN)
    questions = wire.asked.count("eth_getLogs")
    assert questions <= (5 if " 5" in words else 20)
    wire.asked.clear()
    history(wire, OFTEN)
    assert wire.asked.count("eth_getLogs") <= questions


def test_a_node_that_answers_for_one_block_at_a_time_is_followed_from_link_to_link(
    own: EmbeddedChain,
) -> None:
    wire = Limited(own, 1, "no ranges here")
    assert history(wire, OFTEN) == history(own, OFTEN)
    wire.asked.clear()
    history(wire, OFTEN)
    assert wire.asked.count("eth_getLogs") == OFTEN_CHANGED


def test_a_node_that_gives_no_logs_at_all_is_asked_once_or_down_to_a_single_block(
    own: EmbeddedChain,
) -> None:
    with pytest.raises(RequestRefused, match="never"):
        history(Limited(own, 0, "never"), OFTEN)

    class Without(Wire):
        def answer(self, method: str, params: list[Any]) -> Any:
            if method == "eth_getLogs":
                raise RequestRefused("no such method", number=METHOD_NOT_FOUND)
            return super().answer(method, params)

    wire = Without(own)
    with pytest.raises(RequestRefused):
        history(wire, OFTEN)
    assert wire.asked.count("eth_getLogs") == 1


def test_an_answer_that_is_too_long_is_asked_for_in_parts(own: EmbeddedChain) -> None:
    class Short(Wire):
        def answer(self, method: str, params: list[Any]) -> Any:
            if method == "eth_getLogs" and _width(params[0]) > 10:
                raise ChainError("the answer is longer than 8388608 bytes")
            return super().answer(method, params)

    assert history(Short(own), OFTEN) == history(own, OFTEN)


def test_a_chain_that_cannot_be_remembered_is_read_all_the_same(own: EmbeddedChain) -> None:
    class Slotted:
        __slots__ = ("wire",)

        def __init__(self, wire: Wire) -> None:
            self.wire = wire

        chain_id = own.chain_id
        registry = own.registry

        def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
            return self.wire.request(method, params)

        def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
            return self.wire.request_many(calls)

    wire = Limited(own, 5, "exceed maximum block range: 5")
    assert history(Slotted(wire), OFTEN) == history(own, OFTEN)
    inside = Arbitrum(own)
    assert len(history(Slotted(inside), OFTEN)) == OFTEN_CHANGED


def test_when_blocks_were_made_is_asked_for_once_where_logs_do_not_say(
    own: EmbeddedChain,
) -> None:
    wire = Timeless(own)
    assert history(wire, OFTEN) == history(own, OFTEN)
    assert wire.asked == ["eth_call", "eth_getLogs", f"{OFTEN_CHANGED} at once"]


@pytest.mark.parametrize(
    "forgets",
    [
        lambda i, _: i == 0,
        lambda i, _: i == 5,
        lambda i, count: i == count - 1,
        lambda i, _: i < 6,
        lambda _, __: True,
    ],
)
def test_a_node_that_leaves_out_a_log_is_caught(
    own: EmbeddedChain, forgets: Callable[[int, int], bool]
) -> None:
    with pytest.raises(ChainError, match="does not give all logs"):
        history(Forgetful(own, forgets), OFTEN)


def test_a_block_that_was_replaced_in_the_meantime_is_noticed(own: EmbeddedChain) -> None:
    class Replaced(Timeless):
        def answer(self, method: str, params: list[Any]) -> Any:
            answer = super().answer(method, params)
            return {**answer, "hash": "0x00"} if method == "eth_getBlockByNumber" else answer

    class Gone(Timeless):
        def answer(self, method: str, params: list[Any]) -> Any:
            return None if method == "eth_getBlockByNumber" else super().answer(method, params)

    with pytest.raises(ChainError, match="was replaced"):
        history(Replaced(own), ONCE)
    with pytest.raises(ChainError, match="no such block"):
        history(Gone(own), ONCE)


def test_only_what_is_newer_than_what_is_kept_is_asked_for(own: EmbeddedChain) -> None:
    kept, wire = MemoryHistory(), Wire(own)
    write(own, KEYS[4], says(LATER, "first"), 0)
    first = history(wire, LATER, histories=kept)
    block = write(own, KEYS[4], says(LATER, "second"), 1)
    asked: list[dict[str, str]] = []

    class Noting(Wire):
        def answer(self, method: str, params: list[Any]) -> Any:
            if method == "eth_getLogs":
                asked.append(params[0])
            return super().answer(method, params)

    changes = history(Noting(own), LATER, histories=kept)
    assert changes[:-1] == first
    assert asked[0]["fromBlock"] == hex(first[-1].block + 1)
    assert asked[0]["toBlock"] == hex(block)
    stored = kept.load(own.chain_id, own.registry, LATER)
    assert stored is not None
    assert stored.through == block
    assert [log["blockTimestamp"] for log in stored.logs]


def test_what_is_not_final_is_not_kept(own: EmbeddedChain) -> None:
    blocks = [change.block for change in history(own, OFTEN)]

    class Young(Wire):
        """Has finalized the block of the third change."""

        def answer(self, method: str, params: list[Any]) -> Any:
            if params[:1] == ["finalized"]:
                params[0] = hex(blocks[2])
            return super().answer(method, params)

    kept = MemoryHistory()
    assert len(history(Young(own), OFTEN, histories=kept)) == OFTEN_CHANGED
    stored = kept.load(own.chain_id, own.registry, OFTEN)
    assert stored is not None
    assert (stored.through, len(stored.logs)) == (blocks[2], 3)
    assert len(history(Young(own), OFTEN, histories=kept)) == OFTEN_CHANGED
    assert kept.load(own.chain_id, own.registry, OFTEN) is stored
    history(own, OFTEN, histories=kept)
    stored = kept.load(own.chain_id, own.registry, OFTEN)
    assert stored is not None
    assert len(stored.logs) == OFTEN_CHANGED


def test_without_finality_what_is_64_blocks_deep_is_final(own: EmbeddedChain) -> None:
    head = int(own.request("eth_blockNumber"), 16)
    kept, wire = MemoryHistory(), Timeless(own)
    history(wire, OFTEN, histories=kept)
    stored = kept.load(own.chain_id, own.registry, OFTEN)
    final = head - log_questions.FINAL_DEPTH
    expected = [change for change in history(own, OFTEN) if change.block <= final]
    assert (0 if stored is None else len(stored.logs)) == len(expected)


def test_what_is_kept_and_does_not_go_with_the_chain_is_dropped_and_asked_for_anew(
    own: EmbeddedChain,
) -> None:
    kept = MemoryHistory()
    history(own, OFTEN, histories=kept)
    place = own.chain_id, own.registry, OFTEN
    whole = kept.load(*place)
    assert whole is not None
    last = whole.through
    damaged = [
        KeptHistory(last, whole.logs[1:]),
        KeptHistory(last, whole.logs[:-1]),
        KeptHistory(last, ({"topics": []},)),
        KeptHistory(last - 1, whole.logs),
        KeptHistory(last, tuple({**log, "blockTimestamp": None} for log in whole.logs)),
        KeptHistory(last, tuple({**log, "removed": True} for log in whole.logs)),
        KeptHistory(last + 5, whole.logs[:-1]),
        KeptHistory(last, ()),
    ]
    for one in damaged:
        kept.keep(*place, one)
        assert history(own, OFTEN, histories=kept) == history(own, OFTEN)
        assert kept.load(*place) == whole


def test_a_node_is_not_believed_that_what_was_final_never_happened(own: EmbeddedChain) -> None:
    kept = MemoryHistory()
    history(own, OFTEN, histories=kept)
    with pytest.raises(ChainError, match="denies the change"):
        history(Liar(own), OFTEN, histories=kept)
    with pytest.raises(ChainError, match="is behind block") as caught:
        history(Behind(own, 3), OFTEN, histories=kept)
    assert caught.value.hint is not None


def test_another_chain_with_the_same_id_is_read_anew(
    own: EmbeddedChain, tmp_path: Any, clock: Any
) -> None:
    kept = MemoryHistory()
    history(own, OFTEN, histories=kept)
    path = tmp_path / "chain.db"
    accounts = {address(key.public_key): 10**20 for key in KEYS}
    with EmbeddedChain.create(path, accounts=accounts, chain_id=own.chain_id, clock=clock) as other:
        for number in range(30):
            write(other, KEYS[0], says(ONCE, "x"), number)
        assert history(other, OFTEN, histories=kept) == ()
        write(other, KEYS[1], says(OFTEN, "x"), 0)
        assert len(history(other, OFTEN, histories=kept)) == 1
        stored = kept.load(own.chain_id, own.registry, OFTEN)
        assert stored is not None
        assert len(stored.logs) == 1


@pytest.mark.parametrize("header", [True, False])
def test_a_chain_whose_contracts_see_other_block_numbers_is_read_by_ranges(
    own: EmbeddedChain, *, header: bool
) -> None:
    expected = history(own, OFTEN)
    wire = Arbitrum(own, header=header, chain_id=42_161)
    kept = MemoryHistory()
    changes = history(wire, OFTEN, histories=kept)
    assert [change.block for change in changes] == [1000 + 5 * one.block for one in expected]
    assert [change.previous for change in changes] == [one.previous for one in expected]
    assert [change.timestamp for change in changes] == [one.timestamp for one in expected]
    wire.asked.clear()
    assert history(wire, OFTEN, histories=kept) == changes
    assert wire.asked == ["eth_call"]
    assert history(wire, STRANGER) == ()


def test_such_a_chain_is_known_by_its_contradiction_and_remembered(own: EmbeddedChain) -> None:
    wire = Arbitrum(own)
    assert len(history(wire, OFTEN)) == OFTEN_CHANGED
    wire.asked.clear()
    assert len(history(wire, OFTEN)) == OFTEN_CHANGED
    assert wire.asked.count("eth_getLogs") == 1
    with pytest.raises(ChainError, match="does not give all logs"):
        history(Arbitrum(own, header=False), OFTEN)


def test_a_node_of_such_a_chain_that_limits_ranges_is_asked_for_several_at_once(
    own: EmbeddedChain,
) -> None:
    inner = Arbitrum(own, chain_id=42_161)
    wire = Limited(inner, 20, "exceed maximum block range: 20")
    for _ in range(2):  # the second time, the limit is known
        wire.asked.clear()
        assert len(history(wire, OFTEN)) == OFTEN_CHANGED
    assert wire.asked.count("eth_getLogs") == 0
    with pytest.raises(ChainError, match="does not give all logs"):
        history(Forgetful(wire, lambda i, _: i == 0), OFTEN)


def test_of_such_a_chain_too_only_what_is_newer_than_what_is_kept_is_asked_for(
    own: EmbeddedChain,
) -> None:
    kept, count = MemoryHistory(), len(history(own, LATER))
    write(own, KEYS[4], says(LATER, "third"), count)
    first = history(Arbitrum(own), LATER, histories=kept)
    write(own, KEYS[4], says(LATER, "fourth"), count + 1)
    wire = Arbitrum(own)  # nothing is remembered of it, and what is kept says enough
    changes = history(wire, LATER, histories=kept)
    assert changes[:-1] == first
    assert len(changes) == len(first) + 1
    assert wire.asked.count("eth_getLogs") == 1


def test_a_head_that_is_before_everything_is_no_whole_history(own: EmbeddedChain) -> None:
    class Young(Arbitrum):
        def answer(self, method: str, params: list[Any]) -> Any:
            return "0x0" if method == "eth_blockNumber" else super().answer(method, params)

    with pytest.raises(ChainError, match="does not give all logs"):
        history(Young(own, chain_id=42_161), OFTEN)


def test_logs_of_other_blocks_than_those_asked_for_are_refused(own: EmbeddedChain) -> None:
    class Generous(Limited):
        def answer(self, method: str, params: list[Any]) -> Any:
            if method == "eth_getLogs" and _width(params[0]) <= self.blocks:
                params[0] = {**params[0], "fromBlock": "0x1"}
                return self.chain.request(method, params)
            return super().answer(method, params)

    with pytest.raises(ChainError, match="not asked for"):
        history(Generous(own, 3, "exceed maximum block range: 3"), OFTEN)


def test_a_chain_without_a_hash_is_read_all_the_same(own: EmbeddedChain) -> None:
    class Equal(Arbitrum):
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Equal)

        __hash__ = None  # type: ignore[assignment]

    assert len(history(Equal(own), OFTEN)) == OFTEN_CHANGED


def test_the_nodes_of_a_chain_are_asked_one_by_one(own: EmbeddedChain) -> None:
    with serve(own, port=0) as one, serve(own, port=0) as two:
        nodes = Nodes(
            [
                NodeChain(server.url, registry=own.registry, chain_id=own.chain_id)
                for server in (one, two)
            ]
        )
        assert history(nodes, OFTEN) == history(own, OFTEN)
        for node in nodes.nodes:
            node.close()


def test_such_a_chain_is_not_read_without_end(own: EmbeddedChain) -> None:
    class Long(Arbitrum):
        def answer(self, method: str, params: list[Any]) -> Any:
            if method == "eth_blockNumber":
                return hex(10**9)
            return super().answer(method, params)

    wire = Limited(Long(own, chain_id=42_161), 20, "query returned more than 10000 results")
    with pytest.raises(ChainError, match="blocks at a time") as caught:
        history(wire, OFTEN)
    assert caught.value.hint is not None


def test_changes_without_end_are_not_read(
    own: EmbeddedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_questions, "MAX_CHANGES", OFTEN_CHANGED - 1)
    with pytest.raises(ChainError, match="more than"):
        history(own, OFTEN)


def test_blocks_of_one_parent_block_follow_each_other() -> None:
    def entry(block: int, previous: int, counted: int) -> Entry:
        return Entry(block, 0, previous, 5, counted, "", (), {})

    require_whole([entry(70, 0, 3), entry(71, 3, 3), entry(75, 3, 4)], 4)
    require_whole([entry(70, 0, 3), entry(71, 3, 3), entry(75, 3, 4)], 3)  # one more since
    with pytest.raises(ChainError):
        require_whole([entry(70, 0, 3), entry(71, 2, 3)], 3)
    with pytest.raises(ChainError):
        require_whole([entry(70, 0, 3)], 4)


def test_nodes_that_agree_give_one_answer_and_what_one_lacks_another_has(
    own: EmbeddedChain,
) -> None:
    expected = history(own, OFTEN)
    for nodes in (
        (Wire(own), Wire(own)),
        (Silent(own), Wire(own)),
        (Wire(own), Silent(own)),
        (Forgetful(own, lambda _, __: True), Wire(own)),
        (Wire(own), Forgetful(own, lambda i, _: i == 0)),
        (Behind(own, expected[-1].block - 1), Wire(own)),
        (Wire(own), Behind(own, expected[3].block)),
        (Wire(own), Behind(own, 0)),
        (Behind(own, expected[4].block), Behind(own, expected[3].block), Wire(own)),
    ):
        assert history(Many(*nodes), OFTEN) == expected
    with pytest.raises(Unreachable):
        history(Many(Silent(own), Silent(own)), OFTEN)


def test_nodes_that_agree_fill_one_store(own: EmbeddedChain) -> None:
    kept = MemoryHistory()
    wires = Wire(own), Wire(own)
    expected = history(Many(*wires), OFTEN, histories=kept)
    for wire in wires:
        wire.asked.clear()
    assert history(Many(*wires), OFTEN, histories=kept) == expected
    assert [wire.asked for wire in wires] == [["eth_call"], ["eth_call"]]
    assert history(Many(wires[0], Behind(own, 3)), OFTEN, histories=kept) == expected


def test_nodes_that_disagree_are_reported_with_what_each_says(own: EmbeddedChain) -> None:
    with pytest.raises(NodesDisagree, match="node 1 knows of no change, and node 2 knows of 12"):
        history(Many(Liar(own), Wire(own)), OFTEN)

    class Named(Forgetful):
        """Has another history: as if the last change had been another one."""

        name = "liar.example"

        def answer(self, method: str, params: list[Any]) -> Any:
            answer = super().answer(method, params)
            if method != "eth_getLogs" or not answer:
                return answer
            last = answer[-1]
            return [
                *answer[:-1],
                {**last, "data": last["data"].replace(b"//11".hex(), b"//99".hex())},
            ]

    with pytest.raises(
        NodesDisagree, match=r"liar\.example knows of 12 changes, the last in block"
    ):
        history(Many(Wire(own), Named(own, lambda _, __: False)), OFTEN)
    kept = MemoryHistory()
    with pytest.raises(NodesDisagree):
        history(Many(Wire(own), Liar(own)), ONCE, histories=kept)
    assert kept.load(own.chain_id, own.registry, ONCE) is None


def test_a_node_without_logs_that_names_another_last_change_disagrees(own: EmbeddedChain) -> None:
    class Ahead(Forgetful):
        def answer(self, method: str, params: list[Any]) -> Any:
            if method == "eth_call":
                return data((3).to_bytes(32, "big"))
            return super().answer(method, params)

    with pytest.raises(NodesDisagree, match="names block 3"):
        history(Many(Wire(own), Ahead(own, lambda _, __: True)), OFTEN)

    class Broken(Forgetful):
        calls = 0

        def answer(self, method: str, params: list[Any]) -> Any:
            if method == "eth_blockNumber":
                raise Unreachable("gone")
            return super().answer(method, params)

    assert history(Many(Wire(own), Broken(own, lambda _, __: True)), OFTEN)


def test_a_change_of_owner_is_kept_as_it_was(own: EmbeddedChain) -> None:
    write(own, KEYS[2], change_owner(STRANGER, ONCE), 0)
    kept = MemoryHistory()
    assert history(own, STRANGER, histories=kept) == history(own, STRANGER, histories=kept)
    stored = kept.load(own.chain_id, own.registry, STRANGER)
    assert stored is not None
    assert read_address(stored.logs[0]["address"]) == read_address(own.registry)
