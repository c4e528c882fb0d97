"""Real connections to a real port, with bounds that are soon reached."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import Response
from starlette.routing import Route

from wallet.serving.app import addressed
from wallet.serving.guard import Guard
from wallet.serving.limits import Limits
from wallet.serving.requests import body_of
from wallet.serving.server import CannotListen, listening, serve
from wallet.serving.tls import self_signed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

FAST = {"head_seconds": 0.3, "body_seconds": 0.3, "idle_seconds": 0.3, "stop_seconds": 1.0}
HEAD = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"


@asynccontextmanager
async def server(
    answer: Callable[[Request], Any] | None = None,
    *,
    context: ssl.SSLContext | None = None,
    **bounds: float,
) -> AsyncIterator[int]:
    """A port where bodies are counted; ended by SIGTERM."""
    limits = Limits(**{**FAST, **bounds})  # type: ignore[arg-type]

    async def count(request: Request) -> Response:
        return Response(str(len(await body_of(request, limits))))

    routes = [Route("/", answer or count, methods=["POST"])]
    app = Guard(addressed(routes), hosts=("here",), limits=limits, tell=pytest.fail)
    listener, begun = listening("127.0.0.1", 0), asyncio.Event()
    port: int = listener.getsockname()[1]
    running = asyncio.create_task(
        serve(app, listener, limits=limits, context=context, started=begun.set)
    )
    await begun.wait()
    try:
        yield port
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        await running


async def said(port: int, *pieces: bytes, pause: float = 0.0, end: bool = False) -> bytes:
    """All that is answered before the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if end:
            writer.write_eof()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_answers_and_lets_the_connection_go() -> None:
    async with server() as port:
        answer = await said(port, HEAD + b"Content-Length: 2\r\n\r\n{}")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\n2")


async def test_whoever_says_nothing_is_cut_off() -> None:
    async with server() as port:
        assert await said(port) == b""


async def test_whoever_begins_no_tls_is_cut_off() -> None:
    async with server(context=self_signed(("localhost",)).context) as port:
        assert await said(port) == b""
        assert await said(port, b"GET / HTTP/1.1\r\nHost: here\r\n\r\n") == b""


async def test_a_head_that_comes_drop_by_drop_is_cut_off() -> None:
    drops = [HEAD[i : i + 1] for i in range(40)]
    async with server() as port:
        assert await said(port, *drops, pause=0.02) == b""


async def test_a_body_that_comes_drop_by_drop_is_cut_off() -> None:
    async with server() as port:
        answer = await said(port, HEAD + b"Content-Length: 100\r\n\r\n", *([b"x"] * 40), pause=0.02)
    assert not answer or answer.startswith(b"HTTP/1.1 408")


async def test_a_body_that_is_too_long_is_refused_so_that_its_sender_can_read_it() -> None:
    chunk = b"3e8\r\n" + b" " * 1000 + b"\r\n"
    whole = (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *([chunk] * 3), b"0\r\n\r\n")
    async with server(body=1000) as port:
        answer = await said(port, *whole, pause=0.01)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"application/problem+json" in answer


async def test_a_body_that_does_not_end_is_cut_off() -> None:
    chunk = b"3e8\r\n" + b" " * 1000 + b"\r\n"
    async with server(body=1000) as port:
        answer = await said(
            port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *([chunk] * 60), pause=0.01
        )
    assert not answer or answer.startswith(b"HTTP/1.1 413")


async def test_a_length_that_is_a_lie_is_refused_at_once() -> None:
    async with server() as port:
        for length in (b"99999999999999999999", b"1000000000"):
            answer = await said(port, HEAD + b"Content-Length: " + length + b"\r\n\r\n{}")
            assert answer[:12] in {b"HTTP/1.1 413", b"HTTP/1.1 400"}


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS"),
        pytest.param(b"GET / HTTP/9.9\r\n\r\n", id="a version to come"),
        pytest.param(b"GET\x00/ HTTP/1.1\r\nHost: here\r\n\r\n", id="a NUL"),
        pytest.param(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", id="two lengths"),
        pytest.param(HEAD + b"Content-Length: -1\r\n\r\n", id="less than nothing"),
        pytest.param(HEAD + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n", id="a long head"),
        pytest.param(b"POST / HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n", id="two hosts"),
        pytest.param(b"POST http://there/ HTTP/1.1\r\nHost: there\r\n\r\n", id="another host"),
    ],
)
async def test_what_is_no_request_for_this_server_gets_nothing_done(request_: bytes) -> None:
    async with server() as port:
        answer = await said(port, request_)
    assert not answer or answer[9:12] in {b"400", b"421"}
    assert b"Traceback" not in answer


async def test_a_length_beside_chunks_does_not_hide_a_second_request() -> None:
    # RFC 9112, section 6.3: the chunks count, and the connection is not used again.
    hidden = HEAD + b"Content-Length: 2\r\n\r\n{}"
    smuggling = HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    async with server() as port:
        answer = await said(port, smuggling + hidden)
    assert answer.count(b"HTTP/1.1 200") <= 1 or answer.count(b"\r\n\r\n2") == 1


async def test_pipelined_requests_are_each_answered() -> None:
    one = HEAD + b"Content-Length: 2\r\n\r\n{}"
    async with server() as port:
        answer = await said(port, one + one)
    assert answer.count(b"HTTP/1.1 200") == 2


async def test_one_connection_too_many_is_refused() -> None:
    async with server(connections=2, head_seconds=30.0) as port:
        first = await asyncio.open_connection("127.0.0.1", port)
        answer = await said(port, HEAD + b"Content-Length: 2\r\n\r\n{}")
        first[1].close()
    assert answer.startswith(b"HTTP/1.1 503")


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_whoever_does_not_read_the_answer_is_cut_off(scheme: str) -> None:
    async def much(request: Request) -> Response:
        return Response(bytes(16 << 20) if await request.body() else b"little")

    context = self_signed(["localhost"]).context if scheme == "https" else None
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if scheme == "https" else None
    if trusting is not None:
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    async with (
        asyncio.timeout(30),
        server(much, context=context, answer_seconds=0.5, connections=2) as port,
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(HEAD + b"Content-Length: 2\r\n\r\n{}")
        await until(503, port, trusting)  # it holds a connection
        await until(200, port, trusting)
        writer.transport.abort()


async def test_a_long_answer_over_tls_comes_whole_to_whoever_reads_it() -> None:
    async def much(request: Request) -> Response:
        return Response(bytes(16 << 20) if await request.body() else b"little")

    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    async with server(much, context=self_signed(["localhost"]).context) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
        for size, body in ((6, b""), (16 << 20, b"{}"), (6, b"")):
            writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            await reader.readuntil(b"\r\n\r\n")
            assert len(await reader.readexactly(size)) == size
        writer.close()


async def until(status: int, port: int, context: ssl.SSLContext | None) -> None:
    while f"HTTP/1.1 {status}".encode() not in await little(port, context):
        pass


async def little(port: int, context: ssl.SSLContext | None) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    writer.write(HEAD + b"Connection: close\r\nContent-Length: 0\r\n\r\n")
    try:
        return await reader.read()
    finally:
        writer.transport.abort()


async def test_what_was_begun_is_finished_when_the_server_is_stopped() -> None:
    entered, go = asyncio.Event(), asyncio.Event()

    async def waits(_: Request) -> Response:
        entered.set()
        await go.wait()
        return Response("finished")

    async with server(waits, stop_seconds=30.0) as port:
        asking = asyncio.create_task(said(port, HEAD + b"Content-Length: 0\r\n\r\n"))
        await entered.wait()
        asyncio.get_running_loop().call_later(0.3, go.set)
    assert (await asking).endswith(b"finished")


async def test_libraries_write_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    async def breaks(_: Request) -> Response:
        raise ValueError("the passphrase")

    told: list[str] = []
    limits = Limits(**FAST)  # type: ignore[arg-type]
    routes = [Route("/", breaks, methods=["POST"])]
    app = Guard(addressed(routes), hosts=("here",), limits=limits, tell=told.append)
    listener, begun = listening("127.0.0.1", 0), asyncio.Event()
    port: int = listener.getsockname()[1]
    running = asyncio.create_task(
        serve(app, listener, limits=limits, context=None, started=begun.set)
    )
    await begun.wait()
    await said(port, b"\x00\x01\r\n\r\n")
    answer = await said(port, HEAD + b"Content-Length: 2\r\n\r\n{}")
    os.kill(os.getpid(), signal.SIGINT)
    await running
    assert answer.startswith(b"HTTP/1.1 500 " + HTTPStatus(500).phrase.encode())
    assert b"passphrase" not in answer
    assert told == ["ValueError"]
    assert capfd.readouterr() == ("", "")


def test_a_port_that_is_taken_is_said_in_a_line() -> None:
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(CannotListen, match=f"port {port} of 127.0.0.1 cannot be listened on"):
            listening("127.0.0.1", port)
    for number in (-1, 70_000):
        with pytest.raises(CannotListen):
            listening("127.0.0.1", number)
