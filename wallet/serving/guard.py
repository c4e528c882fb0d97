"""What stands before all addresses: whom a request is for, how many are answered, and for how long.

A web page that a person has open can send requests here, under a name that leads to this machine
(DNS rebinding): a request that is for another host than this server's is not answered. Nothing here
allows a page of another origin to read an answer (no CORS).
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from wallet.serving.problems import MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, MutableMapping
    from typing import Any

    from starlette.types import ASGIApp, Receive, Scope, Send

    from wallet.serving.limits import Limits

_SAFE: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


class Guard:
    """An ASGI application around another one."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Collection[str],
        limits: Limits,
        tell: Callable[[str], None],
    ) -> None:
        """`hosts` are the values of the header `Host` that are for this server, in lower case.

        `tell` is told in a line what broke; neither it nor the client learns more than the kind.
        """
        self._app: Final = app
        self._hosts: Final = frozenset(host.encode("ascii") for host in hosts)
        self._limits: Final = limits
        self._tell: Final = tell
        self._busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return  # there are no web sockets here, and what is to be started is started elsewhere
        exchange = _Exchange(scope, receive, send)
        try:
            self._check(scope)
            self._busy += 1
            try:
                async with asyncio.timeout(self._limits.answer_seconds):
                    await self._app(scope, exchange.receive, exchange.send)
            finally:
                self._busy -= 1
        except Problem as problem:
            await exchange.refuse(problem)
        except TimeoutError:
            took = Problem(HTTPStatus.SERVICE_UNAVAILABLE, "the answer took too long")
            await exchange.refuse(took)
        except Exception as error:  # noqa: BLE001 - whatever it is, it says nothing to a client
            self._tell(type(error).__name__)
            broke = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "something broke here")
            await exchange.refuse(broke)

    def _check(self, scope: Scope) -> None:
        """Raises `Problem`."""
        named = [value.lower() for name, value in scope["headers"] if name == b"host"]
        if len(named) != 1 or named[0] not in self._hosts:
            raise Problem(HTTPStatus.MISDIRECTED_REQUEST, "the request is for another host")
        if self._busy >= self._limits.requests:
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too much is asked at once",
                headers={"Retry-After": "1"},
            )


class _Exchange:
    """One request and its answer: what was read of the one, and whether the other has begun."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive: Final = receive
        self._send: Final = send
        self._begun = False
        self._unread = any(
            (name == b"content-length" and value != b"0") or name == b"transfer-encoding"
            for name, value in scope["headers"]
        )

    async def receive(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            self._unread = False
        return message

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            headers = [*message.get("headers", []), *_SAFE]
            if self._unread:  # what is still to come of the request is not waited for
                headers.append((b"connection", b"close"))
            message = {**message, "headers": headers}
        await self._send(message)

    async def refuse(self, problem: Problem) -> None:
        if self._begun:
            return
        body = problem.body()
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
        ]
        await self.send(
            {"type": "http.response.start", "status": problem.status.value, "headers": headers}
        )
        await self.send({"type": "http.response.body", "body": body})
