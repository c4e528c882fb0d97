from __future__ import annotations

import json
import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from did.chain import ManyNodes
from did.chain.node import NodeChain, NotAsked, OtherChain
from did.chain.nodes import Nodes
from did.chain.refusal import RequestRefused
from did.errors import ChainError, Unreachable
from did.keccak import keccak256

if TYPE_CHECKING:
    from collections.abc import Iterator

REGISTRY = "0x" + "00" * 19 + "aa"
RAW = "0x1234"
HASH = f"0x{keccak256(bytes.fromhex(RAW[2:])).hex()}"
SEND = "eth_sendRawTransaction"


class Node:
    """A node of one's own: answers each method with a result, an error object, or a status."""

    def __init__(self, listening: Any, **answers: Any) -> None:
        self.answers: dict[str, Any] = {"eth_chainId": "0x5", "eth_blockNumber": "0x1", **answers}
        self.asked: list[str] = []
        self._listening = listening

    @contextmanager
    def running(self) -> Iterator[NodeChain]:
        with self._listening(self._answer) as url:
            yield _chain(url)

    def _answer(self, question: bytes) -> tuple[int, bytes]:
        given = json.loads(question)
        answers = [self._one(one) for one in (given if isinstance(given, list) else [given])]
        for answer in answers:
            if isinstance(answer, int):
                return answer, b""
        return 200, json.dumps(answers if isinstance(given, list) else answers[0]).encode()

    def _one(self, asked: Any) -> Any:
        self.asked.append(asked["method"])
        answer = self.answers[asked["method"]]
        if isinstance(answer, int):
            return answer
        member = "error" if isinstance(answer, dict) and "message" in answer else "result"
        return {"jsonrpc": "2.0", "id": asked["id"], member: answer}


def _chain(url: str, **changes: Any) -> NodeChain:
    return NodeChain(url, **{"registry": REGISTRY, "chain_id": 5, **changes})


def _nowhere() -> NodeChain:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return _chain(f"http://127.0.0.1:{free.getsockname()[1]}/key")


@contextmanager
def _all(*nodes: Node) -> Iterator[Nodes]:
    with ExitStack() as stack:
        yield Nodes([stack.enter_context(node.running()) for node in nodes])


def test_the_first_node_that_answers_is_asked_from_then_on(listening: Any) -> None:
    dead, living = Node(listening, eth_blockNumber=503), Node(listening)
    with _all(dead, living) as nodes:
        assert [nodes.request("eth_blockNumber") for _ in range(3)] == ["0x1"] * 3
        assert nodes.request_many([("eth_blockNumber", ())] * 2) == ("0x1", "0x1")
        assert dead.asked == ["eth_chainId", "eth_blockNumber"]
        dead.answers["eth_blockNumber"], living.answers["eth_blockNumber"] = "0x2", 503
        assert nodes.request("eth_blockNumber") == "0x2"
    assert isinstance(nodes, ManyNodes)
    assert [node.chain_id for node in nodes.nodes] == [5, 5]
    assert (nodes.chain_id, nodes.registry.lower()) == (5, REGISTRY)


def test_many_questions_go_to_the_next_node_together(listening: Any) -> None:
    living = Node(listening)
    with living.running() as other:
        nodes = Nodes([_nowhere(), other])
        assert nodes.request_many([("eth_blockNumber", ()), ("eth_chainId", ())]) == ("0x1", "0x5")
        nodes.close()


def test_where_no_node_answers_each_is_named_and_no_key() -> None:
    with pytest.raises(
        NotAsked, match=r"no node .*127\.0\.0\.1:\d+ .*; 127\.0\.0\.1:\d+ "
    ) as caught:
        Nodes([_nowhere(), _nowhere()]).request("eth_blockNumber")
    assert "key" not in str(caught.value)
    assert caught.value.hint


def test_the_failure_of_an_only_node_is_told_as_it_is(listening: Any) -> None:
    with (
        _all(Node(listening, eth_blockNumber=404)) as nodes,
        pytest.raises(ChainError, match="404"),
    ):
        nodes.request("eth_blockNumber")


def test_what_one_node_refuses_another_is_not_asked(listening: Any) -> None:
    refusal = {"code": 3, "message": "reverted"}
    first, second = Node(listening, eth_call=refusal), Node(listening)
    with _all(first, second) as nodes, pytest.raises(RequestRefused, match="reverted"):
        nodes.request("eth_call")
    assert second.asked == []


@pytest.mark.parametrize(("method", "asked"), [("eth_call", True), ("eth_getLogs", False)])
def test_a_busy_node_is_passed_over_and_too_wide_a_question_is_not(
    listening: Any, method: str, asked: Any
) -> None:
    limit = {"code": -32005, "message": "limit exceeded"}
    first, second = Node(listening, **{method: limit}), Node(listening, **{method: "0x"})
    with _all(first, second) as nodes:
        if asked:
            assert nodes.request(method) == "0x"
            assert nodes.request_many([(method, ())]) == ("0x",)
        else:
            for ask in (lambda: nodes.request(method), lambda: nodes.request_many([(method, ())])):
                with pytest.raises(RequestRefused, match="limit exceeded"):
                    ask()
    assert bool(second.asked) == asked


def test_refuses_nodes_that_are_not_of_one_chain() -> None:
    one = _chain("https://one.example/")
    for other in (
        _chain("https://two.example/", chain_id=6),
        _chain("https://two.example/", registry="0x" + "00" * 20),
    ):
        with pytest.raises(ChainError, match=r"two\.example .* and one\.example"):
            Nodes([one, other])
    with pytest.raises(ChainError, match="no node"):
        Nodes([])


@pytest.mark.parametrize("method", ["eth_blockNumber", SEND])
def test_a_node_that_turns_out_to_be_another_chains_is_refused(listening: Any, method: str) -> None:
    stranger, good = Node(listening, eth_chainId="0x6"), Node(listening)
    with _all(stranger, good) as nodes:
        for _ in range(2):
            with pytest.raises(OtherChain, match="speaks for chain 6, not for 5"):
                nodes.request(method, [RAW])
    assert good.asked == []


def test_a_transaction_is_sent_once_where_the_first_node_takes_it(listening: Any) -> None:
    first, second = Node(listening, **{SEND: HASH}), Node(listening)
    with _all(first, second) as nodes:
        assert nodes.request(SEND, [RAW]) == HASH
        assert nodes.request_many([(SEND, [RAW]), ("eth_blockNumber", ())]) == (HASH, "0x1")
    assert second.asked == []


@pytest.mark.parametrize(
    ("message", "found"), [("already known", None), ("nonce too low", {"hash": HASH})]
)
def test_a_transaction_that_the_silent_node_had_taken_is_on_its_way(
    listening: Any, message: str, found: Any
) -> None:
    refusal = {"code": -32000, "message": message}
    silent = Node(listening, **{SEND: 502})
    second = Node(listening, **{SEND: refusal, "eth_getTransactionByHash": found})
    with _all(silent, second) as nodes:
        assert nodes.request(SEND, [RAW]) == HASH


def test_what_became_of_a_transaction_is_not_known_where_one_is_silent_and_one_refuses(
    listening: Any,
) -> None:
    refusal = {"code": -32000, "message": "nonce too low"}
    silent = Node(listening, **{SEND: 502})
    second = Node(listening, **{SEND: refusal, "eth_getTransactionByHash": None})
    with _all(silent, second) as nodes, pytest.raises(Unreachable, match="nonce too low") as caught:
        nodes.request(SEND, [RAW])
    assert not isinstance(caught.value, NotAsked)


def test_a_refusal_stands_where_no_other_node_can_have_taken_the_transaction(
    listening: Any,
) -> None:
    refusal = {"code": -32000, "message": "insufficient funds"}
    busy = Node(listening, **{SEND: 429})
    second = Node(listening, **{SEND: refusal, "eth_getTransactionByHash": 500})
    with _all(busy, second) as nodes, pytest.raises(RequestRefused, match="insufficient"):
        nodes.request(SEND, [RAW])


def test_what_is_no_transaction_is_refused_as_the_node_refuses_it(listening: Any) -> None:
    refusal = {"code": -32602, "message": "invalid params"}
    with _all(Node(listening, **{SEND: refusal})) as nodes:
        for params in ([], ["text"]):
            with pytest.raises(RequestRefused, match="invalid params"):
                nodes.request(SEND, params)
