from __future__ import annotations

import base64
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from did.download import MAX_HOPS, HTTPSDownload
from did.errors import DIDError, InsecureAddress, NotFound, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = bytes(range(256)) * 40
DIGEST = hashlib.sha256(DATA).hexdigest()
REPR = f"sha-256=:{base64.b64encode(hashlib.sha256(DATA).digest()).decode()}:"
Answer = tuple[int, dict[str, str], bytes]


class Server(ThreadingHTTPServer):
    """Answers by the path; keeps the headers of what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, str]] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_address[1]}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append({name.lower(): value for name, value in self.headers.items()})
        status, headers, body = ANSWERS[self.path](self.server)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's word
        del format, args


def whole(**headers: str) -> Answer:
    return 200, {"Content-Length": str(len(DATA)), **headers}, DATA


def part(said: str, start: int = 100) -> Answer:
    body = DATA[start:]
    return 206, {"Content-Length": str(len(body)), "Content-Range": said, "ETag": '"a"'}, body


ANSWERS: dict[str, Callable[[Server], Answer]] = {
    "/whole": lambda _: whole(ETag='"a"'),
    "/weak": lambda _: whole(ETag='W/"a"'),
    "/repr": lambda _: whole(**{"Repr-Digest": REPR}),
    "/bad-repr": lambda _: whole(**{"Repr-Digest": f"sha-256=:{'=' * 44}:"}),
    "/part": lambda _: part(f"bytes 100-{len(DATA) - 1}/{len(DATA)}"),
    "/other-part": lambda _: part(f"bytes 99-{len(DATA) - 2}/{len(DATA)}"),
    "/unsaid-part": lambda _: part("bytes"),
    "/short": lambda _: (200, {"Content-Length": str(len(DATA) + 1)}, DATA),
    "/endless": lambda _: (200, {}, DATA),
    "/packed": lambda _: whole(**{"Content-Encoding": "gzip"}),
    "/broken": lambda _: (503, {"Content-Length": "0"}, b""),
    "/gone": lambda _: (404, {"Content-Length": "0"}, b""),
    "/elsewhere": lambda server: (
        302,
        {"Location": server.url("/whole", "localhost"), "X-Linked-ETag": f'"{DIGEST}"'},
        b"",
    ),
    "/round": lambda _: (302, {"Location": "/round"}, b""),
    "/file": lambda _: (302, {"Location": "file:///etc/passwd"}, b""),
    "/inside": lambda _: (302, {"Location": "http://10.0.0.1/"}, b""),
}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as opened:
        thread = threading.Thread(target=opened.serve_forever)
        thread.start()
        yield opened
        opened.shutdown()
        thread.join()


OWN = HTTPSDownload(allow_private=True)


def test_gets_all_of_a_file(server: Server) -> None:
    with OWN.opened(server.url("/whole")) as body:
        assert (body.start, body.total, body.tag, body.sha256) == (0, len(DATA), '"a"', None)
        assert b"".join(body.pieces) == DATA
    assert "range" not in server.asked[0]


def test_goes_on_where_an_earlier_try_ended(server: Server) -> None:
    with OWN.opened(server.url("/part"), start=100, tag='"a"') as body:
        assert (body.start, body.total) == (100, len(DATA))
        assert b"".join(body.pieces) == DATA[100:]
    assert server.asked[0]["range"] == "bytes=100-"
    assert server.asked[0]["if-range"] == '"a"'


def test_begins_anew_where_the_server_has_another_file_or_no_parts(server: Server) -> None:
    with OWN.opened(server.url("/whole"), start=100, tag='"b"') as body:
        assert body.start == 0
        assert b"".join(body.pieces) == DATA


def test_goes_on_only_by_a_tag_that_is_reliable(server: Server) -> None:
    with OWN.opened(server.url("/weak")) as body:
        assert body.tag is None
    with OWN.opened(server.url("/whole"), start=100) as body:
        assert body.start == 0
    assert "range" not in server.asked[1]


def test_follows_to_another_host_and_keeps_the_digest_of_the_first(server: Server) -> None:
    with OWN.opened(server.url("/elsewhere")) as body:
        assert body.sha256 == DIGEST
        assert b"".join(body.pieces) == DATA
    assert [asked["host"].partition(":")[0] for asked in server.asked] == ["127.0.0.1", "localhost"]


def test_reads_the_digest_of_the_representation(server: Server) -> None:
    with OWN.opened(server.url("/repr")) as body:
        assert body.sha256 == DIGEST
    with OWN.opened(server.url("/bad-repr")) as body:
        assert body.sha256 is None


@pytest.mark.parametrize(
    ("path", "error", "says"),
    [
        ("/gone", NotFound, "no such file"),
        ("/broken", Unreachable, "503"),
        ("/endless", Unreachable, "how long"),
        ("/packed", Unreachable, "coding"),
        ("/other-part", Unreachable, "another part"),
        ("/unsaid-part", Unreachable, "another part"),
        ("/round", InsecureAddress, "on and on"),
        ("/file", InsecureAddress, "not followed"),
    ],
)
def test_refuses_what_is_not_the_file(
    server: Server, path: str, error: type[DIDError], says: str
) -> None:
    with pytest.raises(error, match=says), OWN.opened(server.url(path), start=100, tag='"a"'):
        pass
    assert len(server.asked) <= MAX_HOPS + 1


def test_an_answer_that_ends_early_is_told(server: Server) -> None:
    with OWN.opened(server.url("/short")) as body, pytest.raises(Unreachable, match="early"):
        b"".join(body.pieces)


def test_asks_no_private_address_and_nothing_over_http(server: Server) -> None:
    for url in (server.url("/whole"), f"https://{server.url('/whole')[7:]}"):
        with pytest.raises(InsecureAddress), HTTPSDownload().opened(url):
            pass
    with pytest.raises(InsecureAddress, match=r"10\.0\.0\.1"), OWN.opened(server.url("/inside")):
        pass
    public = HTTPSDownload(allow_private=True, look_up=lambda _host, _port: ("8.8.8.8",))
    with pytest.raises(InsecureAddress, match="over http"), public.opened("http://a.example/b"):
        pass
    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(Unreachable), OWN.opened("http://127.0.0.1:1/a"):
        pass
