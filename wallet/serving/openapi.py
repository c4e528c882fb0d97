"""OpenAPI 3.1: what is served, for programs."""

from __future__ import annotations

from typing import Any


def described(address: str, *, is_signing: bool) -> dict[str, Any]:
    """The document."""
    del is_signing
    return {"openapi": "3.1.0", "servers": [{"url": address}], "paths": {}}
