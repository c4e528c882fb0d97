"""An embedded chain as a node: JSON-RPC 2.0 over HTTP, for programs on this machine alone.

It is for tools that know chains as nodes: whoever may run programs here may read the chain, and
send it what its own key has signed. A web page may not, even one that the person has open: its
requests name an origin, or a host that is not this machine's (DNS rebinding), and are refused.
"""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from did.chain.embedded.answering import MAX_QUESTION, reply
from did.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Collection

    from did.chain import Chain

MAX_CONNECTIONS: Final = 64
"""How many programs, or connections of one, are served at once."""

IDLE: Final = 30.0
"""How long a connection may say nothing, in seconds."""


def serve(
    chain: Chain, *, port: int, host: str = "127.0.0.1", origins: Collection[str] = ()
) -> Server:
    """A server of the chain, listening from now on; port 0 takes a free one.

    Web pages of the `origins`, such as `http://localhost:5173`, may ask it too.

    Raises:
        ChainError: `host` is not this machine alone, an origin is none, or the port is taken.
    """
    if host != "localhost" and not _is_loopback(host):
        raise ChainError(
            f"{host!r:.80} can be reached from other machines",
            hint="serve on 127.0.0.1; what others should read, give them as a transcript",
        )
    for origin in origins:
        parts = urlsplit(origin)
        if f"{parts.scheme}://{parts.netloc}" != origin or not parts.hostname or "*" in origin:
            raise ChainError(f"{origin!r:.80} is no origin", hint="write it as http://host:port")
    try:
        return Server(chain, (host, port), frozenset(origins))
    except (OSError, OverflowError) as error:
        raise ChainError(
            f"port {port} of {host} cannot be listened on: {error}", hint="name another port"
        ) from error


class Server:
    """A chain that is being served, by threads of this process, until it is closed."""

    def __init__(self, chain: Chain, at: tuple[str, int], origins: frozenset[str]) -> None:
        """See `serve`."""
        self._http: Final = _HTTP(chain, at, origins)
        self._thread: Final = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port listened on."""
        return self._http.server_port

    @property
    def url(self) -> str:
        """The address for tools."""
        return f"http://{self._http.hosts[0]}/"

    def run(self) -> None:
        """Serves until SIGINT or SIGTERM comes, and closes. For a process's main thread."""
        # A pipe: what a handler may do that runs between any two steps of this very thread.
        waiting, stop = os.pipe()
        before = {
            number: signal.signal(number, lambda *_: os.write(stop, b"."))
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            os.read(waiting, 1)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self.close()
            os.close(waiting)
            os.close(stop)

    def close(self) -> None:
        """Stop. Requests that are being answered are answered first. It can be closed twice."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _HTTP(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for answers that are under way
    request_queue_size = 128

    def __init__(self, chain: Chain, at: tuple[str, int], origins: frozenset[str]) -> None:
        self.address_family = socket.AF_INET6 if ":" in at[0] else socket.AF_INET
        self.chain: Final = chain
        self.origins: Final = origins
        self._open: Final[set[socket.socket]] = set()
        self._turn: Final = threading.Lock()
        super().__init__(at, _Handler)
        named = f"[{at[0]}]" if ":" in at[0] else at[0]
        names = dict.fromkeys((named, "127.0.0.1", "localhost", "[::1]"))
        self.hosts: Final = [f"{name}:{self.server_port}" for name in names]

    def server_bind(self) -> None:
        """Binds, without asking anybody what this machine is called."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Takes a connection, unless there are too many."""
        del client_address
        with self._turn:
            if len(self._open) >= MAX_CONNECTIONS:
                return False
            self._open.add(request)
            return True

    def shutdown_request(self, request: Any) -> None:
        with self._turn:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Lets nobody ask any more, and waits until who has asked is answered."""
        with self._turn:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks off is nobody's business here."""


class _Handler(BaseHTTPRequestHandler):
    server: _HTTP
    protocol_version = "HTTP/1.1"  # whose connections stay open
    timeout = IDLE
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together

    def do_POST(self) -> None:
        if (refused := self._refused()) is not None:
            self._answer(refused, b"")
            return
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or len(size) > 9:
            self._answer(HTTPStatus.LENGTH_REQUIRED, b"")
            return
        if int(size) > MAX_QUESTION:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"")
            return
        asked = self.rfile.read(int(size))
        if len(asked) < int(size):
            self.close_connection = True
            return
        answer = reply(self.server.chain, asked)
        self._answer(HTTPStatus.OK if answer else HTTPStatus.NO_CONTENT, answer)

    def do_OPTIONS(self) -> None:
        """What a browser asks before it lets a page ask (Fetch, CORS-preflight)."""
        origin = self.headers.get("Origin")
        allowed = self._host_is_here() and origin in self.server.origins
        self._answer(HTTPStatus.NO_CONTENT if allowed else HTTPStatus.FORBIDDEN, b"")

    def _refused(self) -> HTTPStatus | None:
        """Why a request is not even read, if it is not."""
        origin = self.headers.get("Origin")
        if not self._host_is_here() or (origin is not None and origin not in self.server.origins):
            return HTTPStatus.FORBIDDEN
        # A page may send text anywhere without being asked for leave, but not this.
        if self.headers.get_content_type() != "application/json":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        if self.headers.get("Transfer-Encoding") is not None:
            return HTTPStatus.LENGTH_REQUIRED
        return None

    def _host_is_here(self) -> bool:
        hosts = self.headers.get_all("Host", [])
        return len(hosts) == 1 and hosts[0].lower() in self.server.hosts

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response_only(status)
        if status >= HTTPStatus.BAD_REQUEST:  # the rest of what was sent is not read
            self.send_header("Connection", "close")
            self.close_connection = True
        if (origin := self.headers.get("Origin")) in self.server.origins:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Access-Control-Allow-Headers", "content-type")
            self.send_header("Vary", "Origin")
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's signature
        """Nothing is said of who asks what."""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
