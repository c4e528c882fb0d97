"""A chain that a node speaks for: JSON-RPC 2.0 over HTTP.

The node is believed in what it says of the chain. What it cannot do is to be another chain's node,
to take the wallet's time or memory, or to be replaced on the way by somebody else.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import select
import ssl
import time
import weakref
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from did.chain import jsonrpc
from did.chain.hexadecimal import read_address, read_quantity
from did.errors import ChainError, Unreachable
from did.keys.secp256k1 import checksummed

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from did.chain.jsonrpc import Call

TIMEOUT: Final = 20.0
"""How long an answer may take, in seconds, from the first step of the call to its last byte."""

MAX_ANSWER: Final = 8 << 20
"""The longest answer read, in bytes."""

MAX_BATCH: Final = 100
"""The most questions put in one request: nodes take from a hundred to a thousand."""

SEND: Final = "eth_sendRawTransaction"
"""The one method that changes a chain, and that is not asked twice by accident."""

_CHUNK: Final = 1 << 16
_NOT_NOW: Final = frozenset({425, 429})
_BUSY: Final = frozenset({408, 425, 429, *range(500, 600)})
"""HTTP's ways to say: not now."""

_ANOTHER: Final = "try again later, or name a second node of the chain"
_HINTS: Final = {
    401: "the node wants a key: check its address in the configuration",
    403: "the node does not let this address or key in: check it in the configuration",
    404: "check the path in the node's address",
    429: "the node wants fewer requests: wait, or name a second node of the chain",
}


class NotAsked(Unreachable):
    """The question did not get there: whatever it would have changed is as it was."""


class OtherChain(ChainError):
    """The node speaks for another chain than it is configured for."""


class NodeChain:
    """The chain behind the node at an address. Nothing is sent before the first request.

    Threads may share it. Connections stay open from one request to the next.
    """

    def __init__(self, url: str, *, registry: str, chain_id: int, timeout: float = TIMEOUT) -> None:
        """`registry` is the address of the registry of DIDs on the chain with that id.

        Raises:
            ChainError: `url` is no address of a node, or `registry` no account.
        """
        self._door: Final = _Door(url, timeout)
        self._registry: Final = checksummed(read_address(registry, "the registry's address"))
        self._chain_id: Final = chain_id
        self._verified = False
        self._takes_batches = True

    @property
    def name(self) -> str:
        """The node's host, by which messages call it: the rest of its address may be a key."""
        return self._door.name

    @property
    def chain_id(self) -> int:
        """The number that transactions for this chain are bound to (EIP-155)."""
        return self._chain_id

    @property
    def registry(self) -> str:
        """The registry's address."""
        return self._registry

    def request(self, method: str, params: Sequence[Any] = (), /) -> Any:
        """The result of a JSON-RPC method, as JSON.

        Raises:
            RequestRefused: the node answered with an error.
            Unreachable: it did not answer, or not in time. `NotAsked`: nor did it hear of it.
            ChainError: it answered with what is no answer. `OtherChain`: or for another chain.
        """
        if not self._verified:
            self._verify(self._ask("eth_chainId", ()))
        return self._ask(method, params)

    def request_many(self, calls: Sequence[Call], /) -> tuple[Any, ...]:
        """The results of several methods, in order. Raises as `request` does, for the first.

        They are one request, but where the node takes no batches, or where one is a transaction.
        """
        if not calls:
            return ()
        if not self._takes_batches or any(method == SEND for method, _ in calls):
            return tuple(self.request(method, params) for method, params in calls)
        first_time = not self._verified  # another thread may verify it meanwhile
        asked = [("eth_chainId", ()), *calls] if first_time else list(calls)
        try:
            answers = [
                answer
                for first in range(0, len(asked), MAX_BATCH)
                for answer in self._batch(asked[first : first + MAX_BATCH])
            ]
        except ChainError:
            results = tuple(self.request(method, params) for method, params in calls)
            self._takes_batches = False  # remembered only now that it was not another trouble
            return results
        if first_time:
            self._verify(jsonrpc.result(answers.pop(0), self.name))
        return tuple(jsonrpc.result(answer, self.name) for answer in answers)

    def close(self) -> None:
        """Close the connections that are kept. The next request opens one again."""
        self._door.close()

    def _verify(self, told: Any) -> None:
        found = read_quantity(told, f"the chain's id, as {self.name} tells it,")
        if found != self._chain_id:
            raise OtherChain(
                f"{self.name} speaks for chain {found}, not for {self._chain_id}",
                hint="check the node's address in the configuration",
            )
        self._verified = True

    def _ask(self, method: str, params: Sequence[Any]) -> Any:
        asked = jsonrpc.encoded(jsonrpc.question(1, (method, params)))
        body = self._door.post(asked, again=method != SEND)
        return jsonrpc.result(jsonrpc.answer(body, self.name), self.name)

    def _batch(self, calls: Sequence[Call]) -> tuple[Any, ...]:
        asked = [jsonrpc.question(number, call) for number, call in enumerate(calls, 1)]
        body = self._door.post(jsonrpc.encoded(asked), again=True)
        return jsonrpc.answers(body, len(calls), self.name)


def asked_chain_id(url: str, *, timeout: float = TIMEOUT) -> int:
    """The id of the chain that the node at `url` says it speaks for, asked in `timeout` seconds.

    Raises:
        ChainError: `url` is no address of a node, or the answer is none.
        Unreachable: it does not answer.
    """
    node = NodeChain(url, registry=f"0x{'0' * 40}", chain_id=0, timeout=timeout)
    try:
        return read_quantity(node._ask("eth_chainId", ()), "the chain's id")  # noqa: SLF001  # before it is known
    finally:
        node.close()


class _Door:
    """Where a node takes requests: HTTP/1.1, whose connections are kept for the next one."""

    def __init__(self, url: str, timeout: float) -> None:
        self._secure, self._host, self._port, self._path = _address(url)
        port = "" if self._port is None else f":{self._port}"
        self.name: Final = f"[{self._host}]{port}" if ":" in self._host else self._host + port
        self._timeout: Final = timeout
        self._idle: Final[list[http.client.HTTPConnection]] = []
        weakref.finalize(self, _close, self._idle)  # whoever drops a chain leaves no socket behind

    def post(self, body: bytes, *, again: bool) -> bytes:
        """What the node answers to `body`.

        `again`: it may be asked twice, should a connection that was kept turn out to be dead.
        """
        deadline = time.monotonic() + self._timeout
        try:
            if again and (kept := self._kept()) is not None:
                try:
                    return self._exchange(kept, body, deadline)
                except (ConnectionError, http.client.BadStatusLine):
                    pass  # the node had hung up
            return self._exchange(self._connected(deadline), body, deadline)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(self._silent(error), hint=_ANOTHER) from error

    def close(self) -> None:
        """Close what is kept."""
        _close(self._idle)

    def _connected(self, deadline: float) -> http.client.HTTPConnection:
        connection = self._connection()
        try:
            connection.timeout = max(deadline - time.monotonic(), 0.001)
            connection.connect()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise NotAsked(self._silent(error), hint=_ANOTHER) from error
        return connection

    def _connection(self) -> http.client.HTTPConnection:
        if not self._secure:
            return http.client.HTTPConnection(self._host, self._port)
        return http.client.HTTPSConnection(self._host, self._port, context=self._context)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _kept(self) -> http.client.HTTPConnection | None:
        """A connection that is still open, as far as one can tell."""
        while self._idle:
            connection = self._idle.pop()
            waiting = select.poll()
            waiting.register(connection.sock, select.POLLIN)
            if not waiting.poll(0):  # there is nothing to be read there but the end
                return connection
            connection.close()
        return None

    def _exchange(
        self, connection: http.client.HTTPConnection, body: bytes, deadline: float
    ) -> bytes:
        connection.response_class = partial(_response, deadline)  # type: ignore[assignment]
        keep = False
        try:
            connection.sock.settimeout(_left(deadline))
            headers = {"Content-Type": "application/json", "Accept": "application/json"}
            connection.request("POST", self._path, body, headers)
            with connection.getresponse() as response:
                self._check(response.status)
                answer = self._read(response)
                keep = not response.will_close
        finally:
            if keep:
                self._idle.append(connection)
            else:
                connection.close()
        return answer

    def _check(self, status: int) -> None:
        if status == http.client.OK:
            return
        said = f"{self.name} answers with HTTP status {status}"
        if status in _NOT_NOW:
            raise NotAsked(said, hint=_HINTS.get(status, _ANOTHER))
        if status in _BUSY:
            raise Unreachable(said, hint=_ANOTHER)
        raise ChainError(said, hint=_HINTS.get(status, "check the node's address"))

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        """The body, which may not be without end."""
        parts, size = [], 0
        while chunk := response.read1(_CHUNK):
            parts.append(chunk)
            size += len(chunk)
            if size > MAX_ANSWER:
                raise ChainError(
                    f"the answer of {self.name} is longer than {MAX_ANSWER} bytes",
                    hint="ask for less at once, or name another node",
                )
        return b"".join(parts)

    def _silent(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return f"{self.name} takes longer than {self._timeout:g} seconds"
        reason = jsonrpc.printable(str(error) or type(error).__name__)
        return f"{self.name} does not answer: {reason}"


class _Timed(io.RawIOBase):
    """What comes through a socket, until a deadline: neither head nor body comes in drops."""

    def __init__(self, source: socket.socket, deadline: float) -> None:
        self._source: Final = source
        self._raw: Final = source.makefile("rb", buffering=0)
        self._deadline: Final = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._source.settimeout(_left(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What http.client asks of a socket."""
        return io.BufferedReader(self)


def _response(deadline: float, source: socket.socket, **options: Any) -> http.client.HTTPResponse:
    return http.client.HTTPResponse(_Timed(source, deadline), **options)  # type: ignore[arg-type]


def _left(deadline: float) -> float:
    if (left := deadline - time.monotonic()) <= 0:
        raise TimeoutError
    return left


def _close(connections: list[http.client.HTTPConnection]) -> None:
    while connections:
        connections.pop().close()


def _address(url: str) -> tuple[bool, str, int | None, str]:
    """Whether the node at `url` is asked over https, its host and port, and the path to ask for.

    The rest of the address may be a key of the person's, and is in no message.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ChainError("the node's address is not a URL") from error
    if not host or parts.scheme not in {"http", "https"} or parts.username is not None:
        raise ChainError("the node's address cannot be used", hint="write it as https://host/path")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ChainError(
            f"what {host} answers over http could be anyone's", hint="use https with it"
        )
    query = f"?{parts.query}" if parts.query else ""
    return parts.scheme == "https", host, port, (parts.path or "/") + query


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
