"""The real `Fetch`: HTTPS, of public hosts, bounded in bytes, seconds and redirects.

The address was chosen by a stranger, and so may be everything that comes back. A host's name is
looked up once; what it stands for is checked, and that very address is connected to, while TLS has
the host prove its name: a name that changes what it stands for meanwhile (DNS rebinding) gains
nothing. Proxies of the environment are not asked. RFC 9110 and RFC 9112 for HTTP.
"""

from __future__ import annotations

import http.client
import ipaddress
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from did.deadline import Deadline, TimedSocket
from did.errors import InsecureAddress, NotFound, TooLarge, Unreachable, quoted
from did.fetch import MAX_BODY
from did.public_addresses import is_public
from did.target import Target

if TYPE_CHECKING:
    from did.public_addresses import Address

TIMEOUT: Final = 15.0
"""How long a document may take, in seconds, from the look-up of the host to the last byte."""

MAX_REDIRECTS: Final = 3
"""How often a server may send the asker to another path of its own."""

_MAX_ADDRESSES: Final = 8
_CHUNK: Final = 1 << 16
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({404, 410})
_AGAIN: Final = "try again later"
_TELL: Final = "tell whoever runs the server"

LookUp: TypeAlias = Callable[[str, int], Sequence[str]]
"""The addresses, as text, that a host's name stands for; given with the port. May raise OSError."""


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system finds them. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class HTTPSFetch:
    """Asks servers of the web."""

    __slots__ = ("_allow_private", "_context", "_look_up", "_timeout")

    def __init__(
        self,
        *,
        timeout: float = TIMEOUT,
        allow_private: bool = False,
        context: ssl.SSLContext | None = None,
        look_up: LookUp = look_up,
    ) -> None:
        """`timeout` is for the whole of a call, in seconds.

        `allow_private` lets addresses be asked that are not public, for people who run their own
        servers; those of this very machine then also over plain http. `context` says which
        certificates are believed; without it, those that the system believes.

        Raises:
            InsecureAddress: `context` believes every certificate.
        """
        if context and (context.verify_mode != ssl.CERT_REQUIRED or not context.check_hostname):
            raise InsecureAddress("a TLS context that checks no certificate cannot be used")
        self._timeout: Final = timeout
        self._allow_private: Final = allow_private
        self._context = context
        self._look_up: Final = look_up

    def __call__(self, url: str, /, *, limit: int = MAX_BODY, accept: str = "*/*") -> bytes:
        """The body that the server at `url` answers with, of at most `limit` bytes.

        Raises:
            NotFound: the server says that there is no such thing (404 or 410).
            InsecureAddress: it must not be asked: not https, not a public address, not able to
                prove its name, or it sends the asker elsewhere.
            TooLarge: the body is longer than `limit`.
            Unreachable: it does not answer, not in time, or with another status.
        """
        target = Target.parse(url)
        deadline = Deadline.after(self._timeout, target.authority)
        addresses = self._addresses(target, deadline)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._get(target, addresses, deadline, limit=limit, accept=accept)
            if isinstance(answer, bytes):
                return answer
            target = target.redirected(answer.location)
        raise InsecureAddress(
            f"{target.authority} redirects more than {MAX_REDIRECTS} times", hint=_TELL
        )

    def _addresses(self, target: Target, deadline: Deadline) -> tuple[Address, ...]:
        """Those of the host that may be asked. Raises `Unreachable` or `InsecureAddress`."""
        if target.address is None:
            texts = _found(lambda: self._look_up(target.host, target.port), deadline)
            found = tuple(map(ipaddress.ip_address, texts))
        else:
            found = (target.address,)
        allowed = tuple(address for address in found if self._may_ask(address, target))
        if not allowed:
            over = "" if target.scheme == "https" else " over http"
            raise InsecureAddress(
                f"{target.authority} is at {found[0]}, which is not asked{over}",
                hint="documents are got over https from servers on the public internet; one's own "
                "are asked where the settings say so",
            )
        return allowed[:_MAX_ADDRESSES]

    def _may_ask(self, address: Address, target: Target) -> bool:
        if target.scheme == "http" and not address.is_loopback:
            return False
        return self._allow_private or is_public(address)

    def _get(
        self,
        target: Target,
        addresses: Sequence[Address],
        deadline: Deadline,
        *,
        limit: int,
        accept: str,
    ) -> bytes | _Redirect:
        headers = {
            "Host": target.authority,
            "Accept": accept,
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "holdfast",
        }
        connection = http.client.HTTPConnection(target.host, target.port)
        try:
            with self._open(target, addresses, deadline) as opened:
                connection.sock = TimedSocket(opened, deadline)
                connection.request("GET", target.path, headers=headers)
                return _answer(connection.getresponse(), target.authority, limit)
        except ssl.SSLCertVerificationError as error:
            raise InsecureAddress(
                f"{target.authority} does not prove its name: {quoted(error.verify_message)}",
                hint="tell whoever runs the server, and do not trust it meanwhile",
            ) from error
        except TimeoutError as error:
            raise deadline.missed() from error
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise Unreachable(
                f"{target.authority} does not answer: {quoted(reason)}", hint=_AGAIN
            ) from error

    def _open(
        self, target: Target, addresses: Sequence[Address], deadline: Deadline
    ) -> socket.socket:
        """A connection to one of the addresses, over which the host has proved its name."""
        connected = _connect(addresses, target.port, deadline)
        if target.scheme == "http":
            return connected
        if self._context is None:
            self._context = ssl.create_default_context()
        try:
            connected.settimeout(deadline.left())
            return self._context.wrap_socket(connected, server_hostname=target.host)
        except BaseException:
            connected.close()
            raise


@dataclass(frozen=True, slots=True)
class _Redirect:
    """A server's answer that what was asked for is elsewhere; `location` is a stranger's text."""

    location: str


def _found(ask: Callable[[], Sequence[str]], deadline: Deadline) -> Sequence[str]:
    """The addresses that `ask` gives, or `Unreachable`.

    The system's look-up takes no timeout and cannot be stopped: it is left behind where it is late.
    """
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(ask())
        except OSError as error:
            answers.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty as error:
        raise deadline.missed() from error
    if isinstance(answer, OSError) or not answer:
        raise Unreachable(
            f"{deadline.authority} is not found", hint="check the name, and the connection"
        ) from (answer or None)
    found: Sequence[str] = answer
    return found


def _connect(addresses: Sequence[Address], port: int, deadline: Deadline) -> socket.socket:
    """A connection to the first address that takes one. Raises `OSError`."""
    *others, last = addresses
    for number, address in enumerate(others):
        share = deadline.left() / (len(addresses) - number)
        try:
            return socket.create_connection((str(address), port), timeout=share)
        except OSError:  # the next may be reached: a host has addresses of both kinds
            continue
    return socket.create_connection((str(last), port), timeout=deadline.left())


def _answer(response: http.client.HTTPResponse, authority: str, limit: int) -> bytes | _Redirect:
    location = response.getheader("Location")
    if response.status in _REDIRECTS and location is not None:
        return _Redirect(location)
    if response.status in _GONE:
        raise NotFound(
            f"{authority} has no such document", hint="check the address for typing errors"
        )
    if response.status != http.client.OK:
        raise Unreachable(f"{authority} answers with HTTP status {response.status}", hint=_AGAIN)
    coding = response.getheader("Content-Encoding", "identity")
    if coding.strip().lower() != "identity":
        # A few bytes could unpack to more than the memory holds.
        raise Unreachable(
            f"{authority} answers in the coding {quoted(coding)}, unasked", hint=_TELL
        )
    return _body(response, authority, limit)


def _body(response: http.client.HTTPResponse, authority: str, limit: int) -> bytes:
    """All of the body: one that ends where the connection does may have been cut short by anyone.

    RFC 9112, section 6.3.
    """
    if response.length is None and not response.chunked:
        raise Unreachable(f"{authority} does not say how long its answer is", hint=_TELL)
    if response.length is not None and response.length > limit:
        raise _too_large(authority, limit)
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > limit:
            raise _too_large(authority, limit)
    if response.length:
        raise Unreachable(f"{authority} ends its answer early", hint=_AGAIN)
    return bytes(body)


def _too_large(authority: str, limit: int) -> TooLarge:
    return TooLarge(
        f"{authority} answers with more than the {limit} bytes that are read of it", hint=_TELL
    )
