"""What a worker and its master say to one another: lengths, a JSON value, and bytes.

A master unpickles nothing: a worker reads what strangers sent, and might have been taken over.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typing import IO

LENGTHS: Final = struct.Struct(">II")
"""Of the JSON and of the bytes after it: what a frame begins with."""


def frame_of(value: Any, body: bytes = b"") -> bytes:
    """One frame, to be sent as it is."""
    header = json.dumps(value).encode("ascii")
    return LENGTHS.pack(len(header), len(body)) + header + body


def write_frame(stream: IO[bytes], value: Any, body: bytes = b"") -> None:
    """Send one frame. Raises OSError where nobody listens any more."""
    stream.write(frame_of(value, body))
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[Any, bytes] | None:
    """The next frame; None where the stream ended, be it within one."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    of_header, of_body = LENGTHS.unpack(lengths)
    header, body = stream.read(of_header), stream.read(of_body)
    if len(header) < of_header or len(body) < of_body:
        return None
    return json.loads(header), body
