from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from did.errors import DIDError, InsecureAddress, NotFound, TooLarge, Unreachable
from did.https import MAX_REDIRECTS, HTTPSFetch, look_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

HOST = "did.test"
HOME = ("127.0.0.1",)
NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


@dataclass
class Asked:
    """A server on this machine: its port, and what it was asked."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)


def _speak(
    connection: socket.socket, answer: Callable[[bytes], Iterable[bytes]], asked: Asked
) -> None:
    request = b""
    # A greeting of TLS (22) is answered as it is.
    while not (request.endswith(b"\r\n\r\n") or request.startswith(b"\x16")):
        if not (received := connection.recv(4096)):
            break
        request += received
    if request:
        asked.requests.append(request)
    for piece in answer(request):
        connection.sendall(piece)


@contextmanager
def _serving(
    answer: Callable[[bytes], Iterable[bytes]], tls: ssl.SSLContext | None = None
) -> Iterator[Asked]:
    """Reads each request's head and sends what `answer` gives for it, until the asker leaves."""
    server = socket.create_server((HOME[0], 0))
    asked = Asked(server.getsockname()[1])
    if tls is not None:
        tls.sni_callback = lambda _socket, name, _context: asked.names.append(name)

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:  # shut down
                return
            with contextlib.suppress(OSError), connection:
                connection.settimeout(10)
                if tls is None:
                    _speak(connection, answer, asked)
                    continue
                with tls.wrap_socket(connection, server_side=True) as secured:
                    _speak(secured, answer, asked)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield asked
    finally:
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        server.close()


class Authority:
    """Signs certificates; `trusting` is a context that believes it and nobody else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = _name("authority of a test")
        self._root = (
            _certificate(name, name, self._key.public_key(), NOW - DAY, NOW + DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )

    @property
    def trusting(self) -> ssl.SSLContext:
        pem = self._root.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def server(
        self, *names: str, until: dt.datetime = NOW + DAY / 2, addresses: Sequence[str] = ()
    ) -> ssl.SSLContext:
        """The context of a server that has a certificate for those names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = [
            *map(x509.DNSName, names),
            *(x509.IPAddress(ipaddress.ip_address(address)) for address in addresses),
        ]
        signed = (
            _certificate(_name("server"), self._root.subject, key.public_key(), NOW - DAY, until)
            .add_extension(x509.SubjectAlternativeName(subject), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        pem = self._folder / "server.pem"
        pem.write_bytes(
            signed.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(pem)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    begin: dt.datetime,
    end: dt.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def _http(head: str, body: bytes = b"") -> Callable[[bytes], Iterable[bytes]]:
    text = f"HTTP/1.1 {head}\r\n\r\n".replace("\n", "\r\n").replace("\r\r", "\r")
    return lambda _request: [text.encode("latin-1") + body]


def _ok(body: bytes) -> Callable[[bytes], Iterable[bytes]]:
    return _http(f"200 OK\nContent-Length: {len(body)}", body)


def _fetch(**options: Any) -> HTTPSFetch:
    return HTTPSFetch(**{"allow_private": True, "look_up": lambda *_: HOME, **options})


def _refused(
    kind: type[DIDError], answer: Callable[[bytes], Iterable[bytes]], **options: Any
) -> str:
    """The message with which an answer over http is refused."""
    limit = options.pop("limit", 100)
    with _serving(answer) as asked, pytest.raises(kind) as caught:
        _fetch(**options)(f"http://localhost:{asked.port}/", limit=limit)
    assert str(caught.value).isprintable()
    assert f"localhost:{asked.port}" in str(caught.value)
    assert caught.value.hint
    return str(caught.value)


def test_gets_what_a_server_has_once_it_has_proved_its_name(authority: Authority) -> None:
    with _serving(_ok(b'{"id": 1}'), authority.server(HOST)) as asked:
        fetch = _fetch(context=authority.trusting)
        url = f"https://{HOST.upper()}:{asked.port}/user/did.json?a=b#c"
        assert fetch(url, accept="application/json") == b'{"id": 1}'
    head, *headers = asked.requests[0].decode().split("\r\n")
    assert head == "GET /user/did.json?a=b HTTP/1.1"
    assert set(headers) == {
        f"Host: {HOST}:{asked.port}",
        "Accept: application/json",
        "Accept-Encoding: identity",
        "Connection: close",
        "User-Agent: holdfast",
        "",
    }
    assert asked.names == [HOST]


def test_a_name_in_another_script_is_asked_and_proved_in_punycode(authority: Authority) -> None:
    with _serving(_ok(b"1"), authority.server("xn--bcher-kva.test")) as asked:
        fetch = _fetch(context=authority.trusting)
        assert fetch(f"https://bücher.test:{asked.port}/") == b"1"
    assert asked.names == ["xn--bcher-kva.test"]


def test_a_server_of_ones_own_may_prove_an_address(authority: Authority) -> None:
    with _serving(_ok(b"1"), authority.server(addresses=HOME)) as asked:
        assert _fetch(context=authority.trusting)(f"https://127.0.0.1:{asked.port}/") == b"1"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_this_machine_may_be_asked_over_http_by_whoever_runs_it(host: str) -> None:
    with _serving(_ok(b"1")) as asked:
        assert _fetch()(f"http://{host}:{asked.port}") == b"1"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", HOST])
def test_this_machine_is_not_asked_for_a_stranger(scheme: str, host: str) -> None:
    with _serving(_ok(b"1")) as asked, pytest.raises(InsecureAddress, match=r"is at 127\.0\.0\.1"):
        HTTPSFetch(look_up=lambda *_: HOME)(f"{scheme}://{host}:{asked.port}/")
    assert asked.requests == []


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1%lo", "::ffff:8.8.8.8"]
)
def test_a_name_that_stands_for_an_address_of_ones_own_is_not_asked(address: str) -> None:
    with pytest.raises(InsecureAddress, match=f"{HOST} is at "):
        HTTPSFetch(look_up=lambda *_: [address])(f"https://{HOST}/")


@pytest.mark.parametrize("address", ["8.8.8.8", "10.0.0.1", "2606:4700::1111"])
def test_nobody_but_this_machine_is_asked_over_http(address: str) -> None:
    with pytest.raises(InsecureAddress, match="not asked over http"):
        _fetch(look_up=lambda *_: [address])(f"http://{HOST}/")


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to() -> None:
    answers = iter([HOME, ("10.0.0.1",)])
    with _serving(
        lambda request: (
            _ok(b"1") if b"GET /there" in request else _http("302 Found\nLocation: /there")
        )(request)
    ) as asked:
        fetch = _fetch(look_up=lambda *_: next(answers))
        assert fetch(f"http://rebinding.test:{asked.port}/") == b"1"
    assert next(answers) == ("10.0.0.1",)


def test_the_next_address_is_tried_where_the_first_takes_nothing() -> None:
    with _serving(_ok(b"1")) as asked:
        fetch = _fetch(look_up=lambda *_: ["127.0.0.2", "127.0.0.1"])
        assert fetch(f"http://{HOST}:{asked.port}/") == b"1"


def test_a_server_that_is_not_there_cannot_be_asked() -> None:
    with socket.create_server((HOME[0], 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match=f"localhost:{port} does not answer"):
        _fetch()(f"http://localhost:{port}/")


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with _serving(_ok(b"1")) as asked:
        assert _fetch()(f"http://localhost:{asked.port}/") == b"1"


def test_a_certificate_of_an_unknown_authority_proves_nothing(authority: Authority) -> None:
    with (
        _serving(_ok(b"1"), authority.server(HOST)) as asked,
        pytest.raises(InsecureAddress, match="does not prove its name"),
    ):
        _fetch()(f"https://{HOST}:{asked.port}/")
    assert asked.requests == []


@pytest.mark.parametrize(
    ("names", "until"), [(["other.test"], NOW + DAY / 2), ([HOST], NOW - DAY / 2)]
)
def test_a_certificate_for_another_name_or_time_proves_nothing(
    authority: Authority, names: list[str], until: dt.datetime
) -> None:
    with (
        _serving(_ok(b"1"), authority.server(*names, until=until)) as asked,
        pytest.raises(InsecureAddress, match="does not prove its name"),
    ):
        _fetch(context=authority.trusting)(f"https://{HOST}:{asked.port}/")
    assert asked.requests == []


def test_a_server_without_tls_does_not_answer_over_https(authority: Authority) -> None:
    with _serving(_ok(b"1")) as asked, pytest.raises(Unreachable, match="does not answer"):
        _fetch(context=authority.trusting)(f"https://{HOST}:{asked.port}/")


@pytest.mark.parametrize("mode", [ssl.CERT_NONE, ssl.CERT_OPTIONAL, ssl.CERT_REQUIRED])
def test_a_context_that_believes_everybody_cannot_be_used(mode: ssl.VerifyMode) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = mode
    with pytest.raises(InsecureAddress, match="checks no certificate"):
        HTTPSFetch(context=context)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("404 Not Found", NotFound),
        ("410 Gone", NotFound),
        ("204 No Content", Unreachable),
        ("304 Not Modified", Unreachable),
        ("302 Found", Unreachable),
        ("403 Forbidden", Unreachable),
        ("500 \x1b[2J", Unreachable),
    ],
)
def test_says_what_a_status_means(status: str, kind: type[DIDError]) -> None:
    message = _refused(kind, _http(f"{status}\nContent-Length: 0"))
    assert kind is NotFound or status[:3] in message


def test_a_body_may_be_as_long_as_the_limit_and_no_longer() -> None:
    with _serving(_ok(b"x" * 100)) as asked:
        url = f"http://localhost:{asked.port}/"
        assert _fetch()(url, limit=100) == b"x" * 100
        with pytest.raises(TooLarge, match="more than the 99 bytes"):
            _fetch()(url, limit=99)


def test_a_body_in_chunks_is_put_together() -> None:
    chunked = _http("200 OK\nTransfer-Encoding: chunked", b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")
    with _serving(chunked) as asked:
        assert _fetch()(f"http://localhost:{asked.port}/", limit=5) == b"abcde"


def test_a_body_without_end_is_not_read_to_its_end() -> None:
    def endless(_request: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            yield b"400\r\n" + b"x" * 0x400 + b"\r\n"

    assert "more than the 5000 bytes" in _refused(TooLarge, endless, limit=5000)


def test_what_comes_after_the_length_that_was_said_is_not_read() -> None:
    with _serving(_http("200 OK\nContent-Length: 3", b"abc" + b"x" * 999)) as asked:
        assert _fetch()(f"http://localhost:{asked.port}/", limit=10) == b"abc"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (_http("200 OK\nContent-Length: 50", b"abc"), "ends its answer early"),
        (_http("200 OK\nTransfer-Encoding: chunked", b"9\r\nabc"), "does not answer"),
        (_http("200 OK\nTransfer-Encoding: chunked", b"3\r\nabc\r\n"), "does not answer"),
        (_http("200 OK\nTransfer-Encoding: chunked", b"x\r\n"), "does not answer"),
        (_http("200 OK", b"abc"), "does not say how long"),
        (_http("200 OK\nContent-Length: -1", b"abc"), "does not say how long"),
        (_http("200 OK\nContent-Length: many", b"abc"), "does not say how long"),
        (_http("200 OK\nContent-Encoding: gzip\nContent-Length: 3", b"abc"), "coding 'gzip'"),
        (
            _http("200 OK\nContent-Encoding: \x1b[2J\nContent-Length: 3", b"abc"),
            r"coding '\\x1b\[2J'",
        ),
        (_http("200 OK\n" + "X: y\n" * 200 + "Content-Length: 3", b"abc"), "does not answer"),
        (_http("200 OK\nX: " + "y" * 70_000 + "\nContent-Length: 3", b"abc"), "does not answer"),
        (lambda _: [b"\x1b[2Jnot http\r\n"], "does not answer"),
        (lambda _: [], "does not answer"),
    ],
)
def test_an_answer_that_is_none_or_was_cut_short_is_refused(
    answer: Callable[[bytes], Iterable[bytes]], why: str
) -> None:
    with _serving(answer) as asked, pytest.raises(Unreachable, match=why) as caught:
        _fetch()(f"http://localhost:{asked.port}/")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("coding", ["identity", "Identity", " identity"])
def test_an_answer_may_say_that_it_is_not_encoded(coding: str) -> None:
    answer = _http(f"200 OK\nContent-Encoding: {coding}\nContent-Length: 3", b"abc")
    with _serving(answer) as asked:
        assert _fetch()(f"http://localhost:{asked.port}/") == b"abc"


def _dripping(*, head: bytes, drop: bytes) -> Callable[[bytes], Iterator[bytes]]:
    def answer(_request: bytes) -> Iterator[bytes]:
        yield head
        for _ in range(1000):
            yield drop
            time.sleep(0.02)

    return answer


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"X"),
        (b"HTTP/1.1 200 ", b"O"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_a_server_that_answers_in_drops_is_given_up(head: bytes, drop: bytes) -> None:
    message = _refused(Unreachable, _dripping(head=head, drop=drop), timeout=0.3)
    assert "takes longer than 0.3 seconds" in message


def test_a_server_that_says_nothing_is_given_up(authority: Authority) -> None:
    with socket.create_server((HOME[0], 0)) as silent:
        for scheme in ("http", "https"):
            with pytest.raises(Unreachable, match=r"takes longer than 0\.2 seconds"):
                _fetch(timeout=0.2, context=authority.trusting)(
                    f"{scheme}://localhost:{silent.getsockname()[1]}/"
                )


def test_a_look_up_that_takes_too_long_is_given_up() -> None:
    done = threading.Event()

    def slow(_host: str, _port: int) -> Sequence[str]:
        done.wait(10)
        return HOME

    with pytest.raises(Unreachable, match=f"{HOST} takes longer than 0.1 seconds"):
        _fetch(timeout=0.1, look_up=slow)(f"https://{HOST}/")
    done.set()


def test_no_time_is_too_little() -> None:
    with pytest.raises(Unreachable, match="takes longer than 0 seconds"):
        _fetch(timeout=0)("http://127.0.0.1:1/")


def test_a_name_that_nobody_has_is_not_found() -> None:
    def nobody(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    for unknown in (nobody, lambda *_: ()):
        with pytest.raises(Unreachable, match=f"{HOST} is not found"):
            _fetch(look_up=unknown)(f"https://{HOST}/")


def test_the_system_knows_this_machine() -> None:
    assert set(look_up("localhost", 80)) & {"127.0.0.1", "::1"}


def test_a_server_may_send_on_to_paths_of_its_own() -> None:
    def answer(request: bytes) -> Iterable[bytes]:
        target = request.split()[1].decode()
        return _ok(b"1")(request) if target == "/end/c" else _http(sent[target])(request)

    sent = {
        "/": "301 Moved\nLocation: /start",
        "/start": "307 Moved\nLocation: end/b?x",
        "/end/b?x": "308 Moved\nLocation: c",
    }
    assert len(sent) == MAX_REDIRECTS
    with _serving(answer) as asked:
        assert _fetch()(f"http://localhost:{asked.port}/") == b"1"
    assert len(asked.requests) == MAX_REDIRECTS + 1


def test_a_server_that_sends_in_circles_is_given_up() -> None:
    assert "redirects more than 3 times" in _refused(
        InsecureAddress, _http("302 Found\nLocation: /")
    )


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.test/",
        "//elsewhere.test/",
        "https://localhost/",
        "http://localhost:1/",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://[::1",
        "http://me:secret@localhost/",
        "/a b",
        "/\x1b[2J",
        "/\xe9",
        "/" + "x" * 5000,
    ],
)
def test_nobody_is_asked_because_another_says_so(location: str) -> None:
    message = _refused(InsecureAddress, _http(f"302 Found\nLocation: {location}"))
    assert "sends the asker to" in message


@pytest.mark.parametrize(
    "url",
    [
        "",
        HOST,
        f"//{HOST}/",
        f"ftp://{HOST}/",
        "file:///etc/passwd",
        "https://",
        "https:///did.json",
        f"https://{HOST}:port/",
        f"https://{HOST}:99999/",
        f"https://{HOST}:0/",
        f"https://{HOST}/a b",
        f"https://{HOST}/\r\nX: y",
        f"https://{HOST}\t/",
        f"https://{HOST}\\@elsewhere.test/",
        f"https://{HOST}/ä",
        f"https://{HOST}/" + "x" * 5000,
        "https://[::1/",
        "https://[fe80::1%25lo]/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://exam%70le.test/",
        "https://a..b/",
        "https://a_b.test/",
        "https://xn--a.test/",
    ],
)
def test_refuses_addresses_that_readers_could_differ_about(url: str) -> None:
    with pytest.raises(InsecureAddress) as caught:
        _fetch()(url)
    assert str(caught.value).isprintable()
    assert caught.value.hint


@pytest.mark.parametrize("who", ["me:secret", "secret", "secret:", ":secret"])
def test_refuses_a_name_and_password_and_does_not_repeat_them(who: str) -> None:
    with pytest.raises(InsecureAddress) as caught:
        _fetch()(f"https://{who}@{HOST}/")
    assert "secret" not in str(caught.value)


def test_an_address_of_ipv6_is_written_in_brackets() -> None:
    with pytest.raises(InsecureAddress, match=r"\[::1\]:8443 is at ::1"):
        HTTPSFetch()("https://[::1]:8443/")


def test_whatever_a_server_sends_is_a_body_or_a_reason() -> None:
    sent = [b""]
    with _serving(lambda _request: sent) as asked:

        @given(
            st.sampled_from([b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 x\r\n"]),
            st.lists(
                st.sampled_from(
                    [b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"\r\n", b":"]
                )
                | st.binary(max_size=8),
                max_size=6,
            ),
        )
        def law(head: bytes, rest: list[bytes]) -> None:
            sent[:] = [head, *rest]
            why, body = "", b""
            try:
                body = _fetch()(f"http://localhost:{asked.port}/", limit=50)
            except DIDError as error:
                why = str(error)
            assert len(body) <= 50
            assert why.isprintable()

        law()
