"""Strict JSON: bytes that every conforming reader reads alike, or a refusal.

I-JSON (RFC 7493) section 2, and RFC 8785 section 3.1: UTF-8 without a byte order mark, no name
twice in an object, no lone surrogate, no number that a double cannot hold exactly.
"""

from __future__ import annotations

import json
from typing import Any

from did.frozen import MAX_DEPTH
from did.strict_json import MAX_BYTES, NotStrict, parse
from wallet.credentials.errors import InvalidJSON
from wallet.credentials.json_path import write_path

__all__ = ["MAX_BYTES", "MAX_DEPTH", "read_json", "write_json"]


def read_json(data: bytes) -> Any:
    """Parse UTF-8 JSON of at most 1 MiB, nested at most 64 deep.

    Raises:
        InvalidJSON: the bytes are no strict JSON; the message says where.
    """
    if len(data) > MAX_BYTES:
        raise InvalidJSON(f"the JSON is {len(data)} bytes long, and at most {MAX_BYTES} are read")
    try:
        return parse(data)
    except NotStrict as refusal:
        place = "" if refusal.trail is None else f"{write_path(refusal.trail)} "
        raise InvalidJSON(f"{place}{refusal}") from refusal


def write_json(value: object) -> bytes:
    """The UTF-8 bytes of a JSON value, compact, members in the order they stand.

    Raises:
        InvalidJSON: the value holds something that JSON cannot express.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidJSON(f"not expressible as JSON: {error}") from error
