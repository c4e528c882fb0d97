from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.errors import NoModel
from agent.models.pulling import Source, digest_of, pull
from did.download import Body
from did.errors import NotFound, Unreachable
from wallet.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE = (Path(__file__).parents[2] / "vectors/tiny-instruct/tiny-instruct.gguf").read_bytes()
DIGEST = hashlib.sha256(WHOLE).hexdigest()
URL = "https://files.example/tiny.gguf"
PIECE = 10_000


@dataclass
class Server:
    """One file, and what was asked for; `breaks` is after how many bytes of an answer it ends."""

    data: bytes = WHOLE
    tag: str | None = '"v1"'
    sha256: str | None = None
    breaks: int | None = None
    asked: list[tuple[int, str | None]] = field(default_factory=list)

    @contextmanager
    def opened(self, url: str, /, *, start: int = 0, tag: str | None = None) -> Iterator[Body]:
        if url != URL:
            raise NotFound("there is no such file")
        self.asked.append((start, tag))
        at = start if tag == self.tag else 0
        yield Body(at, len(self.data), self.tag, self.sha256, self._pieces(at))

    def _pieces(self, start: int) -> Iterator[bytes]:
        for at in range(start, len(self.data), PIECE):
            if self.breaks is not None and at - start >= self.breaks:
                raise Unreachable("files.example ends its answer early")
            yield self.data[at : at + PIECE]


def quiet(_done: int, _total: int) -> None:
    return None


def fetch(server: Server, folder: Path, sha256: str | None = None) -> Path:
    source = Source.parse(URL, None)
    return pull(source, folder, server, progress=quiet, sha256=sha256).path


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_fetches_a_model_and_leaves_nothing_else(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    pulled = pull(
        Source.parse(URL, None),
        tmp_path / "models",
        Server(),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert pulled.path.read_bytes() == WHOLE
    assert (pulled.sha256, pulled.checked) == (DIGEST, False)
    assert left_in(tmp_path / "models") == ["tiny.gguf"]
    assert pulled.path.stat().st_mode & 0o077 == 0
    assert seen[-1] == (len(WHOLE), len(WHOLE))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_what_is_interrupted_goes_on_where_it_stopped(tmp_path: Path) -> None:
    server = Server(breaks=3 * PIECE)
    for _ in range(2):
        with pytest.raises(Unreachable):
            fetch(server, tmp_path)
    assert left_in(tmp_path) == ["tiny.gguf.about", "tiny.gguf.part"]
    server.breaks = None
    assert fetch(server, tmp_path).read_bytes() == WHOLE
    assert server.asked == [(0, None), (3 * PIECE, '"v1"'), (6 * PIECE, '"v1"')]
    assert left_in(tmp_path) == ["tiny.gguf"]


def test_an_interrupt_leaves_what_has_come(tmp_path: Path) -> None:
    def stop(done: int, _total: int) -> None:
        if done >= 2 * PIECE:
            raise KeyboardInterrupt

    server = Server()
    with pytest.raises(KeyboardInterrupt):
        pull(Source.parse(URL, None), tmp_path, server, progress=stop)
    fetch(server, tmp_path)
    assert server.asked[1] == (2 * PIECE, '"v1"')


def test_what_came_whole_and_was_not_named_is_not_fetched_again(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    server = Server(sha256=DIGEST)
    with pytest.raises(KeyboardInterrupt):
        pull(Source.parse(URL, None), tmp_path, server, progress=stop)
    pulled = pull(Source.parse(URL, None), tmp_path, server, progress=quiet)
    assert pulled.checked
    assert len(server.asked) == 1


def test_begins_anew_where_the_file_is_another_or_has_no_tag(tmp_path: Path) -> None:
    server = Server(breaks=PIECE)
    with pytest.raises(Unreachable):
        fetch(server, tmp_path)
    assert fetch(replace(server, tag='"v2"', breaks=None), tmp_path).read_bytes() == WHOLE
    other = tmp_path / "other"
    untagged = Server(tag=None, breaks=PIECE)
    with pytest.raises(Unreachable):
        fetch(untagged, other)
    untagged.breaks = None
    assert fetch(untagged, other).read_bytes() == WHOLE
    assert untagged.asked == [(0, None), (0, None)]


def test_a_part_of_another_address_is_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        fetch(Server(breaks=PIECE), tmp_path)
    about = tmp_path / "tiny.gguf.about"
    about.write_text(json.dumps({**json.loads(about.read_text()), "url": "https://other.example"}))
    server = Server()
    fetch(server, tmp_path)
    assert server.asked == [(0, None)]
    about.write_text("[" * 100_000)
    (tmp_path / "tiny.gguf").unlink()
    assert fetch(server, tmp_path).read_bytes() == WHOLE


@pytest.mark.parametrize("by", ["person", "server"])
def test_another_digest_throws_away_what_came(tmp_path: Path, by: str) -> None:
    other = "0" * 64
    server = Server(sha256=other if by == "server" else DIGEST)
    with pytest.raises(NoModel, match=DIGEST) as raised:
        fetch(server, tmp_path, other if by == "person" else None)
    assert other in str(raised.value.hint)
    assert left_in(tmp_path) == []


def test_the_digest_of_the_person_counts_before_the_servers(tmp_path: Path) -> None:
    assert fetch(Server(sha256="0" * 64), tmp_path, DIGEST).is_file()


def test_what_is_no_model_is_thrown_away(tmp_path: Path) -> None:
    page = Server(data=b"<!doctype html>" * 10_000)
    with pytest.raises(NoModel, match="no GGUF file"):
        fetch(page, tmp_path)
    with pytest.raises(NoModel, match="no usable GGUF file"):
        fetch(Server(data=WHOLE[:20_000]), tmp_path)
    assert left_in(tmp_path) == []


def test_what_is_here_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_text("mine")
    server = Server()
    with pytest.raises(BadInput, match="here already"):
        fetch(server, tmp_path)
    assert (tmp_path / "tiny.gguf").read_text() == "mine"
    assert server.asked == []


def test_a_file_that_is_too_large_is_refused_before_it_comes(tmp_path: Path) -> None:
    source = Source.parse(URL, None)
    with pytest.raises(BadInput, match="limit"):
        pull(source, tmp_path, Server(), progress=quiet, largest=1_000)

    class Endless(Server):
        @contextmanager
        def opened(self, url: str, /, *, start: int = 0, tag: str | None = None) -> Iterator[Body]:
            del url, start, tag
            yield Body(0, 1 << 60, '"v1"', None, iter(()))

    with pytest.raises(BadInput, match="are free"):
        pull(source, tmp_path, Endless(), progress=quiet, largest=1 << 61)


def test_a_part_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "tiny.gguf.part").symlink_to(tmp_path / "mine")
    with pytest.raises(BadInput, match="cannot be written"):
        fetch(Server(), tmp_path)
    assert (tmp_path / "mine").read_text() == "mine"


def test_two_do_not_fetch_one_model_at_once(tmp_path: Path) -> None:
    def again(_done: int, _total: int) -> None:
        with pytest.raises(BadInput, match="another process"):
            fetch(Server(), tmp_path)

    pull(Source.parse(URL, None), tmp_path, Server(), progress=again)


@pytest.mark.parametrize(
    ("said", "hub", "url", "name"),
    [
        (URL, None, URL, "tiny.gguf"),
        (f"{URL}?download=true", None, f"{URL}?download=true", "tiny.gguf"),
        (
            "mei/tiny:q4/tiny.gguf",
            "https://hub.example/",
            "https://hub.example/mei/tiny/resolve/main/q4/tiny.gguf",
            "tiny.gguf",
        ),
        (
            "mei/tiny@v2:tiny.gguf",
            "https://hub.example",
            "https://hub.example/mei/tiny/resolve/v2/tiny.gguf",
            "tiny.gguf",
        ),
    ],
)
def test_reads_where_a_model_is(said: str, hub: str | None, url: str, name: str) -> None:
    assert Source.parse(said, hub) == Source(url, name)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("tiny", "no model to fetch"),
        ("mei/tiny", "no model to fetch"),
        ("mei/tiny:tiny.gguf", "no hub"),
        ("https://files.example/", "no name"),
        ("https://files.example/..%2f..%2fx.gguf/..", "no name"),
        ("https://files.example/.gguf", "no name"),
        ("https://files.example/a.bin", "no name"),
        ("https://files.example/a-00001-of-00003.gguf", "several files"),
    ],
)
def test_refuses_what_names_no_file(said: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        Source.parse(said, None)


def test_reads_a_digest_as_it_is_printed() -> None:
    assert digest_of(f"SHA256:{DIGEST.upper()}") == DIGEST
    for text in ("", "abc", DIGEST[:-1], f"{DIGEST}0"):
        with pytest.raises(BadInput, match="64 hexadecimal"):
            digest_of(text)
