"""A chain that a node speaks for: JSON-RPC 2.0 over HTTP.

The node is believed in what it says of the chain. What it cannot do is to be another chain's node,
to take the wallet's time or memory, or to be replaced on the way by somebody else.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from did.chain.hexadecimal import read_address, read_data, read_quantity
from did.chain.refusal import REFUSED, RequestRefused
from did.errors import ChainError, Unreachable
from did.keys.secp256k1 import checksummed

TIMEOUT: Final = 20.0
"""How long an answer may take, in seconds, from the first byte sent to the last one read."""

MAX_ANSWER: Final = 8 << 20
"""The longest answer read, in bytes."""

_CHUNK: Final = 1 << 16
_BUSY: Final = frozenset({408, 425, 429, *range(500, 600)})
"""HTTP's ways to say: not now."""


class NodeChain:
    """The chain behind the node at an address. Nothing is sent before the first request."""

    def __init__(self, url: str, *, registry: str, chain_id: int, timeout: float = TIMEOUT) -> None:
        """`registry` is the address of the registry of DIDs on the chain with that id.

        Raises:
            ChainError: `url` is no address of a node, or `registry` no account.
        """
        self._connect, self._host, self._path = _address(url)
        self._registry: Final = checksummed(read_address(registry, "the registry's address"))
        self._chain_id: Final = chain_id
        self._timeout: Final = timeout
        self._verified = False

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
            Unreachable: it did not answer, or not in time.
            ChainError: it answered with what is no answer, or speaks for another chain.
        """
        if not self._verified:
            found = read_quantity(self._ask("eth_chainId", ()), "the chain's id")
            if found != self._chain_id:
                raise ChainError(
                    f"{self._host} speaks for chain {found}, not for {self._chain_id}",
                    hint="check the node's address in the configuration",
                )
            self._verified = True
        return self._ask(method, params)

    def _ask(self, method: str, params: Sequence[Any]) -> Any:
        question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        try:
            answer = json.loads(self._post(json.dumps(question).encode()))
        except (ValueError, RecursionError) as error:
            raise ChainError(f"the answer of {self._host} is not JSON") from error
        if not isinstance(answer, Mapping) or answer.get("id") not in (1, None):
            raise ChainError(f"the answer of {self._host} is not one of JSON-RPC")
        if (failure := answer.get("error")) is not None:
            raise _refusal(failure)
        if "result" not in answer:
            raise ChainError(f"the answer of {self._host} has no result")
        return answer["result"]

    def _post(self, body: bytes) -> bytes:
        deadline = time.monotonic() + self._timeout
        connection = self._connect(self._timeout)
        try:
            headers = {"Content-Type": "application/json", "Accept": "application/json"}
            connection.request("POST", self._path, body, headers)
            response = connection.getresponse()
            if response.status in _BUSY:
                raise Unreachable(f"{self._host} answers with HTTP status {response.status}")
            if response.status != http.client.OK:
                raise ChainError(f"{self._host} answers with HTTP status {response.status}")
            return self._read(response, deadline)
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise Unreachable(f"{self._host} does not answer: {_printable(reason)}") from error
        finally:
            connection.close()

    def _read(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        """The body, which may neither come in drops nor be without end."""
        answer = b""
        while chunk := response.read1(_CHUNK):
            answer += chunk
            if len(answer) > MAX_ANSWER:
                raise ChainError(f"the answer of {self._host} is longer than {MAX_ANSWER} bytes")
            if time.monotonic() > deadline:
                raise Unreachable(f"{self._host} takes longer than {self._timeout:g} seconds")
        return answer


def _address(url: str) -> tuple[Any, str, str]:
    """How to connect to the node at `url`, its host, and the path to ask for.

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

    def connect(timeout: float) -> http.client.HTTPConnection:
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=timeout)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)

    query = f"?{parts.query}" if parts.query else ""
    return connect, host, (parts.path or "/") + query


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refusal(failure: Any) -> ChainError:
    """The error that a node answers with (JSON-RPC 2.0, section 5.1)."""
    if not isinstance(failure, Mapping) or not isinstance(failure.get("message"), str):
        return ChainError("the node answers with an error that is none")
    number, given = failure.get("code"), failure.get("data")
    try:
        data = read_data(given) if isinstance(given, str) else b""
    except ChainError:  # some nodes write prose there
        data = b""
    return RequestRefused(
        _printable(failure["message"]),
        number=number if isinstance(number, int) else REFUSED,
        data=data,
    )


def _printable(text: str) -> str:
    """What a stranger says, as a message may quote it."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:300])
