"""A certificate for localhost that nobody vouches for: the suites take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from wallet.serving.tls import made

if TYPE_CHECKING:
    from pathlib import Path


def certified(folder: Path) -> Path:
    """A file with a key and its certificate, in PEM."""
    key, certificate = made(("localhost", "127.0.0.1"))
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return file
