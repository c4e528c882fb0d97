from __future__ import annotations

import json
import socket
import threading
import time
from typing import Any

import pytest

from did.chain.node import MAX_ANSWER, NodeChain
from did.chain.refusal import RequestRefused
from did.errors import ChainError, Unreachable

REGISTRY = "0x" + "00" * 19 + "aa"


def _node(url: str, **options: Any) -> NodeChain:
    return NodeChain(url, registry=REGISTRY, chain_id=5, **options)


@pytest.fixture
def answering(listening: Any) -> Any:
    """A node that gives each answer listed once, after its chain id and then `answer` always."""

    def serve(answer: Any, *, status: int = 200, chain_id: str = "0x5") -> Any:
        def reply(question: bytes) -> tuple[int, bytes]:
            if json.loads(question)["method"] == "eth_chainId":
                answered: Any = {"jsonrpc": "2.0", "id": 1, "result": chain_id}
                return 200, json.dumps(answered).encode()
            return status, answer if isinstance(answer, bytes) else json.dumps(answer).encode()

        return listening(reply)

    return serve


def test_gives_what_the_node_answers(answering: Any) -> None:
    with answering({"id": 1, "result": ["0x1"]}) as url:
        node = _node(url)
        assert node.request("eth_anything", []) == ["0x1"]
        assert node.request("eth_anything") == ["0x1"]
        assert (node.chain_id, node.registry.lower()) == (5, REGISTRY)


def test_a_result_may_be_null(answering: Any) -> None:
    with answering({"id": 1, "result": None}) as url:
        assert _node(url).request("eth_anything") is None


def test_refuses_a_node_of_another_chain(answering: Any) -> None:
    with answering({"id": 1, "result": "0x0"}, chain_id="0x1") as url:
        node = _node(url)
        for _ in range(2):
            with pytest.raises(ChainError, match="speaks for chain 1, not for 5"):
                node.request("eth_blockNumber")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[" * 100_000,
        b"\xff",
        [],
        {"id": 2, "result": 1},
        {"id": [], "result": 1},
        {"id": 1},
        {"id": 1, "error": "no"},
        {"id": 1, "error": {"code": 1}},
    ],
)
def test_refuses_answers_that_are_none(answering: Any, answer: Any) -> None:
    with answering(answer) as url, pytest.raises(ChainError, match=r"answer"):
        _node(url).request("eth_blockNumber")


def test_refuses_an_answer_without_end(answering: Any) -> None:
    with answering(b" " * (MAX_ANSWER + 1)) as url, pytest.raises(ChainError, match="longer than"):
        _node(url).request("eth_blockNumber")


@pytest.mark.parametrize(
    ("status", "kind"), [(500, Unreachable), (429, Unreachable), (404, ChainError)]
)
def test_refuses_answers_with_another_status(
    answering: Any, status: int, kind: type[Exception]
) -> None:
    with answering({}, status=status) as url, pytest.raises(kind, match=f"HTTP status {status}"):
        _node(url).request("eth_blockNumber")


def test_an_error_of_the_node_is_told_without_its_control_characters(answering: Any) -> None:
    error = {"code": 3, "message": "reverted\x1b[2J" + "x" * 999, "data": "0x1234"}
    with answering({"id": 1, "error": error}) as url, pytest.raises(RequestRefused) as caught:
        _node(url).request("eth_call")
    assert str(caught.value).startswith("reverted?[2J")
    assert len(str(caught.value)) == 300
    assert (caught.value.number, caught.value.data) == (3, b"\x12\x34")


@pytest.mark.parametrize("data", ["Reverted 0x12", None, {"a": 1}])
def test_an_error_may_say_anything_in_its_data(answering: Any, data: Any) -> None:
    error = {"code": "x", "message": "no", "data": data}
    with answering({"id": 1, "error": error}) as url, pytest.raises(RequestRefused) as caught:
        _node(url).request("eth_call")
    assert (caught.value.number, caught.value.data) == (-32000, b"")


def test_a_node_that_is_not_there_cannot_be_asked() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        with pytest.raises(Unreachable, match="does not answer"):
            _node(url).request("eth_blockNumber")


def _dripping(server: socket.socket, *, head: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(head)
        for _ in range(100):
            try:
                connection.sendall(b" ")
            except OSError:
                return
            time.sleep(0.01)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "takes longer than"),
        (b"not http at all\r\n", "does not answer"),
    ],
)
def test_a_node_that_dawdles_or_babbles_is_given_up(head: bytes, why: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_dripping, args=(server,), kwargs={"head": head})
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(Unreachable, match=why):
            _node(url, timeout=0.2).request("eth_blockNumber")
        thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "node.example",
        "ftp://node.example/",
        "https://",
        "https://node.example:port/",
        "http://[::1/",
        "https://me:secret@node.example/",
        "http://node.example/",
        "http://8.8.8.8/",
    ],
)
def test_refuses_addresses_where_no_node_can_be_trusted_to_answer(url: str) -> None:
    with pytest.raises(ChainError) as caught:
        _node(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://localhost:8545", "http://[::1]/", "https://node.example/v3/key?a=b"]
)
def test_takes_addresses_of_this_machine_and_of_others_over_https(url: str) -> None:
    assert _node(url).chain_id == 5


def test_a_node_over_https_must_prove_its_name(listening: Any) -> None:
    with listening(lambda _: (200, b"{}")) as url, pytest.raises(Unreachable):
        _node(url.replace("http:", "https:"), timeout=2).request("eth_blockNumber")


def test_messages_do_not_give_away_the_key_in_an_address() -> None:
    with pytest.raises(Unreachable) as caught:
        _node("https://localhost:1/v3/secret").request("eth_blockNumber")
    assert "secret" not in str(caught.value)


def test_refuses_a_registry_that_is_no_account() -> None:
    with pytest.raises(ChainError, match="registry's address"):
        NodeChain("https://node.example/", registry="0x12", chain_id=1)
