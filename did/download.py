"""Getting a large file from the web, piece by piece, and going on where an earlier try ended.

As `did.https` asks: over HTTPS, of public hosts, whose addresses are checked. Unlike there, a
server may send to another host, since those that offer files keep them elsewhere: each is checked
anew, and none over a lesser scheme. Nothing is waited for longer than `IDLE`; nothing bounds the
whole.
RFC 9110, sections 13.1.5 (If-Range) and 14 (Range); RFC 9530 (Repr-Digest).
"""

from __future__ import annotations

import base64
import binascii
import http.client
import re
import ssl
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urljoin

from did.deadline import Deadline, TimedSocket
from did.errors import DIDError, InsecureAddress, NotFound, Unreachable, quoted
from did.https import HTTPSFetch
from did.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

IDLE: Final = 30.0
"""How long a server may send nothing, in seconds."""
MAX_HOPS: Final = 5
"""How often the asker may be sent elsewhere."""

_CHUNK: Final = 1 << 18
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({404, 410})
_STRONG: Final = re.compile(r'"[\x21\x23-\x7e]{1,256}"')
_RANGE: Final = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18})")
_SHA256: Final = re.compile(r'"?([0-9a-f]{64})"?')
_REPR_DIGEST: Final = re.compile(r"sha-256=:([A-Za-z0-9+/=]{44}):")
_LATER: Final = "run it again later: it goes on where it stopped"
_TELL: Final = "tell whoever runs the server"


@dataclass(frozen=True, slots=True)
class Body:
    """What a server sends.

    Attributes:
        start: where in the file the pieces begin, in bytes.
        total: how long the file is, in bytes.
        tag: by which a later try may go on; None where the server gives none that is reliable.
        sha256: of the whole file, as the first server that says one does, in hexadecimal.
        pieces: the bytes. Raises `Unreachable` where they end early.
    """

    start: int
    total: int
    tag: str | None
    sha256: str | None
    pieces: Iterator[bytes]


class Download(Protocol):
    """Gets large files."""

    def opened(
        self, url: str, /, *, start: int = 0, tag: str | None = None
    ) -> AbstractContextManager[Body]:
        """What is at `url`, from byte `start` on if it is still what had that `tag`.

        Raises:
            NotFound: there is no such thing.
            InsecureAddress: it must not be asked.
            Unreachable: it does not answer, or with something else.
        """
        ...


class HTTPSDownload(HTTPSFetch):
    """The real one."""

    __slots__ = ()

    @contextmanager
    def opened(self, url: str, /, *, start: int = 0, tag: str | None = None) -> Iterator[Body]:
        """As `Download`."""
        target = Target.parse(url)
        wanted = {"Range": f"bytes={start}-", "If-Range": tag} if start and tag else {}
        digest: str | None = None
        for _ in range(MAX_HOPS + 1):
            patience = _Patience(target.authority, IDLE, 0.0)
            with self._asked(target, wanted, patience) as response:
                digest = digest or _digest(response)
                location = response.getheader("Location")
                if response.status not in _REDIRECTS or location is None:
                    yield _body(response, target.authority, start if wanted else 0, digest)
                    return
            target = _sent_to(target, location)
        raise InsecureAddress(f"{target.authority} sends the asker on and on", hint=_TELL)

    @contextmanager
    def _asked(
        self, target: Target, wanted: dict[str, str], patience: Deadline
    ) -> Iterator[http.client.HTTPResponse]:
        headers = {
            "Host": target.authority,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "holdfast",
            **wanted,
        }
        connection = http.client.HTTPConnection(target.host, target.port)
        addresses = self._addresses(target, patience)
        with ExitStack() as stack, _told(target.authority):
            opened = stack.enter_context(self._open(target, addresses, patience))
            connection.sock = TimedSocket(opened, patience)
            connection.request("GET", target.path, headers=headers)
            response = connection.getresponse()
            leaving = stack.pop_all()
        with leaving:
            yield response


class _Patience(Deadline):
    """A deadline that begins anew with every byte."""

    __slots__ = ()

    def left(self) -> float:
        return self.seconds


@contextmanager
def _told(authority: str) -> Iterator[None]:
    """What fails at the network, as an error that says at whose."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise InsecureAddress(
            f"{authority} does not prove its name: {quoted(error.verify_message)}",
            hint="tell whoever runs the server, and do not trust it meanwhile",
        ) from error
    except (OSError, http.client.HTTPException) as error:
        reason = str(error) or type(error).__name__
        raise Unreachable(f"{authority} does not answer: {quoted(reason)}", hint=_LATER) from error


def _sent_to(target: Target, location: str) -> Target:
    """Where a server sends to; from https to nothing less."""
    try:
        base = f"{target.scheme}://{target.authority}{target.path}"
        there = Target.parse(urljoin(base, location))
    except (DIDError, ValueError) as error:
        raise InsecureAddress(
            f"{target.authority} sends the asker to {quoted(location)}, which is not followed",
            hint=_TELL,
        ) from error
    if target.scheme == "https" and there.scheme != "https":
        raise InsecureAddress(f"{target.authority} sends the asker to http", hint=_TELL)
    return there


def _body(
    response: http.client.HTTPResponse, authority: str, asked: int, digest: str | None
) -> Body:
    if response.status in _GONE:
        raise NotFound(f"{authority} has no such file", hint="check the address for typing errors")
    if response.status not in {http.client.OK, http.client.PARTIAL_CONTENT}:
        raise Unreachable(f"{authority} answers with HTTP status {response.status}", hint=_LATER)
    if response.getheader("Content-Encoding", "identity").strip().lower() != "identity":
        raise Unreachable(f"{authority} answers in a coding that was not asked for", hint=_TELL)
    if response.length is None:
        raise Unreachable(f"{authority} does not say how long the file is", hint=_TELL)
    start, total = 0, response.length
    if response.status == http.client.PARTIAL_CONTENT:
        said = _RANGE.fullmatch(response.getheader("Content-Range", ""))
        start, total = (int(said[1]), int(said[2])) if said else (-1, 0)
        if start != asked or total != start + response.length:
            raise Unreachable(f"{authority} sends another part than was asked for", hint=_TELL)
    tag = response.getheader("ETag", "")
    strong = tag if _STRONG.fullmatch(tag) else None
    return Body(start, total, strong, digest, _pieces(response, authority))


def _pieces(response: http.client.HTTPResponse, authority: str) -> Iterator[bytes]:
    while True:
        with _told(authority):
            piece = response.read1(_CHUNK)
        if not piece:
            break
        yield piece
    if response.length:
        raise Unreachable(f"{authority} ends its answer early", hint=_LATER)


def _digest(response: http.client.HTTPResponse) -> str | None:
    """The SHA-256 of the whole file, where a header says it: RFC 9530's, or the hubs' own."""
    if said := _REPR_DIGEST.search(response.getheader("Repr-Digest", "")):
        try:
            return base64.b64decode(said[1], validate=True).hex()
        except binascii.Error:
            return None
    linked = _SHA256.fullmatch(response.getheader("X-Linked-ETag", "").strip().lower())
    return linked[1] if linked else None
