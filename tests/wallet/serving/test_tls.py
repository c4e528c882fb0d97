from __future__ import annotations

import ssl
import tempfile
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from wallet.errors import BadInput
from wallet.serving.tls import given, self_signed

if TYPE_CHECKING:
    from pathlib import Path


def handshake(context: ssl.SSLContext, host: str) -> x509.Certificate:
    """The certificate that a client sees; nothing is sent over a network."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(to_server, to_client, server_side=True)
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    client = trusting.wrap_bio(to_client, to_server, server_hostname=host)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    seen = client.getpeercert(binary_form=True)
    assert seen is not None
    return x509.load_der_x509_certificate(seen)


def test_signs_a_certificate_for_these_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = self_signed(("localhost", "127.0.0.1", "::1"))
    seen = handshake(made.context, "localhost")
    names = seen.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    assert len(made.fingerprint) == 95
    assert not list(tmp_path.iterdir())  # the key stays nowhere


def test_each_run_has_a_key_of_its_own() -> None:
    assert self_signed(("localhost",)).fingerprint != self_signed(("localhost",)).fingerprint


def test_refuses_files_that_do_not_belong_together(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    for name, data in (("plain", plain), ("sealed", sealed), ("none", b"")):
        (tmp_path / name).write_bytes(data)
    for name in ("plain", "sealed", "none", "missing"):
        with pytest.raises(BadInput, match="cannot be used"):
            given(tmp_path / name, tmp_path / name)
