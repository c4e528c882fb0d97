from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.answering import MAX_QUESTION
from did.chain.embedded.serving import MAX_CONNECTIONS, Server, serve
from did.chain.hexadecimal import data
from did.chain.node import SEND, NodeChain
from did.chain.sending.transaction import prepare, sign
from did.errors import ChainError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "http://localhost:5173"
ASKED = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"}).encode()

SERVING = """
import sys
from pathlib import Path
from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
with EmbeddedChain.open(Path(sys.argv[1])) as chain:
    server = serve(chain, port=0)
    print(server.url, flush=True)
    server.run()
print("closed", flush=True)
"""


@pytest.fixture(scope="module")
def server(embedded: EmbeddedChain) -> Iterator[Server]:
    with serve(embedded, port=0, origins=[PAGE]) as server:
        yield server


def _post(
    server: Server, body: bytes = ASKED, method: str = "POST", **headers: Any
) -> http.client.HTTPResponse:
    """Sends exactly these headers, `_` for `-`; those that are None are left out."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    given = {
        "Host": f"127.0.0.1:{server.port}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    connection.putrequest(method, "/", skip_host=True, skip_accept_encoding=True)
    for name, value in given.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                connection.putheader(name, one)
    connection.endheaders(body)
    response = connection.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]
    connection.close()
    return response


def test_answers_tools_of_this_machine(server: Server, embedded: EmbeddedChain) -> None:
    for host in ("127.0.0.1", "localhost", "LOCALHOST", "[::1]"):
        response = _post(server, Host=f"{host}:{server.port}")
        assert response.status == 200
        assert json.loads(response.body)["result"] == hex(embedded.chain_id)  # type: ignore[attr-defined]
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1"}, 403),
        ({"Host": None}, 403),
        ({"Host": ["127.0.0.1:{port}", "127.0.0.1:{port}"]}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": None}, 415),
        ({"Content_Length": None}, 411),
        ({"Content_Length": "-1"}, 411),
        ({"Content_Length": "9" * 30}, 411),
        ({"Content_Length": str(MAX_QUESTION + 1)}, 413),
        ({"Transfer_Encoding": "chunked"}, 411),
    ],
)
def test_refuses_what_no_tool_of_this_machine_sends(
    server: Server, headers: dict[str, Any], status: int
) -> None:
    def at_port(value: Any) -> Any:
        if isinstance(value, list):
            return [at_port(one) for one in value]
        return value.format(port=server.port) if value is not None else None

    response = _post(server, **{name: at_port(value) for name, value in headers.items()})
    assert response.status == status
    assert response.body == b""  # type: ignore[attr-defined]
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
def test_is_only_posted_to(server: Server, method: str) -> None:
    assert _post(server, method=method).status == 501


def test_a_page_that_was_let_in_may_ask(server: Server) -> None:
    response = _post(server, Origin=PAGE)
    assert response.status == 200
    assert response.headers["Access-Control-Allow-Origin"] == PAGE
    leave = _post(server, b"", method="OPTIONS", Origin=PAGE)
    assert (leave.status, leave.headers["Access-Control-Allow-Origin"]) == (204, PAGE)
    assert leave.headers["Access-Control-Allow-Headers"] == "content-type"


@pytest.mark.parametrize("origin", ["https://evil.example", "*", "null", None])
def test_other_pages_get_no_leave(server: Server, origin: str | None) -> None:
    response = _post(server, b"", method="OPTIONS", Origin=origin)
    assert response.status == 403
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("origin", ["*", "", "localhost:5173", "http://a.example/path", "http://*"])
def test_takes_no_origin_that_is_every_page(embedded: EmbeddedChain, origin: str) -> None:
    with pytest.raises(ChainError, match="no origin"):
        serve(embedded, port=0, origins=[origin])


@pytest.mark.parametrize("host", ["", "::", "192.0.2.1", "0.0.0.1", "example.com"])
def test_listens_nowhere_but_on_this_machine(embedded: EmbeddedChain, host: str) -> None:
    with pytest.raises(ChainError, match="from other machines"):
        serve(embedded, port=0, host=host)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_listens_on_each_address_of_this_machine(embedded: EmbeddedChain, host: str) -> None:
    with serve(embedded, port=0, host=host) as server:
        node = NodeChain(server.url, registry=embedded.registry, chain_id=embedded.chain_id)
        assert node.request("eth_chainId") == hex(embedded.chain_id)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_is_none_is_an_error_of_the_chain(embedded: EmbeddedChain, port: int) -> None:
    with pytest.raises(ChainError, match="cannot be listened on"):
        serve(embedded, port=port)


def test_a_port_that_is_taken_is_an_error_of_the_chain(
    server: Server, embedded: EmbeddedChain
) -> None:
    with pytest.raises(ChainError, match="cannot be listened on"):
        serve(embedded, port=server.port)


def test_a_notification_has_an_answer_of_no_content(server: Server) -> None:
    body = json.dumps({"jsonrpc": "2.0", "method": "eth_chainId"}).encode()
    assert _post(server, body).status == 204


def test_a_request_that_breaks_off_harms_nobody(server: Server) -> None:
    for sent in (b"", b"POST / HTTP/1.1\r\n", _head(server, 100) + b"{"):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    assert _post(server).status == 200


def _head(server: Server, size: int) -> bytes:
    lines = (
        "POST / HTTP/1.1",
        f"Host: localhost:{server.port}",
        "Content-Type: application/json",
        f"Content-Length: {size}",
    )
    return "\r\n".join((*lines, "", "")).encode()


def test_more_connections_than_it_serves_are_turned_away(embedded: EmbeddedChain) -> None:
    with serve(embedded, port=0) as server:
        idle = [
            socket.create_connection(("127.0.0.1", server.port)) for _ in range(MAX_CONNECTIONS)
        ]
        node = NodeChain(
            server.url, registry=embedded.registry, chain_id=embedded.chain_id, timeout=5
        )
        with pytest.raises(Unreachable):
            node.request("eth_chainId")
        for connection in idle:
            connection.close()
        until = time.monotonic() + 20
        while True:
            try:
                assert node.request("eth_chainId") == hex(embedded.chain_id)
                break
            except Unreachable:
                assert time.monotonic() < until
                time.sleep(0.01)


def test_what_is_asked_is_answered_before_it_closes(embedded: EmbeddedChain) -> None:
    server = serve(embedded, port=0)
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(_head(server, len(ASKED)) + ASKED)
        while not connection.recv(1, socket.MSG_PEEK):
            pass
        server.close()
        server.close()
        answer = b""
        while part := connection.recv(4096):
            answer += part
    assert hex(embedded.chain_id).encode() in answer


def test_signs_nothing_for_anybody(node: NodeChain, alice: Any) -> None:
    for method in ("eth_sendTransaction", "eth_signTransaction"):
        with pytest.raises(ChainError, match="there are no keys here: sign the transaction"):
            node.request(method, [{"from": alice.address, "to": alice.address}])
    assert node.request("eth_accounts") == []


def test_questions_at_the_same_time_are_all_answered(server: Server, embedded: Any) -> None:
    found: list[Any] = []

    def ask() -> None:
        chain = NodeChain(server.url, registry=embedded.registry, chain_id=embedded.chain_id)
        found.extend(chain.request("eth_getBalance", [embedded.registry]) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["0x0"] * 160


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_wallet_writes_while_another_process_serves_until_it_is_told_to_stop(
    tmp_path: Path, alice: Any, bob: Any, number: signal.Signals
) -> None:
    path = tmp_path / "chain.db"
    with EmbeddedChain.create(path, accounts={alice.address: 10**18, bob.address: 10**18}) as own:
        command = [sys.executable, "-c", SERVING, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            served = NodeChain(url, registry=own.registry, chain_id=own.chain_id)
            for here, there in ((own, served), (served, own)) * 2:
                for account in (alice, bob):
                    unsigned = prepare(here, sender=account.address, to=account.address, value=1)
                    hash_ = here.request(SEND, [data(sign(unsigned, account.key))])
                    assert there.request("eth_getTransactionReceipt", [hash_])["status"] == "0x1"
            assert own.request("eth_blockNumber") == served.request("eth_blockNumber") == "0x8"
            server.send_signal(number)
            assert server.stdout.read().strip() == "closed"
            assert server.wait() == 0
        with pytest.raises(Unreachable):
            served.request("eth_blockNumber")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_until_a_signal_comes_and_gives_signals_back(
    embedded: EmbeddedChain, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    found: list[Any] = []
    server = serve(embedded, port=0)

    def stop() -> None:
        while signal.getsignal(number) is before:
            time.sleep(0.01)
        node = NodeChain(server.url, registry=embedded.registry, chain_id=embedded.chain_id)
        found.append(node.request("eth_chainId"))
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=stop)
    thread.start()
    server.run()
    thread.join()
    assert found == [hex(embedded.chain_id)]
    assert signal.getsignal(number) is before
