"""A web of one's own: the files of a folder over http and https, on `localhost`."""

from __future__ import annotations

import datetime as dt
import functools
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST: Final = "localhost"
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Web:
    """Where it stands: `plain` is `localhost:PORT` over http, `secure` the same over https.

    `certificate` is the file of what has to be believed, as `SSL_CERT_FILE` names it.
    """

    folder: Path
    plain: str
    secure: str
    certificate: Path


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def served(folder: Path, certificate: Path) -> Iterator[Web]:
    """Serves the folder; writes the certificate, and its key beside it."""
    folder.mkdir(parents=True)
    key = certificate.with_suffix(".key")
    _certify(certificate, key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    handler = functools.partial(_Silent, directory=str(folder))
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as plain,
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as secure,
    ):
        # The handshake is done by the thread of the request, so that it holds up no other one.
        secure.socket = context.wrap_socket(
            secure.socket, server_side=True, do_handshake_on_connect=False
        )
        threads = [threading.Thread(target=one.serve_forever) for one in (plain, secure)]
        for thread in threads:
            thread.start()
        try:
            plain_at, secure_at = f"{HOST}:{plain.server_port}", f"{HOST}:{secure.server_port}"
            yield Web(folder, plain_at, secure_at, certificate)
        finally:
            for one, thread in zip((plain, secure), threads, strict=True):
                one.shutdown()
                thread.join()


def _certify(certificate: Path, key_file: Path) -> None:
    """A certificate for `localhost`, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
