"""Keccak-256, the hash of Ethereum: SHA-3 with the padding it had before it was a standard."""

from __future__ import annotations


def keccak256(message: bytes) -> bytes:
    """The 32-byte hash of `message`."""
    # Deferred: it loads package metadata and a cipher library, and only Ethereum needs it.
    from eth_hash.auto import keccak  # noqa: PLC0415

    return keccak(message)
