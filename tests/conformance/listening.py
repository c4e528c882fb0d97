"""A server of the tests' own on loopback, with a certificate that nobody vouches for."""

from __future__ import annotations

import json
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol

from tests.conformance.certificate import certified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Answering(Protocol):
    """What a server says."""

    def get(self, path: str, /) -> tuple[int, Any]:
        """The status and the JSON that answer a GET."""
        ...

    def post(self, path: str, body: bytes, /) -> tuple[int, Any]:
        """The status and the JSON that answer a POST."""
        ...


@contextmanager
def listening(answering: Answering, folder: Path) -> Iterator[str]:
    """The address, for as long as the context lasts; `folder` is for the certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*answering.get(self.path))

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer(*answering.post(self.path, self.rfile.read(length)))

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, status: int, answer: Any) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified(folder))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
