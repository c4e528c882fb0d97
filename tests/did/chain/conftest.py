from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from did.chain.embedded import EmbeddedChain
from did.chain.embedded.serving import serve
from did.chain.node import NodeChain
from did.chain.recursion import recursion_limit
from did.keys.secp256k1 import Secp256k1PrivateKey, address

with recursion_limit():  # as the library itself loads them; tests do so without thinking of it
    import eth
    import eth_account
    import web3

    assert all((eth, eth_account, web3))

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from did.chain import Chain


class Clock:
    """Says what it is told to."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


class Account:
    """A key and its address."""

    def __init__(self, number: int) -> None:
        self.key = Secp256k1PrivateKey(number.to_bytes(32, "big"))
        self.address = address(self.key.public_key)
        self.raw = bytes.fromhex(self.address[2:])


class Scripted:
    """Passes requests on, but for those that it has an answer for."""

    def __init__(self, chain: Chain, **answers: Any) -> None:
        self._chain = chain
        self.answers = answers

    @property
    def chain_id(self) -> int:
        return self._chain.chain_id

    @property
    def registry(self) -> str:
        return self._chain.registry

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        if method in self.answers:
            answer = self.answers[method]
            return answer(*params) if callable(answer) else answer
        return self._chain.request(method, params)

    def request_many(self, calls: Sequence[tuple[str, Sequence[Any]]], /) -> tuple[Any, ...]:
        return tuple(self.request(method, params) for method, params in calls)


@pytest.fixture(scope="session")
def scripted() -> type[Scripted]:
    return Scripted


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def alice() -> Account:
    return Account(1)


@pytest.fixture(scope="session")
def bob() -> Account:
    return Account(2)


@pytest.fixture(scope="session")
def pauper() -> Account:
    return Account(3)


@pytest.fixture(scope="module")
def embedded(
    tmp_path_factory: pytest.TempPathFactory, clock: Clock, alice: Account, bob: Account
) -> Iterator[EmbeddedChain]:
    path = tmp_path_factory.mktemp("chain") / "chain.db"
    accounts = {alice.address: 10**21, bob.address: 10**20}
    with EmbeddedChain.create(path, accounts=accounts, clock=clock) as chain:
        yield chain


@contextmanager
def _listening(answer: Callable[[bytes], tuple[int, bytes]]) -> Iterator[str]:
    """A server on this machine; yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def listening() -> Any:
    return _listening


@pytest.fixture(scope="module")
def node(embedded: EmbeddedChain) -> Iterator[NodeChain]:
    with serve(embedded, port=0) as server:
        yield NodeChain(server.url, registry=embedded.registry, chain_id=embedded.chain_id)


@pytest.fixture(scope="module", params=["embedded", "node"])
def chain(request: pytest.FixtureRequest) -> Chain:
    found: Chain = request.getfixturevalue(request.param)
    return found
