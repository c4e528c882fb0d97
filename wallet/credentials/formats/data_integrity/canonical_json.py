"""RFC 8785: JSON in its one spelling (JCS), by the standard library where the two agree.

`json` sorts names by code points and writes numbers as Python does. What JCS has otherwise are
numbers that are no short integers, and names with characters beyond the first plane. A value that
may hold either is written by `rfc8785`, which is slower.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from wallet.credentials.errors import InvalidCredential, TooComplex
from wallet.credentials.json_path import ROOT

_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
# Compact as it is, a number stands first, or behind a name, a bracket or a comma. So may text.
_NUMBER: Final = rb'(?:^|":|[\[,])-?(?:\d{16}|\d+[.e])'
# For a quick look: what begins a number is made one byte, and so is what begins in UTF-8 what lies
# beyond the first plane.
_LOOK: Final = bytes.maketrans(b"-123456789\xf1\xf2\xf3\xf4", b"0000000000\xf0\xf0\xf0\xf0")
_NUMBERS: Final = (b'":0', b",0", b"[0")


def canonical_json(value: Any) -> bytes:
    """The canonical JSON of a JSON value, UTF-8.

    Raises:
        InvalidCredential: the value has no canonical JSON.
        TooComplex: it is nested too deep.
    """
    try:
        data = _ENCODER.encode(value).encode()
        if not _may_differ(data):
            return data
        # Deferred: most documents do without it.
        import rfc8785  # noqa: PLC0415

        return bytes(rfc8785.dumps(value))
    except RecursionError as error:
        raise TooComplex("the document is nested too deep") from error
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidCredential(ROOT, f"has no canonical JSON: {error}") from error


def _may_differ(data: bytes) -> bool:
    look = data.translate(_LOOK)
    if b"\xf0" in look:
        return True
    has_number = look.startswith(b"0") or any(number in look for number in _NUMBERS)
    return has_number and re.search(_NUMBER, data) is not None
