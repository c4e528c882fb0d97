"""Listening: uvicorn with its bounds, one line about what goes wrong, and a quiet end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from typing import TYPE_CHECKING, Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from wallet.errors import WalletError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from wallet.serving.guard import Guard
    from wallet.serving.limits import Limits


class CannotListen(WalletError):
    """The port is taken, or must not be listened on."""


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        CannotListen: it cannot.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: asyncio sends at once (TCP_NODELAY) only where it is.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(128)
    except (OSError, OverflowError) as error:
        found.close()
        reason = (error.strerror if isinstance(error, OSError) else None) or "no such port"
        raise CannotListen(
            f"port {port} of {host} cannot be listened on: {reason.lower()}",
            hint="name another one with --port; 0 takes a free one",
        ) from error
    found.settimeout(0)
    return found


async def serve(
    app: Guard,
    listener: socket.socket,
    *,
    limits: Limits,
    context: ssl.SSLContext | None,
    started: Callable[[], None],
) -> None:
    """Serve until somebody asks for an end: SIGTERM or SIGINT. What was begun is finished."""
    _silence()

    class Protocol(_Patient):
        head_seconds = limits.head_seconds
        answer_seconds = limits.answer_seconds

    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        h11_max_incomplete_event_size=limits.head,
        timeout_keep_alive=limits.idle_seconds,  # type: ignore[arg-type] # a delay of asyncio's
        timeout_graceful_shutdown=limits.stop_seconds,  # type: ignore[arg-type]
        ssl_context_factory=None if context is None else lambda _config, _default: context,
    )
    server = _Server(config, limits, started)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    try:
        await server.serve(sockets=[listener])
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


class _Server(uvicorn.Server):
    """Says when it has begun, and ends when it is told to."""

    def __init__(self, config: uvicorn.Config, limits: Limits, begun: Callable[[], None]) -> None:
        super().__init__(config)
        self._limits: Final = limits
        self._begun: Final = begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, for sockets, and with a bound for the handshake of TLS; then say so."""
        config = self.config
        await self.lifespan.startup()

        def protocol() -> asyncio.Protocol:
            made: asyncio.Protocol = config.http_protocol_class(  # type: ignore[call-arg]
                config=config, server_state=self.server_state, app_state=self.lifespan.state
            )
            return made

        self.servers = [
            await asyncio.get_running_loop().create_server(
                protocol,
                sock=listener,
                ssl=config.ssl,
                backlog=config.backlog,
                ssl_handshake_timeout=None if config.ssl is None else self._limits.head_seconds,
            )
            for listener in sockets or []
        ]
        self.started = True
        self._begun()

    def stop(self) -> None:
        """The second time, at once."""
        self.force_exit = self.should_exit
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are caught by the loop, and none is sent once more."""
        yield


class _Patient(H11Protocol):
    """HTTP/1.1, whose clients have so long for the head of a request, and no longer.

    Nor may they take longer to read an answer than it may take: what is closed is kept open until
    all of it was sent, which is never where nobody reads.
    """

    head_seconds: float = 5.0
    answer_seconds: float = 30.0

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._cut_off: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # So that all that waits is told of. With 0, TLS would count nothing as waiting, too.
        transport.set_write_buffer_limits(high=1, low=0)
        self._wait_for_head()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.answer_seconds, self._cut_unread)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_waiting_for_reader()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._wait_for_head()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_waiting_for_reader()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self._cut_off is None:
            self._cut_off = self.loop.call_later(self.head_seconds, self._cut)

    def _stop_waiting(self) -> None:
        if self._cut_off is not None:
            self._cut_off.cancel()
            self._cut_off = None

    def _stop_waiting_for_reader(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _cut_unread(self) -> None:
        self.transport.abort()  # though it may be closing

    def _cut(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()


_SILENT: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio")


def _silence() -> None:
    """What libraries would write, tracebacks and what strangers sent, goes nowhere."""
    for name in _SILENT:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL)
