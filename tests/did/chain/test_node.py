from __future__ import annotations

import json
import socket
import threading
import time
from typing import Any, Self

import pytest

from did.chain.node import (
    MAX_ANSWER,
    MAX_BATCH,
    SEND,
    NodeChain,
    NotAsked,
    OtherChain,
    asked_chain_id,
)
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


class Batches:
    """Answers batches, in reverse; or as `batch` says, and single questions always."""

    def __init__(self, batch: Any = None) -> None:
        self.batch = batch
        self.posts: list[int] = []

    def __call__(self, question: bytes) -> tuple[int, bytes]:
        asked = json.loads(question)
        if isinstance(asked, dict):
            self.posts.append(1)
            return 200, json.dumps(self._one(asked)).encode()
        self.posts.append(len(asked))
        if self.batch is None:
            return 200, json.dumps([self._one(one) for one in reversed(asked)]).encode()
        status, answer = self.batch
        return status, json.dumps(answer).encode()

    @staticmethod
    def _one(asked: Any) -> Any:
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": asked["id"]}
        if asked["method"] == "eth_fail":
            return {**answer, "error": {"code": -32601, "message": "no such method"}}
        return {**answer, "result": {"eth_chainId": "0x5"}.get(asked["method"], asked["params"])}


def test_many_questions_and_the_chains_id_are_one_request(listening: Any) -> None:
    answer = Batches()
    with listening(answer) as url:
        node = _node(url)
        assert node.request_many([("eth_a", [1]), ("eth_b", [2])]) == ([1], [2])
        assert node.request_many([("eth_a", [1])]) == ([1],)
        assert node.request_many([]) == ()
        assert node.request_many([("eth_a", [n]) for n in range(250)]) == tuple(
            [n] for n in range(250)
        )
    assert answer.posts == [3, 1, MAX_BATCH, MAX_BATCH, 50]


def test_the_first_error_among_many_answers_is_raised(listening: Any) -> None:
    with (
        listening(Batches()) as url,
        pytest.raises(RequestRefused, match="no such method") as caught,
    ):
        _node(url).request_many([("eth_a", []), ("eth_fail", []), ("eth_b", [])])
    assert "another node may" in str(caught.value.hint)


def test_many_questions_to_another_chains_node_are_refused(listening: Any) -> None:
    with listening(Batches()) as url:
        node = NodeChain(url, registry=REGISTRY, chain_id=6)
        with pytest.raises(OtherChain, match="speaks for chain 5, not for 6"):
            node.request_many([("eth_a", []), ("eth_fail", [])])


@pytest.mark.parametrize(
    "batch",
    [
        (200, {"id": None, "error": {"code": -32600, "message": "no batches"}}),
        (400, {}),
        (413, {}),
        (200, [{"id": 1, "result": 1}]),
        (200, [{"id": 1, "result": 1}, {"id": 1, "result": 1}]),
        (200, [{"id": 1, "result": 1}, {"id": True, "result": 1}]),
        (200, [{"id": 1, "result": 1}, 2]),
        (200, "text"),
    ],
)
def test_a_node_that_takes_no_batches_is_asked_one_by_one_and_that_is_remembered(
    listening: Any, batch: Any
) -> None:
    answer = Batches(batch)
    with listening(answer) as url:
        node = _node(url)
        for _ in range(2):
            assert node.request_many([("eth_a", [1])]) == ([1],)
    assert answer.posts == [2, 1, 1, 1]


def test_a_trouble_that_is_not_with_batches_is_not_taken_for_one(listening: Any) -> None:
    answer = Batches((403, {}))
    with listening(answer) as url:
        node = _node(url)
        with pytest.raises(RequestRefused):
            node.request_many([("eth_fail", [])])
        answer.batch = None
        answer.posts.clear()
        assert node.request_many([("eth_a", [1]), ("eth_a", [2])]) == ([1], [2])
    assert answer.posts == [2]


def test_a_transaction_is_never_part_of_a_batch(listening: Any) -> None:
    answer = Batches()
    with listening(answer) as url:
        assert _node(url).request_many([(SEND, ["0x"]), ("eth_a", [1])]) == (["0x"], [1])
    assert answer.posts == [1, 1, 1]


class Connections:
    """A node that counts its connections, and hangs up after `each` answers on one."""

    def __init__(self, each: int) -> None:
        self.each = each
        self.count = 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}/"
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.count += 1
            with connection, connection.makefile("rb") as incoming:
                for _ in range(self.each):
                    if not self._answer(connection, incoming):
                        break

    @staticmethod
    def _answer(connection: socket.socket, incoming: Any) -> bool:
        size = None
        while (line := incoming.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        if size is None:
            return False
        asked = json.loads(incoming.read(size))
        body = json.dumps({"id": asked["id"], "result": "0x5"}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        connection.sendall(head + body)
        return True


def test_a_connection_is_kept_for_the_next_question() -> None:
    with Connections(each=1000) as node:
        chain = _node(node.url)
        for _ in range(5):
            chain.request("eth_blockNumber")
        assert node.count == 1
        chain.close()
        chain.close()
        chain.request("eth_blockNumber")
        assert node.count == 2
        del chain  # and with it its connection, or the node would wait for ever


@pytest.mark.parametrize("pause", [0, 0.05])
def test_a_connection_that_the_node_has_ended_is_replaced(pause: float) -> None:
    with Connections(each=1) as node:
        chain = _node(node.url)
        for _ in range(4):
            assert chain.request("eth_blockNumber") == "0x5"
            time.sleep(pause)
        chain.close()


def test_a_connection_that_ends_while_it_is_asked_is_replaced() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_and_then_hang_up() -> None:
            for answered in (2, 1):  # the id and a question, and then one question
                connection, _ = server.accept()
                with connection, connection.makefile("rb") as incoming:
                    for _ in range(answered):
                        Connections._answer(connection, incoming)
                    if answered == 2:
                        incoming.readline()

        thread = threading.Thread(target=answer_and_then_hang_up)
        thread.start()
        node = _node(f"http://127.0.0.1:{server.getsockname()[1]}/")
        assert node.request("eth_blockNumber") == "0x5"
        assert node.request("eth_blockNumber") == "0x5"
        thread.join()
        node.close()


def test_a_transaction_goes_over_a_connection_of_its_own() -> None:
    with Connections(each=1000) as node:
        chain = _node(node.url)
        chain.request("eth_blockNumber")
        chain.close()
        before = node.count
        chain.request(SEND, ["0x"])
        assert node.count == before + 1
        chain.close()


@pytest.mark.parametrize("status", [401, 403, 404, 429, 503])
def test_every_failure_names_the_node_and_what_to_do(answering: Any, status: int) -> None:
    with (
        answering({}, status=status) as url,
        pytest.raises((ChainError, Unreachable)) as caught,
    ):
        _node(f"{url}secret").request("eth_blockNumber")
    port = url.rsplit(":", 1)[1].strip("/")
    assert f"127.0.0.1:{port}" in str(caught.value)
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.hint


def test_a_question_that_did_not_arrive_is_known_not_to_have() -> None:
    with pytest.raises(NotAsked):
        _node("https://localhost:1/").request(SEND, ["0x"])


def test_names_an_address_of_six_groups_of_numbers_as_urls_do() -> None:
    assert _node("http://[::1]:8545/").name == "[::1]:8545"
    assert _node("https://node.example/key").name == "node.example"


def test_the_head_of_an_answer_may_not_come_in_drops() -> None:
    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            for letter in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
                try:
                    connection.sendall(bytes((letter,)))
                except OSError:
                    return
                time.sleep(0.01)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(Unreachable, match=r"takes longer than 0\.2 seconds"):
            _node(url, timeout=0.2).request("eth_blockNumber")
        thread.join()


def test_a_question_without_time_is_not_asked(listening: Any) -> None:
    with listening(Batches()) as url, pytest.raises(Unreachable, match="takes longer than 0 sec"):
        _node(url, timeout=0).request("eth_blockNumber")


def test_asks_a_node_which_chain_it_speaks_for(answering: Any) -> None:
    with answering({}, chain_id="0x2a") as url:
        assert asked_chain_id(url) == 42


def test_a_thread_that_learns_the_chains_id_meanwhile_changes_no_answer(listening: Any) -> None:
    batches = Batches()

    def answer(question: bytes) -> tuple[int, bytes]:
        if isinstance(json.loads(question), list):
            other = threading.Thread(target=node.request, args=("eth_b", [2]))
            other.start()
            other.join()
        return batches(question)

    with listening(answer) as url:
        node = _node(url)
        assert node.request_many([("eth_a", [1])]) == ([1],)


def test_threads_may_share_a_chain(listening: Any) -> None:
    with listening(Batches()) as url:
        node = _node(url)
        found: list[Any] = []

        def ask(number: int) -> None:
            found.extend(node.request("eth_a", [number]) for _ in range(10))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(found) == sorted([number] for number in range(8) for _ in range(10))
